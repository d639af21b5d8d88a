/** Texts become HTML that shows what was written and does nothing else. */
import { describe, expect, it } from "vitest";
import { parseHtml } from "../telegram/html_text.ts";
import { readDeepLink, renderText } from "./render_text.ts";

function render(html: string): string {
  const { text, entities } = parseHtml(html);
  return String(renderText(text, entities));
}

describe("renderText()", () => {
  it.each([
    ["a &lt;script&gt;", "a &lt;script&gt;"],
    ["<b>bold &amp; <i>both</i></b> plain", "<b>bold &amp; <i>both</i></b> plain"],
    ["<u>u</u><s>s</s><code>c</code>", "<u>u</u><s>s</s><code>c</code>"],
    ["<pre>a\n b</pre>", "<pre>a\n b</pre>"],
    ["<blockquote>q</blockquote>", "<blockquote>q</blockquote>"],
    ['<b>🎟 "x"</b>', "<b>🎟 &quot;x&quot;</b>"],
    ["<code>/start</code>", "<code>/start</code>"],
    ["and/or 1/2", "and/or 1/2"],
  ])("shows %s", (given, wanted) => {
    expect(render(given)).toBe(wanted);
  });

  it("makes commands and addresses of a plain text usable", () => {
    expect(render("See /help, or https://example.org/a?b=1.")).toBe(
      'See <button type="button" class="link" data-send="/help">/help</button>, or ' +
        '<a href="https://example.org/a?b=1" target="_blank" rel="noopener noreferrer">' +
        "https://example.org/a?b=1</a>.",
    );
  });

  it("makes a link that starts the bot a start", () => {
    expect(render("https://t.me/some_bot?start=rfl_1")).toContain(
      'data-start="rfl_1" data-bot="some_bot"',
    );
  });

  it.each([
    '<a href="javascript:alert(1)">x</a>',
    '<a href="data:text/html,x">x</a>',
    '<a href="nonsense">x</a>',
  ])("follows nothing that is no web address: %s", (given) => {
    expect(render(given)).not.toContain("href");
  });

  it("keeps quotes inside an attribute", () => {
    const out = render('<a href="https://e.org/&quot;onmouseover=&quot;x">y</a>');
    expect(out).not.toMatch(/"onmouseover/);
  });

  it("loses no text where entities overlap or lie outside", () => {
    const entities = [
      { type: "bold", offset: 0, length: 4 },
      { type: "italic", offset: 2, length: 4 },
      { type: "code", offset: 5, length: 99 },
    ];
    const out = String(renderText("abcdefgh", entities));
    expect(out.replace(/<[^>]+>/g, "")).toBe("abcdefgh");
  });
});

it.each([
  ["https://t.me/some_bot?start=rfl_1", { username: "some_bot", parameter: "rfl_1" }],
  ["https://t.me/some_bot", { username: "some_bot", parameter: "" }],
  ["tg://resolve?domain=some_bot&start=x", { username: "some_bot", parameter: "x" }],
  ["https://t.me/some_bot?start=%3Cb%3E", null],
  ["https://t.me/$abc", null],
  ["https://evil.example/some_bot?start=x", null],
  ["nonsense", null],
])("readDeepLink() reads %s", (url, wanted) => {
  expect(readDeepLink(url)).toEqual(wanted);
});
