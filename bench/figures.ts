/** What a measurement gives, and senders that keep something busy while it is taken. */
import { Samples } from "./samples.ts";

/** Of one measurement, or the medians of several. */
export interface Figures {
  /** Events, rounds or transactions. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** To what was measured beside it; absent when the runner knows what that is, or nothing is. */
  readonly ratio?: number;
  /** Figures of this line alone. */
  readonly extra?: Readonly<Record<string, number>>;
}

export interface Load {
  /** What is counted; the warm-up comes before it. */
  readonly seconds: number;
  readonly warmUpSeconds?: number;
  /** Does one thing and resolves when it is done. */
  readonly work: (sender: number) => Promise<void>;
}

const WARM_UP_SECONDS = 1;

/** So many senders, each of which does the next thing when the last one is done. */
export async function keepBusy({ senders, ...load }: Load & { senders: number }): Promise<Figures> {
  const { seconds, warmUpSeconds = WARM_UP_SECONDS, work } = load;
  const samples = new Samples();
  const fromMs = performance.now() + warmUpSeconds * 1_000;
  const untilMs = fromMs + seconds * 1_000;
  await Promise.all(Array.from({ length: senders }, async (_, sender) => {
    for (let nowMs = performance.now(); nowMs < untilMs;) {
      const startedMs = nowMs;
      await work(sender);
      nowMs = performance.now();
      if (nowMs >= fromMs && nowMs < untilMs) samples.add(nowMs - startedMs);
    }
  }));
  return figuresOf(samples, seconds);
}

/**
 * A thing at each of so many times a second, whether or not those before it are done. Each is timed
 * from when it was due, so that a stall counts for all that it delays.
 */
export async function keepPace({ perSecond, ...load }: Load & { perSecond: number }): Promise<
  Figures
> {
  const { seconds, warmUpSeconds = WARM_UP_SECONDS, work } = load;
  const samples = new Samples();
  const startMs = performance.now();
  const fromMs = startMs + warmUpSeconds * 1_000;
  const untilMs = fromMs + seconds * 1_000;
  const working = new Set<Promise<void>>();
  for (let sent = 0, dueMs = startMs; dueMs < untilMs; dueMs = startMs + sent * 1_000 / perSecond) {
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const startedMs = dueMs;
    const one = work(sent++).then(() => {
      if (startedMs >= fromMs) samples.add(performance.now() - startedMs);
    }).finally(() => working.delete(one));
    working.add(one);
  }
  await Promise.all(working);
  return figuresOf(samples, seconds);
}

export function figuresOf(samples: Samples, seconds: number): Figures {
  return {
    perSecond: samples.count / seconds,
    p50Ms: samples.quantile(0.5),
    p99Ms: samples.quantile(0.99),
  };
}

export function randomBelow(limit: number): number {
  return Math.floor(Math.random() * limit);
}
