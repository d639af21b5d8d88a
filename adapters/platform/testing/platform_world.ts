/**
 * The whole product in this process beside a sandbox in this process, on the database of the running
 * test project, with short ways to play people and admins and to compare both sides' books.
 */
import { onTestFailed, onTestFinished } from "vitest";
import { type LogRecord, logToStderr } from "../../../actors/log.ts";
import type { Database } from "../../../db/connection.ts";
import { checkBooks } from "../../../db/ledger_books.ts";
import { openTestDatabase } from "../../../db/testing/test_database.ts";
import type { View } from "../../../actors/runtime.ts";
import type { Language, RaffleId, RaffleTerms } from "../../../machines/domain/events.ts";
import { type Config, readConfig, SANDBOX_TOKEN } from "../../config/read_config.ts";
import { bankDifferences, bankSumsOf, readOwnBankSums } from "../../demo/bank_books.ts";
import { YOOKASSA_NOTICE_PATH } from "../../http/create_app.ts";
import { createPayers, type Payers } from "../../sandbox/payers.ts";
import { createPeople, type People, type Person } from "../../sandbox/people.ts";
import { createSandbox, type SandboxOptions } from "../../sandbox/sandbox.ts";
import { testKeyPem } from "../../sandbox/sandbox_for_tests.ts";
import type { SendLimiter } from "../../telegram/send_limiter.ts";
import { type Platform, startPlatform } from "../start_platform.ts";

export const ADMIN = 900_001;
export const SECOND_ADMIN = 900_002;
export const WEBHOOK_SECRET = "end-to-end-webhook-secret";

/** Telegram's pace has tests of its own; here it would only take time. */
const NO_FLOOD = { perSecond: 1e6, perChatPerSecond: 1e6, chatBurst: 1e6 };
const NO_LIMIT: SendLimiter = {
  acquire: () => Promise.resolve(),
  afterPause: () => Promise.resolve(),
  pause: () => {},
};
/** After this a call counts as never answered, where no test says otherwise; long polls excepted. */
const CALL_TIMEOUT_MS = 700;

export interface TestSandbox {
  readonly url: string;
  readonly people: People;
  stop(): Promise<void>;
}

/** A sandbox on a free port that ends with the test. */
export async function openTestSandbox(options: SandboxOptions = {}): Promise<TestSandbox> {
  const sandbox = await createSandbox({
    seed: "end to end",
    token: SANDBOX_TOKEN,
    privateKeyPem: await testKeyPem(),
    flood: NO_FLOOD,
    ...options,
  }).listen(0);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => stopping ??= sandbox.stop();
  onTestFinished(stop);
  return { url: sandbox.url, people: createPeople(sandbox.url, { bot: SANDBOX_TOKEN }), stop };
}

/** A payment, refund, payout or error as YooKassa writes it. */
export type BankObject = Readonly<Record<string, unknown>>;

export interface WorldOptions {
  /** Telegram delivers by webhook instead of being polled. */
  readonly webhook?: boolean;
  readonly entriesPerDay?: number;
  /** Telegram's limits of pace hold, and the product keeps within them. */
  readonly isPaced?: boolean;
  /** Telegram ids of further admins. */
  readonly operators?: readonly number[];
  readonly viewers?: readonly number[];
  /** Where YooKassa's notices go: to the product, or nowhere. @default {true} */
  readonly bankNotices?: boolean;
  /** The inspector is served. */
  readonly inspect?: boolean;
  /** Names the announcement chat, which may be made now. */
  readonly announceIn?: (people: People) => Promise<string>;
  readonly announceLanguage?: Language;
  /** Further variables of the configuration. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What the product hears instead of an object of YooKassa's, in lists too. */
  readonly bankSays?: (object: BankObject) => BankObject;
  /** After so long a call counts as never answered; more where that must not happen by itself. */
  readonly callTimeoutMs?: number;
}

export interface PlatformWorld {
  readonly people: People;
  /** Payers at the bank, and its books. */
  readonly payers: Payers;
  readonly database: Database;
  readonly platform: Platform;
  readonly sandboxUrl: string;
  /** What was logged, in order. */
  readonly log: readonly LogRecord[];
  /** What the product said, in order. */
  readonly printed: readonly string[];
  /** Makes people with 1,000 Stars each. */
  players(count: number): Promise<Person[]>;
  /** Creates a raffle at its actor and opens it: 10 Stars, 2 to 3 tickets, drawn when full. */
  openRaffle(terms?: Partial<RaffleTerms>): Promise<RaffleId>;
  raffle(id: RaffleId): Promise<View>;
  waitForRaffle(id: RaffleId, isWanted: (view: View) => boolean): Promise<View>;
  /** Waits until the raffle needs nobody any more. */
  waitUntilFinished(id: RaffleId): Promise<View>;
  /** What an admin writes, and the bot's answer to it. */
  command(text: string, adminId?: number): Promise<string>;
  /** Posts an update at the webhook as Telegram would. */
  post(update: unknown, headers?: Record<string, string>): Promise<Response>;
  /**
   * Ends the product and starts it again on the same database and sandbox; with `skipMs` so much
   * later, by its own clock.
   */
  restart(whileAway?: () => Promise<void>, skipMs?: number): Promise<void>;
  /** Problems of the ledger by itself, and where it differs from the sandbox's books; none is right. */
  problems(): Promise<string[]>;
  /** Stars by the sandbox's books: taken by the bot, given back, and how often. */
  stars(): Promise<{ received: number; refunded: number; refunds: number }>;
  /** What was set aside: address and error. */
  deadLetters(): Promise<string[]>;
  count(table: "unroutable" | "tickets" | "events"): Promise<number>;
}

let raffles = 0;

/** Starts a world; it ends with the test. */
export async function openPlatformWorld(options: WorldOptions = {}): Promise<PlatformWorld> {
  const database = await openTestDatabase();
  const { url: sandboxUrl, people } = await openTestSandbox(
    options.isPaced === true ? { flood: {} } : {},
  );
  const log: LogRecord[] = [];
  const printed: string[] = [];
  onTestFailed(() => log.forEach(logToStderr));
  const config = readConfig({
    PORT: options.webhook === true ? String(freePort()) : "0",
    SANDBOX_URL: sandboxUrl,
    ADMIN_IDS: `${ADMIN},${SECOND_ADMIN}`,
    OPERATOR_IDS: (options.operators ?? []).join(","),
    VIEWER_IDS: (options.viewers ?? []).join(","),
    ENTRIES_PER_DAY: String(options.entriesPerDay ?? 50),
    ANNOUNCE_CHAT: await options.announceIn?.(people) ?? "",
    ANNOUNCE_LANGUAGE: options.announceLanguage ?? "",
    ...options.environment,
  });
  if (options.webhook === true) useWebhook(config);
  const startOnly = (): Promise<Platform> =>
    startPlatform(config, {
      log: (record) => void log.push(record),
      print: (line) => void printed.push(line),
      ...(options.inspect === true ? { inspect: {} } : {}),
      database,
      ...(options.isPaced === true ? {} : { limiter: NO_LIMIT }),
      fetch: hearing(
        options.bankSays,
        impatientFetch(options.callTimeoutMs ?? CALL_TIMEOUT_MS),
      ),
    });
  const payers = createPayers(sandboxUrl);
  const start = async (): Promise<Platform> => {
    const started = await startOnly();
    const noticeUrl = `${started.url}${YOOKASSA_NOTICE_PATH}`;
    if (options.bankNotices !== false) await payers.set({ noticeUrl });
    return started;
  };
  let platform = await start();
  onTestFinished(() => platform.stop());
  for (const id of [ADMIN, SECOND_ADMIN]) {
    await people.person({ id, first_name: "Olga", language_code: "en" });
  }

  const world: PlatformWorld = {
    people,
    payers,
    database,
    sandboxUrl,
    log,
    printed,
    get platform() {
      return platform;
    },
    players: (count) =>
      Promise.all(
        Array.from(
          { length: count },
          (_, index) => people.person({ first_name: `Player ${index + 1}`, language_code: "en" }),
        ),
      ),
    async openRaffle(terms = {}) {
      const raffleId: RaffleId = `rfl_test${++raffles}`;
      const atMs = Date.now();
      const input = {
        raffleId,
        terms: { ...testTerms, ...terms },
        createdBy: `tg-${ADMIN}`,
        atMs,
      };
      await platform.runtime.create(`raffle/${raffleId}`, input);
      const open = { type: "raffle.open", by: `tg-${ADMIN}`, atMs };
      await platform.runtime.send(`raffle/${raffleId}`, open);
      return raffleId;
    },
    async raffle(id) {
      const view = await platform.runtime.read(`raffle/${id}`);
      if (view === undefined) throw new Error(`There is no raffle "${id}"`);
      return view;
    },
    waitForRaffle: (id, isWanted) =>
      platform.runtime.waitFor(`raffle/${id}`, isWanted, { timeoutMs: 15_000 }),
    waitUntilFinished: (id) => world.waitForRaffle(id, ({ tags }) => tags.includes("finished")),
    async command(text, adminId = ADMIN) {
      const { revision } = await people.chat(adminId);
      await people.write(adminId, text);
      const answer = await people.waitForMessage(
        adminId,
        ({ from }) => from.is_bot,
        { since: revision },
      );
      return answer.text ?? "";
    },
    post: (update, headers = { "x-telegram-bot-api-secret-token": WEBHOOK_SECRET }) =>
      fetch(`${platform.url}/telegram/webhook`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: typeof update === "string" ? update : JSON.stringify(update),
      }),
    async restart(whileAway, skipMs = 0) {
      await platform.stop();
      await whileAway?.();
      config.clockAheadMs = (config.clockAheadMs ?? 0) + skipMs;
      platform = await start();
    },
    problems: async () => [
      ...await findProblems(database, people),
      ...await findBankProblems(database, payers),
    ],
    stars: () => starsOf(people),
    async deadLetters() {
      const { rows } = await database.query<{ address: string; error: string }>(
        "select address, error from dead_letters order by id",
      );
      return rows.map(({ address, error }) => `${address}: ${error}`);
    },
    async count(table) {
      const { rows } = await database.query<{ count: number }>(
        `select count(*)::int as count from ${table}`,
      );
      return rows[0]?.count ?? 0;
    },
  };
  return world;
}

/** What `openRaffle` opens when nothing else is said. */
export const testTerms: RaffleTerms = {
  title: "Friday draw",
  price: { minor: "10", currency: "XTR" },
  minPlayers: 2,
  maxTickets: 3,
  ticketsPerPlayer: 1,
  durationMs: 3_600_000,
  drawAt: "maximum",
  closingWindowMs: 1_000,
  sealPauseMs: 0,
  commissionBps: 1_500,
  sharesBps: [10_000],
  reserves: 2,
};

/** A port that was free a moment ago. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}

/** Asks again and again until it holds. */
export async function eventually<T>(
  ask: () => Promise<T> | T,
  isWanted: (answer: T) => boolean,
  { timeoutMs = 10_000, what = "what was waited for" } = {},
): Promise<T> {
  const endsAtMs = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (performance.now() > endsAtMs) {
      throw new Error(`${what} did not come within ${timeoutMs} ms, last ${Deno.inspect(answer)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export async function starsOf(
  people: People,
): Promise<{ received: number; refunded: number; refunds: number }> {
  const [books] = (await people.books()).bots;
  return {
    received: books?.received ?? 0,
    refunded: books?.refunded ?? 0,
    refunds: books?.charges.filter(({ refundedAtMs }) => refundedAtMs !== null).length ?? 0,
  };
}

/** See {@link PlatformWorld.problems}. */
export async function findProblems(database: Database, people: People): Promise<string[]> {
  const { problems } = await checkBooks(database);
  const { rows } = await database.query<{ account: string; balance: bigint }>(
    `select name as account, balance_minor as balance from ledger_accounts
     where name like 'provider/telegram/%'
       or (name like 'payment/%' and balance_minor <> 0)`,
  );
  const [books] = (await people.books()).bots;
  const held = rows.filter(({ account }) => account.startsWith("provider/"))
    .reduce((sum, { balance }) => sum + balance, 0n);
  if (-held !== BigInt(books?.balance ?? 0)) {
    problems.push(`Telegram holds ${books?.balance} Stars for us, our books say ${-held}`);
  }
  for (const { account, balance } of rows) {
    if (account.startsWith("payment/")) problems.push(`${balance} Stars hang in ${account}`);
  }
  return problems;
}

async function findBankProblems(database: Database, payers: Payers): Promise<string[]> {
  return bankDifferences({
    ours: await readOwnBankSums(database),
    theirs: bankSumsOf(await payers.books()),
  });
}

function useWebhook(config: Config): void {
  // The configuration takes public addresses only; the sandbox also takes loopback.
  config.telegram.webhook = {
    url: `http://127.0.0.1:${config.port}/telegram/webhook`,
    secret: WEBHOOK_SECRET,
  };
}

/** Puts other words into the mouth of YooKassa. */
function hearing(bankSays: WorldOptions["bankSays"], ask: typeof fetch): typeof fetch {
  if (bankSays === undefined) return ask;
  return async (input, init) => {
    const response = await ask(input, init);
    const url = input instanceof Request ? input.url : String(input);
    if (!url.includes("/yookassa/v3/")) return response;
    const said: BankObject = await response.json();
    const { items } = said as { items?: BankObject[] };
    const heard = items === undefined ? bankSays(said) : { ...said, items: items.map(bankSays) };
    return Response.json(heard, { status: response.status });
  };
}

function impatientFetch(timeoutMs: number): typeof fetch {
  return (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (url.endsWith("/getUpdates")) return fetch(input, init);
    const signals = [AbortSignal.timeout(timeoutMs)];
    const given = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    if (given) signals.push(given);
    return fetch(input, { ...init, signal: AbortSignal.any(signals) });
  };
}
