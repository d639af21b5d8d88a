/**
 * Client of drand's HTTP relays: the signature of one round. Relays are not trusted and need not be:
 * whatever they say counts only under the chain's key, so each is asked in turn until one has it.
 * Source: docs.drand.love/developer/http-api (v1, which all relays speak) and drand's handler/http/
 * server.go, which answers 404 to a round that is still to come.
 */
import { Schema } from "effect";
import ky, { HTTPError } from "ky";
import { RetryableError } from "../../actors/errors.ts";
import {
  type BeaconChain,
  BeaconRound,
  BeaconSignature,
  beaconValue,
  chainHash,
  type NamedRound,
  QUICKNET_HASH,
} from "../../machines/domain/draw/beacon.ts";
import { Sha256Hex } from "../../machines/domain/draw/hex.ts";
import { isRoundSigned } from "../../machines/domain/draw/verify_beacon.ts";
import type { Log } from "../supervisor/log_port.ts";

/** The League of Entropy's public relays. */
export const DRAND_URLS = [
  "https://api.drand.sh",
  "https://api2.drand.sh",
  "https://api3.drand.sh",
  "https://drand.cloudflare.com",
] as const;

/** Longest wait for one relay, milliseconds; there are eight at most. */
const RELAY_TIMEOUT_MS = 5_000;

/** Longest answer that is read, characters; a round takes about 260. */
const MAX_BODY_LENGTH = 10_000;

const Round = Schema.Struct({
  round: BeaconRound,
  signature: BeaconSignature,
  /** Absent in newer relays' answers; it follows from the signature. */
  randomness: Schema.optionalKey(Sha256Hex),
});
const decodeRound = Schema.decodeUnknownSync(Schema.fromJsonString(Round));

/** What a client is made of. */
export interface DrandOptions {
  /** Addresses of relays, asked in this order. */
  readonly urls: readonly string[];
  /** The chain whose rounds seals name. */
  readonly chain: BeaconChain;
  readonly fetch?: typeof fetch | undefined;
  readonly log: Log;
}

/** The client. */
export interface Drand {
  readonly chain: BeaconChain;
  /**
   * The signature of a round, checked.
   *
   * @throws {RetryableError} When no relay has it, or none can be reached.
   */
  signatureOf(round: NamedRound): Promise<string>;
}

/** Where a relay tells a round, for programs and for people. */
export function roundUrl(relay: string, { chain, round }: NamedRound): string {
  return `${relay.replace(/\/+$/, "")}/${chainHash(chain)}/public/${round}`;
}

/** The public page of a round; undefined when a stand-in made it. */
export function publicRoundUrl(named: NamedRound): string | undefined {
  const [relay] = DRAND_URLS;
  return chainHash(named.chain) === QUICKNET_HASH ? roundUrl(relay, named) : undefined;
}

/** Makes a client. */
export function createDrand({ urls, chain, fetch, log }: DrandOptions): Drand {
  async function ask(url: string, { chain, round }: NamedRound): Promise<string> {
    const body = await ky.get(roundUrl(url, { chain, round }), {
      timeout: RELAY_TIMEOUT_MS,
      retry: 0,
      redirect: "error",
      ...(fetch === undefined ? {} : { fetch }),
    }).text();
    if (body.length > MAX_BODY_LENGTH) throw new Error("The answer is too long");
    const { round: told, signature, randomness } = decodeRound(body);
    if (told !== round) throw new Error(`It is round ${told}`);
    if (!isRoundSigned({ chain, round, signature })) throw new Error("The signature is wrong");
    if (randomness !== undefined && randomness !== beaconValue(signature)) {
      throw new Error("The randomness does not belong to the signature");
    }
    return signature;
  }

  return {
    chain,
    async signatureOf(named) {
      const { round } = named;
      for (const url of urls) {
        try {
          return await ask(url, named);
        } catch (error) {
          const relay = new URL(url).host;
          const reason = error instanceof Error ? error.message : String(error);
          // Just after its time a round is often not there yet.
          const level = isNotThere(error) ? "debug" : "warn";
          log(level, "A drand relay gives no round", { relay, round, reason });
        }
      }
      const text = `Round ${round} of drand is not to be had from ${urls.length} relays`;
      throw new RetryableError(text, { isOutcomeUnknown: false });
    },
  };
}

function isNotThere(error: unknown): boolean {
  return error instanceof HTTPError && [404, 425].includes(error.response.status);
}
