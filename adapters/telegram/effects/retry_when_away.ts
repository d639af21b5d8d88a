/** The database is away: nothing was done outside, so the effect may begin anew later. */
import { RetryableError } from "../../../actors/errors.ts";
import { isTransient } from "../../supervisor/transient_errors.ts";

/**
 * Throws what was caught while the database was asked, as an error that is tried again if that helps.
 * @param what What could not be done, for the message.
 */
export function retryWhenAway(what: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof RetryableError || !isTransient(error)) throw error;
    throw new RetryableError(`Cannot ${what}: the database is away`, {
      cause: error,
      isOutcomeUnknown: false,
    });
  };
}
