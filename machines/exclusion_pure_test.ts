/** What becomes of an excluded player's tickets and money, at each machine and in all of them together. */
import { describe, expect, it } from "vitest";
import { paymentMachine } from "./payment_machine.ts";
import { type RaffleContext, raffleMachine } from "./raffle_machine.ts";
import { expectBalanced } from "./testing/expect_balanced.ts";
import {
  addPlayer,
  ask,
  checkOut,
  crowd,
  draw,
  exclude,
  giveBack,
  join,
  openRaffle,
  pay,
  suspect,
} from "./testing/people.ts";
import { moved, type Step, step, told } from "./testing/step.ts";
import { testTerms, World } from "./testing/world.ts";
import { type UserContext, userMachine } from "./user_machine.ts";

const AT_MS = Date.UTC(2026, 0, 5, 12);
const DAY_MS = 86_400_000;

describe("a raffle", () => {
  const exclusion = {
    type: "tickets.exclude",
    suspicionId: "sus_1",
    paymentIds: ["pay_1", "pay_2"],
    isLastOfPlayer: true,
    atMs: AT_MS,
  };
  const play = (
    value: unknown,
    event: { type: string } & Record<string, unknown>,
    context: Partial<RaffleContext> = {},
  ): Step =>
    step(raffleMachine, {
      input: { raffleId: "rfl_1", terms: testTerms(), createdBy: "tg-9", atMs: AT_MS },
      value,
      context: { tickets: 5, players: 3, ...context },
      event,
    });
  const open = [
    { open: "accepting" },
    { open: "paused" },
    { closing: "collecting" },
    { closing: "waitingToCount" },
    { closing: "takingDrawTicket" },
    { closing: "waitingForDrawTicket" },
  ];
  const closed = [
    "draft",
    { closing: "sealing" },
    { closing: "waitingToSeal" },
    "sealed",
    { awaitingBeacon: "waiting" },
    { drawing: "waiting" },
    "disputed",
    { cancelling: "betweenPages" },
    "refunding",
    { settled: "told" },
    "refunded",
  ];

  it.each(open)("in %j lets his suspicion read his tickets", (value) => {
    const places = { [AT_MS + 60_000]: 1 };
    const asked = play(value, { type: "player.exclude", suspicionId: "sus_1" }, { places });
    expect([asked.isAccepted, asked.value]).toEqual([true, value]);
    expect(told(asked)).toEqual(["suspicion/sus_1 exclusion.ready"]);
  });

  it.each(open)("in %j takes them off the list and lets each entry go back", (value) => {
    const places = { [AT_MS + 60_000]: 1 };
    const taken = play(value, exclusion, { places });
    expect(taken.context).toMatchObject({ tickets: 3, players: 2 });
    expect(taken.actions.filter(([type]) => type === "recordTicket")).toEqual([["recordTicket", {
      raffleId: "rfl_1",
      paymentIds: ["pay_1", "pay_2"],
      suspicionId: "sus_1",
      atMs: AT_MS,
    }]]);
    expect(told(taken)).toEqual(["payment/pay_1 ticket.excluded", "payment/pay_2 ticket.excluded"]);
    expect(moved(taken)).toEqual([]);
  });

  it.each([{ closing: "takingDrawTicket" }, { closing: "waitingForDrawTicket" }])(
    "in %j counts anew before it is sealed",
    (value) => {
      expect(play(value, exclusion)).toMatchObject({
        value: { closing: "counting" },
        invoked: ["countPlayers"],
      });
    },
  );

  it("takes them in the commit in which entries end, before they are counted", () => {
    const taken = play({ closing: "counting" }, exclusion);
    expect([taken.value, taken.invoked]).toEqual([{ closing: "counting" }, []]);
    expect(taken.context).toMatchObject({ tickets: 3 });
  });

  it("keeps the player as long as he has others", () => {
    expect(play({ open: "accepting" }, { ...exclusion, isLastOfPlayer: false }).context)
      .toMatchObject({ tickets: 3, players: 3 });
  });

  it.each(["takingDrawTicket", "waitingForDrawTicket"])(
    "in %s for a redraw leaves the list that was sealed once",
    (state) => {
      const redraw = { count: 1, reason: "Because" };
      for (const event of [exclusion, { type: "player.exclude", suspicionId: "sus_1" }]) {
        const late = play({ closing: state }, event, { redraw });
        expect([late.isAccepted, late.value, late.actions]).toEqual([true, { closing: state }, []]);
        expect(late.context).toMatchObject({ tickets: 5, players: 3 });
      }
    },
  );

  it.each(closed)("in %j leaves the list as it is", (value) => {
    const late = play(value, exclusion, { refundsOpen: 1 });
    expect([late.isAccepted, late.value, late.actions]).toEqual([true, value, []]);
    expect(late.context).toMatchObject({ tickets: 5, players: 3 });
  });
});

describe("a payment", () => {
  const play = (value: unknown, method = "stars", context: object = {}): Step =>
    step(paymentMachine, {
      input: {
        paymentId: "pay_1",
        raffleId: "rfl_1",
        playerId: "tg-1",
        chatId: 1,
        language: "en",
        method,
        salt: "5a",
        atMs: AT_MS,
      },
      value,
      context: {
        price: { minor: "10", currency: "XTR" },
        chargeId: method === "stars" ? "ch_1" : null,
        ...context,
      },
      event: { type: "ticket.excluded", atMs: AT_MS },
    });

  it("whose ticket was excluded gives the whole charge back, and no raffle waits for it", () => {
    const back = play("ticketed");
    expect(back.value).toBe("refunding");
    expect(moved(back)).toEqual(["10 raffle/rfl_1/pot → payment/pay_1/refund_due"]);
    expect(told(back)).toEqual([expect.stringMatching(/^refund\/rfd_\w+ refund.start$/)]);
    expect(back.context["isRaffleWaiting"]).toBe(false);
  });

  it("from the balance goes back there at once, with word to the player", () => {
    const back = play("ticketed", "balance");
    expect(back.value).toBe("refunded");
    expect(moved(back)).toEqual(["10 raffle/rfl_1/pot → user/tg-1/available"]);
    expect(told(back)).toEqual([]);
    expect(back.actions).toContainEqual(["notify", {
      playerId: "tg-1",
      notice: {
        key: "refunded",
        raffleId: "rfl_1",
        amount: { minor: "10", currency: "XTR" },
        reason: "excluded",
      },
    }]);
  });

  it("that was charged back meanwhile makes the loss good", () => {
    const back = play("chargedBack");
    expect(back.value).toBe("chargedBack");
    expect(moved(back)).toEqual(["10 raffle/rfl_1/pot → treasury/expense/chargebacks"]);
  });

  it.each(["payable", "refunding", "refunded", "returned", "refused"])(
    "in %s refuses it",
    (value) => {
      const refused = play(value === "payable" ? { payable: "invoiced" } : value);
      expect([refused.isAccepted, refused.actions]).toEqual([false, []]);
    },
  );

  it.each([
    [{ payable: "invoiced" }, "precheckout.received"],
    [{ payable: "reserving" }, "precheckout.received"],
    [{ payable: "invoiced" }, "payment.confirmed"],
  ])("in %j notes who wanted to pay for another by %s", (value, type) => {
    const amount = { minor: "10", currency: "XTR" };
    const event = { type, payerId: "tg-7", amount, queryId: "q", chargeId: "ch_7", atMs: AT_MS };
    const noted = step(paymentMachine, {
      input: { paymentId: "pay_1", raffleId: "rfl_1", playerId: "tg-1", method: "stars" },
      value,
      context: { price: amount },
      event,
    });
    expect(noted.actions).toContainEqual(["recordForeignPayer", {
      paymentId: "pay_1",
      raffleId: "rfl_1",
      playerId: "tg-1",
      payerId: "tg-7",
      atMs: AT_MS,
    }]);
  });
});

describe("a player", () => {
  const terms = { ticketsPerPlayer: 5, closingWindowMs: 60_000 };
  const entry = { paymentId: "pay_1", raffleId: "rfl_1", terms, atMs: AT_MS };
  const source = { method: "stars", account: "payment/pay_1/clearing" };
  const barred = {
    type: "player.barred",
    suspicionId: "sus_1",
    raffleId: "rfl_1",
    signal: "velocity",
    untilMs: AT_MS + DAY_MS,
    atMs: AT_MS,
  };
  const entries = {
    rfl_1: { tickets: 2, places: [] },
    rfl_2: { tickets: 1, places: [] },
  };
  const play = (
    event: { type: string } & Record<string, unknown>,
    context: Partial<UserContext> = {},
  ): Step =>
    step(userMachine, {
      input: {
        playerId: "tg-1",
        chatId: 1,
        name: "Ann",
        language: "en",
        atMs: AT_MS,
        entriesPerDay: 50,
      },
      value: "active",
      context,
      event,
    });
  const bars = { sus_1: AT_MS + DAY_MS };

  it("who is excluded from one raffle hears why, and stays in the others", () => {
    const excluded = play(barred, { entries });
    expect(told(excluded)).toEqual(["raffle/rfl_1 player.exclude"]);
    expect(excluded.context).toMatchObject({ bars, entries: { rfl_2: { tickets: 1 } } });
    expect(excluded.context["entries"]).not.toHaveProperty("rfl_1");
    expect(excluded.actions).toContainEqual(["notify", {
      playerId: "tg-1",
      notice: {
        key: "excluded",
        suspicionId: "sus_1",
        signal: "velocity",
        untilMs: AT_MS + DAY_MS,
        raffleId: "rfl_1",
      },
    }]);
    expect(excluded.actions.filter(([type]) => type === "recordDeed")).toHaveLength(1);
  });

  it("who is excluded by a sign about no raffle loses his place in all that run", () => {
    const excluded = play({ ...barred, raffleId: null }, { entries });
    expect(told(excluded)).toEqual(["raffle/rfl_1 player.exclude", "raffle/rfl_2 player.exclude"]);
    expect(excluded.context["entries"]).toEqual({});
  });

  it("whose data was deleted is excluded without a word", () => {
    const excluded = play(barred, { chatId: 0 });
    expect(excluded.context).toMatchObject({ bars });
    expect(excluded.actions.filter(([type]) => type === "notify")).toEqual([]);
  });

  it("remembers only bars that hold", () => {
    const lapsed = { sus_0: AT_MS } as Record<`sus_${string}`, number>;
    expect(play(barred, { bars: lapsed }).context["bars"]).toEqual(bars);
  });

  it.each([
    ["asks for no entry", { type: "entry.requested", ...entry, method: "stars", salt: "5a" }],
    ["gets no place", { type: "place.requested", ...entry }],
    ["gets no ticket for money that came", {
      type: "entry.paid",
      ...entry,
      source,
      placeUntilMs: 0,
    }],
  ])("who is excluded %s", (_, event) => {
    const refused = play(event, { bars });
    expect(JSON.stringify(refused.actions)).toContain("barred");
    expect(told(refused).some((each) => each.startsWith("raffle/"))).toBe(false);
    const allowed = play({ ...event, atMs: AT_MS + DAY_MS }, { bars });
    expect(JSON.stringify(allowed.actions)).not.toContain("barred");
  });

  it("gets no ticket for a place that was promised before", () => {
    const places = [{ paymentId: "pay_1" as const, untilMs: AT_MS + 60_000 }];
    const paid = { type: "entry.paid", ...entry, salt: "5a", placeUntilMs: AT_MS + 60_000 };
    const refused = play(paid, { bars, entries: { rfl_1: { tickets: 0, places } } });
    expect(told(refused)).toEqual(["payment/pay_1 ticket.refused barred"]);
    expect(refused.context["entries"]).toEqual({});
  });

  it("may enter again when it is lifted, and hears so", () => {
    const lifted = play({ type: "bar.lifted", suspicionId: "sus_1" }, { bars });
    expect(lifted.context["bars"]).toEqual({});
    expect(lifted.actions).toContainEqual([
      "notify",
      { playerId: "tg-1", notice: { key: "exclusionLifted" } },
    ]);
    const other = play({ type: "bar.lifted", suspicionId: "sus_2" }, { bars });
    expect([other.isAccepted, other.actions, other.context["bars"]]).toEqual([true, [], bars]);
  });

  it("who takes his charge back after that is not voided twice", () => {
    const event = { type: "ticket.void", raffleId: "rfl_1", paymentId: "pay_1", chargeId: "ch_1" };
    expect(told(play(event, { entries }))).toEqual(["raffle/rfl_1 ticket.void"]);
    expect(told(play(event, {}))).toEqual([]);
  });

  it("asks by his appeal about that decision", () => {
    const chosen = play({
      type: "support.chosen",
      paymentId: null,
      suspicionId: "sus_1",
      atMs: AT_MS,
    });
    const said = step(userMachine, {
      input: {},
      value: "active",
      context: chosen.context,
      event: {
        type: "words.said",
        words: "That is not me",
        disputeId: "dsp_1_x",
        isAdmin: false,
        answerers: ["tg-9"],
        atMs: AT_MS,
      },
    });
    expect(said.actions).toContainEqual(["recordDispute", {
      disputeId: "dsp_1_x",
      playerId: "tg-1",
      paymentId: null,
      suspicionId: "sus_1",
      words: "That is not me",
      atMs: AT_MS,
    }]);
  });
});

// ── all together ─────────────────────────────────────────────────────────────────────────────────

describe("an exclusion", () => {
  const terms = { maxTickets: 10, ticketsPerPlayer: 3 };

  it("before the seal gives both Stars and balance back, and the others are drawn", () => {
    const world = new World();
    const raffleId = openRaffle(world, terms);
    crowd(world, raffleId, 3);
    world.topUp("tg-1", 10n);
    ask(world, { playerId: "tg-1", raffleId, paymentId: "pay_more", method: "balance" });
    expect(world.tickets.map(({ playerId }) => playerId)).toEqual(["tg-1", "tg-2", "tg-3", "tg-1"]);
    const suspicion = suspect(world, "tg-1", raffleId);
    expect(world.tickets).toHaveLength(4);

    expect(exclude(world, suspicion)).toBe(true);
    expect(world.tickets.map(({ playerId, number }) => [playerId, number]))
      .toEqual([["tg-2", 1], ["tg-3", 2]]);
    expect(world.read(`raffle/${raffleId}`).context).toMatchObject({ tickets: 2, players: 2 });
    giveBack(world);
    expect(world.available("tg-1")).toBe(10n);
    expect(world.records.get("payment/pay_tg-1")).toBe("refunded");
    expect(world.balance(`raffle/${raffleId}/pot`)).toBe(20n);

    // He cannot come back, not with an invoice either that is out already.
    ask(world, { playerId: "tg-1", raffleId, paymentId: "pay_again" });
    expect(world.records.has("payment/pay_again")).toBe(false);
    world.pass(3_600_000);
    draw(world, raffleId);
    expect(world.records.get(`raffle/${raffleId}`)).toBe("settled");
    expect(world.refused).toEqual([]);
    expectBalanced(world);
  });

  it("of who makes the minimum leaves too few, and all goes back", () => {
    const world = new World();
    const raffleId = openRaffle(world, terms);
    crowd(world, raffleId, 2);
    // A place that is still promised keeps the list open.
    const late = addPlayer(world, 3);
    ask(world, { playerId: late, raffleId, paymentId: "pay_late" });
    world.pass(3_600_000 - 30_000);
    expect(checkOut(world, { playerId: late, paymentId: "pay_late" })).toBe(true);
    world.pass(30_000);
    expect(world.valueOf(`raffle/${raffleId}`)).toEqual({ closing: "collecting" });
    exclude(world, suspect(world, "tg-2", raffleId));
    world.pass(60_000);
    giveBack(world);
    expect(world.records.get(`raffle/${raffleId}`)).toBe("refunded");
    expect(world.tickets).toHaveLength(1);
    expectBalanced(world);
  });

  it("while the draw ticket is waited for counts anew", () => {
    const world = new World();
    const raffleId = openRaffle(world, terms);
    crowd(world, raffleId, 2);
    world.pass(3_600_000);
    expect(world.valueOf(`raffle/${raffleId}`)).toEqual({ closing: "takingDrawTicket" });
    exclude(world, suspect(world, "tg-1", raffleId));
    giveBack(world);
    expect(world.records.get(`raffle/${raffleId}`)).toBe("refunded");
    expectBalanced(world);
  });

  it("after the seal leaves list and prize, and bars him from others", () => {
    const world = new World();
    const raffleId = openRaffle(world, terms);
    crowd(world, raffleId, 2);
    world.pass(3_600_000);
    world.succeed("takeDrawTicket", { drawTicketId: "dt1" });
    expect(world.valueOf(`raffle/${raffleId}`)).toEqual({ closing: "sealing" });
    exclude(world, suspect(world, "tg-1", raffleId));
    expect(world.tickets).toHaveLength(2);
    expect(world.effects.some(({ src }) => src === "refundStars")).toBe(false);
    const next = openRaffle(world, terms, "rfl_2");
    ask(world, { playerId: "tg-1", raffleId: next, paymentId: "pay_next" });
    expect(world.notices.at(-1)).toMatchObject({
      playerId: "tg-1",
      notice: { key: "entryRefused", reason: "barred" },
    });
    world.pass(30 * DAY_MS);
    ask(world, {
      playerId: "tg-1",
      raffleId: openRaffle(world, terms, "rfl_3"),
      paymentId: "pay_3",
    });
    expect(world.valueOf("payment/pay_3")).toEqual({ payable: "invoiced" });
  });

  it("catches what was promised before: the money that comes goes back", () => {
    const world = new World();
    const raffleId = openRaffle(world, terms);
    crowd(world, raffleId, 2);
    ask(world, { playerId: "tg-1", raffleId, paymentId: "pay_more" });
    expect(checkOut(world, { playerId: "tg-1", paymentId: "pay_more" })).toBe(true);
    exclude(world, suspect(world, "tg-1", raffleId));
    pay(world, { playerId: "tg-1", paymentId: "pay_more" });
    giveBack(world);
    expect(world.records.get("payment/pay_more")).toBe("refunded");
    expect(world.tickets.map(({ playerId }) => playerId)).toEqual(["tg-2"]);
    expectBalanced(world);
  });

  it("that is lifted lets him enter again; what came back stays back", () => {
    const world = new World();
    const raffleId = openRaffle(world, terms);
    crowd(world, raffleId, 2);
    const suspicion = suspect(world, "tg-1", null);
    exclude(world, suspicion);
    giveBack(world);
    world.send(suspicion, {
      type: "suspicion.clear",
      by: "tg-8",
      seen: "upheld",
      atMs: world.nowMs,
    });
    expect(world.tickets.map(({ playerId }) => playerId)).toEqual(["tg-2"]);
    join(world, { playerId: "tg-1", raffleId, paymentId: "pay_again" });
    expect(world.tickets.map(({ playerId }) => playerId)).toEqual(["tg-2", "tg-1"]);
    expect(world.read(`raffle/${raffleId}`).context).toMatchObject({ tickets: 2, players: 2 });
    expectBalanced(world);
  });

  it("of more tickets than a commit takes is made page by page", () => {
    const world = new World();
    const raffleId = openRaffle(world, { maxTickets: 300, ticketsPerPlayer: 250 });
    const playerId = addPlayer(world, 1, 1_000);
    crowd(world, raffleId, 0);
    for (let number = 0; number < 201; number++) {
      join(world, { playerId, raffleId, paymentId: `pay_${String(number).padStart(3, "0")}` });
    }
    join(world, { playerId: addPlayer(world, 2), raffleId });
    exclude(world, suspect(world, "tg-1", raffleId));
    world.pass(10);
    expect(world.tickets).toMatchObject([{ playerId: "tg-2", number: 1 }]);
    expect(world.read(`raffle/${raffleId}`).context).toMatchObject({ tickets: 1, players: 1 });
    giveBack(world);
    expectBalanced(world);
  });

  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    "against a payment, a chargeback and a late word, in any order (%i)",
    (seed) => {
      let state = seed * 2_654_435_761 + 1;
      const pick = (lanes: number) => {
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
        return lanes === 0 ? 0 : state % lanes;
      };
      const world = new World(pick);
      const raffleId = openRaffle(world, terms);
      crowd(world, raffleId, 3);
      ask(world, { playerId: "tg-1", raffleId, paymentId: "pay_more" });
      checkOut(world, { playerId: "tg-1", paymentId: "pay_more" });
      const suspicion = suspect(world, "tg-1", raffleId);
      const amount = { minor: "10", currency: "XTR" };
      const { nowMs: atMs } = world;
      world.post(suspicion, { type: "suspicion.exclude", by: "tg-9", days: 30, atMs });
      world.post("payment/pay_more", {
        type: "payment.confirmed",
        chargeId: "ch_more",
        payerId: "tg-1",
        amount,
        atMs,
      });
      world.post("payment/pay_tg-1", {
        type: "payment.refunded",
        chargeId: "ch_pay_tg-1",
        amount,
        atMs,
      });
      if (seed % 2 === 1) {
        world.post(suspicion, { type: "suspicion.clear", by: "tg-8", seen: "open", atMs });
      }
      world.drain();
      giveBack(world);
      const isExcluded = world.records.get(suspicion) === "upheld";
      const own = world.tickets.filter(({ playerId }) => playerId === "tg-1");
      if (isExcluded) expect(own).toEqual([]);
      expect(world.read(`raffle/${raffleId}`).context).toMatchObject({
        tickets: world.tickets.length,
        players: new Set(world.tickets.map(({ playerId }) => playerId)).size,
      });
      expect(world.balance(`raffle/${raffleId}/pot`)).toBe(BigInt(world.tickets.length * 10));
      world.pass(3_600_000);
      draw(world, raffleId);
      expect(world.records.get(`raffle/${raffleId}`)).toBe("settled");
      expectBalanced(world);
    },
  );
});
