/** The end of a player's data, by a try that comes back when it is over and he has begun anew. */
import { expect, it, vi } from "vitest";
import type { EffectDefinition } from "../../actors/define_actor.ts";
import { startTestRuntime } from "../../actors/testing/mod.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import type { UserEvent } from "../../machines/domain/events.ts";
import { createOpenLimiter } from "../telegram/testing/fake_limiter.ts";
import { createFakeTelegram } from "../telegram/testing/fake_telegram.ts";
import { createErasePlayer } from "./erase_player.ts";
import { defineRaffleActors, withRest } from "./raffle_actors.ts";

const nothing = { run: () => Promise.resolve() };
const USER = "user/tg-1";

/** A player who can be erased; `hold` keeps the first try from beginning until it is let go. */
async function open({ hold }: { hold?: Promise<void> } = {}) {
  const database = await openTestDatabase();
  const telegram = createFakeTelegram();
  const erase = createErasePlayer({ database, api: telegram.api, limiter: createOpenLimiter() });
  const late: Promise<unknown>[] = [];
  const erasePlayer: EffectDefinition = {
    ...erase,
    async run(input, context) {
      // A try whose node was frozen: it hears of no time-out.
      const frozen = { ...context, signal: new AbortController().signal };
      if (hold === undefined || context.attempt > 1) return await erase.run(input, context);
      const work = hold.then(() => erase.run(input, frozen));
      late.push(work.catch((error: unknown) => error));
      return await work;
    },
  };
  const actors = defineRaffleActors(withRest({
    erasePlayer,
    notify: { ...nothing, lane: ({ playerId }) => `notify/${playerId}` },
  }, nothing));
  const kit = await startTestRuntime(actors, { database });
  const atMs = kit.clock.nowMs();
  await kit.create(USER, {
    playerId: "tg-1",
    chatId: 1,
    name: "Zerafina",
    language: "en",
    atMs,
    entriesPerDay: 50,
  });
  const tell = (event: UserEvent) => kit.send(USER, event as never);
  const start = (name: string) =>
    tell({ type: "user.started", name, language: "en", atMs: kit.clock.nowMs() });
  const valueOf = async () => (await kit.runtime.read(USER))?.value;
  const names = async () =>
    (await database.query<{ name: string }>("select p.name from players p")).rows;
  return { kit, database, telegram, late, tell, start, valueOf, names };
}

/** Lines of the log in which a name stands. */
async function traces({ database }: Awaited<ReturnType<typeof open>>, name: string) {
  const { rows } = await database.query("select from events e where e.event like $1", [
    `%${name}%`,
  ]);
  return rows.length;
}

it("takes his rows and his name in the log", async () => {
  const world = await open();
  await using _ = world.kit;
  await world.start("Zerafina");
  expect(await traces(world, "Zerafina")).toBeGreaterThan(0);
  await world.tell({ type: "deletion.asked", atMs: 1 });
  await world.kit.settled();
  expect([await world.valueOf(), await world.names(), await traces(world, "Zerafina")])
    .toEqual(["forgotten", [], 0]);
  expect(world.telegram.callsOf("sendMessage")).toHaveLength(1);
});

// It deleted the new row, and emptied what the log had of him since.
it("deletes nothing of one who has begun anew when it comes back late", async () => {
  const { promise: hold, resolve: letGo } = Promise.withResolvers<void>();
  const world = await open({ hold });
  await using _ = world.kit;
  await world.tell({ type: "deletion.asked", atMs: 1 });
  // The first try takes too long; the second one does it.
  await world.kit.runtime.waitFor(USER, ({ value }) => value === "erasing");
  const tries = () => world.kit.calls.filter(({ name }) => name === "erasePlayer").length;
  await vi.waitUntil(() => {
    if (tries() < 2) world.kit.clock.advance(121_000);
    return tries() >= 2;
  }, { timeout: 60_000 });
  await world.kit.runtime.waitFor(USER, ({ value }) => value === "forgotten");
  await world.start("Quillfeather");
  await world.kit.settled();
  letGo();
  const [error] = await Promise.all(world.late);
  expect(error).toMatchObject({ code: "late" });
  expect([await world.valueOf(), await world.names()])
    .toEqual(["active", [{ name: "Quillfeather" }]]);
  expect(await traces(world, "Quillfeather")).toBe(1);
  expect(world.telegram.callsOf("sendMessage")).toHaveLength(1);
});

// What he had written while his data went made the next deletion go over the log twice.
it("goes over the log once for each wish, also when he wrote during an earlier one", async () => {
  const { promise: hold, resolve: letGo } = Promise.withResolvers<void>();
  const world = await open({ hold });
  await using _ = world.kit;
  await world.tell({ type: "deletion.asked", atMs: 1 });
  await world.kit.runtime.waitFor(USER, ({ value }) => value === "erasing");
  await world.tell({ type: "user.seen", name: "Zerafina", language: "en", atMs: 1 });
  await world.start("Quillfeather");
  letGo();
  await world.kit.runtime.waitFor(USER, ({ value }) => value === "active");
  expect(await world.names()).toEqual([{ name: "Quillfeather" }]);
  await world.tell({ type: "deletion.asked", atMs: 2 });
  await world.kit.settled();
  expect([await world.valueOf(), await world.names()]).toEqual(["forgotten", []]);
  const erased = world.kit.calls.filter(({ name }) => name === "erasePlayer");
  expect(erased).toHaveLength(2);
});
