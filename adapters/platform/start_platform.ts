/**
 * Puts the product together over an open configuration and starts it: database, actors, effects,
 * bot, web server; in sandbox mode also the sandbox, which the product then knows by URL only.
 */
import { ExponentialBackoff, handleType, retry } from "cockatiel";
import { RetryableError } from "../../actors/errors.ts";
import { type Clock, systemClock } from "../../actors/clock.ts";
import { createRuntime, type Runtime } from "../../actors/runtime.ts";
import type { Log as RuntimeLog } from "../../actors/log.ts";
import { beginAudit, endAudit } from "../../db/audit_log.ts";
import type { Database } from "../../db/connection.ts";
import { DataDirLockedError } from "../../db/embedded.ts";
import { SchemaTooNewError } from "../../db/migrate.ts";
import { openDatabase } from "../../db/open_database.ts";
import { storeUnroutable } from "../../db/raffle_reads.ts";
import { type BeaconChain, QUICKNET } from "../../machines/domain/draw/beacon.ts";
import { readRaffleTerms } from "../../machines/domain/raffle_terms.ts";
import { type Config, ConfigError } from "../config/read_config.ts";
import { refuseSandbox } from "../config/refuse_sandbox.ts";
import { createApp, YOOKASSA_NOTICE_PATH } from "../http/create_app.ts";
import { localServerUrl, serverUrl } from "../http/server_url.ts";
import { isLoopback } from "../inspector/access.ts";
import { createInspector } from "../inspector/create_inspector.ts";
import { serveOperator } from "../operations/operator_socket.ts";
import { createPlatformOperator } from "../operations/platform_operator.ts";
import { createDrand, DRAND_URLS } from "../drand/drand.ts";
import { readChain } from "../drand/read_chain.ts";
import { createDraws } from "../randomorg/draws.ts";
import { pinnedKeys } from "../randomorg/keys.ts";
import { createRandomOrg } from "../randomorg/random_org.ts";
import { createPayers } from "../sandbox/payers.ts";
import { runSandbox } from "../sandbox/run_sandbox.ts";
import { createAdmins } from "../supervisor/admins.ts";
import { freshIds } from "../supervisor/fresh_ids.ts";
import type { Log } from "../supervisor/log_port.ts";
import { createSupervisor, type Unroutable } from "../supervisor/supervisor.ts";
import { createTelegramEffects } from "../telegram/effects/telegram_effects.ts";
import { createGiftCatalog } from "../telegram/gift_catalog.ts";
import type { TelegramUpdate } from "../telegram/update_schema.ts";
import { playerIdOf } from "../supervisor/telegram_person.ts";
import { startPolling } from "../telegram/polling.ts";
import type { Queries } from "../telegram/queries_port.ts";
import {
  createSendLimiter,
  type LimiterClock,
  type SendLimiter,
  systemLimiterClock,
} from "../telegram/send_limiter.ts";
import { setUpBot, setUpWebhook } from "../telegram/set_up_bot.ts";
import { createTelegramApi } from "../telegram/telegram_api.ts";
import { createTelegramBot } from "../telegram/telegram_bot.ts";
import { createTelegramWebhook } from "../telegram/webhook.ts";
import { atMost } from "./at_most.ts";
import { createDatabaseLease } from "./database_lease.ts";
import { createDrawEffects } from "./draw_effects.ts";
import { createImpatientDraws } from "./impatient_draws.ts";
import { createPanelQueries } from "./panel_queries.ts";
import { createPlatformBank } from "./platform_bank.ts";
import { createPlatformBroadcasts } from "./platform_broadcasts.ts";
import { defineRaffleActors } from "./raffle_actors.ts";
import { createReceiverHash } from "./receiver_hash.ts";
import { sandboxCast } from "./sandbox_cast.ts";
import { StartError, startPart } from "./start_error.ts";
import { createErasePlayer } from "./erase_player.ts";
import { createSqlAdminReach } from "./sql_admin_reach.ts";
import { createSqlCards } from "./sql_cards.ts";
import { createSqlQueries } from "./sql_queries.ts";
import { startChecks } from "./start_checks.ts";
import { startTreasury } from "./start_treasury.ts";
import { createReadStarBooks } from "./treasury_effects.ts";

export interface Platform {
  /** Where the web server listens. */
  readonly url: string;
  /** Absent with real services. */
  readonly sandboxUrl: string | undefined;
  readonly database: Database;
  readonly runtime: Runtime;
  readonly queries: Queries;
  /** Finishes what was taken and ends everything. */
  stop(): Promise<void>;
}

/** Any key serves the sandbox; all nodes of one sandbox must have the same. */
const SANDBOX_API_KEY = "00000000-0000-4000-8000-000000000000";
/** At the start Telegram may be away, or ask to come more slowly. */
const patiently = retry(handleType(RetryableError), {
  maxAttempts: 6,
  backoff: new ExponentialBackoff({ initialDelay: 250, maxDelay: 4_000 }),
});
/** After an outage the waiting updates are read first, but no longer than this. */
const CATCH_UP_MS = 2_000;
const DAY_MS = 86_400_000;
/**
 * At the end answers that wait for Telegram's pace get so long, which are words only, and so long
 * requests.
 */
const DRAIN_MS = 3_000;

/** What the inspector does not show besides secrets: people's names and words. Ids are addresses. */
const HIDDEN = {
  user: ["name", "words"],
  cashOut: ["text", "draft", "destination", "recipient", "token", "key", "cardKey", "query"],
};

/** What the platform says, and parts that are given to it instead of made. */
export interface PlatformOptions {
  readonly log: RuntimeLog;
  readonly print: (line: string) => void;
  /** Stays open when the platform ends. @default the one that the configuration names */
  readonly database?: Database;
  /** @default one with Telegram's limits */
  readonly limiter?: SendLimiter;
  /** Serves the inspector; `connectTo` is a server of its protocol that steps are sent to. */
  readonly inspect?: { readonly connectTo?: string | undefined } | undefined;
  /** Reaches Telegram and RANDOM.ORG. @default {globalThis.fetch} */
  readonly fetch?: typeof globalThis.fetch;
  /** Stamps, durable timers and the bot's pace; leases go by the database's. @default the machine's */
  readonly clock?: Clock & LimiterClock;
}

/**
 * @throws {DataDirLockedError} When another process has the embedded database open.
 * @throws {Error} When a port is taken, or the database or Telegram cannot be reached.
 */
export async function startPlatform(config: Config, options: PlatformOptions): Promise<Platform> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    return await start(config, { ...options, stops, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  config: Config,
  { log, print, fetch, stops, stop, ...given }: PlatformOptions & {
    stops: (() => Promise<unknown>)[];
    stop: () => Promise<void>;
  },
): Promise<Platform> {
  const edgeLog: Log = (level, message, fields) => {
    if (level !== "debug" || config.logLevel === "debug") {
      log({ ...fields, level: level === "debug" ? "info" : level, message });
    }
  };
  if (given.inspect !== undefined) assertInspectable(config);
  // The folder's lock comes first: a second process must not open the sandbox's books either.
  const { databaseUrl, dataDir } = config;
  const database = given.database ?? await startPart(
    `Cannot open the database ${databaseUrl === undefined ? "in DATA_DIR" : "at DATABASE_URL"}`,
    () => openDatabase(databaseUrl === undefined ? { dataDir } : { url: databaseUrl }),
    [DataDirLockedError, SchemaTooNewError],
  );
  if (given.database === undefined) stops.push(() => database.close());

  const services = await reachServices(config, { print, stops, fetch });
  const clock = given.clock ?? machineClock(config.clockAheadMs);
  const api = createTelegramApi({
    token: config.telegram.token,
    apiRoot: services.telegramUrl,
    fetch,
  });
  const limiter = given.limiter ?? createSendLimiter({ clock });
  const queries = createSqlQueries(database, { reserveAlarm: config.reserveAlarm });
  const cards = createSqlCards(database);
  const randomOrg = createRandomOrg({
    apiKey: config.randomOrg.apiKey ?? SANDBOX_API_KEY,
    ...(services.randomOrgUrl === undefined ? {} : { baseUrl: services.randomOrgUrl }),
    ...(fetch === undefined ? {} : { fetch }),
  });
  let ownUrl: string | undefined;
  const bank = createPlatformBank(config, {
    database,
    url: services.yooKassaUrl,
    publicUrl: () => config.publicUrl ?? ownUrl,
    fetch,
    log: edgeLog,
    nowMs: clock.nowMs,
  });
  const { rubles } = bank;
  const admins = createAdmins({
    owners: config.adminIds,
    operators: config.operatorIds,
    viewers: config.viewerIds,
  });
  const telegram = {
    api,
    limiter,
    queries,
    hasRubles: rubles !== undefined,
    payouts: bank.desk,
    reach: createSqlAdminReach({ database, log: edgeLog, nowMs: clock.nowMs }),
    onBlocked: async (playerId: string) => {
      await runtime.send(`user/${playerId}`, {
        type: "bot.blocked",
        atMs: clock.nowMs(),
      } as { type: string });
    },
  };
  const stopping = new AbortController();
  let username = "";
  const actors = defineRaffleActors({
    erasePlayer: createErasePlayer({ database, api, limiter }),
    ...createTelegramEffects({ ...telegram, cards }),
    ...createPlatformBroadcasts(config, database, {
      ...telegram,
      clock,
      botUsername: () => username,
      stopping: stopping.signal,
      log: edgeLog,
    }),
    ...bank.effects,
    ...createDrawEffects({
      database,
      draws: createImpatientDraws(createDraws(randomOrg)),
      drand: createDrand({ ...services.drand, fetch, log: edgeLog }),
      keys: services.keys,
    }),
    readStarBooks: createReadStarBooks({
      database,
      api,
      limiter,
      compareBankBooks: bank.compareBooks,
    }),
  }, {
    hasRubles: rubles !== undefined,
    hashReceiver: createReceiverHash(config.telegram.token),
  });
  const runtime: Runtime = await createRuntime({
    database,
    log,
    clock,
    actors,
    keepEventsMs: config.eventLogDays * DAY_MS,
  });
  const operator = createPlatformOperator({ database, actors, log });

  const tellAdmins = async (text: string): Promise<void> => {
    for (const adminId of config.adminIds) {
      await api.sendMessage(adminId, text).catch((error) =>
        log({ level: "error", message: `Cannot tell admin ${adminId}`, error })
      );
    }
  };
  ({ username } = await startPart(
    "Cannot reach Telegram with TELEGRAM_BOT_TOKEN",
    () => patiently.execute(() => setUpBot(api, { rubles })),
  ));
  const supervisor = createSupervisor({
    runtime,
    ids: freshIds,
    botUsername: username,
    isAdmin: (telegramUserId) => admins.roleOf(telegramUserId) === "owner",
    admins,
    audit: {
      begin: (entry) => beginAudit(database, entry),
      end: (key, outcome) => endAudit(database, { key, outcome }),
    },
    operator,
    commissionBps: config.commissionBps,
    rubles,
    payouts: bank.payouts,
    entriesPerDay: config.entriesPerDay,
    withdrawalLimit: config.withdrawalLimit,
    timeZone: config.timeZone,
    exclusionDays: config.exclusionDays,
    refuseTerms: (terms, raffleId) => {
      const read = readRaffleTerms(terms, raffleId);
      return read.isValid ? undefined : read.problems.map(({ message }) => message).join("; ");
    },
    nowMs: clock.nowMs,
    log: edgeLog,
    onUnroutable: (unroutable) => keepUnroutable(database, unroutable, tellAdmins),
  });
  const bot = createTelegramBot({
    supervisor,
    api,
    limiter,
    queries,
    cards,
    gifts: createGiftCatalog({ api, limiter, nowMs: () => Date.now() }),
    supportContact: config.supportContact,
    rubles,
    payouts: bank.desk,
    panel: createPanelQueries({
      database,
      operator,
      runtime,
      configuredBps: config.commissionBps,
      adminIds: [...config.adminIds, ...config.operatorIds],
    }),
    admins,
    nowMs: clock.nowMs,
    log: edgeLog,
  });

  const { webhook } = config.telegram;
  const caughtUp = Promise.withResolvers<void>();
  let isReady = true;
  await runtime.start({
    timersAfter: Promise.race([caughtUp.promise, delay(CATCH_UP_MS)]),
  });
  stops.push(async () => {
    isReady = false;
    stopping.abort(new Error("The node ends"));
    await atMost(DRAIN_MS, bot.drain());
    await runtime.stop();
  });
  await startTreasury(runtime, config);
  await startChecks(runtime, config, clock.nowMs());

  if (given.database === undefined && databaseUrl === undefined) {
    try {
      stops.push(await serveOperator(operator, dataDir));
    } catch (error) {
      // The platform serves its players all the same.
      log({ level: "warn", message: "Operators cannot reach this process", error });
    }
  }

  if (webhook === undefined) {
    const polling = startPolling({
      api,
      bot,
      lease: createDatabaseLease(database, runtime.nodeId),
      log: edgeLog,
      sleep: (ms, signal) => delay(ms, signal),
      onCaughtUp: caughtUp.resolve,
    });
    stops.push(() => polling.stop());
  }
  const inspector = given.inspect === undefined ? undefined : createInspector({
    runtime,
    operator,
    database,
    actors,
    hide: HIDDEN,
    origin: config.inspectOrigin,
    connectTo: given.inspect.connectTo,
    log: edgeLog,
  });
  const app = createApp({
    isDatabaseReady: () => database.query("select 1").then(() => true),
    isRuntimeReady: () => isReady,
    proof: (raffleId) => queries.proof(raffleId),
    telegramWebhook: webhook === undefined
      ? undefined
      : createTelegramWebhook({ bot, secret: webhook.secret, log: edgeLog }),
    yooKassaNotices: bank.createDoor({ runtime, tellAdmins }),
    cardPage: bank.createCardPage({ runtime, queries }),
    inspector: inspector?.routes,
    log: edgeLog,
  });
  const server = await startPart(
    "Cannot listen at HOST and PORT",
    () =>
      Promise.resolve(
        Deno.serve({ hostname: config.host, port: config.port, onListen: () => {} }, app.fetch),
      ),
    [Deno.errors.AddrInUse],
  );
  // A request of which only half has come may never come whole.
  stops.push(() => atMost(DRAIN_MS, server.shutdown()));
  // Streams that stay open would keep the server from ending.
  if (inspector !== undefined) stops.push(() => Promise.resolve(inspector.stop()));
  const { port } = server.addr as Deno.NetAddr;
  const url = serverUrl({ host: config.host, port });
  // In sandbox mode people are on this machine, and so are their pages and the sandbox's notices.
  const localUrl = localServerUrl({ host: config.host, port });
  if (config.mode === "sandbox") ownUrl = localUrl;
  if (webhook !== undefined) {
    await startPart(
      "Cannot set TELEGRAM_WEBHOOK_URL",
      () => patiently.execute(() => setUpWebhook(api, webhook)),
    );
  }
  if (services.ownSandboxUrl !== undefined) {
    // What the owner does in YooKassa's cabinet.
    const noticeUrl = `${localUrl}${YOOKASSA_NOTICE_PATH}`;
    await createPayers(services.ownSandboxUrl).set({ noticeUrl });
  }
  print(`Zhreb: ${url}`);
  if (inspector !== undefined) {
    print(`Inspector: ${config.inspectOrigin ?? url}${inspector.loginPath()}`);
  }
  return { url, sandboxUrl: services.sandboxUrl, database, runtime, queries, stop };
}

/** @throws {StartError} When others than this machine could reach it and nobody said that they may. */
function assertInspectable({ host, inspectOrigin }: Config): void {
  if (isLoopback(host) || inspectOrigin !== undefined) return;
  throw new StartError(
    `Cannot serve /inspect where HOST is ${host}: it shows everything that is stored. Set HOST to ` +
      `127.0.0.1, or INSPECT_ORIGIN to the origin from which admins reach it`,
  );
}

/** In sandbox mode it may be ahead, so that weeks are over. */
function machineClock(aheadMs = 0): Clock & LimiterClock {
  return { ...systemClock, ...systemLimiterClock, nowMs: () => Date.now() + aheadMs };
}

interface Services {
  readonly sandboxUrl: string | undefined;
  readonly telegramUrl: string | undefined;
  readonly randomOrgUrl: string | undefined;
  readonly yooKassaUrl: string | undefined;
  /** A sandbox of this process alone, which can be told where its notices go. */
  readonly ownSandboxUrl?: string | undefined;
  /** Public keys whose signatures count. */
  readonly keys: readonly string[];
  /** The chain whose rounds count, and who knows them. */
  readonly drand: { readonly chain: BeaconChain; readonly urls: readonly string[] };
}

/** The real services, or the sandbox's doors to them. */
async function reachServices(
  config: Config,
  { print, stops, fetch = globalThis.fetch }: {
    print: (line: string) => void;
    stops: (() => Promise<unknown>)[];
    fetch: typeof globalThis.fetch | undefined;
  },
): Promise<Services> {
  const { keysFile } = config.randomOrg;
  const ownKeys = keysFile === undefined ? [] : await startPart(
    "Cannot read the keys that RANDOM_ORG_KEYS names",
    async () => readPemKeys(await Deno.readTextFile(keysFile)),
  );
  if (config.mode === "live") {
    await startPart(
      "Cannot reach TELEGRAM_API_URL",
      () => patiently.execute(() => refuseSandbox(config, fetch)),
      [ConfigError],
    );
    return {
      sandboxUrl: undefined,
      telegramUrl: config.telegram.apiUrl,
      randomOrgUrl: config.randomOrg.url,
      yooKassaUrl: undefined,
      keys: [...pinnedKeys, ...ownKeys],
      drand: { chain: QUICKNET, urls: config.drandUrls ?? DRAND_URLS },
    };
  }
  let { sandboxUrl } = config;
  if (sandboxUrl === undefined) {
    const sandbox = await runSandbox({
      // Beside the product's port, so that it is where it was after a restart.
      port: config.port === 0 ? 0 : config.port + 1,
      dataDir: `${config.dataDir}/sandbox`,
      token: config.telegram.token,
      cast: sandboxCast(config),
      print,
    });
    stops.push(() => sandbox.stop());
    sandboxUrl = sandbox.url;
  }
  const drandUrl = `${sandboxUrl}/drand`;
  // Not by the given `fetch`, which may have no patience: a sandbox makes its keys when first asked.
  const read = (url: string): Promise<Response> => globalThis.fetch(url);
  const [key, chain] = await startPart(
    "Cannot reach the sandbox at SANDBOX_URL, is it running?",
    async () =>
      await Promise.all([
        read(`${sandboxUrl}/randomorg/key.pem`).then((answer) => answer.text()),
        read(`${drandUrl}/info`).then(async (answer) => readChain(await answer.json())),
      ]),
  );
  return {
    sandboxUrl,
    telegramUrl: config.telegram.apiUrl ?? sandboxUrl,
    randomOrgUrl: config.randomOrg.url ?? `${sandboxUrl}/randomorg`,
    yooKassaUrl: `${sandboxUrl}/yookassa/v3`,
    ownSandboxUrl: config.sandboxUrl === undefined ? sandboxUrl : undefined,
    keys: [key, ...ownKeys],
    drand: { chain, urls: config.drandUrls ?? [drandUrl] },
  };
}

/** @throws {Error} When the file holds no public key. */
function readPemKeys(text: string): string[] {
  const keys = text.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g);
  if (keys === null) throw new Error("the file holds no public key in PEM");
  return keys;
}

async function keepUnroutable(
  database: Database,
  { key, row, reason, incoming, isMoney, atMs }: Unroutable,
  tellAdmins: (text: string) => Promise<void>,
): Promise<void> {
  const isNew = await storeUnroutable(database, {
    key,
    rowName: row,
    reason,
    incoming: JSON.stringify(incoming),
    isMoney,
    atMs,
    playerId: senderOf(incoming.update),
  });
  if (isNew && isMoney) await tellAdmins(`⚠️ ${reason} (${key})`);
}

function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    }
  });
}

function senderOf({ message, callback_query, pre_checkout_query }: TelegramUpdate): string | null {
  const from = message?.from ?? callback_query?.from ?? pre_checkout_query?.from;
  return from === undefined ? null : playerIdOf(from.id);
}
