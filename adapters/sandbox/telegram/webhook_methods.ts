/**
 * getUpdates, setWebhook, deleteWebhook, getWebhookInfo: how a bot gets its updates, one way at a
 * time. Guards against a product that polls beside its own webhook, or polls twice (409).
 *
 * Source: Bot API 10.3, getUpdates and setWebhook; tdlib/telegram-bot-api for the words, the 50 s cap
 * and one setWebhook a second. Plain HTTP is taken on loopback, as by a local Bot API server.
 */
import type { Bot } from "./bots.ts";
import { Described, type MethodCall, type Methods } from "./telegram_context.ts";
import { badRequest, TelegramError, tooManyRequests } from "./telegram_error.ts";

/** A set webhook. */
export interface WebhookConfig {
  readonly url: string;
  readonly secretToken: string;
  readonly maxConnections: number;
}

/** Who delivers; `webhook_delivery.ts` does. */
export interface WebhookSwitch {
  /** Begins, changes or (null) ends the delivery. */
  set(bot: Bot, config: WebhookConfig | null): void;
}

const UPDATE_TYPES = [
  "message",
  "edited_message",
  "channel_post",
  "edited_channel_post",
  "callback_query",
  "pre_checkout_query",
  "shipping_query",
  "my_chat_member",
  "chat_member",
  "inline_query",
  "subscription",
];
const MAX_POLL_SECONDS = 50;
const PORTS = ["", "443", "80", "88", "8443"];
const CONFLICT =
  "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";

/**
 * Makes the methods by which updates are had.
 *
 * @param webhooks Told of every change.
 */
export function createWebhookMethods(webhooks: WebhookSwitch): Methods {
  /** The poll in progress of each bot: a later one ends it. */
  const polls = new Map<number, { reason: string | null }>();
  const lastSetAtMs = new Map<number, number>();

  async function getUpdates(call: MethodCall): Promise<unknown> {
    const { bot, params, updates, world } = call;
    if (webhookOf(call, bot) !== null) {
      throw new TelegramError(
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      );
    }
    updates.setAllowed(bot, readAllowed(params["allowed_updates"]));
    endPoll(call, CONFLICT);
    const poll: { reason: string | null } = { reason: null };
    polls.set(bot.id, poll);
    const limit = Math.min(100, Math.max(1, Number(params["limit"] ?? 100)));
    const timeoutMs = Math.min(MAX_POLL_SECONDS, Math.max(0, Number(params["timeout"] ?? 0))) *
      1000;
    const offset = confirm(call, Number(params["offset"] ?? 0));
    const found = await world.signals.until(`updates/${bot.id}`, timeoutMs, () => {
      if (poll.reason !== null) return [];
      const rows = updates.pending(bot).filter((row) =>
        row.update_id >= offset || row.state === "again"
      ).slice(0, limit);
      return rows.length === 0 ? null : rows;
    }, call.abort);
    if (polls.get(bot.id) === poll) polls.delete(bot.id);
    if (poll.reason !== null) throw new TelegramError(409, poll.reason);
    for (const row of found ?? []) {
      if (row.state === "again") updates.setState(bot, row.update_id, "delivered");
    }
    return (found ?? []).map((row) => JSON.parse(row.content));
  }

  function endPoll({ bot, world }: MethodCall, reason: string): void {
    const poll = polls.get(bot.id);
    if (poll === undefined) return;
    poll.reason = reason;
    world.signals.raise(`updates/${bot.id}`);
  }

  function setWebhook(call: MethodCall): unknown {
    const { bot, params, updates, world } = call;
    const url = String(params["url"] ?? "");
    if (url === "") return deleteWebhook(call);
    const config: WebhookConfig = {
      url: checkWebhookUrl(url),
      secretToken: String(params["secret_token"] ?? ""),
      maxConnections: Math.min(100, Math.max(1, Number(params["max_connections"] ?? 40))),
    };
    if (!/^[A-Za-z0-9_-]{0,256}$/.test(config.secretToken)) {
      throw badRequest("secret token contains unallowed characters");
    }
    const allowed = readAllowed(params["allowed_updates"]);
    const nowMs = world.clock.nowMs();
    if (nowMs - (lastSetAtMs.get(bot.id) ?? -Infinity) < 1000) throw tooManyRequests(1);
    lastSetAtMs.set(bot.id, nowMs);
    endPoll(call, "Conflict: terminated by setWebhook request");
    const isSame = JSON.stringify(webhookOf(call, bot)) === JSON.stringify(config);
    if (params["drop_pending_updates"] === true) updates.dropPending(bot);
    updates.setAllowed(bot, allowed);
    world.store.run("update bots set webhook = ? where id = ?", JSON.stringify(config), bot.id);
    webhooks.set(bot, config);
    return new Described(true, isSame ? "Webhook is already set" : "Webhook was set");
  }

  function deleteWebhook(call: MethodCall): unknown {
    const { bot, params, updates, world } = call;
    const wasSet = webhookOf(call, bot) !== null;
    if (params["drop_pending_updates"] === true) updates.dropPending(bot);
    world.store.run("update bots set webhook = null where id = ?", bot.id);
    webhooks.set(bot, null);
    return new Described(true, wasSet ? "Webhook was deleted" : "Webhook is already deleted");
  }

  return {
    getUpdates: {
      parameters: {
        offset: "integer",
        limit: "integer",
        timeout: "integer",
        allowed_updates: "json",
      },
      handle: getUpdates,
    },
    setWebhook: {
      parameters: {
        url: "string",
        ip_address: "string",
        max_connections: "integer",
        allowed_updates: "json",
        drop_pending_updates: "boolean",
        secret_token: "string",
      },
      handle: setWebhook,
    },
    deleteWebhook: { parameters: { drop_pending_updates: "boolean" }, handle: deleteWebhook },
    getWebhookInfo: { parameters: {}, handle: getWebhookInfo },
  };
}

/** The bot's webhook as the books have it. */
export function webhookOf(
  { world }: Pick<MethodCall, "world">,
  bot: Bot,
): WebhookConfig | null {
  const row = world.store.one<{ webhook: string | null }>(
    "select webhook from bots where id = ?",
    bot.id,
  );
  return row?.webhook === null || row === undefined ? null : JSON.parse(row.webhook);
}

function getWebhookInfo(call: MethodCall): unknown {
  const { bot, updates, world } = call;
  const config = webhookOf(call, bot);
  const errors = world.store.one<{ last_error_at: number | null; last_error: string | null }>(
    "select last_error_at, last_error from bots where id = ?",
    bot.id,
  );
  const allowed = updates.allowed(bot);
  const lastErrorAtMs = errors?.last_error_at ?? null;
  return {
    url: config?.url ?? "",
    has_custom_certificate: false,
    pending_update_count: updates.pendingCount(bot),
    ...(config === null ? {} : { max_connections: config.maxConnections, ip_address: "127.0.0.1" }),
    ...(config === null || lastErrorAtMs === null ? {} : {
      last_error_date: Math.floor(lastErrorAtMs / 1000),
      last_error_message: errors?.last_error ?? "",
    }),
    ...(allowed === null ? {} : { allowed_updates: allowed }),
  };
}

/** Settles what lies below the offset. @returns The first id that is still asked for. */
function confirm({ bot, updates, world }: MethodCall, offset: number): number {
  const from = offset >= 0 ? offset : firstOfLast(updates.pending(bot), -offset);
  world.store.run(
    `update updates set state = case when repeats > 0 then 'again' else 'delivered' end,
     repeats = max(0, repeats - 1)
     where bot_id = ? and state = 'pending' and update_id < ?`,
    bot.id,
    from,
  );
  return from;
}

function firstOfLast(rows: readonly { readonly update_id: number }[], count: number): number {
  return rows.at(-Math.min(count, rows.length))?.update_id ?? 0;
}

function readAllowed(value: unknown): string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw badRequest("can't parse allowed updates JSON object");
  // Telegram passes over unknown names; a misspelt one would cost us updates in silence.
  const strange = value.find((name) => !UPDATE_TYPES.includes(name));
  if (strange !== undefined) throw badRequest(`unknown update type "${strange}"`);
  return value;
}

function checkWebhookUrl(text: string): string {
  if (!URL.canParse(text)) throw badRequest("bad webhook: invalid URL");
  const url = new URL(text);
  const isLoopback = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (isLoopback && url.protocol.startsWith("http")) return text;
  if (url.protocol !== "https:") {
    throw badRequest("bad webhook: An HTTPS URL must be provided for webhook");
  }
  if (!PORTS.includes(url.port)) {
    throw badRequest("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443");
  }
  return text;
}
