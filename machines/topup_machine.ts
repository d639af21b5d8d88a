/**
 * One top-up of a player's ruble balance: paid by bank, credited once. Imports only xstate and
 * `machines/domain`. Guards against a payment that is credited twice, or to nobody.
 */
import { setup } from "xstate";
import { receivedBy, userAvailable } from "./domain/accounts.ts";
import { toUser } from "./domain/addresses.ts";
import { startBankPayment, type TopUpEvent, type TopUpInput } from "./domain/bank.ts";
import type { EffectActions, TransactionalActions } from "./domain/effects.ts";
import type { TransferParams } from "./domain/events.ts";
import { bankPaymentIdOf } from "./domain/ids.ts";
import { suppliedByRuntime } from "./supplied.ts";
import type { TopUpTag } from "./tags.ts";

/** Format of the stored snapshot. */
export const version = 1;

type Confirmed = Extract<TopUpEvent, { type: "payment.confirmed" }>;

/** The rules of a top-up. */
export const topUpMachine = setup({
  types: {
    context: {} as TopUpInput,
    events: {} as TopUpEvent,
    input: {} as TopUpInput,
    tags: {} as TopUpTag,
  },
  actions: {
    notify: (_, _params: EffectActions["notify"]) => suppliedByRuntime(),
    tell: (_, _params: TransactionalActions["tell"]) => suppliedByRuntime(),
    postTransfers: (_, _params: TransactionalActions["postTransfers"]) => suppliedByRuntime(),
    recordDeed: (_, _params: TransactionalActions["recordDeed"]) => suppliedByRuntime(),
  },
}).createMachine({
  id: "topup",
  description: "Rubles for a player's balance. What came is credited, whatever was asked for.",
  context: ({ input }) => input,
  initial: "created",
  on: {
    "payment.confirmed": {
      description: "The money is here, whatever we thought of it: it is his, once.",
      target: ".credited",
      actions: [
        {
          type: "postTransfers",
          params: ({ context, event }) => ({ transfers: [credit(context, event)] }),
        },
        {
          type: "notify",
          params: ({ context: { playerId }, event: { amount, chargeId } }) => ({
            playerId,
            notice: { key: "toppedUp", amount, chargeId },
          }),
        },
      ],
    },
  },
  states: {
    created: {
      description: "Made by the player's wish; it starts with the next event.",
      on: { "topup.start": { target: "paying" } },
    },
    paying: {
      description: "The player has the provider's page, or gets it now.",
      tags: ["payable", "resting"],
      entry: [
        { type: "recordDeed", params: ({ context }) => deed(context, "topUpBegun") },
        {
          type: "tell",
          params: ({ context: { topUpId, ...wanted } }) =>
            startBankPayment({
              ...wanted,
              bankPaymentId: bankPaymentIdOf(topUpId),
              owner: `topup/${topUpId}`,
            }),
        },
      ],
      exit: {
        type: "tell",
        params: ({ context: { playerId, topUpId } }) =>
          toUser(playerId, { type: "topup.ended", topUpId }),
      },
      on: {
        "bank.ended": {
          target: "unpaid",
          actions: {
            type: "notify",
            params: ({ context: { playerId, amount }, event: { type: _, ...why } }) => ({
              playerId,
              notice: { key: "topUpFailed", amount, ...why },
            }),
          },
        },
      },
    },
    credited: {
      description: "It is on the balance.",
      tags: ["finished"],
      entry: { type: "recordDeed", params: ({ context }) => deed(context, "toppedUp") },
      type: "final",
    },
    unpaid: {
      description: "Nothing came. Should it come all the same, it counts.",
      tags: ["finished", "resting"],
      entry: { type: "recordDeed", params: ({ context }) => deed(context, "topUpFailed") },
    },
  },
});

/** From what the provider holds for us to what he can spend. */
function credit(
  { playerId }: TopUpInput,
  { chargeId, amount }: Confirmed,
): TransferParams {
  return {
    key: `charge/${chargeId}/received`,
    from: receivedBy("yookassa"),
    to: userAvailable(playerId),
    amount,
    type: "topUp",
    externalId: chargeId,
  };
}

function deed({ playerId, topUpId }: TopUpInput, what: string): TransactionalActions["recordDeed"] {
  return { playerId, what, detail: topUpId };
}
