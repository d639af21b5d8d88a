/**
 * Before the first entry: the draft, other terms as long as nobody has entered, and the hold for a
 * guaranteed prize. Guards against a promise that the owner's capital does not cover.
 */
import { and, assign, enqueueActions, not, or, stateIn } from "xstate";
import type { RaffleEvent } from "../domain/events.ts";
import { endOfHold, type HoldGuarantee, NO_GUARANTEE } from "../domain/guarantee.ts";
import { hasEntries, type RaffleChanges } from "../domain/panel.ts";
import { changeTerms, withChanges } from "../domain/raffle_terms.ts";
import { type OpeningRefusal, toSeries } from "../domain/series.ts";
import { ask } from "../supplied.ts";
import { record, stoppable } from "./base_rules.ts";
import { acceptingEntries, entriesRules, pausedEntries, refusing } from "./entries.ts";
import type { RaffleContext } from "./raffle_context.ts";

type Edited = Extract<RaffleEvent, { type: "raffle.edit" }>;
type Held = HoldGuarantee["output"];
type Asked = { context: RaffleContext; event: RaffleEvent };

/** Another guaranteed prize is asked for; other messages may come before the answer, in its commit. */
const isHolding = or([stateIn({ open: "holding" }), stateIn({ open: "holdingPaused" })]);
const isPaused = stateIn({ open: "paused" });
const isFit = ({ context, event }: Asked) => canEdit(context, event);
const isOtherHold = ({ context, event }: Asked) => canHoldOther(context, event);

/** With the rules of the opening. */
export const openingRules = entriesRules.extend({
  guards: {
    canEdit: and([not(isHolding), isFit]),
    canEditPaused: and([isPaused, isFit]),
    canHoldOther: and([not(isHolding), isOtherHold]),
    canHoldOtherPaused: and([isPaused, isOtherHold]),
    isGuaranteed: ({ context }) => context.terms.guaranteedPrize !== undefined,
    isHeld: (_, params: { held: Held }) => params.held.isHeld,
  },
  actions: {
    /** The deadline counts from here; the series hears of it, and then everybody. */
    startEntries: enqueueActions(({ context, enqueue }, { atMs }: { atMs: number }) => {
      const { raffleId, terms, series } = context;
      enqueue.assign({ openedAtMs: atMs, closesAtMs: atMs + terms.durationMs });
      if (series) {
        const params = toSeries(series.seriesId, { type: "raffle.opened", raffleId, atMs });
        enqueue(ask({ type: "tell", params }));
      }
      enqueue(ask({ type: "announce", params: { raffleId, occasion: "opened" } }));
    }),
    /** It stays a draft; its series decides what becomes of it. */
    missOpening: enqueueActions((
      { context: { raffleId, series }, enqueue },
      { reason }: { reason: OpeningRefusal },
    ) => {
      if (!series) return;
      const params = toSeries(series.seriesId, { type: "raffle.refused", raffleId, reason });
      enqueue(ask({ type: "tell", params }));
    }),
    edit: assign(({ context }, { changes }: Edited) => {
      const read = changeTerms(context, changes);
      if (!read.isValid) return {};
      const { terms } = read;
      const { openedAtMs } = context;
      return { terms, ...(openedAtMs === 0 ? {} : { closesAtMs: openedAtMs + terms.durationMs }) };
    }),
    keepHold: assign(({ context }, { held }: { held: Held }) =>
      held.isHeld
        ? {
          guarantee: held.guarantee,
          guaranteeRefusal: null,
          terms: withChanges(context.terms, { guaranteedPrize: held.prize }),
        }
        : {}
    ),
    keepHoldRefusal: assign((_, { held }: { held: Held }) => {
      if (held.isHeld) return {};
      const { needed, covered, atMs } = held;
      return { guaranteeRefusal: { needed, covered, atMs } };
    }),
    /** There is no draw: the owner's capital is free again. */
    releaseGuarantee: enqueueActions(({ context, enqueue }) => {
      const { raffleId, guarantee = NO_GUARANTEE } = context;
      const holds = endOfHold({ raffleId, guarantee, posted: null });
      if (holds.length === 0) return;
      enqueue.assign({ guarantee: { ...guarantee, held: null } });
      enqueue(ask({ type: "postTransfers", params: { transfers: [], holds } }));
    }),
  },
});

/** Nobody has seen it yet. */
export const draft = openingRules.createStateConfig({
  description: "Made, not opened. It may lie here for as long as nobody opens it.",
  tags: ["draft", "stoppable", "resting"],
  entry: record("draft"),
  on: {
    "raffle.open": [
      {
        description: "First the reserve has to cover the guaranteed prize.",
        guard: "isGuaranteed",
        target: "opening",
      },
      {
        target: "open",
        actions: { type: "startEntries", params: ({ event }) => event },
      },
    ],
    "raffle.edit": {
      description: "Nobody has seen it yet.",
      guard: "canEdit",
      target: "draft",
      reenter: true,
      actions: { type: "edit", params: ({ event }) => event },
    },
    ...stoppable("draft"),
    ...refusing("notOpen"),
  },
});

/** The owner's capital is asked. */
export const opening = openingRules.createStateConfig({
  description: "The guaranteed prize is held of the owner's capital, in the same commit.",
  tags: ["draft", "holding"],
  invoke: {
    id: "holdGuarantee",
    src: "holdGuarantee",
    input: ({ context, event }) => holdAsked(context, event),
    onDone: [
      {
        guard: { type: "isHeld", params: ({ event }) => ({ held: event.output }) },
        target: "open",
        actions: [
          { type: "keepHold", params: ({ event }) => ({ held: event.output }) },
          { type: "startEntries", params: ({ event }) => event.output },
        ],
      },
      {
        description: "The reserve does not cover it: nothing is held, nothing is open.",
        target: "draft",
        actions: [
          { type: "keepHoldRefusal", params: ({ event }) => ({ held: event.output }) },
          { type: "missOpening", params: { reason: "reserveTooLow" } },
        ],
      },
    ],
    onError: {
      target: "draft",
      actions: { type: "missOpening", params: { reason: "notNow" } },
    },
  },
});

/** Another guaranteed prize is asked for while entries are open, or paused; that goes on. */
const holdingOther = (back: "accepting" | "paused") =>
  openingRules.createStateConfig({
    invoke: {
      id: "holdGuarantee",
      src: "holdGuarantee",
      input: ({ context, event }) => holdAsked(context, event),
      onDone: [
        {
          guard: { type: "isHeld", params: ({ event }) => ({ held: event.output }) },
          target: back,
          actions: { type: "keepHold", params: ({ event }) => ({ held: event.output }) },
        },
        {
          description: "The reserve does not cover it: the old hold and the old terms stay.",
          target: back,
          actions: { type: "keepHoldRefusal", params: ({ event }) => ({ held: event.output }) },
        },
      ],
      onError: { target: back },
    },
  });

/** While entries are open. */
export const holding = openingRules.createStateConfig({
  ...holdingOther("accepting"),
  description: "Another guaranteed prize is held, in the same commit. What comes in it before " +
    "the answer is taken as always, but no other terms.",
  tags: ["acceptingEntries", "holding"],
  on: acceptingEntries,
});

/** While they are paused. */
export const holdingPaused = openingRules.createStateConfig({
  ...holdingOther("paused"),
  description: "The same during a pause, which goes on.",
  tags: ["paused", "holding"],
  on: pausedEntries,
});

/** Whether nobody has entered or is about to, and what it would be is a raffle that has not ended. */
function canEdit(context: RaffleContext, event: RaffleEvent): boolean {
  if (event.type !== "raffle.edit") return false;
  const { changes, atMs } = event;
  const { terms, openedAtMs } = context;
  if (hasEntries(context, atMs)) return false;
  const read = changeTerms(context, changes);
  if (!read.isValid || openedAtMs === 0) return read.isValid;
  // The hold follows in a step of its own, which changes nothing else.
  if (isOtherGuarantee(context, changes) && Object.keys(changes).length > 1) return false;
  // Invoices that are out were promised the old number, and each player's own actor keeps to that.
  const isPromiseKept = read.terms.ticketsPerPlayer >= terms.ticketsPerPlayer;
  return isPromiseKept && openedAtMs + read.terms.durationMs > atMs;
}

function isOtherGuarantee({ terms }: RaffleContext, changes: RaffleChanges): boolean {
  return "guaranteedPrize" in changes &&
    changes.guaranteedPrize?.minor !== terms.guaranteedPrize?.minor;
}

/** Whether an open raffle may be edited, and something else must be held then. */
function canHoldOther(context: RaffleContext, event: RaffleEvent): boolean {
  return event.type === "raffle.edit" && canEdit(context, event) &&
    isOtherGuarantee(context, event.changes);
}

/** At the opening what the terms guarantee, at an edit what it changes that to. */
function holdAsked(
  { raffleId, terms, guarantee = NO_GUARANTEE }: RaffleContext,
  event: RaffleEvent,
): HoldGuarantee["input"] {
  const { guaranteedPrize } = event.type === "raffle.edit" ? event.changes : terms;
  const atMs = "atMs" in event ? event.atMs : 0;
  return { raffleId, guarantee, prize: guaranteedPrize ?? null, atMs };
}
