/**
 * The JSON form of contexts, events, inputs and outputs.
 *
 * What JSON would change in silence (Date, Map, NaN, a class) is refused with the place where it
 * was found; actor references and errors have a form of their own, so that they come back.
 */
import { type ActorReference, addressOf } from "./reference.ts";

/** XState's own mark of a reference in persisted data. */
const REFERENCE_MARK = "xstate$$type";
const ERROR_MARK = "zhreb$$error";
const MAX_DEPTH = 64;

/**
 * @param what Names the value in the error's text, e.g. `event "pay"`.
 * @throws {TypeError} When the value cannot be kept as JSON; the text names the place.
 */
export function toJson(value: unknown, what: string): string {
  return JSON.stringify(plain(value, what, 0)) ?? "null";
}

/** @param resolve Makes the reference to an address. */
export function fromJson(text: string, resolve: (address: string) => ActorReference): unknown {
  const value: unknown = JSON.parse(text);
  return text.includes(REFERENCE_MARK) || text.includes(ERROR_MARK)
    ? revive(value, resolve)
    : value;
}

function plain(value: unknown, where: string, depth: number): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "undefined":
      return value;
    case "number":
      if (Number.isFinite(value)) return value;
      throw new TypeError(`Cannot keep ${value} as JSON, found in ${where}`);
    case "object":
      return value === null ? null : plainObject(value, where, depth);
    default:
      throw new TypeError(`Cannot keep a ${typeof value} as JSON, found in ${where}`);
  }
}

function plainObject(value: object, where: string, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new TypeError(`Cannot keep ${where} as JSON: nested too deeply`);
  if (Array.isArray(value)) {
    return value.map((item, index) => plain(item, `${where}[${index}]`, depth + 1) ?? null);
  }
  const address = addressOf(value);
  if (address !== undefined) {
    return { [REFERENCE_MARK]: 1, id: (value as ActorReference).id, address };
  }
  if (value instanceof Error) return { [ERROR_MARK]: plainError(value) };
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    const name = prototype.constructor?.name ?? "an object of a class";
    throw new TypeError(`Cannot keep ${name} as JSON, found in ${where}`);
  }
  if (REFERENCE_MARK in value || ERROR_MARK in value) {
    // Data from outside must not become a reference, which machines send to.
    throw new TypeError(
      `Cannot keep a field "${REFERENCE_MARK}" or "${ERROR_MARK}", found in ${where}`,
    );
  }
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    copy[key] = plain((value as Record<string, unknown>)[key], `${where}.${key}`, depth + 1);
  }
  return copy;
}

function revive(value: unknown, resolve: (address: string) => ActorReference): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => revive(item, resolve));
  const record = value as Record<string, unknown>;
  if (record[REFERENCE_MARK] === 1 && typeof record.address === "string") {
    return resolve(record.address);
  }
  if (ERROR_MARK in record) return reviveError(record[ERROR_MARK] as StoredError);
  for (const key of Object.keys(record)) record[key] = revive(record[key], resolve);
  return record;
}

interface StoredError {
  name: string;
  message: string;
  code?: string;
}

function plainError(error: Error & { code?: unknown }): StoredError {
  const { name, message, code } = error;
  return { name, message, ...(typeof code === "string" ? { code } : {}) };
}

function reviveError({ message, ...rest }: StoredError): Error {
  return Object.assign(new Error(message), rest);
}
