/**
 * The page's stream of server-sent events: what changed in the open chats, and the parts beside them.
 * One stream for the whole page, because a browser keeps six connections to one host at most. It
 * sleeps until something changes; what changes at once is told at once.
 */
import { ANY_TOPIC } from "../signals.ts";
import type { Bot } from "../telegram/bots.ts";
import type { TelegramContext } from "../telegram/telegram_context.ts";
import { type ChatView, readChat, type SeenMessage } from "./chat_view.ts";
import { renderParts, stateOf } from "./render_chat.ts";
import { renderMessage } from "./render_message.ts";
import { type Overview, renderOverview } from "./render_page.ts";
import { renderRoomHead } from "./render_room.ts";
import { readRoom } from "./room_view.ts";

/** The chats a page shows: person → the last revision it has seen. */
export type Watched = ReadonlyMap<number, number>;

/** A changed chat (or room), as the page's script reads it. */
export interface ChatChange {
  readonly person: number;
  readonly revision: number;
  readonly state: string;
  /** New and changed messages, in order. */
  readonly messages: readonly { readonly id: number; readonly html: string }[];
  readonly gone: readonly number[];
  readonly alerts: ChatView["alerts"];
  readonly parts: Readonly<Record<string, string>>;
}

/** A comment now and then, so that a connection that broke silently is found. */
const KEEP_ALIVE_MS = 15_000;
/** Changes of one moment are told together. */
const GATHER_MS = 50;
/** A page shows no more chats at once than that. */
export const MAX_CHATS = 8;

/** Reads `1:45,-1009:30`, rooms having negative ids; what is no such list counts as empty. */
export function readWatched(text: string | undefined): Watched {
  const pairs = (text ?? "").split(",").map((each) => /^(-?\d{1,16}):(\d{1,16})$/.exec(each));
  return new Map(
    pairs.filter((pair) => pair !== null).slice(0, MAX_CHATS)
      .map((pair) => [Number(pair[1]), Number(pair[2])]),
  );
}

/**
 * Opens a stream. It ends with the sandbox, or when the page goes away.
 *
 * @param readOverview Reads what is beside the chats.
 */
export function openLive(
  context: TelegramContext,
  { bot, watched, bootId, readOverview }: {
    readonly bot: Bot;
    readonly watched: Watched;
    readonly bootId: string;
    readonly readOverview: () => Overview;
  },
): ReadableStream<Uint8Array> {
  const { signals, clock, stopped } = context.world;
  const gone = new AbortController();
  const seen = new Map(watched);
  const shown: Record<string, string> = {};
  const encoder = new TextEncoder();
  let isFirst = true;

  function changes(): string {
    const out: string[] = [];
    for (const [id, since] of seen) {
      const change = readChange(context, bot, { id, since });
      if (change === undefined) continue;
      const parts = JSON.stringify(change.parts);
      const isNew = change.revision > since || parts !== shown[`chat-${id}`];
      if (!isNew) continue;
      shown[`chat-${id}`] = parts;
      seen.set(id, change.revision);
      out.push(serverSentEvent("chat", change, watermark(seen)));
    }
    const parts = Object.entries(renderOverview(readOverview()));
    const changed = parts.filter(([id, html]) => shown[id] !== html);
    for (const [id, html] of changed) shown[id] = html;
    if (changed.length > 0) out.push(serverSentEvent("overview", Object.fromEntries(changed)));
    return out.join("");
  }

  /** Looking and falling asleep are one synchronous piece: nothing is missed in between. */
  async function next(): Promise<string | null> {
    if (isFirst) {
      isFirst = false;
      return serverSentEvent("hello", { bootId }) + changes();
    }
    const aliveUntilMs = clock.nowMs() + KEEP_ALIVE_MS;
    while (!stopped.aborted && !gone.signal.aborted) {
      const news = changes();
      if (news !== "") return news;
      const leftMs = aliveUntilMs - clock.nowMs();
      if (leftMs <= 0) return ": still here\n\n";
      await signals.wait(ANY_TOPIC, leftMs, gone.signal);
      await signals.wait("page/gather", GATHER_MS, gone.signal);
    }
    return null;
  }

  return new ReadableStream({
    async pull(controller) {
      const text = await next();
      if (gone.signal.aborted) return;
      if (text === null) controller.close();
      else controller.enqueue(encoder.encode(text));
    },
    cancel: () => gone.abort(),
  });
}

function readChange(
  context: TelegramContext,
  bot: Bot,
  { id, since }: { readonly id: number; readonly since: number },
): ChatChange | undefined {
  const person = context.chats.person(id);
  if (person !== undefined) return changeOf(readChat(context, { bot, person, since }));
  const room = id < 0 ? context.rooms.find(id) : undefined;
  if (room === undefined) return undefined;
  const page = readRoom(context, { room, since });
  return {
    person: id,
    revision: room.revision,
    state: "room",
    messages: htmlOf(id, page.messages),
    gone: page.gone,
    alerts: [],
    parts: { head: String(renderRoomHead(page)) },
  };
}

function htmlOf(chatId: number, messages: readonly SeenMessage[]): ChatChange["messages"] {
  return messages.map((message) => ({
    id: message.message_id,
    html: String(renderMessage(chatId, message)),
  }));
}

function changeOf(view: ChatView): ChatChange {
  return {
    person: view.person.id,
    revision: view.revision,
    state: stateOf(view),
    messages: htmlOf(view.person.id, view.messages),
    gone: view.gone,
    alerts: view.alerts,
    parts: renderParts(view),
  };
}

function watermark(seen: Watched): string {
  return [...seen].map(([person, revision]) => `${person}:${revision}`).join(",");
}

/** The id is what a browser sends back as Last-Event-ID when it comes again. */
function serverSentEvent(name: string, data: unknown, id?: string): string {
  const mark = id === undefined ? "" : `id: ${id}\n`;
  return `event: ${name}\n${mark}data: ${JSON.stringify(data)}\n\n`;
}
