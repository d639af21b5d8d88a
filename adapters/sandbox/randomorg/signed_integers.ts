/**
 * generateSignedIntegers: what is asked, what is drawn, and the object that is signed, its keys in
 * the order of Release 4. Guards against a verifier that passes only because the stand-in was lax.
 *
 * Source: api.random.org/json-rpc/4/signed; key order checked on real signed answers.
 */
import type { FaultKind } from "../door_types.ts";
import { createSeededRandom, type Random, randomInteger } from "../random.ts";
import type { World } from "../world.ts";
import { spend, timeText, useKey } from "./api_keys.ts";
import { malformed, RpcError } from "./rpc_error.ts";
import { readApiKey, readRpcParams, type RpcParams } from "./rpc_params.ts";
import { usableTicket, useTicket } from "./tickets.ts";

/** A finished draw as the books keep it; the signature is made from `random` when it is asked for. */
export interface StoredResult {
  readonly random: Readonly<Record<string, unknown>>;
  readonly cost: number;
  readonly bitsUsed: number;
  readonly bitsLeft: number;
  readonly requestsLeft: number;
  readonly advisoryDelay: number;
  readonly isSignatureWrong: boolean;
}

const MAX_VALUE = 1_000_000_000;
const MAX_COUNT = 10_000;
const MAX_USER_DATA = 1000;
const LICENSE = {
  type: "developer",
  text: "Random values licensed strictly for development and testing only",
  infoUrl: null,
};

/** What was asked for, checked. */
interface Draw {
  readonly n: number;
  readonly min: number;
  readonly max: number;
  readonly replacement: boolean;
  readonly base: number;
  readonly pregeneratedRandomization: Readonly<Record<string, string>> | null;
}

/**
 * Draws, and writes the result, the serial number and the used ticket into the books. Run it in a
 * transaction.
 *
 * @param flaw An ordered fault: `wrongSignature`, or `wrongRequest` (signed well, but not what was asked).
 * @throws {RpcError} When a parameter is refused.
 */
export function generateSignedIntegers(
  world: World,
  rawParams: unknown,
  flaw: FaultKind | null,
): StoredResult {
  const params = readRpcParams(rawParams, {
    required: ["apiKey", "n", "min", "max"],
    optional: [
      "replacement",
      "base",
      "pregeneratedRandomization",
      "licenseData",
      "userData",
      "ticketId",
    ],
  });
  const key = useKey(world, readApiKey(params));
  const draw = readDraw(params, world.clock.nowMs());
  const licenseData = params.raw("licenseData");
  if (licenseData !== null && typeof licenseData !== "object") throw malformed("licenseData");
  const userData = params.raw("userData");
  if (JSON.stringify(userData).length > MAX_USER_DATA) {
    throw new RpcError(203, "Parameter 'userData' is too long", ["userData", MAX_USER_DATA]);
  }
  const ticketId = params.raw("ticketId");
  if (ticketId !== null && !/^[0-9a-f]{16}$/.test(String(ticketId))) throw malformed("ticketId");
  const ticket = ticketId === null ? null : usableTicket(world, key.api_key, String(ticketId));

  const isOther = flaw === "wrongRequest";
  const asked = isOther ? { ...draw, max: Math.min(MAX_VALUE, draw.max + 1) } : draw;
  const bitsUsed = Math.ceil(draw.n * Math.log2(draw.max - draw.min + 1));
  const spent = spend(world, key, bitsUsed);
  const random = {
    method: "generateSignedIntegers",
    hashedApiKey: key.hashed,
    n: asked.n,
    min: asked.min,
    max: asked.max,
    replacement: asked.replacement,
    base: asked.base,
    pregeneratedRandomization: asked.pregeneratedRandomization,
    data: drawValues(sourceOf(world, asked), asked),
    license: LICENSE,
    licenseData,
    userData: isOther ? "another request" : userData,
    ticketData: ticket === null ? null : useTicket(world, ticket, spent.serial),
    completionTime: timeText(world.clock.nowMs()),
    serialNumber: spent.serial,
  };
  const result: StoredResult = {
    random,
    cost: 0,
    bitsUsed,
    bitsLeft: spent.bits_left,
    requestsLeft: spent.requests_left,
    advisoryDelay: world.randomTerms.advisoryDelayMs,
    isSignatureWrong: flaw === "wrongSignature",
  };
  world.store.run(
    "insert into random_results (api_key, serial, content) values (?, ?, ?)",
    key.api_key,
    spent.serial,
    JSON.stringify(result),
  );
  return result;
}

/** A result of earlier, or undefined. */
export function findResult(
  { store }: World,
  apiKey: string,
  serial: number,
): StoredResult | undefined {
  const row = store.one<{ content: string }>(
    "select content from random_results where api_key = ? and serial = ?",
    apiKey,
    serial,
  );
  return row === undefined ? undefined : JSON.parse(row.content);
}

function readDraw(params: RpcParams, nowMs: number): Draw {
  const n = params.integer("n", { min: 1, max: MAX_COUNT });
  const min = params.integer("min", { min: -MAX_VALUE, max: MAX_VALUE });
  const max = params.integer("max", { min: -MAX_VALUE, max: MAX_VALUE });
  if (min >= max) {
    throw new RpcError(300, "Parameter 'min' must be less than 'max'", ["min", "max"]);
  }
  const replacement = params.boolean("replacement", true);
  if (!replacement && n > max - min + 1) {
    throw new RpcError(
      301,
      "You have requested more unique values than the domain holds",
      [n, max - min + 1],
    );
  }
  const base = params.raw("base") === null ? 10 : params.integer("base", { min: 2, max: 16 });
  if (![2, 8, 10, 16].includes(base)) throw malformed("base");
  return {
    n,
    min,
    max,
    replacement,
    base,
    pregeneratedRandomization: readPregenerated(params, nowMs),
  };
}

function readPregenerated(params: RpcParams, nowMs: number): Record<string, string> | null {
  const value = params.raw("pregeneratedRandomization");
  if (value === null) return null;
  const name = "pregeneratedRandomization";
  const entries = typeof value === "object" ? Object.entries(value) : [];
  const [kind, text] = entries[0] ?? [];
  if (entries.length !== 1 || kind === undefined || typeof text !== "string") throw malformed(name);
  const today = new Date(nowMs).toISOString().slice(0, 10);
  const isDay = kind === "date" && /^\d{4}-\d{2}-\d{2}$/.test(text) && text <= today;
  const isName = kind === "id" && text.length >= 1 && text.length <= 64;
  if (!isDay && !isName) throw malformed(name);
  return { [kind]: text };
}

function sourceOf(world: World, draw: Draw): Random {
  const fixed = draw.pregeneratedRandomization;
  return fixed === null ? world.random : createSeededRandom(`randomorg/${JSON.stringify(fixed)}`);
}

function drawValues(random: Random, draw: Draw): (number | string)[] {
  const { n, min, max, base } = draw;
  const values = draw.replacement
    ? Array.from({ length: n }, () => randomInteger(random, min, max))
    : drawUnique(random, draw);
  if (base === 10) return values;
  const width = Math.max(Math.abs(min), Math.abs(max)).toString(base).length;
  return values.map((value) =>
    (value < 0 ? "-" : "") + Math.abs(value).toString(base).padStart(width, "0")
  );
}

/** Fisher–Yates over a range of which only the touched places are kept. */
function drawUnique(random: Random, { n, min, max }: Draw): number[] {
  const moved = new Map<number, number>();
  return Array.from({ length: n }, (_, index) => {
    const at = min + index;
    const pick = randomInteger(random, at, max);
    const value = moved.get(pick) ?? pick;
    moved.set(pick, moved.get(at) ?? at);
    return value;
  });
}
