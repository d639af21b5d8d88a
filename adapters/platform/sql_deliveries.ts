/** What the tellers' effects keep of their attempts, over SQL; many at once go in one statement. */
import {
  beginAnnouncement,
  beginPage,
  claimDeliveries,
  endAnnouncement,
  giveBackAnnouncement,
  hasFailedBefore,
  recordDeliveries,
} from "../../db/broadcasts.ts";
import type { Database } from "../../db/connection.ts";
import type { Language } from "../../machines/domain/events.ts";
import type { Announcements } from "../telegram/effects/announce.ts";
import type { Deliveries, DeliveryState } from "../telegram/effects/send_page.ts";
import { gatherQuestions } from "./gather_questions.ts";

/** Implements the port; see there. */
export function createSqlDeliveries(database: Database): Deliveries {
  return {
    async begin(page) {
      const rows = await beginPage(database, page);
      const claims = gatherQuestions(async (playerIds: readonly string[]) => {
        const claimed = await claimDeliveries(database, { ...page, playerIds });
        return new Map(claimed.map((playerId) => [playerId, true]));
      });
      type Ended = { playerId: string; state: DeliveryState };
      const records = gatherQuestions(async (outcomes: readonly Ended[]) => {
        // Nearly all of them have one outcome.
        for (const [state, ended] of Map.groupBy(outcomes, (outcome) => outcome.state)) {
          const playerIds = ended.map(({ playerId }) => playerId);
          await recordDeliveries(database, { ...page, playerIds, state });
        }
        return new Map<Ended, true>();
      });
      return {
        recipients: rows.map((row) => ({
          playerId: row.player_id,
          chatId: Number(row.chat_id),
          language: row.language as Language,
          isObserver: row.rank === 2,
        })),
        claim: async (playerId) => await claims(playerId) === true,
        record: async (playerId, state) => void await records({ playerId, state }),
      };
    },
  };
}

/** Implements the port; see there. */
export function createSqlAnnouncements(database: Database): Announcements {
  return {
    async begin(announcement) {
      const state = await beginAnnouncement(database, postOf(announcement));
      return state === "new" || state === "sending" ? state : "ended";
    },
    giveBack: (announcement) => giveBackAnnouncement(database, postOf(announcement)),
    end: (announcement, state) => endAnnouncement(database, { ...postOf(announcement), state }),
    hasFailedBefore: (announcement) => hasFailedBefore(database, postOf(announcement)),
  };
}

/** Each draw of a raffle has posts of its own. */
function postOf(
  { raffleId, occasion, draw = 1 }: Parameters<Announcements["begin"]>[0],
): { raffleId: string; occasion: string } {
  return { raffleId, occasion: draw === 1 ? occasion : `${occasion} ${draw}` };
}
