/** What the tellers of raffles ask to be written, or answered, within their own commit. */
import type { TransactionalHandler, TransactionalItem } from "../../actors/define_actor.ts";
import {
  BROADCAST_RANKS,
  countRecipients,
  NOBODY_LEFT,
  type PageTurn,
  recordBroadcasts,
  recordObservers,
  skipDeliveries,
  turnPage,
} from "../../db/broadcasts.ts";
import type { Connection } from "../../db/connection.ts";
import type {
  BroadcastGroup,
  RecordBroadcast,
  SkipRecipients,
  TurnPage,
} from "../../machines/domain/broadcast.ts";
import type { TransactionalActions } from "../../machines/domain/effects.ts";

const ranks: Record<BroadcastGroup, number> = {
  winners: 0,
  participants: 1,
  observers: 2,
  followers: 3,
  none: NOBODY_LEFT,
};

/** By the names in the machines. */
export const broadcastSources: Record<
  "turnPage" | "recordBroadcast" | "skipRecipients" | "recordObserver",
  TransactionalHandler
> = {
  turnPage: (items: readonly TransactionalItem<TurnPage["input"]>[], tx) =>
    Promise.all(items.map(async (item) => ({ output: await turn(item, tx) }))),

  recordBroadcast: async (items: readonly TransactionalItem<RecordBroadcast>[], tx) =>
    await recordBroadcasts(
      tx,
      items.map(({ params: { counts, ...broadcast } }) => ({ ...broadcast, ...counts })),
    ),

  skipRecipients: async (items: readonly TransactionalItem<SkipRecipients>[], tx) => {
    await Promise.all(items.map(({ params }) => skipDeliveries(tx, params)));
  },

  recordObserver: async (
    items: readonly TransactionalItem<TransactionalActions["recordObserver"]>[],
    tx,
  ) => await recordObservers(tx, items.map(({ params }) => params)),
};

async function turn(
  { params: { after, ...asked }, atMs }: TransactionalItem<TurnPage["input"]>,
  tx: Connection,
): Promise<TurnPage["output"]> {
  const page: PageTurn = { ...asked, rank: ranks[after.group], playerId: after.playerId };
  const isFirst = after.group === "winners" && after.playerId === "";
  const recipients = isFirst ? await countRecipients(tx, page) : null;
  const { taken, rank, player_id, ...counts } = await turnPage(tx, page);
  const group = rank === null ? undefined : BROADCAST_RANKS[rank];
  return {
    taken,
    cursor: group === undefined ? after : { group, playerId: player_id ?? "" },
    recipients,
    counts,
    atMs,
  };
}
