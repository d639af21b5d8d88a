/**
 * Banks of the SBP, as `GET /sbp_banks` lists them: a handful of the real ones, in YooKassa's order
 * (by id, falling). The first is the example of YooKassa's own description.
 *
 * Source: YooKassa API v3 (GetSbpBanksResponse, SbpParticipantBank), July 2026.
 */
import type { SbpBank } from "../yookassa_types.ts";

/** All of them. */
export const SBP_BANKS: readonly SbpBank[] = [
  { bank_id: "100000000111", name: "Сбербанк", bic: "044525225" },
  { bank_id: "100000000022", name: "ЮMoney", bic: "044525444" },
  { bank_id: "100000000008", name: "АЛЬФА-БАНК", bic: "044525593" },
  { bank_id: "100000000007", name: "Райффайзенбанк", bic: "044525700" },
  { bank_id: "100000000005", name: "Банк ВТБ", bic: "044525187" },
  { bank_id: "100000000004", name: "Т-Банк", bic: "044525974" },
  { bank_id: "100000000001", name: "Газпромбанк", bic: "044525823" },
];

/** Undefined when no such bank takes part. */
export function findBank(bankId: string): SbpBank | undefined {
  return SBP_BANKS.find(({ bank_id }) => bank_id === bankId);
}
