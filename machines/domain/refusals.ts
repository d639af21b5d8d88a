/** Why a player's or an admin's wish is not granted: closed lists, put into words at the edge. */

/** Why a payment by bank brings nothing. */
export type BankRefusal =
  /** The provider has cancelled it, for a reason of its own. */
  | "bankUnpaid"
  /** The provider could not be reached, or does not want to. */
  | "bankUnavailable"
  /** Nobody knows what became of it. Should it have been paid, that counts or goes back later. */
  | "bankUnclear"
  /** It sends a receipt, and not to the address that the player has named. */
  | "bankWantsEmail";

/** Why an entry is refused, before money moves (pre-checkout) or after it (then it is refunded). */
export type EntryRefusal =
  | BankRefusal
  | "unknownRaffle"
  | "notOpen"
  | "paused"
  | "closed"
  | "full"
  | "overPlayerLimit"
  | "overDailyLimit"
  /** He keeps himself from it: a pause, a limit of entries a day, of Stars or rubles a week. */
  | "ownPause"
  | "ownDailyLimit"
  | "ownWeeklyLimit"
  | "ownWeeklyRubles"
  /** His data is deleted, or he has asked for that. */
  | "dataDeleted"
  | "deletionAsked"
  /** An admin has excluded him for some days. */
  | "barred"
  | "wrongPayer"
  | "wrongAmount"
  | "wrongCurrency"
  /** A raffle in rubles is not paid in Stars, nor one in Stars in rubles. */
  | "wrongMethod"
  | "invoiceExpired"
  | "alreadyPaid"
  | "insufficientFunds"
  | "placeLapsed"
  /** It could not be decided in time; trying again may help. */
  | "tryAgain";

/** Why a raffle ends without a draw. */
export type CancelReason = "minimumNotReached" | "stoppedByAdmin" | "disputed" | "nobodyClaimed";

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
  /** It is not any more as it was when the admin was asked. */
  | "changedMeanwhile"
  /** The word that it agrees with has lapsed, or the draw was not asked for. */
  | "voteLapsed"
  /** Somebody has entered: the terms stand. */
  | "entriesBegan"
  /** Another question is asked now, or none. */
  | "oldQuestion"
  /** No raffle can have such terms. */
  | "badTerms"
  /** The reserve does not cover the guaranteed prize. */
  | "reserveTooLow"
  // templates and series
  | "unknownTemplate"
  | "unknownSeries"
  | "nameTaken"
  | "badName"
  | "tooManyTemplates"
  /** A series that has not ended makes its raffles of it. */
  | "templateInUse"
  | "tooManySeries"
  /** No such rule, or as many raffles have been already. */
  | "badPlan"
  /** Its raffle has not answered yet. */
  | "openingNow"
  /** A withdrawal that waits for nobody's yes. */
  | "notWaiting"
  /** Telegram's books are still looked through; a person is asked after a day. */
  | "stillLooking"
  /** Somebody said that it has not arrived; Telegram's books are read for the last time. */
  | "beingLookedUp"
  | "notUndecided"
  /** Nobody decides on his own. */
  | "ownPrize"
  /** Another admin was faster. */
  | "alreadyDecided"
  /** A suspicion of himself. */
  | "ownSuspicion"
  /** News of a charge that never paid this entry. */
  | "unknownCharge"
  | "notFailing"
  /** Nothing was drawn, or asked for, that another draw could replace. */
  | "nothingDrawn"
  /** Somebody has his prize. */
  | "prizesTaken"
  /** It was drawn again as often as may be. */
  | "noRedrawLeft"
  /** The stored list does not fit its seal: another seal would hide that. */
  | "listChanged"
  | "reasonMissing"
  /** There is no prize of his to take. */
  | "prizeNotYours"
  | "prizeTaken"
  /** His time was over before. */
  | "prizeLapsed"
  | "alreadyBlocked"
  | "notBlocked";

/** Why a player's own wish is not taken. */
export type WishRefusal =
  /** Nobody asked him for words. */
  | "noWordsAsked"
  | "noDeletionAsked";
