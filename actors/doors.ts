/** What may come in from outside: events, inputs and keys, checked before anything is stored. */
import type { EventObject } from "xstate";
import { fromJson, toJson } from "./json.ts";
import type { ActorReference } from "./reference.ts";

const MAX_EVENT_CHARACTERS = 256_000;
const MAX_KEY_CHARACTERS = 500;

/**
 * @returns The event as it would come back from the database.
 * @throws {TypeError} When it is no event, is `xstate.*`, or cannot be kept as JSON.
 */
export function takeEvent(
  event: EventObject,
  referenceTo: (address: string) => ActorReference,
): EventObject {
  if (typeof event !== "object" || event === null || typeof event.type !== "string") {
    throw new TypeError(`Cannot send ${JSON.stringify(event)}: an event is an object with a type`);
  }
  if (event.type === "" || event.type.length > 200) {
    throw new TypeError("Cannot send an event whose type is empty or over 200 characters");
  }
  if (event.type.startsWith("xstate.")) {
    throw new TypeError(`Cannot send "${event.type}": only the runtime may say "xstate.*"`);
  }
  return takeValue(event, `event "${event.type}"`, referenceTo) as EventObject;
}

/**
 * @param what Names the value in the error's text.
 * @returns The value as it would come back, so that it is the same whether or not it was stored.
 * @throws {TypeError} When it cannot be kept as JSON or is too large.
 */
export function takeValue(
  value: unknown,
  what: string,
  referenceTo: (address: string) => ActorReference,
): unknown {
  if (value === undefined) return undefined;
  const text = toJson(value, what);
  if (text.length <= MAX_EVENT_CHARACTERS) return fromJson(text, referenceTo);
  throw new TypeError(
    `Cannot take ${what}: ${text.length} characters, ${MAX_EVENT_CHARACTERS} are allowed`,
  );
}

/** @throws {TypeError} When the key is empty, too long or cannot be stored. */
export function assertKey(key: string | undefined): void {
  if (key === undefined) return;
  if (
    typeof key === "string" && key !== "" && key.length <= MAX_KEY_CHARACTERS &&
    !key.includes("\0") && key.isWellFormed()
  ) {
    return;
  }
  throw new TypeError(`Cannot use this key: expected 1 to ${MAX_KEY_CHARACTERS} characters`);
}
