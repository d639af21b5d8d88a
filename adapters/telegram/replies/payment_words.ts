/** What has become of a payment, a refund or a movement of money, in words. */
import type { Language } from "../../../machines/domain/events.ts";
import { plain } from "../texts.ts";

const paymentStatuses = new Set([
  "quoting",
  "invoicing",
  "invoiced",
  "approved",
  "paying",
  "reserving",
  "paid",
  "ticketed",
  "refunding",
  "refunded",
  "kept",
  "returning",
  "returned",
  "chargedBack",
  "refused",
  "failed",
  "expired",
  "requested",
  "failing",
]);
const movementStatuses = new Set(["posted", "reversed", "held", "voided", "expired"]);
const types = new Set([
  "entry",
  "refund",
  "prize",
  "commission",
  "topUp",
  "withdrawal",
  "givenUp",
  "bonus",
  "adjustment",
]);

/** Of a payment or of a refund. */
export function paymentStatusWords(language: Language, status: string): string {
  return plain(language, `payment-${paymentStatuses.has(status) ? status : "other"}`);
}

/** Of a movement on the balance. */
export function movementStatusWords(language: Language, status: string): string {
  return plain(language, `movement-${movementStatuses.has(status) ? status : "other"}`);
}

/** What a movement is. */
export function transactionWords(language: Language, type: string): string {
  return plain(language, `transaction-${types.has(type) ? type : "other"}`);
}
