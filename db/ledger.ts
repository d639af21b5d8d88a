/**
 * The double-entry ledger: the only way to move money. Amounts are whole minor units, an account has
 * one currency, every transfer takes from one account what it gives to another.
 *
 * Imports only `db/`. It guards against money spent twice, posted twice, or booked on one side: the
 * accounts are locked in one order, keys are unique, and constraints refuse what a fault would write.
 *
 * Rules for all functions here
 * - Call them inside a transaction (READ COMMITTED). Calls lock accounts until the commit, so make
 *   one call a transaction, last; after two, be ready to retry on SQLSTATE 40P01.
 * - Items are applied in order, each seeing the ones before it; a refused one writes nothing.
 * - **A refused key is not consumed**: it may be tried again and is judged anew. A posted key answers
 *   `exists` for ever, or `conflict` when the content differs. Content is all but `eventAtMs`,
 *   `expiresAtMs` and `cause`, which may differ when an event is delivered again.
 * - Within one call a key is tried once: a repeat gets `exists`, or the first one's refusal.
 * - A group is posted whole or not at all, and cannot grow once it is posted.
 */
import type { Connection } from "./connection.ts";
import { applyItems, type Item } from "./ledger_apply.ts";

/** Why money moved; players and admins read it in the history. */
export type TransferType =
  | "payment"
  | "entry"
  | "refund"
  | "prize"
  | "commission"
  | "topUp"
  | "guarantee"
  | "withdrawal"
  | "settlement"
  | "fee"
  | "chargeback"
  /** He would rather have his data deleted than keep it. */
  | "givenUp"
  | "bonus"
  | "adjustment"
  | "reversal";

/** The actor, its revision and the event that made it move money. */
export interface Cause {
  readonly actor: string;
  /** 0 or more. */
  readonly revision: bigint | number;
  readonly event: string;
}

interface Posting {
  /** Idempotency key, unique in the whole ledger, 1–200 characters, made before the first try. */
  readonly key: string;
  /** The id outside: a provider's charge or payout. */
  readonly externalId?: string;
  /** Items of one group are posted all or none. */
  readonly group?: string;
  readonly cause?: Cause;
  /** When it happened outside, epoch milliseconds. */
  readonly eventAtMs: number;
}

/** Money from one account to another. */
export interface Transfer extends Posting {
  /** Account names such as `user/tg-1/available`; created at their first use. */
  readonly from: string;
  readonly to: string;
  /** Minor units, 1 … 2^62−1. */
  readonly minor: bigint;
  readonly currency: string;
  readonly type: TransferType;
}

/** Money reserved on `from` for a later transfer to `to`: it stays there, but is not available. */
export interface Hold extends Transfer {
  /** From this time on, epoch milliseconds, the hold may be expired. Without it, never. */
  readonly expiresAtMs?: number;
}

/** How a hold ends. It ends once. */
export interface Resolution extends Posting {
  /** The hold's key. */
  readonly hold: string;
  /**
   * `post` transfers, `void` and `expire` release. `expire` is refused before the hold's time; `post`
   * is not refused after it, because the provider's yes is a fact by then.
   */
  readonly outcome: "post" | "void" | "expire";
  /** For `post`: how much, at most the hold's amount; the rest is released. @default {all of it} */
  readonly minor?: bigint;
}

/** The opposite of a transfer or of a posted hold, as a correction. Each can be reversed once. */
export interface Reversal extends Posting {
  /** The key of the transfer, or of the resolution that posted a hold. */
  readonly transfer: string;
}

/** One item of a mixed call. */
export type Operation =
  | { readonly kind: "transfer"; readonly transfer: Transfer }
  | { readonly kind: "hold"; readonly hold: Hold }
  | { readonly kind: "resolve"; readonly resolution: Resolution }
  | { readonly kind: "reverse"; readonly reversal: Reversal };

export type RefusalReason =
  /** Less is available than asked; what is held is not available. */
  | "insufficientFunds"
  /** The key is taken by other content, or its group is already posted without it. */
  | "conflict"
  /** Raffles, payments and payouts have one currency, and this is another. */
  | "currencyMismatch"
  | "unknownCurrency"
  /** No rule in `ledger_account_rules` covers the name, or it is no account name at all. */
  | "unknownAccount"
  | "sameAccount"
  /** Not 1 … 2^62−1 minor units. */
  | "badAmount"
  | "badKey"
  /** Not a whole number of milliseconds up to the year 9999, or a hold that ends before it begins. */
  | "badTime"
  | "badType"
  /** A cause, group or external id that is empty, too long or cannot be stored. */
  | "badText"
  /** A balance would leave ±2^62. */
  | "outOfRange"
  /** Another item of the group was refused. */
  | "groupRefused"
  | "unknownHold"
  | "exceedsHold"
  | "notExpired"
  | "alreadyPosted"
  | "alreadyVoided"
  | "alreadyExpired"
  | "unknownTransfer"
  /** Holds, voids and reversals move nothing that could be reversed. */
  | "notReversible"
  | "alreadyReversed";

/** The answer to one item. */
export type Verdict =
  | { readonly status: "posted" | "exists" }
  | { readonly status: "refused"; readonly reason: RefusalReason };

/**
 * Posts transfers in one round trip.
 * @returns A verdict per transfer, in their order.
 */
export function postTransfers(
  tx: Connection,
  transfers: readonly Transfer[],
): Promise<Verdict[]> {
  return applyOperations(tx, transfers.map((transfer) => ({ kind: "transfer", transfer })));
}

/**
 * Reserves money: `available = balance − held` falls, the balance stays.
 * @returns A verdict per hold, in their order.
 */
export function placeHolds(tx: Connection, holds: readonly Hold[]): Promise<Verdict[]> {
  return applyOperations(tx, holds.map((hold) => ({ kind: "hold", hold })));
}

/**
 * Posts, voids or expires holds, each exactly once. Takes two round trips, as the holds are read.
 * @returns A verdict per resolution, in their order.
 */
export function resolveHolds(
  tx: Connection,
  resolutions: readonly Resolution[],
): Promise<Verdict[]> {
  return applyOperations(tx, resolutions.map((resolution) => ({ kind: "resolve", resolution })));
}

/**
 * Corrects a transfer by its opposite, once; refused when the money is no longer there.
 * @returns Its verdict.
 */
export async function reverseTransfer(tx: Connection, reversal: Reversal): Promise<Verdict> {
  const [verdict] = await applyOperations(tx, [{ kind: "reverse", reversal }]);
  return verdict ?? { status: "refused", reason: "unknownTransfer" };
}

/**
 * Applies operations of any kind in one call. A hold or transfer named by a resolution or reversal
 * must come from an earlier call.
 * @returns A verdict per operation, in their order.
 */
export async function applyOperations(
  tx: Connection,
  operations: readonly Operation[],
): Promise<Verdict[]> {
  const originals = await readOriginals(tx, operations.flatMap(originalKeyOf));
  const items = operations.map((operation) => toItem(operation, originals));
  const verdicts = await applyItems(tx, items);
  return verdicts.map((verdict) =>
    verdict === "posted" || verdict === "exists"
      ? { status: verdict }
      : { status: "refused", reason: verdict as RefusalReason }
  );
}

function originalKeyOf(operation: Operation): string[] {
  if (operation.kind === "resolve") return [operation.resolution.hold];
  if (operation.kind === "reverse") return [operation.reversal.transfer];
  return [];
}

interface Original {
  readonly key: string;
  readonly id: bigint;
  readonly from: string;
  readonly to: string;
  readonly currency: string;
  readonly minor: bigint;
  readonly type: string;
  readonly externalId: string | null;
}

/** Originals never change, so they may be read before their accounts are locked. */
async function readOriginals(
  tx: Connection,
  keys: readonly string[],
): Promise<Map<string, Original>> {
  const readable = keys.filter((key) => key.isWellFormed() && !key.includes("\0"));
  if (readable.length === 0) return new Map();
  const { rows } = await tx.query<Original>(
    `select t.key, t.id, f.name as "from", o.name as "to", f.currency, t.minor, t.type,
       t.external_id as "externalId"
     from ledger_transfers t
     join ledger_accounts f on f.id = t.from_account
     join ledger_accounts o on o.id = t.to_account
     where t.key = any ($1::text[])`,
    [readable],
  );
  return new Map(rows.map((row) => [row.key, row]));
}

function toItem(operation: Operation, originals: ReadonlyMap<string, Original>): Item {
  switch (operation.kind) {
    case "transfer":
      return { ...operation.transfer, kind: "transfer" };
    case "hold":
      return { ...operation.hold, kind: "hold" };
    case "resolve": {
      const { hold, outcome, minor, ...posting } = operation.resolution;
      const original = originals.get(hold);
      if (original === undefined) return unknownOriginal(posting, outcome, "unknownHold", hold);
      const { from, to, currency, type } = original;
      return {
        ...posting,
        kind: outcome,
        from,
        to,
        currency,
        type,
        minor: outcome === "post" ? minor ?? original.minor : original.minor,
        externalId: posting.externalId ?? original.externalId ?? undefined,
        originalId: original.id,
      };
    }
    case "reverse": {
      const { transfer, ...posting } = operation.reversal;
      const original = originals.get(transfer);
      if (original === undefined) {
        return unknownOriginal(posting, "reversal", "unknownTransfer", transfer);
      }
      return {
        ...posting,
        kind: "reversal",
        from: original.to,
        to: original.from,
        currency: original.currency,
        type: "reversal",
        minor: original.minor,
        externalId: posting.externalId ?? original.externalId ?? undefined,
        originalId: original.id,
      };
    }
  }
}

/** `from` bears the unknown key, so that two of them under one key are not taken for a repeat. */
function unknownOriginal(
  posting: Posting,
  kind: Item["kind"],
  fault: RefusalReason,
  originalKey: string,
): Item {
  return { ...posting, kind, from: originalKey, to: "", currency: "", type: "", minor: 0n, fault };
}
