/** The dialogs: paying an invoice, a new person, the faults. */
import { openChat } from "./chats.js";
import { ask, toast } from "./dom.js";

const byId = (id) => document.getElementById(id);
/** What Telegram's client says when a payment failed by itself. */
const FAILURES = {
  BOT_PRECHECKOUT_TIMEOUT: "The bot did not answer within ten seconds. Nothing was paid.",
  BALANCE_TOO_LOW: "There are not enough Stars any more. Nothing was paid.",
};
const HELD = "The bot said yes. The payment arrives when you let it: see below the messages.";

let paying;

/** Opens the form to pay an invoice. */
export function openPay(button) {
  const chat = button.closest(".chat");
  const { pay, title, description, amount } = button.dataset;
  paying = { chat, person: chat.dataset.person, messageId: Number(pay) };
  byId("pay-title").textContent = title;
  byId("pay-description").textContent = description;
  byId("pay-amount").textContent = amount;
  byId("pay-stars").textContent = chat.querySelector("h2 small").textContent.split("·")[0]
    .replace(/^/, "of your ");
  sayPay("");
  byId("pay").showModal();
}

/** Pays, in the way of the button that was pressed. */
export async function pay(way) {
  const { chat, person, messageId } = paying;
  const dialog = byId("pay");
  const buttons = dialog.querySelectorAll("button");
  sayPay("Waiting for the bot's answer…");
  for (const button of buttons) button.disabled = true;
  try {
    const { status, error } = await ask("POST", `people/${person}/pay`, {
      message_id: messageId,
      ...(way === "after" ? { decline: "after" } : {}),
      ...(way === "late" ? { hold: "payment" } : {}),
    });
    const words = {
      paid: `Paid ⭐ ${byId("pay-amount").textContent}`,
      declined: "The bot said yes, and you backed out. Nothing was paid.",
      held: HELD,
    }[status];
    if (words === undefined) {
      sayPay(status === "refused" ? `The bot declined: ${error}` : FAILURES[error] ?? error, true);
      return;
    }
    dialog.close();
    toast(words, { chat });
  } catch (error) {
    sayPay(error.message.replace("BALANCE_TOO_LOW:", "Not enough Stars: you have"), true);
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

function sayPay(text, isError = false) {
  byId("pay-status").textContent = text;
  byId("pay-status").classList.toggle("error", isError);
}

let followed;

/**
 * Asks who follows a link that starts the bot.
 * @param parameter What follows `/start`; may be empty.
 */
export function openFollow(parameter) {
  followed = parameter;
  const people = [...document.querySelectorAll("[data-open-chat]")]
    .filter((link) => Number(link.dataset.openChat) > 0);
  byId("follow-people").replaceChildren(...people.map((link) => {
    const button = document.createElement("button");
    button.value = link.dataset.openChat;
    button.textContent = link.querySelector(".name").textContent;
    return button;
  }));
  byId("follow").showModal();
}

/** Opens somebody's chat and starts the bot there. @returns Whether others must be watched now. */
export async function followAs(person) {
  byId("follow").close();
  const isNew = await openChat(person);
  await ask("POST", `people/${person}/write`, { text: startText(followed) });
  return isNew;
}

/** What a client writes for somebody who starts the bot by a link. */
export function startText(parameter) {
  return parameter === "" ? "/start" : `/start ${parameter}`;
}

/** Makes a person and opens the chat. @returns Whether others must be watched now. */
export async function createPerson(form) {
  const { first_name, language_code, stars, id } = Object.fromEntries(new FormData(form));
  const person = await ask("POST", "people", {
    first_name,
    language_code,
    stars: Number(stars),
    ...(id === "" ? {} : { id: Number(id) }),
  });
  form.reset();
  byId("new-person").close();
  return await openChat(person.id);
}

/** Offers who there is now, and the calls of the chosen service. */
export function openFaults() {
  const people = [...document.querySelectorAll("[data-open-chat]")].map((link) => {
    const option = new Option(link.querySelector(".name").textContent, link.dataset.openChat);
    return option;
  });
  byId("fault-form").elements.person.replaceChildren(new Option("Everybody", ""), ...people);
  fitFaultForm();
  byId("faults").showModal();
}

/** Shows of the form what the chosen fault has. */
export function fitFaultForm() {
  const { choice, method, person, seconds } = byId("fault-form").elements;
  const { service, seconds: unit } = choice.selectedOptions[0].dataset;
  for (const group of method.querySelectorAll("optgroup")) {
    group.hidden = group.disabled = group.dataset.service !== service;
  }
  if (method.selectedOptions[0]?.parentElement.disabled === true) method.value = "*";
  person.closest("label").hidden = service !== "telegram";
  seconds.closest("label").hidden = unit === "";
}

/** Switches the chosen fault on. */
export async function orderFault(form) {
  const { choice, method, person, times, seconds } = form.elements;
  const { service, order, seconds: unit } = choice.selectedOptions[0].dataset;
  await ask("POST", "faults", {
    service,
    method: method.value,
    ...JSON.parse(order),
    times: Number(times.value),
    ...(service === "telegram" && person.value !== "" ? { chatId: Number(person.value) } : {}),
    ...(unit === "" ? {} : { [unit]: Number(seconds.value) * (unit === "delayMs" ? 1000 : 1) }),
  });
}
