/** What the checks, suspicions and exclusions write, or ask, within their own commit. */
import type { TransactionalItem } from "../../actors/define_actor.ts";
import type { Connection } from "../../db/connection.ts";
import {
  knownSuspicions,
  listForeignPayers,
  listSharedDestinations,
  listTicketsOfPlayer,
  pageEntryFacts,
  recordForeignPayers,
  recordSuspicions,
} from "../../db/suspicions.ts";
import type { TransactionalActions, TransactionalSources } from "../../machines/domain/effects.ts";
import type { PaymentId, RaffleId } from "../../machines/domain/events.ts";
import {
  type CheckLimits,
  findSuspicions,
  type ListTicketsOf,
  type LookForSuspicions,
} from "../../machines/domain/suspicion.ts";

type Items<Name extends keyof TransactionalActions> = readonly TransactionalItem<
  TransactionalActions[Name]
>[];

/** Tickets that are looked at in one commit. */
const PAGE = 500;
/** Most receivers, and payers, of one look. */
const MAX_OTHERS = 1_000;
/**
 * So far back a look begins again: a ticket is written a moment after the time that stands on it. What
 * is found twice is known by its id.
 */
const OVERLAP_MS = 120_000;
/** For so long wanting to pay for others counts. */
const FOREIGN_WINDOW_MS = 30 * 86_400_000;

/** By the names in the machines. */
export const checkSources = {
  lookForSuspicions: async (
    items: readonly TransactionalItem<TransactionalSources["lookForSuspicions"]["input"]>[],
    tx: Connection,
  ) => {
    const verdicts: { output: LookForSuspicions["output"] }[] = [];
    for (const item of items) verdicts.push({ output: await look(item, tx) });
    return verdicts;
  },

  listTicketsOf: (
    items: readonly TransactionalItem<TransactionalSources["listTicketsOf"]["input"]>[],
    tx: Connection,
  ) =>
    Promise.all(items.map(async ({ params }): Promise<{ output: ListTicketsOf["output"] }> => {
      const { limit } = params;
      const found = await listTicketsOfPlayer(tx, { ...params, limit: limit + 1 });
      const paymentIds = found.slice(0, limit) as PaymentId[];
      return { output: { paymentIds, isLast: found.length <= limit } };
    })),

  recordSuspicion: (items: Items<"recordSuspicion">, tx: Connection) =>
    recordSuspicions(
      tx,
      items.map(({ params: { evidence, ...record } }) => ({
        ...record,
        ...(evidence === undefined ? {} : { evidence: JSON.stringify(evidence) }),
      })),
    ),

  recordForeignPayer: (items: Items<"recordForeignPayer">, tx: Connection) =>
    recordForeignPayers(tx, items.map(({ params }) => params)),
};

async function look(
  { params: { limits, after }, atMs }: TransactionalItem<LookForSuspicions["input"]>,
  tx: Connection,
): Promise<LookForSuspicions["output"]> {
  const page = await pageEntryFacts(tx, { after, limit: PAGE });
  const entries = page.map(({ raffleId, ...entry }) => ({
    ...entry,
    raffleId: raffleId as RaffleId,
  }));
  const last = page.at(-1);
  const isLast = page.length < PAGE || last === undefined;
  const sinceMs = Math.min(after.atMs, atMs - OVERLAP_MS);
  const others = await lookAtOthers(tx, { limits, sinceMs, atMs });
  const found = findSuspicions({ entries, ...others }, limits);
  const known = found.length === 0
    ? new Set<string>()
    : await knownSuspicions(tx, found.map(({ suspicionId }) => suspicionId));
  return {
    found: found.filter(({ suspicionId }) => !known.has(suspicionId)),
    after: isLast
      ? { atMs: atMs - OVERLAP_MS, paymentId: "" }
      : { atMs: last.atMs, paymentId: last.paymentId },
    isLast,
    atMs,
  };
}

/** What is not seen by entries. What is not looked for is not read. */
async function lookAtOthers(
  tx: Connection,
  { limits, sinceMs, atMs }: { limits: CheckLimits; sinceMs: number; atMs: number },
) {
  const [destinations, payers] = await Promise.all([
    limits.sharedDestination === 0
      ? []
      : listSharedDestinations(tx, { sinceMs, limit: MAX_OTHERS }),
    limits.foreignInvoices === 0 ? [] : listForeignPayers(tx, {
      sinceMs,
      countedFromMs: atMs - FOREIGN_WINDOW_MS,
      limit: MAX_OTHERS,
    }),
  ]);
  return { destinations, payers };
}
