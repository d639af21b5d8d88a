/**
 * Names of people who are paid: kept here, shown to nobody, named by an id in a payout. They wait for
 * their first payout and then live for five years.
 *
 * Source: YooKassa API v3 (PersonalData) and yookassa.ru/developers/payouts/scenario-extensions,
 * July 2026. For how long they wait is not published; ours wait for a week.
 */
import type { PersonalDataObject } from "../yookassa_types.ts";
import { newObjectId, timeText } from "./ids.ts";
import { readPersonalDataRequest } from "./requests.ts";
import type { ApiCall, YooKassaContext } from "./yookassa_context.ts";
import { invalidRequest } from "./yookassa_error.ts";

/** Whose account it should be. */
export interface Recipient {
  readonly last_name: string;
  readonly first_name: string;
  readonly middle_name?: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const WAITING_MS = 7 * DAY_MS;
const LIFE_MS = 5 * 365 * DAY_MS;

/** `POST /personal_data`. */
export function createPersonalData(
  { world, objects, jobs, body }: ApiCall,
): PersonalDataObject {
  const { type, metadata, last_name, first_name, middle_name } = readPersonalDataRequest(body);
  const nowMs = world.clock.nowMs();
  const object: PersonalDataObject = {
    id: `pd-${newObjectId(world)}`,
    type,
    status: "waiting_for_operation",
    created_at: timeText(nowMs),
    metadata: metadata ?? {},
  };
  objects.add("personal_data", {
    object,
    hidden: {
      last_name,
      first_name,
      ...(middle_name === undefined ? {} : { middle_name }),
    },
  });
  jobs.plan("personal_data", object.id, nowMs + WAITING_MS);
  return object;
}

/**
 * Uses personal data for a payout.
 *
 * @returns Whose account the payout must go to; undefined when that is not to be checked.
 * @throws {YooKassaError} 400 when the payout may not name them.
 */
export function usePersonalData(
  context: YooKassaContext,
  named: readonly { readonly id: string }[],
  channel: string,
): Recipient | undefined {
  const { world, objects, jobs } = context;
  const found = named.map(({ id }) => {
    const stored = objects.find("personal_data", id);
    if (stored !== undefined && stored.object.status !== "canceled") return stored;
    throw invalidRequest("There are no such personal data any more", "personal_data");
  });
  const recipient = found.find(({ object }) => object.type === "sbp_payout_recipient");
  if (recipient !== undefined && channel !== "sbp") {
    throw invalidRequest("The receiver is checked in the SBP alone", "personal_data");
  }
  if (new Set(found.map(({ object }) => object.type)).size < found.length) {
    throw invalidRequest("Expected different types", "personal_data");
  }
  const expiresAtMs = world.clock.nowMs() + LIFE_MS;
  for (const { object, hidden } of found) {
    const active: PersonalDataObject = {
      ...object,
      status: "active",
      expires_at: timeText(expiresAtMs),
    };
    objects.save({ object: active, hidden });
    jobs.plan("personal_data", object.id, expiresAtMs);
  }
  return recipient?.hidden;
}

/** They were not used in time. */
export function expirePersonalData({ objects }: YooKassaContext, id: string): void {
  const stored = objects.find("personal_data", id);
  if (stored === undefined) return;
  const { expires_at: _, ...object } = stored.object;
  objects.save({
    // The names are deleted with it.
    hidden: { last_name: "", first_name: "" },
    object: {
      ...object,
      status: "canceled",
      cancellation_details: { party: "yoo_money", reason: "expired_by_timeout" },
    },
  });
}
