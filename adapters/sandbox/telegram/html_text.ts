/**
 * `parse_mode: "HTML"`: the tags Telegram knows, balanced and nested, become entities over plain
 * text (offsets in UTF-16 units). Refuses what Telegram refuses, with its words, so that an
 * unescaped `<` in somebody's name is found here and not in production.
 *
 * Source: Bot API, "Formatting options", HTML style; words of the refusals as in TDLib's
 * MessageEntity.cpp.
 */
import { badRequest } from "./telegram_error.ts";

/** A formatted stretch of the text. */
export interface Entity {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  readonly url?: string;
  readonly language?: string;
  readonly custom_emoji_id?: string;
}

interface OpenTag {
  readonly name: string;
  readonly offset: number;
  readonly entity: Omit<Entity, "offset" | "length"> | null;
}

const SIMPLE: Readonly<Record<string, string>> = {
  b: "bold",
  strong: "bold",
  i: "italic",
  em: "italic",
  u: "underline",
  ins: "underline",
  s: "strikethrough",
  strike: "strikethrough",
  del: "strikethrough",
  "tg-spoiler": "spoiler",
  code: "code",
  pre: "pre",
};

const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };

/**
 * Reads HTML.
 *
 * @returns The plain text and its entities, in order of their beginning.
 * @throws {TelegramError} When a tag is unknown, not closed, or closed by another.
 */
export function parseHtml(html: string): { readonly text: string; readonly entities: Entity[] } {
  const open: OpenTag[] = [];
  const entities: Entity[] = [];
  let text = "";
  let at = 0;
  while (at < html.length) {
    const char = html.charAt(at);
    if (char === "&") {
      const [decoded, length] = decodeReference(html, at);
      text += decoded;
      at += length;
      continue;
    }
    if (char !== "<") {
      text += char;
      at++;
      continue;
    }
    const end = html.indexOf(">", at);
    if (end < 0) throw cannotParse(`Unclosed start tag at byte offset ${byteOffset(html, at)}`);
    const inside = html.slice(at + 1, end);
    if (inside.startsWith("/")) {
      closeTag({ name: inside.slice(1).trim().toLowerCase(), html, at, text, open, entities });
    } else {
      open.push(openTag({ inside, html, at, offset: text.length, open }));
    }
    at = end + 1;
  }
  const left = open.pop();
  if (left !== undefined) {
    throw cannotParse(`Can't find end tag corresponding to start tag "${left.name}"`);
  }
  entities.sort((a, b) => a.offset - b.offset || b.length - a.length);
  return { text, entities };
}

function closeTag(
  { name, html, at, text, open, entities }: {
    name: string;
    html: string;
    at: number;
    text: string;
    open: OpenTag[];
    entities: Entity[];
  },
): void {
  const last = open.pop();
  if (last === undefined) {
    throw cannotParse(`Unexpected end tag at byte offset ${byteOffset(html, at)}`);
  }
  if (name !== "" && name !== last.name) {
    throw cannotParse(
      `Unmatched end tag at byte offset ${
        byteOffset(html, at)
      }, expected "</${last.name}>", found "</${name}>"`,
    );
  }
  const length = text.length - last.offset;
  if (last.entity === null || length === 0) return;
  // <pre><code class="language-…"> is one entity: the inner tag has made it already.
  const inner = entities.at(-1);
  if (last.name === "pre" && inner?.type === "pre" && inner.offset === last.offset) return;
  entities.push({ ...last.entity, offset: last.offset, length });
}

function openTag(
  { inside, html, at, offset, open }: {
    inside: string;
    html: string;
    at: number;
    offset: number;
    open: readonly OpenTag[];
  },
): OpenTag {
  const name = (/^[^\s/]*/.exec(inside)?.[0] ?? "").toLowerCase();
  const attributes = readAttributes(inside.slice(name.length));
  const simple = SIMPLE[name];
  const language = /^language-(.+)$/.exec(attributes.get("class") ?? "")?.[1];
  if (name === "code" && open.at(-1)?.name === "pre") {
    return { name, offset, entity: language === undefined ? null : { type: "pre", language } };
  }
  if (simple !== undefined) return { name, offset, entity: { type: simple } };
  if (name === "span" && attributes.get("class") === "tg-spoiler") {
    return { name, offset, entity: { type: "spoiler" } };
  }
  if (name === "blockquote") {
    const type = attributes.has("expandable") ? "expandable_blockquote" : "blockquote";
    return { name, offset, entity: { type } };
  }
  if (name === "a") {
    const url = attributes.get("href") ?? "";
    return { name, offset, entity: url === "" ? null : { type: "text_link", url } };
  }
  if (name === "tg-emoji" && attributes.has("emoji-id")) {
    const custom_emoji_id = attributes.get("emoji-id") ?? "";
    return { name, offset, entity: { type: "custom_emoji", custom_emoji_id } };
  }
  throw cannotParse(`Unsupported start tag "${name}" at byte offset ${byteOffset(html, at)}`);
}

function readAttributes(text: string): Map<string, string> {
  const out = new Map<string, string>();
  for (const match of text.matchAll(/([a-z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/gi)) {
    const value = match[2] ?? match[3] ?? match[4] ?? "";
    out.set((match[1] ?? "").toLowerCase(), decodeAll(value));
  }
  return out;
}

function decodeAll(text: string): string {
  return text.replace(/&(?:#x?[0-9a-f]+|[a-z]+);/gi, (all) => decodeReference(all, 0)[0]);
}

function decodeReference(text: string, at: number): readonly [string, number] {
  const match = /^&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(lt|gt|amp|quot));?/i.exec(
    text.slice(at, at + 12),
  );
  if (match === null) return ["&", 1];
  const named = NAMED[(match[3] ?? "").toLowerCase()];
  if (named !== undefined) return [named, match[0].length];
  const code = match[1] === undefined ? parseInt(match[2] ?? "", 16) : Number(match[1]);
  if (!(code > 0 && code <= 0x10ffff)) return ["&", 1];
  return [String.fromCodePoint(code), match[0].length];
}

function byteOffset(text: string, at: number): number {
  return new TextEncoder().encode(text.slice(0, at)).length;
}

function cannotParse(words: string): Error {
  return badRequest(`can't parse entities: ${words}`);
}
