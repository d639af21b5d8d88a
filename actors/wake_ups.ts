/**
 * Wakes trees whose timers are due: sleeps until the earliest, and then looks in the database.
 *
 * Modes: *asleep* until a known time, *looking* (what is asked meanwhile makes it look once more),
 * *held* (overdue timers wait for what people sent during an outage), *stopped*.
 */
import { findDue } from "../db/actor_rows.ts";
import type { Database } from "../db/connection.ts";
import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";

export interface WakeUpsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly kinds: readonly string[];
  /** Trees that are left alone now. */
  readonly except: () => readonly string[];
  readonly wake: (root: string) => void;
  /** Called when a look has ended. */
  readonly onQuiet: () => void;
}

/** Trees woken by one look. */
const DUE_LIMIT = 1_000;
/** After a look that found some, for those found are not stepped yet and would only be found again. */
const REST_MS = 10;

export class WakeUps {
  readonly #options: WakeUpsOptions;
  #isStopped = true;
  #isHeld = false;
  #nextMs = Infinity;
  #cancel = (): void => {};
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  /** More are due than one look brings. */
  #isMoreDue = false;
  /** The next look is not before this, milliseconds of `performance.now()`. */
  #restUntilMs = 0;

  constructor(options: WakeUpsOptions) {
    this.#options = options;
  }

  get isLooking(): boolean {
    return this.#looking !== undefined;
  }

  /** @param after Overdue timers wait for it, however it ends. */
  start(after: Promise<unknown> | undefined): void {
    this.#isStopped = false;
    if (after === undefined) return;
    this.#isHeld = true;
    after.catch(() => {}).finally(() => {
      this.#isHeld = false;
      this.look();
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  /** A timer is due at `atMs`, epoch milliseconds. */
  plan(atMs: number): void {
    const { clock } = this.#options;
    if (atMs >= this.#nextMs || this.#isStopped) return;
    if (atMs <= clock.nowMs()) return this.look();
    this.#cancel();
    this.#nextMs = atMs;
    this.#cancel = clock.schedule(() => {
      this.#nextMs = Infinity;
      this.look();
    }, atMs - clock.nowMs());
  }

  /** Wakes what is due. */
  look(): void {
    if (this.#isStopped || this.#isHeld) return;
    if (this.#looking !== undefined) {
      this.#lookAgain = true;
      return;
    }
    const { log, onQuiet } = this.#options;
    this.#looking = this.#rest().then(() => this.#wakeDue()).catch((error) => {
      log({ level: "warn", message: "Cannot look for due timers", error });
    }).finally(() => {
      this.#looking = undefined;
      if (this.#lookAgain) {
        this.#lookAgain = false;
        this.look();
      }
      onQuiet();
    });
  }

  /** Looks again when the last look could not bring all. */
  lookForMore(): void {
    if (this.#isMoreDue) this.look();
  }

  async #rest(): Promise<void> {
    const restMs = this.#restUntilMs - performance.now();
    if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
  }

  async #wakeDue(): Promise<void> {
    const { database, clock, kinds, except, wake } = this.#options;
    if (this.#isStopped) return;
    const { due, nextMs } = await findDue(database, {
      nowMs: Math.round(clock.nowMs()),
      limit: DUE_LIMIT,
      kinds,
      except: except(),
    });
    for (const root of due) wake(root);
    if (due.length > 0) this.#restUntilMs = performance.now() + REST_MS;
    this.#isMoreDue = due.length === DUE_LIMIT;
    if (!this.#isMoreDue && nextMs !== undefined) this.plan(nextMs);
  }
}
