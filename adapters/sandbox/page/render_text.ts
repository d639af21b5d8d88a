/**
 * A text with its entities as HTML. What people and bots wrote is escaped, always; the only tags are
 * those made here. Guards against a name or a title that becomes part of the page.
 */
import type { Entity } from "../telegram/html_text.ts";
import { type Html, markup } from "./markup.ts";

/** What a stretch of text looks like. */
interface Span {
  readonly type: string;
  readonly from: number;
  readonly to: number;
  readonly url?: string | undefined;
}

/** A link that starts a bot: `https://t.me/<bot>?start=<parameter>`. */
export interface DeepLink {
  readonly username: string;
  readonly parameter: string;
}

/** Addresses and commands, which Telegram's clients make clickable by themselves. */
const FOUND =
  /https?:\/\/[^\s<>"]+[^\s<>".,:;!?)]|(?<![\w/@.<])\/[A-Za-z][A-Za-z0-9_]{0,31}(?!\w)/g;
const OPAQUE = ["code", "pre", "text_link", "url"];

/**
 * Renders a text.
 *
 * @param entities With offsets in UTF-16 units, as Telegram counts.
 */
export function renderText(text: string, entities: readonly Entity[] = []): Html {
  const given = entities.map(({ type, offset, length, url }): Span => ({
    type,
    from: Math.max(0, offset),
    to: Math.min(text.length, offset + length),
    url,
  })).filter(({ from, to, type }) => to > from && type !== "bot_command");
  const found = findLinks(text, given.filter(({ type }) => OPAQUE.includes(type)));
  const spans = [...given, ...found].sort((a, b) => a.from - b.from || b.to - a.to);
  return renderRange(text, { from: 0, to: text.length }, spans);
}

/** Reads a link that starts a bot; null for any other. */
export function readDeepLink(url: string): DeepLink | null {
  if (!URL.canParse(url)) return null;
  const { protocol, hostname, pathname, searchParams } = new URL(url);
  const parameter = searchParams.get("start") ?? "";
  const isTelegram = /^https?:$/.test(protocol) && /^(t|telegram)\.me$/.test(hostname);
  const username = isTelegram
    ? /^\/(\w{3,64})\/?$/.exec(pathname)?.[1]
    : protocol === "tg:"
    ? searchParams.get("domain") ?? undefined
    : undefined;
  return username === undefined || !/^[\w-]{0,64}$/.test(parameter)
    ? null
    : { username, parameter };
}

/** A link as a person may follow it: a start of the bot, a page elsewhere, or only its text. */
export function renderLink(url: string, inside: Html | string): Html {
  const deep = readDeepLink(url);
  if (deep !== null) {
    const { parameter, username } = deep;
    return markup`<button type="button" class="link" data-start="${parameter}" data-bot="${username}">${inside}</button>`;
  }
  const isWeb = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (!isWeb) return markup`<span class="link" title="${url}">${inside}</span>`;
  return markup`<a href="${url}" target="_blank" rel="noopener noreferrer">${inside}</a>`;
}

function findLinks(text: string, opaque: readonly Span[]): Span[] {
  return [...text.matchAll(FOUND)].flatMap((match) => {
    const [from, to] = [match.index, match.index + match[0].length];
    if (opaque.some((span) => from < span.to && to > span.from)) return [];
    return [{ type: match[0].startsWith("/") ? "command" : "url", from, to }];
  });
}

/** Spans that overlap without one holding the other do not come from Telegram; the later is cut. */
function renderRange(
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
  spans: readonly Span[],
): Html {
  const parts: (Html | string)[] = [];
  let at = from;
  let index = 0;
  while (index < spans.length) {
    const span = spans[index++] as Span;
    if (span.from < at || span.from >= to) continue;
    const end = Math.min(span.to, to);
    const inner = spans.slice(index).filter((one) => one.from < end);
    parts.push(text.slice(at, span.from));
    parts.push(
      wrap(text, { ...span, to: end }, renderRange(text, { from: span.from, to: end }, inner)),
    );
    at = end;
  }
  parts.push(text.slice(at, to));
  return markup`${parts}`;
}

function wrap(text: string, { type, url, from, to }: Span, inside: Html): Html {
  const plain = text.slice(from, to);
  switch (type) {
    case "bold":
      return markup`<b>${inside}</b>`;
    case "italic":
      return markup`<i>${inside}</i>`;
    case "underline":
      return markup`<u>${inside}</u>`;
    case "strikethrough":
      return markup`<s>${inside}</s>`;
    case "spoiler":
      return markup`<span class="spoiler" tabindex="0" title="Hidden: focus or point to read">${inside}</span>`;
    case "code":
      return markup`<code>${inside}</code>`;
    case "pre":
      return markup`<pre>${inside}</pre>`;
    case "blockquote":
    case "expandable_blockquote":
      return markup`<blockquote>${inside}</blockquote>`;
    case "text_link":
      return renderLink(url ?? "", inside);
    case "url":
      return renderLink(plain, inside);
    case "command":
      return markup`<button type="button" class="link" data-send="${plain}">${inside}</button>`;
    default:
      return inside;
  }
}
