/**
 * Payouts to people: pending → succeeded or canceled. The money leaves the gateway's balance at once
 * and comes back when it is cancelled. A card's number comes from the widget alone, as a token.
 *
 * Source: yookassa.ru/developers/payouts and YooKassa API v3 (PayoutRequest, Payout), July 2026.
 */
import { randomHex } from "../random.ts";
import type { PayoutDestination, PayoutObject } from "../yookassa_types.ts";
import { cardOfToken } from "./card_tokens.ts";
import { defined } from "./defined.ts";
import { newObjectId, timeText } from "./ids.ts";
import { toKopecks } from "./kopecks.ts";
import type { Stored } from "./objects.ts";
import { partyOf, requireLeast, whyCanceled } from "./payout_rules.ts";
import { type Recipient, usePersonalData } from "./personal_data.ts";
import { type DestinationData, readPayoutRequest } from "./requests.ts";
import { findBank } from "./sbp_banks.ts";
import { viewCard } from "./test_cards.ts";
import type { ApiCall, YooKassaContext } from "./yookassa_context.ts";
import { invalidRequest, YooKassaError } from "./yookassa_error.ts";

interface Target {
  readonly destination: PayoutDestination;
  /** The number of the card, wallet or phone. */
  readonly receiver: string;
}

/** `POST /payouts`. */
export function createPayout(call: ApiCall): PayoutObject {
  const { world, settings, objects, entries, fault } = call;
  const request = readPayoutRequest(call.body);
  const target = request.payout_token === undefined
    ? targetOf(request.payout_destination_data)
    : targetOfToken(call, request.payout_token);
  const kopecks = toKopecks(request.amount);
  const asked = { channel: target.destination.type, kopecks, receiver: target.receiver };
  requireLeast(asked);
  const recipient = usePersonalData(call, request.personal_data ?? [], target.destination.type);
  const ordered = fault?.kind === "canceled" ? fault.description ?? "general_decline" : null;
  const reason = ordered ?? whyCanceled(call, asked) ?? whyNotThisOne(call, target, recipient);
  const id = `po-${newObjectId(world)}`;
  const object: PayoutObject = {
    id,
    amount: request.amount,
    status: "pending",
    payout_destination: target.destination.type === "sbp"
      ? { ...target.destination, recipient_checked: recipient !== undefined }
      : target.destination,
    ...defined({ description: request.description }),
    created_at: timeText(world.clock.nowMs()),
    metadata: request.metadata ?? {},
    test: settings.read().isTest,
  };
  const isReserved = entries.balance("gateway") >= kopecks;
  if (isReserved) entries.add({ account: "gateway", kind: "payout", amount: -kopecks, ref: id });
  const payout = { object, hidden: { reason, receiver: target.receiver, isReserved } };
  objects.add("payout", payout);
  const { payoutDelayMs } = settings.read();
  if (payoutDelayMs === "held") return object;
  if (payoutDelayMs === 0) return settlePayout(call, payout, reason);
  call.jobs.plan("payout", id, world.clock.nowMs() + payoutDelayMs);
  return object;
}

/** A payout comes to its end. @param reason Why it comes to nothing; null: it succeeds. */
export function settlePayout(
  { objects, entries, notices, jobs, world }: YooKassaContext,
  payout: Stored<"payout">,
  reason: string | null,
): PayoutObject {
  const { id, amount, payout_destination } = payout.object;
  jobs.forget("payout", id);
  const object: PayoutObject = reason === null
    ? {
      ...payout.object,
      status: "succeeded",
      succeeded_at: timeText(world.clock.nowMs()),
      payout_destination: payout_destination.type === "sbp"
        ? { ...payout_destination, sbp_operation_id: randomHex(world.random, 16).toUpperCase() }
        : payout_destination,
    }
    : {
      ...payout.object,
      status: "canceled",
      cancellation_details: { party: partyOf(reason), reason },
    };
  objects.save({ ...payout, object });
  if (reason !== null && payout.hidden.isReserved) {
    entries.add({ account: "gateway", kind: "payoutReturn", amount: toKopecks(amount), ref: id });
  }
  notices.tell(reason === null ? "payout.succeeded" : "payout.canceled", object);
  world.signals.raise(`yookassa/${id}`);
  return object;
}

/** @throws {YooKassaError} When nothing can go there. */
function targetOf(data: DestinationData | undefined): Target {
  switch (data?.type) {
    case "sbp": {
      if (findBank(data.bank_id) === undefined) {
        throw invalidRequest("There is no such bank in the SBP", "payout_destination_data.bank_id");
      }
      const { phone, bank_id } = data;
      return {
        destination: { type: "sbp", phone, bank_id, recipient_checked: false },
        receiver: phone,
      };
    }
    case "yoo_money": {
      const { account_number } = data;
      return { destination: { type: "yoo_money", account_number }, receiver: account_number };
    }
    default:
      throw new YooKassaError(
        403,
        "Payouts by card number need a PCI DSS certificate: use the widget's payout_token",
        "payout_destination_data.type",
      );
  }
}

function targetOfToken({ world }: YooKassaContext, token: string): Target {
  const number = cardOfToken(world, token);
  if (number === undefined) throw invalidRequest("There is no such token", "payout_token");
  return { destination: { type: "bank_card", card: viewCard(number) }, receiver: number };
}

/** Whether the account behind a phone is somebody else's than the one who was named. */
function whyNotThisOne(
  { world }: YooKassaContext,
  { receiver }: Target,
  recipient: Recipient | undefined,
): string | null {
  if (recipient === undefined) return null;
  const row = world.store.one<{ owner: string }>(
    "select owner from yookassa_phones where phone = ?",
    receiver,
  );
  if (row === undefined) return null;
  return sameName(JSON.parse(row.owner), recipient) ? null : "recipient_check_failed";
}

function sameName(left: Recipient, right: Recipient): boolean {
  const nameOf = ({ last_name, first_name, middle_name = "" }: Recipient): string =>
    `${last_name}|${first_name}|${middle_name}`.toLowerCase().replaceAll("ё", "е");
  return nameOf(left) === nameOf(right);
}
