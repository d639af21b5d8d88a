/**
 * Rubles that left: each withdrawal that is done has one payout that succeeded, of its amount, to where
 * the person wrote; what came back to the balance was paid to nobody, and there is no payout without a
 * withdrawal.
 */
import type { BankPayout } from "./bank_evidence.ts";
import type { Finding, OutsideBooks, OwnBooks, OwnTransfer, OwnWithdrawal } from "./evidence.ts";

const GATEWAY = "provider/yookassa/gateway";
const CHANNELS = ["sbp", "yooMoney", "card"];
const ASKED_BY = /^bankPayout\/(wdr_[A-Za-z0-9]+)$/;
/** Of a phone number these are the same, however it is written. */
const PHONE_DIGITS = 10;

/** Whether a withdrawal leaves by bank. */
export function isByBank({ choice }: Pick<OwnWithdrawal, "choice">): boolean {
  return CHANNELS.includes(choice.kind);
}

export function judgeBankPayouts(outside: OutsideBooks, own: OwnBooks): Finding[] {
  const withdrawals = own.withdrawals.filter(isByBank);
  const ids = new Set(withdrawals.map(({ withdrawalId }) => withdrawalId));
  const payouts = Map.groupBy(
    outside.bank.payouts,
    ({ actor }) => ASKED_BY.exec(actor)?.[1] ?? "",
  );
  const sent = own.transfers.filter(({ from, to }) => [from, to].includes(GATEWAY));
  const transfers = new Map(sent.map((transfer) => [transfer.key, transfer]));
  return [
    ...withdrawals.flatMap((withdrawal) =>
      judgeWithdrawal(withdrawal, {
        payouts: payouts.get(withdrawal.withdrawalId) ?? [],
        transfer: transfers.get(`withdrawal/${withdrawal.withdrawalId}/sent`),
        written: outside.chats.find(({ playerId }) => playerId === withdrawal.playerId)?.written,
      })
    ),
    ...[...payouts].filter(([id]) => !ids.has(id)).flatMap(([, strange]) =>
      strange.filter(({ status }) => status !== "canceled").map(({ id, actor }): Finding => ({
        kind: "doublePaid",
        text: `Payout ${id} of "${actor}" has no withdrawal`,
      }))
    ),
    ...sent.filter(({ key }) => !ids.has(/^withdrawal\/([^/]+)\/sent$/.exec(key)?.[1] ?? ""))
      .map(({ key }): Finding => ({
        kind: "ledger",
        text: `${key} moves money at the gateway, and is no withdrawal`,
      })),
    ...judgeDestinations(own),
  ];
}

function judgeWithdrawal(
  { withdrawalId, playerId, status, minor, choice }: OwnWithdrawal,
  { payouts, transfer, written = [] }: {
    payouts: readonly BankPayout[];
    transfer: OwnTransfer | undefined;
    written: readonly string[] | undefined;
  },
): Finding[] {
  const findings: Finding[] = [];
  const find = (kind: Finding["kind"], text: string): void => void findings.push({ kind, text });
  const live = payouts.filter((payout) => payout.status !== "canceled");
  const paid = payouts.filter((payout) => payout.status === "succeeded");
  const [payout] = paid;
  for (const { id, status } of live) {
    if (status === "pending") find("stuck", `Payout ${id} of ${withdrawalId} is still on its way`);
  }
  // Even of two of which one came to nothing the second should not have been asked for.
  if (payouts.length > 1) {
    const kind = live.length > 1 ? "doublePaid" : "doubled";
    find(
      kind,
      `${withdrawalId} has ${payouts.length} payouts, ${live.length} of them not cancelled`,
    );
  }
  if (status !== "done") {
    if (payout !== undefined) {
      find("doublePaid", `Payout ${payout.id} went through, and ${withdrawalId} is ${status}`);
    }
    if (transfer !== undefined) {
      find("unpaid", `${withdrawalId} is ${status}, and its money has left our books`);
    }
    return findings;
  }
  if (payout === undefined) {
    find("unpaid", `${withdrawalId} is done, and nothing was paid`);
    return findings;
  }
  if (payout.minor !== minor || payout.channel !== choice.kind) {
    const asked = `${minor} by ${choice.kind}`;
    find("doublePaid", `${withdrawalId}: ${payout.minor} by ${payout.channel} instead of ${asked}`);
  }
  // An admin who saw that it has arrived names none.
  const named = transfer?.externalId ?? null;
  if (named !== null && named !== payout.id) {
    find("lost", `${withdrawalId} says it is ${named}, and is ${payout.id}`);
  }
  if (transfer?.minor !== minor || transfer.from !== `user/${playerId}/available`) {
    const booked = `${transfer?.minor ?? 0} of ${transfer?.from ?? "nobody"}`;
    find("ledger", `${withdrawalId} is ${minor} kopecks of ${playerId}, our books say ${booked}`);
  }
  if (!hasNamed(payout, written)) {
    find("doublePaid", `${payout.id} went to ${payout.receiver}, which ${playerId} never wrote`);
  }
  return findings;
}

/** A card is typed on YooKassa's form and not in the chat. */
function hasNamed({ channel, receiver }: BankPayout, written: readonly string[]): boolean {
  const number = channel === "sbp" ? receiver.slice(-PHONE_DIGITS) : receiver;
  return channel === "card" || written.some((text) => text.replace(/\D/g, "").endsWith(number));
}

/** Where it goes is personal, and kept no longer than it is needed. */
function judgeDestinations({ withdrawals, destinations }: OwnBooks): Finding[] {
  const over = new Set(
    withdrawals.filter(({ status }) => ["done", "returned"].includes(status))
      .map(({ withdrawalId }) => withdrawalId),
  );
  return destinations.filter((id) => over.has(id)).map((id): Finding => ({
    kind: "stuck",
    text: `Withdrawal ${id} is over, and it is still kept where it went`,
  }));
}
