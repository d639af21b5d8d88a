/**
 * The JSON form of contexts, events, inputs and outputs.
 *
 * What JSON would change in silence (Map, NaN, a class) is refused with the place where it was found;
 * actor references, errors, dates and the `undefined` of a list have a form of their own, so that
 * they come back.
 */
import { type ActorReference, addressOf } from "./reference.ts";

/** XState's own mark of a reference in persisted data. */
const REFERENCE_MARK = "xstate$$type";
const ERROR_MARK = "zhreb$$error";
/** Epoch milliseconds; null for a date that is none. */
const DATE_MARK = "zhreb$$date";
const UNDEFINED_MARK = "zhreb$$undefined";
const MARKS = [REFERENCE_MARK, ERROR_MARK, DATE_MARK, UNDEFINED_MARK];
/** Part of every mark. */
const ANY_MARK = "$$";
const MAX_DEPTH = 64;

/**
 * @param what Names the value in the error's text, e.g. `event "pay"`.
 * @throws {TypeError} When the value cannot be kept as JSON; the text names the place.
 */
export function toJson(value: unknown, what: string): string {
  if (value === undefined) return `{"${UNDEFINED_MARK}":1}`;
  return JSON.stringify(isPlain(value, 0) ? value : plain(value, what, 0));
}

/** Whether JSON keeps the value as it is, so that it needs no copy; most values are so. */
function isPlain(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      return value === null || (depth <= MAX_DEPTH && isPlainObject(value, depth));
    default:
      return false;
  }
}

function isPlainObject(value: object, depth: number): boolean {
  if (Array.isArray(value)) {
    // Not `every`, which would leave out the holes of a list.
    for (let index = 0; index < value.length; index++) {
      if (!isPlain(value[index], depth + 1)) return false;
    }
    return true;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  // References bear their address under a symbol.
  if (addressOf(value) !== undefined) return false;
  for (const key in value) {
    if (key.includes(ANY_MARK)) return false;
    const item = (value as Record<string, unknown>)[key];
    if (item !== undefined && !isPlain(item, depth + 1)) return false;
  }
  return true;
}

/** @param resolve Makes the reference to an address. */
export function fromJson(text: string, resolve: (address: string) => ActorReference): unknown {
  const value: unknown = JSON.parse(text);
  return text.includes(ANY_MARK) ? revive(value, resolve) : value;
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
    // Not `map`, which would leave the holes of a list as they are.
    return Array.from(
      value,
      (item, index) =>
        item === undefined ? { [UNDEFINED_MARK]: 1 } : plain(item, `${where}[${index}]`, depth + 1),
    );
  }
  const address = addressOf(value);
  if (address !== undefined) {
    return { [REFERENCE_MARK]: 1, id: (value as ActorReference).id, address };
  }
  if (value instanceof Error) return { [ERROR_MARK]: plainError(value, depth) };
  if (value instanceof Date) return { [DATE_MARK]: value.getTime() };
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    const name = prototype.constructor?.name ?? "an object of a class";
    throw new TypeError(`Cannot keep ${name} as JSON, found in ${where}`);
  }
  const mark = MARKS.find((each) => each in value);
  // Data from outside must not become a reference, which machines send to.
  if (mark !== undefined) throw new TypeError(`Cannot keep a field "${mark}", found in ${where}`);
  // Without a prototype, so that "__proto__" is a name like others.
  const copy: Record<string, unknown> = Object.create(null);
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
  if (ERROR_MARK in record) return reviveError(record[ERROR_MARK] as StoredError, resolve);
  if (DATE_MARK in record) return new Date(record[DATE_MARK] as number | null ?? NaN);
  if (UNDEFINED_MARK in record) return undefined;
  for (const key of Object.keys(record)) record[key] = revive(record[key], resolve);
  return record;
}

/** Beside these, the error's own fields. */
interface StoredError {
  name: string;
  message: string;
  cause?: unknown;
}

/** What cannot be kept of an error is left out: the rest of it still says what went wrong. */
function plainError(error: Error, depth: number): StoredError {
  const { name, message } = error;
  const stored: StoredError = { name, message };
  const keys = error.cause === undefined ? Object.keys(error) : ["cause", ...Object.keys(error)];
  for (const key of keys) {
    if (key === "name" || key === "message" || key === "stack") continue;
    try {
      const field = plain(error[key as keyof Error], key, depth + 1);
      if (field !== undefined) stored[key as keyof StoredError] = field as string;
    } catch (reason) {
      if (!(reason instanceof TypeError)) throw reason;
    }
  }
  return stored;
}

function reviveError(stored: StoredError, resolve: (address: string) => ActorReference): Error {
  const { message, cause, ...fields } = stored;
  const error = cause === undefined
    ? new Error(message)
    : new Error(message, { cause: revive(cause, resolve) });
  return Object.assign(error, revive(fields, resolve));
}
