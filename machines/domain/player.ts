/**
 * What a player decides for himself: his language, the limits he keeps to, a pause, his questions
 * about payments, and the end of his data. Plain types and pure functions.
 */
import type { Language, PaymentId, PlayerId, RaffleId } from "./events.ts";
import type { MoneyJson } from "./money.ts";
import type { EntryRefusal } from "./refusals.ts";
import type { SuspicionId } from "./suspicion.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A limit is lowered at once and raised after this. */
export const RAISE_DELAY_MS = DAY_MS;
/** Lengths of a pause, days. */
export const pauseDays = [1, 7, 30] as const;
/** One of them. */
export type PauseDays = typeof pauseDays[number];
/** Questions that one player may have open. */
export const MAX_OPEN_DISPUTES = 3;
/** Questions that he may ask on one day (UTC). */
export const MAX_DISPUTES_A_DAY = 5;
/** Length of a question and of its answer, UTF-16 units. */
export const MIN_WORDS = 5;
/** See `MIN_WORDS`. */
export const MAX_WORDS = 1_000;
/** For so long after he was asked for words the next text is taken as such. */
export const WORDS_WINDOW_MS = 15 * 60_000;

/** Id of a question: `dsp_<Telegram's number of him who asks>_<token>`. */
export type DisputeId = `dsp_${string}`;
/** Limits that a player may set. */
export const ownLimitNames = ["entriesPerDay", "starsPerWeek", "rublesPerWeek"] as const;
/** One of them. */
export type OwnLimitName = typeof ownLimitNames[number];

/** A limit: what holds, and what will hold from then on. */
export interface OwnLimit {
  /** Null: none. */
  value: number | null;
  next: { value: number | null; fromMs: number } | null;
}

/** What he has set for himself. */
export interface OwnRules {
  entriesPerDay: OwnLimit;
  /** Whole Stars within seven days. */
  starsPerWeek: OwnLimit;
  /** Whole rubles within seven days; absent in snapshots of before there were any. */
  rublesPerWeek?: OwnLimit;
  /** He takes no part until then; 0 when there is no pause. */
  pausedUntilMs: number;
}

const noLimit: OwnLimit = { value: null, next: null };

/** Nothing set. */
export const noOwnRules: OwnRules = {
  entriesPerDay: noLimit,
  starsPerWeek: noLimit,
  pausedUntilMs: 0,
};

/** One of the limits, as he has set it. */
export function ownLimit(rules: OwnRules, name: OwnLimitName): OwnLimit {
  return rules[name] ?? noLimit;
}

/** What holds at that time. */
export function limitAt({ value, next }: OwnLimit, atMs: number): number | null {
  return next !== null && next.fromMs <= atMs ? next.value : value;
}

/** Lowered at once; raised, or lifted, after a day. The last word counts. */
export function changeLimit(limit: OwnLimit, value: number | null, atMs: number): OwnLimit {
  const now = limitAt(limit, atMs);
  const isRaised = now !== null && (value === null || value > now);
  return isRaised
    ? { value: now, next: { value, fromMs: atMs + RAISE_DELAY_MS } }
    : { value, next: null };
}

/** The end of a pause that begins now; one that is longer stays. */
export function pauseEnd(pausedUntilMs: number, days: number, atMs: number): number {
  return Math.max(pausedUntilMs, atMs + days * DAY_MS);
}

/** Minor units of one currency paid on each day (days since 1970), as text → how many. */
export type Spending = Record<string, number>;

/** The last seven days with what was paid now. */
export function addSpending(spent: Spending, minor: number, atMs: number): Spending {
  const today = dayOf(atMs);
  const kept = Object.entries(spent).filter(([day]) => Number(day) > today - 7);
  return { ...Object.fromEntries(kept), [today]: (spent[today] ?? 0) + minor };
}

/** Minor units paid within the last seven days, today included. */
export function spentThisWeek(spent: Spending, atMs: number): number {
  const today = dayOf(atMs);
  return Object.entries(spent).filter(([day]) => Number(day) > today - 7)
    .reduce((sum, [, minor]) => sum + minor, 0);
}

/** The UTC day, in days since 1970. */
export function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS);
}

/** Why he keeps himself from entering now; undefined when he does not. */
export function ownRefusal(
  rules: OwnRules,
  { entriesToday, stars, kopecks, atMs }: {
    /** Asked for before this one. */
    entriesToday: number;
    stars: WeekWithEntry;
    kopecks: WeekWithEntry;
    atMs: number;
  },
): EntryRefusal | undefined {
  if (rules.pausedUntilMs > atMs) return "ownPause";
  const perDay = limitAt(rules.entriesPerDay, atMs);
  if (perDay !== null && entriesToday >= perDay) return "ownDailyLimit";
  const isOver = (name: OwnLimitName, { spent, price }: WeekWithEntry, unit: number) => {
    const perWeek = limitAt(ownLimit(rules, name), atMs);
    return perWeek !== null && price > 0 && spent + price > perWeek * unit;
  };
  if (isOver("starsPerWeek", stars, 1)) return "ownWeeklyLimit";
  return isOver("rublesPerWeek", kopecks, 100) ? "ownWeeklyRubles" : undefined;
}

/** An entry within its week, in minor units of one currency. */
export interface WeekWithEntry {
  /** Paid within the week, and promised by live places. */
  spent: number;
  /** What this entry costs; 0 when it costs another currency. */
  price: number;
}

/** What he was asked to write. */
export type Dialogue =
  | {
    kind: "dispute";
    paymentId: PaymentId | null;
    /** He appeals against it. */
    suspicionId?: SuspicionId;
    untilMs: number;
  }
  /** Where his receipts go. */
  | { kind: "email"; untilMs: number }
  /** An admin answers a question. */
  | { kind: "answer"; disputeId: DisputeId; untilMs: number };

/** Why words are not taken. */
export type WordsRefusal = "tooShort" | "tooLong" | "tooManyOpen" | "tooManyToday" | "notAnEmail";

/** Whose question it is. */
export function askerOf(disputeId: DisputeId): PlayerId {
  return `tg-${disputeId.split("_")[1] ?? ""}`;
}

/** What keeps a player's data from being deleted now. */
export interface DeletionLeft {
  /** In raffles that have not ended. */
  tickets: number;
  /** Invoices that can still be paid, entries, refunds and prizes under way. */
  payments: number;
  /** On his balance, by currency; none that is 0. */
  balances: MoneyJson[];
  /** Prizes that he has won and not taken; whoever was asked before there were such says none. */
  prizes?: number;
}

/** What was found when it was looked whether his data can go. */
export type DeletionLook = DeletionLeft & {
  /** What he has given up, in this very commit. */
  givenUp?: MoneyJson[];
};

/** Whether nothing is left. */
export function isNothingLeft({ tickets, payments, balances, prizes = 0 }: DeletionLeft): boolean {
  return tickets === 0 && payments === 0 && balances.length === 0 && prizes === 0;
}

/** Whether nothing but a balance is left: he may take it, or give it up. */
export function isBalanceLeft({ balances, ...left }: DeletionLeft): boolean {
  return balances.length > 0 && isNothingLeft({ ...left, balances: [] });
}

/** Whether two lists of balances, one of each currency, are alike. */
export function areSameBalances(left: readonly MoneyJson[], right: readonly MoneyJson[]): boolean {
  return left.length === right.length &&
    left.every(({ minor, currency }) =>
      right.some((other) => other.minor === minor && other.currency === currency)
    );
}

/** What a player decides, and what becomes of his questions. */
export type PlayerWish =
  | { type: "language.chosen"; language: Language; atMs: number }
  /** He wants to see his limits. */
  | { type: "rules.asked"; atMs: number }
  | { type: "limit.set"; limit: OwnLimitName; value: number | null; atMs: number }
  | { type: "pause.set"; days: PauseDays; atMs: number }
  /** He wants his receipts to go elsewhere. */
  | { type: "email.asked"; atMs: number }
  /** He wants to ask about a payment, or about something else; his next words are the question. */
  | {
    type: "support.chosen";
    paymentId: PaymentId | null;
    /** It is an appeal against being excluded. */
    suspicionId?: SuspicionId;
    atMs: number;
  }
  /** An admin wants to answer; his next words are the answer. */
  | { type: "answer.begun"; disputeId: DisputeId; atMs: number }
  | {
    type: "words.said";
    words: string;
    /** For a question that these words may become. */
    disputeId: DisputeId;
    /** Whether he may answer questions now. */
    isAdmin: boolean;
    /** Those who may, and so are told of it; what was said in earlier days names none. */
    answerers?: PlayerId[];
    atMs: number;
  }
  | { type: "dispute.answered"; disputeId: DisputeId; words: string; by: PlayerId; atMs: number }
  /** He wants to be told when the next raffle of this one's series opens, or no more. */
  | { type: "series.followed"; raffleId: RaffleId; isStopped: boolean; atMs: number }
  | { type: "deletion.asked"; atMs: number }
  | { type: "deletion.withdrawn"; atMs: number }
  /** He gives these balances up, as he was shown them, for his data to be deleted. */
  | { type: "balance.givenUp"; amounts: MoneyJson[]; atMs: number }
  /** From himself, delayed: it is time to look whether his data can go now. */
  | { type: "deletion.due" };

/** What a player is told of what he decided. */
export type PlayerNotice =
  | { key: "languageChosen"; raffleId?: undefined }
  | {
    key: "limitSet";
    limit: OwnLimitName;
    value: number | null;
    /** 0: at once. */
    fromMs: number;
    raffleId?: undefined;
  }
  | {
    key: "ownRules";
    rules: OwnRules;
    entriesToday: number;
    /** Whole Stars within the week. */
    spent: number;
    spentKopecks: number;
    atMs: number;
    raffleId?: undefined;
  }
  | { key: "pauseSet"; untilMs: number; raffleId?: undefined }
  | { key: "wordsAsked"; raffleId?: undefined }
  /** `email`: where they go now; null: nowhere yet. */
  | { key: "emailAsked"; email: string | null; raffleId?: undefined }
  | { key: "emailKept"; email: string; raffleId?: undefined }
  | { key: "wordsRefused"; reason: WordsRefusal; raffleId?: undefined }
  | { key: "disputeOpened"; disputeId: DisputeId; raffleId?: undefined }
  | { key: "disputeAnswered"; disputeId: DisputeId; words: string; raffleId?: undefined }
  | { key: "answerAsked"; disputeId: DisputeId; raffleId?: undefined }
  | { key: "answerTaken"; disputeId: DisputeId; raffleId?: undefined }
  | { key: "answerLate"; disputeId: DisputeId; raffleId?: undefined }
  | { key: "deletionWaits"; left: DeletionLeft; raffleId?: undefined }
  | { key: "deletionWithdrawn"; raffleId?: undefined };
