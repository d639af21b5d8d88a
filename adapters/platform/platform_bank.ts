/**
 * Rubles, as far as the platform is configured for them: the client of YooKassa, the effects over it, and
 * the door for its notices. Without a shop nothing of it is there, and what was begun earlier waits.
 */
import type { Hono } from "hono";
import type { Database } from "../../db/connection.ts";
import { hasTransfer } from "../../db/ledger_history.ts";
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
import { type BankEffectDefinitions, createBankEffects } from "./bank_effects.ts";
import { createTakeBankNotice } from "./take_bank_notice.ts";

/** In sandbox mode payers have nowhere to go back to but Telegram. */
const RETURN_URL = "https://t.me";

/** Rubles of this platform. */
export interface PlatformBank {
  readonly effects: BankEffectDefinitions;
  /** Undefined where none are taken. */
  readonly rubles: RublesTaken | undefined;
  /** The door for notices; undefined where none are taken. */
  createDoor(
    options: { runtime: RuntimePort; tellAdmins: (text: string) => Promise<void> },
  ): Hono | undefined;
}

/** @param url Where YooKassa is reached; undefined: the real one. */
export function createPlatformBank(
  config: Config,
  { database, url, fetch, log, nowMs }: {
    database: Database;
    url: string | undefined;
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
  return {
    effects: createBankEffects({
      yooKassa: client,
      takesTests: config.mode === "sandbox",
      emailOf: (playerId) => readEmail(database, playerId),
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
