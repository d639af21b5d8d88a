/** The page says things in the same words as the server, and finds what changed. */
import { expect, it, onTestFinished, vi } from "vitest";
import { stateText as operatorsText } from "../../actors/operator/operator.ts";
import { eventLabel } from "./machine_chart.ts";
import { eventText, oneAtATime, shortAddress, stepLink } from "./page/dom.js";
import { changes } from "./page/json_view.js";
import { stateText } from "./page/step_view.js";

it.each([
  "xstate.init",
  "xstate.after.sealPause.raffle.sealed",
  "xstate.after.1000.raffle.sealed",
  "xstate.done.actor.countPlayers",
  "xstate.error.actor.countPlayers",
  "xstate.error.actor.0.raffle.sealed",
  "xstate.done.state.raffle.open",
  "xstate.snapshot.child",
  "ticket.claim",
])("names event %s as the picture does", (type) => {
  expect(eventText(type)).toBe(eventLabel(type).trim());
});

it.each([
  { value: "open" },
  { value: { open: "accepting" } },
  { value: { open: { accepting: "now" } } },
  { value: { left: "one", right: { two: "three" } } },
  { value: {} },
  { value: { alone: {} } },
])("writes state $value as the operator's commands do", ({ value }) => {
  expect(stateText(value)).toBe(operatorsText(value));
});

it("finds what changed, each place once", () => {
  const before = { tickets: 1, terms: { price: 10, title: "a" }, list: [1], gone: true, same: {} };
  const after = { tickets: 2, terms: { price: 10, title: "b" }, list: [1, 2], new: null, same: {} };
  expect(changes(before, after)).toEqual([
    { path: "tickets", from: 1, to: 2 },
    { path: "terms.title", from: "a", to: "b" },
    { path: "list", from: [1], to: [1, 2] },
    { path: "gone", from: true, to: undefined },
    { path: "new", from: undefined, to: null },
  ]);
  expect(changes(before, before)).toEqual([]);
});

it("shortens long addresses in the middle and keeps kind and child", () => {
  expect(shortAddress("raffle/rfl_1")).toBe("raffle/rfl_1");
  expect(shortAddress("payment/pay_hNHDKJWpNPVgdg9t2NyeP")).toBe("payment/pay_hNH…2NyeP");
  expect(shortAddress("order/1/packer")).toBe("order/1/packer");
});

it("leads to an actor, a step, a chain", () => {
  expect(stepLink("raffle/rfl_1")).toBe("#actor=raffle%2Frfl_1");
  expect(stepLink("raffle/rfl_1", 3)).toBe("#actor=raffle%2Frfl_1&step=3");
  expect(stepLink("raffle/rfl_1", 3, "chain")).toBe("#actor=raffle%2Frfl_1&step=3&view=chain");
});

it("asks again soon after short work, and after long work rests first", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let workMs = 10;
  const beganMs: number[] = [];
  const askSoon = oneAtATime(async () => {
    beganMs.push(performance.now() - startMs);
    await new Promise((resolve) => setTimeout(resolve, workMs));
  }, 100);
  const startMs = performance.now();
  const goTo = (atMs: number) => vi.advanceTimersByTimeAsync(startMs + atMs - performance.now());
  askSoon();
  await goTo(105);
  askSoon();
  await goTo(1_000);
  workMs = 2_000;
  for (const atMs of [1_000, 2_000, 4_000, 20_000]) {
    await goTo(atMs);
    askSoon();
  }
  await goTo(25_000);
  expect(beganMs).toEqual([100, 210, 1_100, 11_100, 21_100]);
});
