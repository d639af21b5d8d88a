/**
 * Runs a batch until each of its messages is committed, refused, set aside, or known to be kept
 * waiting by a lock of somebody else. Whatever the database answers, a message counts once.
 *
 * A batch that fails is run again without the actor at fault, whose messages are handed over to be
 * run one by one (`isolate`); so nobody waits for what fails with him.
 */
import { CommitError, type Connection, type Database, sqlState } from "../db/connection.ts";
import { findOldestWaiting } from "../db/inbox.ts";
import { rootOf } from "./address.ts";
import { Batch, type BatchHost, type BatchOptions, type TakenAlone } from "./batch.ts";
import type { BatchOutcome, Reply } from "./batch_outcome.ts";
import {
  isConnectionLoss,
  isLockTimeout,
  isTransient,
  resolveOutcome,
  type SentCommit,
} from "./database_faults.ts";
import { BusyError, UnavailableError } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Message } from "./message.ts";
import { setAside } from "./set_aside.ts";
import { StepError } from "./step_error.ts";
import { HandlerTimeoutError } from "./transactional_calls.ts";
import type { View } from "./view.ts";

export interface BatchRunnerOptions {
  readonly database: Database;
  readonly host: BatchHost;
  readonly log: Log;
  /** Does what follows from a commit. Must not throw. */
  readonly apply: (outcome: BatchOutcome) => void;
  /** Takes an answer that cannot be given now and exists nowhere else. */
  readonly retryLater: (message: Message) => void;
  /** Called when the database has been away for so long that nobody should wait for it. */
  readonly onUnavailable: () => void;
  readonly read: (address: string) => Promise<View | undefined>;
  /** Tells a sender, who may wait on another node, what became of a message of an inbox. */
  readonly reply: (reply: Reply) => void;
  /** Whether the runtime ends and what is not done by now has to be left. */
  readonly isEnding: () => boolean;
}

/** Takes messages of one actor to run them one by one, beside the other batches. */
export type Isolate = (messages: readonly Message[]) => void;

/** One try of a batch. */
interface Try extends BatchOptions {
  readonly isolate: Isolate;
  /** Tries that lost against others. */
  readonly count: number;
  /** Since when the database is away for this batch, as all times here by `performance.now()`. */
  readonly lostAtMs: number | undefined;
}

/** Callers wait this long for a lost database; they come again. */
export const UNAVAILABLE_MS = 5_000;
const DATABASE_RETRY_MS = 100;
/** Tries of one batch that loses against others; then it is taken for a fault of its own. */
const MAX_TRIES = 20;
/** Longest pause before such a try. */
const PAUSE_MS = 25;

export class BatchRunner {
  readonly #options: BatchRunnerOptions;

  constructor(options: BatchRunnerOptions) {
    this.#options = options;
  }

  /**
   * Runs messages of any actors in one commit.
   * @param waits Whether to wait for locked actors.
   * @returns Those whose actor is locked elsewhere, in order, to be run again later.
   */
  run(
    messages: readonly Message[],
    { waits, isolate }: { waits: boolean; isolate: Isolate },
  ): Promise<Message[]> {
    return this.#run(messages, {
      waits,
      isolate,
      isAlone: false,
      queueTo: new Set(),
      count: 1,
      lostAtMs: undefined,
    });
  }

  /**
   * Runs messages of one actor in a transaction each, what waits in its inbox first.
   * @returns Those that have to be run again later, in order.
   */
  async runOneByOne(messages: readonly Message[]): Promise<Message[]> {
    for (const [index, message] of messages.entries()) {
      let left = await this.#drainOneByOne(rootOf(message.address));
      if (left.length === 0 && message.type !== "drain") left = await this.#runAlone(message);
      // What comes after a message that has to wait must not overtake it.
      if (left.length > 0) return messages.slice(index);
    }
    return [];
  }

  async #drainOneByOne(root: string): Promise<Message[]> {
    let before: bigint | undefined;
    for (;;) {
      const oldest = await findOldestWaiting(this.#options.database, root);
      // One that stays is kept for an operator or for newer code.
      if (oldest === undefined || oldest === before) return [];
      before = oldest;
      const left = await this.#runAlone({ type: "drain", address: root });
      if (left.length > 0) return left;
    }
  }

  #runAlone(message: Message): Promise<Message[]> {
    return this.#run([message], {
      waits: true,
      isolate: () => {},
      isAlone: true,
      queueTo: new Set(),
      count: 1,
      lostAtMs: undefined,
    });
  }

  async #run(messages: readonly Message[], options: Try): Promise<Message[]> {
    if (messages.length === 0) return [];
    const { database, host, apply } = this.#options;
    const batch = new Batch(host, messages, options);
    const { outcome, error } = await database.withConnection((connection) =>
      runOn(batch, connection)
    ).catch((error: unknown): Ran => ({ error }));
    if (outcome !== undefined) {
      apply(outcome);
      return leftBy(outcome);
    }
    if (batch.sent === undefined || isAnswered(error)) {
      return await this.#recover(messages, options, error, batch.takenAlone);
    }
    const { isCommitted, kept } = await this.#askOutcome(messages, batch.sent.commit);
    if (isCommitted === undefined) return [];
    if (!isCommitted) return await this.#recover(kept, options, error, batch.takenAlone);
    apply(batch.sent.outcome);
    return leftBy(batch.sent.outcome);
  }

  /**
   * Asks what became of a commit whose answer is lost. Callers are kept waiting for some time only;
   * those who were told that nobody knows are not served again, because they will repeat.
   */
  async #askOutcome(
    messages: readonly Message[],
    commit: SentCommit,
  ): Promise<{ isCommitted: boolean | undefined; kept: readonly Message[] }> {
    const { database, isEnding } = this.#options;
    const tellAtMs = performance.now() + UNAVAILABLE_MS;
    const hasWaited = (): boolean => isEnding() || performance.now() >= tellAtMs;
    const isCommitted = await resolveOutcome(database, commit, hasWaited);
    if (isCommitted !== undefined) return { isCommitted, kept: messages };
    for (const message of messages) {
      reject(
        message,
        new UnavailableError(
          "The database went away while it took the event; send it again with the same key",
        ),
      );
    }
    const kept = messages.filter((message) => !("caller" in message));
    return { isCommitted: await resolveOutcome(database, commit, isEnding), kept };
  }

  async #recover(
    messages: readonly Message[],
    options: Try,
    error: unknown,
    taken: TakenAlone,
  ): Promise<Message[]> {
    if (isConnectionLoss(error)) return await this.#awaitDatabase(messages, options, error);
    if (isLockTimeout(error)) return await this.#goAround(messages, options);
    if (isTransient(error) && options.count < MAX_TRIES) {
      await pause(Math.random() * PAUSE_MS);
      return await this.#run(messages, { ...options, count: options.count + 1 });
    }
    const failedRoot = error instanceof StepError ? error.root : undefined;
    const isAtFault = ({ address }: Message): boolean =>
      failedRoot === undefined || rootOf(address) === failedRoot;
    const failed = messages.filter(isAtFault);
    if (failedRoot !== undefined && failed.length === 0) {
      // A message of this commit made another actor fail: that actor takes it by itself.
      const queueTo = new Set([...options.queueTo, failedRoot]);
      return await this.#run(messages, { ...options, queueTo });
    }
    if (error instanceof StepError && error.cause instanceof BusyError) {
      for (const message of failed) this.#refuseBusy(message);
      return await this.#run(messages.filter((message) => !isAtFault(message)), options);
    }
    if (options.isAlone) return await this.#giveUp(failed[0] as Message, error, taken);
    for (const group of byRoot(failed)) options.isolate(group);
    return await this.#run(messages.filter((message) => !isAtFault(message)), options);
  }

  /** Does what can be done while somebody else holds a lock that this batch needs. */
  async #goAround(messages: readonly Message[], options: Try): Promise<Message[]> {
    if (options.waits) return await this.#run(messages, { ...options, waits: false });
    // Not the actor's own row is locked but what its step needs: only that actor has to wait.
    const groups = byRoot(messages);
    if (groups.length === 1) return [...messages];
    const left: Message[] = [];
    for (const group of groups) left.push(...await this.#run(group, options));
    return left;
  }

  /** Nothing was done, and the key is not used up. Timers and inboxes are found again by themselves. */
  #refuseBusy(message: Message): void {
    if ("caller" in message) {
      message.caller.resolve({ status: "refused", reason: "busy", view: undefined });
    } else if (message.type === "answer") this.#options.retryLater(message);
  }

  async #giveUp(message: Message, error: unknown, taken: TakenAlone): Promise<Message[]> {
    const { database, host, log, read } = this.#options;
    const cause = error instanceof StepError ? error.cause : error;
    const failure = cause instanceof Error ? cause : new Error(String(cause));
    log({ level: "error", message: `Set aside for ${message.address}`, error: failure });
    try {
      const { reason, reply } = await setAside(database, { message, taken, error: failure, host });
      if (reply !== undefined) this.#options.reply({ ...reply, view: undefined });
      if ("caller" in message) {
        const view = await read(message.address).catch(() => undefined);
        message.caller.resolve({ status: "refused", reason, view });
      }
      return [];
    } catch (error) {
      const isPassing = isConnectionLoss(error) || isLockTimeout(error) || isTransient(error);
      if (isPassing && !this.#options.isEnding()) return [message];
      throw error;
    }
  }

  async #awaitDatabase(
    messages: readonly Message[],
    options: Try,
    error: unknown,
  ): Promise<Message[]> {
    const { database, log, isEnding, onUnavailable } = this.#options;
    const lostAtMs = options.lostAtMs ?? performance.now();
    while (performance.now() < lostAtMs + UNAVAILABLE_MS && !isEnding()) {
      await pause(DATABASE_RETRY_MS);
      const isBack = await database.query("select 1").then(() => true, () => false);
      if (isBack) return await this.#run(messages, { ...options, lostAtMs });
    }
    log({ level: "error", message: "The database cannot be reached", error });
    for (const message of messages) this.fail(message, unavailable());
    onUnavailable();
    return [];
  }

  /** Ends a message without a commit: its caller is told, an answer is kept for later. */
  fail(message: Message, error: unknown): void {
    // Timers and inboxes are found again by themselves.
    if (message.type === "answer") this.#options.retryLater(message);
    else reject(message, isConnectionLoss(error) ? unavailable() : error);
  }
}

export function unavailable(): UnavailableError {
  return new UnavailableError("The database cannot be reached; nothing was done");
}

export function reject(message: Message, error: unknown): void {
  if ("caller" in message) message.caller.reject(error);
}

interface Ran {
  outcome?: BatchOutcome;
  error?: unknown;
}

/** Errors of the work come back as data, so that only a broken session is thrown away. */
async function runOn(batch: Batch, connection: Connection): Promise<Ran> {
  try {
    return { outcome: await batch.run(connection) };
  } catch (error) {
    // A handler that goes on must not meet the next batch on its session.
    if (isConnectionLoss(error) || error instanceof HandlerTimeoutError) throw error;
    return { error };
  }
}

/** Whether the error says that the transaction was rolled back; a lost session says nothing. */
function isAnswered(error: unknown): boolean {
  if (error instanceof StepError || error instanceof CommitError) return true;
  return sqlState(error) !== undefined && !isConnectionLoss(error);
}

/** Those for newer code are for another node from now on; they keep their place. */
function leftBy({ postponed, foreign }: BatchOutcome): Message[] {
  return [...foreign, ...postponed];
}

function byRoot(messages: readonly Message[]): Message[][] {
  return [...Map.groupBy(messages, (message) => rootOf(message.address)).values()];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
