/**
 * A right that one process of all holds, kept in the database. Modes: *free* → *held* (renewed
 * twice a second) → *lost* (the database did not confirm it in time, or another took it) or released.
 */
import type { Database } from "../../db/connection.ts";
import { acquireLease, releaseLease } from "../../db/nodes.ts";
import type { LeasePort } from "../telegram/polling.ts";

/** Another process may take over after this. */
const LEASE_SECONDS = 3;
const RENEW_MS = 500;
/** Given up a second before another may hold it. */
const CONFIRMED_MS = 2_000;

/** @param owner Names this process. */
export function createDatabaseLease(database: Database, owner: string): LeasePort {
  return {
    async acquire(name) {
      const take = (): Promise<boolean> =>
        acquireLease(database, { name, owner, seconds: LEASE_SECONDS });
      const askedAtMs = performance.now();
      if (!await take()) return undefined;
      const lost = new AbortController();
      let confirmedAtMs = askedAtMs;
      let isRenewing = false;
      const timer = setInterval(() => {
        if (performance.now() - confirmedAtMs > CONFIRMED_MS) lost.abort();
        if (isRenewing || lost.signal.aborted) return;
        isRenewing = true;
        const startedAtMs = performance.now();
        take().then((isHeld) => {
          if (isHeld) confirmedAtMs = startedAtMs;
          else lost.abort();
        }, () => {
          // Not confirmed: the next tries follow, and then the time is up.
        }).finally(() => (isRenewing = false));
      }, RENEW_MS);
      lost.signal.addEventListener("abort", () => clearInterval(timer));
      return {
        lost: lost.signal,
        release: async () => {
          clearInterval(timer);
          await releaseLease(database, { name, owner });
        },
      };
    },
  };
}
