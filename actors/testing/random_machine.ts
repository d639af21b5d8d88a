/** Random machines for the comparison with XState in memory; the same seed makes the same machine. */
import {
  type AnyStateMachine,
  assign,
  cancel,
  createMachine,
  emit,
  enqueueActions,
  forwardTo,
  fromPromise,
  raise,
  sendParent,
  sendTo,
  spawnChild,
  stateIn,
  stopChild,
} from "xstate";
import type { Answer } from "./memory_tree.ts";

export const EVENTS = ["E0", "E1", "E2", "E3"] as const;

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

// deno-lint-ignore no-explicit-any
type Config = any;
type Log = (name: string) => void;

/** What the promises of these machines answer; the input decides. */
export function answer(name: string, input: unknown): ReturnType<Answer> {
  const { n, isAnswered } = input as { n: number; isAnswered: boolean };
  if (!isAnswered) return undefined;
  return name === "good" ? { output: n } : { error: new Error(`bad ${n}`) };
}

const promised = (name: string) =>
  fromPromise(({ input }) => {
    const outcome = answer(name, input);
    if (outcome === undefined) return new Promise(() => {});
    return "error" in outcome ? Promise.reject(outcome.error) : Promise.resolve(outcome.output);
  });

const context = { n: 0 };
const add = (by: number) => assign({ n: ({ context }: Config) => (context.n + by) % 11 });

/** Makes random machines of one seed: what they are, and what happens in them. */
class Maker {
  readonly #next: () => number;
  readonly #log: Log;
  readonly #ids: string[] = [];
  readonly #timerIds: string[] = [];
  #made = 0;
  #isWide = false;
  // In memory two that answer each other for ever never return, and a timer whose event sets two timers
  // makes thousands of them: what can go on by itself is bounded.
  #answersLeft = 30;
  #timersLeft = 20;
  #promisesLeft = 8;
  #spawnsLeft = 6;

  constructor(seed: number, log: Log) {
    this.#next = createRandom(seed);
    this.#log = log;
  }

  #chance(of: number): boolean {
    return this.#next() < of;
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.#next() * choices.length)] as T;
  }

  #name(prefix: string): string {
    return `${prefix}${this.#made++}`;
  }

  #say(): Config {
    const name = this.#name("say");
    return () => this.#log(name);
  }

  /** A guard that holds for a while. */
  readonly #mayAnswer = (): boolean => this.#answersLeft > 0;
  readonly #answering = (by: number): Config =>
    assign({ n: ({ context }: Config) => (this.#answersLeft--, context.n + by) });

  machine(): AnyStateMachine {
    const actors = { child: this.#child(), good: promised("good"), bad: promised("bad") };
    const root = this.#shape(0, false);
    this.#furnish(root);
    const machine = createMachine({
      ...root,
      context,
      output: ({ context }: Config) => ({ sum: context.n }),
    } as Config, {
      actors,
      delays: { named: 6, byContext: ({ context }: Config) => context.n + 1 },
    } as Config) as AnyStateMachine;
    machine.options.maxIterations = 30;
    return machine;
  }

  /** A child with a child and a promise of its own. */
  #child(): AnyStateMachine {
    const tell = (): Config => sendParent({ type: this.#pick(EVENTS) });
    const end = { guard: this.#mayAnswer, target: "end", actions: this.#answering(0) };
    const grand = createMachine({
      id: "grand",
      context,
      after: {
        6: { guard: this.#mayAnswer, actions: [this.#answering(1), sendParent({ type: "PING" })] },
      },
      on: { E1: { actions: [add(1), this.#say()] } },
    } as Config);
    return createMachine({
      id: "child",
      context,
      initial: "a",
      states: {
        a: {
          tags: ["resting"],
          after: { 7: "b" },
          on: {
            PING: {
              guard: this.#mayAnswer,
              actions: [this.#answering(1), this.#say(), tell()],
            },
            END: end,
            E2: { actions: this.#say() },
            BURST: {
              guard: () => {
                if (this.#answersLeft-- > 0) throw new Error("burst");
                return false;
              },
            },
          },
        },
        b: {
          entry: this.#chance(0.5) ? tell() : raise({ type: "PING" }),
          ...(this.#chance(0.5) ? { invoke: { id: "g", src: "grand" } } : {}),
          always: this.#chance(0.3)
            ? { guard: ({ context }: Config) => context.n > 2, target: "end" }
            : [],
          on: {
            PING: { target: "a", actions: this.#say() },
            END: end,
            E1: { actions: forwardTo("g") },
          },
          after: { 13: "a" },
        },
        end: { type: "final" },
      },
      output: ({ context }: Config) => context.n,
    } as Config, { actors: { grand } } as Config) as AnyStateMachine;
  }

  /** First the shape, so that transitions can lead anywhere. */
  #shape(depth: number, isInParallel: boolean): Config {
    const id = this.#name("s");
    const kind = depth === 0 ? "compound" : depth >= 3 ? "atomic" : this.#pick([
      "atomic",
      "atomic",
      "compound",
      "compound",
      this.#isWide ? "atomic" : "parallel",
      "final",
    ]);
    // XState takes minutes for a step of some machines with parallel states in each other.
    this.#isWide ||= kind === "parallel";
    if (kind === "final" && !isInParallel) {
      return { id, type: "final", output: ({ context }: Config) => context.n };
    }
    // Not the root: entering it again without leaving it leaves two children of one name.
    if (depth > 0) this.#ids.push(id);
    const tags = this.#chance(0.3) ? { tags: [this.#pick(["red", "blue"])] } : {};
    if (kind === "atomic") return { id, ...tags };
    const states: Config = {};
    const count = 2 + Math.floor(this.#next() * 2);
    for (let index = 0; index < count; index++) {
      states[`k${index}`] = this.#shape(depth + 1, kind === "parallel");
    }
    if (kind === "parallel") return { id, ...tags, type: "parallel", states };
    if (states.k0.type === "final") states.k0 = this.#shape(3, true);
    if (depth > 0 && this.#chance(0.5)) {
      const historyId = this.#name("h");
      this.#ids.push(historyId);
      states.past = {
        id: historyId,
        type: "history",
        history: this.#pick(["shallow", "deep"]),
        ...(this.#chance(0.3) ? { target: "k1" } : {}),
      };
    }
    return { id, ...tags, initial: "k0", states };
  }

  #delay(): Config {
    return this.#pick([
      3,
      11,
      29,
      "named",
      "byContext",
      ({ context }: Config) => context.n * 3 + 1,
    ]);
  }

  #later(type: string, timer: Config): Config {
    return enqueueActions(({ enqueue }: Config) => {
      if (this.#timersLeft-- > 0) enqueue.raise({ type }, timer);
    });
  }

  #timerId(): string {
    const id = this.#name("t");
    this.#timerIds.push(id);
    return id;
  }

  #action({ invoke }: Config): Config {
    const choices = [
      "count",
      "say",
      "say",
      "raise",
      "later",
      "enqueue",
      "emit",
      "cancel",
      "respawn",
    ];
    const childId = invoke?.src === "child" ? invoke.id : undefined;
    if (childId !== undefined) choices.push("ping", "ping", "forward", "pingLater");
    switch (this.#pick(choices)) {
      case "count":
        return add(1);
      case "say":
        return this.#say();
      case "raise":
        return raise({ type: this.#pick(EVENTS) });
      case "later": {
        const id = this.#chance(0.5) ? { id: this.#timerId() } : {};
        return this.#later(this.#pick(EVENTS), { delay: this.#delay(), ...id });
      }
      case "emit":
        return emit(({ context }: Config) => ({ type: "emitted", n: context.n }));
      case "cancel":
        return cancel(this.#pick([...this.#timerIds, "none"]));
      case "respawn": {
        const id = this.#name("x");
        return enqueueActions(({ enqueue }: Config) => {
          enqueue(stopChild(id));
          if (this.#spawnsLeft-- > 0) enqueue(spawnChild("child", { id }));
        });
      }
      case "forward":
        return forwardTo(childId);
      case "ping":
        return sendTo(childId, {
          type: this.#pick(["PING", "PING", "PING", "END", "END", "BURST"]),
        });
      case "pingLater":
        return sendTo(childId, { type: "PING" }, { delay: this.#delay(), id: this.#timerId() });
      default: {
        const say = this.#say();
        const event = this.#pick(EVENTS);
        return enqueueActions(({ enqueue, check }: Config) => {
          enqueue.assign({ n: ({ context }: Config) => (context.n + 3) % 11 });
          if (check(({ context }: Config) => context.n % 2 === 0)) enqueue(say);
          else enqueue.raise({ type: event });
        });
      }
    }
  }

  #guard(): Config {
    const residue = this.#pick([0, 1, 2]);
    return this.#chance(0.2)
      ? stateIn(`#${this.#pick(this.#ids)}`)
      : ({ context }: Config) => context.n % 3 === residue;
  }

  #transition(node: Config): Config {
    return {
      ...(this.#chance(0.75) ? { target: `#${this.#pick(this.#ids)}` } : {}),
      ...(this.#chance(0.4) ? { guard: this.#guard() } : {}),
      ...(this.#chance(0.5) ? { actions: [this.#action(node)] } : {}),
      ...(this.#chance(0.2) ? { reenter: true } : {}),
    };
  }

  #invoke(): Config {
    const src = this.#pick(["child", "child", "good", "bad"]);
    const input = ({ context }: Config) => ({
      n: context.n,
      isAnswered: this.#promisesLeft-- > 0,
    });
    return {
      id: this.#name("c"),
      src,
      ...(src === "child" ? {} : { input }),
      ...(this.#chance(0.7) ? { onDone: this.#transition({}) } : {}),
      ...(this.#chance(0.8) ? { onError: this.#transition({}) } : {}),
      ...(this.#chance(0.3)
        ? { onSnapshot: { guard: this.#mayAnswer, actions: this.#answering(1) } }
        : {}),
    };
  }

  /** Then what happens in it. */
  #furnish(node: Config): void {
    if (node.type === "history" || node.type === "final") return;
    if (this.#chance(0.3)) node.invoke = this.#invoke();
    node.on = {};
    for (const type of EVENTS) {
      if (!this.#chance(0.4)) continue;
      node.on[type] = this.#chance(0.3)
        ? [this.#transition(node), this.#transition(node)]
        : this.#transition(node);
    }
    // Nothing that could begin a child, whose first snapshot would be such an event again.
    if (this.#chance(0.1)) node.on["*"] = { actions: [this.#say()] };
    if (this.#chance(0.3)) {
      node.after = { [this.#pick([5, 10, 25, "named", "byContext"])]: this.#transition(node) };
    }
    if (this.#chance(0.15)) {
      const residue = this.#pick([0, 1, 2, 3]);
      node.always = {
        guard: ({ context }: Config) => context.n % 4 === residue,
        actions: [add(1)],
        ...(this.#chance(0.7) ? { target: `#${this.#pick(this.#ids)}` } : {}),
      };
    }
    if (node.states !== undefined && this.#chance(0.4)) node.onDone = this.#transition({});
    node.entry = this.#chance(0.3) ? [this.#action(node)] : [];
    node.exit = this.#chance(0.3) ? [this.#action({})] : [];
    if (this.#chance(0.2)) {
      const id = this.#timerId();
      node.entry.push(this.#later(this.#pick(EVENTS), { delay: this.#pick([4, 17]), id }));
      if (this.#chance(0.7)) node.exit.push(cancel(id));
    }
    for (const inner of Object.values(node.states ?? {})) this.#furnish(inner);
  }
}

/**
 * @param seed Decides everything.
 * @param log Is told the name of every plain action that runs.
 */
export function randomMachine(seed: number, log: Log): AnyStateMachine {
  return new Maker(seed, log).machine();
}
