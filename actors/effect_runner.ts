/**
 * Runs the effects that this node owns, after their commit.
 *
 * An effect is in one of these modes: *queued* (for a place among the running, or for the end of the
 * turn in which its commit was applied, when the next batch has left), *running*,
 * *pausing* (a retry is recorded and due later), or gone. An invoke's effect ends with an answer to
 * its actor; an action's ends with the deletion of its row. Effects in lanes belong to nobody until
 * they are claimed, the oldest of each lane.
 */
import { setImmediate } from "node:timers";
import type { AnyActorLogic } from "xstate";
import type { Database } from "../db/connection.ts";
import {
  beginRetry,
  claimLanes,
  deleteOwnEffects,
  type EffectRow,
  findNextLaneRun,
  recordRetry,
  returnToLane,
  returnUnbegun,
  setEffectAside,
} from "../db/effects.ts";
import { kindOf } from "./address.ts";
import { Attempt } from "./attempt.ts";
import type { Clock } from "./clock.ts";
import type { ActorDefinition, EffectContext, EffectDefinition } from "./define_actor.ts";
import { RetryableError, TerminalError } from "./errors.ts";
import { fromJson, toJson } from "./json.ts";
import { resolveLogic, runPromise } from "./logic.ts";
import type { Message } from "./message.ts";
import type { Log } from "./log.ts";
import type { ActorReference } from "./reference.ts";

export type Runnable = Omit<EffectRow, "run_at" | "is_uncertain"> & {
  run_at: number | bigint;
  is_uncertain?: boolean;
};

export interface EffectRunnerOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly nodeId: string;
  readonly definitions: ReadonlyMap<string, ActorDefinition>;
  readonly log: Log;
  /** Makes the reference to an address, for inputs and outputs that hold one. */
  readonly referenceTo: (address: string) => ActorReference;
  /** Takes the answer of an invoke to its actor. */
  readonly answer: (message: Extract<Message, { type: "answer" }>) => void;
}

/** Effects running at once on one node. */
const MAX_RUNNING = 256;
const MAX_BACKOFF_MS = 60_000;
/** For a promise of the machine's own, which has no settings. */
const OWN_PROMISE_TIMEOUT_MS = 600_000;
/** Database trouble while an outcome is being written: asked again after this. */
const DATABASE_RETRY_MS = 200;

type Outcome =
  | { type: "done"; output: unknown }
  | { type: "failed"; error: unknown }
  | { type: "retry"; error: RetryableError }
  | { type: "uncertain"; error: unknown };

export class EffectRunner {
  readonly #options: EffectRunnerOptions;
  readonly #queued: Runnable[] = [];
  readonly #running = new Map<string, Attempt>();
  /** Attempts begun in this turn of the event loop, which have no timer yet. */
  readonly #unlimited: { attempt: Attempt; timeoutMs: number }[] = [];
  readonly #pausing = new Map<string, () => void>();
  #cancelLaneTimer = (): void => {};
  #claiming: Promise<void> | undefined;
  #claimAgain = false;
  #isStopped = false;
  /** Done effects whose rows are to be deleted, and the statement that will do it. */
  #done: { key: string; fence: number }[] = [];
  #deletion: Promise<void> | undefined;
  #lastDeletion: Promise<void> = Promise.resolve();
  /** Called when something ended; for those who wait until all is quiet. */
  onQuiet: () => void = () => {};

  constructor(options: EffectRunnerOptions) {
    this.#options = options;
  }

  /** Whether nothing runs or is about to run. */
  get isQuiet(): boolean {
    return this.#running.size === 0 && this.#queued.length === 0 && this.#claiming === undefined;
  }

  /** Runs effects this node owns, now or at their time. */
  run(effects: readonly Runnable[]): void {
    // Nobody would start here what a claim brings after the end was asked for.
    if (this.#isStopped) return void this.#returnUnbegun(effects);
    for (const effect of effects) {
      const delayMs = Number(effect.run_at) - this.#options.clock.nowMs();
      if (delayMs > 0) this.#pause(effect, delayMs);
      else this.#queued.push(effect);
    }
    // After the next batch has left: the server works on that one meanwhile.
    setImmediate(() => this.#startQueued());
  }

  /** Gives up effects whose answer nobody wants any more. */
  drop(keys: readonly string[]): void {
    for (const key of keys) {
      this.#running.get(key)?.abort(new Error("Nobody waits for the answer any more"));
      this.#pausing.get(key)?.();
      this.#pausing.delete(key);
      const index = this.#queued.findIndex((effect) => effect.key === key);
      if (index !== -1) this.#queued.splice(index, 1);
    }
  }

  /** Claims what waits in lanes. Calls that come meanwhile are taken together. */
  claim(): void {
    if (this.#isStopped) return;
    if (this.#claiming !== undefined) {
      this.#claimAgain = true;
      return;
    }
    this.#claiming = this.#claimAll().catch((error) => {
      this.#options.log({ level: "warn", message: "Cannot claim effects", error });
    }).finally(() => {
      this.#claiming = undefined;
      if (this.#claimAgain) {
        this.#claimAgain = false;
        this.claim();
      }
      this.onQuiet();
    });
  }

  /** Waits `graceMs` for what runs, then gives it up; another node takes it over. */
  async stop(graceMs: number): Promise<void> {
    // What a commit has just asked for begins at the end of its turn, which may be this one.
    this.#startQueued();
    this.#isStopped = true;
    this.#cancelLaneTimer();
    for (const cancel of this.#pausing.values()) cancel();
    const returned = this.#returnUnbegun(this.#queued.splice(0));
    const isQuiet = new Promise<void>((resolve) => {
      this.onQuiet = () => this.isQuiet && resolve();
      this.onQuiet();
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const grace = new Promise<void>((resolve) => (timer = setTimeout(resolve, graceMs)));
    await Promise.race([isQuiet, grace]);
    clearTimeout(timer);
    for (const attempt of this.#running.values()) attempt.abort(new Error("Node stops"));
    await returned;
  }

  /**
   * Gives back what was not begun: to the node that takes over it would look as if it had been, and
   * what may not be repeated would never be done.
   */
  async #returnUnbegun(effects: readonly Runnable[]): Promise<void> {
    if (effects.length === 0) return;
    await returnUnbegun(this.#options.database, effects).catch((error) => {
      this.#options.log({ level: "warn", message: "Cannot give effects back", error });
    });
  }

  async #claimAll(): Promise<void> {
    const { database, nodeId: owner, clock, definitions } = this.#options;
    const kinds = [...definitions.keys()];
    for (;;) {
      const room = MAX_RUNNING - this.#running.size - this.#queued.length;
      if (room <= 0 || this.#isStopped) return;
      const nowMs = Math.round(clock.nowMs());
      const rows = await claimLanes(database, { owner, kinds, nowMs, limit: room });
      if (rows.length === 0) break;
      this.run(rows.map((row) => ({ ...row, run_at: 0 })));
    }
    const nextMs = await findNextLaneRun(database, Math.round(clock.nowMs()));
    this.#cancelLaneTimer();
    if (nextMs === undefined) return;
    const delayMs = nextMs - clock.nowMs();
    if (delayMs > 0) this.#cancelLaneTimer = clock.schedule(() => this.claim(), delayMs);
  }

  #pause(effect: Runnable, delayMs: number): void {
    const cancel = this.#options.clock.schedule(() => {
      this.#pausing.delete(effect.key);
      this.#queued.push(effect);
      this.#startQueued();
    }, delayMs);
    this.#pausing.set(effect.key, cancel);
  }

  #startQueued(): void {
    while (this.#running.size < MAX_RUNNING && !this.#isStopped) {
      const effect = this.#queued.shift();
      if (effect === undefined) return;
      const attempt = new Attempt();
      this.#running.set(effect.key, attempt);
      void this.#run(effect, attempt);
    }
  }

  async #run(effect: Runnable, attempt: Attempt): Promise<void> {
    try {
      await this.#attempt(effect, attempt);
    } catch (error) {
      this.#options.log({ level: "error", message: `Effect ${effect.key} is stuck`, error });
    }
    this.#running.delete(effect.key);
    this.#startQueued();
    if (effect.lane !== null) this.claim();
    this.onQuiet();
  }

  async #attempt(effect: Runnable, attempt: Attempt): Promise<void> {
    const definition = this.#options.definitions.get(kindOf(effect.address));
    const work = definition === undefined ? undefined : workOf(definition, effect);
    // During a long pause another node may have taken this one for dead.
    if (effect.attempt > 1 && !await this.#beginRetry(effect)) return;
    if (work === undefined) {
      // Other code asked for it. The row stays, and goes to other nodes when this one ends.
      const message = `Effect "${effect.name}" of ${effect.address} is not known here; it waits`;
      return this.#options.log({ level: "error", message });
    }
    const outcome = await this.#try(work, effect, attempt);
    // Given up because nobody waits, or because this node stops: the row tells.
    if (attempt.cut !== undefined && !(attempt.cut.reason instanceof TimeoutError)) return;
    await this.#untilWritten(() => this.#conclude(effect, work, outcome));
  }

  async #try(
    work: EffectDefinition,
    effect: Runnable,
    attempt: Attempt,
  ): Promise<Outcome> {
    const { clock } = this.#options;
    this.#limit(attempt, work.timeoutMs ?? 30_000);
    const context: EffectContext = {
      idempotencyKey: effect.key,
      address: effect.address,
      attempt: effect.attempt,
      get signal() {
        return attempt.signal;
      },
      nowMs: () => clock.nowMs(),
    };
    // A try with unknown outcome may be repeated only by leave, or after asking what it did.
    let isBlindRepeatAllowed = true;
    try {
      const input = fromJson(effect.input, this.#options.referenceTo);
      const { reconcile } = work;
      isBlindRepeatAllowed = reconcile !== undefined || (work.isRepeatable?.(input) ?? true);
      if (effect.attempt > 1 && reconcile !== undefined) {
        const found = await attempt.wait(() => reconcile(input, context));
        if (found.status === "done") return { type: "done", output: found.output };
      }
      if (effect.is_uncertain && !isBlindRepeatAllowed) {
        const error = new Error(
          "An earlier try may have succeeded, nobody can be asked, and it must not be done twice",
        );
        return { type: "uncertain", error };
      }
      const output = await attempt.wait(() => work.run(input, context));
      return { type: "done", output };
    } catch (error) {
      const isTimeout = error instanceof TimeoutError;
      if (!(error instanceof RetryableError) && !isTimeout) return { type: "failed", error };
      const retryable = error instanceof RetryableError
        ? error
        : new RetryableError(error.message, { cause: error });
      if (effect.attempt >= (work.maxAttempts ?? 10)) return { type: "failed", error };
      if (retryable.isOutcomeUnknown && !isBlindRepeatAllowed) return { type: "uncertain", error };
      return { type: "retry", error: retryable };
    } finally {
      attempt.end();
    }
  }

  /** Gives up what takes too long. Hardly any does: only what is not done at once gets a timer. */
  #limit(attempt: Attempt, timeoutMs: number): void {
    this.#unlimited.push({ attempt, timeoutMs });
    if (this.#unlimited.length > 1) return;
    setImmediate(() => {
      for (const { attempt, timeoutMs } of this.#unlimited.splice(0)) {
        const toReason = (): Error => new TimeoutError(`No answer within ${timeoutMs} ms`);
        attempt.limit(this.#options.clock, timeoutMs, toReason);
      }
    });
  }

  async #conclude(
    effect: Runnable,
    work: EffectDefinition,
    outcome: Outcome,
  ): Promise<void> {
    const { database, log } = this.#options;
    const { key, fence, address, child_id: childId, name } = effect;
    if (outcome.type === "retry") return await this.#retry(effect, work, outcome.error);
    if (childId !== null) {
      this.#options.answer({
        type: "answer",
        address,
        childId,
        effectKey: key,
        fence,
        outcome: this.#asStored(outcome, name),
      });
      return;
    }
    if (outcome.type === "done") return await this.#deleteDone({ key, fence });
    const { error } = outcome;
    log({ level: "warn", message: `Effect "${name}" of ${address} ${outcome.type}`, error });
    await setEffectAside(database, {
      fence,
      isUncertain: !isRefusal(error),
      letter: {
        address,
        event: JSON.stringify({ type: `effect ${name}`, input: JSON.parse(effect.input) }),
        key,
        source: "effect",
        error: `${outcome.type}: ${error instanceof Error ? error.message : String(error)}`,
        atMs: Math.round(this.#options.clock.nowMs()),
      },
    });
  }

  /** What ends while one deletion is under way is deleted together by the next. */
  #deleteDone(effect: { key: string; fence: number }): Promise<void> {
    this.#done.push(effect);
    this.#deletion ??= this.#lastDeletion.then(() => {
      this.#deletion = undefined;
      const deletion = deleteOwnEffects(this.#options.database, this.#done.splice(0));
      this.#lastDeletion = deletion.catch(() => {});
      return deletion;
    });
    return this.#deletion;
  }

  /** The answer as it would come back from the database; an output that cannot be kept is an error. */
  #asStored(
    outcome: Exclude<Outcome, { type: "retry" }>,
    name: string,
  ): { output: unknown } | { error: unknown } {
    const { referenceTo } = this.#options;
    const copy = (value: unknown, what: string): unknown =>
      value === undefined ? undefined : fromJson(toJson(value, what), referenceTo);
    try {
      return outcome.type === "done"
        ? { output: copy(outcome.output, `the output of "${name}"`) }
        : { error: copy(outcome.error, `the error of "${name}"`) };
    } catch (error) {
      return { error };
    }
  }

  async #beginRetry({ key, fence }: Runnable): Promise<boolean> {
    let isOwned = false;
    await this.#untilWritten(async () => {
      isOwned = await beginRetry(this.#options.database, { key, fence });
    });
    return isOwned;
  }

  async #retry(
    effect: Runnable,
    work: EffectDefinition,
    error: RetryableError,
  ): Promise<void> {
    const { database, clock } = this.#options;
    const backoffMs = (work.backoffMs ?? 500) * 2 ** Math.min(effect.attempt - 1, 20);
    const delayMs = error.retryAfterMs ?? Math.min(backoffMs, MAX_BACKOFF_MS);
    const retry = {
      key: effect.key,
      fence: effect.fence,
      runAtMs: Math.round(clock.nowMs() + delayMs),
      error: error.message,
      isUncertain: error.isOutcomeUnknown,
    };
    if (effect.lane !== null) return await returnToLane(database, retry);
    const attempt = await recordRetry(database, retry);
    if (attempt === undefined || this.#isStopped) return;
    this.#pause({
      ...effect,
      attempt,
      is_uncertain: effect.is_uncertain || error.isOutcomeUnknown,
    }, delayMs);
  }

  /** The outcome is in memory only: it is written as soon as the database answers again. */
  async #untilWritten(write: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (this.#isStopped) return;
        this.#options.log({ level: "warn", message: "Cannot write an effect's outcome", error });
        await new Promise((resolve) => setTimeout(resolve, DATABASE_RETRY_MS));
      }
    }
  }
}

/** Whether the error says that the work was not done. */
function isRefusal(error: unknown): boolean {
  return error instanceof TerminalError ||
    (error instanceof RetryableError && !error.isOutcomeUnknown);
}

class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}

/** What an effect's row means: an entry of the definition, or a promise of the machine's own. */
export function workOf(
  definition: ActorDefinition,
  effect: Pick<Runnable, "machine" | "name">,
): EffectDefinition | undefined {
  if (effect.machine === null) return definition.effects.get(effect.name);
  const machine = definition.machines.get(effect.machine);
  const logic = machine === undefined ? undefined : resolveLogic(machine, effect.name);
  return logic === undefined ? undefined : ownPromise(logic);
}

function ownPromise(logic: AnyActorLogic): EffectDefinition {
  return {
    run: (input, { signal }) => runPromise(logic, { input, signal }),
    timeoutMs: OWN_PROMISE_TIMEOUT_MS,
  };
}
