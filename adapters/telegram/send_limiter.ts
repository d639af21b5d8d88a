/**
 * When the next message may go out: no second with more than 30 over all (25 and a burst of 5), and
 * one a second to one chat with a small burst, so that a mass notice does not run into refusals. A 429 pauses everything for as long as
 * Telegram says. Modes of one request for a slot: *waiting* (a pause, the rate or the chat holds it
 * back) → *granted* (counted) or *aborted* (nothing counted).
 *
 * The limits live in one process; with several nodes Telegram's 429 is the arbiter.
 * Source: core.telegram.org/bots/faq (broadcast rate), read 2026-11-20.
 */

/** Time as the limiter sees it; tests give one that they move. */
export interface LimiterClock {
  nowMs(): number;
  /** Resolves after `ms`, or rejects when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Rates; the defaults keep within Telegram's. */
export interface SendLimiterOptions {
  clock: LimiterClock;
  /** Messages per second to all chats. @default 25 */
  perSecond?: number;
  /** How many may go at once after a quiet time. @default 5 */
  burst?: number;
  /** Shortest time between two messages to one chat. @default 1000 */
  chatIntervalMs?: number;
  /** How many may go to one chat at once after a quiet time. @default 3 */
  chatBurst?: number;
}

/** Gives leave to send. */
export interface SendLimiter {
  /** Waits for a slot of both rates and for the end of a pause. */
  acquire(chatId: number, signal?: AbortSignal): Promise<void>;
  /** Waits for the end of a pause only: for calls that are no messages. */
  afterPause(signal?: AbortSignal): Promise<void>;
  /** Telegram said 429: nothing goes out for so long. */
  pause(ms: number): void;
}

/** A third of a second has no exact number of milliseconds. */
const ROUNDING_MS = 0.01;
/** Chats whose slots are remembered; older ones are long free again. */
const MAX_REMEMBERED_CHATS = 10_000;

/** Creates a limiter whose slots are all free. */
export function createSendLimiter(options: SendLimiterOptions): SendLimiter {
  const { clock } = options;
  const intervalMs = 1000 / (options.perSecond ?? 25);
  const toleranceMs = intervalMs * ((options.burst ?? 5) - 1);
  const chatIntervalMs = options.chatIntervalMs ?? 1000;
  const chatToleranceMs = chatIntervalMs * ((options.chatBurst ?? 3) - 1);
  // Each rate is one number: the time at which it is even again (GCRA).
  let evenAtMs = 0;
  const chatEvenAtMs = new Map<number, number>();
  let pausedUntilMs = 0;

  async function afterPause(signal?: AbortSignal): Promise<void> {
    for (;;) {
      signal?.throwIfAborted();
      const waitMs = pausedUntilMs - clock.nowMs();
      if (waitMs <= 0) return;
      await clock.sleep(waitMs, signal);
    }
  }

  async function acquire(chatId: number, signal?: AbortSignal): Promise<void> {
    for (;;) {
      await afterPause(signal);
      const nowMs = clock.nowMs();
      const chatAtMs = chatEvenAtMs.get(chatId) ?? 0;
      const waitMs = Math.max(
        evenAtMs - toleranceMs - nowMs,
        chatAtMs - chatToleranceMs - nowMs,
      );
      if (waitMs < ROUNDING_MS) {
        evenAtMs = Math.max(evenAtMs, nowMs) + intervalMs;
        chatEvenAtMs.delete(chatId);
        chatEvenAtMs.set(chatId, Math.max(chatAtMs, nowMs) + chatIntervalMs);
        forgetOldChats(chatEvenAtMs);
        return;
      }
      await clock.sleep(Math.ceil(waitMs), signal);
    }
  }

  return {
    acquire,
    afterPause,
    pause: (ms) => {
      pausedUntilMs = Math.max(pausedUntilMs, clock.nowMs() + ms);
    },
  };
}

function forgetOldChats(chats: Map<number, number>): void {
  if (chats.size <= MAX_REMEMBERED_CHATS) return;
  const oldest = chats.keys().next();
  if (!oldest.done) chats.delete(oldest.value);
}

/** The clock of the machine, for `createSendLimiter`. */
export const systemLimiterClock: LimiterClock = {
  nowMs: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, ms);
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
};
