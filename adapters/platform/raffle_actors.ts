/** The platform's kinds of actors: each machine meets its effects here. */
import {
  type ActorDefinition,
  defineActor,
  type EffectDefinition,
} from "../../actors/define_actor.ts";
import {
  bankPaymentMachine,
  version as bankPaymentVersion,
} from "../../machines/bank_payment_machine.ts";
import { checksMachine, version as checksVersion } from "../../machines/checks_machine.ts";
import {
  bankPayoutMachine,
  version as bankPayoutVersion,
} from "../../machines/bank_payout_machine.ts";
import { broadcastMachine, version as broadcastVersion } from "../../machines/broadcast_machine.ts";
import { cashOutMachine, version as cashOutVersion } from "../../machines/cash_out_machine.ts";
import {
  explainCashOutRefusal,
  explainPanelRefusal,
  explainPaymentRefusal,
  explainRaffleRefusal,
  explainRefundRefusal,
  explainSeriesRefusal,
  explainSettingsRefusal,
  explainSuspicionRefusal,
  explainTemplatesRefusal,
  explainUserRefusal,
  explainWithdrawalRefusal,
} from "../../machines/explain_refusal.ts";
import { panelMachine, version as panelVersion } from "../../machines/panel_machine.ts";
import {
  migrations as paymentMigrations,
  paymentMachine,
  version as paymentVersion,
} from "../../machines/payment_machine.ts";
import { payoutMachine, version as payoutVersion } from "../../machines/payout_machine.ts";
import { raffleMachine, version as raffleVersion } from "../../machines/raffle_machine.ts";
import { refundMachine, version as refundVersion } from "../../machines/refund_machine.ts";
import { seriesMachine, version as seriesVersion } from "../../machines/series_machine.ts";
import { templatesMachine, version as templatesVersion } from "../../machines/templates_machine.ts";
import { topUpMachine, version as topUpVersion } from "../../machines/topup_machine.ts";
import {
  migrations as treasuryMigrations,
  treasuryMachine,
  version as treasuryVersion,
} from "../../machines/treasury_machine.ts";
import { settingsMachine, version as settingsVersion } from "../../machines/settings_machine.ts";
import { suspicionMachine, version as suspicionVersion } from "../../machines/suspicion_machine.ts";
import {
  migrations as withdrawalMigrations,
  version as withdrawalVersion,
  withdrawalMachine,
} from "../../machines/withdrawal_machine.ts";
import {
  migrations as userMigrations,
  userMachine,
  version as userVersion,
} from "../../machines/user_machine.ts";
import type { HashReceiver } from "./receiver_hash.ts";
import { createTemplateSource } from "./series_sources.ts";
import { transactionalSources as sources } from "./transactional_sources.ts";
import { treasurySources } from "./treasury_sources.ts";
import { createOpenWithdrawal } from "./withdrawal_sources.ts";

/** What the machines ask of the world outside. */
const effectNames = [
  "notify",
  "editCards",
  "tellDispute",
  "erasePlayer",
  "reportToAdmins",
  "announce",
  "sendPage",
  "answerPreCheckout",
  "sendInvoice",
  "refundStars",
  "takeDrawTicket",
  "sealTickets",
  "fetchBeacon",
  "requestDraw",
  "verifyDraw",
  "checkGift",
  "sendPrize",
  "findPurchases",
  "tellAdmin",
  "readStarBooks",
  "createBankPayment",
  "lookUpBankPayment",
  "refundRubles",
  "createBankPayout",
  "lookUpBankPayout",
] as const;

/** What does it, by the names in the machines. */
export type PlatformEffects = Readonly<Record<(typeof effectNames)[number], EffectDefinition>>;

/** These effects, and the same for all others: for those who run a part of the platform. */
export function withRest(
  effects: Partial<PlatformEffects>,
  rest: EffectDefinition,
): PlatformEffects {
  const all = effectNames.map((name) => [name, effects[name] ?? rest]);
  return Object.fromEntries(all) as PlatformEffects;
}

/**
 * All kinds of actors of the platform, with what they ask of the world outside.
 * @param hasRubles Whether rubles are taken.
 * @param hashReceiver By what their receivers are told apart; absent: not at all.
 */
export function defineRaffleActors(
  effects: PlatformEffects,
  { hasRubles = false, hashReceiver }: { hasRubles?: boolean; hashReceiver?: HashReceiver } = {},
): ActorDefinition[] {
  const readTemplate = createTemplateSource({ hasRubles });
  const { notify, editCards, tellDispute, erasePlayer } = effects;
  const { answerPreCheckout, sendInvoice, refundStars } = effects;
  const { takeDrawTicket, sealTickets, fetchBeacon, requestDraw, verifyDraw } = effects;
  const { checkGift, sendPrize, findPurchases } = effects;
  const { tellAdmin, readStarBooks } = effects;
  const { sendPage, reportToAdmins, announce } = effects;
  const { createBankPayment, lookUpBankPayment, refundRubles } = effects;
  const { createBankPayout, lookUpBankPayout } = effects;
  const { postTransfers } = sources;
  return [
    defineActor({
      kind: "user",
      machine: userMachine,
      version: userVersion,
      explainRefusal: explainUserRefusal,
      effects: { notify, tellDispute, erasePlayer },
      migrations: userMigrations,
      transactional: {
        recordPlayer: sources.recordPlayer,
        recordDeed: sources.recordDeed,
        recordDispute: sources.recordDispute,
        recordAnswer: sources.recordAnswer,
        forgetPlayer: sources.forgetPlayer,
        checkDeletion: sources.checkDeletion,
        recordObserver: sources.recordObserver,
        recordFollower: sources.recordFollower,
      },
    }),
    defineActor({
      kind: "raffle",
      machine: raffleMachine,
      version: raffleVersion,
      explainRefusal: explainRaffleRefusal,
      effects: {
        notify,
        editCards,
        announce,
        reportToAdmins,
        takeDrawTicket,
        sealTickets,
        fetchBeacon,
        requestDraw,
        verifyDraw,
      },
      transactional: {
        postTransfers,
        recordRaffle: sources.recordRaffle,
        recordTicket: sources.recordTicket,
        archiveDraw: sources.archiveDraw,
        recordClaim: sources.recordClaim,
        openClaims: sources.openClaims,
        holdGuarantee: sources.holdGuarantee,
        countPlayers: sources.countPlayers,
        pageTickets: sources.pageTickets,
      },
    }),
    defineActor({
      kind: "payment",
      machine: paymentMachine,
      version: paymentVersion,
      migrations: paymentMigrations,
      explainRefusal: explainPaymentRefusal,
      effects: { notify, answerPreCheckout, sendInvoice },
      transactional: {
        postTransfers,
        recordPayment: sources.recordPayment,
        recordForeignPayer: sources.recordForeignPayer,
        takeFromBalance: sources.takeFromBalance,
      },
    }),
    defineActor({
      kind: "refund",
      machine: refundMachine,
      version: refundVersion,
      explainRefusal: explainRefundRefusal,
      effects: { notify, reportToAdmins, refundStars, refundRubles },
      transactional: { postTransfers, recordRefund: sources.recordRefund },
    }),
    defineActor({
      kind: "bankPayment",
      machine: bankPaymentMachine,
      version: bankPaymentVersion,
      effects: { notify, reportToAdmins, createBankPayment, lookUpBankPayment },
      transactional: { postTransfers },
    }),
    defineActor({
      kind: "bankPayout",
      machine: bankPayoutMachine,
      version: bankPayoutVersion,
      // `notify`: older code asked for it.
      effects: { notify, reportToAdmins, createBankPayout, lookUpBankPayout },
    }),
    defineActor({
      kind: "cashOut",
      machine: cashOutMachine,
      version: cashOutVersion,
      explainRefusal: explainCashOutRefusal,
      effects: { notify },
      transactional: {
        readRubles: sources.readRubles,
        keepDestination: sources.keepDestination,
      },
    }),
    defineActor({
      kind: "topup",
      machine: topUpMachine,
      version: topUpVersion,
      effects: { notify },
      transactional: { postTransfers, recordDeed: sources.recordDeed },
    }),
    defineActor({
      kind: "panel",
      machine: panelMachine,
      version: panelVersion,
      explainRefusal: explainPanelRefusal,
      transactional: { readTemplate },
    }),
    defineActor({
      kind: "templates",
      machine: templatesMachine,
      version: templatesVersion,
      explainRefusal: explainTemplatesRefusal,
      transactional: { recordTemplate: sources.recordTemplate },
    }),
    defineActor({
      kind: "series",
      machine: seriesMachine,
      version: seriesVersion,
      explainRefusal: explainSeriesRefusal,
      effects: { reportToAdmins },
      transactional: {
        readTemplate,
        recordSeries: sources.recordSeries,
        recordOccurrence: sources.recordOccurrence,
      },
    }),
    defineActor({
      kind: "settings",
      machine: settingsMachine,
      version: settingsVersion,
      explainRefusal: explainSettingsRefusal,
    }),
    defineActor({
      kind: "payout",
      machine: payoutMachine,
      version: payoutVersion,
      effects: { notify },
      transactional: { postTransfers },
    }),
    defineActor({
      kind: "withdrawal",
      machine: withdrawalMachine,
      version: withdrawalVersion,
      migrations: withdrawalMigrations,
      explainRefusal: explainWithdrawalRefusal,
      effects: { notify, checkGift, sendPrize, findPurchases },
      transactional: {
        recordWithdrawal: sources.recordWithdrawal,
        closeWithdrawal: sources.closeWithdrawal,
        openWithdrawal: createOpenWithdrawal(hashReceiver),
        takeCharges: sources.takeCharges,
        claimTransaction: sources.claimTransaction,
      },
    }),
    defineActor({
      kind: "treasury",
      machine: treasuryMachine,
      version: treasuryVersion,
      migrations: treasuryMigrations,
      effects: { tellAdmin, readStarBooks },
      transactional: { ...treasurySources },
    }),
    defineActor({
      kind: "checks",
      machine: checksMachine,
      version: checksVersion,
      effects: { reportToAdmins },
      transactional: { lookForSuspicions: sources.lookForSuspicions },
    }),
    defineActor({
      kind: "suspicion",
      machine: suspicionMachine,
      version: suspicionVersion,
      explainRefusal: explainSuspicionRefusal,
      transactional: {
        recordSuspicion: sources.recordSuspicion,
        listTicketsOf: sources.listTicketsOf,
      },
    }),
    defineActor({
      kind: "broadcast",
      machine: broadcastMachine,
      version: broadcastVersion,
      effects: { reportToAdmins, sendPage },
      transactional: {
        turnPage: sources.turnPage,
        recordBroadcast: sources.recordBroadcast,
        skipRecipients: sources.skipRecipients,
      },
    }),
  ];
}
