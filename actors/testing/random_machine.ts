/** Random machines for the comparison with XState in memory; the same seed makes the same machine. */
import {
  type AnyStateMachine,
  assign,
  cancel,
  createMachine,
  emit,
  enqueueActions,
  raise,
  sendParent,
  sendTo,
  setup,
} from "xstate";

export const EVENTS = ["E0", "E1", "E2", "E3"] as const;

type Random = <T>(choices: readonly T[]) => T;

/** Small and fast; from the public domain collection of Bob Jenkins and Tommy Ettinger. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * @param seed Decides everything.
 * @param log Is told the name of every plain action that runs.
 */
export function randomMachine(seed: number, log: (name: string) => void): AnyStateMachine {
  const next = createRandom(seed);
  const chance = (of: number): boolean => next() < of;
  const pick: Random = (choices) =>
    choices[Math.floor(next() * choices.length)] as typeof choices[number];

  let answersLeft = 30;
  const child = setup({ actions: { childSays: () => log("childSays") } }).createMachine({
    id: "child",
    context: { n: 0 },
    initial: "a",
    states: {
      a: {
        after: { 7: "b" },
        on: {
          PING: {
            // Bounded, because in memory two that answer each other for ever never return.
            guard: () => answersLeft > 0,
            actions: [
              assign({ n: ({ context }) => (answersLeft--, (context as { n: number }).n + 1) }),
              "childSays",
              sendParent({ type: pick(EVENTS) }),
            ],
          },
          END: {
            guard: () => answersLeft > 0,
            target: "end",
            actions: assign({ n: ({ context }) => (answersLeft--, (context as { n: number }).n) }),
          },
        },
      },
      b: {
        entry: chance(0.5) ? sendParent({ type: pick(EVENTS) }) : raise({ type: "PING" }),
        always: chance(0.3) ? { guard: ({ context }) => context.n > 2, target: "end" } : [],
        on: {
          PING: { target: "a", actions: "childSays" },
          END: {
            guard: () => answersLeft > 0,
            target: "end",
            actions: assign({ n: ({ context }) => (answersLeft--, (context as { n: number }).n) }),
          },
        },
        after: { 13: "a" },
      },
      end: { type: "final" },
    },
    output: ({ context }) => context.n,
  });

  const ids: string[] = [];
  let made = 0;
  let isWide = false;

  // deno-lint-ignore no-explicit-any
  type Config = any;

  /** First the shape, so that transitions can lead anywhere. */
  function shape(depth: number, isInParallel: boolean): Config {
    const id = `s${made++}`;
    const kind = depth === 0
      ? "compound"
      : depth >= 3
      ? "atomic"
      : pick(["atomic", "atomic", "compound", "compound", isWide ? "atomic" : "parallel", "final"]);
    // XState takes minutes for a step of some machines with parallel states in each other.
    isWide ||= kind === "parallel";
    if (kind === "final" && !isInParallel) return { id, type: "final" };
    // Neither the root nor its history: XState enters it again without leaving it, so that its timers and children are
    // there twice, under one name; we keep the newer only.
    if (depth > 0) ids.push(id);
    if (kind === "compound" || kind === "parallel") {
      const states: Config = {};
      const count = 2 + Math.floor(next() * 2);
      for (let index = 0; index < count; index++) {
        states[`k${index}`] = shape(depth + 1, kind === "parallel");
      }
      if (kind === "compound" && states.k0.type === "final") states.k0 = shape(3, true);
      if (kind === "compound" && depth > 0 && chance(0.5)) {
        const historyId = `h${made++}`;
        ids.push(historyId);
        states.past = { id: historyId, type: "history", history: pick(["shallow", "deep"]) };
      }
      return kind === "parallel" ? { id, type: "parallel", states } : { id, initial: "k0", states };
    }
    return { id };
  }

  /** Bounded, because a timer whose event sets two timers makes thousands of them. */
  let timersLeft = 20;
  function later(type: string, delay: number): Config {
    return enqueueActions(({ enqueue }) => {
      if (timersLeft-- > 0) enqueue.raise({ type }, { delay });
    });
  }

  function action(node: Config): Config {
    const choices = ["count", "say", "say", "raise", "later", "enqueue", "emit"];
    if (node.invoke !== undefined) choices.push("ping", "ping");
    switch (pick(choices)) {
      case "count":
        return assign({ n: ({ context }) => ((context as { n: number }).n + 1) % 11 });
      case "say": {
        const name = `say${made++}`;
        return () => log(name);
      }
      case "raise":
        return raise({ type: pick(EVENTS) });
      case "later":
        return later(pick(EVENTS), pick([3, 11, 29]));
      case "emit":
        return emit({ type: "emitted" });
      case "ping":
        return sendTo(node.invoke.id, { type: pick(["PING", "PING", "END"]) });
      default: {
        const name = `enqueued${made++}`;
        const event = pick(EVENTS);
        return enqueueActions(({ enqueue, check }) => {
          enqueue.assign({ n: ({ context }: Config) => (context.n + 3) % 11 });
          if (check(({ context }) => (context as { n: number }).n % 2 === 0)) {
            enqueue(() => log(name));
          } else enqueue.raise({ type: event });
        });
      }
    }
  }

  function transition(node: Config): Config {
    const residue = pick([0, 1, 2]);
    return {
      ...(chance(0.75) ? { target: `#${pick(ids)}` } : {}),
      ...(chance(0.4)
        ? {
          guard: ({ context }: { context: { n: number } }) => context.n % 3 === residue,
        }
        : {}),
      ...(chance(0.5) ? { actions: [action(node)] } : {}),
      ...(chance(0.2) ? { reenter: true } : {}),
    };
  }

  /** Then what happens in it. */
  function furnish(node: Config): void {
    if (node.type === "history" || node.type === "final") return;
    if (chance(0.25)) {
      node.invoke = {
        id: `c${made++}`,
        src: "child",
        ...(chance(0.7) ? { onDone: transition({}) } : {}),
      };
    }
    node.on = {};
    for (const type of EVENTS) {
      if (chance(0.4)) {
        node.on[type] = chance(0.3) ? [transition(node), transition(node)] : transition(node);
      }
    }
    if (chance(0.1)) node.on["*"] = { actions: [action(node)] };
    if (chance(0.3)) node.after = { [pick([5, 10, 25])]: transition(node) };
    if (chance(0.15)) {
      const residue = pick([0, 1, 2, 3]);
      node.always = {
        guard: ({ context }: { context: { n: number } }) => context.n % 4 === residue,
        actions: [assign({ n: ({ context }) => ((context as { n: number }).n + 1) % 11 })],
        ...(chance(0.7) ? { target: `#${pick(ids)}` } : {}),
      };
    }
    if (node.states !== undefined && chance(0.4)) node.onDone = transition({});
    const timerId = `t${made++}`;
    node.entry = [];
    node.exit = [];
    if (chance(0.3)) node.entry.push(action(node));
    if (chance(0.3)) node.exit.push(action({}));
    if (chance(0.2)) {
      // Always cancelled at the exit: the same send id twice is a difference we chose.
      node.entry.push(raise({ type: pick(EVENTS) }, { delay: pick([4, 17]), id: timerId }));
      node.exit.push(cancel(timerId));
    }
    for (const inner of Object.values(node.states ?? {})) furnish(inner);
  }

  const root = shape(0, false);
  furnish(root);
  const machine = createMachine({ ...root, context: { n: 0 } }).provide({
    actors: { child },
  } as never) as AnyStateMachine;
  machine.options.maxIterations = 30;
  return machine;
}
