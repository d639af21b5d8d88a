/** The outside world of a run: one sandbox in this process, which no fault of the run reaches. */
import { generateKeyPairSync } from "node:crypto";
import { SANDBOX_TOKEN } from "../config/read_config.ts";
import { createPayers, type Payers } from "../sandbox/payers.ts";
import { createPeople, type People } from "../sandbox/people.ts";
import { createSandbox } from "../sandbox/sandbox.ts";

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

/** @param seed Makes its ids and draws repeatable. */
export async function openOutside(
  seed: string,
): Promise<{ outside: Outside; stop(): Promise<void> }> {
  // Half the usual size: the rules are the same, and each signature takes a fraction of the time.
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const sandbox = createSandbox({
    seed,
    token: SANDBOX_TOKEN,
    privateKeyPem: String(privateKey.export({ type: "pkcs8", format: "pem" })),
    flood: FLOOD,
    randomTerms: TERMS,
  });
  const { url, stop } = await sandbox.listen(0);
  return { outside: reachOutside(url, (request) => sandbox.fetch(request)), stop };
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
