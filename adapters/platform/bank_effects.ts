/**
 * Payments and refunds by bank, as the machines ask for them, over YooKassa. What nobody knows is thrown
 * and asked for again: a payment by the same key, a refund after the list of refunds was read. Nothing
 * that YooKassa says of another shop or another actor is passed on as money.
 */
import type { EffectDefinition } from "../../actors/define_actor.ts";
import { RetryableError, TerminalError } from "../../actors/errors.ts";
import type { BankEffects, BankFacts } from "../../machines/domain/bank.ts";
import type { PlayerId } from "../../machines/domain/events.ts";
import type { MoneyJson } from "../../machines/domain/money.ts";
import { isTransient } from "../supervisor/transient_errors.ts";
import { plain } from "../telegram/texts.ts";
import { idempotenceKeyOf } from "../yookassa/idempotence_key.ts";
import type { YooKassaPayment, YooKassaRefund } from "../yookassa/objects.ts";
import type { ReceiptCustomer } from "../yookassa/receipts.ts";
import type { YooKassa } from "../yookassa/yookassa_port.ts";
import { ACTOR, doneOf, requireOwn, wordsOf } from "./bank_answers.ts";

/** What they stand on. */
export interface BankEffectsOptions {
  /** Undefined where no rubles are taken: what was begun when they were waits. */
  yooKassa: BankClient | undefined;
  /** Whether payments of a shop for trying out count: beside the sandbox only. */
  takesTests: boolean;
  /** Where a player's receipts go. */
  emailOf(playerId: PlayerId): Promise<string | undefined>;
}

/** The part of the client that is used here. */
export type BankClient = Pick<
  YooKassa,
  "shopId" | "needsReceipts" | "createPayment" | "getPayment" | "createRefund" | "findRefunds"
>;

/** Effects for `defineActor`. */
export type BankEffectDefinitions = {
  readonly [Name in keyof BankEffects]: EffectDefinition<BankEffects[Name]["input"]>;
};

/** Longer than the client waits. */
const TIMEOUT_MS = 60_000;
/** The machines go on asking, with pauses that grow. */
const MAX_ATTEMPTS = 3;
/** The shop has too little for a refund: a reason that can pass. */
const SHORT = "insufficient_funds";

/** Creates them. */
export function createBankEffects(
  { yooKassa, takesTests, emailOf }: BankEffectsOptions,
): BankEffectDefinitions {
  /** @throws {TerminalError} When no rubles are taken any more. */
  function client(): BankClient {
    if (yooKassa !== undefined) return yooKassa;
    throw new TerminalError("notConfigured", "No shop of YooKassa's is configured");
  }

  /** Undefined: a receipt is wanted, and nobody knows where to. */
  async function customerOf(
    playerId: PlayerId,
  ): Promise<{ customer?: ReceiptCustomer } | undefined> {
    if (!client().needsReceipts) return {};
    const email = await emailOf(playerId);
    return email === undefined ? undefined : { customer: { email } };
  }

  function factsOf(
    payment: YooKassaPayment,
    { actor, nowMs }: { actor: string; nowMs: number },
  ): BankFacts {
    const { id, status, paid, amount, cancellation, confirmationUrl } = payment;
    const foreign = foreignBecause(payment, actor);
    const rubles: MoneyJson = { minor: amount.minor, currency: "RUB" };
    return {
      chargeId: id,
      status: status === "canceled" ? status : status === "succeeded" && paid ? status : "pending",
      amount: rubles,
      ...feeOf(payment),
      ...(confirmationUrl === null ? {} : { link: confirmationUrl }),
      ...(cancellation === null ? {} : { reason: cancellation.reason }),
      ...(foreign === undefined ? {} : { foreign }),
      atMs: nowMs,
    };
  }

  function foreignBecause(payment: YooKassaPayment, actor: string): BankFacts["foreign"] {
    if (payment.shopId !== client().shopId) return "shop";
    if (payment.metadata[ACTOR] !== actor) return "actor";
    if (payment.isTest && !takesTests) return "test";
    return payment.amount.currency === "RUB" ? undefined : "currency";
  }

  return {
    createBankPayment: {
      async run(input, { signal, nowMs }): Promise<BankEffects["createBankPayment"]["output"]> {
        const { actor, playerId, amount, language, title } = input;
        if (yooKassa === undefined) return { isMade: false, reason: "notConfigured" };
        const customer = await customerOf(playerId).catch(retryWhenAway);
        if (customer === undefined) {
          return { isMade: false, reason: "noEmail", isEmailWrong: true };
        }
        const outcome = await yooKassa.createPayment({
          amount,
          description: title === undefined
            ? plain(language, "bank-description-topup")
            : plain(language, "bank-description-entry", { title }),
          metadata: { [ACTOR]: actor },
          language,
          ...customer,
        }, { key: idempotenceKeyOf(actor), signal });
        if (outcome.kind === "refused") {
          const isEmailWrong = outcome.parameter?.startsWith("receipt.customer") === true;
          return {
            isMade: false,
            reason: wordsOf(outcome),
            ...(isEmailWrong ? { isEmailWrong } : {}),
          };
        }
        const payment = doneOf(outcome);
        return { isMade: true, facts: factsOf(payment, { actor, nowMs: nowMs() }) };
      },
      timeoutMs: TIMEOUT_MS,
      maxAttempts: MAX_ATTEMPTS,
    },
    lookUpBankPayment: {
      async run({ chargeId, actor }, { signal, nowMs }): Promise<BankFacts> {
        const payment = doneOf(await client().getPayment(chargeId, { signal }));
        return factsOf(payment, { actor, nowMs: nowMs() });
      },
      timeoutMs: TIMEOUT_MS,
      maxAttempts: MAX_ATTEMPTS,
    },
    refundRubles: {
      async run(input, { signal }): Promise<BankEffects["refundRubles"]["output"]> {
        const { refundId, refusals, actor, chargeId, amount } = input;
        const refunds = doneOf(await client().findRefunds(chargeId, { signal }))
          .filter(({ paymentId }) => paymentId === chargeId);
        const underWay = refunds.filter(({ status }) => status !== "canceled");
        if (underWay.length > 0) return wholeOf(underWay, amount);
        // What somebody tried by hand and was cancelled says nothing of ours.
        const cancelled = refunds.filter(({ metadata }) => metadata[ACTOR] === actor);
        const final = cancelled.find(({ cancellation }) => cancellation?.reason !== SHORT);
        if (final !== undefined) return cancelledOf(final);
        const outcome = await client().createRefund({
          paymentId: chargeId,
          amount,
          description: plain("ru", "bank-description-refund"),
          metadata: { [ACTOR]: actor },
        }, {
          // Each one that was refused, or that the shop had too little for, has used its key up.
          key: idempotenceKeyOf(`${refundId} ${cancelled.length} ${refusals}`),
          signal,
        });
        if (outcome.kind === "refused") throw new TerminalError("bankRefuses", wordsOf(outcome));
        const made = doneOf(outcome);
        requireOwn(made, made.metadata[ACTOR] === actor && made.paymentId === chargeId);
        return made.status === "canceled" ? cancelledOf(made) : wholeOf([made], amount);
      },
      timeoutMs: TIMEOUT_MS,
      maxAttempts: MAX_ATTEMPTS,
    },
  };
}

/** While the database is away nothing was asked. */
function retryWhenAway(error: unknown): never {
  if (!isTransient(error)) throw error;
  throw new RetryableError("Cannot read where the receipt goes: the database is away", {
    cause: error,
    isOutcomeUnknown: false,
  });
}

/** What YooKassa keeps: what does not reach the shop. */
function feeOf({ amount, incomeAmount }: YooKassaPayment): { fee?: MoneyJson } {
  if (incomeAmount === null || incomeAmount.currency !== amount.currency) return {};
  const fee = BigInt(amount.minor) - BigInt(incomeAmount.minor);
  return fee < 0n ? {} : { fee: { minor: String(fee), currency: "RUB" } };
}

/** One that the bank has cancelled. @throws {TerminalError} When it can be asked for anew. */
function cancelledOf(
  { cancellation, id }: YooKassaRefund,
): BankEffects["refundRubles"]["output"] {
  const reason = cancellation?.reason ?? "";
  if (reason !== SHORT) return { status: "canceled", reason };
  throw new TerminalError("balanceTooLow", `The shop has too little for refund ${id}`);
}

/** Those that are not cancelled: ours, or what somebody gives back by hand, perhaps in parts. */
function wholeOf(
  refunds: readonly YooKassaRefund[],
  wanted: MoneyJson,
): BankEffects["refundRubles"]["output"] {
  const sum = refunds.reduce((total, { amount }) => total + BigInt(amount.minor), 0n);
  const isOther = refunds.some(({ amount }) => amount.currency !== wanted.currency);
  if (isOther || sum !== BigInt(wanted.minor)) {
    const ids = refunds.map(({ id }) => id).join(", ");
    throw new TerminalError("refundDiffers", `${ids} give back another amount than the payment's`);
  }
  return {
    status: refunds.every(({ status }) => status === "succeeded") ? "succeeded" : "pending",
  };
}
