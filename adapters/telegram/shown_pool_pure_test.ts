/** What is shown of a prize that is guaranteed, and of one that is not. */
import { describe, expect, it } from "vitest";
import { renderAnnouncement } from "./announcement_text.ts";
import { raffleCard } from "./replies/raffle_card.ts";
import { shownPool } from "./shown_pool.ts";
import { NOW_MS, testRaffle, testTerms } from "./testing/fake_queries.ts";

const stars = (minor: string) => ({ minor, currency: "XTR" as const });
const promising = { ...testTerms, guaranteedPrize: stars("100") };
const winners = [{ place: 1, number: 3, prize: stars("100") }];
const card = (raffle: ReturnType<typeof testRaffle>) =>
  raffleCard({ language: "en", nowMs: NOW_MS }, raffle).html;

describe("shownPool()", () => {
  it.each([
    [testTerms, 4, { prize: "34 ⭐", collected: "34 ⭐" }],
    [promising, 0, { prize: "100 ⭐", collected: "0 ⭐", guaranteed: "100 ⭐", topUp: "100 ⭐" }],
    [promising, 4, { prize: "100 ⭐", collected: "34 ⭐", guaranteed: "100 ⭐", topUp: "66 ⭐" }],
    [promising, 12, { prize: "102 ⭐", collected: "102 ⭐", guaranteed: "100 ⭐" }],
  ])("of %j with %i tickets", (terms, tickets, want) => {
    expect(shownPool({ terms, tickets })).toEqual(want);
  });
});

describe("a card", () => {
  it("names what is guaranteed and what is collected, and how they came together", () => {
    expect(card(testRaffle())).toContain("Prize now: 34 ⭐ (pot less 15% commission)");
    const running = card(testRaffle({ terms: promising }));
    expect(running).toContain("Guaranteed prize: <b>100 ⭐</b>. Collected now: 34 ⭐");
    expect(running).not.toContain("organizer");
    const drawn = card(testRaffle({ terms: promising, status: "settled", winners }));
    expect(drawn).toContain("Guaranteed prize 100 ⭐: the organizer added 66 ⭐.");
    const enough = testRaffle({ terms: promising, status: "settled", winners, tickets: 12 });
    expect(card(enough)).not.toContain("organizer");
  });
});

describe("a post", () => {
  const post = (occasion: "opened" | "drawn", raffle: ReturnType<typeof testRaffle>) =>
    renderAnnouncement(raffle, { occasion, language: "ru", cardUrl: "https://t.me/x" }).html;

  it("promises at the opening, and says at the end what was added", () => {
    expect(post("opened", testRaffle())).not.toContain("Гарантированный");
    expect(post("opened", testRaffle({ terms: promising })))
      .toContain("Гарантированный приз: <b>100 ⭐</b>");
    const drawn = testRaffle({ terms: promising, status: "settled", winners });
    expect(post("drawn", drawn)).toContain(
      "взносы принесли 34 ⭐ после комиссии, организатор добавил 66 ⭐",
    );
    expect(post("drawn", testRaffle({ winners }))).not.toContain("организатор");
  });
});
