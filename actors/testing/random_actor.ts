/**
 * Random kinds of actors that use all that the runtime does for them: timers, children, effects that
 * are awaited, dropped or queued, writes in the commit, and messages to each other. The same seed
 * makes the same kind; all that it does depends on its events and its context alone.
 */
import {
  type AnyStateMachine,
  assign,
  createMachine,
  enqueueActions,
  fromPromise,
  setup,
} from "xstate";
import type { Connection, Database } from "../../db/connection.ts";
import { type ActorDefinition, defineActor, type TransactionalItem } from "../define_actor.ts";
import { seededRandom } from "./seeded.ts";

export const RANDOM_EVENTS = ["E0", "E1", "E2", "E3"] as const;

interface Context {
  n: number;
  /** What may still be done; random machines would go on for ever. */
  fuel: number;
  told: number;
  got: unknown[];
}

// deno-lint-ignore no-explicit-any
type Config = any;

interface Chance {
  pick<T>(choices: readonly T[]): T;
  happens(of: number): boolean;
}

/** Actors `random/…` by a seed; `peer` is the address that some of their actions tell. */
export function randomActor(seed: number, { peer }: { peer: string }): ActorDefinition {
  const random = seededRandom(seed);
  const chance: Chance = {
    pick: (choices) => choices[Math.floor(random() * choices.length)] as typeof choices[number],
    happens: (of) => random() < of,
  };
  return defineActor({
    kind: "random",
    machine: randomMachine(chance, peer),
    effects: {
      ask: ({ n }: { n: number }) =>
        n % 4 === 3 ? Promise.reject(new Error(`no to ${n}`)) : Promise.resolve(`yes to ${n}`),
      call: () => Promise.resolve(),
      queue: { run: () => Promise.resolve(), lane: ({ n }: { n: number }) => `lane ${n % 2}` },
    },
    transactional: {
      write,
      book: async (items: readonly TransactionalItem<{ n: number }>[], tx) => {
        await write(items, tx);
        return items.map(({ params: { n } }) =>
          n % 3 === 2 ? { error: new Error(`no place for ${n}`) } : { output: `place ${n}` }
        );
      },
    },
  });
}

async function write(items: readonly TransactionalItem<{ n: number }>[], tx: Connection) {
  await tx.query(
    "insert into random_writes (actor, revision, n) select * from unnest($1::text[], $2::int[], $3::int[])",
    [
      items.map(({ cause }) => cause.actor),
      items.map(({ cause }) => cause.revision),
      items.map(({ params }) => params.n),
    ],
  );
}

export async function createRandomWrites(database: Database): Promise<void> {
  await database.query(
    "create table if not exists random_writes (actor text, revision int, n int)",
  );
}

export async function readRandomWrites(database: Database): Promise<unknown> {
  const { rows } = await database.query(
    "select w.actor, w.n from random_writes w order by w.actor, w.revision, w.n",
  );
  return rows;
}

const child = setup({}).createMachine({
  id: "child",
  initial: "young",
  states: { young: { on: { GROW: "old" }, after: { 23: "old" } }, old: { type: "final" } },
  output: "grown",
});

function randomMachine(chance: Chance, peer: string): AnyStateMachine {
  const count = chance.pick([3, 4, 5]);
  const ids = Array.from({ length: count }, (_, index) => `s${index}`);
  const working = Object.fromEntries(
    ids.map((id, index) => [id, state(chance, { ids, peer, mayInvoke: index > 0 })]),
  );
  const beside = { // A second region with time of its own.
    initial: "tick",
    states: {
      tick: { after: { 31: "tock" }, on: { E0: "tock" } },
      tock: { after: { 17: { target: "tick", actions: bump } } },
    },
  };
  const config: Config = {
    id: "random",
    context: { n: 0, fuel: 12, told: 0, got: [] } satisfies Context,
    on: { TOLD: { actions: assign({ told: ({ context }) => context.told + 1 }) } },
    ...(chance.happens(0.4)
      ? { type: "parallel", states: { work: { initial: "s0", states: working }, beside } }
      : { initial: "s0", states: working }),
  };
  return createMachine(config).provide({
    actors: { child, ask: standIn, book: standIn },
  } as never) as AnyStateMachine;
}

const standIn = fromPromise(() => Promise.reject(new Error("supplied by the runtime")));
const bump = assign({ n: ({ context }: Config) => (context.n + 1) % 13 });
const keep = assign({
  got: ({ context, event }: Config) =>
    [...context.got, event.output ?? event.error?.message].slice(-5),
});

function state(
  chance: Chance,
  { ids, peer, mayInvoke }: { ids: readonly string[]; peer: string; mayInvoke: boolean },
): Config {
  const transition = (): Config => ({
    ...(chance.happens(0.8) ? { target: chance.pick(ids) } : {}),
    ...(chance.happens(0.3) ? { guard: ({ context }: Config) => context.n % 2 === 0 } : {}),
    actions: [bump, ...(chance.happens(0.7) ? [action(chance, peer)] : [])],
  });
  const config: Config = { on: {}, entry: [], exit: [] };
  for (const type of RANDOM_EVENTS) {
    if (chance.happens(0.75)) config.on[type] = transition();
  }
  if (chance.happens(0.6)) config.entry.push(action(chance, peer));
  if (chance.happens(0.2)) config.exit.push(action(chance, peer));
  if (chance.happens(0.4)) {
    config.after = {
      [chance.pick([5, 10, 25])]: { ...transition(), guard: hasFuel, actions: [burn, bump] },
    };
  }
  if (!mayInvoke) return config;
  const answered = () => ({ target: "s0", actions: [keep, bump] });
  const invoked = chance.pick(["ask", "ask", "book", "child", "child", undefined]);
  if (invoked === undefined) return config;
  config.invoke = {
    id: invoked,
    src: invoked,
    ...(invoked === "child" ? {} : { input: ({ context }: Config) => ({ n: context.n }) }),
    onDone: answered(),
    ...(invoked === "child" ? {} : { onError: answered() }),
  };
  return config;
}

const hasFuel = ({ context }: Config): boolean => context.fuel > 0;
const burn = assign({ fuel: ({ context }: Config) => context.fuel - 1 });

/** Does something as long as there is fuel. */
function action(chance: Chance, peer: string): Config {
  const kind = chance.pick(["call", "queue", "write", "tell", "later", "raise"]);
  const type = chance.pick(RANDOM_EVENTS);
  const delay = chance.pick([3, 11, 29]);
  return enqueueActions(({ enqueue, context }: Config) => {
    if (context.fuel <= 0) return;
    enqueue.assign({ fuel: context.fuel - 1 });
    const params = { n: context.n };
    switch (kind) {
      case "tell":
        return enqueue({ type: "tell", params: { to: peer, event: { type: "TOLD" }, create: {} } });
      case "later":
        return enqueue.raise({ type }, { delay });
      case "raise":
        return enqueue.raise({ type });
      default:
        return enqueue({ type: kind, params });
    }
  });
}
