/**
 * Raffles that come again: by the clock, or each when the one before has ended. It makes and opens the
 * next one in its own commit, under an id that follows from its own and the number of the try, so
 * neither a crash nor a second node makes two. Imports only xstate and `machines/domain`. Guards
 * against a heap of raffles after an outage, a clock that is set back, and a series that goes on over
 * the heads of admins who ended its raffle.
 */
import { assign, enqueueActions, setup } from "xstate";
import { toRaffle } from "./domain/addresses.ts";
import { tellEverybody } from "./domain/broadcast.ts";
import type { EffectActions, TransactionalActions } from "./domain/effects.ts";
import type { RaffleId, RaffleInput } from "./domain/events.ts";
import { readRaffleTerms } from "./domain/raffle_terms.ts";
import { dayIn, dueOccurrence, nextOccurrence, type Schedule } from "./domain/recurrence.ts";
import {
  AFTER_REFUSAL_MS,
  LEAST_PAUSE_MS,
  MAX_RUNNING,
  type OpeningRefusal,
  type RaffleEnding,
  raffleIdIn,
  type ReadTemplate,
  type RecordSeries,
  type SeriesActions,
  type SeriesEvent,
  type SeriesInput,
  type SeriesNotice,
  TEMPLATES,
  titleOf,
} from "./domain/series.ts";
import { isPlan, type SeriesPlan } from "./domain/series_form.ts";
import { ask, supplied, suppliedByRuntime } from "./supplied.ts";
import type { SeriesTag } from "./tags.ts";

/** Format of the stored snapshot. */
export const version = 1;

type Read = ReadTemplate["output"];
type Changed = Extract<SeriesEvent, { type: "series.change" }>;

/** What a series remembers. */
export interface SeriesContext extends SeriesInput {
  /** Since when the rule holds; occurrences are counted from there. */
  sinceMs: number;
  /** When it was looked at last. */
  nowMs: number;
  /** The next opening; of raffles that follow each other not before that. */
  nextAtMs: number;
  /** The occurrence that was used, or not, last; it never comes again. */
  usedMs: number;
  /** Raffles made, also those that could not be opened: their ids follow from it. */
  attempts: number;
  opened: number;
  /** Occurrences that were not used. */
  skipped: number;
  /** The raffle that was made and has not answered yet. */
  pending: RaffleId | null;
  /** Those that have not ended. */
  running: RaffleId[];
  /** Why the last one was not opened; admins know. */
  refusal: OpeningRefusal | null;
}

/** The rules of a series. */
export const seriesMachine = setup({
  types: {
    context: {} as SeriesContext,
    events: {} as SeriesEvent,
    input: {} as SeriesInput,
    tags: {} as SeriesTag,
  },
  actors: {
    readTemplate: supplied<ReadTemplate>(),
  },
  delays: {
    untilNext: ({ context: { nextAtMs, nowMs } }) => nextAtMs - nowMs,
  },
  guards: {
    isEarly: ({ context }, params: { read: Read }) => params.read.atMs < context.nextAtMs,
    isMissed: ({ context }, params: { read: Read }) => !look(context, params.read.atMs).isDue,
    isRefused: ({ context }, params: { read: Read }) => refusalOf(context, params.read) !== null,
    isPending: ({ context }, params: { raffleId: RaffleId }) => context.pending === params.raffleId,
    isPendingLast: ({ context }, params: { raffleId: RaffleId }) =>
      context.pending === params.raffleId && context.plan.limit !== null &&
      context.plan.limit <= context.opened + 1,
    isPendingOfRow: ({ context }, params: { raffleId: RaffleId }) =>
      context.pending === params.raffleId && context.plan.rule.unit === "end",
    /** The next one waits for the end of those that run. */
    isFollowing: ({ context: { plan, running } }) => plan.rule.unit === "end" && running.length > 0,
    canChange: ({ context }, params: { plan: SeriesPlan }) => canChange(context, params.plan),
    canChangeToRow: ({ context }, params: { plan: SeriesPlan }) =>
      canChange(context, params.plan) && params.plan.rule.unit === "end" &&
      context.running.length > 0,
    isStopped: ({ context }, params: { raffleId: RaffleId; ending: RaffleEnding }) =>
      context.running.includes(params.raffleId) &&
      (params.ending === "stoppedByAdmin" || params.ending === "disputed"),
    isOnlyOne: ({ context: { running } }, params: { raffleId: RaffleId }) =>
      running.length === 1 && running[0] === params.raffleId,
  },
  actions: {
    reportToAdmins: (_, _params: EffectActions["reportToAdmins"]) => suppliedByRuntime(),
    tell: (_, _params: TransactionalActions["tell"]) => suppliedByRuntime(),
    recordSeries: (_, _params: SeriesActions["recordSeries"]) => suppliedByRuntime(),
    recordOccurrence: (_, _params: SeriesActions["recordOccurrence"]) => suppliedByRuntime(),

    begin: assign((_, params: { atMs: number }) => ({ sinceMs: params.atMs })),
    keepPlan: assign((_, { plan, atMs }: Changed) => ({ plan, sinceMs: atMs })),
    /** From now on: what was missed until here is not made up for. */
    schedule: assign(({ context }, { atMs }: { atMs: number }) => ({
      nowMs: atMs,
      nextAtMs: nextAfter(context, atMs),
    })),
    /** A clock that was set back keeps nothing waiting for longer than the pause. */
    keepNow: assign(({ context }, { read: { atMs } }: { read: Read }) => ({
      nowMs: atMs,
      nextAtMs: context.plan.rule.unit === "end"
        ? Math.min(context.nextAtMs, atMs + LEAST_PAUSE_MS)
        : context.nextAtMs,
    })),
    skip: assign(({ context }, { read: { atMs } }: { read: Read }) => {
      const { usedMs, skipped } = look(context, atMs);
      return {
        skipped: context.skipped + skipped,
        usedMs,
        nowMs: atMs,
        nextAtMs: nextAfter(context, atMs),
      };
    }),
    /** The raffle is made and told to open; whether it does, it answers. */
    open: enqueueActions(({ context, enqueue }, { read: { template, atMs } }: { read: Read }) => {
      if (template === null) return;
      const { seriesId, opened, plan } = context;
      const { usedMs, skipped } = look(context, atMs);
      const attempt = context.attempts + 1;
      const raffleId = raffleIdIn({ seriesId, attempt });
      const number = opened + 1;
      const title = titleOf(template.terms.title, {
        number,
        day: dayIn(plan.rule.zone, usedMs),
      });
      enqueue.assign({
        name: template.name,
        attempts: attempt,
        skipped: context.skipped + skipped,
        usedMs,
        nowMs: atMs,
        pending: raffleId,
      });
      const create: RaffleInput = {
        raffleId,
        terms: { ...template.terms, title },
        createdBy: seriesId,
        atMs,
        series: { seriesId, number },
      };
      const told = toRaffle(raffleId, { type: "raffle.open", by: seriesId, atMs });
      enqueue(ask({ type: "tell", params: { ...told, create } }));
    }),
    /** It takes entries: it belongs to the series, and who follows that is told. */
    keepOpened: enqueueActions((
      { context, enqueue },
      { raffleId, atMs }: { raffleId: RaffleId; atMs: number },
    ) => {
      const { seriesId, name, usedMs, opened, running, plan } = context;
      const number = opened + 1;
      enqueue.assign({
        opened: number,
        pending: null,
        running: [...running, raffleId],
        refusal: null,
        nowMs: atMs,
        nextAtMs: plan.rule.unit === "end"
          ? atMs + LEAST_PAUSE_MS
          : nextAfter(context, Math.max(atMs, usedMs)),
      });
      enqueue(ask({ type: "recordOccurrence", params: { raffleId, seriesId, number } }));
      const notice = { key: "seriesOpened" as const, raffleId, name, number };
      enqueue(ask({ type: "tell", params: tellEverybody(notice) }));
    }),
    /** Admins hear of it once; it is tried again when it would have been anyway. */
    refuse: enqueueActions((
      { context, enqueue },
      { reason, atMs }: { reason: OpeningRefusal; atMs: number },
    ) => {
      const { seriesId, name, plan, pending } = context;
      const { usedMs, skipped } = pending === null
        ? look(context, atMs)
        : { usedMs: context.usedMs, skipped: 0 };
      const nextAtMs = plan.rule.unit === "end"
        ? atMs + AFTER_REFUSAL_MS
        : nextAfter(context, Math.max(atMs, usedMs));
      enqueue.assign({
        skipped: context.skipped + skipped + 1,
        usedMs,
        nowMs: atMs,
        nextAtMs,
        pending: null,
        refusal: reason,
      });
      if (context.refusal === reason) return;
      const notice: SeriesNotice = { key: "seriesRefused", seriesId, name, reason, nextAtMs };
      enqueue(ask({ type: "reportToAdmins", params: { notice } }));
    }),
    forgetRaffle: assign(({ context: { running } }, { raffleId }: { raffleId: RaffleId }) => ({
      running: running.filter((each) => each !== raffleId),
    })),
  },
}).createMachine({
  id: "series",
  description:
    "Raffles of one template that come again, until there are enough of them or an admin " +
    "ends it. A raffle that runs goes on whatever becomes of its series.",
  context: ({ input }) => ({
    ...input,
    sinceMs: 0,
    nowMs: 0,
    nextAtMs: 0,
    usedMs: 0,
    attempts: 0,
    opened: 0,
    skipped: 0,
    pending: null,
    running: [],
    refusal: null,
  }),
  initial: "made",
  on: {
    "raffle.ended": {
      description: "One raffle less that runs.",
      actions: { type: "forgetRaffle", params: ({ event }) => event },
    },
  },
  states: {
    made: {
      description: "Made, and started with the same commit.",
      on: {
        "series.start": {
          description: "By the clock the first occurrence is waited for, else it opens at once.",
          target: "waiting",
          actions: [
            { type: "begin", params: ({ event }) => event },
            { type: "schedule", params: ({ event }) => event },
          ],
        },
      },
    },

    waiting: {
      description: "Until the next raffle is to be opened.",
      tags: ["active"],
      entry: { type: "recordSeries", params: ({ context }) => row(context, "active") },
      after: { untilNext: { target: "preparing" } },
      on: {
        "series.pause": { target: "paused" },
        "series.change": [
          {
            description: "From now on the next one waits for the end of those that run.",
            guard: { type: "canChangeToRow", params: ({ event }) => event },
            target: "running",
            actions: { type: "keepPlan", params: ({ event }) => event },
          },
          {
            guard: { type: "canChange", params: ({ event }) => event },
            target: "waiting",
            reenter: true,
            actions: [
              { type: "keepPlan", params: ({ event }) => event },
              { type: "schedule", params: ({ event }) => event },
            ],
          },
        ],
        "series.end": { target: "ended" },
      },
    },

    preparing: {
      description: "What time it is and what the template says is answered within the same commit.",
      tags: ["active"],
      invoke: {
        id: "readTemplate",
        src: "readTemplate",
        input: ({ context: { templateId } }) => ({ templateId }),
        onDone: [
          {
            description: "The clock was set back, or the raffle before was over too soon.",
            guard: { type: "isEarly", params: ({ event }) => ({ read: event.output }) },
            target: "waiting",
            actions: { type: "keepNow", params: ({ event }) => ({ read: event.output }) },
          },
          {
            description: "Too late for it: only the next occurrence is used.",
            guard: { type: "isMissed", params: ({ event }) => ({ read: event.output }) },
            target: "waiting",
            actions: { type: "skip", params: ({ event }) => ({ read: event.output }) },
          },
          {
            guard: { type: "isRefused", params: ({ event }) => ({ read: event.output }) },
            target: "waiting",
            actions: {
              type: "refuse",
              params: ({ context, event: { output } }) => ({
                reason: refusalOf(context, output) ?? "badTerms",
                atMs: output.atMs,
              }),
            },
          },
          {
            target: "opening",
            actions: { type: "open", params: ({ event }) => ({ read: event.output }) },
          },
        ],
      },
    },

    opening: {
      description: "The raffle says whether it takes entries, as a rule within the same commit.",
      tags: ["active"],
      on: {
        "raffle.opened": [
          {
            description: "The last one of as many as there shall be.",
            guard: { type: "isPendingLast", params: ({ event }) => event },
            target: "ended",
            actions: [
              { type: "keepOpened", params: ({ event }) => event },
              {
                type: "reportToAdmins",
                params: ({ context: { seriesId, name, opened } }) => ({
                  notice: { key: "seriesEnded", seriesId, name, opened },
                }),
              },
            ],
          },
          {
            guard: { type: "isPendingOfRow", params: ({ event }) => event },
            target: "running",
            actions: { type: "keepOpened", params: ({ event }) => event },
          },
          {
            guard: { type: "isPending", params: ({ event }) => event },
            target: "waiting",
            actions: { type: "keepOpened", params: ({ event }) => event },
          },
        ],
        "raffle.refused": {
          description: "It is thrown away; the next one has the same number.",
          guard: { type: "isPending", params: ({ event }) => event },
          target: "waiting",
          actions: [
            { type: "tell", params: ({ context }) => throwAway(context) },
            {
              type: "refuse",
              params: ({ context: { nowMs: atMs }, event: { reason } }) => ({ reason, atMs }),
            },
          ],
        },
        "series.end": {
          description: "What the raffle says then changes nothing about it.",
          target: "ended",
        },
      },
    },

    running: {
      description: "The next one opens when this one has ended: settled, or sure not to be drawn.",
      tags: ["active", "resting"],
      entry: { type: "recordSeries", params: ({ context }) => row(context, "active") },
      on: {
        "raffle.ended": [
          {
            description: "Admins ended it: they say whether there is a next one.",
            guard: { type: "isStopped", params: ({ event }) => event },
            target: "paused",
            actions: [
              { type: "forgetRaffle", params: ({ event }) => event },
              {
                type: "reportToAdmins",
                params: ({ context: { seriesId, name }, event: { raffleId } }) => ({
                  notice: { key: "seriesStopped", seriesId, name, raffleId },
                }),
              },
            ],
          },
          {
            guard: { type: "isOnlyOne", params: ({ event }) => event },
            target: "preparing",
            actions: { type: "forgetRaffle", params: ({ event }) => event },
          },
          {
            description: "Others run still.",
            actions: { type: "forgetRaffle", params: ({ event }) => event },
          },
        ],
        "series.pause": { target: "paused" },
        "series.change": [
          {
            guard: { type: "canChangeToRow", params: ({ event }) => event },
            target: "running",
            reenter: true,
            actions: { type: "keepPlan", params: ({ event }) => event },
          },
          {
            guard: { type: "canChange", params: ({ event }) => event },
            target: "waiting",
            actions: [
              { type: "keepPlan", params: ({ event }) => event },
              { type: "schedule", params: ({ event }) => event },
            ],
          },
        ],
        "series.end": { target: "ended" },
      },
    },

    paused: {
      description: "No raffle is opened, and none is made up for; those that run go on.",
      tags: ["paused", "resting"],
      entry: { type: "recordSeries", params: ({ context }) => row(context, "paused") },
      on: {
        "series.resume": [
          { guard: "isFollowing", target: "running" },
          {
            target: "waiting",
            actions: { type: "schedule", params: ({ event }) => event },
          },
        ],
        "series.change": {
          guard: { type: "canChange", params: ({ event }) => event },
          target: "paused",
          reenter: true,
          actions: { type: "keepPlan", params: ({ event }) => event },
        },
        "series.end": { target: "ended" },
      },
    },

    ended: {
      description: "There will be no further raffle.",
      tags: ["ended", "resting"],
      entry: [
        { type: "recordSeries", params: ({ context }) => row(context, "ended") },
        {
          type: "tell",
          params: ({ context: { seriesId } }) => ({
            to: TEMPLATES,
            event: { type: "series.ended", seriesId },
          }),
        },
      ],
      on: {
        "raffle.opened": {
          description: "The last one was on its way when it was ended.",
          guard: { type: "isPending", params: ({ event }) => event },
          actions: [
            { type: "keepOpened", params: ({ event }) => event },
            { type: "recordSeries", params: ({ context }) => row(context, "ended") },
          ],
        },
        "raffle.refused": {
          guard: { type: "isPending", params: ({ event }) => event },
          actions: { type: "tell", params: ({ context }) => throwAway(context) },
        },
      },
    },
  },
});

/** Undefined: the raffles follow each other. */
function scheduleOf({ plan: { rule }, sinceMs }: SeriesContext): Schedule | undefined {
  return rule.unit === "end" ? undefined : { rule, sinceMs };
}

/** The next opening after a time; of raffles that follow each other it is now. */
function nextAfter(context: SeriesContext, atMs: number): number {
  const schedule = scheduleOf(context);
  return schedule === undefined ? atMs : nextOccurrence(schedule, atMs);
}

/** What is used of the occurrences until now, and how many are not; too late for all, it is none. */
function look(
  context: SeriesContext,
  atMs: number,
): { isDue: boolean; usedMs: number; skipped: number } {
  const schedule = scheduleOf(context);
  if (schedule === undefined) return { isDue: true, usedMs: atMs, skipped: 0 };
  const { dueMs, skipped } = dueOccurrence(schedule, { plannedMs: context.nextAtMs, atMs });
  return { isDue: dueMs !== null, usedMs: dueMs ?? atMs, skipped };
}

/** Why nothing is opened now. */
function refusalOf(
  context: SeriesContext,
  { template, isCovered, hasRubles }: Read,
): OpeningRefusal | null {
  if (template === null) return "templateGone";
  if (context.running.length >= MAX_RUNNING) return "tooManyRunning";
  const { seriesId, attempts, opened, plan } = context;
  const raffleId = raffleIdIn({ seriesId, attempt: attempts + 1 });
  const day = dayIn(plan.rule.zone, context.nextAtMs);
  const title = titleOf(template.terms.title, { number: opened + 1, day });
  if (!readRaffleTerms({ ...template.terms, title }, raffleId).isValid) return "badTerms";
  if (template.terms.price.currency === "RUB" && !hasRubles) return "noRubles";
  return isCovered ? null : "reserveTooLow";
}

/** A raffle that was not opened stays no draft. */
function throwAway(
  { seriesId, pending, nowMs: atMs }: SeriesContext,
): TransactionalActions["tell"] {
  return toRaffle(pending ?? "rfl_", { type: "raffle.stop", by: seriesId, reason: "", atMs });
}

/** Whether another raffle can come under the plan. */
function canChange({ opened }: SeriesContext, plan: SeriesPlan): boolean {
  return isPlan(plan) && (plan.limit === null || plan.limit > opened);
}

function row(context: SeriesContext, status: RecordSeries["status"]): RecordSeries {
  const { seriesId, templateId, name, plan, opened, skipped, nextAtMs, refusal } = context;
  const isKnown = status === "active" && !(plan.rule.unit === "end" && context.running.length > 0);
  return {
    seriesId,
    templateId,
    name,
    plan,
    status,
    opened,
    skipped,
    nextAtMs: isKnown ? nextAtMs : 0,
    refusal,
  };
}
