/**
 * Idempotence keys: what was asked under a key is done once. For 24 hours the same request is answered
 * with its object as it is then, or refused as it was; another request under that key is refused.
 *
 * Source: yookassa.ru/developers/using-api/interaction-format (idempotence), July 2026. What the real one
 * says to another body is not published.
 */
import { createHash } from "node:crypto";
import type { World } from "../world.ts";
import type { AccountKind } from "./entries.ts";
import type { AnyObject, Objects } from "./objects.ts";
import { invalidRequest, YooKassaError } from "./yookassa_error.ts";

/** What a key stands for. */
export interface KeyedRequest {
  readonly account: AccountKind;
  readonly key: string;
  /** Path and body. */
  readonly request: unknown;
}

interface KeyRow {
  readonly digest: string;
  readonly object_id: string | null;
  readonly refusal: string | null;
}

const HEADER = "Idempotence-Key";
const LIFE_MS = 24 * 60 * 60 * 1000;

/**
 * Reads the key of a request.
 *
 * @throws {YooKassaError} 400 when there is none, or it is none.
 */
export function readKey(headers: Headers): string {
  const key = headers.get(HEADER);
  if (key === null) throw invalidRequest("Idempotence key is missing", HEADER);
  if (!/^[0-9a-zA-Z+\-_.]{1,64}$/.test(key)) {
    throw invalidRequest("Incorrect idempotence key", HEADER);
  }
  return key;
}

/**
 * Does a request unless it was done before. Runs within the transaction of the call.
 *
 * @returns The object, or the refusal: that one is kept too.
 */
export function doOnce(
  { store, clock, objects }: Pick<World, "store" | "clock"> & { readonly objects: Objects },
  { account, key, request }: KeyedRequest,
  make: () => AnyObject,
): AnyObject | YooKassaError {
  const nowMs = clock.nowMs();
  const digest = createHash("sha256").update(canonical(request)).digest("hex");
  store.run(
    "delete from yookassa_keys where account = ? and key = ? and at <= ?",
    account,
    key,
    nowMs - LIFE_MS,
  );
  const known = store.one<KeyRow>(
    "select digest, object_id, refusal from yookassa_keys where account = ? and key = ?",
    account,
    key,
  );
  if (known !== undefined && known.digest !== digest) {
    return invalidRequest("The idempotence key was used for another request", HEADER);
  }
  if (known?.refusal) return toError(JSON.parse(known.refusal));
  const shown = known?.object_id ? objects.show(known.object_id) : undefined;
  if (shown !== undefined) return shown;
  const made = attempt(make);
  const refusal = made instanceof YooKassaError ? JSON.stringify({ ...made }) : null;
  store.run(
    `insert into yookassa_keys (account, key, digest, object_id, refusal, at)
     values (?, ?, ?, ?, ?, ?)`,
    account,
    key,
    digest,
    made instanceof YooKassaError ? null : made.id,
    refusal,
    nowMs,
  );
  return made;
}

/** A refusal is an answer here: what it stands for is written down too. */
function attempt(make: () => AnyObject): AnyObject | YooKassaError {
  try {
    return make();
  } catch (error: unknown) {
    if (error instanceof YooKassaError) return error;
    throw error;
  }
}

function toError(
  { status, description, parameter }: Pick<YooKassaError, "status" | "description" | "parameter">,
): YooKassaError {
  return new YooKassaError(status, description, parameter);
}

/** JSON with its fields in one order: the order is no difference. */
function canonical(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, inner: unknown) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a < b ? -1 : 1))
        : inner,
  ) ?? "";
}
