/** YooKassa's answers in the runtime's words: done, refused for good, or unknown. */
import { RetryableError, TerminalError } from "../../actors/errors.ts";
import type { Outcome, Refused, Unknown } from "../yookassa/outcome.ts";

/** Where an object of YooKassa's names the actor that asked for it. */
export const ACTOR = "actor";

/** @throws {RetryableError} When nobody knows; {TerminalError} when YooKassa does not want to. */
export function doneOf<T>(outcome: Outcome<T>): T {
  switch (outcome.kind) {
    case "done":
      return outcome.object;
    case "refused":
      throw new TerminalError(outcome.code, `YooKassa refuses: ${wordsOf(outcome)}`);
    case "unknown":
      throw retry(outcome);
  }
}

/**
 * Another's in the place of what was asked for is no answer: ours may have been made all the same.
 *
 * @throws {RetryableError} When it is another's.
 */
export function requireOwn({ id }: { readonly id: string }, isOwn: boolean): void {
  if (isOwn) return;
  throw new RetryableError(`YooKassa's answer is unknown: ${id} is not what was asked for`, {
    isOutcomeUnknown: true,
  });
}

/** Whether YooKassa says that there is no such thing. */
export function isNotThere(outcome: Outcome<unknown>): boolean {
  return outcome.kind === "refused" && outcome.status === 404;
}

/** A refusal with YooKassa's own words. */
export function wordsOf({ code, parameter, description }: Refused): string {
  return [code, parameter, description].filter((part) => part !== null && part !== "").join(", ");
}

function retry({ cause, detail, retryAfterMs }: Unknown): RetryableError {
  return new RetryableError(`YooKassa's answer is unknown (${cause}): ${detail}`, {
    isOutcomeUnknown: true,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  });
}
