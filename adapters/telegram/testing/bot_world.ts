/** The whole edge over fakes: Telegram, runtime, queries, limiter, log. */
import { freshIds } from "../../supervisor/fresh_ids.ts";
import { createSupervisor, type Supervisor, type Unroutable } from "../../supervisor/supervisor.ts";
import { createFakeRuntime, type FakeRuntime } from "../../supervisor/testing/fake_runtime.ts";
import { createTelegramBot, type TelegramBot } from "../telegram_bot.ts";
import { createOpenLimiter } from "./fake_limiter.ts";
import { createFakeQueries, type FakeQueries, NOW_MS } from "./fake_queries.ts";
import { createFakeTelegram, type FakeTelegram } from "./fake_telegram.ts";
import { admin } from "./updates.ts";

/** Everything that a test may look at. */
export interface BotWorld {
  telegram: FakeTelegram;
  runtime: FakeRuntime;
  queries: FakeQueries;
  unroutable: Unroutable[];
  /** What `onUnroutable` throws, when set. */
  storeFailure: { error: Error | undefined };
  log: string[];
  supervisor: Supervisor;
  bot: TelegramBot;
  /** Takes an update and waits for the answer; gives the calls it made. */
  take(update: unknown): Promise<FakeTelegram["calls"]>;
}

/** Creates it, with Olga (77) as the only admin. */
export function createBotWorld(): BotWorld {
  const telegram = createFakeTelegram();
  const runtime = createFakeRuntime();
  const queries = createFakeQueries();
  const unroutable: Unroutable[] = [];
  const storeFailure: BotWorld["storeFailure"] = { error: undefined };
  const log: string[] = [];
  const note = (level: string, message: string, fields: unknown) =>
    void log.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
  const supervisor = createSupervisor({
    runtime,
    ids: freshIds,
    isAdmin: (id) => id === admin.id,
    botUsername: "TestBot",
    entriesPerDay: 50,
    commissionBps: 1500,
    nowMs: () => NOW_MS,
    log: note,
    onUnroutable: (record) => {
      if (storeFailure.error !== undefined) return Promise.reject(storeFailure.error);
      unroutable.push(record);
      return Promise.resolve();
    },
  });
  const bot = createTelegramBot({
    supervisor,
    api: telegram.api,
    limiter: createOpenLimiter(),
    queries,
    supportContact: "@support",
    nowMs: () => NOW_MS,
    log: note,
  });
  return {
    telegram,
    runtime,
    queries,
    unroutable,
    storeFailure,
    log,
    supervisor,
    bot,
    take: async (update) => {
      const before = telegram.calls.length;
      await bot.take(bot.decode(update));
      await bot.drain();
      return telegram.calls.slice(before);
    },
  };
}
