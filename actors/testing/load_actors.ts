/** The actors of `load_process.ts`, for the process and for the test that takes over from it. */
import { assign, fromPromise, setup } from "xstate";
import { type ActorDefinition, defineActor } from "../define_actor.ts";

/** The timer of `waiter` is due after this. */
export const WAITER_MS = 1_000;

/** @param work What the effect of `waiter` does. */
export function loadActors(work: () => Promise<string>): ActorDefinition[] {
  const counter = setup({
    actions: {
      add: assign({ count: ({ context }) => (context as { count: number }).count + 1 }),
    },
  }).createMachine({ id: "counter", context: { count: 0 }, on: { add: { actions: "add" } } });
  const waiter = setup({
    types: { context: {} as { answers: string[] } },
    actors: { work: fromPromise(work) },
  }).createMachine({
    id: "waiter",
    type: "parallel",
    context: { answers: [] },
    states: {
      time: {
        initial: "waiting",
        states: { waiting: { after: { [WAITER_MS]: "rung" } }, rung: {} },
      },
      effect: {
        initial: "working",
        states: {
          working: {
            invoke: {
              src: "work",
              onDone: {
                target: "worked",
                actions: assign({
                  answers: ({ context, event }) => [...context.answers, event.output],
                }),
              },
            },
          },
          worked: {},
        },
      },
    },
  });
  return [
    defineActor({ kind: "counter", machine: counter }),
    defineActor({ kind: "waiter", machine: waiter }),
  ];
}
