/** What pressing, typing and choosing on the page does. Every deed goes through a door. */
import { activate, arrangeChats, chatOf, closeChat, openChat, recallChats } from "./chats.js";
import {
  createPerson,
  fitFaultForm,
  followAs,
  openFaults,
  openFollow,
  openPay,
  orderFault,
  pay,
  startText,
} from "./dialogs.js";
import { ask, toast } from "./dom.js";
import { watchChats } from "./live.js";

/** A pressed button waits so long for the bot's answer. */
const ANSWER_MS = 15_000;

/** `data-…` of a pressed element → what it does; the chat is the one it stands in. */
const deeds = {
  openChat: async ({ openChat: person }) => void (await openChat(person) && watchChats()),
  close({ close }) {
    closeChat(close);
    watchChats();
  },
  send: ({ send }, chat) => write(chat, send),
  start({ start, bot }, chat) {
    const own = document.body.dataset.username;
    if (bot !== undefined && bot.toLowerCase() !== own.toLowerCase()) {
      throw new Error(`There is no bot @${bot} here, only @${own}`);
    }
    return chat.dataset.state === "room" ? openFollow(start) : write(chat, startText(start));
  },
  press: (_data, chat, button) => press(chat, button),
  pay: (_data, _chat, button) => openPay(button),
  copy: async ({ copy }, chat) => {
    await navigator.clipboard.writeText(copy);
    toast("Copied", { chat });
  },
  block: (_data, chat) => ask("POST", `people/${chat.dataset.person}/block`, {}),
  standing: ({ standing }, chat) =>
    ask("POST", `rooms/${chat.dataset.person}/bot`, { status: standing }),
  unblock: (_data, chat) => ask("POST", `people/${chat.dataset.person}/unblock`, {}),
  deliver: ({ deliver }) => ask("POST", `checkouts/${deliver}/deliver`, {}),
  redeliver: async ({ redeliver }, chat) => {
    await ask("POST", `updates/${redeliver}/redeliver`, {});
    toast("Telegram delivers the payment a second time", { chat });
  },
  chargeback: ({ chargeback }) => ask("POST", "chargebacks", { chargeId: chargeback }),
  removeFault: ({ removeFault }) => ask("DELETE", `faults/${removeFault}`),
  clearFaults: () => ask("DELETE", "faults"),
  open({ open }) {
    if (open === "faults") openFaults();
    else document.getElementById(open).showModal();
  },
  closeDialog: (_data, _chat, button) => button.closest("dialog").close(),
};

/** Id or `data-…` of a form → what submitting it does. */
const forms = {
  write: async (form) => {
    const field = form.elements.text;
    const text = field.value;
    if (text.trim() === "") return;
    field.value = "";
    try {
      await write(form.closest(".chat"), text);
    } catch (error) {
      field.value = text;
      throw error;
    }
  },
  give: async (form) => {
    await ask("POST", `people/${form.dataset.give}/stars`, { amount: Number(form.amount.value) });
  },
  "person-form": async (form) => void (await createPerson(form) && watchChats()),
  topups: (form) => moveBotStars(form, "topups"),
  withdrawals: (form) => moveBotStars(form, "withdrawals"),
  rooms: createChannel,
  "follow-form": async (_form, submitter) => void (await followAs(submitter.value) && watchChats()),
  "fault-form": orderFault,
  "pay-form": (_form, submitter) => pay(submitter?.value ?? "now"),
};

document.addEventListener("click", (event) => {
  const element = event.target.closest("button, a, [data-open-chat]");
  foldOthers(event.target);
  if (element === null) return;
  const chat = element.closest(".chat");
  for (const [name, deed] of Object.entries(deeds)) {
    if (!(name in element.dataset)) continue;
    if (name === "openChat" && (event.ctrlKey || event.metaKey || event.button !== 0)) return;
    event.preventDefault();
    if (chat !== null) foldOthers(null);
    attempt(() => deed(element.dataset, chat, element), chat);
    return;
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  // Not `form.id`: a field of that name would stand in its place.
  const name = form.getAttribute("id") ?? Object.keys(form.dataset)[0];
  const deed = forms[name];
  if (deed === undefined) return;
  event.preventDefault();
  attempt(() => deed(form, event.submitter), form.closest(".chat"));
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") foldOthers(null);
  const field = event.target;
  if (field.matches(".composer textarea") && event.key === "Enter" && !event.shiftKey) {
    if (event.isComposing) return;
    event.preventDefault();
    field.form.requestSubmit();
  }
});

document.addEventListener("change", (event) => {
  const { target } = event;
  if ("language" in target.dataset) {
    const id = Number(target.dataset.language);
    attempt(() => ask("POST", "people", { id, language_code: target.value }), chatOf(id));
  }
  if (target.form?.id === "fault-form") fitFaultForm();
});

document.addEventListener("focusin", ({ target }) => {
  const chat = target.closest(".chat");
  if (chat !== null && !chat.classList.contains("active")) activate(chat);
});

if (!recallChats()) {
  arrangeChats();
  watchChats();
}

async function attempt(deed, chat) {
  try {
    await deed();
  } catch (error) {
    toast(error.message, { chat, isError: true });
  }
}

async function write(chat, text) {
  await ask("POST", `people/${chat.dataset.person}/write`, { text });
  const list = chat.querySelector(".messages");
  list.scrollTop = list.scrollHeight;
}

/** The bot's answer itself comes by the stream, like everything it says. */
async function press(chat, button) {
  const { press: id, data } = button.dataset;
  button.setAttribute("aria-busy", "true");
  try {
    const { answer } = await ask("POST", `people/${chat.dataset.person}/press`, {
      message_id: Number(id),
      data,
      waitMs: ANSWER_MS,
    });
    if (answer === null) toast("The bot has not answered this button", { chat, isError: true });
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** What the bot's owner does at Fragment. */
async function moveBotStars(form, door) {
  await ask("POST", door, { amount: Number(form.elements.amount.value) });
  foldOthers(null);
}

/** A channel of the first of the people, with the bot as its administrator. */
async function createChannel(form) {
  const username = form.elements.username.value;
  const [owner] = document.querySelectorAll("[data-open-chat]");
  await ask("POST", "rooms", {
    type: "channel",
    title: username,
    username,
    owner_id: Number(owner.dataset.openChat),
    bot: "administrator",
  });
  form.reset();
  foldOthers(null);
}

/** Menus close when something else is pressed. */
function foldOthers(target) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (target === null || !menu.contains(target)) menu.open = false;
  }
}
