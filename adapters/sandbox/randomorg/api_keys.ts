/**
 * API keys with their allowances and serial numbers. Every UUID is a running developer key, known
 * from its first use. Guards against gaps in the serial numbers: they are what an outsider counts to
 * see whether somebody drew twice.
 *
 * Source: api.random.org/api-keys; figures of a developer key from real answers.
 */
import { createHash } from "node:crypto";
import type { World } from "../world.ts";
import { RpcError } from "./rpc_error.ts";

/** One key. */
export interface KeyRow {
  readonly api_key: string;
  readonly hashed: string;
  readonly created_at: number;
  readonly serial: number;
  readonly bits_left: number;
  readonly requests_left: number;
  readonly total_bits: number;
  readonly total_requests: number;
}

const COLUMNS = `api_key, hashed, created_at, serial, bits_left, requests_left, total_bits,
  total_requests`;

/** base64(SHA-512(key in ASCII)), checked against RANDOM.ORG's own example. */
export function hashApiKey(apiKey: string): string {
  return createHash("sha512").update(apiKey, "ascii").digest("base64");
}

/** The key if it has been used before. */
export function knownKey({ store }: World, apiKey: string): KeyRow | undefined {
  return store.one<KeyRow>(`select ${COLUMNS} from random_keys where api_key = ?`, apiKey);
}

/** The key, its allowance renewed at midnight UTC. */
export function useKey(world: World, apiKey: string): KeyRow {
  const { store, clock, randomTerms } = world;
  const today = new Date(clock.nowMs()).toISOString().slice(0, 10);
  store.run(
    `insert into random_keys (api_key, hashed, created_at, day, bits_left, requests_left)
     values (?, ?, ?, ?, ?, ?) on conflict (api_key) do nothing`,
    apiKey,
    hashApiKey(apiKey),
    clock.nowMs(),
    today,
    randomTerms.bitsPerDay,
    randomTerms.requestsPerDay,
  );
  store.run(
    "update random_keys set day = ?, bits_left = ?, requests_left = ? where api_key = ? and day < ?",
    today,
    randomTerms.bitsPerDay,
    randomTerms.requestsPerDay,
    apiKey,
    today,
  );
  const key = knownKey(world, apiKey);
  if (key === undefined) throw new Error("An API key vanished from the books");
  return key;
}

/**
 * Takes one request and its bits from the allowance.
 *
 * @returns The key afterwards; its `serial` is this request's number.
 * @throws {RpcError} 402, 403.
 */
export function spend(world: World, key: KeyRow, bits: number): KeyRow {
  if (key.requests_left < 1) {
    throw new RpcError(402, "The API key you specified has no requests left today", [
      1,
      key.requests_left,
    ]);
  }
  if (key.bits_left < bits) {
    throw new RpcError(403, "The API key you specified has too few bits left today", [
      bits,
      key.bits_left,
    ]);
  }
  world.store.run(
    `update random_keys set serial = serial + 1, bits_left = bits_left - ?,
     requests_left = requests_left - 1, total_bits = total_bits + ?,
     total_requests = total_requests + 1 where api_key = ?`,
    bits,
    bits,
    key.api_key,
  );
  return useKey(world, key.api_key);
}

/** `YYYY-MM-DD HH:MM:SSZ`, as RANDOM.ORG writes times. */
export function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")}Z`;
}
