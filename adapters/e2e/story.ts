/** The story, in order; each step stands on those before it. */
import type { Step } from "./run_steps.ts";
import { makeChannel, openingPosted, resultPosted } from "./channel_steps.ts";
import { payoutSteps } from "./payout_steps.ts";
import { pageSteps } from "./page_steps.ts";
import { prizeSteps } from "./prize_steps.ts";
import { openFirst, raffleSteps } from "./raffle_steps.ts";
import { rubleSteps } from "./ruble_steps.ts";

export const story: readonly Step[] = [
  ...pageSteps,
  makeChannel,
  openFirst,
  openingPosted,
  ...raffleSteps,
  resultPosted,
  ...prizeSteps,
  ...rubleSteps,
  ...payoutSteps,
];
