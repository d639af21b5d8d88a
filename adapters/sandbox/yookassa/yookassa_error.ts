/**
 * YooKassa's refusals, in its codes.
 *
 * Source: yookassa.ru/developers/using-api/response-handling (HTTP codes, error object), July 2026.
 */
import { randomUUID } from "./ids.ts";
import type { World } from "../world.ts";

/** HTTP status → `code` of the body. */
const CODES = {
  400: "invalid_request",
  401: "invalid_credentials",
  403: "forbidden",
  404: "not_found",
  405: "method_not_allowed",
  415: "unsupported_media_type",
  429: "too_many_requests",
  500: "internal_server_error",
} as const;

/** A status with which YooKassa refuses. */
export type RefusalStatus = keyof typeof CODES;

/** A refusal as YooKassa words it. */
export class YooKassaError extends Error {
  override readonly name = "YooKassaError";
  /** @param parameter The field or header that is wrong. */
  constructor(
    readonly status: RefusalStatus,
    readonly description: string,
    readonly parameter?: string,
  ) {
    super(description);
  }
}

/** A request that is wrong, and in which field. */
export function invalidRequest(description: string, parameter?: string): YooKassaError {
  return new YooKassaError(400, description, parameter);
}

/** Whether a status is one of those. */
export function isRefusalStatus(status: number): status is RefusalStatus {
  return Object.hasOwn(CODES, status);
}

/** The body of a refusal. */
export function errorBody(
  { random }: World,
  { status, description, parameter }: YooKassaError,
): Record<string, unknown> {
  return {
    type: "error",
    id: randomUUID(random),
    code: CODES[status],
    description,
    ...(parameter === undefined ? {} : { parameter }),
    ...(status === 429 ? { retry_after: RETRY_AFTER_MS } : {}),
  };
}

const RETRY_AFTER_MS = 1_000;
