/**
 * One raffle, from draft to the credited prize or the last refund. It counts tickets and places and
 * never holds a list: with 100,000 tickets it is as small as with ten. Its parts are in `raffle/`, in
 * the order of its life; here they are one chart. Imports only xstate and `machines/domain`. Guards
 * against a ticket too many, a draw that is repeated, and a payment that gets no answer.
 */
import { claiming, verified } from "./raffle/claiming.ts";
import { closing } from "./raffle/closing.ts";
import { awaitingBeacon, disputed, drawing, sealed } from "./raffle/drawing.ts";
import {
  cancelling,
  raffleRules,
  refunded,
  refunding,
  settled,
  settling,
} from "./raffle/ending.ts";
import { refusing } from "./raffle/entries.ts";
import { open } from "./raffle/open.ts";
import { draft, opening } from "./raffle/opening.ts";
import { firstContext } from "./raffle/raffle_context.ts";

export type { RaffleContext } from "./raffle/raffle_context.ts";

/** Format of the stored snapshot. */
export const version = 1;

/** Unless a state says otherwise, entries have ended. */
const closed = refusing("closed");

/** The rules of a raffle. */
export const raffleMachine = raffleRules.createMachine({
  id: "raffle",
  description: "A prize draw: entries, a sealed list, one signed draw, one payout per prize. " +
    "Every state answers quotes, places and claims, so that no money hangs.",
  context: ({ input }) => firstContext(input),
  initial: "draft",
  on: {
    "entry.quote": closed["entry.quote"],
    "place.reserve": closed["place.reserve"],
    "place.released": {
      description: "A place that will not be used makes room, in every state.",
      actions: { type: "dropPlace", params: ({ event }) => ({ untilMs: event.untilMs }) },
    },
    "ticket.claim": closed["ticket.claim"],
    "ticket.void": {
      description: "The list is closed: the ticket stands, or goes back with all others.",
    },
    "player.exclude": {
      description: "The list is closed: it stands as it is.",
    },
    "tickets.exclude": {
      description: "The list was closed meanwhile: it stands as it is, or all goes back.",
    },
  },
  states: {
    draft,
    opening,
    open,
    closing,
    sealed,
    awaitingBeacon,
    drawing,
    verified,
    claiming,
    settling,
    settled,
    disputed,
    cancelling,
    refunding,
    refunded,
  },
});
