/**
 * What all parts of a payment stand on: its types, what the runtime supplies, and the deeds of more than
 * one part. Each part extends the rules of the part before it, so that the last one has all of them.
 */
import { assign, enqueueActions, setup } from "xstate";
import { startRefund, toRaffle, toUser } from "../domain/addresses.ts";
import type {
  EffectActions,
  EffectSources,
  TransactionalActions,
  TransactionalSources,
} from "../domain/effects.ts";
import type {
  PaymentEvent,
  PaymentInput,
  PlayerId,
  RefundInput,
  TransferParams,
} from "../domain/events.ts";
import { refundIdOf, telegramUserIdOf } from "../domain/ids.ts";
import type { MoneyJson } from "../domain/money.ts";
import type { EntryRefusal } from "../domain/refusals.ts";
import { ask, supplied, suppliedByRuntime } from "../supplied.ts";
import type { PaymentTag } from "../tags.ts";
import { isPaid, type PaymentContext, priceOf, termsOf } from "./payment_context.ts";
import { due, receipt } from "./transfers.ts";

/**
 * How many charges beside the entry's own are remembered. A forgotten one that is told of again does
 * no harm: its transfers and its refund have keys made from its id.
 */
const MAX_OTHER_CHARGES = 8;

type Confirmed = Extract<PaymentEvent, { type: "payment.confirmed" }>;
type PreCheckout = Extract<PaymentEvent, { type: "precheckout.received" }>;

/** The rules of every part. */
export const baseRules = setup({
  types: {
    context: {} as PaymentContext,
    events: {} as PaymentEvent,
    input: {} as PaymentInput,
    tags: {} as PaymentTag,
  },
  actors: {
    sendInvoice: supplied<EffectSources["sendInvoice"]>(),
    takeFromBalance: supplied<TransactionalSources["takeFromBalance"]>(),
  },
  delays: {
    /** Telegram waits ten seconds for the answer to a pre-checkout. */
    placeTimeout: 8_000,
  },
  guards: {
    isFromBalance: ({ context }) => context.method === "balance",
    isWrongPayer: ({ context }, params: { payerId: PlayerId }) =>
      params.payerId !== context.playerId,
    isWrongCurrency: ({ context }, params: { amount: MoneyJson }) =>
      params.amount.currency !== context.price?.currency,
    isWrongAmount: ({ context }, params: { amount: MoneyJson }) =>
      params.amount.minor !== context.price?.minor,
    isPaid: ({ context }) => isPaid(context),
    isKnownCharge: ({ context }, params: { chargeId: string }) =>
      context.chargeId === params.chargeId || context.otherCharges.includes(params.chargeId),
    isOwnCharge: ({ context }, params: { chargeId: string }) =>
      context.chargeId === params.chargeId,
    isOtherCharge: ({ context }, params: { chargeId: string }) =>
      context.otherCharges.includes(params.chargeId),
  },
  actions: {
    notify: (_, _params: EffectActions["notify"]) => suppliedByRuntime(),
    answerPreCheckout: (_, _params: EffectActions["answerPreCheckout"]) => suppliedByRuntime(),
    tell: (_, _params: TransactionalActions["tell"]) => suppliedByRuntime(),
    postTransfers: (_, _params: TransactionalActions["postTransfers"]) => suppliedByRuntime(),
    recordPayment: (_, _params: TransactionalActions["recordPayment"]) => suppliedByRuntime(),
    recordForeignPayer: (_, _params: TransactionalActions["recordForeignPayer"]) =>
      suppliedByRuntime(),

    keepPlace: assign((_, params: { untilMs: number }) => ({ placeUntilMs: params.untilMs })),
    keepRefusal: assign((_, params: { reason: EntryRefusal }) => ({ refusal: params.reason })),
    keepCharge: assign((_, { chargeId, atMs, provider }: Confirmed) => ({
      chargeId,
      paidAtMs: atMs,
      ...(provider && { provider }),
    })),
    /** A query is answered once: yes or no, then it is forgotten. */
    answerQuery: enqueueActions((
      { context: { queryId, language }, enqueue },
      params: { ok: true } | { ok: false; reason: EntryRefusal },
    ) => {
      if (queryId === null) return;
      enqueue(ask({ type: "answerPreCheckout", params: { queryId, language, ...params } }));
      enqueue.assign({ queryId: null });
    }),
    /** The player and the raffle may count with the place again. */
    releasePlace: enqueueActions((
      { context: { paymentId, raffleId, playerId }, enqueue },
      params: { untilMs: number },
    ) => {
      enqueue.assign({ placeUntilMs: 0 });
      enqueue(ask({
        type: "tell",
        params: toUser(playerId, { type: "place.released", paymentId, raffleId }),
      }));
      if (params.untilMs === 0) return;
      enqueue(ask({
        type: "tell",
        params: toRaffle(raffleId, {
          type: "place.released",
          paymentId,
          untilMs: params.untilMs,
        }),
      }));
    }),
    /** A charge that pays nothing: all of it goes back to the one who paid it. */
    returnCharge: enqueueActions((
      { context, enqueue },
      { charge, reason }: { charge: Confirmed; reason: RefundInput["reason"] },
    ) => {
      enqueue.assign({
        otherCharges: [...context.otherCharges, charge.chargeId].slice(-MAX_OTHER_CHARGES),
      });
      enqueue(ask({
        type: "postTransfers",
        params: { transfers: [receipt(context, charge), due(context, charge)] },
      }));
      enqueue(ask({ type: "tell", params: startRefund(refundOf(context, charge, reason)) }));
    }),
  },
});

/** An action of the chart, made from what it is done on. */
type Action<Type extends string, Params, Event = unknown> = {
  type: Type;
  params: (args: { context: PaymentContext; event: Event }) => Params;
};

/** It is written down with this status. */
export function record(
  status: string,
): Action<"recordPayment", TransactionalActions["recordPayment"]> {
  return { type: "recordPayment", params: ({ context }) => row(context, status) };
}

/** This transfer is made. */
export function post(
  transferOf: (context: PaymentContext) => TransferParams,
): Action<"postTransfers", { transfers: TransferParams[] }> {
  return {
    type: "postTransfers",
    params: ({ context }) => ({ transfers: [transferOf(context)] }),
  };
}

/** The place that is held is given up. */
export const giveUpPlace: Action<"releasePlace", { untilMs: number }> = {
  type: "releasePlace",
  params: ({ context }) => ({ untilMs: context.placeUntilMs }),
};

/** A charge that pays nothing goes back. */
export function sendBack(
  reason: RefundInput["reason"],
): Action<"returnCharge", { charge: Confirmed; reason: RefundInput["reason"] }, Confirmed> {
  return { type: "returnCharge", params: ({ event }) => ({ charge: event, reason }) };
}

/** A cancelled raffle waits for it. */
export const tellRefundDone: Action<"tell", TransactionalActions["tell"]> = {
  type: "tell",
  params: ({ context: { raffleId, paymentId } }) =>
    toRaffle(raffleId, { type: "refund.done", paymentId }),
};

/** A pre-checkout gets a no at once. */
export function answerNo(
  reason: EntryRefusal,
): Action<"answerPreCheckout", EffectActions["answerPreCheckout"], PreCheckout> {
  return {
    type: "answerPreCheckout",
    params: ({ context: { language }, event: { queryId } }) => ({
      queryId,
      ok: false,
      reason,
      language,
    }),
  };
}

/** Who wanted to pay for another. */
export const noteForeignPayer: Action<
  "recordForeignPayer",
  TransactionalActions["recordForeignPayer"],
  { payerId: PlayerId; atMs: number }
> = {
  type: "recordForeignPayer",
  params: ({ context: { paymentId, raffleId, playerId }, event: { payerId, atMs } }) => ({
    paymentId,
    raffleId,
    playerId,
    payerId,
    atMs,
  }),
};

/** The player's limits are asked, and after them the raffle's places. */
export function requestPlace(
  context: PaymentContext,
  { entriesPerDay, atMs }: { entriesPerDay?: number; atMs: number },
): TransactionalActions["tell"] {
  const { paymentId, raffleId, playerId } = context;
  return toUser(playerId, {
    type: "place.requested",
    paymentId,
    raffleId,
    terms: termsOf(context),
    price: priceOf(context),
    ...(entriesPerDay === undefined ? {} : { entriesPerDay }),
    atMs,
  });
}

/** A charge, as it goes back. */
export function refundOf(
  { paymentId, raffleId }: PaymentContext,
  { chargeId, payerId, amount, provider, atMs }: Omit<Confirmed, "type">,
  reason: RefundInput["reason"],
): RefundInput {
  return {
    refundId: refundIdOf({ paymentId, chargeId }),
    paymentId,
    raffleId,
    playerId: payerId,
    telegramUserId: telegramUserIdOf(payerId),
    ...(provider && { provider }),
    chargeId,
    amount,
    reason,
    atMs,
  };
}

function row(context: PaymentContext, status: string): TransactionalActions["recordPayment"] {
  const { paymentId, raffleId, playerId, price, chargeId, refusal } = context;
  return {
    paymentId,
    raffleId,
    playerId,
    status,
    ...(price === null ? {} : { amount: price }),
    ...(chargeId === null ? {} : { chargeId }),
    ...(refusal === null ? {} : { refusal }),
  };
}
