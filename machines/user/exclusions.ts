/** Decisions of admins that he may not enter for a while, and that he may again. */
import { enqueueActions } from "xstate";
import { toRaffle } from "../domain/addresses.ts";
import type { RaffleId } from "../domain/events.ts";
import type { Barred, SuspicionId } from "../domain/suspicion.ts";
import { ask } from "../supplied.ts";
import { entryRules } from "./entries.ts";
import { deed, isKnown, say } from "./user_context.ts";

/** With the rules of exclusions. */
export const exclusionRules = entryRules.extend({
  guards: {
    isBarOf: ({ context }, params: { suspicionId: SuspicionId }) =>
      Object.hasOwn(context.bars ?? {}, params.suspicionId),
  },
  actions: {
    /** The raffles say by themselves what was in time: here he has nothing in them any more. */
    bar: enqueueActions(({ context, enqueue }, barred: Barred) => {
      const { entries } = context;
      const { suspicionId, raffleId, signal, untilMs, atMs } = barred;
      // Where he has nothing, another decision may be taking his tickets off already.
      const raffleIds = (Object.keys(entries) as RaffleId[])
        .filter((id) => raffleId === null || id === raffleId);
      const live = Object.entries(context.bars ?? {}).filter(([, until]) => until > atMs);
      enqueue.assign({
        bars: { ...Object.fromEntries(live), [suspicionId]: untilMs },
        entries: Object.fromEntries(
          Object.entries(entries).filter(([id]) => !raffleIds.includes(id as RaffleId)),
        ),
      });
      for (const id of raffleIds) {
        enqueue(ask({
          type: "tell",
          params: toRaffle(id, { type: "player.exclude", suspicionId }),
        }));
      }
      enqueue(ask({
        type: "recordDeed",
        params: {
          ...deed(context, "barred", `${suspicionId} ${signal}`),
          ...(raffleId === null ? {} : { raffleId }),
        },
      }));
      if (!isKnown(context)) return;
      const notice = {
        key: "excluded" as const,
        suspicionId,
        signal,
        untilMs,
        ...(raffleId === null ? {} : { raffleId }),
      };
      enqueue(ask({ type: "notify", params: say(context, notice) }));
    }),
    liftBar: enqueueActions(({ context, enqueue }, params: { suspicionId: SuspicionId }) => {
      const { [params.suspicionId]: _lifted, ...bars } = context.bars ?? {};
      enqueue.assign({ bars });
      enqueue(ask({
        type: "recordDeed",
        params: deed(context, "barLifted", params.suspicionId),
      }));
      if (!isKnown(context)) return;
      enqueue(ask({ type: "notify", params: say(context, { key: "exclusionLifted" }) }));
    }),
  },
});

/** What his suspicions tell. */
export const exclusions = exclusionRules.createStateConfig({
  on: {
    "player.barred": {
      description: "An admin has excluded him. What he is paid for stays his.",
      actions: { type: "bar", params: ({ event }) => event },
    },
    "bar.lifted": [
      {
        description: "An admin has cleared it: he may enter again.",
        guard: { type: "isBarOf", params: ({ event }) => event },
        actions: { type: "liftBar", params: ({ event }) => event },
      },
      {
        description: "It has lapsed, and was forgotten with the next one.",
      },
    ],
  },
}).on;
