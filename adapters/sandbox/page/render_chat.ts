/** One chat as a pane: its head with what one can do to the person, the messages, the text field. */
import type { Person } from "../door_types.ts";
import type { ChatView, MenuCommand } from "./chat_view.ts";
import { type Html, markup, nothing } from "./markup.ts";
import { renderMessage } from "./render_message.ts";

/** Languages a person's Telegram may be set to; any other can be given by the doors. */
export const LANGUAGES: Readonly<Record<string, string>> = {
  en: "English",
  ru: "Русский",
  de: "Deutsch",
  uk: "Українська",
};

/** Renders a whole pane. */
export function renderChat(view: ChatView): Html {
  const { person, revision } = view;
  const { id } = person;
  return markup`
    <section class="chat" id="chat-${id}" data-person="${id}" data-revision="${revision}"
      data-state="${stateOf(view)}" aria-label="Chat of ${person.first_name} with the bot">
      <header class="chat-head" data-part="head">${renderHead(view)}</header>
      <ol class="messages" role="log" aria-live="polite" tabindex="0"
        aria-label="Messages of ${person.first_name}">${
    view.messages.map((message) => renderMessage(id, message))
  }</ol>
      <div class="toasts" role="status" aria-live="assertive"></div>
      <footer class="chat-foot">
        <div data-part="held">${renderHeld(view)}</div>
        <form class="composer" data-write="${id}">
          <div data-part="commands">${renderCommands(view.commands)}</div>
          <textarea name="text" rows="1" maxlength="4096" required autocomplete="off"
            aria-label="Message of ${person.first_name}" placeholder="Message"></textarea>
          <button class="send" aria-label="Send" title="Send (Enter)">➤</button>
        </form>
        <button type="button" class="wide start" data-start="">Start</button>
        <button type="button" class="wide unblock" data-unblock="">Unblock the bot</button>
        <div class="keyboard" data-part="keyboard">${renderKeyboard(view)}</div>
      </footer>
    </section>
  `;
}

/** Whether the person can write: `new` before the first message, `blocked`, or `open`. */
export function stateOf({ isStarted, isBlocked }: ChatView): "new" | "open" | "blocked" {
  if (isBlocked) return "blocked";
  return isStarted ? "open" : "new";
}

/** What is replaced as a whole when a chat changes, by the names of `data-part`. */
export function renderParts(view: ChatView): Readonly<Record<string, string>> {
  return {
    head: String(renderHead(view)),
    held: String(renderHeld(view)),
    commands: String(renderCommands(view.commands)),
    keyboard: String(renderKeyboard(view)),
  };
}

/** A round with the first letter, in a colour of the person's own. */
export function renderAvatar({ id, first_name }: Person): Html {
  const [letter = "?"] = [...first_name.trim()];
  return markup`<span class="avatar tint-${id % 6}" aria-hidden="true">${letter}</span>`;
}

/** The person's role beside the name. */
export function renderRole(role: string | undefined): Html {
  return role === undefined ? nothing : markup` <span class="role">${role}</span>`;
}

function renderHead({ person, role, isBlocked }: ChatView): Html {
  const { id, first_name, last_name, stars, language_code = "" } = person;
  return markup`${renderAvatar(person)}
    <h2><span class="name">${first_name} ${last_name ?? ""}</span>${renderRole(role)}
      <small>⭐ ${stars} · ${language_code} · <span title="Telegram id">${id}</span></small></h2>
    <details class="menu">
      <summary aria-label="What ${first_name} can do" title="More">⋯</summary>
      <div class="sheet">
        <form data-give="${id}">
          <label>Give Stars <input name="amount" type="number" value="100" min="-100000"
            max="100000" step="1" required></label>
          <button>Give</button>
        </form>
        ${renderLanguages(id, language_code)}
        ${isBlocked ? UNBLOCK : BLOCK}
      </div>
    </details>
    <button type="button" class="close" data-close="${id}"
      aria-label="Close the chat of ${first_name}" title="Close">✕</button>`;
}

const BLOCK = markup`<button type="button" data-block="">Block the bot</button>`;
const UNBLOCK = markup`<button type="button" data-unblock="">Unblock the bot</button>`;

function renderLanguages(personId: number, current: string): Html {
  const languages = { ...LANGUAGES, [current]: LANGUAGES[current] ?? current };
  return markup`<label>Language <select data-language="${personId}">${
    Object.entries(languages).map(([code, name]) =>
      markup`<option value="${code}" ${code === current ? "selected" : ""}>${name}</option>`
    )
  }</select></label>`;
}

function renderHeld({ held }: ChatView): Html {
  if (held.length === 0) return nothing;
  return markup`${
    held.map(({ id, amount }) =>
      markup`<p class="held">⭐ ${amount}: the bot said yes, the payment is on its way.
        <button type="button" data-deliver="${id}">Let it arrive</button></p>`
    )
  }`;
}

function renderKeyboard({ keyboard }: ChatView): Html {
  if (keyboard === null) return nothing;
  return markup`<div class="keys" data-placeholder="${keyboard.placeholder}">${
    keyboard.rows.map((row) =>
      markup`<div class="row">${
        row.map((text) =>
          markup`<button type="button" class="key" data-send="${text}">${text}</button>`
        )
      }</div>`
    )
  }</div>`;
}

function renderCommands(commands: readonly MenuCommand[]): Html {
  if (commands.length === 0) return nothing;
  return markup`
    <details class="menu commands">
      <summary title="Commands"
        aria-label="Commands of the bot">/</summary>
      <div class="sheet">${
    commands.map(({ command, description }) =>
      markup`<button type="button" data-send="/${command}">
        <b>/${command}</b> ${description}</button>`
    )
  }</div>
    </details>
  `;
}
