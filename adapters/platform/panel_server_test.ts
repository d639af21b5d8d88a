/** Admins who press at the same moment: the raffle decides, and what they are told is so. */
import { expect, it } from "vitest";
import type { RaffleId } from "../../machines/domain/events.ts";
import { joinByStars } from "../demo/entries.ts";
import {
  ADMIN,
  openPlatformWorld,
  type PlatformWorld,
  SECOND_ADMIN,
} from "./testing/platform_world.ts";

const ROUNDS = 6;
let updateId = 900_000;

async function raffleOfTwo(world: PlatformWorld): Promise<RaffleId> {
  const raffle = await world.openRaffle({ maxTickets: 5, minPlayers: 3 });
  const players = await world.players(2);
  await Promise.all(players.map((player) => joinByStars(world.people, player, raffle)));
  await world.waitForRaffle(raffle, ({ context }) => context.tickets === 2);
  return raffle;
}

/** At once, each as an update of its own. */
async function atOnce(
  world: PlatformWorld,
  orders: readonly (readonly [adminId: number, text: string])[],
): Promise<void> {
  const answers = await Promise.all(orders.map(([id, text]) =>
    world.post({
      update_id: ++updateId,
      message: {
        message_id: updateId,
        date: 1,
        chat: { id, type: "private" },
        from: { id, is_bot: false, first_name: "Olga", language_code: "en" },
        text,
      },
    })
  ));
  expect(answers.map(({ status }) => status)).toEqual(orders.map(() => 200));
}

async function outcomes(world: PlatformWorld, raffle: RaffleId): Promise<string[]> {
  const { rows } = await world.database.query<{ line: string }>(
    "select what || ' ' || outcome as line from audit_log where target = $1 order by line",
    [raffle],
  );
  return rows.map(({ line }) => line);
}

it("two admins force at once: it is drawn once", async () => {
  const world = await openPlatformWorld({ webhook: true });
  for (let round = 0; round < ROUNDS; round++) {
    const raffle = await raffleOfTwo(world);
    await atOnce(world, [[ADMIN, `/admin force ${raffle}`], [
      SECOND_ADMIN,
      `/admin force ${raffle}`,
    ]]);
    expect((await world.waitUntilFinished(raffle)).value).toHaveProperty("settled");
    expect(await outcomes(world, raffle)).toEqual(["force accepted", "force accepted"]);
  }
  expect(await world.problems()).toEqual([]);
});

it("one admin twice at once is one admin", async () => {
  const world = await openPlatformWorld({ webhook: true });
  const raffle = await raffleOfTwo(world);
  await atOnce(world, Array.from({ length: 4 }, () => [ADMIN, `/admin force ${raffle}`] as const));
  expect((await world.raffle(raffle)).tags).toContain("acceptingEntries");
  expect(await outcomes(world, raffle)).toEqual([
    "force accepted",
    ...Array.from({ length: 3 }, () => "force refused: needsAnotherAdmin"),
  ]);
});

it("of a stop and a forced draw at once one comes about, and the other is refused", async () => {
  const world = await openPlatformWorld({ webhook: true });
  for (let round = 0; round < ROUNDS; round++) {
    const raffle = await raffleOfTwo(world);
    await world.command(`/admin force ${raffle}`);
    await atOnce(world, [
      [ADMIN, `/admin stop ${raffle} it is over`],
      [SECOND_ADMIN, `/admin force ${raffle}`],
    ]);
    const { value } = await world.waitUntilFinished(raffle);
    const lines = await outcomes(world, raffle);
    // A draw that was forced can still be stopped; one that was stopped cannot be forced.
    if (value === "refunded") expect(lines).toContain("stop accepted");
    else expect(lines).toContain("stop refused: drawRequested");
    expect(lines).toHaveLength(3);
  }
  expect(await world.problems()).toEqual([]);
});

it("an edit and a first entry at once agree on the terms", async () => {
  const world = await openPlatformWorld({ webhook: true });
  for (let round = 0; round < ROUNDS; round++) {
    const raffle = await world.openRaffle({ maxTickets: 5, minPlayers: 3 });
    const [anna] = await world.players(1);
    if (anna === undefined) throw new Error("Nobody came");
    const edit = {
      type: "raffle.edit",
      by: `tg-${ADMIN}`,
      changes: { title: "New" },
      atMs: Date.now(),
    };
    const [receipt] = await Promise.all([
      world.platform.runtime.send(`raffle/${raffle}`, edit),
      joinByStars(world.people, anna, raffle),
    ]);
    const { context } = await world.waitForRaffle(raffle, ({ context }) => context.tickets === 1);
    expect(context.terms.title).toBe(receipt.status === "accepted" ? "New" : "Friday draw");
  }
});
