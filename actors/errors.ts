/** The two ways in which work outside can fail, as far as the runtime must tell them apart. */

/** Trying again later may help. The runtime repeats the effect after a pause. */
export class RetryableError extends Error {
  override readonly name = "RetryableError";
  /** Shortest pause before the next try, milliseconds; the effect's own backoff when undefined. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: ErrorOptions & { retryAfterMs?: number | undefined } = {}) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Trying again cannot help. The machine receives it as its invoke's error. */
export class TerminalError extends Error {
  override readonly name = "TerminalError";
  /** Stable word for the cause, for machines and logs to decide by. */
  readonly code: string;

  constructor(code: string, message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}
