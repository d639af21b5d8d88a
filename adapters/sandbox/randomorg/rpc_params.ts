/**
 * Parameters of a RANDOM.ORG call: by name, no unknown ones, each of its kind and range. Guards
 * against a client that sends what the real service would refuse with -32602 or 200.
 */
import { invalidParams, malformed, outOfRange, RpcError } from "./rpc_error.ts";

/** Reads parameters one by one. */
export interface RpcParams {
  text(name: string): string;
  integer(name: string, range: { readonly min: number; readonly max: number }): number;
  boolean(name: string, fallback?: boolean): boolean;
  /** As sent; null when it was not. */
  raw(name: string): unknown;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Checks the names, and gives readers for the values.
 *
 * @param params What was sent.
 * @param names Required and optional names.
 * @throws {RpcError} -32602 when a required one is missing or another was sent.
 */
export function readRpcParams(
  params: unknown,
  names: { readonly required: readonly string[]; readonly optional?: readonly string[] },
): RpcParams {
  if (typeof params !== "object" || params === null || Array.isArray(params)) throw invalidParams();
  const given = params as Record<string, unknown>;
  const known = [...names.required, ...names.optional ?? []];
  if (Object.keys(given).some((name) => !known.includes(name))) throw invalidParams();
  if (names.required.some((name) => !Object.hasOwn(given, name))) throw invalidParams();
  return {
    text(name) {
      const value = given[name];
      if (typeof value !== "string") throw malformed(name);
      return value;
    },
    integer(name, { min, max }) {
      const value = given[name];
      if (typeof value !== "number" || !Number.isSafeInteger(value)) throw malformed(name);
      if (value < min || value > max) throw outOfRange(name, min, max);
      return value;
    },
    boolean(name, fallback) {
      const value = given[name] ?? fallback;
      if (typeof value !== "boolean") throw malformed(name);
      return value;
    },
    raw: (name) => given[name] ?? null,
  };
}

/**
 * Reads the API key.
 *
 * @throws {RpcError} 400 when it is no UUID: such a key cannot exist.
 */
export function readApiKey(params: RpcParams): string {
  const apiKey = params.text("apiKey");
  if (!UUID.test(apiKey)) {
    throw new RpcError(400, "The API key you specified does not exist", ["apiKey"]);
  }
  return apiKey;
}
