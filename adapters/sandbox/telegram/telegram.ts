/**
 * Telegram as a whole: its parts put together, and what was under way before a restart taken up
 * again (webhooks, checkouts).
 */
import type { Hono } from "hono";
import type { Calls } from "../calls.ts";
import type { Faults } from "../faults.ts";
import type { World } from "../world.ts";
import { accountMethods } from "./account_methods.ts";
import { createBotApi } from "./bot_api.ts";
import { createBots } from "./bots.ts";
import { chatMethods } from "./chat_methods.ts";
import { createChats } from "./chats.ts";
import { checkoutMethods, restoreCheckouts } from "./checkout.ts";
import { createFlood } from "./flood.ts";
import { giftMethods } from "./gifts.ts";
import { invoiceMethods } from "./invoices.ts";
import { messageMethods } from "./message_methods.ts";
import { createRooms } from "./rooms.ts";
import { starBookMethods } from "./star_books.ts";
import { starMethods } from "./stars.ts";
import type { TelegramContext } from "./telegram_context.ts";
import { createUpdates } from "./updates.ts";
import type { Deliver } from "./webhook_attempt.ts";
import { createWebhookDelivery, type WebhookDelivery } from "./webhook_delivery.ts";
import { createWebhookMethods, webhookOf } from "./webhook_methods.ts";

/** The stand-in for Telegram. */
export interface Telegram {
  readonly context: TelegramContext;
  readonly delivery: WebhookDelivery;
  readonly routes: Hono;
}

/**
 * Puts Telegram together.
 *
 * @param deliver How webhook requests reach the product.
 */
export function createTelegram(
  world: World,
  { faults, calls, deliver }: {
    readonly faults: Faults;
    readonly calls: Calls;
    readonly deliver: Deliver;
  },
): Telegram {
  const context: TelegramContext = {
    world,
    bots: createBots(world),
    chats: createChats(world),
    rooms: createRooms(world),
    updates: createUpdates(world),
    flood: createFlood(world),
  };
  const delivery = createWebhookDelivery(context, {
    deliver,
    async takeReply(bot, { method, ...params }) {
      const answer = await api.invoke(bot, String(method), params, world.stopped);
      calls.add({
        botId: bot.id,
        method: String(method),
        params,
        answer: answer.body,
        fault: null,
      });
    },
  });
  const api = createBotApi(context, {
    faults,
    calls,
    methods: {
      ...accountMethods,
      ...chatMethods,
      ...messageMethods,
      ...invoiceMethods,
      ...checkoutMethods,
      ...starMethods,
      ...starBookMethods,
      ...giftMethods,
      ...createWebhookMethods(delivery),
    },
  });
  context.updates.onAdded((bot, updateId) => delivery.enqueue(bot, updateId));
  for (const bot of context.bots.all()) delivery.set(bot, webhookOf(context, bot));
  restoreCheckouts(context);
  return { context, delivery, routes: api.routes };
}
