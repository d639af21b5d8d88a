/** For tests: a `fetch` that answers from a list and notes what it was asked, and a clock by hand. */
import { createRandomOrg, type RandomOrg } from "../random_org.ts";

/** The key of RANDOM.ORG's own examples; its hash is published there. */
export const TEST_API_KEY = "00000000-0000-0000-0000-000000000000";

/** SHA-512 of that key. Source: api.random.org/json-rpc/4/signed, examples. */
export const TEST_HASHED_KEY =
  "oT3AdLMVZKajz0pgW/8Z+t5sGZkqQSOnAi1aB8Li0tXgWf8LolrgdQ1wn9sKx1ehxhUZmhwUIpAtM8QeRbn51Q==";

/** 2026-01-02 22:00 UTC, two hours before the allowance is renewed. */
export const START_MS = Date.UTC(2026, 0, 2, 22);

/** One request as it was sent. */
export interface SentCall {
  readonly method: string;
  readonly params: Record<string, unknown>;
  readonly body: string;
  readonly contentType: string | null;
  readonly url: string;
  readonly atMs: number;
}

/**
 * An answer: a JSON-RPC result, its raw text (`{id}` stands for the call's id), an RPC error, an HTTP
 * status, or something thrown.
 */
export type FakeAnswer =
  | { readonly result: unknown }
  | { readonly raw: string }
  | { readonly error: { code: number; message: string; data?: unknown } }
  | { readonly status: number; readonly body?: string }
  | { readonly thrown: unknown };

/** A client whose far side is the given answers, in order. */
export interface FakeExchange {
  readonly randomOrg: RandomOrg;
  readonly sent: SentCall[];
  /** Pauses asked for, milliseconds. */
  readonly slept: number[];
  /** Moves the clock. */
  advance(ms: number): void;
}

/** Makes it. */
export function fakeExchange(answers: readonly FakeAnswer[]): FakeExchange {
  const left = [...answers];
  const sent: SentCall[] = [];
  const slept: number[] = [];
  let nowMs = START_MS;
  const fetch = async (input: Request | URL | string, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const body = await request.text();
    const { method, params, id } = JSON.parse(body);
    const contentType = request.headers.get("content-type");
    sent.push({ method, params, body, contentType, url: request.url, atMs: nowMs });
    return respond(left.shift() ?? { status: 500 }, id);
  };
  const randomOrg = createRandomOrg({
    baseUrl: "http://127.0.0.1:1",
    apiKey: TEST_API_KEY,
    fetch,
    nowMs: () => nowMs,
    sleep: (ms) => {
      slept.push(ms);
      nowMs += ms;
      return Promise.resolve();
    },
  });
  return { randomOrg, sent, slept, advance: (ms) => nowMs += ms };
}

function respond(answer: FakeAnswer, id: unknown): Response {
  if ("thrown" in answer) throw answer.thrown;
  if ("status" in answer) {
    return new Response(answer.status === 204 ? null : answer.body ?? "", {
      status: answer.status,
    });
  }
  if ("raw" in answer) return new Response(answer.raw.replace("{id}", JSON.stringify(id)));
  return new Response(JSON.stringify({ jsonrpc: "2.0", ...answer, id }));
}

/** The text of a signed result, `random` spelled in a way that no writer of ours would. */
export function signedResultText(randomText: string, more = ""): string {
  return `{"random":${randomText},"signature":"c2ln"${more}}`;
}
