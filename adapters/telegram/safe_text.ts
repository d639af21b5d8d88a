/**
 * Texts that fit into Telegram: HTML escaping, and cuts that break neither a surrogate pair nor a
 * tag. Telegram counts UTF-16 units after it has read the tags; the cut counts the same way.
 *
 * Source: core.telegram.org/bots/api (sendMessage.text, "HTML style"), read 2026-11-20.
 */

/** Longest text of a message, UTF-16 units after entities. */
export const MESSAGE_MAX_UNITS = 4096;
/** Longest caption of a document. */
export const CAPTION_MAX_UNITS = 1024;
/** Longest text of an answer to a pressed button. */
export const TOAST_MAX_UNITS = 200;

/** Makes any text safe inside Telegram's HTML, also as an attribute. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/**
 * Cuts plain text to at most `maxUnits` UTF-16 units; a cut text ends in `…`.
 * @param text Any text, also with a lone surrogate (it is dropped at the cut).
 */
export function cutText(text: string, maxUnits: number): string {
  if (text.length <= maxUnits) return text;
  let end = maxUnits - 1;
  if (isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
  return `${text.slice(0, end).trimEnd()}…`;
}

/**
 * Cuts HTML to at most `maxUnits` visible units and closes the tags that are open at the cut.
 * @param html HTML of our own making: well nested, its variables escaped.
 */
export function cutHtml(html: string, maxUnits: number): string {
  if (html.length <= maxUnits) return html;
  const tokens = html.match(/<[^>]*>|&[a-z0-9#]+;|[\uD800-\uDBFF][\uDC00-\uDFFF]|[\s\S]/gi) ?? [];
  if (visibleUnits(tokens) <= maxUnits) return html;
  const open: string[] = [];
  let cut = "";
  let room = maxUnits - 1;
  for (const token of tokens) {
    const units = unitsOf(token);
    if (units > room) break;
    room -= units;
    cut += token;
    if (/^<\//.test(token)) open.pop();
    else if (/^<[^>]+>$/.test(token)) open.push(/^<([a-z-]+)/i.exec(token)?.[1] ?? "");
  }
  return `${cut}…${open.reverse().map((tag) => `</${tag}>`).join("")}`;
}

function visibleUnits(tokens: readonly string[]): number {
  return tokens.reduce((sum, token) => sum + unitsOf(token), 0);
}

function unitsOf(token: string): number {
  if (token.startsWith("<") && token.endsWith(">")) return 0;
  return token.startsWith("&") && token.endsWith(";") && token.length > 1 ? 1 : token.length;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
