/**
 * While entries are open, also in a pause: their end by the deadline, by the number of tickets or players,
 * or by admins who want the draw now. Guards against a draw that one admin alone forces.
 */
import { assign, enqueueActions } from "xstate";
import { tellEverybody } from "../domain/broadcast.ts";
import type { RaffleEvent } from "../domain/events.ts";
import { FORCED_MINIMUM } from "../domain/panel.ts";
import { ask } from "../supplied.ts";
import { record, stoppable } from "./base_rules.ts";
import { acceptingEntries, pausedEntries } from "./entries.ts";
import { holding, holdingPaused, openingRules } from "./opening.ts";
import type { RaffleContext } from "./raffle_context.ts";
import { isAgreed, liveVote, othersOf } from "./votes.ts";

type Forced = Extract<RaffleEvent, { type: "raffle.force" }>;

/** With the rules of open entries. */
export const openRules = openingRules.extend({
  delays: {
    /** From opening to the end of entries. */
    entriesWindow: ({ context, event }) =>
      context.closesAtMs - ("atMs" in event ? event.atMs : context.openedAtMs),
  },
  guards: {
    hasReachedTrigger: ({ context: { terms, tickets, players } }) =>
      terms.drawAt !== "deadline" &&
      (tickets >= terms.maxTickets ||
        (terms.drawAt === "minimum" && players >= terms.minPlayers)),
    isForceAgreed: ({ context }, { event }: { event: Forced }) =>
      canForce(context, event) && isAgreed(liveVote(context.forceVote, event), event),
    isFirstForceVote: ({ context }, { event }: { event: Forced }) =>
      canForce(context, event) && liveVote(context.forceVote, event) === null &&
      event.vote?.agreesWithMs === undefined,
  },
  actions: {
    force: assign({ isForced: true }),
    /** All other admins are asked to agree. */
    keepForceVote: enqueueActions(({ context, enqueue }, event: Forced) => {
      const { raffleId, tickets, players } = context;
      const { by, vote, atMs } = event;
      enqueue.assign({ forceVote: { by, atMs } });
      const name = vote?.name ?? by;
      const notice = {
        key: "forceAsked" as const,
        raffleId,
        name,
        tickets,
        players,
        askedAtMs: atMs,
      };
      for (const playerId of othersOf(event)) {
        enqueue(ask({ type: "notify", params: { playerId, notice } }));
      }
    }),
  },
});

const accepting = openRules.createStateConfig({
  description: "Anybody may join while there is room.",
  tags: ["acceptingEntries"],
  entry: record("open"),
  on: {
    "raffle.pause": { target: "paused" },
    ...acceptingEntries,
  },
});

const paused = openRules.createStateConfig({
  description: "No new entries; a place that was promised is still kept.",
  tags: ["paused"],
  entry: record("paused"),
  on: {
    "raffle.resume": { target: "accepting" },
    ...pausedEntries,
  },
});

/** Until something ends the entries. */
export const open = openRules.createStateConfig({
  description: "Entries run to the deadline or to the number at which the raffle is drawn.",
  tags: ["stoppable"],
  initial: "accepting",
  after: {
    entriesWindow: {
      description: "The deadline ends entries in any case; a pause does not stop it.",
      target: "closing",
      actions: {
        type: "dropLapsedPlaces",
        params: ({ context }) => ({ atMs: context.closesAtMs }),
      },
    },
  },
  always: {
    description: "Enough players, or no ticket left: judged after every ticket.",
    guard: "hasReachedTrigger",
    target: "closing",
  },
  exit: ["cancelJoinedNotice", "forgetJoinedNotice"],
  on: {
    ...stoppable("open"),
    "raffle.force": [
      {
        description: "Draw now, with two players at least, and as many admins as are needed.",
        guard: { type: "isForceAgreed", params: ({ event }) => ({ event }) },
        target: "closing",
        actions: [
          "force",
          { type: "dropLapsedPlaces", params: ({ event }) => ({ atMs: event.atMs }) },
        ],
      },
      {
        description: "The first of two admins; the others are asked, for an hour.",
        guard: { type: "isFirstForceVote", params: ({ event }) => ({ event }) },
        actions: { type: "keepForceVote", params: ({ event }) => event },
      },
    ],
    "raffle.edit": [
      {
        description: "Another guaranteed prize: the hold follows it, or all stays as it is.",
        guard: "canHoldOtherPaused",
        target: ".holdingPaused",
      },
      {
        description: "Another guaranteed prize: the hold follows it, or all stays as it is.",
        guard: "canHoldOther",
        target: ".holding",
      },
      {
        description: "Nobody has entered: the terms change, and the deadline with them.",
        guard: "canEditPaused",
        target: ".paused",
        reenter: true,
        actions: { type: "edit", params: ({ event }) => event },
      },
      {
        description: "Nobody has entered: the terms change, and the deadline with them.",
        guard: "canEdit",
        target: ".accepting",
        reenter: true,
        actions: { type: "edit", params: ({ event }) => event },
      },
    ],
    "player.exclude": {
      description: "An admin has excluded him; which tickets are his his suspicion reads.",
      actions: { type: "answerExclusion", params: ({ event }) => event },
    },
    "playersJoined.due": {
      description: "Those who joined within the window are told of once.",
      guard: "isNoticeDue",
      actions: [
        "forgetJoinedNotice",
        {
          type: "tell",
          params: ({ context: { raffleId, tickets, players } }) =>
            tellEverybody({ key: "playersJoined", raffleId, tickets, players }),
        },
        record("open"),
      ],
    },
  },
  states: { accepting, paused, holding, holdingPaused },
});

function canForce({ players }: RaffleContext, { seen }: Forced): boolean {
  return players >= FORCED_MINIMUM && (seen === undefined || seen === "open");
}
