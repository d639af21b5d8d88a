/**
 * Client of YooKassa's API v3: payments, refunds, payouts, what they need. Every call ends in an outcome:
 * done, refused or unknown. Nothing is repeated here; a repeat takes the same key.
 *
 * Source: YooKassa API v3, OpenAPI description of July 2026.
 */
import type { PayoutDestination } from "../../machines/domain/payout_destination.ts";
import { toAmountText } from "./amounts.ts";
import { type Asked, createExchange, type Credentials, type Exchange } from "./exchange.ts";
import { requireKey } from "./idempotence_key.ts";
import { listReader, readers } from "./objects.ts";
import { mapDone, type Outcome, unknown } from "./outcome.ts";
import { buildReceipt, cutCharacters, type ReceiptSettings } from "./receipts.ts";
import type { NewPayment, TimeSpan, YooKassa } from "./yookassa_port.ts";

/** Where the real service lives. */
export const YOOKASSA_URL = "https://api.yookassa.ru/v3";

/** What a client is made of. */
export interface YooKassaOptions {
  /** @default {YOOKASSA_URL} any other is a stand-in */
  readonly baseUrl?: string;
  /** Takes payments. */
  readonly shop: Credentials;
  /** Pays out: another account with a secret of its own. */
  readonly gateway: Credentials;
  /** Where payers go back to. */
  readonly returnUrl: string;
  /** With it every payment has a receipt, and needs the payer's address. */
  readonly receipt?: ReceiptSettings | undefined;
  /** @default {globalThis.fetch} */
  readonly fetch?: typeof fetch;
  /** For a whole answer. @default {35_000} YooKassa itself gives up after 30 seconds */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 35_000;
const PAGE_SIZE = 100;
/** Longest list that is followed; a longer one is no answer to a question that we ask. */
const MAX_PAGES = 50;
const MAX_DESCRIPTION = 128;
const MAX_REFUND_DESCRIPTION = 250;

/**
 * Makes a client.
 *
 * @throws {TypeError} When credentials cannot be ones; their values are not named.
 */
export function createYooKassa(
  {
    baseUrl = YOOKASSA_URL,
    shop,
    gateway,
    returnUrl,
    receipt,
    fetch,
    timeoutMs = TIMEOUT_MS,
  }: YooKassaOptions,
): YooKassa {
  requireCredentials("shop", shop);
  requireCredentials("payout gateway", gateway);
  const url = baseUrl.replace(/\/+$/, "");
  const askShop = createExchange({ baseUrl: url, credentials: shop, fetch, timeoutMs });
  const askGateway = createExchange({ baseUrl: url, credentials: gateway, fetch, timeoutMs });

  function receiptOf(
    { customer, description, amount }: NewPayment,
  ): { readonly receipt?: unknown } {
    if (receipt === undefined) return {};
    if (customer === undefined) throw new TypeError("A receipt needs the payer's e-mail or phone");
    return {
      receipt: buildReceipt(receipt, { customer, description, amount: toAmountText(amount) }),
    };
  }

  return {
    shopId: shop.id,
    gatewayId: gateway.id,
    isSandbox: url !== YOOKASSA_URL,
    needsReceipts: receipt !== undefined,

    async createPayment(payment, { key, signal }) {
      const { amount, description, metadata, method, language } = payment;
      const body = {
        amount: toAmountText(amount),
        description: cutCharacters(description, MAX_DESCRIPTION),
        capture: true,
        confirmation: {
          type: "redirect",
          return_url: returnUrl,
          ...(language === undefined ? {} : { locale: language === "ru" ? "ru_RU" : "en_US" }),
        },
        ...(method === undefined ? {} : { payment_method_data: { type: method } }),
        metadata,
        ...receiptOf(payment),
      };
      const asked = { method: "POST", path: "/payments", body, key: requireKey(key) } as const;
      return await ask(askShop, { ...asked, signal }, readers.payment);
    },

    listPayments: (span, { signal } = {}) =>
      findAll(askShop, { path: "/payments", query: spanQuery(span), signal }, readers.payment),

    getPayment: (id, { signal } = {}) =>
      getOne(askShop, { path: "/payments", id, signal }, readers.payment),

    async createRefund(refund, { key, signal }) {
      const { paymentId, amount, description, metadata } = refund;
      const body = {
        payment_id: requireId(paymentId),
        amount: toAmountText(amount),
        description: cutCharacters(description, MAX_REFUND_DESCRIPTION),
        metadata,
      };
      const asked = { method: "POST", path: "/refunds", body, key: requireKey(key) } as const;
      return await ask(askShop, { ...asked, signal }, readers.refund);
    },

    listRefunds: (span, { signal } = {}) =>
      findAll(askShop, { path: "/refunds", query: spanQuery(span), signal }, readers.refund),

    getRefund: (id, { signal } = {}) =>
      getOne(askShop, { path: "/refunds", id, signal }, readers.refund),

    findRefunds: async (paymentId, { signal } = {}) =>
      await findAll(askShop, {
        path: "/refunds",
        query: { payment_id: requireId(paymentId) },
        signal,
      }, readers.refund),

    async createPayout({ amount, destination, description, metadata, personalDataIds }, options) {
      const body = {
        amount: toAmountText(amount),
        ...destinationOf(destination),
        description: cutCharacters(description, MAX_DESCRIPTION),
        metadata,
        ...(personalDataIds === undefined
          ? {}
          : { personal_data: personalDataIds.map((id) => ({ id: requireId(id) })) }),
      };
      const { key, signal } = options;
      const asked = { method: "POST", path: "/payouts", body, key: requireKey(key) } as const;
      return await ask(askGateway, { ...asked, signal }, readers.payout);
    },

    getPayout: (id, { signal } = {}) =>
      getOne(askGateway, { path: "/payouts", id, signal }, readers.payout),

    async findPayouts({ metadata, fromMs, toMs }, { signal } = {}) {
      const query = {
        ...(metadata === undefined ? {} : { [`metadata[${metadata.key}]`]: metadata.value }),
        ...(fromMs === undefined ? {} : { "created_at.gte": new Date(fromMs).toISOString() }),
        ...(toMs === undefined ? {} : { "created_at.lt": new Date(toMs).toISOString() }),
      };
      const path = metadata === undefined ? "/payouts" : "/payouts/search";
      return await findAll(askGateway, { path, query, signal }, readers.payout);
    },

    async listSbpBanks({ signal } = {}) {
      const asked = { method: "GET", path: "/sbp_banks", signal } as const;
      return mapDone(
        await ask(askGateway, asked, listReader(readers.bank)),
        ({ items }) => items,
      );
    },

    async createPersonalData({ lastName, firstName, middleName }, { key, signal }) {
      const body = {
        type: "sbp_payout_recipient",
        last_name: lastName,
        first_name: firstName,
        ...(middleName === undefined ? {} : { middle_name: middleName }),
      };
      const asked = { method: "POST", path: "/personal_data", body, key: requireKey(key) } as const;
      return await ask(askGateway, { ...asked, signal }, readers.personalData);
    },

    getPersonalData: (id, { signal } = {}) =>
      getOne(askGateway, { path: "/personal_data", id, signal }, readers.personalData),

    readPayoutBalance: ({ signal } = {}) =>
      ask(askGateway, { method: "GET", path: "/me", signal }, readers.gateway),
  };
}

/** Asks and reads. What is of another form than YooKassa's own says nothing: it may have been done. */
async function ask<T>(
  exchange: Exchange,
  asked: Asked,
  read: (answer: unknown) => T,
): Promise<Outcome<T>> {
  const outcome = await exchange(asked);
  if (outcome.kind !== "done") return outcome;
  try {
    return { kind: "done", object: read(outcome.object) };
  } catch (error: unknown) {
    // A schema's words name fields and forms, no values.
    const words = error instanceof Error ? error.message.replaceAll(/\s+/g, " ") : "";
    return unknown(
      "unreadable",
      `The answer to ${asked.method} ${asked.path} is of another form: ${words}`.slice(0, 500),
    );
  }
}

/** One object by its id; another one in its place is no answer. */
async function getOne<T extends { readonly id: string }>(
  exchange: Exchange,
  { path, id, signal }: { path: string; id: string; signal: AbortSignal | undefined },
  read: (answer: unknown) => T,
): Promise<Outcome<T>> {
  const asked = { method: "GET", path: `${path}/${requireId(id)}`, signal } as const;
  const outcome = await ask(exchange, asked, read);
  return outcome.kind === "done" && outcome.object.id !== id
    ? unknown("unreadable", `The answer to GET ${asked.path} is another object`)
    : outcome;
}

/** A whole list, piece by piece. Unless all of it was read nothing is known. */
async function findAll<T>(
  exchange: Exchange,
  { path, query, signal }: {
    path: string;
    query: Readonly<Record<string, string>>;
    signal: AbortSignal | undefined;
  },
  read: (answer: unknown) => T,
): Promise<Outcome<readonly T[]>> {
  const found: T[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page++) {
    const more: Record<string, string> = cursor === null ? {} : { cursor };
    const asked: Asked = {
      method: "GET",
      path,
      query: { ...query, limit: String(PAGE_SIZE), ...more },
      signal,
    };
    const outcome = await ask(exchange, asked, listReader(read));
    if (outcome.kind !== "done") return outcome;
    found.push(...outcome.object.items);
    cursor = outcome.object.nextCursor;
    if (cursor === null) return { kind: "done", object: found };
  }
  return unknown("unreadable", `The list ${path} has more than ${MAX_PAGES * PAGE_SIZE} items`);
}

function spanQuery({ fromMs, toMs }: TimeSpan): Record<string, string> {
  return {
    "created_at.gte": new Date(fromMs).toISOString(),
    "created_at.lt": new Date(toMs).toISOString(),
  };
}

function destinationOf(destination: PayoutDestination): Record<string, unknown> {
  switch (destination.kind) {
    case "sbp": {
      const { phone, bankId } = destination;
      return { payout_destination_data: { type: "sbp", phone, bank_id: bankId } };
    }
    case "yooMoney": {
      const { wallet } = destination;
      return { payout_destination_data: { type: "yoo_money", account_number: wallet } };
    }
    case "card":
      return { payout_token: destination.token };
  }
}

/** Guards the path against ids that came from outside. */
function requireId(id: string): string {
  if (/^[0-9a-zA-Z-]{1,50}$/.test(id)) return id;
  throw new TypeError("An id of YooKassa's has at most 50 letters, digits and hyphens");
}

function requireCredentials(whose: string, { id, secretKey }: Credentials): void {
  if (!/^\d{1,20}$/.test(id)) throw new TypeError(`The id of the ${whose} must be digits`);
  if (!/^[\x21-\x7e]{8,256}$/.test(secretKey)) {
    throw new TypeError(`The secret key of the ${whose} must be 8 to 256 printable characters`);
  }
}
