/** What a raffle writes down of prizes that must be taken, and of draws that are replaced, within its own commit. */
import type { TransactionalItem } from "../../actors/define_actor.ts";
import type { Connection } from "../../db/connection.ts";
import { archiveDraw } from "../../db/draws.ts";
import { endClaims, insertClaims } from "../../db/prize_claims.ts";
import type { TransactionalActions, TransactionalSources } from "../../machines/domain/effects.ts";

/** By the names in the machine. */
export const claimSources = {
  openClaims: async (
    items: readonly TransactionalItem<TransactionalSources["openClaims"]["input"]>[],
    tx: Connection,
  ) => {
    await insertClaims(
      tx,
      items.flatMap(({ params: { claims, withinMs }, atMs }) =>
        claims.map((claim) => ({ ...claim, untilMs: atMs + withinMs }))
      ),
    );
    return items.map(({ atMs }) => ({ output: { atMs } }));
  },

  archiveDraw: async (
    items: readonly TransactionalItem<TransactionalActions["archiveDraw"]>[],
    tx: Connection,
  ) => {
    for (const { params, atMs } of items) await archiveDraw(tx, { ...params, atMs });
  },

  recordClaim: (
    items: readonly TransactionalItem<TransactionalActions["recordClaim"]>[],
    tx: Connection,
  ) => endClaims(tx, items.map(({ params, atMs }) => ({ ...params, endedAtMs: atMs }))),
};
