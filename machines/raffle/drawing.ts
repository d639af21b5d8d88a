/**
 * From the seal to a result that counts, or to the dispute about it. Guards against a second draw under one
 * seal, and an answer that nobody can check.
 */
import { assign, enqueueActions } from "xstate";
import { type MassNotice, tellEverybody } from "../domain/broadcast.ts";
import { BEACON_PATIENCE_MS } from "../domain/draw/beacon.ts";
import { prizePool } from "../domain/draw/split_prize.ts";
import type { EffectActions, EffectSources } from "../domain/effects.ts";
import { NO_GUARANTEE } from "../domain/guarantee.ts";
import { firstClaims } from "../domain/prize_claims.ts";
import { ask } from "../supplied.ts";
import { record, stoppable } from "./base_rules.ts";
import { closingRules } from "./closing.ts";
import { drawOf, type RaffleContext, type Verdict } from "./raffle_context.ts";
import { anotherDraw, refundOfDispute, refundOfRedraw } from "./redraw.ts";

type Requested = EffectSources["requestDraw"]["output"];

/** With the rules of the draw. */
export const drawingRules = closingRules.extend({
  delays: {
    /** The seal is public and the raffle can still be stopped; then its round is made. */
    sealPause: ({ context: { terms, sealedAtMs, beacon } }) =>
      beacon ? Math.max(0, beacon.atMs - sealedAtMs) : terms.sealPauseMs,
    /** A round that is due is waited for no longer. */
    beaconPatience: BEACON_PATIENCE_MS,
  },
  guards: {
    namesRound: ({ context }) => Boolean(context.beacon),
    isResultWhole: ({ context }, params: { verdict: Verdict }) =>
      params.verdict.isValid && isWhole(context, params.verdict),
    isImpossible: (_, params: { requested: Requested }) => "fault" in params.requested,
    isDisputedAlready: ({ context }) => context.disputeReason !== null,
  },
  actions: {
    keepBeacon: assign(({ context: { beacon } }, { signature }: { signature: string }) => ({
      beacon: beacon ? { ...beacon, signature } : null,
    })),
    keepResult: assign(({ context }, params: { verdict: Verdict }) =>
      params.verdict.isValid
        ? {
          pot: params.verdict.pot,
          commission: params.verdict.commission,
          topUp: params.verdict.topUp ?? null,
          winners: params.verdict.winners,
          ...(context.terms.claimWithinMs === undefined
            ? {}
            : { claims: firstClaims({ reserves: [], ...params.verdict }) }),
        }
        : {}
    ),
    /** Whoever learns of it for the first time: everybody in the raffle, once. */
    dispute: enqueueActions(({ context, enqueue }, { reason }: { reason: string }) => {
      const { raffleId, disputeReason } = context;
      enqueue.assign({ disputeReason: reason });
      if (disputeReason !== null) return;
      const params = tellEverybody({ key: "disputed", raffleId, reason });
      enqueue(ask({ type: "tell", params }));
    }),
  },
});

/** The seal is shown. */
export const sealed = drawingRules.createStateConfig({
  description: "The seal is public. For a short while the raffle can still be stopped.",
  tags: ["closed", "sealed", "stoppable"],
  entry: [
    record("sealed"),
    {
      type: "tell",
      params: ({ context }) => tellEverybody(sealNotice(context)),
    },
    {
      type: "announce",
      params: ({ context }) => announced(context, "sealed"),
    },
  ],
  after: {
    sealPause: [
      { guard: "namesRound", target: "awaitingBeacon" },
      { target: "drawing" },
    ],
  },
  on: {
    ...stoppable("sealed"),
    ...refundOfRedraw,
  },
});

/** The round that the seal names is due. */
export const awaitingBeacon = drawingRules.createStateConfig({
  description: "The drand round that the seal names is due: its value goes into the request, so " +
    "that the draw was made after it. It can still be stopped.",
  tags: ["closed", "sealed", "stoppable"],
  initial: "fetching",
  after: {
    beaconPatience: {
      description: "It is not to be had: the request says so, and the draw is not held up.",
      target: "drawing",
    },
  },
  on: {
    ...stoppable("sealed"),
    ...refundOfRedraw,
  },
  states: {
    fetching: {
      description: "drand is asked; only the round's own signature counts.",
      invoke: {
        id: "fetchBeacon",
        src: "fetchBeacon",
        input: ({ context }) => ({ raffleId: context.raffleId }),
        onDone: {
          target: "#raffle.drawing",
          actions: { type: "keepBeacon", params: ({ event }) => event.output },
        },
        onError: { target: "waiting" },
      },
    },
    waiting: {
      description: "No relay has the round, or none can be reached; they are asked again.",
      tags: ["waiting"],
      after: { retryPause: { target: "fetching" } },
    },
  },
});

/** RANDOM.ORG is asked, and its answer checked. */
export const drawing = drawingRules.createStateConfig({
  description: "The request may have been sent: from here on nobody can stop the raffle.",
  tags: ["closed", "drawing"],
  entry: record("drawing"),
  initial: "requesting",
  states: {
    requesting: {
      description: "RANDOM.ORG is asked with the one ticket of the seal, so it draws once.",
      invoke: {
        id: "requestDraw",
        src: "requestDraw",
        input: ({ context }) => ({
          raffleId: context.raffleId,
          terms: context.terms,
          drawTicketId: context.drawTicketId ?? "",
          seal: context.seal ?? "",
          beaconSignature: context.beacon?.signature ?? null,
        }),
        onDone: [
          {
            description: "No waiting brings an answer: there will be no draw under this seal.",
            guard: {
              type: "isImpossible",
              params: ({ event }) => ({ requested: event.output }),
            },
            target: "#raffle.disputed",
            actions: {
              type: "dispute",
              params: ({ event }) => ({ reason: faultOf(event.output) }),
            },
          },
          { target: "verifying" },
        ],
        onError: [
          {
            description: "Under a dispute it does not wait, so that it can still be refunded.",
            guard: "isDisputedAlready",
            target: "#raffle.disputed",
          },
          {
            description: "The players are told once that it waits.",
            guard: "isDrawWaitUntold",
            target: "waiting",
            actions: "tellDrawWaits",
          },
          { target: "waiting" },
        ],
      },
    },
    waiting: {
      description: "RANDOM.ORG cannot be had. The draw waits; it is never made by us.",
      tags: ["waiting"],
      after: { retryPause: { target: "requesting" } },
    },
    verifying: {
      description: "The signed answer counts only if everything in it is ours.",
      invoke: {
        id: "verifyDraw",
        src: "verifyDraw",
        input: ({ context }) => ({
          raffleId: context.raffleId,
          seal: context.seal ?? "",
          beaconSignature: context.beacon?.signature ?? null,
        }),
        onDone: [
          {
            guard: {
              type: "isResultWhole",
              params: ({ event }) => ({ verdict: event.output }),
            },
            target: "#raffle.verified",
            actions: {
              type: "keepResult",
              params: ({ event }) => ({ verdict: event.output }),
            },
          },
          {
            description: "The answer is not to be trusted: nothing is paid.",
            target: "#raffle.disputed",
            actions: {
              type: "dispute",
              params: ({ event }) => ({ reason: reasonOf(event.output) }),
            },
          },
        ],
        onError: { target: "waitingToVerify" },
      },
    },
    waitingToVerify: {
      description: "The check itself failed, for example without a database; it is repeated.",
      tags: ["waiting"],
      after: { retryPause: { target: "verifying" } },
    },
  },
});

/** No answer counts. */
export const disputed = drawingRules.createStateConfig({
  description: "No answer verified under the seal. It ends by a check under an added pinned " +
    "key, or by full refunds that two admins ask for.",
  tags: ["closed", "disputed", "needsOperator", "resting"],
  entry: record("disputed"),
  on: {
    ...anotherDraw,
    "dispute.recheck": {
      description: "RANDOM.ORG may be asked again what it drew; it cannot draw another time.",
      target: "drawing.requesting",
    },
    ...refundOfDispute,
  },
});

/** A post of this draw; those of a later draw are posts of their own. */
export function announced(
  context: RaffleContext,
  occasion: "sealed" | "drawn",
): EffectActions["announce"] {
  const { raffleId } = context;
  const draw = drawOf(context);
  return { raffleId, occasion, ...(draw === 1 ? {} : { draw }) };
}

/**
 * Whether the parts are the pot with what is added to it, the pot is what the tickets cost, and what
 * is added is what they lack of the guaranteed prize and lies in the hold.
 */
function isWhole(
  { terms, tickets, guarantee = NO_GUARANTEE }: RaffleContext,
  { pot, commission, winners, topUp }: Extract<Verdict, { isValid: true }>,
): boolean {
  const { currency } = terms.price;
  const added = topUp ?? { minor: "0", currency };
  const parts = [commission, ...winners.map(({ prize }) => prize)];
  const sum = parts.reduce((total, { minor }) => total + BigInt(minor), 0n);
  const pool = prizePool(terms, tickets);
  return winners.length > 0 &&
    [pot, added, ...parts].every((part) => part.currency === currency) &&
    parts.every((part) => BigInt(part.minor) >= 0n) &&
    sum === BigInt(pot.minor) + BigInt(added.minor) &&
    BigInt(pot.minor) === pool.pot.minor &&
    BigInt(added.minor) === pool.topUp.minor &&
    BigInt(added.minor) <= BigInt(guarantee.held?.minor ?? "0");
}

/** Why a verdict does not count; a valid one that comes here did not add up. */
function reasonOf(verdict: Verdict): string {
  return verdict.isValid ? "splitNotWhole" : verdict.reason;
}

function faultOf(requested: Requested): string {
  return "fault" in requested ? requested.fault : "";
}

function sealNotice({ raffleId, seal, tickets, beacon }: RaffleContext): MassNotice {
  const notice = { key: "sealed" as const, raffleId, seal: seal ?? "", tickets };
  if (!beacon) return notice;
  const { round, atMs } = beacon;
  return { ...notice, beacon: { round, atMs } };
}
