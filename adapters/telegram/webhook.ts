/**
 * The webhook for Hono. The secret is compared before the body is read. Answers: 401 without the
 * secret, 413 for a body too large, 400 for a body that is no update, 200 when it is committed, and
 * 503 only when nothing could be stored, so that Telegram delivers it again.
 *
 * Source: core.telegram.org/bots/api (setWebhook.secret_token), read 2026-11-20.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { readBody } from "../http/read_body.ts";
import type { Log } from "../supervisor/log_port.ts";
import type { TelegramBot } from "./telegram_bot.ts";
import { queueOf } from "./telegram_bot.ts";
import type { TelegramUpdate } from "./update_schema.ts";

/** What the webhook stands on. */
export interface TelegramWebhookOptions {
  bot: TelegramBot;
  /** As given to setWebhook: 1–256 characters of A–Z a–z 0–9 _ -. */
  secret: string;
  log: Log;
  /** Longest body. @default 1 MiB; an update is a few KiB. */
  maxBodyBytes?: number;
}

const SECRET_HEADER = "x-telegram-bot-api-secret-token";
const MAX_BODY_BYTES = 1024 * 1024;

/** The route, `POST /`, to be mounted where the webhook's URL says. */
export function createTelegramWebhook(options: TelegramWebhookOptions): Hono {
  const { bot, log } = options;
  const maxBodyBytes = options.maxBodyBytes ?? MAX_BODY_BYTES;
  const wanted = digestOf(options.secret);
  const inOrder = createQueues();
  const app = new Hono();
  app.post("/", async (c) => {
    const given = c.req.header(SECRET_HEADER);
    if (given === undefined || !timingSafeEqual(digestOf(given), wanted)) {
      return c.json({ error: "unauthorized" }, 401);
    }
    const body = await readBody(c.req.raw, maxBodyBytes);
    if (body === undefined) return c.json({ error: "body too large" }, 413);
    let update: TelegramUpdate;
    try {
      update = bot.decode(JSON.parse(body));
    } catch (error: unknown) {
      log("warn", "Refused a webhook body", {
        error: error instanceof Error ? error.name : "unknown",
      });
      return c.json({ error: "not an update" }, 400);
    }
    try {
      await inOrder(queueOf(update), () => bot.take(update));
      return c.json({ ok: true });
    } catch (error: unknown) {
      log("error", "An update was not taken and will come again", {
        updateId: update.update_id,
        error: error instanceof Error ? error.message : "unknown",
      });
      return c.json({ error: "unavailable" }, 503, { "retry-after": "2" });
    }
  });
  return app;
}

/** Digests have one length, so that the comparison tells nothing about the secret's. */
function digestOf(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

/** A proxy may deliver side by side what Telegram sent one after another. */
function createQueues() {
  const last = new Map<string, Promise<unknown>>();
  return (queue: string, work: () => Promise<void>): Promise<void> => {
    const run = (last.get(queue) ?? Promise.resolve()).then(work, work);
    last.set(queue, run);
    const forget = () => {
      if (last.get(queue) === run) last.delete(queue);
    };
    run.then(forget, forget);
    return run;
  };
}
