/** What people read of the time in which a list may be checked. */
import { describe, expect, it } from "vitest";
import { renderAdminNotice } from "./admin_notice_text.ts";
import { adminCreatedReply } from "./replies/admin_replies.ts";
import { raffleCard } from "./replies/raffle_card.ts";
import { NOW_MS, testRaffle, testTerms } from "./testing/fake_queries.ts";

const terms = { ...testTerms, reviewMs: 300_000 };
const card = (language: "en" | "ru", differences: Parameters<typeof testRaffle>[0]) =>
  raffleCard({ language, nowMs: NOW_MS }, testRaffle(differences)).html;

describe("a card", () => {
  it.each(["draft", "open", "paused"])("%s says how long it will be", (status) => {
    expect(card("en", { status, terms }))
      .toContain("When entries have ended the list may be checked for 5 min; then it is sealed.");
    expect(card("ru", { status, terms })).toContain("список могут проверять 5 мин");
  });

  it("says when it ends, while it runs", () => {
    const running = { status: "reviewing", terms, closesAtMs: NOW_MS - 60_000 };
    expect(card("en", running)).toContain("entries have ended, the list is being checked");
    expect(card("en", running))
      .toContain("may be checked until 20 Nov, 12:04:00 UTC; then it is sealed");
    expect(card("ru", running)).toContain("до 20 нояб., 15:04:00 МСК; потом он опечатывается");
  });

  it.each(["closing", "sealed", "redrawing", "settled", "cancelling"])(
    "%s says nothing",
    (status) => {
      expect(card("en", { status, terms })).not.toContain("checked");
    },
  );

  it("says nothing where there is none", () => {
    for (const none of [testTerms, { ...testTerms, reviewMs: 0 }]) {
      expect(card("en", { status: "open", terms: none })).not.toContain("checked");
    }
  });
});

describe("an admin", () => {
  it("reads who waits for him, until when, and where", () => {
    const notice = { key: "reviewBegun", raffleId: "rfl_one", untilMs: NOW_MS } as const;
    const told = renderAdminNotice({ ...notice, suspects: 2 }, { language: "en", title: "<b>" });
    expect(told.html).toBe(
      "🛡 Entries of “&lt;b&gt;” have ended. 2 players on its list wait for your decision. " +
        "It is sealed at 20 Nov, 12:00 UTC in any case; until then you can exclude.",
    );
    expect(told.buttons).toEqual([[
      expect.objectContaining({ button: { verb: "p", panel: { page: "checks", number: 0 } } }),
    ]]);
    expect(renderAdminNotice({ ...notice, suspects: 1 }, { language: "ru", title: "П" }).html)
      .toContain("Вашего решения ждёт 1 участник из его списка.");
  });

  it("reads of it when he has made a raffle that has one", () => {
    const made = (own: typeof testTerms) =>
      adminCreatedReply({ language: "en" } as never, { raffleId: "rfl_one", terms: own }).html;
    expect(made(terms)).toContain("may be checked for 5 min");
    expect(made(testTerms)).not.toContain("checked");
  });
});
