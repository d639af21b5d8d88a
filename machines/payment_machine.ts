/**
 * One entry, from the wish to the ticket or the refund. Money that was confirmed is a fact and is
 * accepted in every state; then it is in a ticket, or on its way back. Its parts are in `payment/`; here
 * they are one chart. Imports only xstate and `machines/domain`. Guards against money that hangs, a
 * second charge for one entry, and a pre-checkout that gets no answer within Telegram's ten seconds.
 */
import { answerNo, noteForeignPayer, sendBack } from "./payment/base_rules.ts";
import {
  chargedBack,
  expired,
  failed,
  paymentRules,
  refunded,
  refunding,
  refused,
  returned,
  returning,
} from "./payment/ends.ts";
import { payable, quoting } from "./payment/invoice.ts";
import { firstContext } from "./payment/payment_context.ts";
import { placing } from "./payment/placing.ts";
import { claiming, ticketed } from "./payment/ticket.ts";
import { receipt } from "./payment/transfers.ts";

export type { PaymentContext } from "./payment/payment_context.ts";

/** Format of the stored snapshot. */
export const version = 2;

/** Before version 2 only the balance asked for a place first. */
export const migrations = {
  2: (
    { value, context }: { value: unknown; context: object },
  ): { value: unknown; context: object } => ({ value: placedFirst(value), context }),
};

function placedFirst(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("fromBalance" in value)) return value;
  return { placing: value.fromBalance };
}

/** The rules of one entry's money. */
export const paymentMachine = paymentRules.createMachine({
  id: "payment",
  description:
    "One entry's money: asked for, reserved, paid, then a ticket or a refund. It never " +
    "becomes final, because a charge can come or go back at any time.",
  context: ({ input }) => firstContext(input),
  initial: "created",
  on: {
    "payment.confirmed": [
      {
        description: "Told again: it is known, nothing changes.",
        guard: { type: "isKnownCharge", params: ({ event }) => event },
      },
      {
        description: "A second charge for one entry, or one for an entry from the balance.",
        guard: "isPaid",
        actions: sendBack("paidTwice"),
      },
      {
        description: "Somebody else paid; it goes back to him.",
        guard: { type: "isWrongPayer", params: ({ event }) => event },
        actions: [noteForeignPayer, sendBack("wrongPayer")],
      },
      {
        guard: { type: "isWrongCurrency", params: ({ event }) => event },
        actions: sendBack("wrongCurrency"),
      },
      {
        guard: { type: "isWrongAmount", params: ({ event }) => event },
        actions: sendBack("wrongAmount"),
      },
      {
        description: "The money is here, whatever we thought of the invoice. A ticket is claimed.",
        target: ".claiming",
        actions: [
          { type: "answerQuery", params: { ok: false, reason: "alreadyPaid" } },
          { type: "keepCharge", params: ({ event }) => event },
          {
            type: "postTransfers",
            params: ({ context, event }) => ({ transfers: [receipt(context, event)] }),
          },
        ],
      },
    ],
    "precheckout.received": [
      {
        description: "Never silence: the entry is paid.",
        guard: "isPaid",
        actions: answerNo("alreadyPaid"),
      },
      {
        description: "Never silence: there is nothing to pay any more, or not yet.",
        actions: answerNo("invoiceExpired"),
      },
    ],
    "place.reserved": {
      description: "Too late for us: the place is given back.",
      actions: { type: "releasePlace", params: ({ event }) => event },
    },
    "place.refused": {
      description: "Too late for us: it was answered without it.",
    },
    "refund.done": {
      description: "A charge beside the entry's own is back.",
      guard: { type: "isOtherCharge", params: ({ event }) => event },
    },
    "payment.refunded": {
      description: "A charge that pays nothing went back: that is what we asked for.",
      guard: { type: "isOtherCharge", params: ({ event }) => event },
    },
  },
  states: {
    created: {
      description: "Made by the player's wish; it starts with the next event.",
      on: {
        "payment.start": { target: "quoting" },
      },
    },
    quoting,
    payable,
    placing,
    claiming,
    ticketed,
    refunding,
    refunded,
    returning,
    returned,
    chargedBack,
    refused,
    failed,
    expired,
  },
});
