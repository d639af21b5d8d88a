import fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";
import { createVirtualClock, type VirtualClock } from "./virtual_clock.ts";

function startClock(): VirtualClock {
  const clock = createVirtualClock(1_000);
  clock.start();
  onTestFinished(() => clock.stop());
  return clock;
}

it("runs timers in the order of their times, of equal ones the older first", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(50), { maxLength: 40 }), async (delays) => {
      const clock = startClock();
      const fired: [number, number][] = [];
      await Promise.all(delays.map((delay, index) =>
        clock.sleep(delay).then(() => {
          expect(clock.nowMs()).toBe(1_000 + delay);
          fired.push([delay, index]);
        })
      ));
      expect(fired).toEqual([...fired].sort(([a, i], [b, j]) => a - b || i - j));
      clock.stop();
    }),
    { numRuns: 20 },
  );
});

it("lets no time pass while something is under way, however long it takes", async () => {
  const clock = startClock();
  const work = Promise.withResolvers<string>();
  const tracked = clock.track(work.promise);
  let isDue = false;
  clock.setTimer(() => void (isDue = true), 1);
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(isDue).toBe(false);
  expect(clock.nowMs()).toBe(1_000);
  work.resolve("done");
  expect(await tracked).toBe("done");
  await clock.sleep(1);
  expect(isDue).toBe(true);
});

it("never fires what was cancelled, and rejects a sleep that was aborted", async () => {
  const clock = startClock();
  const fired: string[] = [];
  clock.schedule(() => void fired.push("cancelled"), 1)();
  const controller = new AbortController();
  const sleep = clock.sleep(2, controller.signal);
  controller.abort(new Error("enough"));
  await expect(sleep).rejects.toThrow("enough");
  await expect(clock.sleep(2, controller.signal)).rejects.toThrow("enough");
  await clock.sleep(5);
  expect(fired).toEqual([]);
  expect(clock.nowMs()).toBe(1_005);
});
