/**
 * What comes in from outside, and what is made of it: events for actors, and an answer for the one
 * who asked. Data only; the routing table makes it, `dispatch.ts` carries it out.
 */
import type {
  EntryMethod,
  PaymentId,
  PlayerId,
  RaffleId,
  RaffleTerms,
} from "../../machines/domain/events.ts";
import type { RublesTaken, TopUpId } from "../../machines/domain/bank.ts";
import type { DisputeId, PauseDays } from "../../machines/domain/player.ts";
import type { SeriesId, TemplateId } from "../../machines/domain/series.ts";
import type { WithdrawalId } from "../../machines/domain/withdrawal.ts";
import type { TelegramUpdate } from "../telegram/update_schema.ts";
import type { FormProblem } from "../telegram/create_form.ts";
import type { AdminRole, Admins } from "./admins.ts";
import type { OwnerMoveKind } from "../../machines/domain/treasury.ts";
import type { WithdrawalAnswer } from "./withdrawal_answer.ts";
import type { CommandRefusal, EntryRefusal } from "../../machines/domain/refusals.ts";
import type { AuditEntry } from "./audit.ts";
import type { PanelPage } from "./panel_page.ts";
import type { OutsideEvent, View } from "./runtime_port.ts";

/** One thing that an outside system tells us, decoded. */
export interface Incoming {
  source: "telegram";
  update: TelegramUpdate;
}

/** One event for one actor. */
export interface Send {
  address: string;
  event: OutsideEvent;
  /** Idempotency key: the same for every delivery of the same thing. */
  key: string;
  /** Input to create the actor from when it does not exist. */
  create?: unknown;
  /** Do not send to an actor that does not exist, and say so in the outcome. */
  mustExist?: boolean;
  /** Nothing to be said or done when the actor does not take it, as with a repeated `user.seen`. */
  isCourtesy?: boolean;
  /** What follows is sent only when this one is taken (or was, when it comes again). */
  isGate?: boolean;
  /** It is about money that has moved: when it is not taken, it is stored as unroutable. */
  isMoney?: boolean;
}

/** An actor to be made. */
export interface Create {
  address: string;
  input: unknown;
  key: string;
}

/** Admin commands on an existing raffle. */
export type AdminCommand =
  | "open"
  | "force"
  | "stop"
  | "pause"
  | "resume"
  | "recheck"
  | "refund"
  | "redraw";

/** What the asker is answered; rendered by `adapters/telegram`. */
export type Answer =
  /** The machine answers by itself, or there is nothing to say. */
  | { kind: "none" }
  | { kind: "menu" }
  | {
    kind: "openRaffles";
    /** Those in this currency, if there are any. */
    currency?: "XTR" | "RUB";
  }
  | { kind: "joinRaffle"; raffleId: RaffleId }
  | { kind: "entryAsked"; raffleId: RaffleId; method: EntryMethod; paymentId: PaymentId }
  /** `isAgain`: in the message whose button was pressed. */
  | { kind: "raffle"; raffleId: RaffleId; isAgain?: true }
  | { kind: "whichRaffle"; given: string }
  | { kind: "proof"; raffleId: RaffleId }
  /** Of his own tickets. */
  | { kind: "ticketProof"; raffleId: RaffleId }
  /** He wants his prize; what came of it is said by the last send. */
  | { kind: "prizeClaimed"; raffleId: RaffleId }
  /** `after`: an older page, in the message whose button was pressed. */
  | { kind: "myRaffles"; after?: string }
  | { kind: "balance"; after?: string }
  | { kind: "topUp" }
  | { kind: "topUpWhich"; given: string }
  | { kind: "topUpAsked" }
  | { kind: "noReceipts" }
  // rubles out, see `replies/cash_out_replies.ts`
  | { kind: "noPayouts" }
  | { kind: "cashOut"; isEdit: boolean }
  | { kind: "cashOutConfirmed" }
  | { kind: "cashOutCancelled" }
  | { kind: "language" }
  | { kind: "deleteMe" }
  /** Asks once more whether he gives his balance up. */
  | { kind: "giveUpAsked" }
  | { kind: "pauseAsked"; days: PauseDays }
  /** A wish that the player's machine answers; here only why it was not taken. */
  | { kind: "wish" }
  /** Any text: the machine answers when it asked for words. */
  | { kind: "said" }
  | { kind: "wordsOnly" }
  | { kind: "adminDisputes"; after?: string }
  | { kind: "adminLog"; playerId: PlayerId; before?: string }
  | { kind: "adminWhichPlayer"; given: string }
  | { kind: "help" }
  | { kind: "rules" }
  | { kind: "statistics" }
  | { kind: "paysupport" }
  | { kind: "terms" }
  | { kind: "privacy" }
  | { kind: "unknownCommand" }
  | { kind: "oldButton" }
  | { kind: "privateChatOnly" }
  | WithdrawalAnswer
  /** A button in a group. */
  | { kind: "privateButtonOnly" }
  | { kind: "preCheckout"; reason: EntryRefusal }
  // the treasury, see `replies/treasury_replies.ts`
  | { kind: "reserve" }
  | { kind: "findings" }
  | { kind: "reconcile" }
  | { kind: "acknowledged"; id: string }
  | { kind: "ownerMove"; moved: OwnerMoveKind; stars: string; atMs: number }
  | { kind: "treasuryHint"; hint: "ack" | "topup" | "withdrawn" }
  | { kind: "unwatched" }
  /** He follows the series of this raffle now, or no more. */
  | { kind: "followed"; raffleId: RaffleId; isStopped: boolean }
  | { kind: "adminBroadcasts" }
  /** Charges that do not go back; `given`: what names none of them. */
  | { kind: "adminRefunds"; given: string }
  | { kind: "adminRetried"; refundId: string }
  | { kind: "adminRefused" }
  /** His role may not; `roles` may. */
  | { kind: "adminNotAllowed"; roles: readonly AdminRole[] }
  | { kind: "adminHelp" }
  /** A page of the panel; `isEdit`: in the message whose button was pressed. */
  | { kind: "adminPanel"; page: PanelPage; isEdit: boolean }
  /** What the admin's panel asks now, by what came of the last send. */
  | { kind: "adminDialogue"; isEdit: boolean }
  /** What came of a command of the panel; then the page that it belongs to. */
  | { kind: "adminDeed"; what: string; page: PanelPage }
  | { kind: "adminNotNow"; reason: CommandRefusal; page: PanelPage }
  | { kind: "adminCommission"; bps: number }
  /** How commands about templates or series are written, and what was wrong with one. */
  | { kind: "adminSeriesHint"; about: "template" | "series"; problem?: FormProblem }
  | { kind: "adminList" }
  | { kind: "adminCreated"; raffleId: RaffleId; terms: RaffleTerms }
  | { kind: "adminBadForm"; problems: FormProblem[] }
  | { kind: "adminNeedsReason"; command: "stop" | "refund" | "redraw"; raffleId: RaffleId }
  | { kind: "adminDone"; command: AdminCommand; raffleId: RaffleId };

/** Where one incoming thing goes. */
export interface Route {
  creates?: Create[];
  sends: Send[];
  answer: Answer;
  /** What an actor is decides where it goes; `undefined`: it is not for this row. */
  look?: { address: string; route(view: View | undefined): Route | undefined };
  /** A dead letter is put back or dropped, after all sends. */
  mends?: { how: "redrive" | "drop"; letterId: number };
  /** What the audit log says of it besides what the update shows. */
  audit?: Partial<Pick<AuditEntry, "what" | "target" | "detail">> & { outcome?: string };
  /** Why it belongs nowhere although it must not be lost: it is stored and admins are told. */
  unroutable?: string;
  /** Why nothing is done about it: written to the log. */
  ignored?: string;
}

/** What a route may depend on besides the thing itself. */
export interface RouteContext {
  nowMs: number;
  ids: FreshIds;
  /** Whether he is an owner: the role that may do everything. */
  isAdmin(telegramUserId: number): boolean;
  /** Everybody with a role, see `admins.ts`. */
  admins: Admins;
  /** Without `@`; commands for other bots in groups are left alone. */
  botUsername: string;
  /** Most entries a day of a player. */
  entriesPerDay: number;
  /** Commission of raffles whose form names none, basis points. */
  commissionBps: number;
  /** More Stars than this of one player leave within a day only with the yes of admins. */
  withdrawalLimit: number;
  /** Of series whose rule names none, and of the day in a title. */
  timeZone: string;
  /** Absent where nothing is paid in rubles. */
  rubles?: RublesTaken | undefined;
  /** For so long a player who was excluded may not enter. */
  exclusionDays: number;
  /** Absent where no rubles are paid out. */
  payouts?: PayoutTerms | undefined;
  /** Rules on terms beyond the form's own; the reason when they are refused. */
  refuseTerms?: (terms: RaffleTerms, raffleId: RaffleId) => string | undefined;
}

/** How rubles are paid out. */
export interface PayoutTerms {
  /** More kopecks than this of one player leave within a day only with the yes of admins. */
  limitMinor: string;
  /** Whether the receiver's name is asked for and checked. */
  asksName: boolean;
  /** The account through which rubles leave. */
  gatewayId: string;
}

/** Ids and salts that are made at the edge. */
export interface FreshIds {
  paymentId(): PaymentId;
  /** 32 hex digits. */
  salt(): string;
  /** Nobody can guess it: 43 characters. */
  cardKey(): string;
  /** The same id for the same cause, so that a repeated update makes no second raffle. */
  raffleId(cause: string): RaffleId;
  /** The same id for the same cause: a button that is pressed twice makes one withdrawal. */
  withdrawalId(cause: string): WithdrawalId;
  /** The same id for the same cause. */
  templateId(cause: string): TemplateId;
  /** The same id for the same cause. */
  seriesId(cause: string): SeriesId;
  /** The same id for the same cause: an update that comes twice makes one top-up. */
  topUpId(cause: string): TopUpId;
  /** The same id for the same cause; it carries the number of him who asks. */
  disputeId(telegramUserId: number, cause: string): DisputeId;
}

/** One row of the routing table. */
export interface Row {
  name: string;
  matches(incoming: Incoming, context: RouteContext): boolean;
  route(incoming: Incoming, context: RouteContext): Route;
}
