/** The whole page, and the parts of it that change by themselves: the books, the people, the faults. */
import type { Fault, Person } from "../door_types.ts";
import type { BotBooks } from "../star_types.ts";
import type { Bot } from "../telegram/bots.ts";
import type { YooKassaSums } from "../yookassa/books.ts";
import { type Html, markup, nothing } from "./markup.ts";
import { LANGUAGES, renderAvatar, renderRole } from "./render_chat.ts";
import type { Room } from "../room_types.ts";
import { renderFaultList, renderFaultsDialog } from "./render_faults.ts";
import { renderRoomLink } from "./render_room.ts";

/** Somebody in the list of people. */
export interface ListedPerson {
  readonly person: Person;
  readonly role: string | undefined;
  readonly isBlocked: boolean;
  readonly revision: number;
  /** The last message in a line. */
  readonly last: string;
}

/** All that is on the page besides the chats. */
export interface Overview {
  readonly bot: Bot;
  readonly books: BotBooks;
  /** Kopecks at YooKassa. */
  readonly rubles: YooKassaSums;
  readonly people: readonly ListedPerson[];
  readonly rooms: readonly { readonly room: Room; readonly last: string }[];
  /** How many more people there are. */
  readonly unlisted: number;
  readonly faults: readonly Fault[];
}

/** The parts that are replaced as a whole when they change, by the ids of their elements. */
export function renderOverview(overview: Overview): Readonly<Record<string, string>> {
  return {
    "books": String(renderBooks(overview)),
    "people": String(renderPeople(overview)),
    "fault-list": String(renderFaults(overview)),
    "fault-count": renderCount(overview),
  };
}

/**
 * Renders the page.
 *
 * @param bootId Changes when the books were begun anew: what a browser still shows is of the past then.
 */
export function renderPage(
  { overview, chats, bootId }: {
    readonly overview: Overview;
    /** Rendered panes. */
    readonly chats: readonly Html[];
    readonly bootId: string;
  },
): Html {
  const { bot } = overview;
  return markup`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport"
          content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
        <meta name="color-scheme" content="light dark">
        <title>Sandbox · @${bot.username}</title>
        <link rel="icon" href="/page/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/page/page.css">
        <script type="module" src="/page/page.js"></script>
      </head>
      <body data-bot="${bot.id}" data-username="${bot.username}" data-boot="${bootId}">
        <header class="top">
          <h1>Sandbox <small>@${bot.username}</small></h1>
          <dl class="books" id="books" aria-label="The bot's money by the sandbox's books">${
    renderBooks(overview)
  }</dl>
          <div class="actions">
            <span id="live" class="live" role="status">live</span>
            <details class="menu owner">
              <summary title="What the bot's owner can do">Owner</summary>
              <div class="sheet">
                <form id="topups"><label>Buy Stars for the bot <input name="amount" type="number"
                  value="3000" min="1" max="1000000" step="1" required></label>
                  <button>Top up</button></form>
                <form id="withdrawals"><label>Take Stars out <input name="amount" type="number"
                  value="1000" min="1" max="1000000" step="1" required></label>
                  <button>Withdraw</button></form>
                <form id="rooms"><label>New channel @<input name="username" required
                  pattern="[A-Za-z][A-Za-z0-9_]{3,31}" placeholder="zhreb_news"></label>
                  <button>Create</button></form>
              </div>
            </details>
            <button type="button" data-open="faults">Faults <b id="fault-count" class="count">${
    renderCount(overview)
  }</b></button>
            <button type="button" data-open="new-person">New person</button>
          </div>
        </header>
        <nav class="people" aria-label="People"><ul id="people">${renderPeople(overview)}</ul></nav>
        <main class="chats" id="chats">${chats}
          <p class="empty">Choose somebody to chat with the bot as that person.</p></main>
        ${
    renderFaultsDialog(renderFaults(overview))
  }${renderPersonDialog()}${renderPayDialog()}${renderFollowDialog()}
        <dialog id="alert" class="dialog small" aria-labelledby="alert-text"><p id="alert-text"></p>
          <form method="dialog"><button class="primary">OK</button></form></dialog>
      </body>
    </html>
  `;
}

/** How many faults wait; nothing for none. */
function renderCount({ faults }: Overview): string {
  return faults.length === 0 ? "" : String(faults.length);
}

function renderFaults({ faults, people }: Overview): Html {
  return renderFaultList(faults, people.map(({ person }) => person));
}

/** What always is, and what there is besides. */
function renderBooks({ books, rubles: { shop, gateway } }: Overview): Html {
  const stars: [name: string, stars: number, isAlways: boolean][] = [
    ["Received", books.received, true],
    ["Refunded", books.refunded, true],
    ["Gifts", books.spentOnGifts + books.spentOnPremium, true],
    ["Topped up", books.toppedUp, false],
    ["Withdrawn", books.withdrawn, false],
    ["Broadcasts", books.spentOnBroadcasts, false],
    ["Unknown", books.unknown, false],
    ["Balance", books.balance, true],
  ];
  const rubles: [name: string, kopecks: number][] = [
    ["Rubles in", shop.received],
    ["Rubles back", shop.refunded],
    ["Paid out", gateway.out],
  ];
  return markup`${
    stars.filter(([, amount, isAlways]) => isAlways || amount !== 0).map(([name, amount]) =>
      markup`<div><dt>${name}</dt> <dd>⭐ ${amount}</dd></div>`
    )
  }${
    rubles.filter(([, kopecks]) => kopecks !== 0).map(([name, kopecks]) =>
      markup`<div><dt>${name}</dt> <dd>₽ ${kopecks / 100}</dd></div>`
    )
  }`;
}

function renderPeople({ people, rooms, unlisted }: Overview): Html {
  return markup`${
    people.map(({ person, role, isBlocked, revision, last }) =>
      markup`<li><a href="/?chats=${person.id}" class="person" data-open-chat="${person.id}" data-revision="${revision}">${
        renderAvatar(person)
      }
        <span class="who"><span class="name">${person.first_name}</span>${renderRole(role)}
          ${isBlocked ? markup`<span class="role">blocked</span>` : nothing}</span>
        <span class="stars">⭐ ${person.stars}</span>
        <span class="last">${last === "" ? "No messages yet" : last}</span>
        <span class="unread" aria-hidden="true"></span></a></li>`
    )
  }${rooms.map(renderRoomLink)}${
    unlisted === 0 ? nothing : markup`<li class="none">and ${unlisted} more</li>`
  }`;
}

function renderPersonDialog(): Html {
  return markup`
    <dialog id="new-person" class="dialog" aria-labelledby="new-person-title">
      <h2 id="new-person-title">New person</h2>
      <form id="person-form">
        <label>First name <input name="first_name" required maxlength="64" autocomplete="off"></label>
        <label>Language <select name="language_code">${
    Object.entries(LANGUAGES).map((
      [code, name],
    ) => markup`<option value="${code}">${name}</option>`)
  }</select></label>
        <label>Stars <input name="stars" type="number" value="1000" min="0" max="10000000" step="1"
          required></label>
        <label>Telegram id, if it matters <input name="id" type="number" min="1"
          max="4503599627370495" step="1" placeholder="chosen by chance"></label>
        <button class="primary">Create</button>
        <button type="button" data-close-dialog="">Cancel</button>
      </form>
    </dialog>
  `;
}

function renderPayDialog(): Html {
  return markup`
    <dialog id="pay" class="dialog small" aria-labelledby="pay-title">
      <h2 id="pay-title"></h2>
      <p id="pay-description"></p>
      <p class="price">⭐ <b id="pay-amount"></b> <small id="pay-stars"></small></p>
      <p id="pay-status" role="status" aria-live="assertive"></p>
      <form id="pay-form">
        <button class="primary" name="way" value="now">Pay</button>
        <button type="button" data-close-dialog="">Decline</button>
        <details class="more">
          <summary>Other ways</summary>
          <button name="way" value="after">Back out after the bot's yes</button>
          <button name="way" value="late">Pay, but the payment arrives late</button>
        </details>
      </form>
    </dialog>
  `;
}

/** A post is read by everybody; its link is followed by somebody. */
function renderFollowDialog(): Html {
  return markup`
    <dialog id="follow" class="dialog small" aria-labelledby="follow-title">
      <h2 id="follow-title">Who follows the link?</h2>
      <form id="follow-form">
        <div id="follow-people" class="choices"></div>
        <button type="button" data-close-dialog="">Nobody</button>
      </form>
    </dialog>
  `;
}
