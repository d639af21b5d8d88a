/** Says which tree is at fault, so that the others of its batch can be run again without it. */

/** A step of this tree failed; the batch was undone. */
export class StepError extends Error {
  override readonly name = "StepError";
  constructor(readonly root: string, override readonly cause: unknown) {
    super(`Step of "${root}" failed: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/**
 * Lays what `work` throws at the door of the tree.
 * @throws {StepError} When `work` throws.
 */
export function blame<T>(root: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof StepError ? error : new StepError(root, error);
  }
}
