/** The two ways in which work outside can fail, as far as the runtime must tell them apart. */

export interface RetryableErrorOptions extends ErrorOptions {
  retryAfterMs?: number | undefined;
  /** @default {true} */
  isOutcomeUnknown?: boolean;
}

/** Trying again later may help. The runtime repeats the effect after a pause. */
export class RetryableError extends Error {
  override readonly name: string = "RetryableError";
  /** Shortest pause before the next try, milliseconds; the effect's own backoff when undefined. */
  readonly retryAfterMs: number | undefined;
  /** Whether the try may have succeeded all the same (a lost answer, a time-out). */
  readonly isOutcomeUnknown: boolean;

  constructor(message: string, options: RetryableErrorOptions = {}) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
    this.isOutcomeUnknown = options.isOutcomeUnknown ?? true;
  }
}

/** Trying again cannot help. The machine receives it as its invoke's error. */
export class TerminalError extends Error {
  override readonly name: string = "TerminalError";
  /** Stable word for the cause, for machines and logs to decide by. */
  readonly code: string;

  constructor(code: string, message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}

/** The database cannot be reached now; nothing was done. The sender should come again. */
export class UnavailableError extends Error {
  override readonly name: string = "UnavailableError";
}

/** So much waits for an actor that nothing more is taken for it now. Nothing was done. */
export class BusyError extends Error {
  override readonly name = "BusyError";

  constructor(root: string) {
    super(`Too many messages wait for "${root}"`);
  }
}
