/**
 * A sandbox for the sandbox's own tests: a fake clock, a bot, no port, and short ways to call it.
 */
import { createFakeClock, type FakeClock } from "./clock.ts";
import { createPeople, type People } from "./people.ts";
import { createSandbox, type Sandbox, type SandboxOptions } from "./sandbox.ts";

/** A token of the right form. */
export const TOKEN = "123456789:AAHsandboxAAHsandboxAAHsandboxAAHs1";

/** What a Bot API call answered. */
export interface Answer {
  readonly status: number;
  readonly ok: boolean;
  // deno-lint-ignore no-explicit-any -- tests look into answers of every shape
  readonly result?: any;
  readonly description?: string;
  readonly parameters?: { readonly retry_after: number };
}

/** Everything a test needs. */
export interface Fixture {
  readonly sandbox: Sandbox;
  readonly clock: FakeClock;
  readonly people: People;
  /** Calls a Bot API method with JSON. */
  call(method: string, params?: unknown, token?: string): Promise<Answer>;
  /** Sends a RANDOM.ORG call and gives the whole JSON-RPC answer. */
  // deno-lint-ignore no-explicit-any -- tests look into answers of every shape
  rpc(method: string, params: unknown): Promise<any>;
  request(path: string, init?: RequestInit): Promise<Response>;
}

let pem: Promise<string> | undefined;

/** A 2048-bit key, made once per process: the size does not matter to the rules, only to the time. */
export function testKeyPem(): Promise<string> {
  return pem ??= makePem();
}

/** @param options As for {@link createSandbox}; the clock is fake. */
export async function createFixture(
  options: SandboxOptions & { readonly clock?: FakeClock } = {},
): Promise<Fixture> {
  const clock = options.clock ?? createFakeClock();
  const sandbox = createSandbox({
    seed: "test",
    token: TOKEN,
    privateKeyPem: await testKeyPem(),
    ...options,
    clock,
  });
  const request = (path: string, init?: RequestInit): Promise<Response> =>
    sandbox.fetch(new Request(`http://sandbox${path}`, init));
  const post = (path: string, body: unknown): Promise<Response> =>
    request(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  return {
    sandbox,
    clock,
    people: createPeople("http://sandbox", { fetch: sandbox.fetch }),
    request,
    async call(method, params = {}, token = TOKEN) {
      const response = await post(`/bot${token}/${method}`, params);
      return { status: response.status, ...await response.json() };
    },
    async rpc(method, params) {
      const call = { jsonrpc: "2.0", method, params, id: 7 };
      return await (await post("/randomorg/json-rpc/4/invoke", call)).json();
    },
  };
}

async function makePem(): Promise<string> {
  const { privateKey } = await crypto.subtle.generateKey(
    {
      name: "RSASSA-PKCS1-v1_5",
      hash: "SHA-512",
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
    },
    true,
    ["sign", "verify"],
  );
  const bytes = new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey));
  const base64 = btoa([...bytes].map((byte) => String.fromCharCode(byte)).join(""));
  return `-----BEGIN PRIVATE KEY-----\n${base64}\n-----END PRIVATE KEY-----`;
}
