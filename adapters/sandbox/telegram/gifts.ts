/**
 * getAvailableGifts, sendGift, giftPremiumSubscription: paid from the bot's balance, never taken
 * back, without an idempotency key. Guards against a product that sends twice, or beyond what the
 * receiver takes, the gift allows or the bot can pay.
 *
 * Who may be given something: a person whom the bot has met, whether or not he started a chat with
 * it; anybody else is "user not found" (the server looks the user up, tdlib/telegram-bot-api).
 * Words known from Telegram's method pages (payments.getPaymentForm, payments.sendStarsForm):
 * STARGIFT_INVALID, STARGIFT_MESSAGE_INVALID, STARGIFT_UPGRADE_UNAVAILABLE, STARGIFT_USAGE_LIMITED,
 * STARGIFT_USER_USAGE_LIMITED, BALANCE_TOO_LOW, GIFT_MONTHS_INVALID, GIFT_STARS_INVALID, and 403
 * USER_DISALLOWED_STARGIFTS.
 *
 * Unconfirmed: PREMIUM_ACCOUNT_REQUIRED for a gift that only subscribers may buy; the same privacy
 * refusal for Premium as for gifts; that a person who blocked the bot is given the gift all the same
 * (the method pages name no such refusal; order a fault `error` for the other case); the words for a
 * limited gift to a channel and for any gift to a group; that gifts count for the pace of a chat as messages do; that the bot
 * gets no update of a gift it sent (it must not rely on one).
 */
import type { Person } from "../door_types.ts";
import type { Room } from "../room_types.ts";
import type { AcceptedGiftTypes } from "../star_types.ts";
import { botUser } from "./bots.ts";
import { personUser } from "./chats.ts";
import { type CatalogGift, catalogGift, leftOf, viewCatalog, viewGift } from "./gift_catalog.ts";
import type { Entity } from "./html_text.ts";
import { readFormattedText } from "./message_text.ts";
import type { ParameterRules } from "./parameters.ts";
import { isRoomId } from "./places.ts";
import { roomChat } from "./rooms.ts";
import { acceptedGifts, extendPremium, saveSentGift } from "./sent_gifts.ts";
import { moveBalance, newTransactionId, requireBalance } from "./star_books.ts";
import type { MethodCall, Methods } from "./telegram_context.ts";
import { badRequest, forbidden } from "./telegram_error.ts";

const MAX_TEXT = 128;
/** Entities of other types are passed over in silence, as Telegram does. */
const ENTITIES = [
  "bold",
  "italic",
  "underline",
  "strikethrough",
  "spoiler",
  "custom_emoji",
  "date_time",
];
/** Months of Premium → Stars. */
const PREMIUM_PRICES: Readonly<Record<number, number>> = { 3: 1000, 6: 1500, 12: 2500 };
const TEXT_PARAMETERS: ParameterRules = {
  text: "string",
  text_parse_mode: "string",
  text_entities: "json",
};

/** Methods that give something away. */
export const giftMethods: Methods = {
  getAvailableGifts: {
    parameters: {},
    handle: ({ world, bot }) => viewCatalog(world, bot),
  },
  sendGift: {
    parameters: {
      ...TEXT_PARAMETERS,
      user_id: "integer",
      chat_id: "string",
      gift_id: "string",
      pay_for_upgrade: "boolean",
    },
    handle: sendGift,
  },
  giftPremiumSubscription: {
    parameters: {
      ...TEXT_PARAMETERS,
      user_id: "integer",
      month_count: "integer",
      star_count: "integer",
    },
    handle: giftPremiumSubscription,
  },
};

interface GiftText {
  readonly text: string;
  readonly entities: readonly Entity[];
}

/** A person or a channel. */
type Receiver = { readonly person: Person } | { readonly room: Room };

/** Something checked that only needs to be paid and handed over. */
interface Giving {
  readonly kind: "gift" | "premium";
  readonly receiver: Receiver;
  readonly stars: number;
  readonly giftId: string | null;
  readonly months: number | null;
  readonly words: GiftText;
  /** What the transaction's partner says of it. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** What the person sees. */
  readonly notice: Readonly<Record<string, unknown>>;
}

function sendGift(call: MethodCall): true {
  const { bot, params, world } = call;
  const words = readGiftText(call);
  const receiver = receiverOf(call);
  const gift = catalogGift(String(params["gift_id"] ?? ""));
  if (gift === undefined) throw badRequest("STARGIFT_INVALID");
  if ("room" in receiver && gift.limit !== undefined) throw badRequest("STARGIFT_INVALID");
  const withUpgrade = params["pay_for_upgrade"] === true;
  if (withUpgrade && gift.upgradeStars === undefined) {
    throw badRequest("STARGIFT_UPGRADE_UNAVAILABLE");
  }
  checkPrivacy(call, receiver, [
    gift.limit === undefined ? "unlimited_gifts" : "limited_gifts",
    ...(withUpgrade ? ["unique_gifts" as const] : []),
  ]);
  if (gift.isPremium === true) throw badRequest("PREMIUM_ACCOUNT_REQUIRED");
  checkStock(call, gift);
  const upgradeStars = withUpgrade ? gift.upgradeStars ?? 0 : 0;
  // As the sender knew it when paying: what is left is one more than after it.
  const sold = viewGift(world, bot, gift);
  return give(call, {
    kind: "gift",
    receiver,
    stars: gift.stars + upgradeStars,
    giftId: gift.id,
    months: null,
    words,
    detail: { gift: sold },
    notice: {
      gift: {
        gift: sold,
        ...(upgradeStars === 0 ? {} : { prepaid_upgrade_star_count: upgradeStars }),
        ...(gift.upgradeStars === undefined ? {} : { can_be_upgraded: true }),
        ...shown(words),
      },
    },
  });
}

function giftPremiumSubscription(call: MethodCall): true {
  const { params, world } = call;
  const words = readGiftText(call);
  const person = readUser(call);
  const months = Number(params["month_count"] ?? 0);
  const stars = PREMIUM_PRICES[months];
  if (stars === undefined) throw badRequest("GIFT_MONTHS_INVALID");
  if (params["star_count"] !== stars) throw badRequest("GIFT_STARS_INVALID");
  checkPrivacy(call, { person }, ["premium_subscription"]);
  give(call, {
    kind: "premium",
    receiver: { person },
    stars,
    giftId: null,
    months,
    words,
    detail: { premium_subscription_duration: months },
    // The Bot API has no field for this service message; the person's client shows it all the same.
    notice: { premium_gift: { month_count: months, star_count: stars, ...shown(words) } },
  });
  extendPremium(world, person.id, months);
  return true;
}

function give(call: MethodCall, giving: Giving): true {
  const { bot, chats, flood, world } = call;
  const { kind, receiver, stars } = giving;
  const person = "person" in receiver ? receiver.person : null;
  const chat = "room" in receiver ? roomChat(receiver.room) : null;
  requireBalance(world, bot, stars);
  flood.admit(bot, { chatId: person?.id ?? chat?.id ?? 0 });
  const id = newTransactionId(world);
  moveBalance(world, bot, {
    id,
    kind,
    stars: -stars,
    ...(person === null ? {} : { personId: person.id }),
    partner: person === null ? { type: "chat", chat, ...giving.detail } : {
      type: "user",
      transaction_type: kind === "gift" ? "gift_purchase" : "premium_purchase",
      user: personUser(person),
      ...giving.detail,
    },
  });
  saveSentGift(world, {
    transaction_id: id,
    bot_id: bot.id,
    person_id: person?.id ?? null,
    chat_id: chat?.id ?? null,
    gift_id: giving.giftId,
    month_count: giving.months,
    stars,
    text: giving.words.text,
    sentAtMs: world.clock.nowMs(),
  });
  if (person !== null) {
    chats.addMessage(bot, person, { from: botUser(bot), content: giving.notice });
  }
  return true;
}

function readGiftText({ params }: MethodCall): GiftText {
  const { text, entities } = readFormattedText({
    text: params["text"],
    parse_mode: params["text_parse_mode"],
    entities: params["text_entities"],
  }, { field: "text", maxLength: Number.MAX_SAFE_INTEGER });
  if ([...text].length > MAX_TEXT) throw badRequest("STARGIFT_MESSAGE_INVALID");
  return { text, entities: entities.filter(({ type }) => ENTITIES.includes(type)) };
}

function shown({ text, entities }: GiftText): Record<string, unknown> {
  if (text === "") return {};
  return { text, ...(entities.length === 0 ? {} : { entities }) };
}

/** Telegram says "one of both is required"; naming both would be a fault, so it is refused here. */
function receiverOf(call: MethodCall): Receiver {
  const { bot, chats, params, rooms } = call;
  const chatId = params["chat_id"];
  if (chatId === undefined) return { person: readUser(call) };
  if (params["user_id"] !== undefined) {
    throw badRequest("only one of user_id and chat_id can be specified");
  }
  if (isRoomId(chatId)) {
    const room = rooms.readable(bot, chatId);
    if (room.type !== "channel") throw badRequest("PEER_ID_INVALID");
    return { room };
  }
  const person = chats.person(Number(chatId));
  if (person === undefined || !chats.knows(bot, person.id)) throw badRequest("chat not found");
  return { person };
}

function readUser({ bot, chats, params }: MethodCall): Person {
  const userId = params["user_id"];
  if (typeof userId !== "number" || userId <= 0) throw badRequest("invalid user_id specified");
  const person = chats.person(userId);
  if (person === undefined || !chats.knows(bot, person.id)) throw badRequest("user not found");
  return person;
}

function checkPrivacy(
  { world }: MethodCall,
  receiver: Receiver,
  needed: readonly (keyof AcceptedGiftTypes)[],
): void {
  if ("room" in receiver) return;
  const accepted = acceptedGifts(world, receiver.person.id);
  if (needed.some((type) => !accepted[type])) throw forbidden("USER_DISALLOWED_STARGIFTS");
}

function checkStock({ world, bot }: MethodCall, gift: CatalogGift): void {
  const { forAll, forBot } = leftOf(world, bot, gift);
  if (forAll === 0) throw badRequest("STARGIFT_USAGE_LIMITED");
  if (forBot === 0) throw badRequest("STARGIFT_USER_USAGE_LIMITED");
}
