/**
 * Rubles, as far as the platform is configured for them: the client of YooKassa, the effects over it, and
 * the door for its notices. Without a shop nothing of it is there, and what was begun earlier waits.
 */
import type { Hono } from "hono";
import { RetryableError, TerminalError } from "../../actors/errors.ts";
import type { Database } from "../../db/connection.ts";
import { hasTransfer } from "../../db/ledger_history.ts";
import { readDestinations } from "../../db/payout_destinations.ts";
import { readEmail, storeUnroutable } from "../../db/raffle_reads.ts";
import type { RublesTaken } from "../../machines/domain/bank.ts";
import type { Config } from "../config/read_config.ts";
import type { Log } from "../supervisor/log_port.ts";
import type { RuntimePort } from "../supervisor/runtime_port.ts";
import { createNoticeDoor } from "../yookassa/notice_door.ts";
import { createNoticeSources } from "../yookassa/notice_sources.ts";
import type { YooKassaRefund } from "../yookassa/objects.ts";
import { createYooKassa } from "../yookassa/yookassa.ts";
import type { YooKassa } from "../yookassa/yookassa_port.ts";
import { type CardPageKey, createCardPage } from "../http/card_page.ts";
import type { PayoutTerms } from "../supervisor/incoming.ts";
import type { PayoutDesk } from "../telegram/payout_desk_port.ts";
import type { Queries } from "../telegram/queries_port.ts";
import { type BankEffectDefinitions, createBankEffects } from "./bank_effects.ts";
import {
  type BankPayoutEffectDefinitions,
  createBankPayoutEffects,
} from "./bank_payout_effects.ts";
import { compareBankBooks } from "./compare_bank_books.ts";
import { amountAwaited, takeCard } from "./card_dialogue.ts";
import { createPayoutDesk } from "./payout_desk.ts";
import { createTakeBankNotice } from "./take_bank_notice.ts";

/** In sandbox mode payers have nowhere to go back to but Telegram. */
const RETURN_URL = "https://t.me";

/** So long Telegram's books wait for YooKassa's at most, of the two minutes of their effect. */
const COMPARING_MS = 60_000;

/** The real payout widget. Source: yookassa.ru/developers (payout widget), July 2026. */
const WIDGET_URL = "https://yookassa.ru/payouts-data";

/** Rubles of this platform. */
export interface PlatformBank {
  readonly effects: BankEffectDefinitions & BankPayoutEffectDefinitions;
  /** Undefined where none are taken. */
  readonly rubles: RublesTaken | undefined;
  /** How they are paid out; undefined where they are not. */
  readonly payouts: PayoutTerms | undefined;
  readonly desk: PayoutDesk | undefined;
  /**
   * Compares the bank's books with ours; undefined where there is no bank. While that does not answer it is
   * left to the next time: Telegram's books do not wait for it.
   */
  readonly compareBooks:
    | ((options: { nowMs: number; signal: AbortSignal }) => Promise<void>)
    | undefined;
  /** The page for a card; undefined where none are paid out. */
  createCardPage(
    options: { runtime: RuntimePort; queries: Pick<Queries, "player"> },
  ): Hono | undefined;
  /** The door for notices; undefined where none are taken. */
  createDoor(
    options: { runtime: RuntimePort; tellAdmins: (text: string) => Promise<void> },
  ): Hono | undefined;
}

/**
 * @param options.url Where YooKassa is reached; undefined: the real one.
 * @param options.publicUrl From where people reach our pages; undefined: not at all.
 */
export function createPlatformBank(
  config: Config,
  { database, url, publicUrl, fetch, log, nowMs }: {
    database: Database;
    url: string | undefined;
    publicUrl: () => string | undefined;
    fetch: typeof globalThis.fetch | undefined;
    log: Log;
    nowMs: () => number;
  },
): PlatformBank {
  const client = config.yooKassa === undefined ? undefined : createYooKassa({
    ...config.yooKassa,
    returnUrl: config.yooKassa.returnUrl ?? RETURN_URL,
    ...(url === undefined ? {} : { baseUrl: url }),
    ...(fetch === undefined ? {} : { fetch }),
  });
  const takesTests = config.mode === "sandbox";
  return {
    effects: {
      ...createBankEffects({
        yooKassa: client,
        takesTests,
        emailOf: (playerId) => readEmail(database, playerId),
      }),
      ...createBankPayoutEffects({
        yooKassa: client,
        takesTests,
        orderOf: async (withdrawalId) => {
          const order = (await readDestinations(database, [withdrawalId])).get(withdrawalId);
          return order === undefined ? undefined : JSON.parse(order);
        },
      }),
    },
    payouts: client && {
      limitMinor: config.withdrawalLimitRub,
      asksName: config.yooKassa?.checksRecipient === true,
      gatewayId: client.gatewayId,
    },
    desk: client && createPayoutDesk({ yooKassa: client, publicUrl, nowMs }),
    compareBooks: client && (async (options) => {
      try {
        const signal = AbortSignal.any([options.signal, AbortSignal.timeout(COMPARING_MS)]);
        await compareBankBooks({ yooKassa: client, database, nowMs: options.nowMs, signal });
      } catch (error: unknown) {
        if (!(error instanceof RetryableError || error instanceof TerminalError)) throw error;
        log("warn", "YooKassa's books were not compared, they will be the next time", {
          error: error.message,
        });
      }
    }),
    createCardPage: ({ runtime, queries }) =>
      client && createCardPage({
        // The widget lies beside the API, as the stand-in has it; the real one has a host of its own.
        widgetUrl: url === undefined ? WIDGET_URL : url.replace(/\/v3$/, "/payouts-data"),
        gatewayId: client.gatewayId,
        find: async (page: CardPageKey) => {
          const amount = amountAwaited(await runtime.read(`cashOut/${page.playerId}`), page);
          if (amount === undefined) return undefined;
          const { language = "en" } = await queries.player(page.playerId) ?? {};
          return { language, amount };
        },
        take: (page, card) => takeCard({ runtime, nowMs }, page, card),
        log,
      }),
    rubles: client && { topUp: config.topUp, hasReceipts: client.needsReceipts },
    createDoor: ({ runtime, tellAdmins }) => client && createDoor({ client, runtime, tellAdmins }),
  };

  function createDoor(
    { client, runtime, tellAdmins }: {
      client: YooKassa;
      runtime: RuntimePort;
      tellAdmins: (text: string) => Promise<void>;
    },
  ): Hono {
    return createNoticeDoor({
      isSource: createNoticeSources({
        addresses: config.yooKassa?.noticeAddresses ?? [],
        proxies: config.trustedProxies,
      }),
      take: createTakeBankNotice({
        yooKassa: client,
        runtime,
        isOurCharge: (chargeId) => hasTransfer(database, `charge/${chargeId}/received`),
        onStrangeRefund: (refund) => keepStrangeRefund(refund, tellAdmins),
        log,
      }),
      log,
      nowMs,
    });
  }

  async function keepStrangeRefund(
    refund: YooKassaRefund,
    tellAdmins: (text: string) => Promise<void>,
  ): Promise<void> {
    const { id, paymentId, amount } = refund;
    const sum = `${amount.minor} kopecks (${amount.currency})`;
    const reason =
      `YooKassa gave ${sum} of payment ${paymentId} back, and nobody here asked for it`;
    const isNew = await storeUnroutable(database, {
      key: `yookassa:refund:${id}`,
      rowName: "bank notice",
      reason,
      incoming: JSON.stringify(refund),
      isMoney: true,
      atMs: nowMs(),
      playerId: null,
    });
    if (isNew) await tellAdmins(`⚠️ ${reason} (${id})`);
  }
}
