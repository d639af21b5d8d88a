/**
 * A guaranteed prize and the reserve: what is promised is held, is refused while the reserve does not
 * cover it, is the owner's no more, and is free again when the raffle is over.
 */
import { describe, expect, it } from "vitest";
import { postTransfers } from "../../db/ledger.ts";
import { checkBooks } from "../../db/ledger_books.ts";
import type { RaffleTerms } from "../../machines/domain/events.ts";
import { TREASURY } from "../../machines/domain/treasury.ts";
import type { RaffleContext } from "../../machines/raffle_machine.ts";
import { testTerms } from "../../machines/testing/world.ts";
import {
  ADMIN,
  chargeBack,
  DAY,
  HOUR,
  openTreasury,
  startTreasuryWorld,
  type TreasuryWorld,
} from "./testing/treasury_world.ts";

const AVAILABLE = "provider/telegram/available";
const CAPITAL = "treasury/capital";
const fragment = { type: "fragment" };
const stars = (minor: number) => ({ minor: String(minor), currency: "XTR" as const });

async function say(
  world: TreasuryWorld,
  kind: "topUp" | "withdrawal",
  amount: number,
): Promise<void> {
  const atMs = world.kit.clock.nowMs();
  const by = `tg-${ADMIN}`;
  const said = { type: "ownerMove.said", kind, stars: String(amount), by, atMs };
  await world.play([{ to: TREASURY, send: said as never }]);
  await world.pass(1);
}

/** The owner puts Stars in, and Telegram's books show it. */
async function topUp(world: TreasuryWorld, amount: number, id = "t1"): Promise<void> {
  world.books.add({ id, amount, atMs: world.kit.clock.nowMs(), partner: fragment });
  await say(world, "topUp", amount);
}

/** Makes a draft and opens it. @returns What became of it. */
async function open(
  world: TreasuryWorld,
  number: number,
  terms: Partial<RaffleTerms>,
): Promise<{ value: unknown; context: RaffleContext }> {
  const raffleId = `rfl_${number}` as const;
  const atMs = world.kit.clock.nowMs();
  const input = { raffleId, terms: testTerms(terms), createdBy: "tg-1", atMs };
  await world.kit.create(`raffle/${raffleId}`, input);
  await send(world, number, { type: "raffle.open" });
  return await read(world, number);
}

async function send(world: TreasuryWorld, number: number, event: object): Promise<void> {
  const atMs = world.kit.clock.nowMs();
  const order = { by: "tg-1", reason: "Over", ...event, atMs };
  await world.play([{ to: `raffle/rfl_${number}`, send: order as never }]);
}

async function edit(world: TreasuryWorld, number: number, prize: number | null): Promise<void> {
  const guaranteedPrize = prize === null ? null : stars(prize);
  await send(world, number, { type: "raffle.edit", changes: { guaranteedPrize } });
}

async function read(world: TreasuryWorld, number: number) {
  const view = await world.kit.runtime.read(`raffle/rfl_${number}`);
  if (view === undefined) throw new Error(`There is no raffle ${number}`);
  return { value: view.value as unknown, context: view.context as RaffleContext };
}

/** What is promised, and what can be promised yet. */
async function promised(world: TreasuryWorld): Promise<[string, string]> {
  const report = await world.report();
  return [report.promised, report.reserve];
}

async function expectWholeBooks({ database }: TreasuryWorld): Promise<void> {
  expect((await checkBooks(database)).problems).toEqual([]);
  const { rows } = await database.query("select error from dead_letters");
  expect(rows).toEqual([]);
}

async function openWorld(capital?: number): Promise<TreasuryWorld> {
  const world = await startTreasuryWorld();
  await world.play(openTreasury());
  if (capital !== undefined) await topUp(world, capital);
  return world;
}

describe("an opening", () => {
  it("is refused without a Star of capital, and holds nothing", async () => {
    const world = await openWorld();
    const { value, context } = await open(world, 2, { guaranteedPrize: stars(1) });
    expect(value).toBe("draft");
    expect(context.guaranteeRefusal).toMatchObject({ needed: stars(1), covered: stars(0) });
    expect(await promised(world)).toEqual(["0", "0"]);
    expect(await world.accounts()).toEqual({});
    await expectWholeBooks(world);
  });

  it("takes the last of the reserve, and the next one waits for a top-up", async () => {
    const world = await openWorld(500);
    const { value, context } = await open(world, 2, { guaranteedPrize: stars(500) });
    expect(value).toEqual({ open: "accepting" });
    expect(context.guarantee).toEqual({ holds: 1, held: stars(500) });
    expect(await promised(world)).toEqual(["500", "0"]);
    const next = await open(world, 3, { guaranteedPrize: stars(1) });
    expect(next.value).toBe("draft");
    expect(next.context.guaranteeRefusal).toMatchObject({ needed: stars(1), covered: stars(0) });
    await topUp(world, 1, "t2");
    await send(world, 3, { type: "raffle.open" });
    expect((await read(world, 3)).value).toEqual({ open: "accepting" });
    expect(await world.accounts()).toEqual({ [AVAILABLE]: -501n, [CAPITAL]: 501n });
    await expectWholeBooks(world);
  });

  it("counts what players have paid and could have back before it is 21 days old", async () => {
    const world = await openWorld(500);
    for (const number of [1, 2, 3]) await world.enter(number);
    // 500 are there, and 30 that are owed are not.
    const { value, context } = await open(world, 2, { guaranteedPrize: stars(471) });
    expect(value).toBe("draft");
    expect(context.guaranteeRefusal).toMatchObject({ covered: stars(470) });
    await world.sleep(22 * DAY);
    await send(world, 2, { type: "raffle.open" });
    expect((await read(world, 2)).value).toEqual({ open: "accepting" });
    await expectWholeBooks(world);
  });

  it("is the owner's promise: what only commissions cover is not enough", async () => {
    const world = await openWorld(100);
    const commission = {
      key: "test/commission",
      from: AVAILABLE,
      to: "treasury/fees",
      minor: 50n,
      currency: "XTR",
      type: "commission",
      eventAtMs: world.kit.clock.nowMs(),
    } as const;
    await world.database.transaction((tx) => postTransfers(tx, [commission]));
    expect(await promised(world)).toEqual(["0", "150"]);
    const { value, context } = await open(world, 2, { guaranteedPrize: stars(101) });
    expect(value).toBe("draft");
    expect(context.guaranteeRefusal).toMatchObject({ covered: stars(100) });
    await expectWholeBooks(world);
  });
});

describe("an edit before the first entry", () => {
  it("moves the hold up and down, and keeps the old one where the reserve does not cover", async () => {
    const world = await openWorld(500);
    await open(world, 2, { guaranteedPrize: stars(200), durationMs: HOUR });
    const { closesAtMs } = (await read(world, 2)).context;
    await world.pass(60_000);
    for (
      const [prize, want] of [[400, 400], [501, 400], [100, 100], [500, 500], [null, 0], [
        7,
        7,
      ]] as const
    ) {
      await edit(world, 2, prize);
      const { value, context } = await read(world, 2);
      expect(value).toEqual({ open: "accepting" });
      expect(context.terms.guaranteedPrize).toEqual(want === 0 ? undefined : stars(want));
      expect(await promised(world)).toEqual([String(want), String(500 - want)]);
      // The deadline is not touched, and comes.
      expect(context.closesAtMs).toBe(closesAtMs);
    }
    await world.pass(HOUR);
    expect((await read(world, 2)).value).toBe("refunded");
    expect(await promised(world)).toEqual(["0", "500"]);
    await expectWholeBooks(world);
  });

  it("is possible during a pause, which goes on", async () => {
    const world = await openWorld(500);
    await open(world, 2, { guaranteedPrize: stars(200) });
    await send(world, 2, { type: "raffle.pause" });
    await edit(world, 2, 501);
    expect((await read(world, 2)).context.guaranteeRefusal).toMatchObject({ needed: stars(501) });
    await edit(world, 2, 300);
    const { value, context } = await read(world, 2);
    expect([value, context.guaranteeRefusal]).toEqual([{ open: "paused" }, null]);
    expect(await promised(world)).toEqual(["300", "200"]);
  });

  it("to less is taken however low the reserve has fallen", async () => {
    const world = await openWorld(100);
    await open(world, 2, { guaranteedPrize: stars(100) });
    for (let number = 1; number <= 12; number++) await world.enter(number);
    expect(await promised(world)).toEqual(["100", "-120"]);
    await edit(world, 2, 90);
    expect(await promised(world)).toEqual(["90", "-110"]);
    await edit(world, 2, 91);
    expect((await read(world, 2)).context.terms.guaranteedPrize).toEqual(stars(90));
    await expectWholeBooks(world);
  });

  it("of a raffle that promised nothing begins a promise", async () => {
    const world = await openWorld(100);
    await edit(world, 1, 60);
    expect(await promised(world)).toEqual(["60", "40"]);
    await send(world, 1, { type: "raffle.stop" });
    await world.pass(1);
    expect(await promised(world)).toEqual(["0", "100"]);
    await expectWholeBooks(world);
  });
});

describe("what is promised", () => {
  it("is not the owner's to take out: that becomes a finding which says so", async () => {
    const world = await openWorld(2_000);
    await open(world, 2, { guaranteedPrize: stars(1_200) });
    expect(await world.report()).toMatchObject({ promised: "1200", withdrawable: "0" });
    const out = { id: "w1", amount: 1_000, direction: "out", partner: fragment } as const;
    world.books.add({ ...out, atMs: world.kit.clock.nowMs() });
    await say(world, "withdrawal", 1_000);
    expect(await world.findings()).toEqual(["moveNotCovered"]);
    const [told] = world.told.admins.flatMap(({ notice }) =>
      notice.key === "findings" ? notice.findings : []
    );
    expect(told).toMatchObject({
      kind: "moveNotCovered",
      detail: { transactionId: "w1", stars: "1000", ours: "800" },
    });
    expect(await world.accounts()).toEqual({ [AVAILABLE]: -2_000n, [CAPITAL]: 2_000n });
    // The promise ends: now it is his, and the next comparison books it.
    await send(world, 2, { type: "raffle.stop" });
    await world.pass(1);
    await world.reconcile();
    expect(await world.accounts()).toEqual({ [AVAILABLE]: -1_000n, [CAPITAL]: 1_000n });
    await expectWholeBooks(world);
  });

  it("stays promised when charges come back and the reserve falls below it", async () => {
    const world = await openWorld(100);
    await open(world, 2, { guaranteedPrize: stars(100), durationMs: 60 * DAY });
    for (const number of [1, 2]) await world.enter(number);
    expect(await promised(world)).toEqual(["100", "-20"]);
    await world.sleep(22 * DAY);
    await world.play(chargeBack(1, world.kit.clock.nowMs()));
    expect(await promised(world)).toEqual(["100", "0"]);
    expect((await read(world, 2)).context.guarantee).toEqual({ holds: 1, held: stars(100) });
    await expectWholeBooks(world);
  });
});

// Messages of one commit come before the answer to the hold, and could leave it to nobody.
describe("what comes in one commit with another guaranteed prize", () => {
  const another = { type: "raffle.edit", changes: { guaranteedPrize: stars(250) } };

  /** @returns Why each was refused. */
  async function together(world: TreasuryWorld, ...events: object[]): Promise<unknown[]> {
    const atMs = world.kit.clock.nowMs();
    const receipts = await Promise.all(
      events.map((event) =>
        world.kit.runtime.send(
          "raffle/rfl_2",
          { by: "tg-1", reason: "Over", ...event, atMs } as never,
        )
      ),
    );
    await world.pass(1);
    return receipts.map(({ reason }) => reason);
  }

  it.each<[string, object, string]>([
    ["other terms", { type: "raffle.edit", changes: { title: "New" } }, "changedMeanwhile"],
    ["yet another prize", { ...another, changes: { guaranteedPrize: null } }, "changedMeanwhile"],
    ["a pause", { type: "raffle.pause" }, "changedMeanwhile"],
  ])("waits: %s", async (_, event, reason) => {
    const world = await openWorld(500);
    await open(world, 2, { guaranteedPrize: stars(100) });
    expect(await together(world, another, event)).toEqual([undefined, reason]);
    const { value, context } = await read(world, 2);
    expect(value).toEqual({ open: "accepting" });
    expect(context.guarantee).toEqual({ holds: 2, held: stars(250) });
    expect(context.terms.guaranteedPrize).toEqual(stars(250));
    expect(await promised(world)).toEqual(["250", "250"]);
    await send(world, 2, { type: "raffle.stop" });
    await world.pass(1);
    expect(await promised(world)).toEqual(["0", "500"]);
    await expectWholeBooks(world);
  });

  it("may stop the raffle: nothing stays held", async () => {
    const world = await openWorld(500);
    await open(world, 2, { guaranteedPrize: stars(100) });
    expect(await together(world, another, { type: "raffle.stop" })).toEqual([undefined, undefined]);
    expect((await read(world, 2)).value).toBe("refunded");
    expect(await promised(world)).toEqual(["0", "500"]);
    await expectWholeBooks(world);
  });
});
