/**
 * Looks at the raffles' rows again and again, so that the load knows how its raffles are and a blow
 * can fall in a certain state. While the database is away it sees nothing, and goes on.
 */
import type { Database } from "../../db/connection.ts";
import { pause } from "./wait.ts";

export interface SeenRaffle {
  readonly raffleId: string;
  readonly title: string;
  readonly status: string;
}

export interface RaffleWatch {
  /** As last seen; undefined until it is there. */
  byTitle(title: string): SeenRaffle | undefined;
  all(): readonly SeenRaffle[];
  /** Calls once, when any raffle is next seen to enter this state. @returns Gives it up. */
  onceIn(status: string, call: () => void): () => void;
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 40;
/** Some states last for a single commit; who aims at one has to look sharply. */
const AIM_EVERY_MS = 5;

export function watchRaffles(database: Database): RaffleWatch {
  const stopping = new AbortController();
  const seen = new Map<string, SeenRaffle>();
  const calls = new Map<string, Set<() => void>>();

  async function look(): Promise<void> {
    const { rows } = await database.query<{ raffle_id: string; title: string; status: string }>(
      "select raffle_id, terms::json ->> 'title' as title, status from raffles order by seq",
    );
    for (const { raffle_id: raffleId, title, status } of rows) {
      if (seen.get(title)?.status === status) continue;
      seen.set(title, { raffleId, title, status });
      const waiting = calls.get(status);
      calls.delete(status);
      for (const call of waiting ?? []) call();
    }
  }

  const watching = (async () => {
    while (!stopping.signal.aborted) {
      await look().catch(() => {
        // The database is away, as it is meant to be.
      });
      const isAiming = [...calls.values()].some((waiting) => waiting.size > 0);
      await pause(isAiming ? AIM_EVERY_MS : LOOK_EVERY_MS, stopping.signal);
    }
  })();

  return {
    byTitle: (title) => seen.get(title),
    all: () => [...seen.values()],
    onceIn(status, call) {
      const waiting = calls.get(status) ?? new Set();
      calls.set(status, waiting.add(call));
      return () => void waiting.delete(call);
    },
    stop: async () => {
      stopping.abort();
      await watching;
    },
  };
}
