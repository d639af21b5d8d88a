/**
 * One request to YooKassa and what became of it. Never repeats by itself: who repeats must know the key.
 * Secrets appear in no outcome.
 *
 * Source: yookassa.ru/developers/using-api/interaction-format and …/response-handling, July 2026.
 */
import { Schema } from "effect";
import ky from "ky";
import { type Outcome, type Refused, type Unknown, unknown } from "./outcome.ts";

/** One account's credentials. */
export interface Credentials {
  readonly id: string;
  /** Kept out of every outcome. */
  readonly secretKey: string;
}

/** What the requests of one account need. */
export interface ExchangeOptions {
  readonly baseUrl: string;
  readonly credentials: Credentials;
  readonly fetch: typeof fetch | undefined;
  /** For the whole answer. */
  readonly timeoutMs: number;
}

/** One request. */
export interface Asked {
  readonly method: "GET" | "POST";
  /** Below the base address; ids in it are checked by the caller. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The Idempotence-Key of a POST. */
  readonly key?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Asks. The object is what was answered, parsed and not yet looked at. */
export type Exchange = (asked: Asked) => Promise<Outcome<unknown>>;

/** Longest answer that is read, characters; a list of a hundred payments takes 200,000. */
const MAX_BODY_LENGTH = 4 * 1024 * 1024;
const MAX_DETAIL_LENGTH = 500;

const isErrorBody = Schema.is(Schema.Struct({
  type: Schema.Literal("error"),
  code: Schema.String,
  description: Schema.optionalKey(Schema.String),
  parameter: Schema.optionalKey(Schema.String),
  retry_after: Schema.optionalKey(Schema.Finite),
}));
const isProcessing = Schema.is(Schema.Struct({ retry_after: Schema.Finite }));

/** Makes it for one account. */
export function createExchange(
  { baseUrl, credentials: { id, secretKey }, fetch, timeoutMs }: ExchangeOptions,
): Exchange {
  const basic = btoa(`${id}:${secretKey}`);
  const redact = (text: string): string =>
    [secretKey, basic].reduce((left, secret) => left.replaceAll(secret, "[secret]"), text)
      .slice(0, MAX_DETAIL_LENGTH);

  return async ({ method, path, query, body, key, signal }) => {
    const what = `${method} ${path}`;
    const timeout = AbortSignal.timeout(timeoutMs);
    let status: number;
    let text: string;
    try {
      const response = await ky(`${baseUrl}${path}`, {
        method,
        headers: {
          authorization: `Basic ${basic}`,
          accept: "application/json",
          ...(key === undefined ? {} : { "idempotence-key": key }),
        },
        ...(query === undefined ? {} : { searchParams: query }),
        ...(body === undefined ? {} : { json: body }),
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
        // The signal above holds for the body too; ky's own ends with the headers.
        timeout: false,
        retry: 0,
        redirect: "error",
        throwHttpErrors: false,
        ...(fetch === undefined ? {} : { fetch }),
      });
      status = response.status;
      text = await response.text();
    } catch (error: unknown) {
      if (timeout.aborted) return unknown("timeout", `No answer to ${what} in ${timeoutMs} ms`);
      const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      return unknown("network", redact(`No answer to ${what}: ${words}`));
    }
    if (timeout.aborted) return unknown("timeout", `No answer to ${what} in ${timeoutMs} ms`);
    const parsed = parse(text);
    if (status === 200) {
      return parsed === undefined
        ? unknown("unreadable", `The answer to ${what} is no JSON`)
        : { kind: "done", object: parsed };
    }
    const no = readRefusal(what, status, parsed);
    return no.kind === "unknown"
      ? no
      : { ...no, code: redact(no.code), description: redact(no.description) };
  };
}

function readRefusal(what: string, status: number, body: unknown): Refused | Unknown {
  const retryAfterMs = isProcessing(body) ? body.retry_after : null;
  const said = `${what} was answered with HTTP ${status}`;
  if (status === 202) return unknown("processing", said, retryAfterMs);
  if (status === 429) return unknown("tooManyRequests", said, retryAfterMs);
  if (status >= 500) return unknown("server", said, retryAfterMs);
  // A proxy's 403 or 404 is no word of YooKassa's.
  if (status < 400 || !isErrorBody(body)) return unknown("unreadable", said);
  const { code, description = "", parameter = null } = body;
  return { kind: "refused", status, code, description, parameter };
}

function parse(text: string): unknown {
  if (text.length > MAX_BODY_LENGTH) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // What it says instead may hold anything; that it is unreadable is all we pass on.
    return undefined;
  }
}
