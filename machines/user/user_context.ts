/** What is remembered of a player, and what is read of it in more than one part. */
import type { TopUpId } from "../domain/bank.ts";
import type { EffectActions, TransactionalActions } from "../domain/effects.ts";
import type { Language, PaymentId, PlayerId, RaffleId, UserInput } from "../domain/events.ts";
import type { MoneyJson } from "../domain/money.ts";
import {
  dayOf,
  type Dialogue,
  type DisputeId,
  noOwnRules,
  type OwnRules,
  type Spending,
} from "../domain/player.ts";
import type { SuspicionId } from "../domain/suspicion.ts";

/** A place that one of his payments holds. */
export interface HeldPlace {
  paymentId: PaymentId;
  untilMs: number;
  /** What it costs, in one of them. */
  stars?: number;
  kopecks?: number;
}

/** What he has in one raffle that has not ended. */
export interface UserEntry {
  /** Tickets issued, and those asked for and not refused yet. */
  tickets: number;
  places: HeldPlace[];
}

/** What is remembered of a player. */
export interface UserContext {
  playerId: PlayerId;
  chatId: number;
  name: string;
  language: Language;
  /** Most entries a day (UTC), of all raffles. */
  entriesPerDay: number;
  /** The UTC day that is counted, in days since 1970; it never goes back. */
  day: number;
  /** Entries asked for on that day. */
  entriesToday: number;
  /** Entries on that day that became tickets, or are about to. */
  enteredToday: number;
  /** Raffles that have not ended, and only those in which he has something. */
  entries: Record<RaffleId, UserEntry>;
  isBlocked: boolean;
  /** His own choice counts, not Telegram's word. */
  isLanguageChosen: boolean;
  rules: OwnRules;
  /** Stars; and kopecks, absent until some were paid. */
  spent: Spending;
  spentKopecks?: Spending;
  /** Where his receipts go; absent or null until he has said it. */
  email?: string | null;
  /** Top-ups that can be paid; absent until there was one. */
  topUps?: TopUpId[];
  /** What he was asked to write; null when nothing. */
  dialogue: Dialogue | null;
  /** His questions that nobody has answered. */
  openDisputes: DisputeId[];
  /** Questions asked on that UTC day. */
  disputesAsked: { day: number; count: number };
  /** When he asked to have his data deleted; 0 when he did not. */
  deletionAskedAtMs: number;
  /** He waits to hear what keeps his data from being deleted. */
  isDeletionAnswerDue: boolean;
  /** The balances that he was told he may give up; null while it is not for them alone. */
  offered: MoneyJson[] | null;
  /** The balances that he gives up, until that is decided. */
  givesUp: MoneyJson[] | null;
  /** He began anew while his data was being erased. */
  again: { name: string; language: Language } | null;
  /** Until when he may not enter, by the suspicions that were upheld; absent: there is none. */
  bars?: Record<SuspicionId, number>;
  /** He wrote while his data was being erased: the log holds his name again. */
  isTraceLeft: boolean;
}

/** What a new player has decided: nothing. */
export const undecided = {
  isBlocked: false,
  isLanguageChosen: false,
  rules: noOwnRules,
  spent: {},
  dialogue: null,
  openDisputes: [],
  disputesAsked: { day: 0, count: 0 },
  deletionAskedAtMs: 0,
  isDeletionAnswerDue: false,
  offered: null,
  givesUp: null,
  again: null,
  isTraceLeft: false,
};

/** A player who was just met. */
export function firstContext(
  { playerId, chatId, name, language, entriesPerDay, atMs }: UserInput,
): UserContext {
  return {
    playerId,
    chatId,
    name,
    language,
    entriesPerDay,
    day: dayOf(atMs),
    entriesToday: 0,
    enteredToday: 0,
    entries: {},
    ...undecided,
  };
}

/** Whether he is not one whose data was deleted. */
export function isKnown({ chatId }: UserContext): boolean {
  return chatId !== 0;
}

/** Top-ups that can be paid. */
export function topUpsOf({ topUps = [] }: UserContext): TopUpId[] {
  return topUps;
}

/** A message to him. */
export function say(
  { playerId }: UserContext,
  notice: EffectActions["notify"]["notice"],
): EffectActions["notify"] {
  return { playerId, notice };
}

/** A line of the log. */
export function deed(
  { playerId }: UserContext,
  what: string,
  detail: string,
): TransactionalActions["recordDeed"] {
  return { playerId, what, detail };
}
