/**
 * Winners who press at once, on two nodes: each has his prize once, and the commission leaves the pot
 * with one of them; whoever presses in the moment of the deadline has it, or the reserve may.
 */
import { expect, it } from "vitest";
import type { TestRuntime } from "../../actors/testing/kit.ts";
import { startTestRuntime } from "../../actors/testing/test_runtime.ts";
import type { Database } from "../../db/connection.ts";
import { checkBooks } from "../../db/ledger_books.ts";
import { readBalances } from "../../db/ledger_balances.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import { userAvailable } from "../../machines/domain/accounts.ts";
import { testTerms } from "../../machines/testing/world.ts";
import { defineRaffleActors, withRest } from "./raffle_actors.ts";
import { askEntry, confirmEntry, START_MS } from "./testing/treasury_world.ts";

const HOUR_MS = 3_600_000;
const RAFFLE = "raffle/rfl_1";
const stars = (minor: number) => ({ minor: String(minor), currency: "XTR" });

interface Drawn {
  readonly kit: TestRuntime;
  readonly database: Database;
}

/** Three tickets: 1 and 2 win, 3 is the reserve. */
async function drawn(): Promise<Drawn> {
  const database = await openTestDatabase();
  const nothing = { run: () => Promise.resolve() };
  const actors = defineRaffleActors(withRest({
    notify: { ...nothing, lane: ({ playerId }) => `notify/${playerId}` },
    sendPage: { run: () => Promise.resolve({}) },
    sendInvoice: { run: () => Promise.resolve({ messageId: 1 }) },
    takeDrawTicket: { run: () => Promise.resolve({ drawTicketId: "dt1" }) },
    sealTickets: {
      run: async () => {
        const { rows: [row] } = await database.query<{ seal: string }>(
          `insert into draws as d (raffle_id, draw_ticket, sealed_at_ms, seal)
           select 'rfl_1', '{}', 1, 'seal ' || (select count(*) from former_draws)
           on conflict (raffle_id) do update set seal = d.seal returning d.seal`,
        );
        return { seal: row?.seal, tickets: 3, sealedAtMs: START_MS };
      },
    },
    requestDraw: { run: () => Promise.resolve({ serialNumber: 1 }) },
    verifyDraw: {
      run: () =>
        Promise.resolve({
          isValid: true,
          pot: stars(30),
          commission: stars(4),
          winners: [
            { place: 1, number: 1, playerId: "tg-1", prize: stars(16) },
            { place: 2, number: 2, playerId: "tg-2", prize: stars(10) },
          ],
          reserves: [{ number: 3, playerId: "tg-3" }],
        }),
    },
  }, nothing));
  // One message a batch: two that are sent to one node do not share a transaction either.
  const kit = await startTestRuntime(actors, { database, nodes: 2, maxBatchSize: 1 });
  const terms = testTerms({ sharesBps: [6_000, 4_000], reserves: 1, claimWithinMs: 2 * HOUR_MS });
  const input = { raffleId: "rfl_1", terms, createdBy: "tg-9", atMs: START_MS };
  await kit.create(RAFFLE, input);
  await kit.send(RAFFLE, { type: "raffle.open", by: "tg-9", atMs: START_MS } as never);
  for (const number of [1, 2, 3]) {
    for (const step of [...askEntry(number, START_MS), ...confirmEntry(number, START_MS)]) {
      if (typeof step === "function" || "anyOrder" in step || "pass" in step) continue;
      if ("create" in step) await kit.create(step.create, step.input);
      else await kit.send(step.to, step.send);
      await kit.settled();
    }
  }
  await kit.advance(HOUR_MS + 60_000);
  expect((await kit.runtime.read(RAFFLE))?.value).toEqual({ claiming: "waiting" });
  return { kit, database };
}

const press = ({ kit }: Drawn, number: number) =>
  kit.send(RAFFLE, { type: "prize.claim", playerId: `tg-${number}`, atMs: START_MS } as never);

async function balances({ database }: Drawn): Promise<number[]> {
  return await Promise.all([1, 2, 3].map(async (number) => {
    const [balance] = await readBalances(database, [userAvailable(`tg-${number}`)]);
    return Number(balance?.availableMinor ?? 0n);
  }));
}

async function expectRight({ database }: Drawn): Promise<void> {
  expect((await checkBooks(database)).problems).toEqual([]);
  const { rows } = await database.query("select error from dead_letters");
  expect(rows).toEqual([]);
  const { rows: [fees] } = await database.query<{ minor: string }>(
    "select balance_minor::text as minor from ledger_accounts where name = 'treasury/fees'",
  );
  expect(fees).toEqual({ minor: "4" });
}

it("two winners at once, each four times and one who may not: two prizes, one commission", async () => {
  const world = await drawn();
  const pressed = await Promise.all(
    [1, 2, 3, 1, 2, 3, 1, 2, 1, 2].map(async (number) => ({
      number,
      ...await press(world, number),
    })),
  );
  await world.kit.settled();
  const taken = pressed.filter(({ status }) => status === "accepted").map(({ number }) => number);
  expect(taken.toSorted()).toEqual([1, 2]);
  expect(new Set(pressed.filter(({ status }) => status === "refused").map(({ reason }) => reason)))
    .toEqual(new Set(["prizeTaken", "prizeNotYours"]));
  expect(await balances(world)).toEqual([16, 10, 0]);
  expect((await world.kit.runtime.read(RAFFLE))?.value).toEqual({ settled: "told" });
  await expectRight(world);
});

it("a press in the moment of the deadline: his, or the reserve's, and never both", async () => {
  for (let round = 0; round < 4; round++) {
    const world = await drawn();
    await press(world, 2);
    const [receipt] = await Promise.all([press(world, 1), world.kit.advance(2 * HOUR_MS)]);
    const late = await press(world, 3);
    await world.kit.settled();
    await world.kit.advance(1);
    const isInTime = receipt.status === "accepted";
    expect(late.status).toBe(isInTime ? "refused" : "accepted");
    expect(await balances(world)).toEqual(isInTime ? [16, 10, 0] : [0, 10, 16]);
    await expectRight(world);
  }
});

it("two admins want another draw while a winner presses: his prize, or another draw, never both", async () => {
  for (let round = 0; round < 4; round++) {
    const world = await drawn();
    const others = ["tg-7", "tg-8", "tg-9"];
    const want = (by: string) =>
      world.kit.send(RAFFLE, {
        type: "raffle.redraw",
        by,
        reason: "A wrong key",
        vote: { needed: 2, others: others.filter((other) => other !== by), name: "Olga" },
        atMs: START_MS,
      } as never);
    await want("tg-8");
    const [agreed, again, pressed] = await Promise.all([
      want("tg-9"),
      want("tg-7"),
      press(world, 1),
    ]);
    await world.kit.settled();
    const redraws = [agreed, again].filter(({ status }) => status === "accepted");
    const { rows: former } = await world.database.query("select draw from former_draws");
    expect(redraws).toHaveLength(pressed.status === "accepted" ? 0 : 1);
    expect(former).toHaveLength(redraws.length);
    await world.kit.advance(HOUR_MS);
    for (const number of [1, 2]) await press(world, number);
    await world.kit.settled();
    expect(await balances(world)).toEqual([16, 10, 0]);
    await expectRight(world);
  }
});
