/**
 * Which failures pass by themselves: the database is gone, restarting or overloaded. Only for these
 * is an update left unacknowledged; anything else would come back for ever (a poison update).
 */
import { RetryableError, UnavailableError } from "../../actors/errors.ts";

/** SQLSTATE classes: connection, resources, operator intervention, system; and two retryable codes. */
const transientSqlState = /^(08|53|57|58)[0-9A-Z]{3}$|^(40001|40P01|55P03)$/;

const transientSystemCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "ENOENT",
]);

/** Drivers that give no code say it in words. Source: pg 8.23.1, lib/client.js and pool. */
const transientWords =
  /connection terminated|client has encountered a connection error|timeout exceeded when trying to connect|not queryable|database is closed|server closed the connection/i;

/** Whether trying again later may help, also when it lies deeper among the causes. */
export function isTransient(error: unknown, depth = 0): boolean {
  if (depth > 5 || !(error instanceof Error)) return false;
  if (error instanceof RetryableError || error instanceof UnavailableError) return true;
  const code = (error as { code?: unknown }).code;
  if (
    typeof code === "string" && (transientSqlState.test(code) || transientSystemCodes.has(code))
  ) {
    return true;
  }
  if (transientWords.test(error.message)) return true;
  if (error instanceof AggregateError && error.errors.some((one) => isTransient(one, depth + 1))) {
    return true;
  }
  return isTransient(error.cause, depth + 1);
}
