/** The effects by which many are told, over the platform's configuration and database. */
import type { Database } from "../../db/connection.ts";
import type { Config } from "../config/read_config.ts";
import {
  type BroadcastEffects,
  type BroadcastEffectsOptions,
  createBroadcastEffects,
} from "../telegram/effects/broadcast_effects.ts";
import { createSendLimiter, type LimiterClock } from "../telegram/send_limiter.ts";
import { createSqlAnnouncements, createSqlDeliveries } from "./sql_deliveries.ts";

/** Telegram allows 1,000, the free ones included. Source: core.telegram.org/bots/faq, read 2026-11-20. */
const PAID_PER_SECOND = 900;

/** What the platform gives besides its configuration. */
interface Given extends
  Omit<
    BroadcastEffectsOptions,
    "adminIds" | "announce" | "announcements" | "deliveries" | "isPaid" | "paidLimiter"
  > {
  clock: LimiterClock;
}

/** Creates them. */
export function createPlatformBroadcasts(
  { adminIds, announce, isBroadcastPaid }: Config,
  database: Database,
  given: Given,
): BroadcastEffects {
  return createBroadcastEffects({
    ...given,
    adminIds,
    announce,
    announcements: createSqlAnnouncements(database),
    deliveries: createSqlDeliveries(database),
    isPaid: isBroadcastPaid,
    paidLimiter: createSendLimiter({ clock: given.clock, perSecond: PAID_PER_SECOND }),
  });
}
