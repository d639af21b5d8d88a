/** Two processes on one database and one sandbox: they share the work, and double nothing. */
import { expect, it } from "vitest";
import { openDatabase } from "../../db/open_database.ts";
import { createServerDatabase } from "../../db/testing/test_database.ts";
import type { RaffleId } from "../../machines/domain/events.ts";
import { joinByStars } from "../demo/entries.ts";
import type { ChatMessage, People } from "../sandbox/people.ts";
import {
  ADMIN,
  eventually,
  findProblems,
  openTestSandbox,
  starsOf,
} from "./testing/platform_world.ts";
import { startProduct } from "./testing/product_process.ts";

const PLAYERS = 30;
/** The right to poll expires after four seconds. */
const TAKE_OVER_MS = 8_000;

const says = (words: RegExp) => ({ text, from }: ChatMessage) =>
  from.is_bot && words.test(text ?? "");

async function command(people: People, text: string): Promise<string> {
  const { revision } = await people.chat(ADMIN);
  await people.write(ADMIN, text);
  const isAnswer = ({ from }: ChatMessage): boolean => from.is_bot;
  return (await people.waitForMessage(ADMIN, isAnswer, { since: revision })).text ?? "";
}

it("two nodes run a raffle together, and one goes on when the other is killed", {
  timeout: 90_000,
}, async () => {
  const { url, people } = await openTestSandbox();
  const databaseUrl = await createServerDatabase();
  const environment = { SANDBOX_URL: url, DATABASE_URL: databaseUrl };
  await people.person({ id: ADMIN, first_name: "Olga", language_code: "en" });
  const first = await startProduct(environment);
  const second = await startProduct(environment);

  const created = await command(
    people,
    `/admin create price=10 min=2 max=${PLAYERS} draw=maximum pause=0 window=60`,
  );
  const raffle = /rfl_\w+/.exec(created)?.[0] as RaffleId;
  await command(people, `/admin open ${raffle}`);
  const players = await Promise.all(
    Array.from(
      { length: PLAYERS },
      (_, index) => people.person({ first_name: `Player ${index + 1}`, language_code: "en" }),
    ),
  );
  const half = players.slice(0, PLAYERS / 2);
  await Promise.all(half.map((player) => joinByStars(people, player, raffle)));

  // The first took the right to poll at its start; the second must take it over.
  await first.kill();
  const killedAtMs = performance.now();
  await command(people, "/admin list");
  expect(performance.now() - killedAtMs).toBeLessThan(TAKE_OVER_MS);
  const third = await startProduct(environment);

  const others = players.slice(PLAYERS / 2);
  await Promise.all(others.map((player) => joinByStars(people, player, raffle)));
  const settled = await eventually(
    async () => (await fetch(`${second.url}/raffles/${raffle}/proof.json`)).status,
    (status) => status === 200,
    { what: "the proof", timeoutMs: 20_000 },
  );
  expect(settled).toBe(200);
  // The prize is told last, to one of all.
  const winner = await eventually(
    async () => {
      const chats = await Promise.all(players.map(({ id }) => people.chat(id)));
      return chats.find(({ messages }) => messages.some(says(/is on your balance/)))?.person;
    },
    (person) => person !== undefined,
    { what: "the winner", timeoutMs: 20_000 },
  );
  // Everybody is told of the result once, whoever of the nodes tells it.
  await eventually(
    () => Promise.all(players.map(({ id }) => people.chat(id))),
    (chats) =>
      chats.every(({ messages, person }) =>
        person.id === winner?.id || messages.some(says(/is drawn/))
      ),
    { what: "the result", timeoutMs: 30_000 },
  );
  for (const player of players) {
    const { messages } = await people.chat(player.id);
    const count = (words: RegExp): number => messages.filter(says(words)).length;
    const isWinner = player.id === winner?.id;
    expect([count(/You won/), count(/is drawn/), count(/is on your balance/)])
      .toEqual(isWinner ? [1, 0, 1] : [0, 1, 0]);
    // Only what a person must learn may be said twice, and only around a kill.
    expect(count(/You are in/)).toBeLessThanOrEqual(2);
  }
  await Promise.all([second.kill(), third.kill()]);

  const database = await openDatabase({ url: databaseUrl });
  try {
    expect(await findProblems(database, people)).toEqual([]);
    expect(await starsOf(people)).toEqual({ received: PLAYERS * 10, refunded: 0, refunds: 0 });
    const { rows } = await database.query<{ tickets: number; players: number }>(
      "select count(*)::int as tickets, count(distinct player_id)::int as players from tickets",
    );
    expect(rows).toEqual([{ tickets: PLAYERS, players: PLAYERS }]);
  } finally {
    await database.close();
  }
});
