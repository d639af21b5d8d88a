/**
 * The updates waiting for each bot. Ids grow by one; each update belongs to a queue that is delivered
 * in order while queues run side by side; it expires unread. They stay in the books after delivery,
 * so that one can be delivered again.
 *
 * Source: tdlib/telegram-bot-api, Client.cpp (queue ids, life times) and WebhookActor.cpp.
 */
import type { DeliverySettings, SandboxUpdate } from "../door_types.ts";
import type { World } from "../world.ts";
import type { Bot } from "./bots.ts";

/** The kinds of update the sandbox makes. */
export type UpdateType =
  | "message"
  | "channel_post"
  | "callback_query"
  | "pre_checkout_query"
  | "my_chat_member"
  | "chat_member";

/** One row of the queue. */
export interface UpdateRow {
  readonly update_id: number;
  readonly type: UpdateType;
  readonly queue: string;
  readonly content: string;
  readonly created_at: number;
  readonly expires_at: number;
  readonly state: string;
  readonly failures: number;
  readonly delay: number;
  readonly wake_at: number;
  readonly repeats: number;
}

/** Adds, reads and settles updates. */
export interface Updates {
  /** @returns The update's id, or null when the bot does not want this type. */
  add(bot: Bot, type: UpdateType, from: number, payload: unknown): number | null;
  one(bot: Bot, updateId: number): UpdateRow | undefined;
  /** Not delivered and not expired, in order. */
  pending(bot: Bot): UpdateRow[];
  pendingCount(bot: Bot): number;
  dropPending(bot: Bot): void;
  setState(bot: Bot, updateId: number, state: "pending" | "delivered" | "expired" | "again"): void;
  /** Everything ever sent, for the doors. */
  list(bot: Bot): SandboxUpdate[];
  settings(): DeliverySettings;
  setSettings(settings: Partial<DeliverySettings>): DeliverySettings;
  /** Runs `listener` after each addition is in the books. */
  onAdded(listener: (bot: Bot, updateId: number) => void): void;
  allowed(bot: Bot): string[] | null;
  setAllowed(bot: Bot, allowed: readonly string[] | undefined): void;
}

const SECOND = 1000;
const LIFE_MS: Readonly<Record<UpdateType, number>> = {
  message: 24 * 60 * 60 * SECOND,
  channel_post: 24 * 60 * 60 * SECOND,
  my_chat_member: 24 * 60 * 60 * SECOND,
  chat_member: 24 * 60 * 60 * SECOND,
  callback_query: 150 * SECOND,
  pre_checkout_query: 150 * SECOND,
};
/** Sent to bots that name them in allowed_updates alone. */
const BY_NAME_ONLY: readonly UpdateType[] = ["chat_member"];
const COLUMNS = `update_id, type, queue, content, created_at, expires_at, state, failures, delay,
  wake_at, repeats`;

/**
 * Opens the queue of updates.
 *
 * @param world Additions are raised as the signal `updates/<bot>`.
 */
export function createUpdates({ store, clock, signals }: World): Updates {
  const listeners: ((bot: Bot, updateId: number) => void)[] = [];

  const updates: Updates = {
    add(bot, type, from, payload) {
      const allowed = updates.allowed(bot);
      const isWanted = allowed === null ? !BY_NAME_ONLY.includes(type) : allowed.includes(type);
      if (!isWanted) return null;
      const row = store.one<{ last_update_id: number }>(
        "update bots set last_update_id = last_update_id + 1 where id = ? returning last_update_id",
        bot.id,
      );
      const updateId = Number(row?.last_update_id);
      const nowMs = clock.nowMs();
      store.run(
        `insert into updates (bot_id, update_id, type, queue, content, created_at, expires_at,
         wake_at, repeats) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        bot.id,
        updateId,
        type,
        `${type}/${from}`,
        JSON.stringify({ update_id: updateId, [type]: payload }),
        nowMs,
        nowMs + LIFE_MS[type],
        nowMs,
        updates.settings().deliverTwice ? 1 : 0,
      );
      signals.raise(`updates/${bot.id}`);
      // The transaction around this call ends before any microtask runs.
      queueMicrotask(() => listeners.forEach((listener) => listener(bot, updateId)));
      return updateId;
    },
    one: (bot, updateId) =>
      store.one<UpdateRow>(
        `select ${COLUMNS} from updates where bot_id = ? and update_id = ?`,
        bot.id,
        updateId,
      ),
    pending(bot) {
      store.run(
        `update updates set state = 'expired'
         where bot_id = ? and state = 'pending' and expires_at < ?`,
        bot.id,
        clock.nowMs(),
      );
      return store.all<UpdateRow>(
        `select ${COLUMNS} from updates where bot_id = ? and state in ('pending', 'again')
         order by update_id`,
        bot.id,
      );
    },
    pendingCount: (bot) =>
      Number(
        store.one<{ count: number }>(
          `select count(*) as count from updates
           where bot_id = ? and state = 'pending' and expires_at >= ?`,
          bot.id,
          clock.nowMs(),
        )?.count,
      ),
    dropPending(bot) {
      store.run(
        "update updates set state = 'dropped' where bot_id = ? and state in ('pending', 'again')",
        bot.id,
      );
    },
    setState(bot, updateId, state) {
      store.run(
        "update updates set state = ? where bot_id = ? and update_id = ?",
        state,
        bot.id,
        updateId,
      );
    },
    list: (bot) =>
      store.all<UpdateRow>(
        `select ${COLUMNS} from updates where bot_id = ? order by update_id`,
        bot.id,
      ).map((row) => ({
        update_id: row.update_id,
        type: row.type,
        queue: row.queue,
        state: (row.state === "again" ? "pending" : row.state) as SandboxUpdate["state"],
        failures: row.failures,
        createdAtMs: row.created_at,
        update: JSON.parse(row.content),
      })),
    settings() {
      const text = store.setting("delivery");
      return text === undefined ? { delays: {}, deliverTwice: false } : JSON.parse(text);
    },
    setSettings(change) {
      const settings = { ...updates.settings(), ...change };
      store.setSetting("delivery", JSON.stringify(settings));
      return settings;
    },
    onAdded: (listener) => void listeners.push(listener),
    allowed(bot) {
      const text = store.one<{ allowed_updates: string | null }>(
        "select allowed_updates from bots where id = ?",
        bot.id,
      )?.allowed_updates;
      return text === null || text === undefined ? null : JSON.parse(text);
    },
    setAllowed(bot, allowed) {
      if (allowed === undefined) return;
      store.run(
        "update bots set allowed_updates = ? where id = ?",
        allowed.length === 0 ? null : JSON.stringify(allowed),
        bot.id,
      );
    },
  };
  return updates;
}
