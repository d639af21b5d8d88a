/** Where an entry's money ends beside its ticket: on its way back, back, taken by force; or it never came. */
import { post, record, tellRefundDone } from "./base_rules.ts";
import { ticketRules } from "./ticket.ts";
import { lossMadeGood, lossMadeGoodByPrize } from "./transfers.ts";

/** All rules of a payment. */
export const paymentRules = ticketRules.extend({
  guards: {
    isOwnChargeForRaffle: ({ context }, params: { chargeId: string }) =>
      context.chargeId === params.chargeId && context.isRaffleWaiting,
  },
});

/** The provider tells of a charge that is known: nothing changes. */
const toldOfCharge = (description: string) => ({
  description,
  guard: {
    type: "isKnownCharge",
    params: ({ event }: { event: { chargeId: string } }) => event,
  },
} as const);

/** It goes back to him. */
export const refunding = paymentRules.createStateConfig({
  description: "The entry's charge is on its way back; the refund tries until it succeeds.",
  tags: ["refunding", "resting"],
  entry: record("refunding"),
  on: {
    "refund.done": [
      {
        description: "The cancelled raffle counts what is back.",
        guard: { type: "isOwnChargeForRaffle", params: ({ event }) => event },
        target: "refunded",
        actions: tellRefundDone,
      },
      {
        guard: { type: "isOwnCharge", params: ({ event }) => event },
        target: "refunded",
      },
      {
        description: "A charge beside the entry's own is back.",
        guard: { type: "isOtherCharge", params: ({ event }) => event },
      },
    ],
    "payment.refunded": toldOfCharge(
      "Telegram tells of our own refund; the refund itself says when it is done.",
    ),
  },
});

/** It is back. */
export const refunded = paymentRules.createStateConfig({
  description: "The entry is back where it came from.",
  tags: ["refunded", "finished", "resting"],
  entry: record("refunded"),
  on: {
    "payment.refunded": toldOfCharge("Telegram tells of our own refund."),
  },
});

/** It goes back as a prize. */
export const returning = paymentRules.createStateConfig({
  description: "Its charge goes back as a part of the player's prize; the refund tries until it " +
    "succeeds.",
  tags: ["refunding", "resting"],
  entry: record("returning"),
  on: {
    "refund.done": {
      guard: { type: "isOwnCharge", params: ({ event }) => event },
      target: "returned",
    },
    "payment.refunded": toldOfCharge(
      "Telegram tells of our own refund, or he was faster and took it by force: " +
        "the refund finds that it is back, and nobody loses anything.",
    ),
  },
});

/** It is his prize. */
export const returned = paymentRules.createStateConfig({
  description: "Its charge is back as a part of the player's prize.",
  tags: ["refunded", "finished", "resting"],
  entry: record("returned"),
  on: {
    "payment.refunded": toldOfCharge("Telegram tells of our own refund."),
  },
});

/** It was taken by force. */
export const chargedBack = paymentRules.createStateConfig({
  description: "Telegram took the charge back by force. A ticket that it paid for is void while " +
    "the list is open; one that was sealed stands.",
  tags: ["finished", "resting"],
  entry: record("chargedBack"),
  on: {
    "entry.refund": {
      description: "He has his money already: the entry leaves the pot and makes the loss good.",
      actions: [
        post(lossMadeGood),
        tellRefundDone,
      ],
    },
    "ticket.excluded": {
      description:
        "He has his money already, and his ticket is off the list: the entry leaves the " +
        "pot and makes the loss good.",
      actions: post(lossMadeGood),
    },
    "charge.spent": {
      description: "He asked for it as a prize at the same time: he has it, and what was put " +
        "apart makes the loss good.",
      actions: post(lossMadeGoodByPrize),
    },
    "payment.refunded": toldOfCharge("Told again."),
  },
});

/** There was none. */
export const refused = paymentRules.createStateConfig({
  description: "No entry, and the player knows why. Nothing was paid.",
  tags: ["finished", "resting"],
  entry: [
    record("refused"),
    {
      type: "notify",
      params: ({ context: { playerId, raffleId, refusal, bankReason } }) => ({
        playerId,
        notice: {
          key: "entryRefused",
          raffleId,
          reason: refusal ?? "tryAgain",
          ...(bankReason === undefined ? {} : { bankReason }),
        },
      }),
    },
  ],
});

/** He could not be asked for it. */
export const failed = paymentRules.createStateConfig({
  description: "The invoice could not be sent. Should it have arrived and be paid, it counts.",
  tags: ["finished", "resting"],
  entry: record("failed"),
});

/** He did not pay it. */
export const expired = paymentRules.createStateConfig({
  description: "The invoice was not paid in time. Should money come all the same, it counts.",
  tags: ["finished", "resting"],
  entry: record("expired"),
});
