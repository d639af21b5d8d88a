/** The open chats: opening and closing them, and putting in what the stream says has changed. */
import { elementsOf, morph, replaceInside, showAlert, toast } from "./dom.js";

const place = document.getElementById("chats");
const people = document.getElementById("people");
/** So wide a chat must be to be read; fewer are shown side by side where there is less room. */
const CHAT_WIDTH = 320;
/** So close to the end one counts as reading along. */
const NEAR_END = 80;
/** Under which name the browser keeps the chats that are open. */
const KEPT = "chats";

/** The open chats, in the order in which they stand. */
export function openChats() {
  return [...place.querySelectorAll(".chat")];
}

/** The chat of a person, if it is open. */
export function chatOf(person) {
  return document.getElementById(`chat-${person}`);
}

/** `1:45,2:30`: persons and the revisions that are shown. */
export function watched() {
  return openChats().map((chat) => `${chat.dataset.person}:${chat.dataset.revision}`).join(",");
}

/** Makes a chat the one that is meant, and on a narrow screen the one that is seen. */
export function activate(chat, { isFocusing = false } = {}) {
  const wasHidden = chat.offsetParent === null;
  for (const each of openChats()) each.classList.toggle("active", each === chat);
  chat.dataset.activeAt = String(performance.now());
  keepChats(chat);
  markPeople();
  if (wasHidden) scrollToEnd(chat);
  if (isFocusing) focusChat(chat);
}

/** Opens a chat, or comes back to it. @returns Whether others must be watched now. */
export async function openChat(person) {
  const known = chatOf(person);
  if (known !== null) {
    activate(known, { isFocusing: true });
    return false;
  }
  const response = await fetch(`/page/chat?bot=${document.body.dataset.bot}&person=${person}`);
  if (!response.ok) throw new Error((await response.json()).error);
  const [chat] = elementsOf(await response.text());
  closeForgotten();
  place.insertBefore(chat, place.querySelector(".empty"));
  activate(chat, { isFocusing: true });
  scrollToEnd(chat);
  markPlaceholder(chat);
  rememberChats();
  return true;
}

/** Closes a chat; the next one is meant then. */
export function closeChat(person) {
  chatOf(person)?.remove();
  const [next] = openChats();
  if (next !== undefined) activate(next);
  markPeople();
  rememberChats();
  people.querySelector(`[data-open-chat="${person}"]`)?.focus();
}

/** Puts in what has changed in one chat. */
export function applyChange({ person, revision, state, messages, gone, alerts, parts }) {
  const chat = chatOf(person);
  if (chat === null) return;
  const list = chat.querySelector(".messages");
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END;
  chat.dataset.revision = revision;
  chat.dataset.state = state;
  for (const id of gone) document.getElementById(`m-${person}-${id}`)?.remove();
  for (const { id, html } of messages) putMessage(list, { person, id, html });
  for (const [name, html] of Object.entries(parts)) {
    replaceInside(chat.querySelector(`[data-part="${name}"]`), html);
  }
  markPlaceholder(chat);
  for (const { text, isAlert } of alerts) isAlert ? showAlert(text) : toast(text, { chat });
  if (isAtEnd) scrollToEnd(chat);
}

/** Marks who is open, who is meant, and who has something unread. */
export function markPeople() {
  for (const link of people.querySelectorAll("[data-open-chat]")) {
    const chat = chatOf(link.dataset.openChat);
    const isActive = chat?.classList.contains("active") === true;
    link.classList.toggle("open", chat !== null);
    if (isActive) {
      if (!link.hasAttribute("aria-current")) {
        link.scrollIntoView({ block: "nearest", inline: "nearest" });
      }
      link.setAttribute("aria-current", "true");
    } else link.removeAttribute("aria-current");
    const seenAt = `seen/${link.dataset.openChat}`;
    const isSeen = chat !== null && chat.offsetParent !== null;
    if (isSeen || sessionStorage.getItem(seenAt) === null) {
      sessionStorage.setItem(seenAt, link.dataset.revision);
    }
    const isUnread = Number(link.dataset.revision) > Number(sessionStorage.getItem(seenAt));
    link.classList.toggle("has-unread", isUnread);
  }
}

/** The first look: one chat is meant, all stand at their end. */
export function arrangeChats() {
  const [first] = openChats();
  for (const chat of openChats()) {
    scrollToEnd(chat);
    markPlaceholder(chat);
  }
  if (first !== undefined) activate(first);
  markPeople();
}

/**
 * Goes to the chats that were open last, where the address names none: so comes back who has paid on a
 * page of its own. @returns Whether it goes.
 */
export function recallChats() {
  const [books, ...persons] = (localStorage.getItem(KEPT) ?? "").split(",");
  // Other books have other people.
  if (location.search !== "" || books !== document.body.dataset.boot) return false;
  location.replace(`/?chats=${persons.join(",")}`);
  return true;
}

/** The one that is meant comes first: a narrow screen shows no other. */
function keepChats(active) {
  const others = openChats().filter((chat) => chat !== active);
  const persons = [active, ...others].map((chat) => chat.dataset.person);
  localStorage.setItem(KEPT, [document.body.dataset.boot, ...persons].join(","));
}

/** Only a screen that shows chats side by side closes the one that was left longest ago. */
function closeForgotten() {
  const isNarrow = matchMedia("(max-width: 760px)").matches;
  const room = isNarrow ? 8 : Math.max(1, Math.floor(place.clientWidth / CHAT_WIDTH));
  const chats = openChats()
    .sort((a, b) => Number(a.dataset.activeAt ?? 0) - Number(b.dataset.activeAt ?? 0));
  for (const chat of chats.slice(0, Math.max(0, chats.length + 1 - room))) chat.remove();
}

function rememberChats() {
  const persons = openChats().map((chat) => chat.dataset.person).join(",");
  history.replaceState(null, "", `/?chats=${persons}`);
}

function putMessage(list, { person, id, html }) {
  const [fresh] = elementsOf(html);
  const old = document.getElementById(`m-${person}-${id}`);
  if (old !== null) return morph(old, fresh);
  const later = [...list.children].find((each) => Number(each.dataset.message) > id);
  list.insertBefore(fresh, later ?? null);
}

function markPlaceholder(chat) {
  const words = chat.querySelector(".keys")?.dataset.placeholder;
  const field = chat.querySelector("textarea");
  if (field === null) return;
  field.placeholder = words === undefined || words === "" ? "Message" : words;
}

function focusChat(chat) {
  const targets = { open: "textarea", new: ".start", blocked: ".unblock", room: ".messages" };
  chat.querySelector(targets[chat.dataset.state]).focus();
}

function scrollToEnd(chat) {
  const list = chat.querySelector(".messages");
  list.scrollTop = list.scrollHeight;
}
