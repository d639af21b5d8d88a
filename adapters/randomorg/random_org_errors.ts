/**
 * How RANDOM.ORG's noes and silences are told to the runtime. Two things must not be mixed up: a definite
 * no (nothing was drawn) and an unknown outcome (something may have been drawn, ask before repeating).
 * Codes: api.random.org/json-rpc/4/error-codes.
 */
import { RetryableError, TerminalError } from "../../actors/errors.ts";

const DAY_MS = 86_400_000;

/** RANDOM.ORG cannot be had now. */
export class RandomOrgUnavailable extends RetryableError {
  /** `unknown`: the request may have been carried out; `notDone`: it surely was not. */
  readonly outcome: "unknown" | "notDone";

  constructor(
    outcome: "unknown" | "notDone",
    message: string,
    options: ErrorOptions & { retryAfterMs?: number | undefined } = {},
  ) {
    super(message, options);
    this.outcome = outcome;
  }
}

/** Codes after which nobody can say what was done. */
function isServerFault(code: number): boolean {
  return code === 500 || code === 32_000 || code === -32_603 ||
    (code <= -32_000 && code >= -32_099);
}

/** Whether a code says that the day's allowance is used up: requests (402) or bits (403). */
export function isQuotaCode(code: number): boolean {
  return code === 402 || code === 403;
}

/** Milliseconds until the allowance is renewed, 00:00 UTC. */
export function untilMidnightMs(nowMs: number): number {
  return DAY_MS - nowMs % DAY_MS;
}

/** The error of an RPC answer. Terminal ones carry the code `randomorg.<code>`. */
export function translateRpcError(
  { method, code, message, nowMs }: {
    method: string;
    code: number;
    message: string;
    nowMs: number;
  },
): RandomOrgUnavailable | TerminalError {
  const text = `RANDOM.ORG refused ${method} with error ${code}: ${message}`;
  if (isQuotaCode(code)) {
    return new RandomOrgUnavailable("notDone", text, { retryAfterMs: untilMidnightMs(nowMs) });
  }
  if (isServerFault(code)) return new RandomOrgUnavailable("unknown", text);
  return new TerminalError(`randomorg.${code}`, text);
}

/** The error of an HTTP status other than 200. Terminal ones carry the code `randomorg.http<status>`. */
export function translateStatus(
  { method, status }: { method: string; status: number },
): RandomOrgUnavailable | TerminalError {
  const text = `RANDOM.ORG answered ${method} with HTTP status ${status}`;
  if (status === 429) return new RandomOrgUnavailable("notDone", text);
  const isPassing = status < 400 || status >= 500 || status === 408;
  return isPassing
    ? new RandomOrgUnavailable("unknown", text)
    : new TerminalError(`randomorg.http${status}`, text);
}
