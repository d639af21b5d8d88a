/** The open cards over SQL. */
import type { Database } from "../../db/connection.ts";
import {
  forgetCard,
  forgetCardsOf,
  pageCards,
  queueCardEdits,
  readSettledRaffle,
  rememberCard,
} from "../../db/raffle_cards.ts";
import type { Language } from "../../machines/domain/events.ts";
import type { Cards } from "../telegram/cards_port.ts";

/** The effect that brings cards up to date; see `adapters/telegram/effects/edit_cards.ts`. */
export const EDIT_CARDS = "editCards";
const ENDS: ReadonlySet<string> = new Set(["settled", "refunded"]);

/** Implements the port. */
export function createSqlCards(database: Database): Cards {
  return {
    async open(card, shown) {
      const { raffleId, messageId, touchedAtMs: atMs } = card;
      // What has ended does not change any more.
      if (ENDS.has(shown.status)) return;
      await rememberCard(database, card);
      // Whoever changes the raffle from here on finds the card; who did before is noticed here.
      const now = await readSettledRaffle(database, raffleId);
      if (now?.status === shown.status && now.tickets === shown.tickets) return;
      const address = `raffle/${raffleId}`;
      const key = `${address}#card/${card.chatId}/${messageId}`;
      await queueCardEdits(database, {
        effect: EDIT_CARDS,
        raffles: [{ key, address, raffleId, atMs }],
      });
    },
    async page(page) {
      const rows = await pageCards(database, page);
      return rows.map((row) => ({
        ...row,
        raffleId: page.raffleId,
        language: row.language as Language,
      }));
    },
    forget: (card) => forgetCard(database, card),
    forgetAll: (raffleId) => forgetCardsOf(database, raffleId),
  };
}
