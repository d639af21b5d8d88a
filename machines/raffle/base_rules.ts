/**
 * What all parts of a raffle stand on: its types, what the runtime supplies, and the deeds of more than
 * one part. Each part extends the rules of the part before it, so that the last one has all of them.
 */
import { assign, enqueueActions, setup } from "xstate";
import { tellEverybody } from "../domain/broadcast.ts";
import type {
  EffectActions,
  EffectSources,
  TransactionalActions,
  TransactionalSources,
} from "../domain/effects.ts";
import type { RaffleEvent, RaffleInput } from "../domain/events.ts";
import type { RaffleStage } from "../domain/panel.ts";
import type { CancelReason } from "../domain/refusals.ts";
import { type RaffleEnding, toSeries } from "../domain/series.ts";
import { ask, supplied, suppliedByRuntime } from "../supplied.ts";
import type { RaffleTag } from "../tags.ts";
import { type RaffleContext, rowOf } from "./raffle_context.ts";

/** Characters of an admin's public reason; the snapshot has to stay small. */
const MAX_REASON = 300;

/** The rules of every part. */
export const baseRules = setup({
  types: {
    context: {} as RaffleContext,
    events: {} as RaffleEvent,
    input: {} as RaffleInput,
    tags: {} as RaffleTag,
  },
  actors: {
    holdGuarantee: supplied<TransactionalSources["holdGuarantee"]>(),
    openClaims: supplied<TransactionalSources["openClaims"]>(),
    countPlayers: supplied<TransactionalSources["countPlayers"]>(),
    pageTickets: supplied<TransactionalSources["pageTickets"]>(),
    takeDrawTicket: supplied<EffectSources["takeDrawTicket"]>(),
    sealTickets: supplied<EffectSources["sealTickets"]>(),
    fetchBeacon: supplied<EffectSources["fetchBeacon"]>(),
    requestDraw: supplied<EffectSources["requestDraw"]>(),
    verifyDraw: supplied<EffectSources["verifyDraw"]>(),
  },
  delays: {
    /** Between two tries of an outside system. */
    retryPause: 10_000,
    /** What follows happens in a commit of its own. */
    nextCommit: 0,
  },
  guards: {
    /**
     * What the admin was asked about is what he would do. Once there was a draw, nobody ends the raffle
     * alone.
     */
    isAsSeen: (
      { context },
      { seen, now }: { seen: RaffleStage | undefined; now: RaffleStage },
    ) => !context.redraw && (seen === undefined || seen === now),
    isFirstDraw: ({ context }) => !context.redraw,
    isDrawWaitUntold: ({ context }) => !context.isDrawWaitTold,
  },
  actions: {
    notify: (_, _params: EffectActions["notify"]) => suppliedByRuntime(),
    announce: (_, _params: EffectActions["announce"]) => suppliedByRuntime(),
    tell: (_, _params: TransactionalActions["tell"]) => suppliedByRuntime(),
    postTransfers: (_, _params: TransactionalActions["postTransfers"]) => suppliedByRuntime(),
    recordTicket: (_, _params: TransactionalActions["recordTicket"]) => suppliedByRuntime(),
    recordRaffle: (_, _params: TransactionalActions["recordRaffle"]) => suppliedByRuntime(),
    archiveDraw: (_, _params: TransactionalActions["archiveDraw"]) => suppliedByRuntime(),
    recordClaim: (_, _params: TransactionalActions["recordClaim"]) => suppliedByRuntime(),
    reportToAdmins: (_, _params: EffectActions["reportToAdmins"]) => suppliedByRuntime(),

    keepCancellation: assign((
      _,
      params: { reason: CancelReason; publicReason: string; atMs: number },
    ) => ({
      cancelReason: params.reason,
      publicReason: params.publicReason.slice(0, MAX_REASON),
      cancelledAtMs: params.atMs,
      places: {},
    })),
    /** Its series may open the next one. */
    leaveSeries: enqueueActions((
      { context: { raffleId, series }, enqueue },
      { ending }: { ending: RaffleEnding },
    ) => {
      if (!series) return;
      const params = toSeries(series.seriesId, { type: "raffle.ended", raffleId, ending });
      enqueue(ask({ type: "tell", params }));
    }),
    /** The players are told once that RANDOM.ORG cannot be had. */
    tellDrawWaits: enqueueActions(({ context: { raffleId }, enqueue }) => {
      enqueue.assign({ isDrawWaitTold: true });
      enqueue(ask({ type: "tell", params: tellEverybody({ key: "drawWaits", raffleId }) }));
    }),
  },
});

/** What a state may do on events, as far as these rules go. */
export type RaffleTransitions = NonNullable<
  Parameters<typeof baseRules.createStateConfig>[0]["on"]
>;

/** It is written down with this status. */
export function record(status: string): {
  type: "recordRaffle";
  params: (args: { context: RaffleContext }) => TransactionalActions["recordRaffle"];
} {
  return { type: "recordRaffle", params: ({ context }) => rowOf(context, status) };
}

/** What an admin has ended, with his words. */
export function stopped({ reason, atMs }: { reason: string; atMs: number }): {
  reason: CancelReason;
  publicReason: string;
  atMs: number;
} {
  return { reason: "stoppedByAdmin", publicReason: reason, atMs };
}

/** Words that everybody reads, as they can be stored and sealed. */
export function publicWords(words: string): string {
  return words.trim().slice(0, MAX_REASON).replaceAll("\0", "").toWellFormed();
}

/** An admin may end it, if he was asked about it as it is. */
export function stoppable(stage: RaffleStage): RaffleTransitions {
  return {
    "raffle.stop": {
      guard: { type: "isAsSeen", params: ({ event: { seen } }) => ({ seen, now: stage }) },
      target: "#raffle.cancelling",
      actions: { type: "keepCancellation", params: ({ event }) => stopped(event) },
    },
  };
}
