/**
 * Raffles that are opened and edited at once on two nodes: the reserve is promised once, however they
 * meet, and of what it covers nothing is left lying.
 */
import { expect, it } from "vitest";
import { postTransfers } from "../../db/ledger.ts";
import { checkBooks } from "../../db/ledger_books.ts";
import {
  TELEGRAM_AVAILABLE,
  TELEGRAM_SETTLING,
  TREASURY_CAPITAL,
  userAvailable,
} from "../../machines/domain/accounts.ts";
import { testTerms } from "../../machines/testing/world.ts";
import { START_MS, startTreasuryWorld, type TreasuryWorld } from "./testing/treasury_world.ts";

const RESERVE = 100;
const ROUNDS = 8;
const RAFFLES = 6;
const stars = (minor: number) => ({ minor: String(minor), currency: "XTR" as const });

async function startFunded(): Promise<TreasuryWorld> {
  // One message a batch: two that are sent to one node do not share a transaction either.
  const world = await startTreasuryWorld({ nodes: 2, maxBatchSize: 1 });
  const move = { currency: "XTR", eventAtMs: START_MS };
  const capital = { ...move, from: TELEGRAM_AVAILABLE, to: TREASURY_CAPITAL, minor: 1_000n };
  // Most of it is owed to somebody whose Stars are young: of the capital alone the ledger takes care.
  const owed = { ...move, from: TELEGRAM_SETTLING, to: userAvailable("tg-7") };
  await world.database.transaction((tx) =>
    postTransfers(tx, [
      { ...capital, key: "test/topUp", type: "topUp" },
      { ...owed, minor: 1_000n - BigInt(RESERVE), key: "test/owed", type: "prize" },
    ])
  );
  return world;
}

async function makeDrafts({ kit }: TreasuryWorld, round: number, prize: number): Promise<string[]> {
  const ids = Array.from({ length: RAFFLES }, (_, index) => `rfl_${round}x${index}`);
  for (const raffleId of ids) {
    const terms = testTerms({ guaranteedPrize: stars(prize) });
    const input = { raffleId, terms, createdBy: "tg-1", atMs: START_MS };
    await kit.create(`raffle/${raffleId}`, input);
  }
  return ids;
}

/** Sends to all at once; the nodes are asked in turns. */
async function atOnce(world: TreasuryWorld, ids: readonly string[], event: object): Promise<void> {
  const order = { by: "tg-1", reason: "Over", ...event, atMs: START_MS };
  await Promise.all(ids.map((id) => world.kit.send(`raffle/${id}`, order as never)));
  await world.kit.settled();
}

async function opened({ kit }: TreasuryWorld, ids: readonly string[]): Promise<string[]> {
  const views = await Promise.all(ids.map((id) => kit.runtime.read(`raffle/${id}`)));
  return ids.filter((_, index) => views[index]?.tags.includes("acceptingEntries"));
}

async function promised(world: TreasuryWorld): Promise<number> {
  return Number((await world.report()).promised);
}

it("the last of the reserve goes to one of those who open at once", async () => {
  const world = await startFunded();
  for (let round = 0; round < ROUNDS; round++) {
    // Two of them fit, three do not.
    const ids = await makeDrafts(world, round, 40);
    await atOnce(world, ids, { type: "raffle.open" });
    const open = await opened(world, ids);
    expect(open).toHaveLength(2);
    expect(await promised(world)).toBe(80);
    // And so with edits: one of the two may have the rest.
    const edit = { type: "raffle.edit", changes: { guaranteedPrize: stars(60) } };
    await atOnce(world, open, edit);
    expect(await promised(world)).toBe(100);
    await atOnce(world, ids, { type: "raffle.stop" });
    expect(await promised(world)).toBe(0);
  }
  expect((await checkBooks(world.database)).problems).toEqual([]);
  const { rows } = await world.database.query("select error from dead_letters");
  expect(rows).toEqual([]);
});

it("an opening of the whole reserve and a stop that frees it never promise it twice", async () => {
  const world = await startFunded();
  for (let round = 0; round < ROUNDS; round++) {
    const [first = "", second = ""] = await makeDrafts(world, round, RESERVE);
    await atOnce(world, [first], { type: "raffle.open" });
    await Promise.all([
      atOnce(world, [first], { type: "raffle.stop" }),
      atOnce(world, [second], { type: "raffle.open" }),
    ]);
    const isOpen = (await opened(world, [second])).length === 1;
    expect(await promised(world)).toBe(isOpen ? RESERVE : 0);
    await atOnce(world, [second], { type: "raffle.stop" });
    expect(await promised(world)).toBe(0);
  }
  expect((await checkBooks(world.database)).problems).toEqual([]);
});
