/**
 * A runtime under test: time that moves when it is told to, effects that are counted, and nodes that
 * end where a test wants it and are replaced by others on the same database. For any test runner.
 */
import type { EventObject } from "xstate";
import { findDue } from "../../db/actor_rows.ts";
import type { Database } from "../../db/connection.ts";
import { findWaitingRoots } from "../../db/inbox.ts";
import { openDatabase } from "../../db/open_database.ts";
import type { Clock } from "../clock.ts";
import type { ActorDefinition } from "../define_actor.ts";
import type { LogRecord } from "../log.ts";
import {
  createRuntime,
  type Receipt,
  type Runtime,
  type RuntimeOptions,
  type SendOptions,
} from "../runtime.ts";
import { type EffectCall, watchEffects } from "./effect_calls.ts";
import { FakeClock } from "./fake_clock.ts";
import { Life } from "./life.ts";
import { type MortalDatabase, mortalDatabase } from "./mortal_database.ts";

export interface TestRuntimeOptions extends Partial<Omit<RuntimeOptions, "actors" | "clock">> {
  /** @default One that begins on 1 January 2026. */
  clock?: FakeClock;
  /** @default An embedded one in memory, which ends with the kit. */
  database?: Database;
  /** Nodes that work beside each other from the beginning; more than 1 on a server only. @default {1} */
  nodes?: number;
  /**
   * Where the first life ends, where the next one ends, …: a point as `EverywhereReport` names it, or
   * how many points the life passes.
   */
  crashAt?: readonly (string | number)[];
}

interface Node {
  readonly life: Life;
  readonly runtime: Runtime;
  readonly database: MortalDatabase;
}

/** What a dead node has left is taken by a living one within this, milliseconds. */
const TAKEN_OVER_WITHIN_MS = 10_000;
const DEAD = Symbol("the node died");

/**
 * Starts a runtime on a fresh database with a clock that stands still.
 * @throws {TypeError} When several nodes are to share an embedded database.
 *
 * ```ts ignore
 * await using kit = await startTestRuntime([order]);
 * await kit.send("order/1", { type: "pay" }, { create: {} });
 * await kit.advance(60_000); // fires what falls due, and waits for all that follows
 * ```
 */
export async function startTestRuntime(
  actors: readonly ActorDefinition[],
  options: TestRuntimeOptions = {},
): Promise<TestRuntime> {
  const { nodes = 1 } = options;
  if (nodes > 1 && options.database?.kind !== "server") {
    throw new TypeError(`Cannot start ${nodes} nodes: an embedded database has one, use a server`);
  }
  const database = options.database ?? await openDatabase();
  const test = new TestRuntime(actors, { ...options, database }, {
    closesDatabase: options.database === undefined,
  });
  for (let count = 0; count < nodes; count++) await test.addNode();
  return test;
}

/** Its methods need no `this`. */
export class TestRuntime implements AsyncDisposable {
  readonly database: Database;
  readonly clock: FakeClock;
  readonly logged: LogRecord[] = [];
  /** Every call of an effect, in all lives. */
  readonly calls: EffectCall[] = [];
  readonly #options: TestRuntimeOptions;
  readonly #closesDatabase: boolean;
  readonly #crashes: (string | number)[];
  readonly #lives: Life[] = [];
  #actors: readonly ActorDefinition[];
  #nodes: Node[] = [];
  #asked = 0;

  /** @see {startTestRuntime} */
  constructor(
    actors: readonly ActorDefinition[],
    options: TestRuntimeOptions & { database: Database },
    { closesDatabase }: { closesDatabase: boolean },
  ) {
    this.#actors = actors;
    this.#options = options;
    this.#closesDatabase = closesDatabase;
    this.#crashes = [...options.crashAt ?? []];
    this.database = options.database;
    this.clock = options.clock ?? new FakeClock();
  }

  /** The runtime of the node that lives; of several, of the first. */
  get runtime(): Runtime {
    const node = this.#nodes.find(({ life }) => !life.isOver);
    if (node === undefined) throw new Error("No node lives; await kit.revived() first");
    return node.runtime;
  }

  get actors(): readonly ActorDefinition[] {
    return this.#actors;
  }

  /** Lives that have ended in a crash. */
  get crashes(): number {
    return this.#lives.filter(({ isOver }) => isOver).length;
  }

  /** Creates an actor; a node that dies meanwhile is asked again when it is back. */
  create = (address: string, input?: unknown, options?: { key?: string }): Promise<Receipt> =>
    this.insist((runtime) => runtime.create(address, input, options));

  /** Sends as a sender does that insists: what was not answered is sent again, the same way. */
  send = (address: string, event: EventObject, options?: SendOptions): Promise<Receipt> =>
    this.insist((runtime) => runtime.send(address, event, options));

  /** Waits until all that follows from what was sent is done, effects included. */
  settled = (): Promise<void> =>
    this.insist(async () => {
      if (this.#nodes.length > 1 || this.crashes > 0) await this.#untilTakenOver();
      for (const { runtime } of this.#nodes) await runtime.settled();
    });

  /**
   * Moves the clock from one due time to the next and waits until all that follows is done.
   * @param byMs Milliseconds, 0 or more.
   */
  advance = async (byMs: number): Promise<void> => {
    const { clock } = this;
    const untilMs = clock.nowMs() + byMs;
    await this.settled();
    for (;;) {
      const nextMs = await this.#nextDueMs();
      if (nextMs === undefined || nextMs > untilMs) break;
      clock.advance(Math.max(0, nextMs - clock.nowMs()));
      await this.settled();
    }
    clock.advance(untilMs - clock.nowMs());
    await this.settled();
  };

  /** Ends this runtime in order and starts another on the same database, as after a deploy. */
  restart = async (actors: readonly ActorDefinition[] = this.#actors): Promise<Runtime> => {
    await this.#stopNodes();
    this.#actors = actors;
    await this.addNode();
    return this.runtime;
  };

  /** Ends the node's life: now, or when it comes to `point`; the next call finds another in its place. */
  crash = (point?: string | number): void => {
    const life = this.#nodes.find((node) => !node.life.isOver)?.life;
    if (point === undefined) life?.end();
    else life?.endAt(point);
  };

  /** Lets nobody die any more. @returns The points up to now. */
  spare = (): readonly (readonly string[])[] => {
    this.#crashes.length = 0;
    for (const life of this.#lives) life.endAt(undefined);
    return this.#lives.map(({ passed }) => [...passed]);
  };

  /** Waits until a node lives that has taken over from those that died. */
  revived = async (): Promise<void> => {
    for (;;) {
      await this.#buryDead();
      if (this.#nodes.some(({ life }) => !life.isOver)) return;
      await this.addNode();
    }
  };

  /** Calls until a node has lived long enough to answer. */
  insist = async <T>(work: (runtime: Runtime) => Promise<T>): Promise<T> => {
    for (;;) {
      await this.revived();
      const living = this.#nodes.filter(({ life }) => !life.isOver);
      // Several nodes are asked in turns.
      const node = living[this.#asked++ % living.length];
      if (node === undefined) continue;
      const deaths = this.#nodes.map(({ life }) => life.over.then(() => DEAD));
      const result = await Promise.race([work(node.runtime), ...deaths]);
      if (result !== DEAD) return result as T;
    }
  };

  stop = async (): Promise<void> => {
    await this.#stopNodes();
    if (this.#closesDatabase) await this.database.close();
  };

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Starts a node beside those that live. It may die while it starts. */
  addNode = async (): Promise<void> => {
    const { calls, clock } = this;
    const life = new Life(this.#crashes.shift());
    this.#lives.push(life);
    const database = mortalDatabase(this.database, life);
    const runtime = await createRuntime({
      log: (record) => this.logged.push(record),
      ...this.#options,
      clock: mortalClock(clock, life),
      database,
      actors: this.#actors.map((definition) => watchEffects(definition, { life, calls })),
    });
    const node = { life, runtime, database };
    await Promise.race([runtime.start(), life.over]);
    if (life.isOver) await this.#bury(node);
    else this.#nodes.push(node);
  };

  async #buryDead(): Promise<void> {
    const dead = this.#nodes.filter(({ life }) => life.isOver);
    this.#nodes = this.#nodes.filter(({ life }) => !life.isOver);
    for (const node of dead) await this.#bury(node);
  }

  /** Cuts what is left of a node, and lets its lease run out. */
  async #bury({ runtime, database }: Node): Promise<void> {
    await database.cut();
    // Ends its timers at once; the rest of the stop waits for answers that never come.
    void runtime.stop();
    if (this.#nodes.length === 0) await this.#untilRolledBack();
    await this.database.query(
      "update nodes set expires_at = clock_timestamp() - interval '1 second' where id = $1",
      [runtime.nodeId],
    );
  }

  /** A server hears a little later that a session was cut; what it has locked is passed over. */
  async #untilRolledBack(): Promise<void> {
    if (this.database.kind === "embedded") return;
    for (;;) {
      const { rowCount } = await this.database.query(
        `select 1 from pg_stat_activity where datname = current_database()
           and pid <> pg_backend_pid() and state like '%in transaction%'`,
      );
      if (rowCount === 0) return;
    }
  }

  /** Living nodes look for what dead ones left once a second only. */
  async #untilTakenOver(): Promise<void> {
    const kinds = this.#actors.map(({ kind }) => kind);
    const untilMs = Date.now() + TAKEN_OVER_WITHIN_MS;
    const owners = this.#nodes.map(({ runtime }) => runtime.nodeId);
    while (Date.now() < untilMs) {
      const { rowCount } = await this.database.query(
        "select 1 from effects e where e.owner is not null and e.owner <> all($1::text[]) limit 1",
        [owners],
      );
      const waiting = await findWaitingRoots(this.database, { kinds, except: [], limit: 1 });
      const { due } = await findDue(this.database, {
        nowMs: this.clock.nowMs(),
        limit: 1,
        kinds,
        except: [],
      });
      if (rowCount === 0 && waiting.length === 0 && due.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`What dead nodes left was not taken over within ${TAKEN_OVER_WITHIN_MS} ms`);
  }

  /** When the next thing falls due; of a timer that another node has set, a node hears a little later. */
  async #nextDueMs(): Promise<number | undefined> {
    const plannedMs = this.clock.nextDueMs();
    if (this.#nodes.length === 1) return plannedMs;
    const { rows } = await this.database.query<{ wake_at: bigint }>(
      "select a.wake_at from actors a where not a.is_held order by a.wake_at limit 1",
    );
    const storedMs = rows[0]?.wake_at ?? undefined;
    if (storedMs === undefined) return plannedMs;
    return Math.min(plannedMs ?? Infinity, Number(storedMs));
  }

  async #stopNodes(): Promise<void> {
    await this.#buryDead();
    for (const { runtime } of this.#nodes) await runtime.stop();
    this.#nodes = [];
  }
}

/** The same time; what was scheduled ends with the life. */
function mortalClock(clock: Clock, life: Life): Clock {
  const cancels = new Set<() => void>();
  void life.over.then(() => cancels.forEach((cancel) => cancel()));
  return {
    nowMs: () => clock.nowMs(),
    schedule: (callback, delayMs) => {
      if (life.isOver) return () => {};
      const cancel = clock.schedule(() => {
        cancels.delete(cancel);
        if (!life.isOver) callback();
      }, delayMs);
      cancels.add(cancel);
      return () => {
        cancels.delete(cancel);
        cancel();
      };
    },
  };
}
