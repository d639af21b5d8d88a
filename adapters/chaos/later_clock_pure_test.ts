import { expect, it } from "vitest";
import { createFakeClock } from "../sandbox/clock.ts";
import { createLaterClock } from "./later_clock.ts";

const DAY_MS = 86_400_000;

function open() {
  const base = createFakeClock(1_000);
  return { base, clock: createLaterClock(base), heard: [] as string[] };
}

it("goes as its base does", async () => {
  const { base, clock, heard } = open();
  clock.setTimer(() => heard.push("due"), 50);
  clock.setTimer(() => heard.push("cancelled"), 50)();
  await base.advance(49);
  expect([clock.nowMs(), heard]).toEqual([1_049, []]);
  await base.advance(1);
  expect(heard).toEqual(["due"]);
});

it("skips days: what is due within them comes at once, once, and what is later comes so much earlier", async () => {
  const { base, clock, heard } = open();
  clock.setTimer(() => heard.push("within"), DAY_MS);
  clock.setTimer(() => heard.push("after"), 3 * DAY_MS);
  clock.setTimer(() => heard.push("cancelled"), 3 * DAY_MS)();
  const cancel = clock.setTimer(() => heard.push("cancelled later"), 3 * DAY_MS);
  clock.skip(2 * DAY_MS);
  expect(clock.nowMs()).toBe(1_000 + 2 * DAY_MS);
  await base.advance(0);
  expect(heard).toEqual(["within"]);
  cancel();
  await base.advance(DAY_MS);
  expect(heard).toEqual(["within", "after"]);
});
