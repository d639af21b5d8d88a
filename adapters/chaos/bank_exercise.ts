/** What a run has put to the test at YooKassa, by its own books and records. */
import type { FaultKind } from "../sandbox/door_types.ts";
import type { Payers, YooKassaCall } from "../sandbox/payers.ts";
import { toBankBooks } from "./read_bank.ts";

/** How often each thing was done there. */
export interface BankExercise {
  /** That succeeded; of them, for a balance. */
  readonly bankPayments: number;
  readonly topUps: number;
  /** That the payer's bank, or YooKassa, declined. */
  readonly bankDeclined: number;
  /** That went back, and that YooKassa would not give back. */
  readonly bankRefunds: number;
  readonly bankRefundsRefused: number;
  /** That reached people, by the way they took. */
  readonly payoutsSbp: number;
  readonly payoutsWallet: number;
  readonly payoutsCard: number;
  /** That came to nothing. */
  readonly payoutsReturned: number;
  /** For which admins were asked, because they are large. */
  readonly payoutsDecided: number;
  /** Payouts that were made, and payments and refunds, of which YooKassa's answer never came. */
  readonly unansweredPayouts: number;
  readonly unansweredBankCalls: number;
  /** Notices that never came, and those that YooKassa never sent. */
  readonly noticesLost: number;
  readonly noticesForged: number;
  /** How often all nodes were killed when a payout had just been made, and nobody knew. */
  readonly cutPayouts: number;
}

/** Its hour is over: nobody has declined it. */
const EXPIRED = "expired_on_confirmation";
/** Faults after which it was done all the same. */
const UNANSWERED: readonly string[] = [
  "lostAnswer",
  "timeoutAfterSuccess",
  "500AfterSuccess",
] satisfies FaultKind[];

/** Calls that were done without anybody hearing of it. */
export function countUnansweredCalls(calls: readonly YooKassaCall[]): number {
  return calls.filter(({ status, fault }) => status === 200 && UNANSWERED.includes(fault ?? ""))
    .length;
}

/** What YooKassa itself can tell. */
export async function readBankExercise(
  payers: Payers,
): Promise<Omit<BankExercise, "cutPayouts" | "payoutsDecided">> {
  const books = await payers.books();
  const { payments, refunds, payouts } = toBankBooks(books);
  const notices = await payers.notices();
  const paid = payments.filter(({ status }) => status === "succeeded");
  const made = payouts.filter(({ status }) => status === "succeeded");
  const callsOf = async (...methods: string[]): Promise<YooKassaCall[]> =>
    (await Promise.all(methods.map((method) => allCallsOf(payers, method)))).flat();
  return {
    bankPayments: paid.length,
    topUps: paid.filter(({ actor }) => actor.startsWith("bankPayment/bnk_tup_")).length,
    bankDeclined:
      books.shop.payments.filter(({ status, cancellation_details }) =>
        status === "canceled" && cancellation_details?.reason !== EXPIRED
      ).length,
    bankRefunds: refunds.filter(({ status }) => status === "succeeded").length,
    bankRefundsRefused: refunds.filter(({ status }) => status === "canceled").length,
    payoutsSbp: made.filter(({ channel }) => channel === "sbp").length,
    payoutsWallet: made.filter(({ channel }) => channel === "yooMoney").length,
    payoutsCard: made.filter(({ channel }) => channel === "card").length,
    payoutsReturned: payouts.filter(({ status }) => status === "canceled").length,
    unansweredPayouts: countUnansweredCalls(await callsOf("createPayout")),
    unansweredBankCalls: countUnansweredCalls(await callsOf("createPayment", "createRefund")),
    noticesLost: notices.filter(({ state }) => state === "never").length,
    noticesForged: notices.filter(({ isForged, deliveries }) => isForged && deliveries > 0).length,
  };
}

/** However many: the door gives a page at a time. */
async function allCallsOf(payers: Payers, method: string): Promise<YooKassaCall[]> {
  const all: YooKassaCall[] = [];
  for (;;) {
    const page = await payers.calls({ method, after: all.at(-1)?.id ?? 0 });
    if (page.length === 0) return all;
    all.push(...page);
  }
}
