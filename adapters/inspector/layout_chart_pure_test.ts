import { createMachine } from "xstate";
import { describe, expect, it } from "vitest";
import { paymentMachine } from "../../machines/payment_machine.ts";
import { payoutMachine } from "../../machines/payout_machine.ts";
import { raffleMachine } from "../../machines/raffle_machine.ts";
import { refundMachine } from "../../machines/refund_machine.ts";
import { userMachine } from "../../machines/user_machine.ts";
import { type Box, layoutChart, type Picture } from "./layout_chart.ts";
import { chartOf, eventLabel } from "./machine_chart.ts";

const everything = createMachine({
  id: "everything",
  type: "parallel",
  states: {
    left: {
      initial: "one",
      states: {
        one: { on: { go: "#everything.right.b", "*": { actions: "note" } }, after: { 50: "two" } },
        two: { type: "final" },
        back: { type: "history", history: "deep" },
      },
      onDone: { actions: "note" },
    },
    right: {
      initial: "a",
      states: { a: { always: { guard: "isReady", target: "b" } }, b: {}, was: { type: "history" } },
      on: { again: ".was", reset: { target: ["#everything.left.one", ".a"] } },
    },
  },
  on: { stop: "#everything.left.two" },
});

const machines = [
  raffleMachine,
  paymentMachine,
  refundMachine,
  payoutMachine,
  userMachine,
  everything,
];

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const within = (inner: Box, outer: Box): boolean =>
  inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

function pairs<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((one, index) => items.slice(index + 1).map((two): [T, T] => [one, two]));
}

const leaves = ({ states }: Picture) =>
  states.filter(({ id }) => !states.some(({ parent }) => parent === id));

describe.each(machines.map((machine) => ({ id: machine.id, machine })))(
  "the picture of $id",
  ({ machine }) => {
    it("shows each state once, in its parent and beside its siblings", async () => {
      const chart = chartOf(machine);
      const { states, width, height } = await layoutChart(chart);
      expect(new Set(states.map(({ id }) => id)).size).toBe(states.length);
      for (const state of states) {
        const parent = states.find(({ id }) => id === state.parent);
        expect(within(state, parent ?? { x: 0, y: 0, width, height })).toBe(true);
      }
      const siblings = pairs(states).filter(([a, b]) => a.parent === b.parent);
      expect(siblings.filter(([a, b]) => overlap(a, b)).map(([a, b]) => [a.id, b.id])).toEqual([]);
    });

    it("shows each transition once, as an arrow or as a line in its state", async () => {
      const chart = chartOf(machine);
      const { arrows, states } = await layoutChart(chart);
      const shown = [
        ...arrows.flatMap(({ lines }) => lines.map(({ transition }) => transition)),
        ...states.flatMap(({ inner }) => inner.flatMap(({ transitions }) => transitions)),
      ];
      expect(new Set(shown)).toEqual(new Set(chart.transitions.map(({ id }) => id)));
      for (const arrow of arrows) {
        expect(arrow.points.length).toBeGreaterThan(1);
        expect(arrow.points.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(
          true,
        );
      }
    });

    it("keeps labels off each other and off the states", async () => {
      const picture = await layoutChart(chartOf(machine));
      const labels = picture.arrows.flatMap(({ label }) => label === undefined ? [] : [label]);
      expect(pairs(labels).filter(([a, b]) => overlap(a, b))).toEqual([]);
      const hidden = leaves(picture).filter((state) =>
        labels.some((label) => overlap(label, state))
      );
      expect(hidden.map(({ id }) => id)).toEqual([]);
    });

    it("can go through JSON, so that no function is in it", async () => {
      const picture = await layoutChart(chartOf(machine));
      const text = JSON.stringify(picture);
      expect(JSON.parse(text).states).toHaveLength(picture.states.length);
      expect(text).not.toContain("=>");
    });
  },
);

it("the chart names what XState's types hide", () => {
  const { transitions, root } = chartOf(everything);
  const labels = transitions.map(({ label, guard }) =>
    guard === undefined ? label : `${label} [${guard}]`
  );
  expect(labels).toEqual([
    "stop",
    "done",
    "go",
    "any other event",
    "after 50 ms",
    "again",
    "reset",
    "always [isReady]",
  ]);
  const [left, right] = root.children;
  expect(left?.children.map(({ type }) => type)).toEqual(["atomic", "final", "history"]);
  expect(left?.children[2]?.isDeepHistory).toBe(true);
  expect(right?.initial).toBe("everything.right.a");
  expect(transitions.find(({ label }) => label === "reset")?.to)
    .toEqual(["everything.left.one", "everything.right.a"]);
});

it.each([
  ["xstate.after.sealPause.raffle.sealed", "after sealPause"],
  ["xstate.after.1000.raffle.sealed", "after 1000 ms"],
  ["xstate.done.actor.countPlayers", "done countPlayers"],
  ["xstate.error.actor.0.raffle.sealed", "error"],
  ["xstate.done.state.raffle.open", "done"],
  ["xstate.snapshot.child", "snapshot child"],
  ["", "always"],
  ["*", "any other event"],
  ["raffle.*", "raffle.* (any)"],
  ["xstate.init", "init"],
  ["ticket.claim", "ticket.claim"],
])("says event %s as %s", (type, label) => {
  expect(eventLabel(type).trim()).toBe(label);
});
