/**
 * What became of a request, as far as money must tell it apart: it was done, it surely was not, or
 * nobody knows. An unknown outcome is never turned into a refusal: it is asked about again, or repeated
 * under the same key.
 */

/** One of three. */
export type Outcome<T> = Done<T> | Refused | Unknown;

/** YooKassa answered with the object. Whether it is final, its status says. */
export interface Done<T> {
  readonly kind: "done";
  readonly object: T;
}

/** YooKassa said no in its own words: nothing was made or moved, and the key is used up. */
export interface Refused {
  readonly kind: "refused";
  /** HTTP status, 400 to 499. */
  readonly status: number;
  /** `invalid_request`, `invalid_credentials`, `forbidden`, `not_found`, …: an open list. */
  readonly code: string;
  readonly description: string;
  /** The field or header that was wrong, or null. */
  readonly parameter: string | null;
}

/** There is no answer that says whether it was done. */
export interface Unknown {
  readonly kind: "unknown";
  /**
   * `timeout` no answer in time · `network` no connection, or it broke · `server` HTTP 5xx ·
   * `tooManyRequests` HTTP 429 · `processing` HTTP 202, YooKassa still works on it ·
   * `unreadable` an answer that is not YooKassa's, or of another form
   */
  readonly cause:
    | "timeout"
    | "network"
    | "server"
    | "tooManyRequests"
    | "processing"
    | "unreadable";
  /** For logs; holds no secret. */
  readonly detail: string;
  /** Shortest pause before the next try that YooKassa asks for, milliseconds; null without one. */
  readonly retryAfterMs: number | null;
}

/** Changes the object of what is done; the other outcomes stay. */
export function mapDone<T, U>(outcome: Outcome<T>, change: (object: T) => U): Outcome<U> {
  return outcome.kind === "done" ? { kind: "done", object: change(outcome.object) } : outcome;
}

/** An outcome that nobody knows. */
export function unknown(
  cause: Unknown["cause"],
  detail: string,
  retryAfterMs: number | null = null,
): Unknown {
  return { kind: "unknown", cause, detail, retryAfterMs };
}
