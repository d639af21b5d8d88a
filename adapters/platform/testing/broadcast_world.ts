/**
 * Tellers of raffles over a database with as many people as a test wants, and a Telegram in memory
 * that notes every call. Each thing that the sending of a page does outside the runtime is a point at
 * which the node can end.
 */
import { onTestFinished } from "vitest";
import { startTestRuntime, type TestRuntime } from "../../../actors/testing/mod.ts";
import type { Database } from "../../../db/connection.ts";
import { openTestDatabase } from "../../../db/testing/test_database.ts";
import { type MassNotice, tellEverybody } from "../../../machines/domain/broadcast.ts";
import type { RaffleId } from "../../../machines/domain/events.ts";
import { testTerms } from "../../../machines/testing/world.ts";
import { createBroadcastEffects } from "../../telegram/effects/broadcast_effects.ts";
import type { Deliveries } from "../../telegram/effects/send_page.ts";
import type { TelegramApi } from "../../telegram/telegram_api.ts";
import { createOpenLimiter } from "../../telegram/testing/fake_limiter.ts";
import { createFakeReach } from "../../telegram/testing/fake_reach.ts";
import { defineRaffleActors, withRest } from "../raffle_actors.ts";
import { createSqlAnnouncements, createSqlDeliveries } from "../sql_deliveries.ts";
import { createSqlQueries } from "../sql_queries.ts";
import { createMortality } from "./mortality.ts";

/** One message as Telegram got it. */
export interface SentMessage {
  chatId: number;
  text: string;
  isPaid: boolean;
  buttons: string[];
}

export interface BroadcastWorldOptions {
  /** Which of the points outside the runtime ends the node's life; 1 is the first. */
  diesAt?: number;
  /** Where in the runtime it ends, see the test kit. */
  crashAt?: readonly (string | number)[];
  isPaid?: boolean;
  /** Called for each message; throws what Telegram would answer. */
  onMessage?: (message: SentMessage) => Promise<void> | void;
  /** Called for each page that is begun. */
  onPage?: (recipients: number) => Promise<void>;
  database?: Database;
}

export interface BroadcastWorld {
  readonly kit: TestRuntime;
  readonly database: Database;
  /** In the order of the calls. */
  readonly sent: SentMessage[];
  readonly blocked: string[];
  /** Points passed outside the runtime. */
  readonly points: number;
  /** Adds people with these numbers, as those who hold a ticket or only look on. */
  addPeople(
    raffleId: RaffleId,
    people: { from: number; to: number; as: "players" | "observers" },
  ): Promise<void>;
  tell(notice: MassNotice, told?: string[]): Promise<void>;
  /** The rows of `broadcasts`, in order. */
  broadcasts(): Promise<Record<string, unknown>[]>;
}

const notHere = { run: () => Promise.reject(new Error("It has no part in this test")) };

/** Starts it; it ends with the test. */
export async function openBroadcastWorld(
  options: BroadcastWorldOptions = {},
): Promise<BroadcastWorld> {
  const database = options.database ?? await openTestDatabase();
  const sent: SentMessage[] = [];
  const blocked: string[] = [];
  const mortality = createMortality({ diesAt: options.diesAt, kill: () => kit.crash() });

  const sql = createSqlDeliveries(database);
  const deliveries: Deliveries = {
    async begin(page) {
      const life = mortality.begin();
      const run = await mortality.outlive(() => sql.begin(page), life);
      await options.onPage?.(run.recipients.length);
      return {
        recipients: run.recipients,
        claim: (playerId) => mortality.outlive(() => run.claim(playerId), life),
        record: (playerId, state) => mortality.outlive(() => run.record(playerId, state), life),
      };
    },
  };
  const api = {
    sendMessage: (chatId: number, text: string, other: MessageOptions) =>
      mortality.outlive(async () => {
        const message: SentMessage = {
          chatId,
          text,
          isPaid: other.allow_paid_broadcast === true,
          buttons: (other.reply_markup?.inline_keyboard ?? []).flat()
            .map(({ callback_data = "" }) => callback_data),
        };
        sent.push(message);
        await options.onMessage?.(message);
        return { message_id: sent.length };
      }),
  } as unknown as TelegramApi;

  const effects = createBroadcastEffects({
    api,
    limiter: createOpenLimiter(),
    queries: createSqlQueries(database),
    deliveries,
    announcements: createSqlAnnouncements(database),
    announce: undefined,
    adminIds: [],
    reach: createFakeReach(),
    isPaid: options.isPaid === true,
    stopping: new AbortController().signal,
    botUsername: () => "TestBot",
    onBlocked: (playerId) => Promise.resolve(void blocked.push(playerId)),
    log: () => {},
  });
  const actors = defineRaffleActors(withRest(effects, notHere))
    .filter(({ kind }) => kind === "broadcast");
  const kit = await startTestRuntime(actors, { database, crashAt: options.crashAt ?? [] });
  onTestFinished(() => kit.stop());

  return {
    kit,
    database,
    sent,
    blocked,
    get points() {
      return mortality.points;
    },
    addPeople: (raffleId, people) => addPeople(database, { raffleId, ...people }),
    async tell(notice, told = []) {
      const { to, event, create } = tellEverybody(notice, { told });
      await kit.send(to, event, { create, key: JSON.stringify(notice) });
    },
    async broadcasts() {
      const { rows } = await database.query<Record<string, unknown>>(
        `select b.raffle_id, b.notice, b.status, b.recipients, b.sent, b.blocked, b.uncertain,
           b.failed from broadcasts b order by b.raffle_id, b.number`,
      );
      return rows;
    },
  };
}

interface MessageOptions {
  allow_paid_broadcast?: boolean;
  reply_markup?: { inline_keyboard: { callback_data?: string }[][] };
}

async function addPeople(
  database: Database,
  { raffleId, from, to, as }: {
    raffleId: RaffleId;
    from: number;
    to: number;
    as: "players" | "observers";
  },
): Promise<void> {
  await database.query(
    `insert into raffles (raffle_id, status, terms, tickets, players, opened_at_ms, closes_at_ms,
       public_reason)
     values ($1, 'open', $2, 0, 0, 0, 0, '') on conflict do nothing`,
    [raffleId, JSON.stringify(testTerms())],
  );
  await database.query(
    `insert into players (player_id, chat_id, name, language, is_blocked)
     select 'tg-' || n, n, 'Player', 'en', false from generate_series($1::int, $2::int) n
     on conflict do nothing`,
    [from, to],
  );
  if (as === "observers") {
    await database.query(
      `insert into observers (raffle_id, player_id, at_ms, is_stopped)
       select $1, 'tg-' || n, 0, false from generate_series($2::int, $3::int) n`,
      [raffleId, from, to],
    );
    return;
  }
  await database.query(
    `insert into tickets (raffle_id, number, player_id, payment_id, salt, at_ms)
     select $1, n, 'tg-' || n, 'pay_' || $1 || n, 'aa', 0 from generate_series($2::int, $3::int) n`,
    [raffleId, from, to],
  );
}
