/**
 * Notices: what YooKassa tells the shop by itself. Each holds the object as it was at its moment, so a
 * repeat or a late one may tell the past. An answer of 200 settles it; anything else brings it again,
 * for 24 hours. A notice is: waiting for its job, held (no job), in flight, or settled.
 *
 * Source: yookassa.ru/developers/using-api/webhooks, July 2026. The pauses are not published; ours
 * double from five seconds to an hour.
 */
import type { FaultKind } from "../door_types.ts";
import type { Faults } from "../faults.ts";
import type { Deliver } from "../telegram/webhook_attempt.ts";
import type { World } from "../world.ts";
import type { ForgedNotice, NoticeEvent, SandboxNotice } from "../yookassa_types.ts";
import type { Jobs } from "./jobs.ts";
import type { AnyObject } from "./objects.ts";
import type { Settings } from "./settings.ts";

/** Writes, sends and lists notices. */
export interface Notices {
  /** Tells of an event, the object being as it is now. */
  tell(event: NoticeEvent, object: AnyObject): void;
  /** Sends one that YooKassa did not cause, once. @returns Its number. */
  forge(notice: ForgedNotice): number;
  list(): SandboxNotice[];
  /** Sends one more time what was or was not delivered. @returns False when there is none. */
  redeliver(id: number): boolean;
  /** Looks again at what was held. */
  reschedule(): void;
  /** Sends one that is due. */
  send(id: number): void;
  /** Resolves when none is in flight. */
  idle(): Promise<void>;
}

interface NoticeRow {
  readonly id: number;
  readonly event: string;
  readonly object_id: string;
  readonly body: string;
  readonly is_forged: number;
  readonly created_at: number;
  readonly state: SandboxNotice["state"];
  readonly failures: number;
  readonly deliveries: number;
  readonly repeats: number;
}

/** Whether a fault is one of notices; every other kind is one of calls. */
export function isNoticeFault(kind: FaultKind): boolean {
  return kind === "noticeLost" || kind === "noticeThrice" || kind === "noticeLate";
}

const SECOND = 1000;
const FIRST_PAUSE_MS = 5 * SECOND;
const LONGEST_PAUSE_MS = 60 * 60 * SECOND;
const LIFE_MS = 24 * 60 * 60 * SECOND;
const ANSWER_TIMEOUT_MS = 10 * SECOND;
/** One that was in flight when the process was killed goes out again after this. */
const IN_FLIGHT_MS = 60 * SECOND;
const MAX_CONNECTIONS = 8;
const COLUMNS = `id, event, object_id, body, is_forged, created_at, state, failures, deliveries,
  repeats`;

/** @param deliver How a notice reaches the product. */
export function createNotices(
  world: World,
  { jobs, faults, settings, deliver }: {
    readonly jobs: Jobs;
    readonly faults: Faults;
    readonly settings: Settings;
    readonly deliver: Deliver;
  },
): Notices {
  const { store, clock, signals, stopped } = world;
  const waiting: number[] = [];
  /** Those that wait for a connection or are in flight. */
  const active = new Set<number>();
  const flights = new Set<Promise<void>>();

  function one(id: number): NoticeRow | undefined {
    return store.one<NoticeRow>(`select ${COLUMNS} from yookassa_notices where id = ?`, id);
  }

  function insert(
    { event, object }: ForgedNotice,
    { isForged, state, repeats }: {
      readonly isForged: boolean;
      readonly state: "pending" | "never";
      readonly repeats: number;
    },
  ): number {
    const { lastId } = store.run(
      `insert into yookassa_notices (event, object_id, body, is_forged, created_at, state, repeats)
       values (?, ?, ?, ?, ?, ?, ?)`,
      event,
      String(object["id"] ?? ""),
      JSON.stringify({ type: "notification", event, object }),
      isForged ? 1 : 0,
      clock.nowMs(),
      state,
      repeats,
    );
    signals.raise("yookassa/notices");
    return lastId;
  }

  /** Plans the first attempt; a held notice has none. */
  function planFirst({ id, event, created_at }: NoticeRow, extraMs: number): void {
    const delayMs = settings.read().noticeDelays[event] ?? 0;
    if (delayMs !== "held") jobs.plan("notice", String(id), created_at + delayMs + extraMs);
  }

  function setRow(id: number, assignment: string, ...values: (string | number)[]): void {
    store.run(`update yookassa_notices set ${assignment} where id = ?`, ...values, id);
    signals.raise("yookassa/notices");
  }

  function launch(): void {
    while (waiting.length > 0 && flights.size < MAX_CONNECTIONS) {
      const id = waiting.shift() ?? 0;
      const row = one(id);
      if (row === undefined) continue;
      const flight = fly(row).finally(() => {
        flights.delete(flight);
        if (!stopped.aborted) launch();
      });
      flights.add(flight);
    }
  }

  async function fly(row: NoticeRow): Promise<void> {
    const isTaken = await attempt(row);
    // Before anything is planned anew: what is active is not sent beside itself.
    active.delete(row.id);
    if (stopped.aborted) return;
    store.transaction(() => isTaken ? accepted(row) : failed(row));
  }

  async function attempt({ body }: NoticeRow): Promise<boolean> {
    const { noticeUrl } = settings.read();
    if (noticeUrl === null) return false;
    const timeout = new AbortController();
    const cancel = clock.setTimer(() => timeout.abort(), ANSWER_TIMEOUT_MS);
    try {
      const response = await deliver(
        new Request(noticeUrl, {
          method: "POST",
          headers: { "content-type": "application/json; charset=utf-8" },
          body,
          redirect: "manual",
          signal: AbortSignal.any([timeout.signal, stopped]),
        }),
      );
      await response.body?.cancel();
      return response.status === 200;
    } catch {
      // Whatever broke the connection: it was not answered with 200, and comes again.
      return false;
    } finally {
      cancel();
    }
  }

  function accepted({ id, repeats }: NoticeRow): void {
    setRow(id, "deliveries = deliveries + 1, repeats = max(0, repeats - 1)");
    if (repeats > 0) jobs.plan("notice", String(id), clock.nowMs());
    else settle(id, "delivered");
  }

  function failed({ id, failures, created_at, is_forged }: NoticeRow): void {
    setRow(id, "failures = failures + 1");
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
    const dueAtMs = clock.nowMs() + pauseMs;
    if (is_forged === 1 || dueAtMs > created_at + LIFE_MS) settle(id, "expired");
    else jobs.plan("notice", String(id), dueAtMs);
  }

  function settle(id: number, state: "delivered" | "expired"): void {
    setRow(id, "state = ?", state);
    jobs.forget("notice", String(id));
  }

  return {
    tell(event, object) {
      const fault = faults.take({ service: "yookassa", method: event, kinds: isNoticeFault });
      const { noticeUrl, deliverTwice } = settings.read();
      const isNever = noticeUrl === null || fault?.kind === "noticeLost";
      const repeats = fault?.kind === "noticeThrice" ? 2 : deliverTwice ? 1 : 0;
      const state = isNever ? "never" : "pending";
      const row = one(
        insert({ event, object: { ...object } }, { isForged: false, state, repeats }),
      );
      const lateMs = fault?.kind === "noticeLate" ? fault.delayMs ?? 0 : 0;
      if (row !== undefined && !isNever) planFirst(row, lateMs);
    },
    forge(notice) {
      const id = insert(notice, { isForged: true, state: "pending", repeats: 0 });
      jobs.plan("notice", String(id), clock.nowMs());
      return id;
    },
    list: () =>
      store.all<NoticeRow>(`select ${COLUMNS} from yookassa_notices order by id`).map((row) => ({
        id: row.id,
        event: row.event,
        objectId: row.object_id,
        state: row.state,
        isForged: row.is_forged === 1,
        createdAtMs: row.created_at,
        failures: row.failures,
        deliveries: row.deliveries,
        body: JSON.parse(row.body),
      })),
    redeliver(id) {
      if (one(id) === undefined) return false;
      setRow(id, "state = 'pending', created_at = ?", clock.nowMs());
      jobs.plan("notice", String(id), clock.nowMs());
      return true;
    },
    reschedule() {
      const held = store.all<NoticeRow>(
        `select ${COLUMNS} from yookassa_notices where state = 'pending' and failures = 0
         and deliveries = 0`,
      );
      for (const row of held.filter(({ id }) => !active.has(id))) {
        jobs.forget("notice", String(row.id));
        planFirst(row, 0);
      }
    },
    send(id) {
      if (active.has(id) || one(id)?.state !== "pending") return;
      // Not forgotten yet: should the process be killed while it is in flight, it goes out again.
      jobs.plan("notice", String(id), clock.nowMs() + IN_FLIGHT_MS);
      active.add(id);
      waiting.push(id);
      // The transaction in which this runs must be over before anything is sent.
      queueMicrotask(launch);
    },
    async idle() {
      // Rounds of microtasks may still have to plan, launch and end something.
      do {
        await Promise.all(flights);
        await new Promise<void>((resolve) => setTimeout(resolve, 0));
      } while (flights.size > 0);
    },
  };
}
