/**
 * One prize, from the raffle to the winner's balance, exactly once. Imports only xstate and
 * `machines/domain`. Guards against a prize that is credited twice: what is done is final.
 */
import { setup } from "xstate";
import { payoutHeld, userAvailable } from "./domain/accounts.ts";
import { toRaffle, toUser } from "./domain/addresses.ts";
import type { EffectActions, TransactionalActions } from "./domain/effects.ts";
import type { PayoutEvent, PayoutInput, TransferParams } from "./domain/events.ts";
import { suppliedByRuntime } from "./supplied.ts";
import type { PayoutTag } from "./tags.ts";

/** Format of the stored snapshot. */
export const version = 1;

/** The rules of a payout. */
export const payoutMachine = setup({
  types: {
    context: {} as PayoutInput,
    events: {} as PayoutEvent,
    input: {} as PayoutInput,
    tags: {} as PayoutTag,
  },
  actions: {
    notify: (_, _params: EffectActions["notify"]) => suppliedByRuntime(),
    tell: (_, _params: TransactionalActions["tell"]) => suppliedByRuntime(),
    postTransfers: (_, _params: TransactionalActions["postTransfers"]) => suppliedByRuntime(),
  },
}).createMachine({
  id: "payout",
  description: "A prize that has left the pot and becomes the winner's to spend.",
  context: ({ input }) => input,
  initial: "held",
  states: {
    held: {
      description: "The prize lies apart; it is nobody's to spend yet.",
      tags: ["held"],
      on: {
        "payout.credit": {
          target: "credited",
          actions: [
            {
              type: "postTransfers",
              params: ({ context }) => ({ transfers: [credit(context)] }),
            },
            {
              type: "tell",
              params: ({ context: { playerId, raffleId, payoutId, amount } }) =>
                toUser(playerId, { type: "prize.credited", raffleId, payoutId, amount }),
            },
            {
              type: "notify",
              params: ({ context: { playerId, raffleId, amount } }) => ({
                playerId,
                notice: { key: "credited", raffleId, prize: amount },
              }),
            },
            {
              type: "tell",
              params: ({ context: { raffleId, payoutId } }) =>
                toRaffle(raffleId, { type: "payout.done", payoutId }),
            },
          ],
        },
      },
    },
    credited: {
      description: "The winner has it.",
      tags: ["finished"],
      type: "final",
    },
  },
});

function credit({ payoutId, playerId, amount }: PayoutInput): TransferParams {
  return {
    key: `payout/${payoutId}/credit`,
    from: payoutHeld(payoutId),
    to: userAvailable(playerId),
    amount,
    type: "prize",
  };
}
