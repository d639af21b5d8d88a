/**
 * Reads the configuration. Any wrong value stops the start; all of them are named at once, with what
 * is allowed and without what was given. Rules over several variables keep real money and stand-ins
 * apart: with a real token nothing of the sandbox can be reached.
 */
import { Result, Schema } from "effect";
import { timeZoneOf } from "../../machines/domain/recurrence.ts";
import type { CheckLimits } from "../../machines/domain/suspicion.ts";
import {
  allowedValues,
  readUrls,
  splitList,
  type VariableName,
  variableNames,
  Variables,
} from "./variables.ts";
import { checkYooKassa, toYooKassaConfig, type YooKassaConfig } from "./yookassa_config.ts";
import type { TopUpBounds } from "../../machines/domain/bank.ts";

/** How Telegram is reached. */
export interface TelegramConfig {
  token: string;
  /** Absent: the real Telegram, or in sandbox mode the sandbox's. */
  apiUrl?: string;
  /** Absent: long polling. */
  webhook?: { url: string; secret: string };
}

/** The configuration, checked and with its defaults. */
export interface Config {
  /** `sandbox`: no real token is configured, everything runs against the stand-ins. */
  mode: "live" | "sandbox";
  host: string;
  port: number;
  dataDir: string;
  /** Absent: the embedded database in `dataDir`. */
  databaseUrl?: string;
  telegram: TelegramConfig;
  /** Owners. */
  adminIds: number[];
  operatorIds: number[];
  viewerIds: number[];
  /** Empty: people are sent to the admin in words. */
  supportContact: string;
  /** Where launches and results are posted; absent: nowhere. */
  announce?: { chat: string; language: "en" | "ru" };
  /** Mass notices may cost Stars of the bot's, beyond the free pace. */
  isBroadcastPaid: boolean;
  randomOrg: { apiKey?: string; url?: string; keysFile?: string };
  /** Relays of drand; absent: the public ones, or in sandbox mode the sandbox's. */
  drandUrls?: string[];
  /** Absent: no rubles are taken. In sandbox mode always the sandbox's. */
  yooKassa?: YooKassaConfig;
  /** From where people reach our pages; absent: not at all, but in sandbox mode on this machine. */
  publicUrl?: string;
  /** Our own reverse proxies: from them alone X-Forwarded-For is believed. */
  trustedProxies: string[];
  /** In sandbox mode: a sandbox that runs already; absent: one is started alongside. */
  sandboxUrl?: string;
  /** In sandbox mode: so far is the product's clock ahead of the machine's, milliseconds. */
  clockAheadMs?: number;
  /** From where the inspector may be reached besides this machine; absent: from nowhere else. */
  inspectOrigin?: string;
  /** How long the log of all events is kept, and what was done twice is recognised. */
  eventLogDays: number;
  logLevel: "debug" | "info" | "warn" | "error";
  /** Of series whose rule names none. */
  timeZone: string;
  commissionBps: number;
  entriesPerDay: number;
  /** More Stars than this of one player leave within 24 hours only with the yes of admins. */
  withdrawalLimit: number;
  /** The same for rubles; kopecks. */
  withdrawalLimitRub: string;
  /** Stars: admins are told when the reserve falls under this. */
  reserveAlarm: number;
  /** What may be put on a balance of rubles at once. */
  topUp: TopUpBounds;
  /** From when on figures are a sign of people who take part as several. */
  checks: CheckLimits;
  /** For so long a player who was excluded may not enter, days. */
  exclusionDays: number;
}

/** The start was stopped by wrong settings; `problems` has a line for each. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`Cannot start with this configuration:\n${problems.map((one) => `- ${one}`).join("\n")}`);
    this.problems = problems;
  }
}

/** The token of sandbox mode; no bot of Telegram's has it. */
export const SANDBOX_TOKEN = "7000000001:sandbox-token-of-no-bot";

/** Who may use /admin in sandbox mode when nobody is named: two, because some deeds want a second. */
const SANDBOX_ADMIN_IDS = "1,2";
/** Rubles. */
const TOPUP_MIN = 50;
const TOPUP_MAX = 15_000;

/** Whether a token belongs to the sandbox: its secret part begins with the word. */
export function isSandboxToken(token: string): boolean {
  return /^\d+:sandbox[-_A-Za-z0-9]*$/.test(token);
}

const decode = Schema.decodeUnknownResult(Variables);
type Values = typeof Variables.Type;

/**
 * Reads the configuration from environment variables.
 * @param environment As `Deno.env.toObject()` gives it; an empty value counts as absent.
 * @throws {ConfigError} When any value is wrong.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given: Partial<Record<VariableName, string>> = {};
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const name of variableNames) {
    const value = environment[name]?.trim();
    if (value === undefined || value === "") continue;
    given[name] = value;
    // One at a time: each gets its own words, and no library text can carry a value.
    const result = decode({ [name]: value });
    if (Result.isSuccess(result)) Object.assign(values, result.success);
    else problems.push(`${name} must be ${allowedValues[name]}`);
  }
  problems.push(...crossChecks(given));
  if (problems.length > 0) throw new ConfigError(problems);
  return toConfig(values as Values);
}

function crossChecks(given: Partial<Record<VariableName, string>>): string[] {
  const problems: string[] = [];
  const token = given.TELEGRAM_BOT_TOKEN;
  const isLive = token !== undefined && !isSandboxToken(token);
  if (isLive && given.RANDOM_ORG_API_KEY === undefined) {
    problems.push("RANDOM_ORG_API_KEY must be set beside a real TELEGRAM_BOT_TOKEN");
  }
  for (const name of ["SANDBOX_URL", "SANDBOX_CLOCK_AHEAD_MS"] as const) {
    if (!isLive || given[name] === undefined) continue;
    problems.push(`${name} must not be set beside a real TELEGRAM_BOT_TOKEN`);
  }
  if (isLive && given.TELEGRAM_WEBHOOK_URL !== undefined) {
    if (!isWebhookUrl(given.TELEGRAM_WEBHOOK_URL)) {
      problems.push("TELEGRAM_WEBHOOK_URL must be an https URL on port 443, 80, 88 or 8443");
    }
  }
  if (!isLive && /^http:/.test(given.TELEGRAM_WEBHOOK_URL ?? "")) {
    // The sandbox sends over plain http to this machine only.
    if (!isLocal(given.TELEGRAM_WEBHOOK_URL ?? "")) {
      problems.push("TELEGRAM_WEBHOOK_URL must be an https URL, or an http one on this machine");
    }
  }
  if (given.TELEGRAM_WEBHOOK_URL !== undefined && given.TELEGRAM_WEBHOOK_SECRET === undefined) {
    problems.push("TELEGRAM_WEBHOOK_SECRET must be set beside TELEGRAM_WEBHOOK_URL");
  }
  if (Number(given.TOPUP_MIN ?? TOPUP_MIN) > Number(given.TOPUP_MAX ?? TOPUP_MAX)) {
    problems.push("TOPUP_MIN must be TOPUP_MAX or less");
  }
  if (isLive && given.PUBLIC_URL !== undefined && !isPublicHttps(given.PUBLIC_URL)) {
    problems.push("PUBLIC_URL must be a public https URL beside a real TELEGRAM_BOT_TOKEN");
  }
  if (isLive && given.RANDOM_ORG_URL !== undefined && !isPublicHttps(given.RANDOM_ORG_URL)) {
    problems.push("RANDOM_ORG_URL must be a public https URL beside a real TELEGRAM_BOT_TOKEN");
  }
  const relays = readUrls(given.DRAND_URLS ?? "") ?? [];
  if (isLive && !relays.every(isPublicHttps)) {
    problems.push("DRAND_URLS must be public https URLs beside a real TELEGRAM_BOT_TOKEN");
  }
  return [...problems, ...checkYooKassa(given, isLive)];
}

/** Source: core.telegram.org/bots/webhooks (ports), read 2026-11-20. */
function isWebhookUrl(url: string): boolean {
  if (!URL.canParse(url)) return true; // Its own line says so already.
  const { protocol, port } = new URL(url);
  return protocol === "https:" && ["", "443", "80", "88", "8443"].includes(port);
}

/**
 * RANDOM.ORG has no local server, so what listens here is a sandbox. (A Bot API server may be local: see
 * `refuse_sandbox.ts`.)
 */
function isPublicHttps(url: string): boolean {
  if (!URL.canParse(url)) return true; // Its own line says so already.
  return new URL(url).protocol === "https:" && !isLocal(url);
}

function isLocal(url: string): boolean {
  return URL.canParse(url) &&
    /^(localhost|127\.|\[::1\]|0\.0\.0\.0)/.test(new URL(url).hostname);
}

function toConfig(values: Values): Config {
  const token = values.TELEGRAM_BOT_TOKEN ?? SANDBOX_TOKEN;
  const mode = isSandboxToken(token) ? "sandbox" : "live";
  const url = values.TELEGRAM_WEBHOOK_URL;
  const secret = values.TELEGRAM_WEBHOOK_SECRET;
  return {
    mode,
    host: values.HOST ?? "127.0.0.1",
    port: values.PORT ?? 8080,
    dataDir: values.DATA_DIR ?? ".data",
    ...optional("databaseUrl", values.DATABASE_URL),
    telegram: {
      token,
      ...optional("apiUrl", values.TELEGRAM_API_URL),
      ...(url === undefined || secret === undefined ? {} : { webhook: { url, secret } }),
    },
    adminIds: idsIn(values.ADMIN_IDS ?? (mode === "sandbox" ? SANDBOX_ADMIN_IDS : "")),
    operatorIds: idsIn(values.OPERATOR_IDS),
    viewerIds: idsIn(values.VIEWER_IDS),
    supportContact: values.SUPPORT_CONTACT ?? "",
    ...optional(
      "announce",
      values.ANNOUNCE_CHAT === undefined
        ? undefined
        : { chat: values.ANNOUNCE_CHAT, language: values.ANNOUNCE_LANGUAGE ?? "en" },
    ),
    isBroadcastPaid: values.PAID_BROADCAST === "1",
    randomOrg: {
      ...optional("apiKey", values.RANDOM_ORG_API_KEY),
      ...optional("url", values.RANDOM_ORG_URL),
      ...optional("keysFile", values.RANDOM_ORG_KEYS),
    },
    ...optional("drandUrls", readUrls(values.DRAND_URLS ?? "")),
    ...optional("yooKassa", toYooKassaConfig(values, mode)),
    ...optional("publicUrl", values.PUBLIC_URL),
    trustedProxies: splitList(values.TRUSTED_PROXIES ?? ""),
    ...optional("sandboxUrl", values.SANDBOX_URL),
    ...optional("clockAheadMs", values.SANDBOX_CLOCK_AHEAD_MS),
    ...optional("inspectOrigin", values.INSPECT_ORIGIN),
    eventLogDays: values.EVENT_LOG_DAYS ?? 90,
    logLevel: values.LOG_LEVEL ?? "info",
    timeZone: timeZoneOf(values.TIME_ZONE ?? "") ?? "UTC",
    commissionBps: values.COMMISSION_BPS ?? 1_500,
    entriesPerDay: values.ENTRIES_PER_DAY ?? 50,
    withdrawalLimit: values.WITHDRAWAL_LIMIT ?? 1_000,
    withdrawalLimitRub: kopecksOf(values.WITHDRAWAL_LIMIT_RUB ?? 5_000),
    reserveAlarm: values.RESERVE_ALARM ?? 3_000,
    topUp: {
      least: kopecksOf(values.TOPUP_MIN ?? TOPUP_MIN),
      most: kopecksOf(values.TOPUP_MAX ?? TOPUP_MAX),
    },
    checks: {
      newHours: values.CHECK_NEW_HOURS ?? 24,
      newUserId: Number(values.CHECK_NEW_USER_ID ?? 0),
      entriesPerMinute: values.CHECK_ENTRIES_PER_MINUTE ?? 10,
      entriesPerHour: values.CHECK_ENTRIES_PER_HOUR ?? 30,
      burstPlayers: values.CHECK_BURST_PLAYERS ?? 20,
      burstSeconds: values.CHECK_BURST_SECONDS ?? 10,
      sharedDestination: values.CHECK_SHARED_DESTINATION ?? 2,
      foreignInvoices: values.CHECK_FOREIGN_INVOICES ?? 3,
    },
    exclusionDays: values.EXCLUSION_DAYS ?? 30,
  };
}

function idsIn(list = ""): number[] {
  return splitList(list).map(Number);
}

function kopecksOf(rubles: number): string {
  return String(rubles * 100);
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}
