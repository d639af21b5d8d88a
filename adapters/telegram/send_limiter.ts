/**
 * When the next message may go out: no second with more than 30 over all (25 and a burst of 5), and
 * one a second to one chat with a small burst. A 429 pauses everything for as long as Telegram says.
 * Modes of one request for a slot: *waiting* (a pause, the rate or the chat holds it back) → *granted*
 * (counted) or *aborted* (nothing counted). Who came first goes first, unless his chat holds him back
 * or he leaves the bursts to others: then every own message goes before him, however long that takes.
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

/** A chat's number, or a channel's `@name`. */
export type ChatKey = number | string;

/** What a slot is for. */
export interface SlotOptions {
  /** Both bursts are left to others: what nobody waits for holds no notice up. */
  isSpare?: boolean;
  /** One of many messages alike: the burst over all is left to what concerns one person. */
  isOneOfMany?: boolean;
}

/** Gives leave to send. */
export interface SendLimiter {
  /** Waits for a slot of both rates and for the end of a pause. */
  acquire(chatId: ChatKey, signal?: AbortSignal, options?: SlotOptions): Promise<void>;
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
  const chatEvenAtMs = new Map<ChatKey, number>();
  let pausedUntilMs = 0;

  /** Those who wait, in the order in which they came. */
  const waiting: Waiter[] = [];
  /** Wakes the one loop that serves them; undefined when nobody waits. */
  let wake: AbortController | undefined;

  async function afterPause(signal?: AbortSignal): Promise<void> {
    for (;;) {
      signal?.throwIfAborted();
      const waitMs = pausedUntilMs - clock.nowMs();
      if (waitMs <= 0) return;
      await clock.sleep(waitMs, signal);
    }
  }

  async function acquire(
    chatId: ChatKey,
    signal?: AbortSignal,
    { isSpare = false, isOneOfMany = false }: SlotOptions = {},
  ): Promise<void> {
    signal?.throwIfAborted();
    const granted = Promise.withResolvers<void>();
    const waiter: Waiter = {
      chatId,
      burstMs: isSpare || isOneOfMany ? 0 : toleranceMs,
      chatBurstMs: isSpare ? 0 : chatToleranceMs,
      grant: granted.resolve,
    };
    const onAbort = (): void => {
      const index = waiting.indexOf(waiter);
      if (index !== -1) waiting.splice(index, 1);
      if (waiting.length === 0) wake?.abort();
      granted.reject(signal?.reason);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    waiting.push(waiter);
    // The others who wait could not go a moment ago; who came first goes first all the same.
    if (grantReady() !== undefined) serve();
    try {
      await granted.promise;
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /**
   * Lets go whoever may go now.
   * @returns Milliseconds until the next may, or undefined when nobody waits any more.
   */
  function grantReady(): number | undefined {
    const nowMs = clock.nowMs();
    let waitMs = Infinity;
    for (let index = 0; index < waiting.length;) {
      const { chatId, burstMs, chatBurstMs, grant } = waiting[index] as Waiter;
      const allWaitMs = Math.max(pausedUntilMs - nowMs, evenAtMs - toleranceMs - nowMs);
      // Nobody further down could go before that.
      if (allWaitMs >= ROUNDING_MS) return allWaitMs;
      const chatAtMs = chatEvenAtMs.get(chatId) ?? 0;
      const ownWaitMs = Math.max(evenAtMs - burstMs - nowMs, chatAtMs - chatBurstMs - nowMs);
      if (ownWaitMs >= ROUNDING_MS) {
        waitMs = Math.min(waitMs, ownWaitMs);
        index++;
        continue;
      }
      evenAtMs = Math.max(evenAtMs, nowMs) + intervalMs;
      chatEvenAtMs.delete(chatId);
      chatEvenAtMs.set(chatId, Math.max(chatAtMs, nowMs) + chatIntervalMs);
      forgetOldChats(chatEvenAtMs);
      waiting.splice(index, 1);
      grant();
    }
    return waiting.length === 0 ? undefined : waitMs;
  }

  /** One loop for all; who comes meanwhile may be ready before those for whom it sleeps. */
  function serve(): void {
    if (wake !== undefined) return wake.abort();
    void (async () => {
      for (let waitMs = grantReady(); waitMs !== undefined; waitMs = grantReady()) {
        wake = new AbortController();
        // Woken early, it looks again; that is no error.
        await clock.sleep(Math.ceil(waitMs), wake.signal).catch(() => {});
      }
      wake = undefined;
    })();
  }

  return {
    acquire,
    afterPause,
    pause: (ms) => {
      pausedUntilMs = Math.max(pausedUntilMs, clock.nowMs() + ms);
    },
  };
}

interface Waiter {
  readonly chatId: ChatKey;
  /** How far each rate may run ahead for it. */
  readonly burstMs: number;
  readonly chatBurstMs: number;
  grant(): void;
}

function forgetOldChats(chats: Map<ChatKey, number>): void {
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
