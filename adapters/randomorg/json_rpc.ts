/**
 * JSON-RPC as RANDOM.ORG wants it: one request at a time, never before the advised pause is over, none
 * of those that cost after the day's allowance is used up. Answers with the raw body beside the parsed
 * one. Source: api.random.org/guidelines, api.random.org/json-rpc/4/signed.
 */
import { Schema } from "effect";
import ky, { HTTPError } from "ky";
import {
  isQuotaCode,
  RandomOrgUnavailable,
  translateRpcError,
  translateStatus,
  untilMidnightMs,
} from "./random_org_errors.ts";

/** Longest pause that is waited for here; a longer one is given back to the runtime. */
const MAX_WAIT_MS = 60_000;

/** Most calls that wait for their turn; a draw makes two or three. */
const MAX_WAITING = 200;

/** Longest answer that is read, characters: 10,000 numbers take 120,000. */
const MAX_BODY_LENGTH = 4 * 1024 * 1024;

/** What the calls need. */
export interface JsonRpcOptions {
  /** Full address of the endpoint. */
  readonly url: string;
  /** Kept out of every error. */
  readonly apiKey: string;
  readonly fetch: typeof fetch | undefined;
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** One call. */
export interface JsonRpcCall {
  readonly method: string;
  /** The parameters as JSON text, sent unchanged. */
  readonly paramsText: string;
  /** Longest time for the whole answer, milliseconds. */
  readonly timeoutMs: number;
  /** Whether it counts against the day's allowance. */
  readonly costs: boolean;
}

/** An answer. */
export interface JsonRpcAnswer {
  /** The `result`, parsed. */
  readonly result: unknown;
  /** The whole body as it came. */
  readonly body: string;
}

const Envelope = Schema.Struct({
  id: Schema.Unknown,
  result: Schema.optionalKey(Schema.Unknown),
  error: Schema.optionalKey(
    Schema.NullOr(Schema.Struct({ code: Schema.Int, message: Schema.String })),
  ),
});
const decodeEnvelope = Schema.decodeUnknownSync(Envelope);
const hasAdvice = Schema.is(Schema.Struct({ advisoryDelay: Schema.Finite }));

/**
 * Makes the caller.
 *
 * @returns a function that resolves with the answer
 * @throws {RandomOrgUnavailable} (the returned function) When trying again later may help; its
 *   `outcome` says whether the request may have been carried out.
 * @throws {TerminalError} (the returned function) When the request was refused for good.
 */
export function createJsonRpc(
  { url, apiKey, fetch, nowMs, sleep }: JsonRpcOptions,
): (call: JsonRpcCall) => Promise<JsonRpcAnswer> {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let nextId = 1;
  let notBeforeMs = 0;
  let exhaustedUntilMs = 0;

  function call(request: JsonRpcCall): Promise<JsonRpcAnswer> {
    if (waiting >= MAX_WAITING) {
      const text = `Cannot call ${request.method}: ${waiting} calls wait for RANDOM.ORG already`;
      return Promise.reject(new RandomOrgUnavailable("notDone", text));
    }
    waiting++;
    const turn = last.then(() => takeTurn(request)).finally(() => waiting--);
    // The next call waits for this one's end, however it ends.
    last = turn.catch(() => undefined);
    return turn;
  }

  async function takeTurn(request: JsonRpcCall): Promise<JsonRpcAnswer> {
    const { method } = request;
    if (request.costs && nowMs() < exhaustedUntilMs) {
      throw new RandomOrgUnavailable(
        "notDone",
        `Cannot call ${method}: today's allowance is used up`,
        { retryAfterMs: exhaustedUntilMs - nowMs() },
      );
    }
    const waitMs = notBeforeMs - nowMs();
    if (waitMs > MAX_WAIT_MS) {
      const text = `Cannot call ${method}: RANDOM.ORG advised to wait ${waitMs} ms`;
      throw new RandomOrgUnavailable("notDone", text, { retryAfterMs: waitMs });
    }
    if (waitMs > 0) await sleep(waitMs);
    return await exchange(request);
  }

  async function exchange({ method, paramsText, timeoutMs }: JsonRpcCall): Promise<JsonRpcAnswer> {
    const id = nextId++;
    const payload = `{"jsonrpc":"2.0","method":"${method}","params":${paramsText},"id":${id}}`;
    const body = await post({ method, payload, timeoutMs });
    const envelope = readEnvelope(method, body);
    if (envelope.error) {
      const { code, message } = envelope.error;
      if (isQuotaCode(code)) exhaustedUntilMs = nowMs() + untilMidnightMs(nowMs());
      throw translateRpcError({ method, code, message: redact(message), nowMs: nowMs() });
    }
    if (envelope.id !== id || envelope.result === undefined) {
      throw new RandomOrgUnavailable("unknown", `The answer to ${method} belongs to another call`);
    }
    if (hasAdvice(envelope.result)) notBeforeMs = nowMs() + envelope.result.advisoryDelay;
    return { result: envelope.result, body };
  }

  async function post(
    { method, payload, timeoutMs }: { method: string; payload: string; timeoutMs: number },
  ): Promise<string> {
    let body: string;
    try {
      body = await ky.post(url, {
        body: payload,
        headers: { "content-type": "application/json" },
        timeout: timeoutMs,
        retry: 0,
        redirect: "error",
        ...(fetch === undefined ? {} : { fetch }),
      }).text();
    } catch (error) {
      if (error instanceof HTTPError) {
        throw translateStatus({ method, status: error.response.status });
      }
      // ky's errors hold the request, and with it the key: only their words go on.
      const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw new RandomOrgUnavailable("unknown", `No answer from RANDOM.ORG to ${method}`, {
        cause: new Error(redact(words)),
      });
    }
    if (body === "") throw translateStatus({ method, status: 204 });
    if (body.length > MAX_BODY_LENGTH) {
      throw new RandomOrgUnavailable("unknown", `The answer to ${method} is too long`);
    }
    return body;
  }

  function readEnvelope(method: string, body: string): typeof Envelope.Type {
    try {
      return decodeEnvelope(JSON.parse(body));
    } catch {
      // What it says instead may hold anything; that it is unreadable is all we pass on.
      throw new RandomOrgUnavailable("unknown", `The answer to ${method} is not JSON-RPC`);
    }
  }

  function redact(text: string): string {
    return text.replaceAll(apiKey, "[API key]");
  }

  return call;
}
