/**
 * Who was given what: gifts and Premium as they lie in the books. Guards against a judge who has
 * only the product's word for it.
 */
import type { AcceptedGiftTypes, PersonGifts, SentGift } from "../star_types.ts";
import type { World } from "../world.ts";

/** Everything is accepted until the person says otherwise. */
export const ALL_GIFTS: AcceptedGiftTypes = {
  unlimited_gifts: true,
  limited_gifts: true,
  unique_gifts: true,
  premium_subscription: true,
  gifts_from_channels: true,
};

/** Writes one down. @param gift Its transaction must be in the books. */
export function saveSentGift({ store }: World, gift: SentGift): void {
  store.run(
    `insert into sent_gifts (transaction_id, bot_id, person_id, chat_id, gift_id, month_count, stars,
     text, sent_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    gift.transaction_id,
    gift.bot_id,
    gift.person_id,
    gift.chat_id,
    gift.gift_id,
    gift.month_count,
    gift.stars,
    gift.text,
    gift.sentAtMs,
  );
}

const BY = { bot: "bot_id = ?", person: "person_id = ?", chat: "chat_id = ?" };

/** What a bot sent, or what a person or a channel was given, oldest first. */
export function sentGifts({ store }: World, by: keyof typeof BY, id: number): SentGift[] {
  return store.all<Omit<SentGift, "sentAtMs"> & { sent_at: number }>(
    `select transaction_id, bot_id, person_id, chat_id, gift_id, month_count, stars, text, sent_at
     from sent_gifts where ${BY[by]} order by rowid`,
    id,
  ).map(({ sent_at, ...gift }) => ({ ...gift, sentAtMs: sent_at }));
}

/** Which gifts the person takes. */
export function acceptedGifts({ store }: World, personId: number): AcceptedGiftTypes {
  const text = store.one<{ accepted_gifts: string | null }>(
    "select accepted_gifts from people where id = ?",
    personId,
  )?.accepted_gifts;
  return text === null || text === undefined ? ALL_GIFTS : JSON.parse(text);
}

/** The person's privacy settings are changed; what is not named stays. */
export function acceptGifts(
  world: World,
  personId: number,
  change: Partial<AcceptedGiftTypes>,
): AcceptedGiftTypes {
  const accepted = { ...acceptedGifts(world, personId), ...change };
  world.store.run(
    "update people set accepted_gifts = ? where id = ?",
    JSON.stringify(accepted),
    personId,
  );
  return accepted;
}

/** Everything the person was given. */
export function giftsOf(world: World, personId: number): PersonGifts {
  const row = world.store.one<{ premium_until: number | null }>(
    "select premium_until from people where id = ?",
    personId,
  );
  return {
    accepted_gift_types: acceptedGifts(world, personId),
    premiumUntilMs: row?.premium_until ?? null,
    gifts: sentGifts(world, "person", personId),
  };
}

/** Adds months of Premium, after those the person has already. */
export function extendPremium({ store, clock }: World, personId: number, months: number): void {
  const row = store.one<{ premium_until: number | null }>(
    "select premium_until from people where id = ?",
    personId,
  );
  const until = new Date(Math.max(clock.nowMs(), row?.premium_until ?? 0));
  until.setUTCMonth(until.getUTCMonth() + months);
  store.run("update people set premium_until = ? where id = ?", until.getTime(), personId);
}
