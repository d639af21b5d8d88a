/**
 * What comes in from outside, and what is made of it: events for actors, and an answer for the one
 * who asked. Data only; the routing table makes it, `dispatch.ts` carries it out.
 */
import type {
  EntryMethod,
  PaymentId,
  RaffleId,
  RaffleTerms,
} from "../../machines/domain/events.ts";
import type { EntryRefusal } from "../../machines/domain/refusals.ts";
import type { TelegramUpdate } from "../telegram/update_schema.ts";
import type { FormProblem } from "../telegram/create_form.ts";
import type { OutsideEvent } from "./runtime_port.ts";

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
export type AdminCommand = "open" | "force" | "stop" | "pause" | "resume" | "recheck" | "refund";

/** What the asker is answered; rendered by `adapters/telegram`. */
export type Answer =
  /** The machine answers by itself, or there is nothing to say. */
  | { kind: "none" }
  | { kind: "menu" }
  | { kind: "openRaffles" }
  | { kind: "joinRaffle"; raffleId: RaffleId }
  | { kind: "entryAsked"; raffleId: RaffleId; method: EntryMethod; paymentId: PaymentId }
  | { kind: "raffle"; raffleId: RaffleId }
  | { kind: "whichRaffle"; given: string }
  | { kind: "proof"; raffleId: RaffleId }
  | { kind: "myRaffles" }
  | { kind: "balance" }
  | { kind: "help" }
  | { kind: "paysupport" }
  | { kind: "terms" }
  | { kind: "privacy" }
  | { kind: "unknownCommand" }
  | { kind: "unknownText" }
  | { kind: "oldButton" }
  | { kind: "privateChatOnly" }
  | { kind: "preCheckout"; reason: EntryRefusal }
  | { kind: "adminRefused" }
  | { kind: "adminHelp" }
  | { kind: "adminList" }
  | { kind: "adminCreated"; raffleId: RaffleId; terms: RaffleTerms }
  | { kind: "adminBadForm"; problems: FormProblem[] }
  | { kind: "adminNeedsReason"; command: "stop" | "refund"; raffleId: RaffleId }
  | { kind: "adminDone"; command: AdminCommand; raffleId: RaffleId };

/** Where one incoming thing goes. */
export interface Route {
  creates?: Create[];
  sends: Send[];
  answer: Answer;
  /** Why it belongs nowhere although it must not be lost: it is stored and admins are told. */
  unroutable?: string;
  /** Why nothing is done about it: written to the log. */
  ignored?: string;
}

/** What a route may depend on besides the thing itself. */
export interface RouteContext {
  nowMs: number;
  ids: FreshIds;
  isAdmin(telegramUserId: number): boolean;
  /** Without `@`; commands for other bots in groups are left alone. */
  botUsername: string;
  /** Most entries a day of a new player. */
  entriesPerDay: number;
  /** Commission of raffles whose form names none, basis points. */
  commissionBps: number;
  /** Rules on terms beyond the form's own; the reason when they are refused. */
  refuseTerms?: (terms: RaffleTerms, raffleId: RaffleId) => string | undefined;
}

/** Ids and salts that are made at the edge. */
export interface FreshIds {
  paymentId(): PaymentId;
  /** 32 hex digits. */
  salt(): string;
  /** The same id for the same cause, so that a repeated update makes no second raffle. */
  raffleId(cause: string): RaffleId;
}

/** One row of the routing table. */
export interface Row {
  name: string;
  matches(incoming: Incoming, context: RouteContext): boolean;
  route(incoming: Incoming, context: RouteContext): Route;
}
