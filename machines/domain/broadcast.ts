/**
 * What all people of a raffle are told, whom it reaches and in what order, and how far it has come.
 * JSON-safe; imports only its neighbours.
 */
import type { Notice, PlayerId, RaffleId, Tell } from "./events.ts";

/** Words for everybody in a raffle: at most once to each, and never repeated blindly. */
export type MassNotice = Extract<
  Notice,
  {
    key:
      | "seriesOpened"
      | "playersJoined"
      | "drawWaits"
      | "sealed"
      | "disputed"
      | "drawn"
      | "prizesPassed"
      | "redrawn"
      | "cancelled";
  }
>;

/** Words for one person, which he must learn: repeated until they are known to have arrived. */
export type PersonalNotice = Exclude<Notice, MassNotice>;

/** What the teller of a raffle is made from. */
export interface BroadcastInput {
  raffleId: RaffleId;
}

/** What the teller of a raffle takes. */
export type BroadcastEvent = {
  /** From the raffle: everybody shall know. */
  type: "broadcast.add";
  notice: MassNotice;
  /** Told before everybody else. */
  winners: PlayerId[];
  /** Told otherwise already: they are left out, also of what is still being told. */
  told: PlayerId[];
};

/** The groups, in the order in which they are told; `none` takes nobody. */
export type BroadcastGroup = "winners" | "participants" | "observers" | "followers" | "none";

/** The last one whose page was taken; the empty id before the first of a group. */
export interface BroadcastCursor {
  group: BroadcastGroup;
  playerId: PlayerId | "";
}

/** What became of those whose pages are over. */
export interface BroadcastCounts {
  sent: number;
  /** They have blocked the bot or had their data deleted, or Telegram knows no such chat. */
  blocked: number;
  /** The call was made and nobody knows whether it arrived; it is not repeated. */
  uncertain: number;
  /** Telegram refused the message itself. */
  failed: number;
}

/** Nobody yet. */
export const NO_COUNTS: BroadcastCounts = { sent: 0, blocked: 0, uncertain: 0, failed: 0 };

/** How a broadcast stands: under way, over, or ended before its last page by a newer one. */
export type BroadcastStatus = "telling" | "told" | "replaced";

/** One page's worth of work, written in the commit of the step: see `TransactionalSources`. */
export interface TurnPage {
  input: {
    raffleId: RaffleId;
    /** Of the broadcast within its raffle, 1 for the first. */
    number: number;
    after: BroadcastCursor;
    winners: PlayerId[];
    told: PlayerId[];
    withObservers: boolean;
    /** Those who follow its series, and nobody else. */
    isForFollowers: boolean;
  };
  output: {
    /** People on the new page; 0: there is nobody left. */
    taken: number;
    /** Of the new page's last one. */
    cursor: BroadcastCursor;
    /** How many it will reach; counted with the first page only. */
    recipients: number | null;
    /** What became of the page before. */
    counts: BroadcastCounts;
    atMs: number;
  };
}

/** One page told outside: each of it at most once, however often it is begun again. */
export interface SendPage {
  input: { raffleId: RaffleId; number: number; notice: MassNotice };
  /** The last refusal, in Telegram's words, for those who look into the log of events. */
  output: { refusal?: string };
}

/** How a broadcast stands, for admins. */
export interface RecordBroadcast {
  raffleId: RaffleId;
  number: number;
  notice: MassNotice["key"];
  status: BroadcastStatus;
  /** As counted at the beginning; of one that was told to its end, the sum of its counts. */
  recipients: number;
  counts: BroadcastCounts;
  startedAtMs: number;
  atMs: number;
}

/** Those of a page under way who are told something better: the rest of the page goes on. */
export interface SkipRecipients {
  raffleId: RaffleId;
  number: number;
  playerIds: PlayerId[];
}

/**
 * What is said in the announcement channel: the opening, and what observers are told. A bot cannot ask
 * who follows a channel, nor write to somebody who never wrote to it, so followers are told there.
 */
export type Occasion = "opened" | "sealed" | "drawn" | "redrawn" | "cancelled";

/**
 * Whether those who have not been told the older one shall be told the newer one only. Nobody wants
 * yesterday's number of players, or to hear that the draw waits, or that entries are open, when it is
 * not so any more; the seal and how it ended everybody hears, in this order.
 */
export function isReplacedBy(older: MassNotice, newer: MassNotice): boolean {
  if (newer.key === "playersJoined") return older.key === "playersJoined";
  return ["seriesOpened", "playersJoined", "drawWaits"].includes(older.key);
}

/** Whether those who only looked at the raffle are told: that it is about to end, and how it ended. */
export function isForObservers({ key }: MassNotice): boolean {
  return key === "sealed" || key === "drawn" || key === "redrawn" || key === "cancelled";
}

/** Whether only those are told who follow the raffle's series. */
export function isForFollowers({ key }: MassNotice): boolean {
  return key === "seriesOpened";
}

/** Tells everybody in a raffle; its teller is made with the first notice. */
export function tellEverybody(
  notice: MassNotice,
  { winners = [], told = [] }: { winners?: PlayerId[]; told?: PlayerId[] } = {},
): Tell<BroadcastEvent> {
  const { raffleId } = notice;
  return {
    to: `broadcast/${raffleId}`,
    event: { type: "broadcast.add", notice, winners, told },
    create: { raffleId } satisfies BroadcastInput,
  };
}
