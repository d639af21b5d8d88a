/** What a withdrawal asks to be written, or answered, within its own commit. */
import type {
  TransactionalHandler,
  TransactionalItem,
  TransactionalVerdict,
} from "../../actors/define_actor.ts";
import type { Connection } from "../../db/connection.ts";
import { placeHolds, postTransfers, resolveHolds, type Verdict } from "../../db/ledger.ts";
import { readBalances } from "../../db/ledger_balances.ts";
import {
  dropDestinations,
  markDestinations,
  readDestinations,
} from "../../db/payout_destinations.ts";
import {
  claimTransaction,
  closeWithdrawals,
  dropWithdrawals,
  lockOwnCharges,
  markWithdrawals,
  openWithdrawals,
  spendCharges,
  sumTakenSince,
  unspendCharges,
} from "../../db/withdrawals.ts";
import {
  paymentAccount,
  TELEGRAM_AVAILABLE,
  userAvailable,
  withdrawalHold,
  YOOKASSA_GATEWAY,
} from "../../machines/domain/accounts.ts";
import type { PaymentId, RaffleId } from "../../machines/domain/events.ts";
import {
  CLOCK_SKEW_MS,
  isBankChoice,
  LIMIT_WINDOW_MS,
  pickCharges,
  type SpentCharge,
  type WithdrawalActions,
  type WithdrawalRefusal,
  type WithdrawalSources,
} from "../../machines/domain/withdrawal.ts";
import type { HashReceiver } from "./receiver_hash.ts";

type Handlers = Record<
  keyof WithdrawalActions | Exclude<keyof WithdrawalSources, "openWithdrawal">,
  TransactionalHandler
>;
type OpenItem = TransactionalItem<WithdrawalSources["openWithdrawal"]["input"]>;
type TakeItem = TransactionalItem<WithdrawalSources["takeCharges"]["input"]>;

/**
 * Answers what the machine asks `openWithdrawal`.
 * @param hashReceiver Without it receivers are not told apart.
 */
export function createOpenWithdrawal(hashReceiver?: HashReceiver): TransactionalHandler {
  return async (items: readonly OpenItem[], tx) => {
    const opened = await openWithdrawals(
      tx,
      items.map(({ params: { withdrawalId, playerId, choice, amount, askedAtMs } }) => ({
        withdrawalId,
        playerId,
        choice: JSON.stringify(choice),
        ...amount,
        askedAtMs,
      })),
    );
    const written = items.filter(({ params }) => opened.has(params.withdrawalId));
    const reasons = new Map([...await holdAll(tx, written), ...await lookForAll(tx, written)]);
    if (reasons.size > 0) await dropWithdrawals(tx, [...reasons.keys()]);
    const unopened = items.filter(({ params: { choice, withdrawalId } }) =>
      isBankChoice(choice) && (reasons.has(withdrawalId) || !opened.has(withdrawalId))
    );
    const toBank = written.filter(({ params }) => isBankChoice(params.choice));
    if (hashReceiver !== undefined) await markReceivers(tx, toBank, hashReceiver);
    if (unopened.length > 0) {
      await dropDestinations(tx, unopened.map(({ params }) => params.withdrawalId));
    }
    const taken = await sumTakenSince(
      tx,
      written.map(({ params: { withdrawalId }, atMs }) => ({
        withdrawalId,
        sinceMs: atMs - LIMIT_WINDOW_MS,
      })),
    );
    return items.map(({ params: { withdrawalId, amount } }): TransactionalVerdict => {
      const reason = opened.has(withdrawalId) ? reasons.get(withdrawalId) : "busy";
      if (reason !== undefined) return { output: { isOpen: false, reason } };
      const lastDay = { ...amount, minor: String(taken.get(withdrawalId) ?? amount.minor) };
      return { output: { isOpen: true, lastDay } };
    });
  };
}

/** By the names in the machine; all but what depends on the configuration. */
export const withdrawalSources: Handlers = {
  takeCharges: async (items: readonly TakeItem[], tx) => {
    const taken = new Map<TakeItem, SpentCharge[]>();
    for (const item of items) {
      const { withdrawalId, playerId, amount } = item.params;
      const charges = (await lockOwnCharges(tx, playerId)).map(({ minor, ...charge }) => ({
        ...charge,
        paymentId: charge.paymentId as PaymentId,
        raffleId: charge.raffleId as RaffleId,
        amount: { minor: String(minor), currency: "XTR" as const },
      }));
      const { picked, sumMinor } = pickCharges(charges, BigInt(amount.minor));
      if (picked.length === 0 || sumMinor !== BigInt(amount.minor)) continue;
      await spendCharges(tx, {
        withdrawalId,
        paymentIds: picked.map(({ paymentId }) => paymentId),
      });
      taken.set(item, picked);
    }
    const reasons = await putApart(tx, taken);
    return items.map((item): TransactionalVerdict => {
      const charges = taken.get(item);
      if (charges === undefined) return { output: { isTaken: false, reason: "chargesChanged" } };
      const reason = reasons.get(item);
      return reason === undefined
        ? { output: { isTaken: true, charges } }
        : { output: { isTaken: false, reason } };
    });
  },

  claimTransaction: async (
    items: readonly TransactionalItem<WithdrawalSources["claimTransaction"]["input"]>[],
    tx,
  ) => {
    const verdicts: TransactionalVerdict[] = [];
    for (const { params: { withdrawalId, candidates } } of items) {
      const claim = { withdrawalId, candidates, skewMs: CLOCK_SKEW_MS };
      verdicts.push({ output: { transactionId: await claimTransaction(tx, claim) } });
    }
    return verdicts;
  },

  recordWithdrawal: (
    items: readonly TransactionalItem<WithdrawalActions["recordWithdrawal"]>[],
    tx,
  ) =>
    markWithdrawals(
      tx,
      items.map(({ params: { attemptedAtMs, ...mark } }) => ({
        ...mark,
        attemptedAtMs: attemptedAtMs ?? null,
      })),
    ),

  closeWithdrawal: async (
    items: readonly TransactionalItem<WithdrawalActions["closeWithdrawal"]>[],
    tx,
  ) => {
    await closeWithdrawals(
      tx,
      items.map(({ params: { withdrawalId, status }, atMs }) => ({ withdrawalId, status, atMs })),
    );
    await dropDestinations(tx, items.map(({ params }) => params.withdrawalId));
    const resolutions = items.flatMap((
      { params: { withdrawalId, hold, transactionId }, cause, atMs },
    ) =>
      hold === "none" ? [] : [{
        key: `withdrawal/${withdrawalId}/${hold === "post" ? "sent" : "returned"}`,
        hold: withdrawalHold(withdrawalId),
        outcome: hold,
        ...(transactionId === undefined ? {} : { externalId: transactionId }),
        cause,
        eventAtMs: atMs,
      }]
    );
    const verdicts = await resolveHolds(tx, resolutions);
    verdicts.forEach((verdict, index) => {
      if (verdict.status !== "refused") return;
      throw new Error(`The ledger refused ${resolutions[index]?.key}: ${verdict.reason}`);
    });
  },
};

/** Tells withdrawals by bank apart by their receivers. */
async function markReceivers(
  tx: Connection,
  items: readonly OpenItem[],
  hashReceiver: HashReceiver,
): Promise<void> {
  if (items.length === 0) return;
  const ids = items.map(({ params }) => params.withdrawalId);
  const rows = [...await readDestinations(tx, ids)].map(([withdrawalId, text]) => ({
    withdrawalId,
    hash: hashReceiver(JSON.parse(text).destination),
  }));
  await markDestinations(tx, rows);
}

/** Holds what will be sent. @returns Why not, by withdrawal. */
async function holdAll(
  tx: Connection,
  items: readonly OpenItem[],
): Promise<[string, WithdrawalRefusal][]> {
  const sent = items.filter(({ params }) => params.choice.kind !== "refund");
  const verdicts = await placeHolds(
    tx,
    sent.map(({ params: { withdrawalId, playerId, amount, choice }, cause, atMs }) => ({
      key: withdrawalHold(withdrawalId),
      from: userAvailable(playerId),
      to: isBankChoice(choice) ? YOOKASSA_GATEWAY : TELEGRAM_AVAILABLE,
      minor: BigInt(amount.minor),
      currency: amount.currency,
      type: "withdrawal" as const,
      cause,
      eventAtMs: atMs,
    })),
  );
  return sent.flatMap(({ params: { withdrawalId } }, index): [string, WithdrawalRefusal][] => {
    const reason = reasonOf(verdicts[index]);
    return reason === undefined ? [] : [[withdrawalId, reason]];
  });
}

/** Charges are taken later, perhaps after days; a wish beyond the balance is refused at once. */
async function lookForAll(
  tx: Connection,
  items: readonly OpenItem[],
): Promise<[string, WithdrawalRefusal][]> {
  const returned = items.filter(({ params }) => params.choice.kind === "refund");
  if (returned.length === 0) return [];
  const names = returned.map(({ params }) => userAvailable(params.playerId));
  const balances = await readBalances(tx, names);
  return returned.flatMap(({ params }): [string, WithdrawalRefusal][] => {
    const { withdrawalId, playerId, amount } = params;
    const balance = balances.find(({ account, currency }) =>
      account === userAvailable(playerId) && currency === amount.currency
    );
    const isEnough = (balance?.availableMinor ?? 0n) >= BigInt(amount.minor);
    return isEnough ? [] : [[withdrawalId, "insufficientFunds"]];
  });
}

/** From the balance to what we owe for each charge; all charges of a withdrawal or none. */
async function putApart(
  tx: Connection,
  taken: ReadonlyMap<TakeItem, readonly SpentCharge[]>,
): Promise<Map<TakeItem, WithdrawalRefusal>> {
  const parts = [...taken].flatMap(([item, charges]) =>
    charges.map((charge) => ({ item, charge }))
  );
  const verdicts = await postTransfers(
    tx,
    parts.map(({ item: { params, cause, atMs }, charge: { paymentId, chargeId, amount } }) => ({
      key: `charge/${chargeId}/due`,
      group: `withdrawal/${params.withdrawalId}`,
      from: userAvailable(params.playerId),
      to: paymentAccount(paymentId, "refund_due", amount.currency),
      minor: BigInt(amount.minor),
      currency: amount.currency,
      type: "refund" as const,
      externalId: chargeId,
      cause,
      eventAtMs: atMs,
    })),
  );
  const reasons = new Map<TakeItem, WithdrawalRefusal>();
  parts.forEach(({ item }, index) => {
    const reason = reasonOf(verdicts[index], "groupRefused");
    if (reason !== undefined) reasons.set(item, reason);
  });
  for (const item of reasons.keys()) {
    await unspendCharges(tx, {
      withdrawalId: item.params.withdrawalId,
      paymentIds: taken.get(item)?.map(({ paymentId }) => paymentId) ?? [],
    });
  }
  return reasons;
}

/** @throws When the ledger refuses for anything but money that is not there. */
function reasonOf(
  verdict: Verdict | undefined,
  ...alsoPoor: string[]
): WithdrawalRefusal | undefined {
  if (verdict?.status !== "refused") return undefined;
  if (["insufficientFunds", ...alsoPoor].includes(verdict.reason)) return "insufficientFunds";
  throw new Error(`The ledger refused a withdrawal: ${verdict.reason}`);
}
