/**
 * What a node does every second, whether or not anybody asks: it says that it lives, looks for what
 * others left behind, and, when it is the one, forgets the oldest of the log.
 */
import type { Database } from "../db/connection.ts";
import { deleteOldEvents, indexNewEvents } from "../db/event_log.ts";
import {
  acquireLease,
  heartbeat,
  releaseLease,
  removeAllNodes,
  removeNode,
  removeOldLeases,
  removeOldNodes,
} from "../db/nodes.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { Log } from "./log.ts";

export interface MaintenanceOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly nodeId: string;
  readonly log: Log;
  readonly keepEventsMs: number;
  /** Looks for what nobody told this node of. */
  readonly lookAround: () => Promise<void>;
}

const EVERY_MS = 1_000;
/** A clock that differs more from the database's stamps events and timers wrongly. */
const MAX_CLOCK_DIFFERENCE_MS = 5 * 60_000;
/** Old rows are looked for so often, by one node, and old lines of the log go in such portions. */
const RETENTION_MS = 60_000;
const RETENTION_LIMIT = 5_000;
const RETENTION_LEASE = "retention";
/** After which another node may be the one that looks for them. */
const RETENTION_LEASE_SECONDS = 120;

export class Maintenance {
  readonly #options: MaintenanceOptions;
  #otherNodes = 0;
  /** How far the database's clock is ahead of this node's. */
  #aheadMs = 0;
  /** When old rows are looked for again, milliseconds of `performance.now()`. */
  #retentionAtMs = -Infinity;
  #cancel = (): Promise<unknown> => Promise.resolve();

  constructor(options: MaintenanceOptions) {
    this.#options = options;
  }

  get hasOtherNodes(): boolean {
    return this.#otherNodes > 0;
  }

  /**
   * Signs on.
   * @throws {Error} When this machine's clock is wrong by more than five minutes.
   */
  async signOn(): Promise<void> {
    const { database, clock } = this.#options;
    // Nobody else can be alive: the folder is locked.
    if (database.kind === "embedded") await removeAllNodes(database);
    await this.#beat();
    if (clock !== systemClock || Math.abs(this.#aheadMs) <= MAX_CLOCK_DIFFERENCE_MS) return;
    await this.signOff();
    throw new Error(
      `Cannot start: the clocks of this machine and of the database differ by ` +
        `${Math.round(Math.abs(this.#aheadMs) / 1_000)} s. Set the one that is wrong`,
    );
  }

  /** Does it every second from now on. */
  start(): void {
    // The heartbeat goes on while the rest takes long.
    const cancels = [
      every(EVERY_MS, () => this.#attempt(() => this.#beat())),
      every(EVERY_MS, () => this.#attempt(() => this.look())),
    ];
    this.#cancel = () => Promise.all(cancels.map((cancel) => cancel()));
  }

  /** Ends after what is under way. */
  async stop(): Promise<void> {
    await this.#cancel();
  }

  async signOff(): Promise<void> {
    const { database, nodeId } = this.#options;
    await releaseLease(database, { name: RETENTION_LEASE, owner: nodeId });
    await removeNode(database, nodeId);
  }

  async #beat(): Promise<void> {
    const { database, nodeId, clock } = this.#options;
    const { others, atMs } = await heartbeat(database, nodeId);
    this.#otherNodes = others;
    this.#aheadMs = atMs - clock.nowMs();
  }

  async look(): Promise<void> {
    await this.#options.lookAround();
    await this.#forgetOld();
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.log({
        level: "warn",
        message: "Maintenance failed; it is tried again",
        error,
      });
    }
  }

  /** One node forgets, a portion of the log at a time, so that nobody waits for it. */
  async #forgetOld(): Promise<void> {
    if (performance.now() < this.#retentionAtMs) return;
    this.#retentionAtMs = performance.now() + RETENTION_MS;
    const { database, nodeId: owner, clock, keepEventsMs } = this.#options;
    const lease = { name: RETENTION_LEASE, owner, seconds: RETENTION_LEASE_SECONDS };
    if (!await acquireLease(database, lease)) return;
    await removeOldNodes(database);
    await removeOldLeases(database);
    // Of two clocks the slower one: a key that goes too early counts twice.
    const nowMs = Math.round(clock.nowMs() + Math.min(0, this.#aheadMs));
    const beforeMs = nowMs - keepEventsMs;
    const forgotten = await deleteOldEvents(database, { beforeMs, limit: RETENTION_LIMIT });
    if (forgotten === RETENTION_LIMIT) this.#retentionAtMs = -Infinity;
    await indexNewEvents(database);
  }
}

/**
 * Calls `work` at intervals, never twice at once.
 * @returns Ends it, after what is under way.
 */
function every(intervalMs: number, work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    running ??= work().finally(() => (running = undefined));
  }, intervalMs);
  return async () => {
    clearInterval(timer);
    await running;
  };
}
