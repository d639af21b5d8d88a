/** The story, in order; each step stands on those before it. */
import type { Step } from "./run_steps.ts";
import { pageSteps } from "./page_steps.ts";
import { prizeSteps } from "./prize_steps.ts";
import { raffleSteps } from "./raffle_steps.ts";

export const story: readonly Step[] = [...pageSteps, ...raffleSteps, ...prizeSteps];
