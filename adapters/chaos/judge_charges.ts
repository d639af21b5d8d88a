/**
 * Each charge that Telegram took is a ticket in a raffle, or is back. What our books know of and still
 * owe is *unpaid*; what they know nothing of is *lost*. So it is with entries from the balance, in either
 * currency; what was paid by bank is judged in `judge_bank_payments.ts`.
 */
import type { Charge } from "../sandbox/star_types.ts";
import type { Finding, OutsideBooks, OwnBooks, OwnTicket } from "./evidence.ts";
import { isPaidByBank } from "./judge_bank_payments.ts";

/** Raffles whose entries go back. */
const CANCELLED = new Set(["cancelling", "refunding", "refunded"]);

export function judgeCharges(outside: OutsideBooks, own: OwnBooks): Finding[] {
  const cancelled = new Set(
    own.raffles.filter(({ status }) => CANCELLED.has(status)).map(({ raffleId }) => raffleId),
  );
  const tickets = Map.groupBy(
    own.tickets.filter((ticket) => !isPaidByBank(ticket)),
    ({ paymentId }) => paymentId,
  );
  const charges = Map.groupBy(outside.charges, (charge) => charge.invoice_payload);
  const transfers = new Set(own.transfers.map(({ key }) => key));
  const spent = new Set(
    own.charges.filter(({ spentBy }) => spentBy !== null).map(({ chargeId }) => chargeId),
  );
  const paidFromBalance = findBalanceEntries(own);
  const payments = new Set([...tickets.keys(), ...charges.keys(), ...paidFromBalance.keys()]);
  return [
    ...[...payments].flatMap((paymentId) => {
      const live = (tickets.get(paymentId) ?? []).filter(({ raffleId }) =>
        !cancelled.has(raffleId)
      );
      return judgePayment({
        paymentId,
        live,
        charges: charges.get(paymentId) ?? [],
        entries: paidFromBalance.get(paymentId) ?? 0,
        transfers,
        spent,
      });
    }),
    ...judgeRefunds(outside, transfers),
  ];
}

interface Payment {
  readonly paymentId: string;
  /** Tickets in raffles that were not cancelled. */
  readonly live: readonly OwnTicket[];
  readonly charges: readonly Charge[];
  /** Entries paid from the balance and not given back to it: 0, or 1; below 0 when too much went back. */
  readonly entries: number;
  readonly transfers: ReadonlySet<string>;
  /** Charges that went back as a prize; their tickets stand. */
  readonly spent: ReadonlySet<string>;
}

function judgePayment(
  { paymentId, live, charges, entries, transfers, spent }: Payment,
): Finding[] {
  const findings: Finding[] = [];
  const find = (kind: Finding["kind"], text: string): void => void findings.push({ kind, text });
  const [ticket] = live;
  if (live.length > 1) find("doubled", `Payment ${paymentId} has ${live.length} tickets`);
  if (ticket !== undefined && !isPaidFor(ticket, { charges, entries, spent })) {
    find("doubled", `Payment ${paymentId} has a ticket for money that is back, or never came`);
  }
  for (const { telegram_payment_charge_id: id, refundedAtMs } of charges) {
    if (refundedAtMs !== null || id === ticket?.chargeId) continue;
    const isKnown = transfers.has(`charge/${id}/received`);
    if (isKnown) find("unpaid", `Charge ${id} of ${paymentId} is neither a ticket nor back`);
    else find("lost", `Charge ${id} of ${paymentId} is not in our books`);
  }
  if (entries > 0 && (ticket === undefined || ticket.chargeId !== null)) {
    find("unpaid", `Payment ${paymentId} from the balance is neither a ticket nor back`);
  }
  if (entries < 0) find("doublePaid", `Payment ${paymentId} went back to the balance twice`);
  return findings;
}

/** Once the list was sealed a ticket stands although the bank took its charge back. */
function isPaidFor(
  { chargeId }: OwnTicket,
  { charges, entries, spent }: Pick<Payment, "charges" | "entries" | "spent">,
): boolean {
  if (chargeId === null) return entries > 0;
  if (spent.has(chargeId)) return true;
  return charges.some(({ telegram_payment_charge_id: id, refundKind }) =>
    id === chargeId && refundKind !== "refund"
  );
}

/** Money that the provider gave back, and what our books say of it. */
function judgeRefunds(
  { charges, refundCalls }: OutsideBooks,
  transfers: ReadonlySet<string>,
): Finding[] {
  const calls = Map.groupBy(refundCalls, (id) => id);
  return charges.flatMap(({ telegram_payment_charge_id: id, refundKind }): Finding[] => {
    const findings: Finding[] = [];
    const count = calls.get(id)?.length ?? 0;
    const isReturned = transfers.has(`charge/${id}/returned`);
    const isBorne = transfers.has(`charge/${id}/chargeback`);
    if (count > 1 || (count === 1 && refundKind === "chargeback")) {
      findings.push({ kind: "doublePaid", text: `Charge ${id} was refunded ${count} times` });
    }
    if (isReturned && isBorne) {
      findings.push({ kind: "doubled", text: `Charge ${id} left our books twice` });
    }
    if (isReturned && refundKind === null) {
      findings.push({ kind: "unpaid", text: `Charge ${id} is back in our books alone` });
    }
    if (refundKind === "refund" && !isReturned) {
      findings.push({ kind: "lost", text: `That charge ${id} is back never reached our books` });
    }
    if (refundKind === "chargeback" && !isReturned && !isBorne) {
      findings.push({ kind: "lost", text: `The chargeback of ${id} never reached our books` });
    }
    return findings;
  });
}

/** Per payment: how often it was paid from a player's balance, less how often that went back. */
function findBalanceEntries({ transfers }: OwnBooks): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (paymentId: string, by: number): void =>
    void counts.set(paymentId, (counts.get(paymentId) ?? 0) + by);
  for (const { key, from, to } of transfers) {
    const paymentId = /^payment\/([^/]+)\//.exec(key)?.[1];
    if (paymentId === undefined) continue;
    if (/^user\/.+\/available$/.test(from)) add(paymentId, 1);
    if (/^user\/.+\/available$/.test(to)) add(paymentId, -1);
  }
  return counts;
}
