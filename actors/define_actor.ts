/**
 * What the runtime must know of a kind of actor: its machine, unmodified, and what the names in it
 * mean outside.
 */
import { type AnyActorLogic, type AnyStateMachine, type EventObject, fromPromise } from "xstate";
import type { Connection } from "../db/connection.ts";
import { isMachine, missingLogics, namedLogics, unsupportedReason } from "./logic.ts";

/** What an effect knows besides its parameters. */
export interface EffectContext {
  /** Made before the first try and the same in every repeat; give it to providers that take keys. */
  readonly idempotencyKey: string;
  /** Address of the actor that asks. */
  readonly address: string;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Aborted when the time-out has passed, or when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds of the runtime's clock. */
  nowMs(): number;
}

/** What became of an earlier try whose outcome is unknown. */
export type Reconciled =
  | { status: "done"; output?: unknown }
  /** It did not happen: the effect may be tried again. */
  | { status: "absent" };

/** Work outside, asked for by an invoke or by a named action. */
// deno-lint-ignore no-explicit-any
export interface EffectDefinition<Params = any> {
  /**
   * Does the work; what it returns is the answer to an invoke.
   *
   * Throw a `RetryableError` when a repeat may help; any other error is the answer.
   */
  run(params: Params, context: EffectContext): Promise<unknown>;
  /**
   * Finds out what an earlier try did. Called before every repeat, for services that take no key.
   * Throw a `RetryableError` when that cannot be found out now.
   */
  reconcile?(params: Params, context: EffectContext): Promise<Reconciled>;
  /** Milliseconds for one try. @default {30_000} */
  timeoutMs?: number;
  /** Most tries, the first included; then the last error is the answer. @default {10} */
  maxAttempts?: number;
  /** Pause before the second try; it doubles up to a minute. @default {500} */
  backoffMs?: number;
  /**
   * Effects of one lane run one after another, in the order of their commits, on all nodes. Only for
   * actions that nobody awaits.
   */
  lane?(params: Params): string;
  /** Of the effects with one coalescing key that have not begun only the newest is kept. */
  coalesce?(params: Params): string | undefined;
  /**
   * Whether a try with unknown outcome may be repeated. A mass notice may not: it is dropped and
   * counted as uncertain.
   */
  isRepeatable?(params: Params): boolean;
}

/** One thing that a step asks to be written in its own commit. */
// deno-lint-ignore no-explicit-any
export interface TransactionalItem<Params = any> {
  readonly params: Params;
  /** Address, revision and event type that caused it, for the books. */
  readonly cause: { readonly actor: string; readonly revision: number; readonly event: string };
  /** When the step was made, epoch milliseconds. */
  readonly atMs: number;
}

/** The answer to one item of a transactional invoke. */
export type TransactionalVerdict = { output: unknown } | { error: unknown };

/**
 * Writes for all items of a batch in one call. Items of an invoke want a verdict each, in their
 * order; items of an action want none. Throwing undoes the steps that asked.
 */
// deno-lint-ignore no-explicit-any
export type TransactionalHandler<Params = any> = (
  items: readonly TransactionalItem<Params>[],
  tx: Connection,
) => Promise<readonly TransactionalVerdict[] | void>;

// deno-lint-ignore no-explicit-any
export type Migration = (stored: { value: any; context: any }) => { value: any; context: any };

export interface ActorOptions {
  /** First part of the address: letters, digits, `_`, `-`. */
  kind: string;
  machine: AnyStateMachine;
  /** Version of the stored form, 1 or more. @default {1} */
  version?: number;
  /** `migrations[2]` turns a snapshot of version 1 into one of version 2. */
  migrations?: Record<number, Migration>;
  /**
   * Migrations of child machines, by the machine's id. They are numbered by the version of the whole
   * definition, and are written only for the versions in which the stored form of that machine changed.
   */
  childMigrations?: Record<string, Record<number, Migration>>;
  /**
   * Names for logic that the machine spawns as an object, `spawn(logic)`, so that it is found again:
   * `{ friend: friendMachine }`. What `setup`, `invoke` and `spawnChild` show needs none.
   */
  actors?: Record<string, AnyActorLogic>;
  /** Work outside, by the name of the action or of the invoked source. */
  effects?: Record<string, EffectDefinition | EffectDefinition["run"]>;
  /** Writes in the same commit, by the name of the action or of the invoked source. */
  transactional?: Record<string, TransactionalHandler>;
  /** After an event whose step throws: take the next one, or wait for an operator. @default {"skip"} */
  onFailure?: "skip" | "hold";
  /** Why an event that no state accepts is refused, in words for the sender. */
  explainRefusal?: (
    view: { value: unknown; context: unknown; tags: readonly string[] },
    event: EventObject,
  ) => string | undefined;
}

/** A kind of actor, checked. */
export interface ActorDefinition {
  readonly kind: string;
  readonly machine: AnyStateMachine;
  readonly version: number;
  readonly migrations: Readonly<Record<number, Migration>>;
  readonly childMigrations: Readonly<Record<string, Readonly<Record<number, Migration>>>>;
  readonly effects: ReadonlyMap<string, EffectDefinition>;
  readonly transactional: ReadonlyMap<string, TransactionalHandler>;
  readonly onFailure: "skip" | "hold";
  readonly explainRefusal: ActorOptions["explainRefusal"];
  /** The machine and those it names, by their ids; of several with one id the later are numbered. */
  readonly machines: ReadonlyMap<string, AnyStateMachine>;
  /** The names in `machines`. */
  readonly machineNames: ReadonlyMap<AnyStateMachine, string>;
  /** Whether trees of this kind can have more rows than the root's. */
  readonly mayHaveChildren: boolean;
}

const standIn = fromPromise(() => Promise.reject(new Error("Supplied by the runtime")));
/** More microsteps than this in one step are a loop of `always` or `raise`. */
const MAX_MICROSTEPS = 1_000;

/**
 * Checks a kind of actor.
 * @throws {TypeError} When the machine uses what cannot be durable, or a name means nothing; the
 *   text says what to use instead.
 */
export function defineActor(options: ActorOptions): ActorDefinition {
  const { kind, machine, version = 1, migrations = {} } = options;
  if (!/^[A-Za-z][\w-]{0,63}$/.test(kind)) {
    throw new TypeError(
      `Cannot define actor kind ${JSON.stringify(kind)}: ` +
        `expected a letter, then letters, digits, "_" or "-", 64 at most`,
    );
  }
  if (!Number.isInteger(version) || version < 1) {
    throw new TypeError(`Cannot define "${kind}": version must be 1 or more, got ${version}`);
  }
  for (let step = 2; step <= version; step++) {
    if (migrations[step] === undefined) {
      throw new TypeError(
        `Cannot define "${kind}" version ${version}: migrations[${step}] is missing`,
      );
    }
  }
  const supplied = new Set([
    ...Object.keys(options.effects ?? {}),
    ...Object.keys(options.transactional ?? {}),
  ]);
  const found = machinesOf(kind, { machine, supplied, actors: options.actors ?? {} });
  const machines = byName(found);
  const childMigrations = options.childMigrations ?? {};
  checkChildMigrations(kind, { version, childMigrations, children: found.slice(1) });
  const effects = new Map(
    Object.entries(options.effects ?? {}).map(([name, effect]) => [
      name,
      typeof effect === "function" ? { run: effect } : effect,
    ]),
  );
  const transactional = new Map(Object.entries(options.transactional ?? {}));
  for (const name of effects.keys()) {
    if (transactional.has(name)) {
      throw new TypeError(
        `Cannot define "${kind}": "${name}" is listed under effects and under transactional`,
      );
    }
  }
  for (const each of found) {
    if (each.options.maxIterations === Infinity) each.options.maxIterations = MAX_MICROSTEPS;
  }
  return {
    kind,
    machine,
    version,
    migrations,
    childMigrations,
    effects,
    transactional,
    onFailure: options.onFailure ?? "skip",
    explainRefusal: options.explainRefusal,
    machines,
    machineNames: new Map([...machines].map(([name, each]) => [each, name])),
    mayHaveChildren: found.length > 1,
  };
}

function byName(machines: readonly AnyStateMachine[]): Map<string, AnyStateMachine> {
  const named = new Map<string, AnyStateMachine>();
  for (const machine of machines) {
    let name = machine.id;
    for (let count = 2; named.has(name); count++) name = `${machine.id}~${count}`;
    named.set(name, machine);
  }
  return named;
}

function checkChildMigrations(
  kind: string,
  { version, childMigrations, children }: {
    version: number;
    childMigrations: Record<string, Record<number, Migration>>;
    children: readonly AnyStateMachine[];
  },
): void {
  const ids = new Set(children.map(({ id }) => id));
  for (const [id, migrations] of Object.entries(childMigrations)) {
    if (!ids.has(id)) {
      const known = [...ids].map((each) => `"${each}"`).join(", ") || "none";
      throw new TypeError(
        `Cannot define "${kind}": childMigrations names "${id}", child machines are ${known}`,
      );
    }
    for (const step of Object.keys(migrations).map(Number)) {
      if (Number.isInteger(step) && step >= 2 && step <= version) continue;
      throw new TypeError(
        `Cannot define "${kind}" version ${version}: childMigrations of "${id}" lead to 2 … ${version}`,
      );
    }
  }
}

/** The machine and all machines it names, checked for logic that cannot be durable. */
function machinesOf(
  kind: string,
  { machine: root, supplied, actors }: {
    machine: AnyStateMachine;
    supplied: ReadonlySet<string>;
    actors: Record<string, AnyActorLogic>;
  },
): AnyStateMachine[] {
  const found = new Set<AnyStateMachine>([root]);
  for (const machine of found) {
    const { actors: implemented } = machine.implementations;
    for (const [name, logic] of Object.entries(actors)) {
      if ((implemented[name] ?? logic) !== logic) {
        throw new TypeError(
          `Cannot define "${kind}": machine "${machine.id}" has an actor "${name}" of its own`,
        );
      }
      implemented[name] = logic;
    }
    for (const name of missingLogics(machine)) {
      if (!supplied.has(name)) {
        throw new TypeError(
          `Cannot define "${kind}": actor "${name}" of machine "${machine.id}" is not implemented. ` +
            `Put it under setup({ actors }), or list it under effects or transactional`,
        );
      }
    }
    // XState would warn of a name without logic and not spawn it; the stand-in is never run.
    for (const name of supplied) implemented[name] ??= standIn;
    for (const [name, logic] of namedLogics(machine)) {
      const reason = unsupportedReason(logic);
      if (reason !== undefined) {
        throw new TypeError(`Cannot define "${kind}": actor "${name}" ${reason}`);
      }
      if (isMachine(logic)) found.add(logic);
    }
  }
  return [...found];
}
