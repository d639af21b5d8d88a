/**
 * The teller of one raffle: what everybody in it shall know goes out page by page, one notice after
 * another, so that nobody hears of the draw before the seal. Imports only xstate and
 * `machines/domain`. Guards against a commit with a row for each of 50,000 people, against a person
 * who is told twice, and against old news: with 50,000 people a notice takes half an hour, and who has
 * not heard the number of players when a newer one comes hears only that.
 */
import { assign, enqueueActions, setup } from "xstate";
import {
  type BroadcastCounts,
  type BroadcastCursor,
  type BroadcastEvent,
  type BroadcastInput,
  type BroadcastStatus,
  isForFollowers,
  isForObservers,
  isReplacedBy,
  type MassNotice,
  NO_COUNTS,
  type RecordBroadcast,
  type SendPage,
  type SkipRecipients,
  type TurnPage,
} from "./domain/broadcast.ts";
import type { EffectActions } from "./domain/effects.ts";
import type { PlayerId, RaffleId } from "./domain/events.ts";
import { ask, supplied, suppliedByRuntime } from "./supplied.ts";
import type { BroadcastTag } from "./tags.ts";

/** Format of the stored snapshot. */
export const version = 1;

/** Admins hear of the end of what has reached more than so many; the rest they see in the list. */
const WORTH_A_WORD = 100;

type Added = Extract<BroadcastEvent, { type: "broadcast.add" }>;
type Turn = TurnPage["output"];

/** One notice that waits for its turn. */
export interface WaitingBroadcast {
  /** Within the raffle, 1 for the first. */
  number: number;
  notice: MassNotice;
  winners: PlayerId[];
  told: PlayerId[];
}

/** The one that is being told. */
export interface RunningBroadcast extends WaitingBroadcast {
  cursor: BroadcastCursor;
  counts: BroadcastCounts;
  recipients: number;
  /** 0 until its first page is taken. */
  startedAtMs: number;
  /** A newer one has come: its page goes on to the end, no further one is taken. */
  isReplaced: boolean;
}

/** What a teller remembers; nobody's name but the winners'. */
export interface BroadcastContext {
  raffleId: RaffleId;
  /** Notices taken so far: the number of the newest. */
  added: number;
  /** What is said once only, and was taken. */
  known: MassNotice["key"][];
  running: RunningBroadcast | null;
  waiting: WaitingBroadcast[];
}

/** The rules of a teller. */
export const broadcastMachine = setup({
  types: {
    context: {} as BroadcastContext,
    events: {} as BroadcastEvent,
    input: {} as BroadcastInput,
    tags: {} as BroadcastTag,
  },
  actors: {
    turnPage: supplied<TurnPage>(),
    sendPage: supplied<SendPage>(),
  },
  delays: {
    /** Between two tries of a page that could not be read or sent at all. */
    retryPause: 10_000,
  },
  guards: {
    isKnown: ({ context }, { notice }: { notice: MassNotice }) =>
      context.known.includes(notice.key),
    isPageTaken: (_, params: { turn: Turn }) => params.turn.taken > 0,
    isAnotherWaiting: ({ context }) => context.waiting.length > 0,
  },
  actions: {
    reportToAdmins: (_, _params: EffectActions["reportToAdmins"]) => suppliedByRuntime(),
    recordBroadcast: (_, _params: RecordBroadcast) => suppliedByRuntime(),
    skipRecipients: (_, _params: SkipRecipients) => suppliedByRuntime(),

    /** What it makes old news is not begun, and not gone on with. */
    addNotice: assign(({ context }, { notice, winners, told }: Added) => {
      const number = context.added + 1;
      const isRepeatable = notice.key === "playersJoined";
      const { running } = context;
      return {
        added: number,
        known: isRepeatable ? context.known : [...context.known, notice.key],
        waiting: [
          ...context.waiting.filter((older) => !isReplacedBy(older.notice, notice))
            .map((older) => ({ ...older, told: [...older.told, ...told] })),
          { number, notice, winners, told },
        ],
        running: running === null ? null : {
          ...running,
          told: [...running.told, ...told],
          isReplaced: running.isReplaced || isReplacedBy(running.notice, notice),
        },
      };
    }),
    /** Who has just been told that he won does not hear of the seal after that. */
    skipTold: enqueueActions(({ context: { raffleId, running }, enqueue }, { told }: Added) => {
      if (running === null || told.length === 0) return;
      const params = { raffleId, number: running.number, playerIds: told };
      enqueue(ask({ type: "skipRecipients", params }));
    }),
    beginNext: assign(({ context }) => {
      const [next, ...waiting] = context.waiting;
      return {
        waiting,
        running: next === undefined ? null : {
          ...next,
          cursor: { group: "winners" as const, playerId: "" as const },
          counts: NO_COUNTS,
          recipients: 0,
          startedAtMs: 0,
          isReplaced: false,
        },
      };
    }),
    keepTurn: assign(({ context }, { turn }: { turn: Turn }) => ({
      running: afterTurn(context.running, turn),
    })),
    noteTelling: enqueueActions(({ context, enqueue }, { turn }: { turn: Turn }) => {
      const running = afterTurn(context.running, turn);
      if (running === null) return;
      enqueue(ask({ type: "recordBroadcast", params: row(context, running, "telling", turn) }));
    }),
    /**
     * Counted to the end; the admins are told of a large one. Who came, went or was told otherwise
     * meanwhile was counted at the beginning or not: its recipients are those who were on its pages.
     */
    finish: enqueueActions(({ context, enqueue }, { turn }: { turn: Turn }) => {
      const running = afterTurn(context.running, turn);
      if (running === null) return;
      const isCut = running.isReplaced && total(running.counts) < running.recipients;
      const recipients = isCut ? running.recipients : total(running.counts);
      const ended = { ...running, recipients };
      const params = row(context, ended, isCut ? "replaced" : "told", turn);
      enqueue(ask({ type: "recordBroadcast", params }));
      if (total(running.counts) <= WORTH_A_WORD || running.notice.key === "playersJoined") return;
      enqueue(
        ask({ type: "reportToAdmins", params: { notice: { key: "broadcastEnded", ...params } } }),
      );
    }),
  },
}).createMachine({
  id: "broadcast",
  description: "The teller of one raffle: one notice after another to its winners, participants " +
    "and observers, a page at a time.",
  context: ({ input }) => ({
    raffleId: input.raffleId,
    added: 0,
    known: [],
    running: null,
    waiting: [],
  }),
  initial: "quiet",
  states: {
    quiet: {
      description: "Everybody knows everything.",
      tags: ["resting"],
      on: {
        "broadcast.add": [
          {
            description: "It was told before: nobody hears it twice.",
            guard: { type: "isKnown", params: ({ event }) => event },
          },
          {
            target: "telling",
            actions: [{ type: "addNotice", params: ({ event }) => event }, "beginNext"],
          },
        ],
      },
    },
    telling: {
      description: "A notice is on its way to everybody.",
      tags: ["telling"],
      initial: "turning",
      on: {
        "broadcast.add": [
          {
            description: "It was told before, or waits already.",
            guard: { type: "isKnown", params: ({ event }) => event },
          },
          {
            description: "It waits for the page under way; what it makes old news ends there.",
            actions: [
              { type: "skipTold", params: ({ event }) => event },
              { type: "addNotice", params: ({ event }) => event },
            ],
          },
        ],
      },
      states: {
        turning: {
          description: "The page before is counted and gone, the next is written, in one commit.",
          invoke: {
            id: "turnPage",
            src: "turnPage",
            input: ({ context }) => nextPage(context),
            onDone: [
              {
                guard: { type: "isPageTaken", params: ({ event }) => ({ turn: event.output }) },
                target: "sending",
                actions: [
                  { type: "noteTelling", params: ({ event }) => ({ turn: event.output }) },
                  { type: "keepTurn", params: ({ event }) => ({ turn: event.output }) },
                ],
              },
              {
                description: "Nobody is left; the next notice begins.",
                guard: "isAnotherWaiting",
                target: "turning",
                reenter: true,
                actions: [
                  { type: "finish", params: ({ event }) => ({ turn: event.output }) },
                  "beginNext",
                ],
              },
              {
                target: "#broadcast.quiet",
                actions: [
                  { type: "finish", params: ({ event }) => ({ turn: event.output }) },
                  "beginNext",
                ],
              },
            ],
            onError: { target: "waitingToTurn" },
          },
        },
        waitingToTurn: {
          description: "The page could not be written; it is tried again.",
          tags: ["waiting"],
          after: { retryPause: { target: "turning" } },
        },
        sending: {
          description: "Each of the page is told at most once, at Telegram's pace; begun again " +
            "after a crash it goes on with those who were not tried.",
          invoke: {
            id: "sendPage",
            src: "sendPage",
            input: ({ context }) => thePage(context),
            onDone: { target: "turning" },
            onError: { target: "waitingToSend" },
          },
        },
        waitingToSend: {
          description: "Telegram cannot be had; those not tried yet wait.",
          tags: ["waiting"],
          after: { retryPause: { target: "sending" } },
        },
      },
    },
  },
});

function afterTurn(running: RunningBroadcast | null, turn: Turn): RunningBroadcast | null {
  if (running === null) return null;
  const { counts } = running;
  return {
    ...running,
    cursor: turn.cursor,
    recipients: turn.recipients ?? running.recipients,
    startedAtMs: running.startedAtMs === 0 ? turn.atMs : running.startedAtMs,
    counts: {
      sent: counts.sent + turn.counts.sent,
      blocked: counts.blocked + turn.counts.blocked,
      uncertain: counts.uncertain + turn.counts.uncertain,
      failed: counts.failed + turn.counts.failed,
    },
  };
}

function total({ sent, blocked, uncertain, failed }: BroadcastCounts): number {
  return sent + blocked + uncertain + failed;
}

function nextPage({ raffleId, running }: BroadcastContext): TurnPage["input"] {
  const { number, notice, cursor, winners, told, isReplaced } = asRunning(running);
  return {
    raffleId,
    number,
    after: isReplaced ? { ...cursor, group: "none" } : cursor,
    winners,
    told,
    withObservers: isForObservers(notice),
    isForFollowers: isForFollowers(notice),
  };
}

function thePage({ raffleId, running }: BroadcastContext): SendPage["input"] {
  const { number, notice } = asRunning(running);
  return { raffleId, number, notice };
}

function asRunning(running: RunningBroadcast | null): RunningBroadcast {
  if (running === null) throw new Error("Nothing is being told");
  return running;
}

function row(
  { raffleId }: BroadcastContext,
  { number, notice, recipients, counts, startedAtMs }: RunningBroadcast,
  status: BroadcastStatus,
  { atMs }: Turn,
): RecordBroadcast {
  return {
    raffleId,
    number,
    notice: notice.key,
    status,
    recipients,
    counts,
    startedAtMs,
    atMs,
  };
}
