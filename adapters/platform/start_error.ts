/** Why the product could not start, in words that name what to look at and hold no secret. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/**
 * Does a part of the start; what it throws is put behind `what` cannot be done.
 * @param kept Errors that speak for themselves.
 * @throws {StartError}
 */
export async function startPart<T>(
  what: string,
  work: () => Promise<T>,
  // deno-lint-ignore no-explicit-any
  kept: readonly (new (...args: any[]) => Error)[] = [],
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StartError || kept.some((kind) => error instanceof kind)) throw error;
    const { message, code } = error as { message?: string; code?: unknown };
    // Errors of the network have a code, and some of them nothing else.
    const reason = [message, code].filter((part) => typeof part === "string" && part !== "")
      .join(" ");
    throw new StartError(`${what}: ${reason}`, { cause: error });
  }
}
