/**
 * The one shop and the one payout gateway of the sandbox, and whose credentials a request carries. They
 * are two accounts with a secret each, as with YooKassa: the shop's opens no payouts, the gateway's no
 * payments.
 *
 * Source: yookassa.ru/developers/using-api/interaction-format (authentication), July 2026.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { AccountKind } from "./entries.ts";
import { YooKassaError } from "./yookassa_error.ts";

/** Credentials, as HTTP Basic carries them. */
export interface Credentials {
  readonly id: string;
  readonly secretKey: string;
}

/** The shop. */
export const SANDBOX_SHOP: Credentials = {
  id: "100500",
  secretKey: "test_sandbox-shop-secret-of-nobody",
};
/** The payout gateway. */
export const SANDBOX_GATEWAY: Credentials = {
  id: "200500",
  secretKey: "test_sandbox-gateway-secret-of-nobody",
};
/** The shop's subaccount, `recipient.gateway_id` of its payments. */
export const SHOP_SUBACCOUNT = "100700";

/**
 * Finds out who asks.
 *
 * @param header `Authorization` as it came.
 * @throws {YooKassaError} 401.
 */
export function authenticate(header: string | undefined): AccountKind {
  const given = digest(decodeBasic(header));
  if (timingSafeEqual(given, digest(text(SANDBOX_SHOP)))) return "shop";
  if (timingSafeEqual(given, digest(text(SANDBOX_GATEWAY)))) return "gateway";
  throw new YooKassaError(
    401,
    "Error in shopId or secret key. Check their validity. You can copy the key in the Merchant Profile",
    "Authorization",
  );
}

/** The id of an account. */
export function accountId(kind: AccountKind): string {
  return (kind === "shop" ? SANDBOX_SHOP : SANDBOX_GATEWAY).id;
}

function text({ id, secretKey }: Credentials): string {
  return `${id}:${secretKey}`;
}

function decodeBasic(header: string | undefined): string {
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/.exec(header ?? "")?.[1] ?? "";
  try {
    return atob(encoded);
  } catch {
    // No Base64: as wrong as any other wrong secret.
    return "";
  }
}

function digest(value: string): Uint8Array {
  return createHash("sha256").update(value).digest();
}
