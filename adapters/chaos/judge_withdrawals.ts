/**
 * Each prize that left has one gift, Premium or refund at Telegram, and there is none without a
 * withdrawal; what came back to the balance was not sent, and nothing is in doubt any more. What leaves
 * by bank is judged in `judge_bank_payouts.ts`.
 */
import type { Finding, OutsideBooks, OwnBooks, OwnWithdrawal } from "./evidence.ts";
import { isByBank } from "./judge_bank_payouts.ts";
import { wishOf } from "./match_gifts.ts";

/** A withdrawal is over. */
const ENDS = new Set(["done", "returned"]);

export function judgeWithdrawals(outside: OutsideBooks, own: OwnBooks): Finding[] {
  const done = own.withdrawals.filter((one) => one.status === "done" && !isByBank(one));
  const refunds = done.filter(({ choice }) => choice.kind === "refund");
  return [
    ...own.withdrawals.filter(({ status }) => !ENDS.has(status)).map(asStuck),
    ...judgeGifts(outside, done.filter(({ choice }) => choice.kind !== "refund")),
    ...refunds.flatMap((withdrawal) => judgeRefund(withdrawal, { outside, own })),
    ...judgeSpent(own, refunds),
  ];
}

function asStuck({ withdrawalId, status }: OwnWithdrawal): Finding {
  return { kind: "stuck", text: `Withdrawal ${withdrawalId} is still ${status}` };
}

/** As many gifts as withdrawals, and those that are known by their transaction are the very same. */
function judgeGifts({ gifts }: OutsideBooks, done: readonly OwnWithdrawal[]): Finding[] {
  const given = Map.groupBy(gifts, wishOf);
  const asked = Map.groupBy(done, wishOf);
  const wishes = [...new Set([...given.keys(), ...asked.keys()])];
  const counted = wishes.flatMap((wish): Finding[] => {
    const [there, here] = [given.get(wish)?.length ?? 0, asked.get(wish)?.length ?? 0];
    if (there === here) return [];
    return there > here
      ? [{ kind: "doublePaid", text: `${there} × ${wish}, of which our books know ${here}` }]
      : [{ kind: "unpaid", text: `${here} × ${wish} in our books, of which ${there} were sent` }];
  });
  const wishesById = new Map(gifts.map((gift) => [gift.transactionId, wishOf(gift)]));
  const strange = done.filter((one) =>
    one.transactionId !== null && wishesById.get(one.transactionId) !== wishOf(one)
  );
  return [
    ...counted,
    ...strange.map(({ withdrawalId, transactionId }): Finding => ({
      kind: "lost",
      text: `Withdrawal ${withdrawalId} says it is ${transactionId}, which is something else`,
    })),
  ];
}

/** His own payments: whole charges that make the amount, each of them back. */
function judgeRefund(
  { withdrawalId, minor }: OwnWithdrawal,
  { outside, own }: { outside: OutsideBooks; own: OwnBooks },
): Finding[] {
  const spent = own.charges.filter(({ spentBy }) => spentBy === withdrawalId);
  const sum = spent.reduce((total, charge) => total + charge.minor, 0);
  const kept = spent.filter(({ chargeId }) =>
    outside.charges.some(({ telegram_payment_charge_id: id, refundedAtMs }) =>
      id === chargeId && refundedAtMs === null
    )
  );
  const sums: Finding[] = sum === minor ? [] : [{
    kind: sum < minor ? "unpaid" : "doublePaid",
    text: `Withdrawal ${withdrawalId} of ${minor} took charges of ${sum}`,
  }];
  return [
    ...sums,
    ...kept.map(({ chargeId }): Finding => ({
      kind: "unpaid",
      text: `Charge ${chargeId} of withdrawal ${withdrawalId} is not back`,
    })),
  ];
}

/** A charge is used by a withdrawal that was carried out, or by none. */
function judgeSpent({ charges }: OwnBooks, refunds: readonly OwnWithdrawal[]): Finding[] {
  const known = new Set(refunds.map(({ withdrawalId }) => withdrawalId));
  return charges.filter(({ spentBy }) => spentBy !== null && !known.has(spentBy))
    .map(({ chargeId, spentBy }): Finding => ({
      kind: "lost",
      text: `Charge ${chargeId} was used by ${spentBy}, which gave nothing back`,
    }));
}
