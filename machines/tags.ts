/**
 * Tags that the outside may rely on, machine by machine. State names may change with a migration;
 * these words do not. `resting` means: nothing is pending and that is fine, so the runtime does not
 * report the actor as stuck. `needsOperator` means: somebody has to look.
 */

/** Tags of a user. */
export const userTags = ["active", "blocked", "resting"] as const;
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
  /** Entries have ended; the list is being closed. */
  "closing",
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

/** Tags of a payout. */
export const payoutTags = ["held", "finished"] as const;
/** One of them. */
export type PayoutTag = typeof payoutTags[number];
