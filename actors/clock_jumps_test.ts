/** The clock is set while timers run: each fires once, and none before the clock says so. */
import { expect, it } from "vitest";
import { assign, setup } from "xstate";
import { defineActor } from "./define_actor.ts";
import { findDeviations } from "./testing/mod.ts";
import { startTestRuntime } from "./testing/test_runtime.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const alarm = setup({
  types: { context: {} as { rung: number; hints: number } },
}).createMachine({
  id: "alarm",
  context: { rung: 0, hints: 0 },
  initial: "set",
  on: { hint: { actions: assign({ hints: ({ context }) => context.hints + 1 }) } },
  states: {
    set: {
      after: {
        [10 * MINUTE_MS]: {
          target: "rung",
          actions: assign({ rung: ({ context }) => context.rung + 1 }),
        },
      },
    },
    rung: { on: { again: "set" } },
  },
});
const alarmActor = defineActor({ kind: "alarm", machine: alarm });

async function startAlarm() {
  const kit = await startTestRuntime([alarmActor]);
  await kit.create("alarm/1");
  const rung = async (): Promise<number> => (await kit.runtime.read("alarm/1"))?.context.rung;
  const jump = (byMs: number): void => kit.clock.jumpTo(kit.clock.nowMs() + byMs);
  return { kit, rung, jump };
}

it("an hour forwards: what has become due fires once, and never again", async () => {
  const { kit, rung, jump } = await startAlarm();
  await kit.advance(9 * MINUTE_MS);
  expect(await rung()).toBe(0);
  jump(HOUR_MS);
  // Nobody is told of the jump; a node looks around once a second.
  await kit.runtime.waitFor("alarm/1", ({ value }) => value === "rung");
  await kit.advance(2 * HOUR_MS);
  jump(-HOUR_MS);
  await kit.advance(3 * HOUR_MS);
  expect(await rung()).toBe(1);
  expect(await findDeviations(kit.database, [alarmActor])).toEqual([]);
});

it("an hour backwards: what waits is not early, and fires once when the clock is there", async () => {
  const { kit, rung, jump } = await startAlarm();
  await kit.advance(9 * MINUTE_MS);
  jump(-HOUR_MS);
  // Its ten minutes have passed; its time has not come.
  await kit.advance(HOUR_MS);
  expect(await rung()).toBe(0);
  await kit.advance(MINUTE_MS);
  expect(await rung()).toBe(1);
  await kit.advance(2 * HOUR_MS);
  expect(await rung()).toBe(1);
});

it("backwards and over a restart: timers that were set afterwards keep their length", async () => {
  const { kit, rung, jump } = await startAlarm();
  await kit.advance(10 * MINUTE_MS);
  jump(-HOUR_MS);
  await kit.send("alarm/1", { type: "again" });
  await kit.restart();
  await kit.advance(10 * MINUTE_MS - 1);
  expect(await rung()).toBe(1);
  await kit.advance(1);
  expect(await rung()).toBe(2);
});

it("keys hold, whichever way the clock was set", async () => {
  const { kit, jump } = await startAlarm();
  const hint = () => kit.send("alarm/1", { type: "hint" }, { key: "k" });
  const statuses: string[] = [];
  for (const byMs of [0, HOUR_MS, -2 * HOUR_MS, HOUR_MS]) {
    jump(byMs);
    statuses.push((await hint()).status);
  }
  expect(statuses).toEqual(["accepted", "duplicate", "duplicate", "duplicate"]);
  expect((await kit.runtime.read("alarm/1"))?.context.hints).toBe(1);
});
