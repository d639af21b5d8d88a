/**
 * Tags that the outside may rely on, machine by machine. State names may change with a migration;
 * these words do not. `resting` means: nothing is pending and that is fine, so the runtime does not
 * report the actor as stuck. `needsOperator` means: somebody has to look.
 */

/** Tags of a user. */
export const userTags = ["active", "blocked", "leaving", "forgotten", "resting"] as const;
/** One of them. */
export type UserTag = typeof userTags[number];

/** Tags of a raffle. */
export const raffleTags = [
  /** Not opened yet. */
  "draft",
  /** New entries are taken now. */
  "acceptingEntries",
  /** Open, but new entries wait. */
  "paused",
  /** A guaranteed prize is being held, within one commit: no other terms meanwhile. */
  "holding",
  /** Entries have ended; the list is being closed. */
  "closing",
  /** The closed list may be looked at before it is sealed. */
  "reviewing",
  /** The list is closed: no payment becomes a ticket any more. */
  "closed",
  /** The seal is published. */
  "sealed",
  /** The draw request may have been sent; there is no way back. */
  "drawing",
  /** An outside system cannot be had; it is tried again. */
  "waiting",
  /** The signed answer was checked and counts. */
  "verified",
  /** Prizes wait to be taken. */
  "claiming",
  "disputed",
  /** Ends without a draw; money goes back. */
  "cancelled",
  /** Over: every prize is credited, or every entry is back. */
  "finished",
  /** An admin may still stop it. */
  "stoppable",
  "needsOperator",
  "resting",
] as const;
/** One of them. */
export type RaffleTag = typeof raffleTags[number];

/** Tags of a payment. */
export const paymentTags = [
  /** An invoice is out, or is being sent. */
  "payable",
  /** A yes was given to Telegram; its place may have lapsed. */
  "approved",
  /** Money came and became a ticket, or is about to. */
  "paid",
  "ticketed",
  "refunding",
  "refunded",
  "finished",
  "resting",
] as const;
/** One of them. */
export type PaymentTag = typeof paymentTags[number];

/** Tags of a refund. */
export const refundTags = ["trying", "waiting", "needsOperator", "finished", "resting"] as const;
/** One of them. */
export type RefundTag = typeof refundTags[number];

/** Tags of a payment by bank. */
export const bankPaymentTags = [
  /** It is being made. */
  "opening",
  /** It can be paid, or nobody knows yet what became of it. */
  "open",
  "needsOperator",
  "finished",
  "resting",
] as const;
/** One of them. */
export type BankPaymentTag = typeof bankPaymentTags[number];

/** Tags of a payout by bank. */
export const bankPayoutTags = [
  /** It is being made. */
  "creating",
  /** It was made and is on its way. */
  "open",
  /** It may have been made; it is only looked for. */
  "searching",
  "needsOperator",
  "finished",
  "resting",
] as const;
/** One of them. */
export type BankPayoutTag = typeof bankPayoutTags[number];

/** Tags of a player's dialogue about rubles that leave. */
export const cashOutTags = [
  /** Something is asked. */
  "asking",
  /** What he types next is meant for it. */
  "takesWords",
  /** He is on the page for his card. */
  "takesCard",
  "confirming",
  "resting",
] as const;
/** One of them. */
export type CashOutTag = typeof cashOutTags[number];

/** Tags of a top-up. */
export const topUpTags = ["payable", "finished", "resting"] as const;
/** One of them. */
export type TopUpTag = typeof topUpTags[number];

/** Tags of a raffle's teller. */
export const broadcastTags = ["telling", "waiting", "resting"] as const;
/** One of them. */
export type BroadcastTag = typeof broadcastTags[number];

/** Tags of a payout. */
export const payoutTags = ["held", "finished"] as const;
/** One of them. */
export type PayoutTag = typeof payoutTags[number];

/** Tags of a withdrawal. */
export const withdrawalTags = [
  /** Not finished; the player can have no other. */
  "open",
  /** Admins must say yes. */
  "waiting",
  /** Telegram, or the bank, was asked, and may have sent it. */
  "sending",
  /** Nobody knows whether it was sent. */
  "uncertain",
  /** An admin's word that it has not arrived is being looked up. */
  "voiding",
  "needsOperator",
  "finished",
  "resting",
] as const;
/** One of them. */
export type WithdrawalTag = typeof withdrawalTags[number];

/** Tags of the treasury. */
export const treasuryTags = ["waiting", "settling", "reconciling"] as const;
/** One of them. */
export type TreasuryTag = typeof treasuryTags[number];

/** Tags of a suspicion. */
export const suspicionTags = ["open", "cleared", "upheld", "resting"] as const;
/** One of them. */
export type SuspicionTag = typeof suspicionTags[number];

/** Tags of the checks. */
export const checksTags = ["resting"] as const;
/** One of them. */
export type ChecksTag = typeof checksTags[number];

/** Tags of an admin's panel. */
export const panelTags = [
  /** The terms of a new raffle are asked for. */
  "asking",
  /** A reason or a value is asked for. */
  "wording",
  /** What he types next is meant for it. */
  "takesWords",
  "previewing",
  "confirming",
  "resting",
] as const;
/** One of them. */
export type PanelTag = typeof panelTags[number];

/** Tags of the templates. */
export const templatesTags = ["resting"] as const;
/** One of them. */
export type TemplatesTag = typeof templatesTags[number];

/** Tags of a series. */
export const seriesTags = ["active", "paused", "ended", "resting"] as const;
/** One of them. */
export type SeriesTag = typeof seriesTags[number];

/** Tags of the settings. */
export const settingsTags = ["resting"] as const;
/** One of them. */
export type SettingsTag = typeof settingsTags[number];
