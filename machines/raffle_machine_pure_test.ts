/** The raffle's rules, one row each: what is accepted and what is refused. */
import { describe, expect, it } from "vitest";
import { tellEverybody } from "./domain/broadcast.ts";
import type { RaffleTerms } from "./domain/events.ts";
import { type RaffleContext, raffleMachine } from "./raffle_machine.ts";
import { begin, moved, type Step, step, told } from "./testing/step.ts";
import { done, failed, testTerms } from "./testing/world.ts";

const AT_MS = Date.UTC(2026, 0, 5, 12);
const LIVE = AT_MS + 60_000;
const OPEN = { open: "accepting" };
const PAUSED = { open: "paused" };
const COLLECTING = { closing: "collecting" };

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

const by = { by: "tg-9", reason: "Because", atMs: AT_MS };
const quote = { type: "entry.quote", paymentId: "pay_1", atMs: AT_MS };
const reserve = { type: "place.reserve", paymentId: "pay_1", playerId: "tg-1", atMs: AT_MS };
function claim(changes: Record<string, unknown> = {}) {
  return {
    type: "ticket.claim",
    paymentId: "pay_1",
    playerId: "tg-1",
    salt: "5a",
    isFirstOfPlayer: true,
    placeUntilMs: 0,
    source: { method: "stars", account: "payment/pay_1/clearing" },
    atMs: AT_MS,
    ...changes,
  };
}

/** Every state in which entries are over. */
const overStates = [
  { closing: "counting" },
  { closing: "takingDrawTicket" },
  { closing: "waitingForDrawTicket" },
  { closing: "sealing" },
  "sealed",
  { awaitingBeacon: "fetching" },
  { awaitingBeacon: "waiting" },
  { drawing: "requesting" },
  { drawing: "waiting" },
  { drawing: "verifying" },
  "verified",
  { settled: "told" },
  "disputed",
  { cancelling: "betweenPages" },
  "refunded",
];

describe("a new raffle", () => {
  it("rests as a draft and is recorded", () => {
    const first = begin(raffleMachine, {
      raffleId: "rfl_1",
      terms: testTerms(),
      createdBy: "tg-9",
      atMs: AT_MS,
    });
    expect(first.value).toBe("draft");
    expect(first.tags).toContain("resting");
    expect(first.actions).toEqual([["recordRaffle", {
      raffleId: "rfl_1",
      status: "draft",
      terms: testTerms(),
      tickets: 0,
      players: 0,
      openedAtMs: 0,
      closesAtMs: 0,
      publicReason: "",
    }]]);
  });
});

describe("commands of admins", () => {
  it.each<[unknown, string, unknown, Partial<RaffleContext>?]>([
    ["draft", "raffle.open", OPEN],
    [OPEN, "raffle.pause", PAUSED],
    [PAUSED, "raffle.resume", OPEN],
    [OPEN, "raffle.force", { closing: "counting" }, { players: 2 }],
    [PAUSED, "raffle.force", { closing: "counting" }, { players: 2 }],
    ["draft", "raffle.stop", { cancelling: "telling" }],
    [OPEN, "raffle.stop", { cancelling: "telling" }],
    [PAUSED, "raffle.stop", { cancelling: "telling" }],
    [COLLECTING, "raffle.stop", { cancelling: "telling" }],
    [{ closing: "takingDrawTicket" }, "raffle.stop", { cancelling: "telling" }],
    [{ closing: "sealing" }, "raffle.stop", { cancelling: "telling" }],
    ["sealed", "raffle.stop", { cancelling: "telling" }],
    [{ awaitingBeacon: "fetching" }, "raffle.stop", { cancelling: "telling" }],
    [{ awaitingBeacon: "waiting" }, "raffle.stop", { cancelling: "telling" }],
    ["disputed", "dispute.recheck", { drawing: "requesting" }],
    ["disputed", "dispute.refund", "disputed"],
    ["disputed", "dispute.refund", { cancelling: "telling" }, { refundVote: { by: "tg-8" } }],
  ])("in %j accept %s", (value, type, next, context = {}) => {
    const taken = play(value, { type, ...by }, context);
    expect(taken.isAccepted).toBe(true);
    expect(taken.value).toEqual(next);
  });

  it.each([
    { admins: ["tg-7", "tg-8"], next: { cancelling: "telling" } },
    // The first is no admin any more: this word is the first of two.
    { admins: ["tg-7"], next: "disputed" },
  ])("refund a dispute by two who are admins then: $admins", ({ admins, next }) => {
    const second = { type: "dispute.refund", ...by, admins };
    const taken = play("disputed", second, { refundVote: { by: "tg-8" } });
    expect([taken.isAccepted, taken.value]).toEqual([true, next]);
    if (next === "disputed") expect(taken.context["refundVote"]).toEqual({ by: "tg-9" });
  });

  it.each<[unknown, string, Partial<RaffleContext>?]>([
    [OPEN, "raffle.open"],
    ["draft", "raffle.pause"],
    [PAUSED, "raffle.pause"],
    [OPEN, "raffle.resume"],
    [OPEN, "raffle.force", { players: 1, tickets: 2 }],
    ["draft", "raffle.force", { players: 2 }],
    ["sealed", "raffle.force", { players: 2 }],
    [{ awaitingBeacon: "fetching" }, "raffle.force", { players: 2 }],
    [{ drawing: "requesting" }, "raffle.stop"],
    [{ drawing: "waiting" }, "raffle.stop"],
    [{ drawing: "verifying" }, "raffle.stop"],
    ["verified", "raffle.stop"],
    [{ settled: "told" }, "raffle.stop"],
    ["disputed", "raffle.stop"],
    ["refunding", "raffle.stop", { refundsOpen: 1 }],
    ["refunded", "raffle.stop"],
    ["sealed", "dispute.recheck"],
    ["disputed", "dispute.refund", { refundVote: { by: "tg-9" } }],
    [{ settled: "told" }, "dispute.refund"],
    [OPEN, "playersJoined.due", { isJoinedNoticeDue: false }],
    [{ settled: "told" }, "payout.done"],
    [OPEN, "refund.done"],
  ])("in %j refuse %s", (value, type, context = {}) => {
    const refused = play(value, { type, ...by }, context);
    expect(refused.isAccepted).toBe(false);
    expect(refused.value).toEqual(value);
    expect(refused.actions).toEqual([]);
  });

  it("make the stop's reason public, and leave it out where there is none", () => {
    const stopped = play(OPEN, { type: "raffle.stop", ...by });
    expect(stopped.actions).toContainEqual([
      "tell",
      tellEverybody({
        key: "cancelled",
        raffleId: "rfl_1",
        reason: "stoppedByAdmin",
        publicReason: "Because",
      }),
    ]);
    const tooFew = play(
      { closing: "counting" },
      done("countPlayers", { tickets: 1, players: 1 }) as never,
    );
    expect(tooFew.actions.at(-1)).toEqual([
      "tell",
      tellEverybody({ key: "cancelled", raffleId: "rfl_1", reason: "minimumNotReached" }),
    ]);
  });

  it("announce an opened raffle and its end, and nothing of a draft", () => {
    const announced = (taken: Step) => taken.actions.filter(([name]) => name === "announce");
    const opened = play("draft", { type: "raffle.open", ...by });
    expect(announced(opened)).toEqual([["announce", { raffleId: "rfl_1", occasion: "opened" }]]);
    expect(announced(play(OPEN, { type: "raffle.stop", ...by }, { openedAtMs: AT_MS })))
      .toEqual([["announce", { raffleId: "rfl_1", occasion: "cancelled" }]]);
    expect(announced(play("draft", { type: "raffle.stop", ...by }))).toEqual([]);
  });
});

describe("a quote", () => {
  it("names title, price and the player's rules while entries are taken", () => {
    expect(play(OPEN, quote).actions).toEqual([["tell", {
      to: "payment/pay_1",
      event: {
        type: "entry.quoted",
        title: "Friday",
        price: { minor: "10", currency: "XTR" },
        terms: { ticketsPerPlayer: 1, closingWindowMs: 60_000 },
        atMs: AT_MS,
      },
    }]]);
  });

  it.each<[unknown, string, Partial<RaffleContext>?]>([
    ["draft", "notOpen"],
    [PAUSED, "paused"],
    [OPEN, "full", { tickets: 3 }],
    [COLLECTING, "closed", { places: { [LIVE]: 1 } }],
    ...overStates.map((value): [unknown, string] => [value, "closed"]),
  ])("in %j is refused: %s", (value, reason, context = {}) => {
    const refused = play(value, quote, context);
    expect(refused.isAccepted).toBe(true);
    expect(told(refused)).toEqual([`payment/pay_1 entry.refused ${reason}`]);
  });
});

describe("a place", () => {
  it("is kept to the end of the closing window", () => {
    const kept = play(OPEN, reserve);
    expect(kept.context["places"]).toEqual({ [LIVE]: 1 });
    expect(kept.actions).toEqual([["tell", {
      to: "payment/pay_1",
      event: { type: "place.reserved", untilMs: LIVE, atMs: AT_MS },
    }]]);
  });

  it.each<[string, Partial<RaffleContext>, boolean]>([
    ["two tickets of three", { tickets: 2 }, true],
    ["three tickets of three", { tickets: 3 }, false],
    ["two tickets and a live place", { tickets: 2, places: { [LIVE]: 1 } }, false],
    ["two tickets and a lapsed place", { tickets: 2, places: { [AT_MS - 1]: 1 } }, true],
    ["a place that lapses now", { tickets: 2, places: { [AT_MS]: 1 } }, false],
    ["three live places", { places: { [LIVE]: 2, [LIVE - 1_000]: 1 } }, false],
  ])("with %s", (_, context, isKept) => {
    expect(told(play(OPEN, reserve, context))).toEqual([
      isKept ? "payment/pay_1 place.reserved" : "payment/pay_1 place.refused full",
    ]);
  });

  it.each<[unknown, string]>([
    ["draft", "notOpen"],
    [PAUSED, "paused"],
    ...overStates.map((value): [unknown, string] => [value, "closed"]),
  ])("in %j is refused: %s", (value, reason) => {
    expect(told(play(value, reserve))).toEqual([`payment/pay_1 place.refused ${reason}`]);
  });

  it("that is released makes room, and a lapsed one is dropped with the next", () => {
    const released = play(OPEN, { type: "place.released", paymentId: "pay_1", untilMs: LIVE }, {
      places: { [LIVE]: 1 },
    });
    expect(released.context["places"]).toEqual({});
    const next = play(OPEN, reserve, { places: { [AT_MS - 5_000]: 7 } });
    expect(next.context["places"]).toEqual({ [LIVE]: 1 });
  });

  it("counts in at most 61 numbers, however many are reserved", () => {
    let places = {};
    for (let second = 0; second < 300; second++) {
      const atMs = AT_MS + second * 500;
      const kept = play(OPEN, { ...reserve, atMs }, { places }, { maxTickets: 100_000 });
      places = kept.context["places"] as object;
      expect(Object.keys(places).length).toBeLessThanOrEqual(61);
    }
  });
});

describe("a claim", () => {
  it("stores the ticket, moves the money and tells the payment", () => {
    const issued = play(OPEN, claim({ placeUntilMs: LIVE }), {
      tickets: 1,
      players: 1,
      places: { [LIVE]: 2 },
    });
    expect(issued.actions).toEqual([
      ["recordTicket", {
        raffleId: "rfl_1",
        number: 2,
        playerId: "tg-1",
        paymentId: "pay_1",
        salt: "5a",
        atMs: AT_MS,
      }],
      ["postTransfers", {
        transfers: [{
          key: "payment/pay_1/ticket",
          from: "payment/pay_1/clearing",
          to: "raffle/rfl_1/pot",
          amount: { minor: "10", currency: "XTR" },
          type: "entry",
        }],
      }],
      ["tell", { to: "payment/pay_1", event: { type: "ticket.issued", number: 2 } }],
    ]);
    expect(issued.context).toMatchObject({ tickets: 2, players: 2, places: { [LIVE]: 1 } });
  });

  it("from the balance moves no money: it lies in the pot", () => {
    const source = { method: "balance", account: "raffle/rfl_1/pot" };
    expect(moved(play(OPEN, claim({ source })))).toEqual([]);
  });

  it("of a player who has a ticket counts no new player", () => {
    const issued = play(OPEN, claim({ isFirstOfPlayer: false }), { tickets: 1, players: 1 });
    expect(issued.context).toMatchObject({ tickets: 2, players: 1 });
  });

  const lapsed = { placeUntilMs: AT_MS - 1 };
  const held = { placeUntilMs: LIVE };
  it.each<[unknown, Record<string, unknown>, Partial<RaffleContext>, string]>([
    [OPEN, {}, { tickets: 2 }, "issued"],
    [OPEN, lapsed, { tickets: 2 }, "issued"],
    [OPEN, lapsed, { tickets: 2, places: { [LIVE]: 1 } }, "refused full"],
    [OPEN, held, { tickets: 2, places: { [LIVE]: 1 } }, "issued"],
    [OPEN, {}, { tickets: 3 }, "refused full"],
    [PAUSED, held, { places: { [LIVE]: 1 } }, "issued"],
    [PAUSED, lapsed, { places: { [AT_MS - 1]: 1 } }, "refused placeLapsed"],
    [PAUSED, {}, {}, "refused paused"],
    [COLLECTING, held, { places: { [LIVE]: 2 } }, "issued"],
    [COLLECTING, lapsed, { places: { [LIVE]: 1 } }, "refused placeLapsed"],
    [COLLECTING, {}, { places: { [LIVE]: 1 } }, "refused closed"],
    ["draft", {}, {}, "refused notOpen"],
    ...overStates.map((
      value,
    ): [unknown, Record<string, unknown>, Partial<RaffleContext>, string] => [
      value,
      held,
      { places: { [LIVE]: 1 } },
      "refused closed",
    ]),
  ])("in %j with %j and %j is %s", (value, changes, context, answer) => {
    const [verb] = answer.split(" ");
    const taken = play(value, claim(changes), context);
    // Who counted it when he asked need hear of a refusal only.
    expect(told(taken)).toEqual([
      ...(verb === "issued" ? [] : [`user/tg-1 ticket.${answer}`]),
      `payment/pay_1 ticket.${answer}`,
    ]);
    expect(taken.actions.some(([type]) => type === "recordTicket")).toBe(verb === "issued");
  });
});

describe("the end of entries", () => {
  const deadline = { type: "xstate.after.entriesWindow.raffle.open" };
  it.each<[RaffleTerms["drawAt"], Partial<RaffleContext>, unknown]>([
    ["minimum", { tickets: 1, players: 1 }, { closing: "counting" }],
    ["minimum", { tickets: 2, players: 0 }, { closing: "counting" }],
    ["minimum", { tickets: 1, players: 0 }, OPEN],
    ["maximum", { tickets: 2, players: 1 }, { closing: "counting" }],
    ["maximum", { tickets: 1, players: 1 }, OPEN],
    ["deadline", { tickets: 2, players: 2 }, OPEN],
  ])("at the %s, one more joining %j", (drawAt, context, next) => {
    expect(play(OPEN, claim(), context, { drawAt }).value).toEqual(next);
  });

  it("waits for live places, at the latest to the end of the window", () => {
    const places = { [AT_MS + 30_000]: 1, [AT_MS - 30_000]: 1 };
    const closed = play(OPEN, deadline, { places, closesAtMs: AT_MS });
    expect(closed.value).toEqual(COLLECTING);
    expect(closed.context["places"]).toEqual({ [AT_MS + 30_000]: 1 });
    const last = play(
      COLLECTING,
      { type: "xstate.after.closingWindow.raffle.closing.collecting" },
      { places },
    );
    expect(last.value).toEqual({ closing: "counting" });
  });

  it("ends a pause as well", () => {
    expect(play(PAUSED, deadline).value).toEqual({ closing: "counting" });
  });

  it.each<[number, Partial<RaffleContext>, unknown]>([
    [2, {}, { closing: "takingDrawTicket" }],
    [1, {}, { cancelling: "telling" }],
    [2, { isForced: true, terms: testTerms({ minPlayers: 50 }) }, { closing: "takingDrawTicket" }],
    [2, { terms: testTerms({ minPlayers: 50 }) }, { cancelling: "telling" }],
    [1, { isForced: true }, { cancelling: "telling" }],
  ])("with %i stored players and %j", (players, context, next) => {
    const counted = play(
      { closing: "counting" },
      done("countPlayers", { tickets: 5, players }) as never,
      context,
    );
    expect(counted.value).toEqual(next);
    expect(counted.context).toMatchObject({ tickets: 5, players });
  });
});

describe("the draw", () => {
  it("takes the ticket, then seals with it, then shows the seal", () => {
    const taken = play(
      { closing: "takingDrawTicket" },
      done("takeDrawTicket", { drawTicketId: "dt" }) as never,
    );
    expect([taken.value, taken.invoked]).toEqual([{ closing: "sealing" }, ["sealTickets"]]);
    const sealed = play(
      { closing: "sealing" },
      done("sealTickets", { seal: "5e", tickets: 2, sealedAtMs: 7 }) as never,
      { tickets: 2 },
    );
    expect(sealed.value).toBe("sealed");
    expect(sealed.actions.slice(-2)).toEqual([
      ["tell", tellEverybody({ key: "sealed", raffleId: "rfl_1", seal: "5e", tickets: 2 })],
      ["announce", { raffleId: "rfl_1", occasion: "sealed" }],
    ]);
  });

  const sealPause = { type: "xstate.after.sealPause.raffle.sealed" };
  const named = { round: 7, atMs: AT_MS + 30_500 };

  it("shows the drand round that its seal names, and fetches it when it is due", () => {
    const sealed = play(
      { closing: "sealing" },
      done("sealTickets", { seal: "5e", tickets: 2, sealedAtMs: AT_MS, beacon: named }) as never,
      { tickets: 2 },
    );
    expect(sealed.context["beacon"]).toEqual({ ...named, signature: null });
    expect(sealed.actions).toContainEqual([
      "tell",
      tellEverybody({ key: "sealed", raffleId: "rfl_1", seal: "5e", tickets: 2, beacon: named }),
    ]);
    const due = play("sealed", sealPause, { beacon: { ...named, signature: null } });
    expect([due.value, due.invoked]).toEqual([{ awaitingBeacon: "fetching" }, ["fetchBeacon"]]);
    expect(due.tags).toEqual(expect.arrayContaining(["sealed", "stoppable"]));
  });

  it.each<Partial<RaffleContext>>([{ beacon: null }, {}])(
    "asks at once where the seal names none: %j",
    (context) => {
      const asked = play("sealed", sealPause, context);
      expect([asked.value, asked.invoked]).toEqual([{ drawing: "requesting" }, ["requestDraw"]]);
    },
  );

  it.each<[string, { type: string }, string | null]>([
    ["with the round", done("fetchBeacon", { signature: "b4" }), "b4"],
    ["without it", { type: "xstate.after.beaconPatience.raffle.awaitingBeacon" }, null],
  ])("asks %s", (_what, event, signature) => {
    const asked = play({ awaitingBeacon: "fetching" }, event, {
      beacon: { ...named, signature: null },
    });
    expect([asked.value, asked.invoked]).toEqual([{ drawing: "requesting" }, ["requestDraw"]]);
    expect(asked.context["beacon"]).toEqual({ ...named, signature });
  });

  it.each([
    [{ closing: "counting" }, "countPlayers", { closing: "waitingToCount" }],
    [{ closing: "takingDrawTicket" }, "takeDrawTicket", { closing: "waitingForDrawTicket" }],
    [{ closing: "sealing" }, "sealTickets", { closing: "waitingToSeal" }],
    [{ awaitingBeacon: "fetching" }, "fetchBeacon", { awaitingBeacon: "waiting" }],
    [{ drawing: "requesting" }, "requestDraw", { drawing: "waiting" }],
    [{ drawing: "verifying" }, "verifyDraw", { drawing: "waitingToVerify" }],
    [{ settled: "telling" }, "pageEnded", { settled: "waitingForPage" }],
    [{ cancelling: "telling" }, "pageRefunds", { cancelling: "waitingForPage" }],
  ])("in %j waits when %s fails", (value, id, next) => {
    const waiting = play(value, failed(id) as never, { isDrawWaitTold: true });
    expect(waiting.value).toEqual(next);
    expect(waiting.tags).toContain("waiting");
    expect(waiting.actions).toEqual([]);
  });

  // A ticket that was used for something else, or a list that was changed after the seal, left the
  // raffle asking every ten seconds for ever: nobody could stop or refund it any more.
  it("is disputed at once when no waiting can bring an answer", () => {
    const asked = play(
      { drawing: "requesting" },
      done("requestDraw", { fault: "sealBroken" }) as never,
    );
    expect(asked.value).toBe("disputed");
    expect(asked.context["disputeReason"]).toBe("sealBroken");
    expect(asked.actions.map(([name]) => name)).toEqual(["tell", "recordRaffle"]);
  });

  it("falls back into the dispute when RANDOM.ORG cannot be asked again", () => {
    const asked = play({ drawing: "requesting" }, failed("requestDraw") as never, {
      disputeReason: "signatureInvalid",
    });
    expect(asked.value).toBe("disputed");
    expect(asked.context["disputeReason"]).toBe("signatureInvalid");
  });

  const prize = { minor: "17", currency: "XTR" } as const;
  const valid = {
    isValid: true,
    pot: { minor: "20", currency: "XTR" },
    commission: { minor: "3", currency: "XTR" },
    winners: [{ place: 1, number: 2, playerId: "tg-2", prize }],
  };
  it.each<[object, unknown, string | null]>([
    [valid, "verified", null],
    [{ isValid: false, reason: "unknownKey" }, "disputed", "unknownKey"],
    [{ ...valid, pot: { minor: "21", currency: "XTR" } }, "disputed", "splitNotWhole"],
    [{ ...valid, pot: { minor: "20", currency: "RUB" } }, "disputed", "splitNotWhole"],
    [{ ...valid, winners: [] }, "disputed", "splitNotWhole"],
  ])("with the verdict %j is %s", (verdict, next, disputeReason) => {
    const checked = play({ drawing: "verifying" }, done("verifyDraw", verdict) as never, {
      tickets: 2,
    });
    expect(checked.value).toBe(next);
    expect(checked.context["disputeReason"]).toBe(disputeReason);
    expect(moved(checked)).toEqual([]);
  });

  it("pays commission and prizes from the pot, and tells the winners first", () => {
    const paid = play("verified", { type: "xstate.after.nextCommit.raffle.verified" }, {
      ...valid as object,
      tickets: 2,
      sealedAtMs: 7,
    });
    expect(paid.value).toBe("settling");
    expect(moved(paid)).toEqual([
      "3 raffle/rfl_1/pot → treasury/fees",
      "17 raffle/rfl_1/pot → payout/pyo_1_1/held",
    ]);
    expect(paid.actions.slice(1, -1)).toEqual([
      ["tell", {
        to: "payout/pyo_1_1",
        event: { type: "payout.credit" },
        create: {
          payoutId: "pyo_1_1",
          raffleId: "rfl_1",
          playerId: "tg-2",
          amount: prize,
          place: 1,
          atMs: 7,
        },
      }],
      ["notify", {
        playerId: "tg-2",
        notice: { key: "won", raffleId: "rfl_1", place: 1, number: 2, prize },
      }],
      [
        "tell",
        tellEverybody(
          { key: "drawn", raffleId: "rfl_1", winners: [{ place: 1, number: 2, prize }] },
          { told: ["tg-2"] },
        ),
      ],
      ["announce", { raffleId: "rfl_1", occasion: "drawn" }],
    ]);
  });

  it("is settled when the last payout is done", () => {
    const one = play("settling", { type: "payout.done", payoutId: "pyo_1_1" }, { payoutsOpen: 2 });
    expect(one.value).toBe("settling");
    const last = play("settling", { type: "payout.done", payoutId: "pyo_1_2" }, {
      payoutsOpen: 1,
    });
    expect(last.value).toEqual({ settled: "telling" });
  });
});

describe("a snapshot", () => {
  it("stays below 4 KB with 10,000 tickets and a full window of places", () => {
    const terms = testTerms({
      title: "Т".repeat(32),
      maxTickets: 100_000,
      sharesBps: Array.from({ length: 10 }, () => 1_000),
    });
    const input = { raffleId: "rfl_".padEnd(30, "x"), terms, createdBy: "tg-9", atMs: AT_MS };
    let { value, context } = step(raffleMachine, {
      input,
      value: "draft",
      event: { type: "raffle.open", ...by },
    });
    for (let ticket = 0; ticket < 10_000; ticket++) {
      const atMs = AT_MS + ticket * 10;
      const places = step(raffleMachine, {
        input,
        value,
        context,
        event: { ...reserve, atMs },
      }).context;
      ({ value, context } = step(raffleMachine, {
        input,
        value,
        context: places,
        event: claim({ atMs, isFirstOfPlayer: true }),
      }));
    }
    expect(context["tickets"]).toBe(10_000);
    expect(Object.keys(context["places"] as object).length).toBeGreaterThan(55);
    expect(new TextEncoder().encode(JSON.stringify({ value, context })).length)
      .toBeLessThan(4_096);
  });

  it("stays below 4 KB with ten winners", () => {
    const winners = Array.from({ length: 10 }, (_, index) => ({
      place: index + 1,
      number: 99_990 + index,
      playerId: `tg-${9_999_999_990 + index}`,
      prize: { minor: "8500000000", currency: "XTR" },
    }));
    const { value, context } = play("settling", { type: "payout.done", payoutId: "pyo_1" }, {
      winners: winners as never,
      payoutsOpen: 10,
      seal: "5e".repeat(32),
      publicReason: "x".repeat(200),
    }, { sharesBps: Array.from({ length: 10 }, () => 1_000) });
    expect(JSON.stringify({ value, context }).length).toBeLessThan(4_096);
  });
});

describe("a raffle of a series", () => {
  const series = { seriesId: "ser_1", number: 3 } as const;
  const page = done("pageRefunds", { tickets: [] });

  it("says that it is open", () => {
    const taken = play("draft", { type: "raffle.open", ...by }, { series });
    expect(taken.actions.find(([type]) => type === "tell")?.[1]).toEqual({
      to: "series/ser_1",
      event: { type: "raffle.opened", raffleId: "rfl_1", atMs: AT_MS },
    });
    expect(told(play("draft", { type: "raffle.open", ...by }))).toEqual([]);
  });

  it("says why it is not", () => {
    const amount = (minor: string) => ({ minor, currency: "XTR" });
    const refusal = { needed: amount("500"), covered: amount("20"), atMs: AT_MS };
    for (
      const [event, reason] of [
        [done("holdGuarantee", { isHeld: false, ...refusal }), "reserveTooLow"],
        [failed("holdGuarantee"), "notNow"],
      ] as const
    ) {
      const taken = play("opening", event as never, { series });
      expect(taken.value).toBe("draft");
      expect(taken.actions.filter(([type]) => type === "tell").map(([, params]) => params)).toEqual(
        [
          { to: "series/ser_1", event: { type: "raffle.refused", raffleId: "rfl_1", reason } },
        ],
      );
      expect(told(play("opening", event as never))).toEqual([]);
    }
    const guarantee = { holds: 1, held: amount("500") };
    const held = { isHeld: true, guarantee, prize: amount("500"), atMs: AT_MS };
    expect(told(play("opening", done("holdGuarantee", held) as never, { series })))
      .toEqual(["series/ser_1 raffle.opened"]);
  });

  it("says that it is settled, or why it is not drawn, once", () => {
    const due = { type: "payout.done", payoutId: "pyo_1_1" };
    const settled = play("settling", due, { series, payoutsOpen: 1 });
    expect(settled.actions.findLast(([type]) => type === "tell")?.[1]).toEqual({
      to: "series/ser_1",
      event: { type: "raffle.ended", raffleId: "rfl_1", ending: "settled" },
    });
    const stopped = play(OPEN, { type: "raffle.stop", ...by }, { series });
    expect(stopped.actions.findLast(([type]) => type === "tell")?.[1]).toMatchObject({
      event: { type: "raffle.ended", ending: "stoppedByAdmin" },
    });
    const few = play({ closing: "counting" }, done("countPlayers", { tickets: 1, players: 1 }), {
      series,
    });
    expect(few.actions.findLast(([type]) => type === "tell")?.[1]).toMatchObject({
      event: { type: "raffle.ended", ending: "minimumNotReached" },
    });
    expect(told(play({ cancelling: "telling" }, page, { series }))).toEqual([]);
    expect(told(play("settling", due, { payoutsOpen: 1 }))).toEqual([]);
  });
});
