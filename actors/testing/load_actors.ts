/** The actors of `load_process.ts`, for the process and for the test that takes over from it. */
import { assign, fromPromise, setup } from "xstate";
import { type ActorDefinition, defineActor } from "../define_actor.ts";

/** The timer of `waiter` is due after this. */
export const WAITER_MS = 1_000;

/** @param work What the effect of `waiter` does. */
export function loadActors(work: () => Promise<unknown>): ActorDefinition[] {
  const counter = setup({
    actions: {
      add: assign({ count: ({ context }) => (context as { count: number }).count + 1 }),
    },
  }).createMachine({ id: "counter", context: { count: 0 }, on: { add: { actions: "add" } } });
  const waiter = setup({ actors: { work: fromPromise(work) } }).createMachine({
    id: "waiter",
    type: "parallel",
    states: {
      time: {
        initial: "waiting",
        states: { waiting: { after: { [WAITER_MS]: "rung" } }, rung: {} },
      },
      effect: {
        initial: "working",
        states: { working: { invoke: { src: "work", onDone: "worked" } }, worked: {} },
      },
    },
  });
  return [
    defineActor({ kind: "counter", machine: counter }),
    defineActor({ kind: "waiter", machine: waiter }),
  ];
}
