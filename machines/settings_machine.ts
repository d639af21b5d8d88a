/**
 * What admins set for all raffles that are made from now on. One actor, `settings/platform`. Imports
 * only xstate and `machines/domain`. Guards against a commission that no raffle could have.
 */
import { assign, setup } from "xstate";
import type { SettingsEvent, SettingsInput } from "./domain/panel.ts";
import { termsLimits } from "./domain/raffle_terms.ts";
import type { SettingsTag } from "./tags.ts";

/** Format of the stored snapshot. */
export const version = 1;

/** What is set; null is as configured. */
export interface SettingsContext {
  commissionBps: number | null;
}

/** The rules of the settings. */
export const settingsMachine = setup({
  types: {
    context: {} as SettingsContext,
    events: {} as SettingsEvent,
    input: {} as SettingsInput,
    tags: {} as SettingsTag,
  },
  guards: {
    isCommission: (_, { bps }: { bps: number }) =>
      Number.isInteger(bps) && bps >= termsLimits.commissionBps.least &&
      bps <= termsLimits.commissionBps.most,
  },
  actions: {
    keepCommission: assign((_, { bps }: { bps: number }) => ({ commissionBps: bps })),
  },
}).createMachine({
  id: "settings",
  description: "What new raffles begin with. Raffles that exist keep what they have.",
  context: ({ input }) => ({ commissionBps: input.commissionBps }),
  initial: "set",
  states: {
    set: {
      description: "It waits for the next change.",
      tags: ["resting"],
      on: {
        "commission.set": {
          guard: { type: "isCommission", params: ({ event }) => event },
          actions: { type: "keepCommission", params: ({ event }) => event },
        },
      },
    },
  },
});
