/** What the operator's functions share: where they read, and the kinds that are known. */
import type { Connection, Database } from "../../db/connection.ts";
import type { ActorDefinition } from "../define_actor.ts";
import type { Log } from "../log.ts";
import type { EventJson, OperatorOptions } from "./operator_types.ts";

export interface OperatorHost {
  readonly database: Database;
  readonly definitions: ReadonlyMap<string, ActorDefinition>;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly postingsOf: NonNullable<OperatorOptions["postingsOf"]>;
}

/** The question was wrong, not the answer. */
export class UsageError extends TypeError {
  override readonly name = "UsageError";
}

const MAX_LIMIT = 1_000;
const DEFAULT_LIMIT = 100;
const DEFAULT_SCANNED = 5_000;

/**
 * @throws {UsageError} When it is not a whole number from 1 to 1,000.
 */
export function takeLimit(limit: number = DEFAULT_LIMIT): number {
  return takeNumber("limit", limit, { from: 1, to: MAX_LIMIT });
}

/**
 * @throws {UsageError} When it is not a whole number, 1 or more.
 */
export function takeScanned(maxScanned: number = DEFAULT_SCANNED): number {
  return takeNumber("maxScanned", maxScanned, { from: 1, to: Number.MAX_SAFE_INTEGER });
}

/** The number of a row, after which a page begins. */
export function takeAfter(after: number = 0): number {
  return takeNumber("after", after, { from: 0, to: Number.MAX_SAFE_INTEGER });
}

function takeNumber(name: string, value: number, { from, to }: { from: number; to: number }) {
  if (Number.isInteger(value) && value >= from && value <= to) return value;
  throw new UsageError(`${name} is ${value}, allowed is a whole number from ${from} to ${to}`);
}

/** Runs `read` on what is committed at one moment. */
export function atOneMoment<T>(
  database: Database,
  read: (tx: Connection) => Promise<T>,
): Promise<T> {
  return database.transaction(async (tx) => {
    await tx.query("set transaction isolation level repeatable read, read only");
    return await read(tx);
  });
}

/** A stored event, whatever it is. */
export function eventFromText(text: string): EventJson {
  const event = JSON.parse(text) as EventJson | null;
  return typeof event?.type === "string" ? event : { type: "xstate.init" };
}
