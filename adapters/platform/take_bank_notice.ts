/**
 * A notice of YooKassa's is a hint: the object that it names is fetched, and the actor that asked for it
 * is told to look. What names nobody here is no error: the shop may sell other things, too. But a refund
 * of our charge that we did not ask for is money that has gone.
 */
import { RetryableError } from "../../actors/errors.ts";
import type { Log } from "../supervisor/log_port.ts";
import type { RuntimePort } from "../supervisor/runtime_port.ts";
import type { YooKassaRefund } from "../yookassa/objects.ts";
import type { Outcome } from "../yookassa/outcome.ts";
import type { NoticeHint } from "../yookassa/read_notice.ts";
import type { YooKassa } from "../yookassa/yookassa_port.ts";
import { ACTOR } from "./bank_answers.ts";

/** What it stands on. */
export interface TakeBankNoticeOptions {
  yooKassa: Pick<YooKassa, "getPayment" | "getRefund" | "getPayout">;
  runtime: Pick<RuntimePort, "read" | "send">;
  /** Whether a charge is in our books. */
  isOurCharge(chargeId: string): Promise<boolean>;
  /** Stores it once and tells admins. */
  onStrangeRefund(refund: YooKassaRefund): Promise<void>;
  log: Log;
}

/** What makes an actor look. */
const events = {
  payment: "bank.noticed",
  refund: "refund.noticed",
  payout: "bank.noticed",
} as const;
/** Who looks something up at the bank. */
const addresses = {
  payment: /^bankPayment\/bnk_[A-Za-z0-9_]{1,100}$/,
  refund: /^refund\/rfd_[A-Za-z0-9_]{1,100}$/,
  payout: /^bankPayout\/wdr_[A-Za-z0-9]{1,40}$/,
} as const;

/** @returns Takes a notice; resolves after the commit, throws when it must come again. */
export function createTakeBankNotice(
  { yooKassa, runtime, isOurCharge, onStrangeRefund, log }: TakeBankNoticeOptions,
): (hint: NoticeHint) => Promise<void> {
  return async ({ kind, id }) => {
    if (kind === "other") return;
    const nobody = (why: string) => log("warn", "A bank notice concerns nobody here", { id, why });
    const refund = kind === "refund" ? fetched(await yooKassa.getRefund(id)) : undefined;
    const object = kind === "refund"
      ? refund
      : kind === "payout"
      ? fetched(await yooKassa.getPayout(id))
      : fetched(await yooKassa.getPayment(id));
    if (object === undefined) return nobody("unknown to the bank");
    const actor = object.metadata[ACTOR] ?? "";
    if (addresses[kind].test(actor) && await runtime.read(actor) !== undefined) {
      const key = `yookassa:${kind}:${id}:${object.status}`;
      // A list may not show it yet: it is read by its id.
      const event = { type: events[kind], ...(kind === "payout" ? { payoutId: id } : {}) };
      const receipt = await runtime.send(actor, event, { key });
      if (receipt.reason === "busy") throw new RetryableError(`${actor} is busy`);
      return;
    }
    if (refund?.status === "succeeded" && await isOurCharge(refund.paymentId)) {
      return await onStrangeRefund(refund);
    }
    nobody("of no actor");
  };
}

/** @throws {RetryableError} When nobody knows what it is. */
function fetched<T>(outcome: Outcome<T>): T | undefined {
  switch (outcome.kind) {
    case "done":
      return outcome.object;
    case "refused":
      return undefined;
    case "unknown":
      throw new RetryableError(`Cannot fetch what a notice names: ${outcome.detail}`, {
        isOutcomeUnknown: false,
      });
  }
}
