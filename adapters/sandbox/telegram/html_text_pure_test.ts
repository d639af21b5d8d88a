/** HTML as Telegram reads it. */
import { describe, expect, it } from "vitest";
import { parseHtml } from "./html_text.ts";

describe("parseHtml()", () => {
  it.each([
    ["a < b".replace("<", "&lt;"), "a < b", []],
    ["&quot;&#1071;&#x42f;&amp;&copy;", '"ЯЯ&&copy;', []],
    ["<b>x<i>y</i></b>", "xy", ["bold 0 2", "italic 1 1"]],
    ["😀<u>x</u>", "😀x", ["underline 2 1"]],
    ['<a href="https://a.b/?x=1&amp;y=2">l</a>', "l", ["text_link 0 1"]],
    ['<pre><code class="language-ts">x</code></pre>', "x", ["pre 0 1"]],
    ['<span class="tg-spoiler">x</span>', "x", ["spoiler 0 1"]],
    ["<blockquote expandable>x</blockquote>", "x", ["expandable_blockquote 0 1"]],
    ['<tg-emoji emoji-id="5">x</tg-emoji>', "x", ["custom_emoji 0 1"]],
    ["<b></b>x", "x", []],
  ])("reads %s", (html, text, entities) => {
    const parsed = parseHtml(html);
    expect(parsed.text).toBe(text);
    expect(parsed.entities.map((one) => `${one.type} ${one.offset} ${one.length}`)).toEqual(
      entities,
    );
  });

  it.each([
    ["<b>x", 'Can\'t find end tag corresponding to start tag "b"'],
    ["<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'],
    ["я</b>", "Unexpected end tag at byte offset 2"],
    ["<h1>x</h1>", 'Unsupported start tag "h1" at byte offset 0'],
    ["a <3", "Unclosed start tag at byte offset 2"],
    ["<span>x</span>", 'Unsupported start tag "span" at byte offset 0'],
  ])("refuses %s", (html, words) => {
    expect(() => parseHtml(html)).toThrow(`can't parse entities: ${words}`);
  });
});
