/**
 * Draws that do not sleep through a long wait: when RANDOM.ORG says that nothing can be had for more
 * than a minute (the day's allowance is used up until midnight), the raffle should know at once, so
 * that it tells its players that the draw waits. It asks again by itself; until then the client
 * answers without asking RANDOM.ORG.
 */
import { RetryableError, TerminalError } from "../../actors/errors.ts";
import type { Draws } from "../randomorg/draws.ts";

const LONG_WAIT_MS = 60_000;

export function createImpatientDraws(draws: Draws): Draws {
  return {
    takeTicket: () => draws.takeTicket().catch(endLongWait),
    requestDraw: (request) => draws.requestDraw(request).catch(endLongWait),
    reconcileDraw: (request) => draws.reconcileDraw(request).catch(endLongWait),
  };
}

function endLongWait(error: unknown): never {
  if (error instanceof RetryableError && (error.retryAfterMs ?? 0) > LONG_WAIT_MS) {
    throw new TerminalError("randomorg.waits", error.message, { cause: error });
  }
  throw error;
}
