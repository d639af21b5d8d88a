/** A channel or a group as a pane: only to be read. */
import type { Room } from "../room_types.ts";
import { type Html, markup } from "./markup.ts";
import { renderMessage } from "./render_message.ts";
import type { RoomPage } from "./room_view.ts";

const TYPES = { channel: "channel", supergroup: "group", group: "group" } as const;

/** Renders a whole pane. */
export function renderRoom(page: RoomPage): Html {
  const { id, title, revision } = page.room;
  return markup`
    <section class="chat" id="chat-${id}" data-person="${id}" data-revision="${revision}"
      data-state="room" aria-label="Posts of ${title}">
      <header class="chat-head" data-part="head">${renderRoomHead(page)}</header>
      <ol class="messages" role="log" aria-live="polite" tabindex="0"
        aria-label="Posts of ${title}">${
    page.messages.map((message) => renderMessage(id, message))
  }</ol>
      <div class="toasts" role="status" aria-live="assertive"></div>
    </section>
  `;
}

/** What stands over the posts. */
export function renderRoomHead({ room, members }: RoomPage): Html {
  const { id, title, type, username, bots } = room;
  const name = username === undefined ? String(id) : `@${username}`;
  const bot = bots[0]?.status ?? "not in it";
  const isIn = bot === "administrator" || bot === "member";
  return markup`${renderRoomAvatar()}
    <h2><span class="name">${title}</span> <span class="role">${TYPES[type]}</span>
      <small>${name} · ${members} in it · the bot: ${bot}</small></h2>
    <details class="menu">
      <summary aria-label="What ${title}'s owner can do" title="More">⋯</summary>
      <div class="sheet">${isIn ? OUT : IN}</div>
    </details>
    <button type="button" class="close" data-close="${id}"
      aria-label="Close ${title}" title="Close">✕</button>`;
}

const OUT = markup`<button type="button" data-standing="kicked">Throw the bot out</button>`;
const IN = markup`<button type="button" data-standing="administrator">Let the bot in</button>`;

/** The room in the list beside the people. */
export function renderRoomLink(
  { room, last }: { readonly room: Room; readonly last: string },
): Html {
  return markup`<li><a href="/?chats=${room.id}" class="person" data-open-chat="${room.id}" data-revision="${room.revision}">${renderRoomAvatar()}
    <span class="who"><span class="name">${room.title}</span>
      <span class="role">${TYPES[room.type]}</span></span>
    <span class="last">${last === "" ? "No posts yet" : last}</span>
    <span class="unread" aria-hidden="true"></span></a></li>`;
}

function renderRoomAvatar(): Html {
  return markup`<span class="avatar tint-1" aria-hidden="true">#</span>`;
}
