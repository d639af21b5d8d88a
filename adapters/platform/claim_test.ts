/**
 * Prizes that must be taken, as people live through them: winners press, others press in vain, the
 * time of some runs out, and the signed draw's reserves follow.
 */
import { expect, it } from "vitest";
import { readBalances } from "../../db/ledger_balances.ts";
import { userAvailable } from "../../machines/domain/accounts.ts";
import type { RaffleId, RaffleTerms } from "../../machines/domain/events.ts";
import { joinByStars } from "../demo/entries.ts";
import type { ChatMessage, Person } from "../sandbox/people.ts";
import { openPlatformWorld, type PlatformWorld } from "./testing/platform_world.ts";

const HOUR_MS = 3_600_000;
const PLAYERS = 5;

const says = (words: RegExp) => ({ text, from }: ChatMessage) =>
  from.is_bot && words.test(text ?? "");

interface Drawn {
  readonly raffle: RaffleId;
  readonly players: Person[];
  /** Winners in order, then the reserves in order. */
  readonly order: Person[];
}

/** Five enter; two places, two reserves, an hour to take a prize. */
async function drawn(world: PlatformWorld, terms: Partial<RaffleTerms> = {}): Promise<Drawn> {
  const raffle = await world.openRaffle({
    maxTickets: PLAYERS,
    sharesBps: [6_000, 4_000],
    reserves: 2,
    claimWithinMs: HOUR_MS,
    ...terms,
  });
  const players = await world.players(PLAYERS);
  for (const player of players) await joinByStars(world.people, player, raffle);
  const { context } = await world.waitForRaffle(raffle, ({ tags }) => tags.includes("claiming"));
  const ids: string[] = [...context.claims.holders, ...context.claims.reserves]
    .map(({ playerId }) => playerId);
  const order = ids.map((playerId) => players.find(({ id }) => `tg-${id}` === playerId) as Person);
  return { raffle, players, order };
}

/** Presses "Take my prize" under the message that told him. @returns The line over the button, or the answer. */
async function take(world: PlatformWorld, person: Person, raffle: RaffleId): Promise<string> {
  const { people } = world;
  const { message_id } = await people.waitForMessage(person.id, says(/You won place/));
  return await press(world, person, { message_id, raffle });
}

async function press(
  { people }: PlatformWorld,
  person: Person,
  { message_id, raffle, waitMs = 10_000 }: {
    message_id: number;
    raffle: RaffleId;
    waitMs?: number;
  },
): Promise<string> {
  const { revision } = await people.chat(person.id);
  const data = `claim:${raffle}`;
  const { answer } = await people.press(person.id, { message_id, data, waitMs });
  if (answer?.text) return answer.text;
  return waitMs === 0 ? "" : (await people.waitForMessage(
    person.id,
    says(/The prize was not taken|There is no raffle/),
    { since: revision },
  )).text ?? "";
}

/** Any message of the bot: buttons are passed on, and data can be made up. */
async function anyMessage({ people }: PlatformWorld, { id }: Person): Promise<number> {
  return (await people.waitForMessage(id, ({ from }) => from.is_bot)).message_id;
}

async function balancesOf(world: PlatformWorld, persons: Person[]): Promise<number[]> {
  const accounts = persons.map(({ id }) => userAvailable(`tg-${id}`));
  return await Promise.all(accounts.map(async (account) => {
    const [balance] = await readBalances(world.database, [account]);
    return Number(balance?.availableMinor ?? 0n);
  }));
}

async function expectRight(world: PlatformWorld): Promise<void> {
  await world.platform.runtime.settled();
  expect(await world.problems()).toEqual([]);
  expect(await world.deadLetters()).toEqual([]);
}

it("winners press and have their prizes; nobody else, and nobody twice", async () => {
  const world = await openPlatformWorld();
  const { raffle, players, order } = await drawn(world);
  const [first, second, reserve] = order as [Person, Person, Person];
  expect(await balancesOf(world, order)).toEqual([0, 0, 0, 0]);

  const other = players.find((player) => !order.includes(player)) as Person;
  for (const person of [other, reserve]) {
    const message_id = await anyMessage(world, person);
    expect(await press(world, person, { message_id, raffle })).toContain("no prize of this raffle");
  }
  const message_id = await anyMessage(world, first);
  expect(await press(world, first, { message_id, raffle: "rfl_none" }))
    .toContain("There is no raffle");

  const card = async () => await world.platform.queries.raffle(raffle, `tg-${first.id}`);
  expect((await card())?.claims?.map(({ state }) => state)).toEqual(["waiting", "waiting"]);
  await world.people.write(first.id, `/raffle ${raffle}`);
  const shown = await world.people.waitForMessage(first.id, says(/may take it until/));
  const labels = shown.reply_markup?.inline_keyboard?.flat().map(({ text }) => text);
  expect(labels).toContain("🏆 Take my prize");

  expect(await take(world, first, raffle)).toContain("Taken! 26 ⭐ goes to your balance");
  expect(await balancesOf(world, order)).toEqual([26, 0, 0, 0]);
  await world.people.waitForMessage(first.id, says(/26 ⭐ from .* is on your balance/));
  expect(await take(world, first, raffle)).toContain("you have taken it already");
  expect((await card())?.claims?.map(({ state }) => state)).toEqual(["claimed", "waiting"]);

  expect(await take(world, second, raffle)).toContain("Taken! 17 ⭐");
  await world.waitUntilFinished(raffle);
  expect(await take(world, second, raffle)).toContain("you have taken it already");
  expect(await balancesOf(world, order)).toEqual([26, 17, 0, 0]);
  const text = await world.command(`/raffle ${raffle}`);
  expect(text.match(/has taken it/g)).toHaveLength(2);
  const won = await world.platform.queries.ticketsOf(`tg-${second.id}`);
  expect(won[0]?.won).toEqual({ place: 2, prize: { minor: "17", currency: "XTR" } });
  await expectRight(world);
});

it("who pressed while the product was away is in time; who did not is followed by a reserve", async () => {
  const world = await openPlatformWorld();
  const { raffle, order } = await drawn(world);
  const [first, second, reserve, last] = order as [Person, Person, Person, Person];
  const { message_id } = await world.people.waitForMessage(first.id, says(/You won place 1/));
  await world.people.waitForMessage(second.id, says(/You won place 2/));
  await world.restart(
    async () => void await press(world, first, { message_id, raffle, waitMs: 0 }),
    2 * HOUR_MS,
  );
  await world.waitForRaffle(raffle, ({ context }) => context.claims?.round === 2);
  expect(await balancesOf(world, order)).toEqual([26, 0, 0, 0]);
  await world.people.waitForMessage(second.id, says(/time to take 17 ⭐ in .* is over/));
  expect(await take(world, second, raffle)).toContain("your time was over");
  const passed = await world.people.waitForMessage(last.id, says(/not every prize was taken/));
  expect(passed.text).toMatch(/Place 2: ticket No\. \d → ticket No\. \d/);

  expect(await take(world, reserve, raffle)).toContain("Taken! 17 ⭐");
  await world.waitUntilFinished(raffle);
  expect(await balancesOf(world, order)).toEqual([26, 0, 17, 0]);
  const tickets = await Promise.all(
    [second, reserve].map(({ id }) => world.platform.queries.ticketsOf(`tg-${id}`)),
  );
  expect(tickets.map(([ticket]) => ticket?.won?.place)).toEqual([undefined, 2]);

  // The proof is as it was signed; who took what stands beside it.
  const { revision } = await world.people.chat(last.id);
  await world.people.press(last.id, {
    message_id: passed.message_id,
    data: `proof:${raffle}`,
    waitMs: 10_000,
  });
  const proof = await world.people.waitForMessage(
    last.id,
    ({ caption }) => /Who took the prizes/.test(caption ?? ""),
    { since: revision },
  );
  expect(proof.caption).toMatch(/did not take it in time\n– ticket No\. \d has taken it/);
  await expectRight(world);
});

it("nobody takes anything, down to the last reserve: every entry goes back in full", async () => {
  const world = await openPlatformWorld();
  const { raffle, players } = await drawn(world, { reserves: 1 });
  await world.restart(undefined, 2 * HOUR_MS);
  await world.waitForRaffle(raffle, ({ context }) => context.claims?.round === 2);
  expect(
    (await world.raffle(raffle)).context.claims.holders.map(({ state }: { state: string }) =>
      state
    ),
  ).toEqual(["waiting", "lapsed"]);
  await world.restart(undefined, 2 * HOUR_MS);
  const { value, context } = await world.waitUntilFinished(raffle);
  expect([value, context.cancelReason]).toEqual(["refunded", "nobodyClaimed"]);
  expect(await world.stars()).toEqual({ received: 50, refunded: 50, refunds: PLAYERS });
  for (const { id } of players) {
    await world.people.waitForMessage(
      id,
      says(/does not take place\. Nobody took a prize in time/),
    );
  }
  await expectRight(world);
});

it("a prize that waits keeps his data, in clear words, until it is taken or gone", async () => {
  const world = await openPlatformWorld();
  const { raffle, order } = await drawn(world);
  const [first] = order as [Person];
  await world.people.waitForMessage(first.id, says(/You won place 1/));
  await world.people.write(first.id, "/deleteme");
  const asked = await world.people.waitForMessage(first.id, ({ reply_markup }) => {
    return JSON.stringify(reply_markup ?? "").includes("u:d:y");
  });
  await world.people.press(first.id, {
    message_id: asked.message_id,
    data: "u:d:y",
    waitMs: 10_000,
  });
  await world.people.waitForMessage(first.id, says(/prizes that you have won and not taken: 1/));
  expect(await take(world, first, raffle)).toContain("Taken!");
  await expectRight(world);
});
