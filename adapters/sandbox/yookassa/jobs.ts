/**
 * What becomes due by itself: a payment expires, a refund settles, a notice goes out. Jobs lie in the
 * books, so that what was under way before a kill goes on after it.
 */
import type { World } from "../world.ts";

/** What is to be done. */
export type JobKind = "payment" | "refund" | "payout" | "personal_data" | "notice";

/** Plans and runs jobs. */
export interface Jobs {
  /** Plans a job; the one that was planned for the same thing before gives way to it. */
  plan(kind: JobKind, ref: string, dueAtMs: number): void;
  forget(kind: JobKind, ref: string): void;
  /** Begins to run them, those that are overdue at once. */
  start(run: (kind: JobKind, ref: string) => void): void;
}

/** A timer may not be set for longer than 2^31 ms; who wakes early looks again. */
const LONGEST_SLEEP_MS = 24 * 60 * 60 * 1000;

/** @param world Its clock decides what is due. */
export function createJobs({ store, clock, stopped }: World): Jobs {
  let runJob: ((kind: JobKind, ref: string) => void) | undefined;
  let cancelTimer: (() => void) | undefined;

  function forget(kind: JobKind, ref: string): void {
    store.run("delete from yookassa_jobs where kind = ? and ref = ?", kind, ref);
  }

  function sleep(): void {
    cancelTimer?.();
    if (runJob === undefined) return;
    const next = store.one<{ due_at: number }>(
      "select due_at from yookassa_jobs order by due_at limit 1",
    );
    if (next === undefined) return;
    const waitMs = Math.min(LONGEST_SLEEP_MS, next.due_at - clock.nowMs());
    // What is due now begins when the transaction that planned it is over.
    if (waitMs <= 0) queueMicrotask(runDue);
    else cancelTimer = clock.setTimer(runDue, waitMs);
  }

  function runDue(): void {
    if (stopped.aborted) return;
    const due = store.all<{ id: number; kind: JobKind; ref: string }>(
      "select id, kind, ref from yookassa_jobs where due_at <= ? order by due_at, id",
      clock.nowMs(),
    );
    for (const { id, kind, ref } of due) {
      store.transaction(() => {
        // One that ran before may have planned this one anew, or taken it away.
        if (store.run("delete from yookassa_jobs where id = ?", id).changes === 1) {
          runJob?.(kind, ref);
        }
      });
    }
    sleep();
  }

  return {
    plan(kind, ref, dueAtMs) {
      forget(kind, ref);
      store.run(
        "insert into yookassa_jobs (kind, ref, due_at) values (?, ?, ?)",
        kind,
        ref,
        dueAtMs,
      );
      sleep();
    },
    forget,
    start(run) {
      runJob = run;
      sleep();
    },
  };
}
