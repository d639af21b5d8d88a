/** Why a player's or an admin's wish is not granted: closed lists, put into words at the edge. */

/** Why an entry is refused, before money moves (pre-checkout) or after it (then it is refunded). */
export type EntryRefusal =
  | "unknownRaffle"
  | "notOpen"
  | "paused"
  | "closed"
  | "full"
  | "overPlayerLimit"
  | "overDailyLimit"
  | "wrongPayer"
  | "wrongAmount"
  | "wrongCurrency"
  | "invoiceExpired"
  | "alreadyPaid"
  | "insufficientFunds"
  | "placeLapsed"
  /** It could not be decided in time; trying again may help. */
  | "tryAgain";

/** Why a raffle ends without a draw. */
export type CancelReason = "minimumNotReached" | "stoppedByAdmin" | "disputed";

/** Why a command, or news from outside, is not taken in the present state. */
export type CommandRefusal =
  | "alreadyOpened"
  | "notOpen"
  | "notPaused"
  | "alreadyPaused"
  | "entriesClosed"
  | "tooFewPlayers"
  /** The draw request may have been sent: nobody can stop the raffle any more. */
  | "drawRequested"
  | "alreadyCancelled"
  | "alreadyFinished"
  | "notDisputed"
  /** The same admin said it before; another one must say it too. */
  | "needsAnotherAdmin"
  /** News of a charge that never paid this entry. */
  | "unknownCharge"
  | "notFailing"
  | "alreadyBlocked"
  | "notBlocked";
