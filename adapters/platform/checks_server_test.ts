/** An exclusion against the seal, and two decisions at once: one of them comes about, whole. */
import { expect, it } from "vitest";
import { joinByStars } from "../demo/entries.ts";
import type { Person } from "../sandbox/people.ts";
import { ADMIN, openPlatformWorld, SECOND_ADMIN } from "./testing/platform_world.ts";
import { suspect } from "./testing/suspect.ts";

const ROUNDS = 8;

it("an exclusion that races the seal is in time or too late, and the list agrees with the money", {
  timeout: 120_000,
}, async () => {
  const world = await openPlatformWorld();
  const { runtime } = world.platform;
  let refunds = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const raffle = await world.openRaffle({ maxTickets: 9, minPlayers: 2 });
    const players = await world.players(4) as [Person, ...Person[]];
    await Promise.all(players.map((player) => joinByStars(world.people, player, raffle)));
    await world.waitForRaffle(raffle, ({ context }) => context.tickets === 4);
    const [anna] = players;
    const suspicionId = await suspect(world, anna.id, raffle);
    const atMs = Date.now();
    const force = () =>
      runtime.send(`raffle/${raffle}`, { type: "raffle.force", by: `tg-${ADMIN}`, atMs } as never);
    const exclude = () =>
      runtime.send(`suspicion/${suspicionId}`, {
        type: "suspicion.exclude",
        by: `tg-${ADMIN}`,
        days: 30,
        atMs,
      } as never);
    // The order differs, and how far the raffle has come.
    if (round % 4 === 0) await Promise.all([exclude(), force()]);
    else if (round % 4 === 1) await Promise.all([force(), exclude()]);
    else {
      await force();
      const wanted = round % 4 === 2 ? "closed" : "sealed";
      await world.waitForRaffle(
        raffle,
        ({ tags }) =>
          tags.includes(wanted) || tags.includes("drawing") || tags.includes("verified"),
      );
      await exclude();
    }
    const { value, context } = await world.waitUntilFinished(raffle);
    await runtime.settled();
    expect(value).toHaveProperty("settled");
    const { rows } = await world.database.query<{ player_id: string; number: number }>(
      "select player_id, number from tickets where raffle_id = $1 order by number",
      [raffle],
    );
    const isExcluded = !rows.some(({ player_id }) => player_id === `tg-${anna.id}`);
    expect(rows.map(({ number }) => number)).toEqual(rows.map((_, index) => index + 1));
    expect(rows).toHaveLength(isExcluded ? 3 : 4);
    const proof = JSON.parse(await world.platform.queries.proof(raffle) ?? "{}");
    expect(proof.tickets).toHaveLength(rows.length);
    expect(context.pot?.minor).toBe(String(rows.length * 10));
    if (round % 4 === 3) expect(isExcluded).toBe(false);
    refunds += isExcluded ? 1 : 0;
    expect((await world.stars()).refunds).toBe(refunds);
    // In either case he may not enter the next.
    expect((await runtime.read(`user/tg-${anna.id}`))?.context)
      .toMatchObject({ bars: { [suspicionId]: expect.any(Number) } });
  }
  expect(refunds).toBeGreaterThan(0);
  expect(await world.problems()).toEqual([]);
  expect(await world.deadLetters()).toEqual([]);
});

it("of two admins who clear and exclude at once one decides", { timeout: 60_000 }, async () => {
  const world = await openPlatformWorld();
  const { runtime } = world.platform;
  const raffle = await world.openRaffle({ maxTickets: 9, minPlayers: 2 });
  const players = await world.players(ROUNDS);
  await Promise.all(players.map((player) => joinByStars(world.people, player, raffle)));
  await world.waitForRaffle(raffle, ({ context }) => context.tickets === ROUNDS);
  let excluded = 0;
  for (const { id } of players) {
    const address = `suspicion/${await suspect(world, id, raffle)}`;
    const atMs = Date.now();
    const clear = { type: "suspicion.clear", by: `tg-${ADMIN}`, seen: "open", atMs };
    const exclude = { type: "suspicion.exclude", by: `tg-${SECOND_ADMIN}`, days: 1, atMs };
    const orders = id % 2 === 0 ? [clear, exclude] : [exclude, clear];
    const receipts = await Promise.all(
      orders.map((order) => runtime.send(address, order as never)),
    );
    expect(receipts.map(({ status }) => status).toSorted()).toEqual(["accepted", "refused"]);
    const view = await runtime.read(address);
    const taken = orders[receipts.findIndex(({ status }) => status === "accepted")];
    expect(view?.tags).toContain(taken === clear ? "cleared" : "upheld");
    if (taken === exclude) excluded++;
  }
  await runtime.settled();
  expect((await world.raffle(raffle)).context).toMatchObject({ tickets: ROUNDS - excluded });
  expect(await world.count("tickets")).toBe(ROUNDS - excluded);
  expect(await world.problems()).toEqual([]);
  expect(await world.deadLetters()).toEqual([]);
});
