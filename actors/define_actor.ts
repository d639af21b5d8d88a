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
  readonly effects: ReadonlyMap<string, EffectDefinition>;
  readonly transactional: ReadonlyMap<string, TransactionalHandler>;
  readonly onFailure: "skip" | "hold";
  readonly explainRefusal: ActorOptions["explainRefusal"];
  /** The machine and those it names, by their ids. */
  readonly machines: ReadonlyMap<string, AnyStateMachine>;
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
  const machines = machinesOf(kind, machine, supplied);
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
  for (const each of machines) {
    if (each.options.maxIterations === Infinity) each.options.maxIterations = MAX_MICROSTEPS;
  }
  return {
    kind,
    machine,
    version,
    migrations,
    effects,
    transactional,
    onFailure: options.onFailure ?? "skip",
    explainRefusal: options.explainRefusal,
    machines: new Map(machines.toReversed().map((each) => [each.id, each])),
    mayHaveChildren: machines.length > 1,
  };
}

/** The machine and all machines it names, checked for logic that cannot be durable. */
function machinesOf(
  kind: string,
  root: AnyStateMachine,
  supplied: ReadonlySet<string>,
): AnyStateMachine[] {
  const found = new Set<AnyStateMachine>([root]);
  for (const machine of found) {
    for (const name of missingLogics(machine)) {
      if (!supplied.has(name)) {
        throw new TypeError(
          `Cannot define "${kind}": actor "${name}" of machine "${machine.id}" is not implemented. ` +
            `Put it under setup({ actors }), or list it under effects or transactional`,
        );
      }
      // XState would warn and not spawn; the runtime never runs the stand-in.
      machine.implementations.actors[name] = standIn;
    }
    for (const [name, logic] of namedLogics(machine)) {
      const reason = unsupportedReason(logic as AnyActorLogic);
      if (reason !== undefined) {
        throw new TypeError(`Cannot define "${kind}": actor "${name}" ${reason}`);
      }
      if (isMachine(logic)) found.add(logic);
    }
  }
  return [...found];
}
