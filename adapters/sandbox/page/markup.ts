/**
 * Templates whose values are escaped. Hono's own, narrowed to what is made at once: nothing on this
 * page waits for a promise.
 */
import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

/** HTML that was made by a template, its values escaped. */
export type Html = HtmlEscapedString;

/** Makes HTML; strings among the values are escaped, other templates and lists of them are not. */
export function markup(strings: TemplateStringsArray, ...values: readonly unknown[]): Html {
  return html(strings, ...values) as Html;
}

/** Nothing. */
export const nothing: Html = markup``;
