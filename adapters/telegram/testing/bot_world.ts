/** The whole edge over fakes: Telegram, runtime, queries, limiter, log. */
import type { RublesTaken } from "../../../machines/domain/bank.ts";
import { createAdmins } from "../../supervisor/admins.ts";
import { freshIds } from "../../supervisor/fresh_ids.ts";
import { createSupervisor, type Supervisor, type Unroutable } from "../../supervisor/supervisor.ts";
import { createFakeRuntime, type FakeRuntime } from "../../supervisor/testing/fake_runtime.ts";
import { createGiftCatalog } from "../gift_catalog.ts";
import { createTelegramBot, type TelegramBot } from "../telegram_bot.ts";
import { createOpenLimiter } from "./fake_limiter.ts";
import { createFakeCards, type FakeCards } from "./fake_cards.ts";
import { createFakePanel, type FakePanel } from "./fake_panel.ts";
import { createFakeQueries, type FakeQueries, NOW_MS } from "./fake_queries.ts";
import { createFakeTelegram, type FakeTelegram } from "./fake_telegram.ts";
import { admin } from "./updates.ts";

/** Everything that a test may look at. */
export interface BotWorld {
  telegram: FakeTelegram;
  runtime: FakeRuntime;
  queries: FakeQueries;
  panel: FakePanel;
  cards: FakeCards;
  unroutable: Unroutable[];
  /** What `onUnroutable` throws, when set. */
  storeFailure: { error: Error | undefined };
  log: string[];
  supervisor: Supervisor;
  bot: TelegramBot;
  /** Takes an update and waits for the answer; gives the calls it made. */
  take(update: unknown): Promise<FakeTelegram["calls"]>;
}

/**
 * Creates it.
 * @param roles By default Olga (77) is the only admin.
 * @param rubles By default none are taken.
 */
export function createBotWorld(
  roles: Parameters<typeof createAdmins>[0] = { owners: [admin.id] },
  rubles?: RublesTaken,
): BotWorld {
  const telegram = createFakeTelegram();
  const runtime = createFakeRuntime();
  const queries = createFakeQueries();
  // Nobody has chosen a language: Telegram's word counts.
  queries.isEverybodyKnown = false;
  const cards = createFakeCards();
  const panel = createFakePanel(queries);
  const admins = createAdmins(roles);
  const unroutable: Unroutable[] = [];
  const storeFailure: BotWorld["storeFailure"] = { error: undefined };
  const log: string[] = [];
  const note = (level: string, message: string, fields: unknown) =>
    void log.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
  const supervisor = createSupervisor({
    runtime,
    ids: freshIds,
    isAdmin: (id) => id === admin.id,
    admins,
    audit: panel,
    operator: panel.operator,
    botUsername: "TestBot",
    entriesPerDay: 50,
    withdrawalLimit: 1_000,
    timeZone: "UTC",
    exclusionDays: 30,
    commissionBps: 1500,
    rubles,
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
    cards,
    gifts: createGiftCatalog({
      api: telegram.api,
      limiter: createOpenLimiter(),
      nowMs: () => NOW_MS,
    }),
    supportContact: "@support",
    rubles,
    panel,
    admins,
    nowMs: () => NOW_MS,
    log: note,
  });
  return {
    telegram,
    runtime,
    queries,
    cards,
    panel,
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
