/**
 * Client of RANDOM.ORG's Signed API, release 4: the methods a draw needs, decoded once, errors in the
 * runtime's words. Never repeats a request by itself. Source: api.random.org/json-rpc/4/signed.
 */
import { sha512 } from "@noble/hashes/sha2.js";
import { Schema } from "effect";
import { TerminalError } from "../../actors/errors.ts";
import type { SignedAnswer } from "../../machines/domain/draw/check_signed_answer.ts";
import type { SignedIntegersParams } from "../../machines/domain/draw/draw_request.ts";
import { createJsonRpc, type JsonRpcAnswer } from "./json_rpc.ts";
import { RandomOrgUnavailable } from "./random_org_errors.ts";
import { sliceJsonMember } from "./slice_json_member.ts";

/** Where the real service lives. */
export const RANDOM_ORG_URL = "https://api.random.org";

/** What a client is made of. */
export interface RandomOrgOptions {
  /** May have a path. @default {RANDOM_ORG_URL} any other origin counts as a stand-in */
  readonly baseUrl?: string;
  /** Secret; appears in no error. */
  readonly apiKey: string;
  /** @default {globalThis.fetch} */
  readonly fetch?: typeof fetch;
  /** Epoch milliseconds. @default {Date.now} */
  readonly nowMs?: () => number;
  /** Waits so many milliseconds. @default a timer */
  readonly sleep?: (ms: number) => Promise<void>;
}

const CreatedTicket = Schema.Struct({ ticketId: Schema.String, creationTime: Schema.String });
const Ticket = Schema.Struct({
  ticketId: Schema.String,
  hashedApiKey: Schema.String,
  /** Null while unused. */
  usedTime: Schema.NullOr(Schema.String),
  serialNumber: Schema.NullOr(Schema.Int),
  expirationTime: Schema.NullOr(Schema.String),
  result: Schema.optionalKey(Schema.NullOr(Schema.Struct({ signature: Schema.String }))),
});
const Usage = Schema.Struct({
  /** `running`, `paused` or `stopped`. */
  status: Schema.String,
  bitsLeft: Schema.Finite,
  requestsLeft: Schema.Finite,
});
const SignedResult = Schema.Struct({
  random: Schema.Struct({ hashedApiKey: Schema.String, serialNumber: Schema.Int }),
  signature: Schema.String,
});

/** A ticket's state; with its answer when it was used and shows its result. */
export type TicketState = Omit<typeof Ticket.Type, "result"> & {
  readonly answer: SignedAnswer | undefined;
};

/** The client. Every method throws `RandomOrgUnavailable` or `TerminalError` ("randomorg.<code>"). */
export interface RandomOrg {
  /** base64(SHA-512(API key)), as it stands in every signed answer of ours. */
  readonly hashedApiKey: string;
  /** Whether this is not the real service. */
  readonly isSandbox: boolean;
  /** @param options.n 1 to 50 tickets; they expire after 30 days */
  createTickets(
    options: { n: number; showResult: boolean },
  ): Promise<readonly (typeof CreatedTicket.Type)[]>;
  generateSignedIntegers(params: SignedIntegersParams): Promise<SignedAnswer>;
  /** Needs no key, costs nothing. */
  getTicket(ticketId: string): Promise<TicketState>;
  /** The stored answer of a serial number; kept for a year at least, costs nothing. */
  getResult(serialNumber: number): Promise<SignedAnswer>;
  /** What RANDOM.ORG itself says of a signature. Needs no key, costs nothing. */
  verifySignature(answer: SignedAnswer): Promise<boolean>;
  getUsage(): Promise<typeof Usage.Type>;
}

/**
 * Makes a client.
 *
 * @throws {TypeError} When the API key cannot be one.
 */
export function createRandomOrg(
  {
    baseUrl = RANDOM_ORG_URL,
    apiKey,
    fetch,
    nowMs = Date.now,
    sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  }: RandomOrgOptions,
): RandomOrg {
  if (!/^[A-Za-z0-9-]{8,100}$/.test(apiKey)) {
    throw new TypeError("The RANDOM.ORG API key must be 8 to 100 letters, digits and dashes");
  }
  const url = new URL(`${baseUrl.replace(/\/+$/, "")}/json-rpc/4/invoke`);
  const call = createJsonRpc({ url: url.href, apiKey, fetch, nowMs, sleep });
  const hashedApiKey = hashApiKey(apiKey);

  function readSigned(method: string, answer: JsonRpcAnswer): SignedAnswer {
    const { random, signature } = decodeResult(SignedResult, method, answer);
    if (random.hashedApiKey !== hashedApiKey) {
      throw new TerminalError(
        "randomorg.hashedApiKey",
        `RANDOM.ORG signed result ${random.serialNumber} for another API key`,
      );
    }
    return { randomText: rawRandom(method, answer, ["result", "random"]), signature };
  }

  return {
    hashedApiKey,
    isSandbox: url.origin !== RANDOM_ORG_URL,

    async createTickets({ n, showResult }) {
      const method = "createTickets";
      const paramsText = JSON.stringify({ apiKey, n, showResult });
      const answer = await call({ method, paramsText, timeoutMs: 30_000, costs: true });
      const tickets = decodeResult(Schema.Array(CreatedTicket), method, answer);
      if (tickets.length !== n) {
        throw new RandomOrgUnavailable("unknown", `${n} tickets asked, ${tickets.length} made`);
      }
      return tickets;
    },

    async generateSignedIntegers(params) {
      const method = "generateSignedIntegers";
      const paramsText = JSON.stringify({ apiKey, ...params, pregeneratedRandomization: null });
      // Two minutes, as its guidelines wish and its own client does.
      return readSigned(
        method,
        await call({ method, paramsText, timeoutMs: 120_000, costs: true }),
      );
    },

    async getTicket(ticketId) {
      const method = "getTicket";
      const paramsText = JSON.stringify({ ticketId });
      const answer = await call({ method, paramsText, timeoutMs: 30_000, costs: false });
      const { result, ...state } = decodeResult(Ticket, method, answer);
      if (!result) return { ...state, answer: undefined };
      const randomText = rawRandom(method, answer, ["result", "result", "random"]);
      return { ...state, answer: { randomText, signature: result.signature } };
    },

    async getResult(serialNumber) {
      const method = "getResult";
      const paramsText = JSON.stringify({ apiKey, serialNumber });
      return readSigned(
        method,
        await call({ method, paramsText, timeoutMs: 30_000, costs: false }),
      );
    },

    async verifySignature({ randomText, signature }) {
      const method = "verifySignature";
      const paramsText = `{"random":${randomText},"signature":${JSON.stringify(signature)}}`;
      const answer = await call({ method, paramsText, timeoutMs: 30_000, costs: false });
      return decodeResult(Schema.Struct({ authenticity: Schema.Boolean }), method, answer)
        .authenticity;
    },

    async getUsage() {
      const method = "getUsage";
      const paramsText = JSON.stringify({ apiKey });
      const answer = await call({ method, paramsText, timeoutMs: 30_000, costs: false });
      return decodeResult(Usage, method, answer);
    },
  };
}

/** base64(SHA-512(key)), as RANDOM.ORG writes it into what it signs. */
export function hashApiKey(apiKey: string): string {
  return btoa(String.fromCharCode(...sha512(new TextEncoder().encode(apiKey))));
}

function decodeResult<S extends Schema.ConstraintDecoder<unknown>>(
  schema: S,
  method: string,
  answer: JsonRpcAnswer,
): S["Type"] {
  try {
    return Schema.decodeUnknownSync(schema)(answer.result);
  } catch (error) {
    // The schema's error holds the whole answer: only its words go on.
    throw new RandomOrgUnavailable("unknown", `The answer to ${method} is of another form`, {
      cause: new Error(error instanceof Error ? error.message : String(error)),
    });
  }
}

function rawRandom(method: string, { body }: JsonRpcAnswer, path: readonly string[]): string {
  try {
    const text = sliceJsonMember(body, path);
    if (text !== undefined) return text;
  } catch (cause) {
    throw new RandomOrgUnavailable("unknown", `The answer to ${method} is ambiguous`, { cause });
  }
  throw new RandomOrgUnavailable("unknown", `The answer to ${method} has no "random"`);
}
