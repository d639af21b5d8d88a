/**
 * A node ends at every point of a post's way into a channel, over the real tables and the real effect
 * before a channel as Telegram has it: nothing is posted twice, and when nobody can know whether it was
 * posted the admins are asked to look.
 */
import { expect, it, onTestFinished } from "vitest";
import { emptyDatabase } from "../../db/testing/empty_database.ts";
import { startTestRuntime } from "../../actors/testing/mod.ts";
import type { Database } from "../../db/connection.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import { testTerms } from "../../machines/testing/world.ts";
import { SANDBOX_TOKEN } from "../config/read_config.ts";
import type { People, RoomView } from "../sandbox/people.ts";
import { createBroadcastEffects } from "../telegram/effects/broadcast_effects.ts";
import { createFakeReach } from "../telegram/testing/fake_reach.ts";
import { createTelegramApi, type TelegramApi } from "../telegram/telegram_api.ts";
import { createOpenLimiter } from "../telegram/testing/fake_limiter.ts";
import { defineRaffleActors, withRest } from "./raffle_actors.ts";
import { createSqlAnnouncements } from "./sql_deliveries.ts";
import { createSqlQueries } from "./sql_queries.ts";
import { createMortality } from "./testing/mortality.ts";
import { openTestSandbox } from "./testing/platform_world.ts";

const ADMIN = 900_001;
const notHere = { run: () => Promise.reject(new Error("It has no part in this test")) };

interface Place {
  readonly database: Database;
  readonly people: People;
  readonly sandboxUrl: string;
}

async function openPlace(): Promise<Place> {
  const { people, url: sandboxUrl } = await openTestSandbox();
  await people.person({ id: ADMIN, first_name: "Olga" });
  await people.write(ADMIN, "/start");
  return { database: await openTestDatabase(), people, sandboxUrl };
}

interface Death {
  /** Point within the effect, 1 for the first. */
  readonly diesAt?: number;
  /** Point within the runtime, see the test kit. */
  readonly crashAt?: string;
}

/** Opens one raffle, which is posted in a new channel. */
async function openRaffle(
  { database, people, sandboxUrl }: Place,
  { diesAt, crashAt, mayPost = true }: Death & { mayPost?: boolean },
) {
  await emptyDatabase(database);
  const room = await people.room({
    type: "channel",
    title: "News",
    owner_id: ADMIN,
    bot: "administrator",
  });
  await people.setBot(room.id, { status: "administrator", can_post_messages: mayPost });
  const mortality = createMortality({ diesAt, kill: () => kit.crash() });
  const queries = createSqlQueries(database);
  const sql = createSqlAnnouncements(database);
  const api = createTelegramApi({ token: SANDBOX_TOKEN, apiRoot: sandboxUrl });
  const effects = createBroadcastEffects({
    api: {
      sendMessage: (...call: Parameters<TelegramApi["sendMessage"]>) =>
        mortality.outlive(() => api.sendMessage(...call)),
    } as TelegramApi,
    limiter: createOpenLimiter(),
    queries: {
      ...queries,
      raffle(raffleId) {
        mortality.begin();
        return mortality.outlive(() => queries.raffle(raffleId));
      },
    },
    announcements: {
      begin: (one) => mortality.outlive(() => sql.begin(one)),
      giveBack: (one) => mortality.outlive(() => sql.giveBack(one)),
      end: (one, state) => mortality.outlive(() => sql.end(one, state)),
      hasFailedBefore: (one) => mortality.outlive(() => sql.hasFailedBefore(one)),
    },
    announce: { chat: String(room.id), language: "en" },
    deliveries: { begin: () => Promise.reject(new Error("Nobody is told one by one here")) },
    adminIds: [ADMIN],
    reach: createFakeReach(),
    isPaid: false,
    stopping: new AbortController().signal,
    botUsername: () => "TestBot",
    onBlocked: () => Promise.resolve(),
    log: () => {},
  });
  const kit = await startTestRuntime(
    defineRaffleActors(withRest(effects, notHere)).filter(({ kind }) => kind === "raffle"),
    { database, crashAt: crashAt === undefined ? [] : [crashAt] },
  );
  onTestFinished(() => kit.stop());
  const { revision } = await people.chat(ADMIN);
  const atMs = kit.clock.nowMs();
  const input = { raffleId: "rfl_1", terms: testTerms(), createdBy: "tg-1", atMs };
  const open = { type: "raffle.open", by: "tg-1", atMs };
  await kit.send("raffle/rfl_1", open, { key: "tg:1", create: input });
  await kit.settled();
  const { crashes } = kit;
  const [passed = []] = kit.spare();
  const seen = await look({ database, people }, { room, revision });
  await kit.stop();
  return { ...seen, crashes, passed, points: mortality.points };
}

async function look(
  { database, people }: Pick<Place, "database" | "people">,
  { room, revision }: { room: RoomView; revision: number },
) {
  const { messages } = await people.chat(ADMIN);
  const { rows } = await database.query<{ state: string }>("select state from announcements");
  const { rowCount: deadLetters } = await database.query("select 1 from dead_letters");
  const { rowCount: effects } = await database.query("select 1 from effects");
  return {
    posts: (await people.posts(room.id)).posts.length,
    states: rows.map(({ state }) => state),
    told: messages.filter((message) => message.revision > revision).map(({ text = "" }) => text),
    left: deadLetters + effects,
  };
}

/** Deaths at all points of a life that was whole, one after the other. */
async function* everyDeath(
  place: Place,
  { mayPost, whole }: { mayPost: boolean; whole: Awaited<ReturnType<typeof openRaffle>> },
): AsyncGenerator<Awaited<ReturnType<typeof openRaffle>> & { name: string }> {
  const deaths: Death[] = [
    ...Array.from({ length: whole.points }, (_, index) => ({ diesAt: index + 1 })),
    // Before that the node only starts.
    ...whole.passed.slice(whole.passed.indexOf("before begin 1")).map((crashAt) => ({ crashAt })),
  ];
  for (const death of deaths) {
    const seen = await openRaffle(place, { ...death, mayPost });
    if (seen.crashes > 0) yield { ...seen, name: JSON.stringify(death) };
  }
}

it("is posted once, or admins are asked to look, wherever a node ends", {
  timeout: 240_000,
}, async () => {
  const place = await openPlace();
  const whole = await openRaffle(place, {});
  expect(whole).toMatchObject({ posts: 1, states: ["posted"], told: [] });
  const ends: Record<string, number> = {};
  for await (
    const { name, posts, states, told, left } of everyDeath(place, { mayPost: true, whole })
  ) {
    const isAsked = told.every((text) => /^❔ Nobody knows whether/.test(text)) && told.length > 0;
    const end = `${posts} ${states} ${told.length === 0 ? "quiet" : isAsked ? "asked" : told}`;
    expect(["1 posted quiet", "1 sending asked", "0 sending asked"], name).toContain(end);
    expect(left, name).toBe(0);
    ends[end] = (ends[end] ?? 0) + 1;
  }
  // After the record and before the call; after the call and before its end is on record; elsewhere.
  expect(ends).toMatchObject({ "0 sending asked": 2, "1 sending asked": 2 });
  expect(ends["1 posted quiet"]).toBeGreaterThan(4);
});

it("is refused once, of which admins always hear, wherever a node ends", {
  timeout: 240_000,
}, async () => {
  const place = await openPlace();
  const whole = await openRaffle(place, { mayPost: false });
  expect(whole).toMatchObject({
    posts: 0,
    states: ["failed"],
    told: [expect.stringContaining("need administrator rights")],
  });
  let deaths = 0;
  for await (
    const { name, posts, states, told, left } of everyDeath(place, { mayPost: false, whole })
  ) {
    expect({ posts, left }, name).toEqual({ posts: 0, left: 0 });
    expect(["failed", "sending"], name).toContain(states.join());
    expect(told.length, name).toBeGreaterThan(0);
    deaths++;
  }
  expect(deaths).toBeGreaterThan(10);
});
