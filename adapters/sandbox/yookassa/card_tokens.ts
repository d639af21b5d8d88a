/**
 * Synonyms of cards: the payout widget takes a number and gives a token, with which a gateway pays out.
 * A token may be used again and again, and one card may have several.
 *
 * Source: yookassa.ru/developers/payouts/making-payouts/bank-card/using-payout-widget, July 2026.
 */
import { randomHex } from "../random.ts";
import type { World } from "../world.ts";
import type { WidgetCard } from "../yookassa_types.ts";
import { readCardNumber, viewCard } from "./test_cards.ts";

/** Gives a token for a card as it was typed; undefined when it is no card's number. */
export function tokenize({ store, random }: World, typed: string): WidgetCard | undefined {
  const number = readCardNumber(typed);
  if (number === undefined || number.length < 16) return undefined;
  const token = `${randomHex(random, 12)}.SC.001.202607`;
  store.run("insert into yookassa_tokens (token, card) values (?, ?)", token, number);
  return { payout_token: token, ...viewCard(number) };
}

/** The card behind a token. */
export function cardOfToken({ store }: World, token: string): string | undefined {
  return store.one<{ card: string }>("select card from yookassa_tokens where token = ?", token)
    ?.card;
}
