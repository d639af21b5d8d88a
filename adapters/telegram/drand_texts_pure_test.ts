/** What players read of the drand round: in the seal's message and post and on the card, in both languages. */
import { describe, expect, it } from "vitest";
import type { Language } from "../../machines/domain/events.ts";
import { renderAnnouncement } from "./announcement_text.ts";
import { renderNotice } from "./notice_text.ts";
import type { RaffleBeacon } from "./queries_port.ts";
import { raffleCard } from "./replies/raffle_card.ts";
import { NOW_MS, testRaffle } from "./testing/fake_queries.ts";

const atMs = Date.UTC(2026, 10, 20, 12, 0, 33);
const url = "https://api.drand.sh/chain/public/1000";

function card(language: Language, beacon?: RaffleBeacon) {
  const raffle = testRaffle({
    status: "settled",
    seal: "ab".repeat(32),
    checkUrl: "https://api.random.org/x",
    ...(beacon === undefined ? {} : { beacon }),
  });
  const { html, buttons } = raffleCard({ language, nowMs: NOW_MS }, raffle);
  return { html, buttons: JSON.stringify(buttons) };
}

describe("the card", () => {
  it.each<[RaffleBeacon["state"], Language, string]>([
    ["awaited", "en", "nobody can know it before"],
    ["awaited", "ru", "раньше его не знает никто"],
    ["seen", "en", "the draw was made after it. The winner comes from RANDOM.ORG alone"],
    ["seen", "ru", "жребий был после него. Победителя выбирает только RANDOM.ORG"],
    ["missed", "en", "the draw was made without it; the winner comes from RANDOM.ORG alone"],
    ["missed", "ru", "жребий сделан без него; победителя в любом случае выбирает только RANDOM"],
  ])("says of a round that is %s, in %s: %s", (state, language, words) => {
    const { html } = card(language, { round: 1_000, atMs, state, url });
    expect(html).toContain(words);
    expect(html).toContain("1000");
    expect(html).toContain(language === "en" ? "20 Nov, 12:00:33 UTC" : "15:00:33 МСК");
  });

  it("links to drand beside RANDOM.ORG's page once the round is there", () => {
    const { buttons } = card("en", { round: 1_000, atMs, state: "seen", url });
    expect(buttons).toContain(url);
    expect(buttons).toContain("api.random.org");
    expect(card("en", { round: 1_000, atMs, state: "awaited", url }).buttons).not.toContain(url);
    expect(card("en", { round: 1_000, atMs, state: "missed", url }).buttons).not.toContain(url);
    expect(card("en", { round: 1_000, atMs, state: "seen" }).buttons).not.toContain("drand");
  });

  it.each<Language>(["en", "ru"])(
    "says nothing of a round that the seal does not name: %s",
    (l) => {
      expect(card(l).html).not.toContain("drand");
    },
  );
});

describe("the seal's post in the channel", () => {
  it.each<[Language, string]>([
    ["en", "drand round No. 1000 is made at 20 Nov, 12:00:33 UTC"],
    ["ru", "Раунд drand № 1000 появится 20 нояб"],
  ])("names the round, however late it is posted, in %s", (language, words) => {
    const post = { occasion: "sealed", language, cardUrl: "https://t.me/x" } as const;
    const beacon: RaffleBeacon = { round: 1_000, atMs, state: "seen", url };
    expect(renderAnnouncement(testRaffle({ beacon }), post).html).toContain(words);
    expect(renderAnnouncement(testRaffle(), post).html).not.toContain("drand");
  });
});

describe("the seal's message", () => {
  const sealed = { key: "sealed", raffleId: "rfl_one", seal: "5e", tickets: 2 } as const;

  it.each<[Language, string]>([
    ["en", "drand round No. 1000 is made at 20 Nov, 12:00:33 UTC; nobody can know it before"],
    ["ru", "Раунд drand № 1000 появится 20 нояб"],
  ])("names the round and its second, in %s", (language, words) => {
    const notice = { ...sealed, beacon: { round: 1_000, atMs } };
    expect(renderNotice(notice, { language, title: "Friday" }).html).toContain(words);
    expect(renderNotice(sealed, { language, title: "Friday" }).html).not.toContain("drand");
  });
});
