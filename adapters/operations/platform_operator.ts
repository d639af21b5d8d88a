/** The operator of the platform: its kinds of actors, and its books beside their steps. */
import type { ActorDefinition } from "../../actors/define_actor.ts";
import type { Log } from "../../actors/log.ts";
import { createOperator, type Operator } from "../../actors/operator/operator.ts";
import type { Database } from "../../db/connection.ts";
import { readCausedTransfers } from "../../db/ledger_causes.ts";
import { createBankEffects } from "../platform/bank_effects.ts";
import { createBankPayoutEffects } from "../platform/bank_payout_effects.ts";
import { createDrawEffects } from "../platform/draw_effects.ts";
import { createErasePlayer } from "../platform/erase_player.ts";
import { defineRaffleActors } from "../platform/raffle_actors.ts";
import { createReadStarBooks } from "../platform/treasury_effects.ts";
import { createBroadcastEffects } from "../telegram/effects/broadcast_effects.ts";
import { createTelegramEffects } from "../telegram/effects/telegram_effects.ts";

/** Makes the operator over an open database. */
export function createPlatformOperator(
  { database, actors, log }: {
    database: Database;
    actors: readonly ActorDefinition[];
    log: Log;
  },
): Operator {
  return createOperator({
    database,
    actors,
    log,
    nowMs: () => Date.now(),
    postingsOf: async (steps) => {
      const transfers = await readCausedTransfers(database, steps);
      return transfers.map((transfer) => ({
        ...transfer,
        revision: Number(transfer.revision),
        minor: String(transfer.minor),
      }));
    },
  });
}

/**
 * The platform's kinds of actors as they are, for who looks at them without running them: whatever
 * an effect would reach outside is not there.
 */
export function defineUnrunActors(): ActorDefinition[] {
  return defineRaffleActors({
    erasePlayer: createErasePlayer({
      database: absent("the database"),
      api: absent("Telegram"),
      limiter: absent("the limiter"),
    }),
    ...createTelegramEffects({
      api: absent("Telegram"),
      limiter: absent("the limiter"),
      queries: absent("the queries"),
      cards: absent("the cards"),
      reach: absent("the database"),
      onBlocked: cannotTell,
    }),
    ...createBroadcastEffects({
      api: absent("Telegram"),
      limiter: absent("the limiter"),
      queries: absent("the queries"),
      deliveries: absent("the database"),
      announcements: absent("the database"),
      reach: absent("the database"),
      announce: undefined,
      adminIds: [],
      isPaid: false,
      stopping: AbortSignal.abort(),
      botUsername: () => "",
      log: () => {},
      onBlocked: cannotTell,
    }),
    ...createDrawEffects({
      database: absent("the database"),
      draws: absent("RANDOM.ORG"),
      drand: absent("drand"),
      keys: [],
    }),
    ...createBankEffects({
      yooKassa: undefined,
      takesTests: false,
      emailOf: cannotTell,
    }),
    ...createBankPayoutEffects({ yooKassa: undefined, takesTests: false, orderOf: cannotTell }),
    readStarBooks: createReadStarBooks({
      database: absent("the database"),
      api: absent("Telegram"),
      limiter: absent("the limiter"),
    }),
  });
}

function cannotTell(): Promise<never> {
  return Promise.reject(new Error("Cannot tell anybody: the actors do not run here"));
}

function absent<T extends object>(name: string): T {
  return new Proxy({} as T, {
    get: () => {
      throw new Error(`Cannot reach ${name}: the actors do not run here`);
    },
  });
}
