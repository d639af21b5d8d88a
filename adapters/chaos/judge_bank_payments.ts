/**
 * Each payment that succeeded at YooKassa is in our books once, with its amount and its fee, and is a
 * ticket or a top-up of the one who was given its page, or is back, once. What the provider would not
 * take back is on his balance.
 */
import type { BankPayment, BankRefund } from "./bank_evidence.ts";
import type { Finding, OutsideBooks, OwnBooks, OwnTicket, OwnTransfer } from "./evidence.ts";

const SHOP = "provider/yookassa/shop";
/** Movements at the shop: of a payment that has come, its fee, its way back. */
const MOVES = /^charge\/([^/]+)\/(received|fee|returned)$/;
const OWNER = /^bankPayment\/bnk_((pay|tup)_[A-Za-z0-9_]+)$/;
const BALANCE = /^user\/(.+)\/available$/;
/** Raffles whose entries go back. */
const CANCELLED = new Set(["cancelling", "refunding", "refunded"]);

/** Whether money by bank paid for it. */
export function isPaidByBank({ chargeId, currency }: OwnTicket): boolean {
  return chargeId !== null && currency === "RUB";
}

export function judgeBankPayments(outside: OutsideBooks, own: OwnBooks): Finding[] {
  const { payments, refunds } = outside.bank;
  const transfers = new Map(own.transfers.map((transfer) => [transfer.key, transfer]));
  const cancelled = new Set(
    own.raffles.filter(({ status }) => CANCELLED.has(status)).map(({ raffleId }) => raffleId),
  );
  const tickets = Map.groupBy(
    own.tickets.filter((ticket) => isPaidByBank(ticket) && !cancelled.has(ticket.raffleId)),
    ({ chargeId }) => chargeId ?? "",
  );
  const given = Map.groupBy(refunds, ({ paymentId }) => paymentId);
  const payers = new Map(
    outside.chats.flatMap(({ playerId, pages }) => pages.map((id) => [id, playerId] as const)),
  );
  const known = new Set(payments.map(({ id }) => id));
  return [
    ...payments.flatMap((payment) =>
      judgePayment(payment, {
        transfers,
        tickets: tickets.get(payment.id) ?? [],
        refunds: given.get(payment.id) ?? [],
        payer: payers.get(payment.id),
      })
    ),
    ...[...tickets.keys()].filter((id) => !known.has(id)).map((id): Finding => ({
      kind: "doubled",
      text: `There is a ticket for ${id}, which YooKassa does not know`,
    })),
    ...own.transfers.filter(({ from, to }) => [from, to].includes(SHOP))
      .filter(({ key }) => !known.has(MOVES.exec(key)?.[1] ?? ""))
      .map(({ key }): Finding => ({
        kind: "ledger",
        text: `${key} moves money at the shop, of which YooKassa knows nothing`,
      })),
  ];
}

interface Surroundings {
  readonly transfers: ReadonlyMap<string, OwnTransfer>;
  /** Paid by it, in raffles that were not cancelled. */
  readonly tickets: readonly OwnTicket[];
  readonly refunds: readonly BankRefund[];
  /** Who was given its page. */
  readonly payer: string | undefined;
}

function judgePayment(payment: BankPayment, around: Surroundings): Finding[] {
  const { id, status, minor, fee, actor } = payment;
  const { transfers, tickets, payer } = around;
  const findings: Finding[] = [];
  const find = (kind: Finding["kind"], text: string): void => void findings.push({ kind, text });
  const received = transfers.get(`charge/${id}/received`);
  if (tickets.length > 1) find("doubled", `Payment ${id} has ${tickets.length} tickets`);
  if (status !== "succeeded") {
    if (received !== undefined) find("doubled", `Payment ${id} never came, and our books have it`);
    if (tickets.length > 0) find("doubled", `Payment ${id} never came, and has a ticket`);
    return findings;
  }
  if (received === undefined) {
    find("lost", `Payment ${id} of ${actor} is not in our books`);
    return findings;
  }
  if (received.minor !== minor) {
    find("ledger", `Payment ${id} is ${minor} kopecks, our books say ${received.minor}`);
  }
  const kept = transfers.get(`charge/${id}/fee`)?.minor ?? 0;
  if (kept !== fee) find("ledger", `The fee of ${id} is ${fee} kopecks, our books say ${kept}`);
  const [, ownerId = "", kind] = OWNER.exec(actor) ?? [];
  const credited = BALANCE.exec(received.to)?.[1];
  if (kind === "tup") {
    if (credited === undefined || credited !== payer) {
      find("unpaid", `Top-up ${id} of ${payer} went to ${received.to}`);
    }
    return [...findings, ...judgeWayBack(payment, { ...around, ends: ["topped up"] })];
  }
  const ends = tickets.map(({ paymentId, playerId }) => {
    if (paymentId !== ownerId || playerId !== payer) {
      find("unpaid", `The ticket for ${id} of ${payer} is ${paymentId} of ${playerId}`);
    }
    return "a ticket";
  });
  return [...findings, ...judgeWayBack(payment, { ...around, ends })];
}

/** What went back, at YooKassa and in our books, and whether that is all that became of the payment. */
function judgeWayBack(
  { id, minor }: BankPayment,
  { transfers, refunds, payer, ends }: Surroundings & { readonly ends: readonly string[] },
): Finding[] {
  const findings: Finding[] = [];
  const find = (kind: Finding["kind"], text: string): void => void findings.push({ kind, text });
  const back = refunds.filter(({ status }) => status === "succeeded");
  const sum = back.reduce((total, refund) => total + refund.minor, 0);
  const returned = transfers.get(`charge/${id}/returned`);
  const kept = transfers.get(`charge/${id}/kept`);
  for (const { id: refundId, status } of refunds) {
    if (status === "pending") find("stuck", `Refund ${refundId} of ${id} is still on its way`);
  }
  if (back.length > 1 || sum > minor) {
    find("doublePaid", `Payment ${id} went back ${back.length} times, ${sum} of ${minor} kopecks`);
  }
  if (back.length > 0 && sum < minor) find("unpaid", `Of ${id} only ${sum} of ${minor} went back`);
  if (back.length > 0 && returned === undefined) {
    find("lost", `That payment ${id} is back never reached our books`);
  }
  if (back.length === 0 && returned !== undefined) {
    find("unpaid", `Payment ${id} is back in our books alone`);
  }
  if (returned !== undefined && returned.minor !== minor) {
    find("ledger", `Of ${id} ${minor} kopecks went back, our books say ${returned.minor}`);
  }
  if (kept !== undefined) {
    if (back.length > 0) find("doublePaid", `Payment ${id} is back, and on a balance too`);
    if (!refunds.some(({ status }) => status === "canceled")) {
      find("unpaid", `Payment ${id} went to a balance, and YooKassa was not asked to give it back`);
    }
    if (kept.minor !== minor || BALANCE.exec(kept.to)?.[1] !== payer) {
      find("unpaid", `${kept.minor} of ${minor} kopecks of ${id} of ${payer} went to ${kept.to}`);
    }
  }
  const all = [
    ...ends,
    ...(back.length > 0 ? ["back"] : []),
    ...(kept !== undefined ? ["on a balance"] : []),
  ];
  if (all.length === 0) find("unpaid", `Payment ${id} is neither a ticket nor back`);
  // A ticket for money that its payer has again; that it is back twice was said above.
  if (ends.length > 0 && all.length > ends.length) {
    find("doubled", `Payment ${id} is ${all.join(" and ")}`);
  }
  return findings;
}
