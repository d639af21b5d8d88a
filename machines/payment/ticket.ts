/**
 * Money that is here: the player's limits and the raffle decide on the ticket, and what becomes of its
 * charge later. Guards against money that hangs between a ticket and a refund.
 */
import { assign, enqueueActions } from "xstate";
import { paymentAccount, rafflePot } from "../domain/accounts.ts";
import { startRefund, toUser } from "../domain/addresses.ts";
import type { RefundInput } from "../domain/events.ts";
import { ask } from "../supplied.ts";
import { post, record, refundOf, tellRefundDone } from "./base_rules.ts";
import { type PaymentContext, priceOf, termsOf } from "./payment_context.ts";
import { placingRules } from "./placing.ts";
import { backToBalance, due, dueFromPot, loss, takenFromClearing } from "./transfers.ts";

type Reason = RefundInput["reason"];

/** With the rules of tickets. */
export const ticketRules = placingRules.extend({
  guards: {
    isChargedBack: ({ context }) => context.isChargedBack,
  },
  actions: {
    keepTicket: assign((_, params: { number: number }) => ({ ticketNumber: params.number })),
    markChargedBack: assign({ isChargedBack: true }),
    markRaffleWaiting: assign({ isRaffleWaiting: true }),
    /** The charge is gone while its ticket is there: a loss, unless the raffle can void the ticket. */
    bearChargeback: enqueueActions(({ context, enqueue }) => {
      const { playerId, raffleId, paymentId, chargeId } = context;
      enqueue(ask({ type: "postTransfers", params: { transfers: [loss(context)] } }));
      enqueue(ask({
        type: "tell",
        params: toUser(playerId, {
          type: "ticket.void",
          raffleId,
          paymentId,
          chargeId: chargeId ?? "",
        }),
      }));
    }),
    /** The entry's own charge goes back. */
    returnEntry: enqueueActions((
      { context, enqueue },
      { reason, from, atMs }: { reason: Reason; from: "clearing" | "pot"; atMs: number },
    ) => {
      const refund = ownRefund(context, { reason, atMs });
      const transfer = from === "pot" ? dueFromPot(context, refund) : due(context, refund);
      enqueue(ask({ type: "postTransfers", params: { transfers: [transfer] } }));
      enqueue(ask({ type: "tell", params: startRefund(refund) }));
    }),
    /** What was taken from the balance goes back there at once. */
    giveBack: enqueueActions(({ context, enqueue }, { reason }: { reason: Reason }) => {
      const { playerId, raffleId } = context;
      const notice = { key: "refunded" as const, raffleId, amount: priceOf(context), reason };
      enqueue(ask({ type: "postTransfers", params: { transfers: [backToBalance(context)] } }));
      enqueue(ask({ type: "notify", params: { playerId, notice } }));
    }),
  },
});

/** Is it a ticket? */
export const claiming = ticketRules.createStateConfig({
  description: "The money is here; the player's limits and the raffle decide on the ticket.",
  tags: ["paid"],
  entry: [
    record("paid"),
    {
      type: "tell",
      params: ({ context }) =>
        toUser(context.playerId, {
          type: "entry.paid",
          paymentId: context.paymentId,
          raffleId: context.raffleId,
          salt: context.salt,
          terms: termsOf(context),
          price: priceOf(context),
          placeUntilMs: context.placeUntilMs,
          source: {
            method: context.method,
            account: context.method === "balance"
              ? rafflePot(context.raffleId)
              : paymentAccount(context.paymentId, "clearing", priceOf(context).currency),
          },
          atMs: context.paidAtMs,
        }),
    },
  ],
  on: {
    "ticket.issued": {
      target: "ticketed",
      actions: [
        { type: "keepTicket", params: ({ event }) => ({ number: event.number }) },
        {
          type: "notify",
          params: ({ context: { playerId, raffleId }, event }) => ({
            playerId,
            notice: { key: "joined", raffleId, number: event.number },
          }),
        },
      ],
    },
    "ticket.refused": [
      {
        description: "The charge is back already, by force: the books follow.",
        guard: "isChargedBack",
        target: "chargedBack",
        actions: [{ type: "keepRefusal", params: ({ event }) => event }, post(takenFromClearing)],
      },
      {
        description: "The balance gets back what was taken.",
        guard: "isFromBalance",
        target: "refunded",
        actions: [
          { type: "keepRefusal", params: ({ event }) => event },
          { type: "giveBack", params: ({ event }) => event },
        ],
      },
      {
        description: "The charge goes back.",
        target: "refunding",
        actions: [
          { type: "keepRefusal", params: ({ event }) => event },
          {
            type: "returnEntry",
            params: ({ context: { paidAtMs }, event: { reason } }) => ({
              reason,
              from: "clearing" as const,
              atMs: paidAtMs,
            }),
          },
        ],
      },
    ],
    "payment.refunded": {
      description: "A chargeback while the ticket is being decided: remembered until it is.",
      guard: { type: "isOwnCharge", params: ({ event }) => event },
      actions: "markChargedBack",
    },
  },
});

/** It is. */
export const ticketed = ticketRules.createStateConfig({
  description: "The money is in the pot and the player in the raffle.",
  tags: ["paid", "ticketed", "finished", "resting"],
  entry: record("ticketed"),
  always: {
    description: "The charge was taken back while the ticket was being decided.",
    guard: "isChargedBack",
    target: "chargedBack",
    actions: "bearChargeback",
  },
  on: {
    "entry.refund": [
      {
        description: "The raffle is cancelled; the balance gets the whole entry back.",
        guard: "isFromBalance",
        target: "refunded",
        actions: [
          { type: "giveBack", params: ({ event }) => event },
          tellRefundDone,
        ],
      },
      {
        description: "The raffle is cancelled; the whole entry leaves the pot and goes back.",
        target: "refunding",
        actions: [
          "markRaffleWaiting",
          {
            type: "returnEntry",
            params: ({ event: { reason, atMs } }) => ({ reason, from: "pot" as const, atMs }),
          },
        ],
      },
    ],
    "ticket.excluded": [
      {
        description: "His ticket is off the list; the balance gets the whole entry back.",
        guard: "isFromBalance",
        target: "refunded",
        actions: { type: "giveBack", params: { reason: "excluded" } },
      },
      {
        description: "His ticket is off the list; the whole entry leaves the pot and goes " +
          "back. The raffle goes on and waits for nothing.",
        target: "refunding",
        actions: {
          type: "returnEntry",
          params: ({ event: { atMs } }) => ({
            reason: "excluded" as const,
            from: "pot" as const,
            atMs,
          }),
        },
      },
    ],
    "charge.spent": {
      description: "The raffle is over and he takes his charge back as a part of his prize: what " +
        "he is owed is put apart already. The ticket has done its work.",
      target: "returning",
      actions: {
        type: "tell",
        params: ({ context, event: { atMs } }) =>
          startRefund(ownRefund(context, { reason: "prize", atMs })),
      },
    },
    "payment.refunded": {
      description: "A chargeback. The treasury bears the loss until the raffle makes it good.",
      guard: { type: "isOwnCharge", params: ({ event }) => event },
      target: "chargedBack",
      actions: "bearChargeback",
    },
  },
});

/** The entry's own charge, as it goes back. */
function ownRefund(
  context: PaymentContext,
  { reason, atMs }: { reason: Reason; atMs: number },
): RefundInput {
  const { chargeId, provider, playerId: payerId } = context;
  const charge = { chargeId: chargeId ?? "", amount: priceOf(context), atMs, payerId };
  return refundOf(context, { ...charge, ...(provider && { provider }) }, reason);
}
