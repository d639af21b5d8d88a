/**
 * Delivery of updates by webhook. Each queue is strictly in order: the next update goes only after a
 * 2xx for the one before; queues run side by side up to max_connections. A failure is repeated at
 * once, then after 2, 4, 8 … seconds up to a random 60–120, or as Retry-After says, until the update
 * expires. A queue therefore is: empty, waiting (a timer or `held`), ready, or in flight.
 *
 * Source: tdlib/telegram-bot-api, WebhookActor.cpp (on_update_error, send_update, handle).
 */
import { randomInteger } from "../random.ts";
import type { Bot } from "./bots.ts";
import type { TelegramContext } from "./telegram_context.ts";
import type { UpdateRow } from "./updates.ts";
import { attemptDelivery, type WebhookFailure, type WebhookPorts } from "./webhook_attempt.ts";
import type { WebhookConfig, WebhookSwitch } from "./webhook_methods.ts";

/** The deliverer of all bots. */
export interface WebhookDelivery extends WebhookSwitch {
  /** Puts an update at the end of its queue (again). */
  enqueue(bot: Bot, updateId: number): void;
  /** Looks again at what was held or delayed. */
  reschedule(): void;
  /** Resolves when nothing is in flight. */
  idle(): Promise<void>;
}

interface Queue {
  readonly name: string;
  readonly updateIds: number[];
  cancelTimer: (() => void) | null;
  state: "waiting" | "ready" | "inFlight";
}

interface BotDelivery {
  readonly bot: Bot;
  config: WebhookConfig;
  readonly queues: Map<string, Queue>;
  readonly ready: Queue[];
  inFlight: number;
  goneSinceMs: number | null;
  isStopped: boolean;
}

const SECOND = 1000;
const MAX_RESEND_SECONDS = 60;
const MAX_RETRY_AFTER_SECONDS = 3600;
const GONE_MS = 23 * 60 * 60 * SECOND;

/**
 * Makes the deliverer; it begins when a webhook is set.
 *
 * @param ports How a request reaches the product, and a call from its answer the Bot API.
 */
export function createWebhookDelivery(
  context: TelegramContext,
  ports: WebhookPorts,
): WebhookDelivery {
  const { world, updates } = context;
  const { store, clock, random } = world;
  const deliveries = new Map<number, BotDelivery>();
  const flights = new Set<Promise<void>>();

  function add(delivery: BotDelivery, row: UpdateRow): void {
    const queue = delivery.queues.get(row.queue) ??
      { name: row.queue, updateIds: [], cancelTimer: null, state: "waiting" };
    delivery.queues.set(row.queue, queue);
    if (queue.updateIds.includes(row.update_id)) return;
    queue.updateIds.push(row.update_id);
    if (queue.updateIds.length === 1) schedule(delivery, queue);
  }

  function schedule(delivery: BotDelivery, queue: Queue): void {
    queue.cancelTimer?.();
    queue.cancelTimer = null;
    queue.state = "waiting";
    const head = queue.updateIds[0];
    if (head === undefined) return void delivery.queues.delete(queue.name);
    const row = updates.one(delivery.bot, head);
    if (row === undefined || row.expires_at < clock.nowMs()) return drop(delivery, queue, head);
    const dueMs = dueAtMs(row);
    if (dueMs === null) return;
    if (dueMs <= clock.nowMs()) {
      queue.state = "ready";
      delivery.ready.push(queue);
      return pump(delivery);
    }
    queue.cancelTimer = clock.setTimer(() => schedule(delivery, queue), dueMs - clock.nowMs());
  }

  function dueAtMs(row: UpdateRow): number | null {
    const delay = row.failures > 0 ? 0 : updates.settings().delays[row.type] ?? 0;
    return delay === "held" ? null : Math.max(row.wake_at, row.created_at + delay);
  }

  function pump(delivery: BotDelivery): void {
    while (!delivery.isStopped && delivery.inFlight < delivery.config.maxConnections) {
      const queue = delivery.ready.shift();
      if (queue === undefined) return;
      queue.state = "inFlight";
      delivery.inFlight++;
      const flight = send(delivery, queue).finally(() => {
        flights.delete(flight);
        delivery.inFlight--;
        if (!delivery.isStopped) schedule(delivery, queue);
        pump(delivery);
      });
      flights.add(flight);
    }
  }

  async function send(delivery: BotDelivery, queue: Queue): Promise<void> {
    const row = updates.one(delivery.bot, queue.updateIds[0] ?? 0);
    if (row === undefined) return;
    const outcome = await attemptDelivery(world, ports, {
      bot: delivery.bot,
      config: delivery.config,
      content: row.content,
    });
    if (delivery.isStopped || world.stopped.aborted) return;
    store.transaction(() =>
      outcome === null ? accepted(delivery, queue, row) : failed(delivery, queue, row, outcome)
    );
  }

  function accepted(delivery: BotDelivery, queue: Queue, row: UpdateRow): void {
    delivery.goneSinceMs = null;
    if (row.repeats > 0) {
      store.run(
        "update updates set repeats = repeats - 1 where bot_id = ? and update_id = ?",
        delivery.bot.id,
        row.update_id,
      );
      return;
    }
    updates.setState(delivery.bot, row.update_id, "delivered");
    queue.updateIds.shift();
  }

  function failed(
    delivery: BotDelivery,
    queue: Queue,
    row: UpdateRow,
    { words, retryAfter, status }: WebhookFailure,
  ): void {
    const { bot } = delivery;
    const nowMs = clock.nowMs();
    store.run(
      "update bots set last_error_at = ?, last_error = ? where id = ?",
      nowMs,
      words,
      bot.id,
    );
    let delayMs = row.delay;
    let waitMs = Math.min(MAX_RETRY_AFTER_SECONDS, Math.max(0, retryAfter)) * SECOND;
    if (waitMs === 0 && row.failures > 0) {
      const ceiling = randomInteger(random, MAX_RESEND_SECONDS, MAX_RESEND_SECONDS * 2) * SECOND;
      delayMs = Math.min(ceiling, row.delay * 2);
      waitMs = delayMs;
    }
    if (nowMs + waitMs > row.expires_at) {
      updates.setState(bot, row.update_id, "expired");
      queue.updateIds.shift();
    }
    store.run(
      `update updates set failures = failures + 1, delay = ?, wake_at = ?
       where bot_id = ? and update_id = ?`,
      delayMs,
      nowMs + waitMs,
      bot.id,
      row.update_id,
    );
    if (status !== 410) delivery.goneSinceMs = null;
    else if (delivery.goneSinceMs === null) delivery.goneSinceMs = nowMs;
    else if (nowMs > delivery.goneSinceMs + GONE_MS) remove(bot);
  }

  function drop(delivery: BotDelivery, queue: Queue, updateId: number): void {
    updates.setState(delivery.bot, updateId, "expired");
    queue.updateIds.shift();
    schedule(delivery, queue);
  }

  function remove(bot: Bot): void {
    store.run("update bots set webhook = null where id = ?", bot.id);
    stop(bot.id);
  }

  function stop(botId: number): void {
    const delivery = deliveries.get(botId);
    if (delivery === undefined) return;
    delivery.isStopped = true;
    for (const queue of delivery.queues.values()) queue.cancelTimer?.();
    deliveries.delete(botId);
  }

  return {
    set(bot, config) {
      stop(bot.id);
      if (config === null) return;
      const delivery: BotDelivery = {
        bot,
        config,
        queues: new Map(),
        ready: [],
        inFlight: 0,
        goneSinceMs: null,
        isStopped: false,
      };
      deliveries.set(bot.id, delivery);
      // The transaction that sets the webhook ends before any microtask runs.
      queueMicrotask(() => {
        if (!delivery.isStopped) { for (const row of updates.pending(bot)) add(delivery, row); }
      });
    },
    enqueue(bot, updateId) {
      const delivery = deliveries.get(bot.id);
      const row = updates.one(bot, updateId);
      if (delivery !== undefined && row !== undefined) add(delivery, row);
    },
    reschedule() {
      for (const delivery of deliveries.values()) {
        for (const queue of [...delivery.queues.values()]) {
          if (queue.state === "waiting") schedule(delivery, queue);
        }
      }
    },
    async idle() {
      while (flights.size > 0) await Promise.all(flights);
    },
  };
}
