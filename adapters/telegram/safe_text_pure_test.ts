import { describe, expect, it } from "vitest";
import { cutHtml, cutText, escapeHtml } from "./safe_text.ts";

describe("cutText()", () => {
  it.each([
    ["short", 10, "short"],
    ["exactly10!", 10, "exactly10!"],
    ["one too long", 11, "one too lo…"],
    ["ab cdef", 4, "ab…"],
    ["💥💥💥", 4, "💥…"],
    ["💥💥💥", 5, "💥💥…"],
  ])("cuts %s to %i", (text, units, want) => {
    expect(cutText(text, units)).toBe(want);
    expect(cutText(text, units).length).toBeLessThanOrEqual(units);
  });
});

describe("cutHtml()", () => {
  it.each([
    ["<b>bold</b>", 4, "<b>bold</b>"],
    ["<b>bolder</b>", 4, "<b>bol…</b>"],
    ["a&amp;b&lt;c", 5, "a&amp;b&lt;c"],
    ["a&amp;b&lt;cd", 5, "a&amp;b&lt;…"],
    ["<b>x<i>yz💥</i></b>", 4, "<b>x<i>yz…</i></b>"],
    ["plain text", 5, "plai…"],
  ])("cuts %s to %i visible units", (text, units, want) => {
    expect(cutHtml(text, units)).toBe(want);
  });

  it("closes what is open, whatever the length", () => {
    const text = "<b>Title & more</b>\n<code>ab</code> &lt;tag&gt; <i>💥 <b>deep</b></i>".repeat(3);
    for (let units = 1; units < 150; units++) {
      const cut = cutHtml(text, units);
      const tags = [...cut.matchAll(/<(\/?)(\w+)>/g)];
      const open: string[] = [];
      for (const [, slash, name] of tags) {
        if (slash === "") open.push(name ?? "");
        else expect(open.pop()).toBe(name);
      }
      expect(open).toEqual([]);
      expect(cut.isWellFormed()).toBe(true);
    }
  });
});

describe("escapeHtml()", () => {
  it("leaves nothing that Telegram would read as a tag or an entity", () => {
    expect(escapeHtml(`<b>&amp;"`)).toBe("&lt;b&gt;&amp;amp;&quot;");
  });
});
