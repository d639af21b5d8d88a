/**
 * Long polling. Modes: *waiting* for the lease (another process polls) → *polling* → *waiting* again
 * when the lease is lost; `stop` ends either. Within a batch each queue of Telegram's runs in order,
 * different queues side by side. The offset moves only over updates that are committed, so what
 * fails comes again; what was committed beside it is remembered and skipped.
 */
import { RetryableError } from "../../actors/errors.ts";
import type { Log } from "../supervisor/log_port.ts";
import { allowedUpdates } from "../supervisor/routing_table.ts";
import { LONG_POLL_SECONDS, type TelegramApi } from "./telegram_api.ts";
import { queueOf, type TelegramBot } from "./telegram_bot.ts";
import { type TelegramUpdate, updateIdOf } from "./update_schema.ts";

/** The right to poll, held by one process of all. */
export interface Lease {
  /** Aborted when the right was lost. */
  lost: AbortSignal;
  release(): Promise<void>;
}

/** Gives leases; undefined when another process holds it. */
export interface LeasePort {
  acquire(name: string): Promise<Lease | undefined>;
}

/** What polling stands on. */
export interface PollingOptions {
  api: TelegramApi;
  bot: TelegramBot;
  lease: LeasePort;
  log: Log;
  /** Resolves after `ms` or at once when aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Called when no update waits any more for the first time. */
  onCaughtUp?(): void;
  /** Seconds that Telegram may hold a question open. @default 25 */
  longPollSeconds?: number;
}

/** A running poller. */
export interface Polling {
  /** Ends the polling and waits for the updates under way. */
  stop(): Promise<void>;
  /** Resolves when it has ended. */
  done: Promise<void>;
}

/** Pause between two looks for the lease, and after a failure. */
const LEASE_RETRY_MS = 500;
const FAILURE_RETRY_MS = 1_000;
const MAX_FAILURE_RETRY_MS = 30_000;
/** A process that ends does not wait longer; unconfirmed updates only come again. */
const CONFIRM_TIMEOUT_MS = 3_000;
/** Most updates handled side by side. */
const MAX_QUEUES = 32;

/** Starts polling; failures are logged and repeated, they never end it. */
export function startPolling(options: PollingOptions): Polling {
  const { lease, log, sleep } = options;
  const stopping = new AbortController();
  const done = (async () => {
    while (!stopping.signal.aborted) {
      let held: Lease | undefined;
      try {
        held = await lease.acquire("telegram-polling");
        if (held !== undefined) {
          const offset = await poll(options, AbortSignal.any([stopping.signal, held.lost]));
          if (offset !== undefined && !held.lost.aborted) await confirm(options, offset);
        }
      } catch (error: unknown) {
        log("error", "Polling failed", { error: messageOf(error) });
      } finally {
        await held?.release().catch((error: unknown) =>
          log("warn", "Cannot release the polling lease", { error: messageOf(error) })
        );
      }
      if (!stopping.signal.aborted) await sleep(LEASE_RETRY_MS, stopping.signal);
    }
  })();
  return {
    done,
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}

/** Tells Telegram, before the process ends, what it need not send again. */
async function confirm({ api }: PollingOptions, offset: number): Promise<void> {
  const signal = AbortSignal.timeout(CONFIRM_TIMEOUT_MS);
  await api.getUpdates({ offset, limit: 1, timeout: 0 }, signal as never);
}

/** Polls until the signal aborts. @returns The offset that is not yet told. */
async function poll(options: PollingOptions, signal: AbortSignal): Promise<number | undefined> {
  const { api, log, sleep } = options;
  const committed = new Set<number>();
  let offset: number | undefined;
  let isWebhookRemoved = false;
  let isCaughtUp = false;
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (!isWebhookRemoved) {
        // With a webhook set Telegram refuses getUpdates.
        await api.deleteWebhook({}, signal as never);
        isWebhookRemoved = true;
      }
      const batch = await api.getUpdates({
        ...(offset === undefined ? {} : { offset }),
        limit: 100,
        timeout: isCaughtUp ? options.longPollSeconds ?? LONG_POLL_SECONDS : 0,
        allowed_updates: allowedUpdates,
      }, signal as never);
      if (batch.length === 0) {
        failures = 0;
        if (!isCaughtUp) options.onCaughtUp?.();
        isCaughtUp = true;
        continue;
      }
      const failed = await takeBatch(options, { batch, committed, signal });
      offset = nextOffset(batch, committed) ?? offset;
      for (const id of committed) if (offset !== undefined && id < offset) committed.delete(id);
      failures = failed ? failures + 1 : 0;
      if (failed) await sleep(pauseAfter(failures), signal);
    } catch (error: unknown) {
      if (signal.aborted) break;
      failures++;
      log("warn", "Cannot get updates", { error: messageOf(error) });
      const asked = error instanceof RetryableError ? error.retryAfterMs ?? 0 : 0;
      await sleep(Math.max(asked, pauseAfter(failures)), signal);
    }
  }
  return offset;
}

/** @returns Whether any update must come again. */
async function takeBatch(
  { bot, log }: PollingOptions,
  { batch, committed, signal }: {
    batch: readonly unknown[];
    committed: Set<number>;
    signal: AbortSignal;
  },
): Promise<boolean> {
  const queues = new Map<string, TelegramUpdate[]>();
  for (const input of batch) {
    const id = updateIdOf(input);
    if (id === undefined || committed.has(id)) continue;
    try {
      const update = bot.decode(input);
      const queue = queues.get(queueOf(update));
      if (queue === undefined) queues.set(queueOf(update), [update]);
      else queue.push(update);
    } catch (error: unknown) {
      // It would come again for ever, and be as unreadable.
      log("error", "Skipped an update of unknown shape", { updateId: id, error: messageOf(error) });
      committed.add(id);
    }
  }
  const waiting = [...queues.values()];
  let hasFailed = false;
  async function work(): Promise<void> {
    for (let queue = waiting.shift(); queue !== undefined; queue = waiting.shift()) {
      for (const update of queue) {
        if (signal.aborted) return;
        try {
          await bot.take(update);
          committed.add(update.update_id);
        } catch (error: unknown) {
          hasFailed = true;
          log("error", "An update was not taken and will come again", {
            updateId: update.update_id,
            error: messageOf(error),
          });
          break;
        }
      }
    }
  }
  await Promise.all(Array.from({ length: MAX_QUEUES }, work));
  return hasFailed;
}

/** Behind the last update below which everything is committed. */
function nextOffset(batch: readonly unknown[], committed: ReadonlySet<number>) {
  let offset: number | undefined;
  for (const input of batch) {
    const id = updateIdOf(input);
    if (id === undefined) continue;
    if (!committed.has(id)) break;
    offset = id + 1;
  }
  return offset;
}

function pauseAfter(failures: number): number {
  return Math.min(FAILURE_RETRY_MS * 2 ** Math.max(0, failures - 1), MAX_FAILURE_RETRY_MS);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "unknown";
}
