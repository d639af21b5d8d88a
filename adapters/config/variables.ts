/**
 * The environment variables, in one schema: what each one may be, and in words what is allowed. The
 * words are all that an error shows; values are secrets as often as not.
 */
import { Schema } from "effect";
import { timeZoneOf } from "../../machines/domain/recurrence.ts";
import { isPostgresUrl, POSTGRES_URL_FORM } from "../../db/postgres_url.ts";
import { isAddressOrNetwork } from "../yookassa/notice_sources.ts";

/** What stands between the commas of a list. */
export function splitList(list: string): string[] {
  return list.split(",").map((part) => part.trim()).filter((part) => part !== "");
}

const wholeNumber = (minimum: number, maximum: number) =>
  Schema.String.check(Schema.isPattern(/^(0|[1-9]\d{0,9})$/)).pipe(
    Schema.decodeTo(Schema.FiniteFromString),
  ).check(Schema.isBetween({ minimum, maximum }));

const text = (pattern: RegExp) => Schema.String.check(Schema.isPattern(pattern));
const httpUrl = Schema.String.check(
  Schema.makeFilter((value: string) =>
    URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
  ),
);
const addresses = Schema.String.check(
  Schema.makeFilter((value: string) => splitList(value).every(isAddressOrNetwork)),
);
const telegramIds = text(/^\s*[1-9]\d{0,15}(\s*,\s*[1-9]\d{0,15})*\s*$/);

/** Most addresses in a list: each may be waited for. */
const MAX_URLS = 8;

/** Addresses with commas between them, or undefined when one is no address. */
export function readUrls(list: string): string[] | undefined {
  const urls = list.split(",").map((url) => url.trim());
  const areUrls = urls.every((url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol));
  return areUrls && urls.length <= MAX_URLS ? urls : undefined;
}

/** Printable characters: what HTTP Basic carries as it is. */
const YOOKASSA_KEY = /^[\x21-\x7e]{8,256}$/;
/** Source: YooKassa API v3 (payment_subject, payment_mode), July 2026: those that an entry can be. */
const RECEIPT_SUBJECTS = ["service", "commodity", "payment", "another"] as const;
const RECEIPT_MODES = ["full_payment", "full_prepayment", "advance"] as const;
/** The schema over the environment; every variable may be absent. */
export const Variables = Schema.Struct({
  PORT: Schema.optionalKey(wholeNumber(0, 65_535)),
  HOST: Schema.optionalKey(text(/^[A-Za-z0-9.:-]{1,255}$/)),
  DATA_DIR: Schema.optionalKey(text(/^[^\0]{1,4096}$/)),
  DATABASE_URL: Schema.optionalKey(Schema.String.check(Schema.makeFilter(isPostgresUrl))),
  TELEGRAM_BOT_TOKEN: Schema.optionalKey(text(/^[1-9]\d{3,15}:[A-Za-z0-9_-]{20,64}$/)),
  TELEGRAM_API_URL: Schema.optionalKey(httpUrl),
  TELEGRAM_WEBHOOK_URL: Schema.optionalKey(httpUrl),
  TELEGRAM_WEBHOOK_SECRET: Schema.optionalKey(text(/^[A-Za-z0-9_-]{16,256}$/)),
  ADMIN_IDS: Schema.optionalKey(telegramIds),
  OPERATOR_IDS: Schema.optionalKey(telegramIds),
  VIEWER_IDS: Schema.optionalKey(telegramIds),
  SUPPORT_CONTACT: Schema.optionalKey(text(/^\S[^\n\r\0]{0,99}$/)),
  ANNOUNCE_CHAT: Schema.optionalKey(text(/^(@[A-Za-z][A-Za-z0-9_]{3,31}|-[1-9]\d{0,15})$/)),
  ANNOUNCE_LANGUAGE: Schema.optionalKey(Schema.Literals(["en", "ru"])),
  PAID_BROADCAST: Schema.optionalKey(Schema.Literals(["0", "1"])),
  RANDOM_ORG_API_KEY: Schema.optionalKey(
    text(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i),
  ),
  RANDOM_ORG_URL: Schema.optionalKey(httpUrl),
  RANDOM_ORG_KEYS: Schema.optionalKey(text(/^[^\0]{1,4096}$/)),
  DRAND_URLS: Schema.optionalKey(
    Schema.String.check(Schema.makeFilter((value: string) => readUrls(value) !== undefined)),
  ),
  YOOKASSA_SHOP_ID: Schema.optionalKey(text(/^\d{1,20}$/)),
  YOOKASSA_SECRET_KEY: Schema.optionalKey(text(YOOKASSA_KEY)),
  YOOKASSA_PAYOUT_GATEWAY_ID: Schema.optionalKey(text(/^\d{1,20}$/)),
  YOOKASSA_PAYOUT_SECRET_KEY: Schema.optionalKey(text(YOOKASSA_KEY)),
  YOOKASSA_RETURN_URL: Schema.optionalKey(httpUrl),
  YOOKASSA_RECEIPT_VAT_CODE: Schema.optionalKey(wholeNumber(1, 12)),
  YOOKASSA_RECEIPT_SUBJECT: Schema.optionalKey(Schema.Literals(RECEIPT_SUBJECTS)),
  YOOKASSA_RECEIPT_MODE: Schema.optionalKey(Schema.Literals(RECEIPT_MODES)),
  YOOKASSA_RECEIPT_MEASURE: Schema.optionalKey(Schema.Literals(["piece", "another"])),
  YOOKASSA_TAX_SYSTEM_CODE: Schema.optionalKey(wholeNumber(1, 6)),
  YOOKASSA_CHECK_RECIPIENT: Schema.optionalKey(Schema.Literals(["0", "1"])),
  YOOKASSA_NOTICE_ADDRESSES: Schema.optionalKey(addresses),
  PUBLIC_URL: Schema.optionalKey(
    httpUrl.check(Schema.isPattern(/^https?:\/\/[A-Za-z0-9.-]{1,255}(:\d{1,5})?$/)),
  ),
  TRUSTED_PROXIES: Schema.optionalKey(addresses),
  SANDBOX_URL: Schema.optionalKey(httpUrl),
  SANDBOX_CLOCK_AHEAD_MS: Schema.optionalKey(wholeNumber(0, 8_640_000_000)),
  INSPECT_ORIGIN: Schema.optionalKey(
    httpUrl.check(Schema.isPattern(/^https?:\/\/[A-Za-z0-9.-]{1,255}(:\d{1,5})?$/)),
  ),
  EVENT_LOG_DAYS: Schema.optionalKey(wholeNumber(30, 36_500)),
  LOG_LEVEL: Schema.optionalKey(Schema.Literals(["debug", "info", "warn", "error"])),
  TIME_ZONE: Schema.optionalKey(
    Schema.String.check(Schema.makeFilter((value: string) => timeZoneOf(value) !== undefined)),
  ),
  COMMISSION_BPS: Schema.optionalKey(wholeNumber(0, 5_000)),
  ENTRIES_PER_DAY: Schema.optionalKey(wholeNumber(1, 10_000)),
  WITHDRAWAL_LIMIT: Schema.optionalKey(wholeNumber(0, 1_000_000)),
  WITHDRAWAL_LIMIT_RUB: Schema.optionalKey(wholeNumber(0, 10_000_000)),
  RESERVE_ALARM: Schema.optionalKey(wholeNumber(0, 10_000_000)),
  TOPUP_MIN: Schema.optionalKey(wholeNumber(1, 350_000)),
  TOPUP_MAX: Schema.optionalKey(wholeNumber(1, 350_000)),
  CHECK_NEW_HOURS: Schema.optionalKey(wholeNumber(0, 8_760)),
  CHECK_NEW_USER_ID: Schema.optionalKey(text(/^(0|[1-9]\d{0,14})$/)),
  CHECK_ENTRIES_PER_MINUTE: Schema.optionalKey(wholeNumber(0, 10_000)),
  CHECK_ENTRIES_PER_HOUR: Schema.optionalKey(wholeNumber(0, 10_000)),
  CHECK_BURST_PLAYERS: Schema.optionalKey(wholeNumber(0, 10_000)),
  CHECK_BURST_SECONDS: Schema.optionalKey(wholeNumber(0, 60)),
  CHECK_SHARED_DESTINATION: Schema.optionalKey(wholeNumber(0, 100)),
  CHECK_FOREIGN_INVOICES: Schema.optionalKey(wholeNumber(0, 100)),
  EXCLUSION_DAYS: Schema.optionalKey(wholeNumber(1, 365)),
});

/** Name of a variable. */
export type VariableName = keyof typeof Variables.fields;

/** All names, in the order of `.env.example`. */
export const variableNames = Object.keys(Variables.fields) as VariableName[];

const YOOKASSA_KEY_FORM = "a secret key as YooKassa gives it: 8 to 256 characters without spaces";
const ADDRESSES_FORM =
  "IP addresses or networks with commas between them, for example 185.71.76.0/27,::1";
const TELEGRAM_IDS_FORM = "Telegram ids with commas between them, for example 42,77";

/** What is allowed, as the rest of a sentence: "PORT must be …". */
export const allowedValues: Record<VariableName, string> = {
  PORT: "a whole number from 0 to 65535",
  HOST: "a host name or an IP address",
  DATA_DIR: "the path of a folder",
  DATABASE_URL: POSTGRES_URL_FORM,
  TELEGRAM_BOT_TOKEN: "a token as @BotFather gives it: digits, a colon, 20 to 64 characters",
  TELEGRAM_API_URL: "an http or https URL",
  TELEGRAM_WEBHOOK_URL: "an https URL on port 443, 80, 88 or 8443; in sandbox mode also http",
  TELEGRAM_WEBHOOK_SECRET: "16 to 256 characters of A-Z, a-z, 0-9, _ and -",
  ADMIN_IDS: TELEGRAM_IDS_FORM,
  OPERATOR_IDS: TELEGRAM_IDS_FORM,
  VIEWER_IDS: TELEGRAM_IDS_FORM,
  SUPPORT_CONTACT: "one line of at most 100 characters, for example @name",
  ANNOUNCE_CHAT: "a channel's or group's @name, or its number, which begins with -",
  ANNOUNCE_LANGUAGE: "en or ru",
  PAID_BROADCAST: "1, or 0 for none",
  RANDOM_ORG_API_KEY: "an API key as RANDOM.ORG gives it, a UUID",
  RANDOM_ORG_URL: "an http or https URL",
  RANDOM_ORG_KEYS: "the path of a PEM file with further pinned keys",
  DRAND_URLS: "one to eight http or https URLs with commas between them",
  YOOKASSA_SHOP_ID: "the number of a shop, digits",
  YOOKASSA_SECRET_KEY: YOOKASSA_KEY_FORM,
  YOOKASSA_PAYOUT_GATEWAY_ID: "the number of a payout gateway, digits",
  YOOKASSA_PAYOUT_SECRET_KEY: YOOKASSA_KEY_FORM,
  YOOKASSA_RETURN_URL: "an http or https URL",
  YOOKASSA_RECEIPT_VAT_CODE: "a whole number from 1 to 12",
  YOOKASSA_RECEIPT_SUBJECT: RECEIPT_SUBJECTS.join(", "),
  YOOKASSA_RECEIPT_MODE: RECEIPT_MODES.join(", "),
  YOOKASSA_RECEIPT_MEASURE: "piece or another",
  YOOKASSA_TAX_SYSTEM_CODE: "a whole number from 1 to 6",
  YOOKASSA_CHECK_RECIPIENT: "1, or 0 for no check",
  YOOKASSA_NOTICE_ADDRESSES: ADDRESSES_FORM,
  PUBLIC_URL: "http or https, a host and perhaps a port: https://zhreb.example.org",
  TRUSTED_PROXIES: ADDRESSES_FORM,
  SANDBOX_URL: "an http or https URL",
  SANDBOX_CLOCK_AHEAD_MS: "a whole number of milliseconds from 0 to 8640000000, a hundred days",
  INSPECT_ORIGIN: "http or https, a host and perhaps a port: https://inspect.example.org",
  EVENT_LOG_DAYS: "a whole number from 30 to 36500",
  LOG_LEVEL: "debug, info, warn or error",
  TIME_ZONE: "the name of a time zone, for example Europe/Moscow",
  COMMISSION_BPS: "a whole number from 0 to 5000, hundredths of a percent",
  ENTRIES_PER_DAY: "a whole number from 1 to 10000",
  WITHDRAWAL_LIMIT: "a whole number of Stars from 0 to 1000000",
  WITHDRAWAL_LIMIT_RUB: "a whole number of rubles from 0 to 10000000",
  RESERVE_ALARM: "a whole number of Stars from 0 to 10000000",
  TOPUP_MIN: "a whole number of rubles from 1 to 350000",
  TOPUP_MAX: "a whole number of rubles from 1 to 350000",
  CHECK_NEW_HOURS: "a whole number of hours from 0 to 8760",
  CHECK_NEW_USER_ID: "a Telegram id, or 0 for none",
  CHECK_ENTRIES_PER_MINUTE: "a whole number from 0 to 10000, 0 for none",
  CHECK_ENTRIES_PER_HOUR: "a whole number from 0 to 10000, 0 for none",
  CHECK_BURST_PLAYERS: "a whole number from 0 to 10000, 0 for none",
  CHECK_BURST_SECONDS: "a whole number from 0 to 60",
  CHECK_SHARED_DESTINATION: "a whole number from 0 to 100, 0 for none",
  CHECK_FOREIGN_INVOICES: "a whole number from 0 to 100, 0 for none",
  EXCLUSION_DAYS: "a whole number of days from 1 to 365",
};
