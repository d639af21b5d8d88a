/** An entry from the balance or by bank: a place first, then the money. */
import { assign } from "xstate";
import { type BankEnded, startBankPayment } from "../domain/bank.ts";
import type { PaymentEvent } from "../domain/events.ts";
import { bankPaymentIdOf } from "../domain/ids.ts";
import { giveUpPlace, record, requestPlace, sendBack } from "./base_rules.ts";
import { invoiceRules } from "./invoice.ts";
import { type PaymentContext, priceOf } from "./payment_context.ts";
import { balanceEntry } from "./transfers.ts";

type Confirmed = Extract<PaymentEvent, { type: "payment.confirmed" }>;

/** With the rules of entries that are placed first. */
export const placingRules = invoiceRules.extend({
  guards: {
    isTaken: (_, params: { isTaken: boolean }) => params.isTaken,
  },
  actions: {
    keepBankRefusal: assign((_, { reason, bankReason }: BankEnded) => ({
      refusal: reason,
      ...(bankReason === undefined ? {} : { bankReason }),
    })),
    keepPaidFromBalance: assign(({ context }) => ({ paidAtMs: context.requestedAtMs })),
  },
});

/** A place, then the money. */
export const placing = placingRules.createStateConfig({
  description: "The entry is paid from the balance or by bank: a place first, then the money.",
  initial: "reserving",
  states: {
    reserving: {
      description: "The player's limits are asked first, then the raffle's places.",
      entry: [
        record("reserving"),
        {
          type: "tell",
          params: ({ context }) => requestPlace(context, { atMs: context.requestedAtMs }),
        },
      ],
      on: {
        "place.reserved": [
          {
            guard: "isFromBalance",
            target: "taking",
            actions: { type: "keepPlace", params: ({ event }) => event },
          },
          {
            target: "paying",
            actions: { type: "keepPlace", params: ({ event }) => event },
          },
        ],
        "place.refused": {
          target: "#payment.refused",
          actions: [
            { type: "keepRefusal", params: ({ event }) => event },
            { type: "releasePlace", params: { untilMs: 0 } },
          ],
        },
      },
      after: {
        placeTimeout: {
          description: "No decision in time. A place that comes later is given back.",
          target: "#payment.refused",
          actions: [
            { type: "keepRefusal", params: { reason: "tryAgain" } },
            { type: "releasePlace", params: { untilMs: 0 } },
          ],
        },
      },
    },
    taking: {
      description: "The price is taken from the balance into the pot, in the same commit.",
      invoke: {
        id: "takeFromBalance",
        src: "takeFromBalance",
        input: ({ context }) => balanceEntry(context),
        onDone: [
          {
            guard: { type: "isTaken", params: ({ event }) => event.output },
            target: "#payment.claiming",
            actions: "keepPaidFromBalance",
          },
          {
            description: "He has not enough.",
            target: "#payment.refused",
            actions: [
              { type: "keepRefusal", params: { reason: "insufficientFunds" } },
              giveUpPlace,
            ],
          },
        ],
        onError: {
          description: "Nothing was taken.",
          target: "#payment.refused",
          actions: [{ type: "keepRefusal", params: { reason: "tryAgain" } }, giveUpPlace],
        },
      },
    },
    paying: {
      description: "The player pays on the bank's page. His place lapses with the closing " +
        "window, as after a yes to a pre-checkout.",
      tags: ["payable", "resting"],
      entry: [
        record("paying"),
        { type: "tell", params: ({ context }) => startBankPayment(byBank(context)) },
      ],
      on: {
        "payment.confirmed": [
          unfitting("isWrongCurrency", "wrongCurrency"),
          unfitting("isWrongAmount", "wrongAmount"),
        ],
        "bank.ended": {
          description: "Nothing came.",
          target: "#payment.refused",
          actions: [{ type: "keepBankRefusal", params: ({ event }) => event }, giveUpPlace],
        },
      },
    },
  },
});

/** The payment by bank is over, and its money pays no entry: nobody waits for another. */
function unfitting(
  guard: "isWrongCurrency" | "isWrongAmount",
  reason: "wrongCurrency" | "wrongAmount",
) {
  return {
    guard: { type: guard, params: ({ event }: { event: Confirmed }) => event },
    target: "#payment.refused",
    actions: [
      { type: "keepRefusal", params: { reason } },
      giveUpPlace,
      sendBack(reason),
    ],
  } as const;
}

function byBank(context: PaymentContext) {
  const { paymentId, raffleId, playerId, language, title, requestedAtMs } = context;
  return {
    bankPaymentId: bankPaymentIdOf(paymentId),
    owner: `payment/${paymentId}` as const,
    playerId,
    language,
    amount: priceOf(context),
    raffleId,
    title: title ?? "",
    atMs: requestedAtMs,
  };
}
