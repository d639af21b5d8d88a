/**
 * Idempotence-Keys. YooKassa remembers one for 24 hours from its first request; what is repeated later
 * under it is a new operation. So an outcome that is still unknown then must be looked up, and never be
 * asked for again.
 *
 * Source: yookassa.ru/developers/using-api/interaction-format (idempotence), July 2026.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** For so long a key makes repeats harmless. */
export const IDEMPOTENCE_KEY_LIFE_MS = 24 * 60 * 60 * 1000;

/**
 * The key that belongs to a text, for example to the id of a payment: always the same, and another for
 * every other text. A UUID (version 8), which is what YooKassa advises.
 */
export function idempotenceKeyOf(text: string): string {
  const hex = bytesToHex(sha256(utf8ToBytes(text)));
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

/** @throws {TypeError} When a text cannot be a key. */
export function requireKey(key: string): string {
  if (/^[0-9a-zA-Z+\-_.]{1,64}$/.test(key)) return key;
  throw new TypeError("An Idempotence-Key must be 1 to 64 letters, digits and + - _ .");
}
