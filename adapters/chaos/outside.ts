/** The outside world of a run: one sandbox in this process, which no fault of the run reaches. */
import { generateKeyPairSync } from "node:crypto";
import { SANDBOX_TOKEN } from "../config/read_config.ts";
import { createPayers, type Payers } from "../sandbox/payers.ts";
import { createPeople, type People } from "../sandbox/people.ts";
import { createSandbox } from "../sandbox/sandbox.ts";
import { YOOKASSA_NOTICE_PATH } from "../http/create_app.ts";
import { createLaterClock } from "./later_clock.ts";

/** The sandbox as its customers reach it. */
export interface Outside {
  readonly url: string;
  readonly people: People;
  /** YooKassa's payers and its cabinet. */
  readonly payers: Payers;
  /** Asks RANDOM.ORG a method as its customer would. @throws {Error} With its words when it refuses. */
  ask<T>(method: string, params: Readonly<Record<string, unknown>>): Promise<T>;
  /** RANDOM.ORG's public key. */
  publicKey(): Promise<string>;
}

/** The product's own limits still hold; these only leave room for two nodes that know not of each other. */
const FLOOD = { perSecond: 200, perChatPerSecond: 10, chatBurst: 20 };
/** A day's allowance of a developer key would end a long run. */
const TERMS = { requestsPerDay: 1_000_000, bitsPerDay: 1_000_000_000 };

export interface OpenOutside {
  readonly outside: Outside;
  /** So much later everything is there now. */
  skip(ms: number): void;
  stop(): Promise<void>;
}

/**
 * @param seed Makes its ids and draws repeatable.
 * @param productUrl Where the product is reached now: YooKassa's notices go there.
 */
export async function openOutside(
  seed: string,
  productUrl: () => string | undefined,
): Promise<OpenOutside> {
  // Half the usual size: the rules are the same, and each signature takes a fraction of the time.
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const clock = createLaterClock();
  const sandbox = createSandbox({
    seed,
    clock,
    deliver: (request) => passOn(request, productUrl()),
    token: SANDBOX_TOKEN,
    privateKeyPem: String(privateKey.export({ type: "pkcs8", format: "pem" })),
    flood: FLOOD,
    randomTerms: TERMS,
  });
  const { url, stop } = await sandbox.listen(0);
  const outside = reachOutside(url, (request) => sandbox.fetch(request));
  await outside.payers.set({ noticeUrl: `http://127.0.0.1${YOOKASSA_NOTICE_PATH}` });
  return { outside, skip: clock.skip, stop };
}

/** A proxy stands before the nodes: while none is there it says so. */
async function passOn(request: Request, productUrl: string | undefined): Promise<Response> {
  if (productUrl === undefined) return new Response(null, { status: 502 });
  const { method, headers, signal } = request;
  const url = new URL(new URL(request.url).pathname, productUrl);
  return await fetch(url, { method, headers, signal, body: await request.text() });
}

/** @param fetch Stands in for the network. */
export function reachOutside(
  url: string,
  fetch: (request: Request) => Promise<Response> = (request) => globalThis.fetch(request),
): Outside {
  return {
    url,
    people: createPeople(url, { bot: SANDBOX_TOKEN, fetch }),
    payers: createPayers(url, { fetch }),
    async ask(method, params) {
      const response = await fetch(
        new Request(`${url}/randomorg/json-rpc/4/invoke`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ jsonrpc: "2.0", method, params, id: 1 }),
        }),
      );
      const { result, error } = await response.json();
      if (error !== undefined) throw new Error(error.message);
      return result;
    },
    publicKey: async () => await (await fetch(new Request(`${url}/randomorg/key.pem`))).text(),
  };
}
