/**
 * The gifts that Telegram sells: a short fixed list with everything that makes a difference to a
 * sender: cheap and dear, one limited (for all and for each bot), one sold out, one for Premium
 * subscribers only. Guards against a product that takes whatever stands in the list for buyable.
 *
 * Source: Bot API 10.3, Gift. The ids and prices of the plain gifts are the real ones that public
 * code names (15 to 100 Stars); the last three are made up. Unconfirmed: that the real list still
 * names a gift that is sold out.
 */
import type { World } from "../world.ts";
import type { Bot } from "./bots.ts";

/** A gift as it is sold. */
export interface CatalogGift {
  readonly id: string;
  readonly emoji: string;
  readonly stars: number;
  readonly upgradeStars?: number;
  readonly isPremium?: true;
  /** How many there ever were, and how many the world had bought before this sandbox was opened. */
  readonly limit?: { readonly total: number; readonly soldBefore: number };
  /** How many one bot may send. */
  readonly personalLimit?: number;
}

const CATALOG: readonly CatalogGift[] = [
  { id: "5170145012310081615", emoji: "💝", stars: 15 },
  { id: "5170233102089322756", emoji: "🧸", stars: 15 },
  { id: "5170250947678437525", emoji: "🎁", stars: 25 },
  { id: "5168103777563050263", emoji: "🌹", stars: 25 },
  { id: "5170144170496491616", emoji: "🎂", stars: 50 },
  { id: "5168043875654172773", emoji: "🏆", stars: 100, upgradeStars: 50 },
  {
    id: "5882125812596999035",
    emoji: "🦄",
    stars: 250,
    upgradeStars: 125,
    limit: { total: 5000, soldBefore: 4997 },
    personalLimit: 2,
  },
  { id: "5882252952218894938", emoji: "🚀", stars: 500, limit: { total: 1000, soldBefore: 1000 } },
  { id: "5895603153683874485", emoji: "👑", stars: 1000, isPremium: true },
];

/** Finds a gift by its id. */
export function catalogGift(id: string): CatalogGift | undefined {
  return CATALOG.find((gift) => gift.id === id);
}

/** How many of a gift are left: for everybody, and for this bot; null where there is no limit. */
export function leftOf(
  { store }: World,
  bot: Bot,
  gift: CatalogGift,
): { readonly forAll: number | null; readonly forBot: number | null } {
  if (gift.limit === undefined) return { forAll: null, forBot: null };
  const sent = store.one<{ count: number; own: number }>(
    `select count(*) as count, coalesce(sum(bot_id = ?), 0) as own from sent_gifts
     where gift_id = ?`,
    bot.id,
    gift.id,
  ) ?? { count: 0, own: 0 };
  return {
    forAll: Math.max(0, gift.limit.total - gift.limit.soldBefore - sent.count),
    forBot: gift.personalLimit === undefined ? null : Math.max(0, gift.personalLimit - sent.own),
  };
}

/** The gift as the Bot API shows it to this bot. */
export function viewGift(world: World, bot: Bot, gift: CatalogGift): Record<string, unknown> {
  const { forAll, forBot } = leftOf(world, bot, gift);
  return {
    id: gift.id,
    sticker: {
      file_id: `CAACAgIAAxUAA${gift.id}`,
      file_unique_id: `AgAD${gift.id.slice(-10)}`,
      type: "custom_emoji",
      width: 512,
      height: 512,
      is_animated: true,
      is_video: false,
      emoji: gift.emoji,
    },
    star_count: gift.stars,
    ...(gift.upgradeStars === undefined ? {} : { upgrade_star_count: gift.upgradeStars }),
    ...(gift.isPremium === undefined ? {} : { is_premium: true }),
    ...(gift.limit === undefined
      ? {}
      : { total_count: gift.limit.total, remaining_count: forAll ?? 0 }),
    ...(gift.personalLimit === undefined
      ? {}
      : { personal_total_count: gift.personalLimit, personal_remaining_count: forBot ?? 0 }),
  };
}

/** The whole list, as `getAvailableGifts` answers it. */
export function viewCatalog(world: World, bot: Bot): Record<string, unknown> {
  return { gifts: CATALOG.map((gift) => viewGift(world, bot, gift)) };
}
