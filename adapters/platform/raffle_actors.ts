/** The platform's five kinds of actors: each machine meets its effects here. */
import {
  type ActorDefinition,
  defineActor,
  type EffectDefinition,
} from "../../actors/define_actor.ts";
import {
  explainPaymentRefusal,
  explainRaffleRefusal,
  explainRefundRefusal,
  explainUserRefusal,
} from "../../machines/explain_refusal.ts";
import { paymentMachine, version as paymentVersion } from "../../machines/payment_machine.ts";
import { payoutMachine, version as payoutVersion } from "../../machines/payout_machine.ts";
import { raffleMachine, version as raffleVersion } from "../../machines/raffle_machine.ts";
import { refundMachine, version as refundVersion } from "../../machines/refund_machine.ts";
import { userMachine, version as userVersion } from "../../machines/user_machine.ts";
import { transactionalSources as sources } from "./transactional_sources.ts";

type EffectName =
  | "notify"
  | "answerPreCheckout"
  | "sendInvoice"
  | "refundStars"
  | "takeDrawTicket"
  | "sealTickets"
  | "requestDraw"
  | "verifyDraw";

/** @param effects By their names in the machines. */
export function defineRaffleActors(
  effects: Readonly<Record<EffectName, EffectDefinition>>,
): ActorDefinition[] {
  const { notify, answerPreCheckout, sendInvoice, refundStars, ...draw } = effects;
  const { postTransfers } = sources;
  return [
    defineActor({
      kind: "user",
      machine: userMachine,
      version: userVersion,
      explainRefusal: explainUserRefusal,
      effects: { notify },
      transactional: { recordPlayer: sources.recordPlayer },
    }),
    defineActor({
      kind: "raffle",
      machine: raffleMachine,
      version: raffleVersion,
      explainRefusal: explainRaffleRefusal,
      effects: { notify, ...draw },
      transactional: {
        postTransfers,
        recordRaffle: sources.recordRaffle,
        recordTicket: sources.recordTicket,
        notifyPlayers: sources.notifyPlayers,
        countPlayers: sources.countPlayers,
        pageTickets: sources.pageTickets,
      },
    }),
    defineActor({
      kind: "payment",
      machine: paymentMachine,
      version: paymentVersion,
      explainRefusal: explainPaymentRefusal,
      effects: { notify, answerPreCheckout, sendInvoice },
      transactional: {
        postTransfers,
        recordPayment: sources.recordPayment,
        takeFromBalance: sources.takeFromBalance,
      },
    }),
    defineActor({
      kind: "refund",
      machine: refundMachine,
      version: refundVersion,
      explainRefusal: explainRefundRefusal,
      effects: { notify, refundStars },
      transactional: { postTransfers },
    }),
    defineActor({
      kind: "payout",
      machine: payoutMachine,
      version: payoutVersion,
      effects: { notify },
      transactional: { postTransfers },
    }),
  ];
}
