/** Whole stories of several machines together, without a runtime. */
import { describe, expect, it } from "vitest";
import type { PlayerId, RaffleTerms } from "./domain/events.ts";
import {
  addPlayer,
  ask,
  checkOut,
  draw,
  giveBack,
  join,
  openRaffle,
  pay,
  verdict,
} from "./testing/people.ts";
import { expectBalanced } from "./testing/expect_balanced.ts";
import { World } from "./testing/world.ts";

const HOUR_MS = 3_600_000;

/** A world with an open raffle and some players. */
function scene({ players = 3, ...terms }: { players?: number } & Partial<RaffleTerms> = {}) {
  const world = new World();
  const raffleId = openRaffle(world, terms);
  const playerIds = Array.from({ length: players }, (_, index) => addPlayer(world, index + 1));
  const at = (index: number): PlayerId => playerIds[index] ?? "nobody";
  return { world, raffleId, playerIds, at };
}

function noticeKeys(world: World, playerId: PlayerId): string[] {
  return world.notices.filter((told) => told.playerId === playerId)
    .map(({ notice }) => "reason" in notice ? `${notice.key} ${notice.reason}` : notice.key);
}

function massKeys(world: World): string[] {
  return world.mass.map(({ notice }) => notice.key);
}

describe("a raffle from the first entry to the prize", () => {
  it("pays the winner, tells everybody and frees the players", () => {
    const { world, raffleId, at } = scene({ drawAt: "minimum" });
    join(world, { raffleId, playerId: at(0) });
    expect(world.valueOf("raffle/rfl_1")).toEqual({ open: "accepting" });
    join(world, { raffleId, playerId: at(1) });
    expect(world.valueOf("raffle/rfl_1")).toEqual({ closing: "takingDrawTicket" });
    expect(world.balance("raffle/rfl_1/pot")).toBe(20n);
    draw(world, raffleId);

    expect(world.valueOf("raffle/rfl_1")).toEqual({ settled: "told" });
    expect(world.balance("user/tg-1/available")).toBe(17n);
    expect(world.balance("treasury/fees")).toBe(3n);
    expect(world.balance("raffle/rfl_1/pot")).toBe(0n);
    expect(noticeKeys(world, at(0))).toEqual(["joined", "won", "credited"]);
    expect(massKeys(world)).toEqual(["sealed", "drawn"]);
    expect(world.mass.at(-1)?.playerIds).toEqual(["tg-2"]);
    expect(world.read("user/tg-1").context.entries).toEqual({});
    expect(world.records.get("raffle/rfl_1")).toBe("settled");
    expect(world.records.get("payment/pay_tg-1")).toBe("ticketed");
    expectBalanced(world);
  });

  it("numbers tickets in the order of the payments", () => {
    const { world, raffleId, at } = scene();
    for (const index of [2, 0, 1]) join(world, { raffleId, playerId: at(index) });
    expect(world.tickets.map(({ number, playerId }) => [number, playerId]))
      .toEqual([[1, "tg-3"], [2, "tg-1"], [3, "tg-2"]]);
  });

  it("tells of those who join within ten seconds once", () => {
    const { world, raffleId, at } = scene();
    join(world, { raffleId, playerId: at(0) });
    world.pass(5_000);
    join(world, { raffleId, playerId: at(1) });
    world.pass(20_000);
    expect(world.mass.map(({ notice }) => notice)).toEqual([
      { key: "playersJoined", raffleId, tickets: 2, players: 2 },
    ]);
    join(world, { raffleId, playerId: at(2) });
    world.pass(20_000);
    expect(massKeys(world)).toEqual(["playersJoined", "playersJoined"]);
  });

  it("frees 250 players a page a commit", () => {
    const { world, raffleId, playerIds } = scene({ players: 250, maxTickets: 1_000 });
    for (const playerId of playerIds) join(world, { raffleId, playerId });
    world.pass(HOUR_MS);
    draw(world, raffleId);
    world.pass(1);
    expect(world.valueOf("raffle/rfl_1")).toEqual({ settled: "told" });
    for (const playerId of playerIds) {
      expect(world.read(`user/${playerId}`).context.entries).toEqual({});
    }
    expectBalanced(world);
  });
});

describe("money that comes late, twice or wrong", () => {
  it("counts after its place has lapsed while there is room", () => {
    const { world, raffleId, at } = scene();
    ask(world, { playerId: at(0), raffleId, paymentId: "pay_a" });
    checkOut(world, { playerId: at(0), paymentId: "pay_a" });
    world.pass(61_000);
    pay(world, { playerId: at(0), paymentId: "pay_a" });
    expect(world.valueOf("payment/pay_a")).toBe("ticketed");
  });

  it("counts after the invoice has expired, and without any pre-checkout", () => {
    const { world, raffleId, at } = scene({ durationMs: 3 * HOUR_MS });
    ask(world, { playerId: at(0), raffleId, paymentId: "pay_a" });
    world.pass(HOUR_MS);
    expect(world.valueOf("payment/pay_a")).toBe("expired");
    expect(checkOut(world, { playerId: at(0), paymentId: "pay_a" })).toBe(false);
    pay(world, { playerId: at(0), paymentId: "pay_a" });
    expect(world.valueOf("payment/pay_a")).toBe("ticketed");
  });

  it("goes back when it comes after the seal", () => {
    const { world, raffleId, at } = scene({ drawAt: "minimum" });
    ask(world, { playerId: at(2), raffleId, paymentId: "pay_late" });
    join(world, { raffleId, playerId: at(0) });
    join(world, { raffleId, playerId: at(1) });
    pay(world, { playerId: at(2), paymentId: "pay_late" });
    expect(world.balance("payment/pay_late/refund_due")).toBe(10n);
    giveBack(world);
    expect(world.valueOf("payment/pay_late")).toBe("refunded");
    expect(world.balance("payment/pay_late/refund_due")).toBe(0n);
    expect(noticeKeys(world, at(2))).toEqual(["refunded closed"]);
    expect(world.read("user/tg-3").context.entries).toEqual({});
    expectBalanced(world);
  });

  it("keeps a promised place through the closing window, and only that long", () => {
    const { world, raffleId, at } = scene({ minPlayers: 2 });
    join(world, { raffleId, playerId: at(0) });
    world.pass(HOUR_MS - 20_000);
    for (const [index, paymentId] of [[1, "pay_in"], [2, "pay_out"]] as const) {
      ask(world, { playerId: at(index), raffleId, paymentId });
      expect(checkOut(world, { playerId: at(index), paymentId })).toBe(true);
    }
    world.pass(30_000);
    expect(world.valueOf("raffle/rfl_1")).toEqual({ closing: "collecting" });
    pay(world, { playerId: at(1), paymentId: "pay_in" });
    expect(world.valueOf("payment/pay_in")).toBe("ticketed");
    world.pass(60_000);
    expect(world.valueOf("raffle/rfl_1")).toEqual({ closing: "takingDrawTicket" });
    pay(world, { playerId: at(2), paymentId: "pay_out" });
    expect(world.valueOf("payment/pay_out")).toBe("refunding");
    giveBack(world);
    expectBalanced(world);
  });

  it("refuses a pre-checkout when the maximum is reserved, and takes it when a place lapses", () => {
    const { world, raffleId, at } = scene({ maxTickets: 2 });
    for (const index of [0, 1, 2]) {
      ask(world, { playerId: at(index), raffleId, paymentId: `pay_${index}` });
    }
    expect(checkOut(world, { playerId: at(0), paymentId: "pay_0" })).toBe(true);
    expect(checkOut(world, { playerId: at(1), paymentId: "pay_1" })).toBe(true);
    expect(checkOut(world, { playerId: at(2), paymentId: "pay_2" })).toBe(false);
    expect(world.answers.at(-1)?.reason).toBe("full");
    world.pass(61_000);
    expect(checkOut(world, { playerId: at(2), paymentId: "pay_2" })).toBe(true);
  });

  it("returns a second charge on its own and keeps the ticket", () => {
    const { world, raffleId, at } = scene();
    const paymentId = join(world, { raffleId, playerId: at(0) });
    pay(world, { playerId: at(0), paymentId });
    expect(world.transfers.size).toBe(2);
    pay(world, { playerId: at(0), paymentId, chargeId: "second" });
    expect(world.valueOf(`payment/${paymentId}`)).toBe("ticketed");
    giveBack(world);
    expect(noticeKeys(world, at(0))).toEqual(["joined", "refunded paidTwice"]);
    expect(world.balance("provider/telegram/settling")).toBe(-10n);
    expectBalanced(world);
  });

  it("returns what a stranger paid to the stranger", () => {
    const { world, raffleId, at } = scene();
    ask(world, { playerId: at(0), raffleId, paymentId: "pay_a" });
    expect(checkOut(world, { playerId: at(1), paymentId: "pay_a" })).toBe(false);
    pay(world, { playerId: at(1), paymentId: "pay_a", chargeId: "strange" });
    expect(world.effects.at(-1)?.input).toMatchObject({ telegramUserId: 2, chargeId: "strange" });
    giveBack(world);
    pay(world, { playerId: at(0), paymentId: "pay_a" });
    expect(world.valueOf("payment/pay_a")).toBe("ticketed");
    expectBalanced(world);
  });

  it.each([
    { price: "7", currency: "XTR", reason: "wrongAmount" },
    { price: "10", currency: "RUB", reason: "wrongCurrency" },
  ])("returns all of a wrong sum: $reason", ({ price, currency, reason }) => {
    const { world, raffleId, at } = scene();
    ask(world, { playerId: at(0), raffleId, paymentId: "pay_a" });
    pay(world, { playerId: at(0), paymentId: "pay_a", price, currency });
    giveBack(world);
    expect(world.tickets).toEqual([]);
    expect(noticeKeys(world, at(0))).toEqual([`refunded ${reason}`]);
    expectBalanced(world);
  });
});

describe("a raffle without a draw", () => {
  it("gives everything back when too few players came", () => {
    const { world, raffleId, at } = scene();
    join(world, { raffleId, playerId: at(0) });
    world.pass(HOUR_MS);
    expect(world.valueOf("raffle/rfl_1")).toBe("refunding");
    expect(massKeys(world)).toEqual(["playersJoined", "cancelled"]);
    giveBack(world);
    expect(world.valueOf("raffle/rfl_1")).toBe("refunded");
    expect(noticeKeys(world, at(0))).toEqual(["joined", "refunded minimumNotReached"]);
    expect(world.accounts()).toEqual([]);
    expect(world.read("user/tg-1").context.entries).toEqual({});
  });

  it("counts different players, not tickets", () => {
    const { world, raffleId, at } = scene({ ticketsPerPlayer: 3 });
    for (const paymentId of ["pay_a", "pay_b"] as const) {
      join(world, { raffleId, playerId: at(0), paymentId });
    }
    world.pass(HOUR_MS);
    expect(world.read("raffle/rfl_1").context).toMatchObject({
      tickets: 2,
      players: 1,
      cancelReason: "minimumNotReached",
    });
  });

  it.each(["open", "closing", "sealed"])("can be stopped while %s", (state) => {
    const { world, raffleId, at } = scene();
    join(world, { raffleId, playerId: at(0) });
    join(world, { raffleId, playerId: at(1) });
    if (state !== "open") world.pass(HOUR_MS);
    if (state === "sealed") {
      world.succeed("takeDrawTicket", { drawTicketId: "dt" });
      world.succeed("sealTickets", { seal: "5e", tickets: 2, sealedAtMs: world.nowMs });
    }
    const stop = { type: "raffle.stop", by: "tg-9", reason: "A mistake", atMs: world.nowMs };
    expect(world.send("raffle/rfl_1", stop)).toBe(true);
    expect(world.mass.at(-1)?.notice).toEqual({
      key: "cancelled",
      raffleId,
      reason: "stoppedByAdmin",
      publicReason: "A mistake",
    });
    giveBack(world);
    expect(world.valueOf("raffle/rfl_1")).toBe("refunded");
    expect(world.accounts()).toEqual([]);
  });

  it("cannot be stopped once the draw may have been asked for", () => {
    const { world, raffleId, at } = scene();
    join(world, { raffleId, playerId: at(0) });
    join(world, { raffleId, playerId: at(1) });
    world.pass(HOUR_MS);
    world.succeed("takeDrawTicket", { drawTicketId: "dt" });
    world.succeed("sealTickets", { seal: "5e", tickets: 2, sealedAtMs: world.nowMs });
    world.pass(30_000);
    const stop = { type: "raffle.stop", by: "tg-9", reason: "Too late", atMs: world.nowMs };
    expect(world.send("raffle/rfl_1", stop)).toBe(false);
    world.fail("requestDraw");
    expect(world.send("raffle/rfl_1", stop)).toBe(false);
    expect(world.read("raffle/rfl_1").tags.has("waiting")).toBe(true);
  });

  it("cancels 250 entries a page a commit, and waits for every refund", () => {
    const { world, raffleId, playerIds } = scene({ players: 250, maxTickets: 1_000 });
    for (const playerId of playerIds) join(world, { raffleId, playerId });
    world.send("raffle/rfl_1", {
      type: "raffle.stop",
      by: "tg-1",
      reason: "Enough",
      atMs: world.nowMs,
    });
    expect(world.valueOf("raffle/rfl_1")).toEqual({ cancelling: "betweenPages" });
    world.pass(1);
    expect(world.valueOf("raffle/rfl_1")).toBe("refunding");
    expect(world.read("raffle/rfl_1").context.refundsOpen).toBe(250);
    giveBack(world);
    expect(world.valueOf("raffle/rfl_1")).toBe("refunded");
    expect(world.accounts()).toEqual([]);
  });
});

describe("a draw that is not right at once", () => {
  function sealed() {
    const { world, raffleId, at } = scene({ drawAt: "minimum" });
    join(world, { raffleId, playerId: at(0) });
    join(world, { raffleId, playerId: at(1) });
    world.succeed("takeDrawTicket", { drawTicketId: "dt" });
    world.succeed("sealTickets", { seal: "5e", tickets: 2, sealedAtMs: world.nowMs });
    world.pass(30_000);
    return { world, raffleId };
  }
  const by = (admin: string, type: string) => ({ type, by: admin, reason: "Key", atMs: 1 });

  it("waits for RANDOM.ORG as long as it takes, with the same ticket, and says so once", () => {
    const { world } = sealed();
    for (let tries = 0; tries < 5; tries++) {
      expect(world.effects.at(-1)?.input).toMatchObject({ drawTicketId: "dt", seal: "5e" });
      world.fail("requestDraw");
      world.pass(10_000);
    }
    expect(massKeys(world).filter((key) => key === "drawWaits")).toHaveLength(1);
    expect(world.valueOf("raffle/rfl_1")).toEqual({ drawing: "requesting" });
  });

  it("pays nothing under a dispute, and pays after a check that succeeds", () => {
    const { world, raffleId } = sealed();
    world.succeed("requestDraw", { serialNumber: 1 });
    world.succeed("verifyDraw", { isValid: false, reason: "unknownKey" });
    expect(world.valueOf("raffle/rfl_1")).toBe("disputed");
    expect(world.balance("raffle/rfl_1/pot")).toBe(20n);
    world.send("raffle/rfl_1", by("tg-1", "dispute.recheck"));
    world.succeed("requestDraw", { serialNumber: 1 });
    world.succeed("verifyDraw", { isValid: false, reason: "unknownKey" });
    expect(massKeys(world).filter((key) => key === "disputed")).toHaveLength(1);
    world.send("raffle/rfl_1", by("tg-1", "dispute.recheck"));
    world.succeed("requestDraw", { serialNumber: 1 });
    world.succeed("verifyDraw", verdict(world, raffleId));
    world.pass(1);
    expect(world.valueOf("raffle/rfl_1")).toEqual({ settled: "told" });
    expect(world.balance("user/tg-1/available")).toBe(17n);
  });

  it("refunds a dispute when two different admins want it", () => {
    const { world } = sealed();
    world.succeed("requestDraw", { serialNumber: 1 });
    world.succeed("verifyDraw", { isValid: false, reason: "unknownKey" });
    expect(world.send("raffle/rfl_1", by("tg-1", "dispute.refund"))).toBe(true);
    expect(world.send("raffle/rfl_1", by("tg-1", "dispute.refund"))).toBe(false);
    expect(world.valueOf("raffle/rfl_1")).toBe("disputed");
    expect(world.send("raffle/rfl_1", by("tg-2", "dispute.refund"))).toBe(true);
    giveBack(world);
    expect(world.valueOf("raffle/rfl_1")).toBe("refunded");
    expect(world.accounts()).toEqual([]);
  });

  it("disputes a verdict whose parts are not the pot", () => {
    const { world, raffleId } = sealed();
    world.succeed("requestDraw", { serialNumber: 1 });
    const wrong = { ...verdict(world, raffleId), commission: { minor: "4", currency: "XTR" } };
    world.succeed("verifyDraw", wrong);
    expect(world.read("raffle/rfl_1").context.disputeReason).toBe("splitNotWhole");
  });
});

describe("a draw whose seal names a drand round", () => {
  const PATIENCE_MS = 5 * 60_000;
  const sealPauseMs = 30_000;

  /** Sealed, with a round that is made a second after the pause. */
  function sealed() {
    const { world, raffleId, at } = scene({ drawAt: "minimum", sealPauseMs });
    join(world, { raffleId, playerId: at(0) });
    join(world, { raffleId, playerId: at(1) });
    world.succeed("takeDrawTicket", { drawTicketId: "dt" });
    world.succeed("sealTickets", {
      seal: "5e",
      tickets: 2,
      sealedAtMs: world.nowMs,
      beacon: { round: 7, atMs: world.nowMs + sealPauseMs + 1_000 },
    });
    const asked = () => world.effects.map(({ src }) => src);
    const finish = () => {
      world.succeed("requestDraw", { serialNumber: 1 });
      world.succeed("verifyDraw", verdict(world, raffleId));
      world.pass(1);
      expect(world.valueOf("raffle/rfl_1")).toEqual({ settled: "told" });
      expectBalanced(world);
    };
    return { world, asked, finish };
  }

  it("asks for the round when it is made, and RANDOM.ORG only then, with the round", () => {
    const { world, asked, finish } = sealed();
    world.pass(sealPauseMs + 999);
    expect(asked()).toEqual([]);
    world.pass(1);
    expect(asked()).toEqual(["fetchBeacon"]);
    world.succeed("fetchBeacon", { signature: "b4" });
    expect(world.effects).toMatchObject([{ src: "requestDraw", input: { beaconSignature: "b4" } }]);
    finish();
  });

  it("waits for a late round, and still asks with it", () => {
    const { world, asked, finish } = sealed();
    world.pass(sealPauseMs + 1_000);
    for (let tries = 0; tries < 5; tries++) {
      world.fail("fetchBeacon");
      world.pass(10_000);
    }
    world.succeed("fetchBeacon", { signature: "b4" });
    expect(asked()).toEqual(["requestDraw"]);
    expect(world.effects[0]?.input).toMatchObject({ beaconSignature: "b4" });
    finish();
  });

  it("goes on without it when drand is away for the whole time, and not earlier", () => {
    const { world, asked, finish } = sealed();
    world.pass(sealPauseMs + 1_000);
    for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += 10_000) {
      world.fail("fetchBeacon");
      world.pass(10_000);
    }
    expect(asked()).toEqual(["requestDraw"]);
    expect(world.effects[0]?.input).toMatchObject({ beaconSignature: null });
    finish();
    expect(massKeys(world)).toEqual(["sealed", "drawn"]);
  });

  it("wants the round no more once it has gone on, however late an answer would come", () => {
    const { world, asked } = sealed();
    world.pass(sealPauseMs + 1_000 + PATIENCE_MS - 1);
    expect(asked()).toEqual(["fetchBeacon"]);
    world.pass(1);
    expect(asked()).toEqual(["requestDraw"]);
  });

  it("asks and checks with the same round again under a dispute", () => {
    const { world, finish } = sealed();
    world.pass(sealPauseMs + 1_000);
    world.succeed("fetchBeacon", { signature: "b4" });
    world.succeed("requestDraw", { serialNumber: 1 });
    expect(world.effects).toMatchObject([{ src: "verifyDraw", input: { beaconSignature: "b4" } }]);
    world.succeed("verifyDraw", { isValid: false, reason: "unknownKey" });
    world.send("raffle/rfl_1", { type: "dispute.recheck", by: "tg-1", atMs: 1 });
    expect(world.effects).toMatchObject([{ src: "requestDraw", input: { beaconSignature: "b4" } }]);
    finish();
  });

  it("can be stopped while the round is waited for", () => {
    const { world, asked } = sealed();
    world.pass(sealPauseMs + 1_000);
    const stop = { type: "raffle.stop", by: "tg-9", reason: "Test", seen: "sealed", atMs: 1 };
    expect(world.send("raffle/rfl_1", stop)).toBe(true);
    expect(asked()).not.toContain("fetchBeacon");
    giveBack(world);
    expect(world.valueOf("raffle/rfl_1")).toBe("refunded");
  });
});

describe("an entry from the balance", () => {
  it("goes into the pot, and back to the balance when the raffle is stopped", () => {
    const { world, raffleId, at } = scene();
    world.topUp(at(0), 10n);
    ask(world, { playerId: at(0), raffleId, paymentId: "pay_a", method: "balance" });
    expect(world.valueOf("payment/pay_a")).toBe("ticketed");
    expect(world.balance("raffle/rfl_1/pot")).toBe(10n);
    expect(world.balance("user/tg-1/available")).toBe(0n);
    world.pass(HOUR_MS);
    expect(world.valueOf("raffle/rfl_1")).toBe("refunded");
    expect(world.balance("user/tg-1/available")).toBe(10n);
    expect(noticeKeys(world, at(0))).toEqual(["joined", "refunded minimumNotReached"]);
    expectBalanced(world);
  });

  it("is refused without enough money, and its place is free again", () => {
    const { world, raffleId, at } = scene();
    world.topUp(at(0), 9n);
    ask(world, { playerId: at(0), raffleId, paymentId: "pay_a", method: "balance" });
    expect(world.valueOf("payment/pay_a")).toBe("refused");
    expect(noticeKeys(world, at(0))).toEqual(["entryRefused insufficientFunds"]);
    expect(world.read("raffle/rfl_1").context.places).toEqual({});
    expect(world.read("user/tg-1").context.entries).toEqual({});
  });
});

describe("limits of a player", () => {
  it("refuses the second place of a player who may have one ticket", () => {
    const { world, raffleId, at } = scene();
    for (const paymentId of ["pay_a", "pay_b"] as const) {
      ask(world, { playerId: at(0), raffleId, paymentId });
    }
    expect(checkOut(world, { playerId: at(0), paymentId: "pay_a" })).toBe(true);
    expect(checkOut(world, { playerId: at(0), paymentId: "pay_b" })).toBe(false);
    expect(world.answers.at(-1)?.reason).toBe("overPlayerLimit");
    expect(checkOut(world, { playerId: at(0), paymentId: "pay_a" })).toBe(true);
    pay(world, { playerId: at(0), paymentId: "pay_b" });
    pay(world, { playerId: at(0), paymentId: "pay_a" });
    expect(world.tickets).toHaveLength(1);
    giveBack(world);
    expect(noticeKeys(world, at(0))).toContain("refunded overPlayerLimit");
    expectBalanced(world);
  });

  it("refuses the entry after the last of the day, and grants one on the next", () => {
    const world = new World();
    const raffleId = openRaffle(world, { ticketsPerPlayer: 9, durationMs: 48 * HOUR_MS });
    const playerId = addPlayer(world, 1, 2);
    for (const paymentId of ["pay_a", "pay_b", "pay_c"] as const) {
      ask(world, { playerId, raffleId, paymentId });
    }
    expect(world.snapshots.has("payment/pay_c")).toBe(false);
    expect(noticeKeys(world, playerId)).toEqual(["entryRefused overDailyLimit"]);
    world.pass(12 * HOUR_MS);
    ask(world, { playerId, raffleId, paymentId: "pay_d" });
    expect(world.snapshots.has("payment/pay_d")).toBe(true);
  });

  it("counts the paid entry of a player who blocked the bot", () => {
    const { world, raffleId, at } = scene();
    ask(world, { playerId: at(0), raffleId, paymentId: "pay_a" });
    world.send("user/tg-1", { type: "bot.blocked", atMs: world.nowMs });
    pay(world, { playerId: at(0), paymentId: "pay_a" });
    expect(world.valueOf("payment/pay_a")).toBe("ticketed");
    expect(world.records.get("user/tg-1")).toBe("blocked");
  });
});

describe("a chargeback", () => {
  const takenBack = (paymentId: string, atMs: number) => ({
    type: "payment.refunded",
    chargeId: `ch_${paymentId}`,
    amount: { minor: "10", currency: "XTR" },
    atMs,
  });

  // The ticket stood at every time, so whoever took his money back kept his chance, at our cost.
  it("before the list is closed takes the ticket away, and those behind it move up", () => {
    const { world, raffleId, at } = scene();
    const paymentId = join(world, { raffleId, playerId: at(0) });
    join(world, { raffleId, playerId: at(1) });
    const back = takenBack(paymentId, world.nowMs);
    expect(world.send(`payment/${paymentId}`, back)).toBe(true);
    expect(world.send(`payment/${paymentId}`, back)).toBe(true);
    expect(world.balance("treasury/expense/chargebacks")).toBe(0n);
    expect(world.balance("raffle/rfl_1/pot")).toBe(10n);
    expect(world.tickets).toMatchObject([{ number: 1, playerId: at(1) }]);
    expect(world.read("raffle/rfl_1").context).toMatchObject({ tickets: 1, players: 1 });
    join(world, { raffleId, playerId: at(0), paymentId: "pay_again" });
    expect(world.valueOf("payment/pay_again")).toBe("ticketed");
    expect(world.read("raffle/rfl_1").context).toMatchObject({ tickets: 2, players: 2 });
    world.pass(HOUR_MS);
    draw(world, raffleId);
    expect(world.balance("user/tg-2/available")).toBe(17n);
    expect(world.balance("raffle/rfl_1/pot")).toBe(0n);
  });

  it("that leaves too few players while RANDOM.ORG is waited for cancels the raffle", () => {
    const { world, raffleId, at } = scene();
    const paymentId = join(world, { raffleId, playerId: at(0) });
    join(world, { raffleId, playerId: at(1) });
    world.pass(HOUR_MS);
    world.fail("takeDrawTicket");
    world.send(`payment/${paymentId}`, takenBack(paymentId, world.nowMs));
    giveBack(world);
    expect(world.valueOf("raffle/rfl_1")).toBe("refunded");
    expect(world.accounts()).toEqual([]);
  });

  it("after the seal leaves the ticket, and a cancellation makes the loss good", () => {
    const { world, raffleId, at } = scene();
    const paymentId = join(world, { raffleId, playerId: at(0) });
    join(world, { raffleId, playerId: at(1) });
    world.pass(HOUR_MS);
    world.succeed("takeDrawTicket", { drawTicketId: "dt" });
    world.succeed("sealTickets", { seal: "5e", tickets: 2, sealedAtMs: world.nowMs });
    world.send(`payment/${paymentId}`, takenBack(paymentId, world.nowMs));
    expect(world.tickets).toHaveLength(2);
    expect(world.balance("treasury/expense/chargebacks")).toBe(-10n);
    expect(world.balance("raffle/rfl_1/pot")).toBe(20n);
    world.send("raffle/rfl_1", { type: "raffle.stop", by: "tg-9", reason: "", atMs: 1 });
    giveBack(world);
    expect(world.valueOf("raffle/rfl_1")).toBe("refunded");
    expect(world.accounts()).toEqual([]);
  });

  it("that is our own refund changes nothing", () => {
    const { world, raffleId, at } = scene();
    const paymentId = join(world, { raffleId, playerId: at(0) });
    world.pass(HOUR_MS);
    const back = { type: "payment.refunded", chargeId: `ch_${paymentId}` };
    expect(world.send(`payment/${paymentId}`, back)).toBe(true);
    giveBack(world);
    expect(world.send(`payment/${paymentId}`, back)).toBe(true);
    expect(world.accounts()).toEqual([]);
  });

  it("of a charge that nobody knows is refused", () => {
    const { world, raffleId, at } = scene();
    const paymentId = join(world, { raffleId, playerId: at(0) });
    const back = { type: "payment.refunded", chargeId: "unheard" };
    expect(world.send(`payment/${paymentId}`, back)).toBe(false);
  });
});
