/** What admins ask of a raffle: the second admin of a forced draw, old questions, other terms. */
import { describe, expect, it } from "vitest";
import type { RaffleTerms } from "./domain/events.ts";
import { FORCE_VOTE_MS } from "./domain/panel.ts";
import { explainRaffleRefusal } from "./explain_refusal.ts";
import { type RaffleContext, raffleMachine } from "./raffle_machine.ts";
import { type Step, step } from "./testing/step.ts";
import { testTerms } from "./testing/world.ts";

const AT_MS = Date.UTC(2026, 0, 5, 12);
const OPEN = { open: "accepting" };
const PAUSED = { open: "paused" };

function play(
  value: unknown,
  event: { type: string } & Record<string, unknown>,
  context: Partial<RaffleContext> = {},
  terms: Partial<RaffleTerms> = {},
): Step {
  return step(raffleMachine, {
    input: { raffleId: "rfl_1", terms: testTerms(terms), createdBy: "tg-9", atMs: AT_MS },
    value,
    context,
    event,
  });
}

function expectRefused(taken: Step, value: unknown, event: { type: string }, reason: string): void {
  expect(taken.isAccepted).toBe(false);
  expect(taken.value).toEqual(value);
  expect(taken.actions).toEqual([]);
  expect(explainRaffleRefusal(taken, event)).toBe(reason);
}

const vote = { needed: 2, others: ["tg-8", "tg-7", "tg-9"], name: "Olga" };
const force = { type: "raffle.force", by: "tg-9", vote, atMs: AT_MS };
const full = { players: 2, tickets: 3 };

describe("a forced draw", () => {
  it("needs one admin where there is one, or where nobody counts", () => {
    for (const one of [undefined, { ...vote, needed: 1, others: [] }]) {
      expect(play(OPEN, { ...force, vote: one }, full).value).toEqual({ closing: "counting" });
    }
  });

  it("remembers the first of two, and asks the others", () => {
    const first = play(PAUSED, force, full);
    expect(first.value).toEqual(PAUSED);
    expect(first.context["forceVote"]).toEqual({ by: "tg-9", atMs: AT_MS });
    const notice = {
      key: "forceAsked",
      raffleId: "rfl_1",
      name: "Olga",
      tickets: 3,
      players: 2,
      askedAtMs: AT_MS,
    };
    expect(first.actions).toEqual([
      ["notify", { playerId: "tg-8", notice }],
      ["notify", { playerId: "tg-7", notice }],
    ]);
  });

  it.each([
    ["his own command", {}],
    ["the button of this question", { agreesWithMs: AT_MS }],
  ])("is made when a second agrees within the hour, by %s", (_, agreement) => {
    const taken = play(
      OPEN,
      {
        ...force,
        by: "tg-8",
        vote: { ...vote, ...agreement },
        atMs: AT_MS + FORCE_VOTE_MS - 1,
      },
      { ...full, forceVote: { by: "tg-9", atMs: AT_MS } },
    );
    expect(taken.isAccepted).toBe(true);
    expect(taken.value).toEqual({ closing: "counting" });
  });

  it("does not count one admin twice", () => {
    const context = { ...full, forceVote: { by: "tg-9", atMs: AT_MS } };
    const again = { ...force, atMs: AT_MS + 1 };
    expectRefused(play(OPEN, again, context), OPEN, again, "needsAnotherAdmin");
    const answer = { ...again, vote: { ...vote, agreesWithMs: AT_MS } };
    expectRefused(play(OPEN, answer, context), OPEN, answer, "needsAnotherAdmin");
  });

  it("forgets the first after an hour: a new word is a first one, an old button is none", () => {
    const context = { ...full, forceVote: { by: "tg-9", atMs: AT_MS } };
    const late = { ...force, by: "tg-8", atMs: AT_MS + FORCE_VOTE_MS };
    const first = play(OPEN, late, context);
    expect(first.value).toEqual(OPEN);
    expect(first.context["forceVote"]).toEqual({ by: "tg-8", atMs: late.atMs });
    const button = { ...late, vote: { ...vote, agreesWithMs: AT_MS } };
    expectRefused(play(OPEN, button, context), OPEN, button, "voteLapsed");
    expectRefused(play(OPEN, button, full), OPEN, button, "voteLapsed");
  });

  it("does not count the word of one who is no admin any more", () => {
    const context = { ...full, forceVote: { by: "tg-6", atMs: AT_MS } };
    const next = { ...force, atMs: AT_MS + 1 };
    const first = play(OPEN, next, context);
    expect([first.value, first.context["forceVote"]])
      .toEqual([OPEN, { by: "tg-9", atMs: AT_MS + 1 }]);
    const button = { ...next, vote: { ...vote, agreesWithMs: AT_MS } };
    expectRefused(play(OPEN, button, context), OPEN, button, "voteLapsed");
  });

  it("answers no other question than the last", () => {
    const context = { ...full, forceVote: { by: "tg-9", atMs: AT_MS + 5 } };
    const button = { ...force, by: "tg-8", vote: { ...vote, agreesWithMs: AT_MS } };
    expectRefused(play(OPEN, button, context), OPEN, button, "voteLapsed");
  });

  it("takes no word with too few players, or over a question about another state", () => {
    expectRefused(play(OPEN, force, { players: 1 }), OPEN, force, "tooFewPlayers");
    const old = { ...force, seen: "draft" };
    expectRefused(play(OPEN, old, full), OPEN, old, "changedMeanwhile");
  });

  it("goes on with a raffle that was stored before words were counted", () => {
    const { forceVote: _, ...stored } = play(OPEN, force, full).context;
    const taken = play(OPEN, force, { ...stored, forceVote: undefined } as never);
    expect(taken.context["forceVote"]).toEqual({ by: "tg-9", atMs: AT_MS });
  });
});

describe("a stop", () => {
  const stop = { type: "raffle.stop", by: "tg-9", reason: "Because", atMs: AT_MS };
  it.each<[unknown, string]>([
    ["draft", "draft"],
    [OPEN, "open"],
    [PAUSED, "open"],
    [{ closing: "sealing" }, "closing"],
    ["sealed", "sealed"],
    [{ awaitingBeacon: "waiting" }, "sealed"],
  ])("in %j is what the admin was asked about: %s", (value, seen) => {
    expect(play(value, { ...stop, seen }).value).toEqual({ cancelling: "telling" });
    const other = { ...stop, seen: seen === "draft" ? "open" : "draft" };
    expectRefused(play(value, other), value, other, "changedMeanwhile");
  });
});

describe("other terms", () => {
  const edit = (changes: object) => ({ type: "raffle.edit", by: "tg-9", changes, atMs: AT_MS });
  const opened = { openedAtMs: AT_MS - 1_000, closesAtMs: AT_MS + 59_000 };

  it.each<[unknown]>([["draft"], [OPEN], [PAUSED]])("are taken in %j before an entry", (value) => {
    const changes = {
      title: "New",
      minPlayers: 3,
      maxTickets: 9,
      ticketsPerPlayer: 2,
      drawAt: "maximum",
      reviewMs: 60_000,
      commissionBps: 0,
    };
    const taken = play(value, edit(changes), opened);
    expect(taken.isAccepted).toBe(true);
    expect(taken.value).toEqual(value);
    expect(taken.context["terms"]).toMatchObject(changes);
    expect(taken.actions).toContainEqual([
      "recordRaffle",
      expect.objectContaining({
        terms: expect.objectContaining(changes),
      }),
    ]);
  });

  it("take the time for checks away, too", () => {
    const taken = play(OPEN, edit({ reviewMs: null }), opened, { reviewMs: 60_000 });
    expect(taken.isAccepted).toBe(true);
    expect(taken.context["terms"]).not.toHaveProperty("reviewMs");
  });

  it("move the deadline, counted from the opening", () => {
    const taken = play(OPEN, edit({ durationMs: 7_200_000 }), opened);
    expect(taken.context["closesAtMs"]).toBe(opened.openedAtMs + 7_200_000);
    expect(play("draft", edit({ durationMs: 7_200_000 })).context["closesAtMs"]).toBe(0);
  });

  it.each<[string, unknown, Partial<RaffleContext>]>([
    ["after an entry", OPEN, { tickets: 1, players: 1 }],
    ["after an entry whose ticket is void", OPEN, { hasBegun: true }],
    ["while somebody pays", PAUSED, { places: { [String(AT_MS + 9)]: 1 } }],
  ])("are refused %s", (_, value, context) => {
    const event = edit({ title: "New" });
    expectRefused(play(value, event, { ...opened, ...context }), value, event, "entriesBegan");
  });

  it("leave a player what his invoice promised him, once the raffle is open", () => {
    const terms = { ticketsPerPlayer: 2 };
    const fewer = edit({ ticketsPerPlayer: 1 });
    expect(play("draft", fewer, {}, terms).isAccepted).toBe(true);
    expectRefused(play(OPEN, fewer, opened, terms), OPEN, fewer, "badTerms");
    const more = edit({ ticketsPerPlayer: 3 });
    expect(play(OPEN, more, opened, terms).isAccepted).toBe(true);
  });

  it("are taken again when a promised place has lapsed", () => {
    const places = { [String(AT_MS - 1)]: 1 };
    expect(play(OPEN, edit({ title: "New" }), { ...opened, places }).isAccepted).toBe(true);
  });

  it.each<[object]>([
    [{ price: { minor: "1", currency: "XTR" } }],
    [{ commissionBps: 5_001 }],
    [{ drawAt: "noon" }],
    [{ reserves: 0 }],
    [{ guaranteedPrize: { minor: "0", currency: "XTR" } }],
    [{ guaranteedPrize: { minor: "1", currency: "XTR" }, title: "New" }],
    [{ title: "" }],
    [{ title: "x".repeat(33) }],
    [{ minPlayers: 1 }],
    [{ minPlayers: 5_000 }],
    [{ maxTickets: 1 }],
    [{ maxTickets: "9" }],
    [{ durationMs: 1 }],
    [{ reviewMs: 86_400_001 }],
    [{ reviewMs: -1 }],
    [{ durationMs: 1_000 }],
  ])("are refused when no raffle can have them, or ends by them in the past: %j", (changes) => {
    const event = edit(changes);
    expectRefused(play(OPEN, event, opened), OPEN, event, "badTerms");
  });

  it.each<[unknown, string]>([
    ["sealed", "entriesClosed"],
    [{ closing: "counting" }, "entriesClosed"],
    ["refunded", "alreadyCancelled"],
  ])("are refused in %j", (value, reason) => {
    const event = edit({ title: "New" });
    expectRefused(play(value, event), value, event, reason);
  });
});
