import { describe, expect, it } from "vitest";
import { RetryableError, TerminalError } from "../../actors/errors.ts";
import type { Draws } from "../randomorg/draws.ts";
import { createImpatientDraws } from "./impatient_draws.ts";

function failing(error: Error): Draws {
  const fail = () => Promise.reject(error);
  return createImpatientDraws({ takeTicket: fail, requestDraw: fail, reconcileDraw: fail });
}

describe("createImpatientDraws()", () => {
  // With the day's allowance used up the effect slept until midnight, and nobody was told.
  it("gives a wait until midnight back to the raffle at once", async () => {
    const draws = failing(new RetryableError("used up", { retryAfterMs: 3_600_000 }));
    await expect(draws.takeTicket()).rejects.toMatchObject({ code: "randomorg.waits" });
    await expect(draws.requestDraw({} as never)).rejects.toThrow(TerminalError);
    await expect(draws.reconcileDraw({} as never)).rejects.toThrow(TerminalError);
  });

  it.each([
    new RetryableError("busy", { retryAfterMs: 2_000 }),
    new RetryableError("no answer"),
    new TerminalError("randomorg.422", "used"),
  ])("leaves $message as it is", async (error) => {
    await expect(failing(error).takeTicket()).rejects.toBe(error);
  });
});
