/**
 * What every part of the sandbox is given: the books, the clock, chance, the wake-ups and the limits.
 * One object, made once in `sandbox.ts`; nothing here reaches for globals.
 */
import type { Clock } from "./clock.ts";
import type { Random } from "./random.ts";
import type { Signals } from "./signals.ts";
import type { Store } from "./store.ts";

/** Telegram's sending limits, as far as they are known; see `telegram/flood.ts`. */
export interface FloodLimits {
  /** Messages per second over all chats. */
  readonly perSecond: number;
  /** Messages per second to one chat. */
  readonly perChatPerSecond: number;
  /** So many may come at once to one chat before the rate counts. */
  readonly chatBurst: number;
  /** Messages per minute to one group. */
  readonly perGroupPerMinute: number;
  /** Messages per second over all chats while the bot pays for what exceeds `perSecond`. */
  readonly paidPerSecond: number;
}

/** RANDOM.ORG's terms for a developer key. */
export interface RandomTerms {
  readonly advisoryDelayMs: number;
  readonly requestsPerDay: number;
  readonly bitsPerDay: number;
}

/** The surroundings of every handler. */
export interface World {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly signals: Signals;
  readonly flood: FloodLimits;
  readonly randomTerms: RandomTerms;
  /** Aborted when the sandbox stops: whoever never answers, ends then. */
  readonly stopped: AbortSignal;
}
