/**
 * The web server: health, the webhooks, the proof files, the page for a card, the inspector. Answers are JSON, also the wrong ones, and
 * an error tells the outside nothing but that there was one.
 */
import { Hono } from "hono";
import { CARD_PAGE_PATH } from "./card_page.ts";
import type { Log } from "../supervisor/log_port.ts";

/** What the server stands on. */
export interface AppOptions {
  /** Whether the database answers; it may take its time, the route does not. */
  isDatabaseReady(): Promise<boolean>;
  /** Whether the runtime has started and is not stopping. */
  isRuntimeReady(): boolean;
  /** The stored proof, JSON text, or undefined. */
  proof(raffleId: string): Promise<string | undefined>;
  /** From `createTelegramWebhook`; absent while updates are polled. */
  telegramWebhook?: Hono | undefined;
  /** From `createNoticeDoor`; absent where no rubles are taken. */
  yooKassaNotices?: Hono | undefined;
  /** From `createCardPage`; absent where no rubles are paid out. */
  cardPage?: Hono | undefined;
  /** From `createInspector`; absent unless it was asked for. */
  inspector?: Hono | undefined;
  log: Log;
  /** Longest wait for the database's answer. @default 2000 */
  readyTimeoutMs?: number;
}

/** Where the Telegram webhook is mounted. */
export const TELEGRAM_WEBHOOK_PATH = "/telegram/webhook";
/** Where YooKassa's notices come in. */
export const YOOKASSA_NOTICE_PATH = "/yookassa/notices";
/** Where the inspector is mounted. */
export const INSPECTOR_PATH = "/inspect";
const READY_TIMEOUT_MS = 2_000;

/** Creates the server, to be given to `Deno.serve`. */
export function createApp(options: AppOptions): Hono {
  const app = new Hono();
  app.get("/healthz", (c) => c.json({ ok: true }));
  app.get("/readyz", async (c) => {
    const runtime = options.isRuntimeReady();
    const database = await isDatabaseReady(options);
    return c.json({ ok: runtime && database, runtime, database }, runtime && database ? 200 : 503);
  });
  app.get("/raffles/:id/proof.json", async (c) => {
    const id = c.req.param("id");
    const proof = /^rfl_[A-Za-z0-9_-]{1,60}$/.test(id) ? await options.proof(id) : undefined;
    if (proof === undefined) return c.json({ error: "not found" }, 404);
    return c.body(proof, 200, {
      "content-type": "application/json; charset=utf-8",
      "content-disposition": `inline; filename="${id}.proof.json"`,
      // Anybody's page may check a proof.
      "access-control-allow-origin": "*",
      "x-content-type-options": "nosniff",
    });
  });
  if (options.telegramWebhook !== undefined) {
    app.route(TELEGRAM_WEBHOOK_PATH, options.telegramWebhook);
  }
  if (options.yooKassaNotices !== undefined) {
    app.route(YOOKASSA_NOTICE_PATH, options.yooKassaNotices);
  }
  if (options.cardPage !== undefined) app.route(CARD_PAGE_PATH, options.cardPage);
  if (options.inspector !== undefined) app.route(INSPECTOR_PATH, options.inspector);
  app.notFound((c) => c.json({ error: "not found" }, 404));
  app.onError((error, c) => {
    options.log("error", "A request failed", { path: c.req.path, error: error.message });
    return c.json({ error: "internal error" }, 500);
  });
  return app;
}

async function isDatabaseReady(options: AppOptions): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), options.readyTimeoutMs ?? READY_TIMEOUT_MS);
  });
  try {
    return await Promise.race([options.isDatabaseReady(), late]);
  } catch (error: unknown) {
    options.log("warn", "The database does not answer", {
      error: error instanceof Error ? error.message : "unknown",
    });
    return false;
  } finally {
    clearTimeout(timer);
  }
}
