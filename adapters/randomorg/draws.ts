/**
 * A draw in three calls, for the platform's effects: take a ticket, ask once, and after an unknown outcome
 * find out what happened. One RANDOM.ORG ticket can be used once, so however often the request is
 * repeated with it there is one draw.
 */
import { TerminalError } from "../../actors/errors.ts";
import type { SignedAnswer } from "../../machines/domain/draw/check_signed_answer.ts";
import { type DrawRequest, signedIntegersParams } from "../../machines/domain/draw/draw_request.ts";
import type { DrawTicket } from "../../machines/domain/draw/seal_tickets.ts";
import type { RandomOrg } from "./random_org.ts";
import { RandomOrgUnavailable } from "./random_org_errors.ts";

/** What is known of a draw that may have happened. */
export type DrawState =
  | { readonly status: "notDone" }
  | { readonly status: "done"; readonly answer: SignedAnswer };

/** The calls of a draw. All throw `RandomOrgUnavailable` (later) or `TerminalError` (never). */
export interface Draws {
  /** Takes a fresh ticket, before the seal. A ticket that is not used costs nothing and expires. */
  takeTicket(): Promise<DrawTicket>;
  /**
   * Asks for the numbers. A ticket that was used before answers with what it was used for, so a repeat
   * after a lost answer gives the same answer. The signature is checked by `checkSignedAnswer`, not here.
   */
  requestDraw(request: DrawRequest): Promise<SignedAnswer>;
  /** Asks whether the draw has happened. Draws nothing. */
  reconcileDraw(request: DrawRequest): Promise<DrawState>;
}

/** Makes the calls over a client. */
export function createDraws(randomOrg: RandomOrg): Draws {
  function requireOurKey({ raffleId, hashedApiKey }: DrawRequest): void {
    if (hashedApiKey !== randomOrg.hashedApiKey) {
      throw new TerminalError(
        "randomorg.otherApiKey",
        `Raffle "${raffleId}" was sealed under another RANDOM.ORG API key`,
      );
    }
  }

  async function reconcileDraw(request: DrawRequest): Promise<DrawState> {
    requireOurKey(request);
    const { ticketId } = request;
    const state = await randomOrg.getTicket(ticketId);
    if (state.ticketId !== ticketId || state.hashedApiKey !== request.hashedApiKey) {
      throw new TerminalError("randomorg.421", `Ticket ${ticketId} belongs to another API key`);
    }
    if (state.usedTime === null) return { status: "notDone" };
    if (state.answer === undefined && state.serialNumber === null) {
      throw new RandomOrgUnavailable("unknown", `Ticket ${ticketId} is used, its result not shown`);
    }
    const answer = state.answer ?? await randomOrg.getResult(state.serialNumber ?? 0);
    requireOurs(request, answer);
    return { status: "done", answer };
  }

  return {
    reconcileDraw,

    async takeTicket() {
      const [ticket] = await randomOrg.createTickets({ n: 1, showResult: true });
      if (ticket === undefined) throw new RandomOrgUnavailable("unknown", "No ticket was made");
      const { hashedApiKey, isSandbox } = randomOrg;
      return { ticketId: ticket.ticketId, hashedApiKey, sandbox: isSandbox };
    },

    async requestDraw(request) {
      requireOurKey(request);
      try {
        return await randomOrg.generateSignedIntegers(signedIntegersParams(request));
      } catch (error) {
        if (!(error instanceof TerminalError) || error.code !== "randomorg.422") throw error;
        const state = await reconcileDraw(request);
        if (state.status === "done") return state.answer;
        throw error;
      }
    },
  };
}

/** The seal stands in `userData`, and only the answer to this request carries it. */
function requireOurs(request: DrawRequest, { randomText }: SignedAnswer): void {
  const random: { userData?: unknown } | null = JSON.parse(randomText);
  if (random?.userData !== request.userData) {
    throw new TerminalError(
      "randomorg.otherDraw",
      `Ticket ${request.ticketId} was used for another draw than that of raffle "${request.raffleId}"`,
    );
  }
}
