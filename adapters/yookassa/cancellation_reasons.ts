/**
 * Why YooKassa's payments, refunds and payouts come to nothing: the reasons that are known today. The
 * lists are open: what is not here is told as "for another reason". The words for people are in
 * `adapters/telegram/yookassa_words.ts`.
 *
 * Source: YooKassa API v3, OpenAPI description of July 2026 (cancellation_details) and
 * yookassa.ru/developers (declined payments, refunds, payouts), July 2026. Left out are reasons of what
 * we do not use: mobile balance, deals, loans, saved methods, electronic certificates, self-employed.
 */

/** What of YooKassa's came to nothing. */
export type YooKassaOperation = "payment" | "refund" | "payout";

/** The known reasons of each. */
export const cancellationReasons = {
  payment: [
    "3d_secure_failed",
    "call_issuer",
    "canceled_by_merchant",
    "card_expired",
    "country_forbidden",
    "expired_on_capture",
    "expired_on_confirmation",
    "fraud_suspected",
    "general_decline",
    "identification_required",
    "insufficient_funds",
    "internal_timeout",
    "invalid_card_number",
    "invalid_csc",
    "issuer_unavailable",
    "payment_method_limit_exceeded",
    "payment_method_restricted",
  ],
  refund: [
    "general_decline",
    "insufficient_funds",
    "payment_expired",
    "rejected_by_payee",
    "rejected_by_timeout",
    "yoo_money_account_closed",
  ],
  payout: [
    "fraud_suspected",
    "general_decline",
    "identification_required",
    "insufficient_funds",
    "issuer_unavailable",
    "one_time_limit_exceeded",
    "periodic_limit_exceeded",
    "recipient_check_failed",
    "recipient_not_found",
    "rejected_by_payee",
  ],
} as const satisfies Readonly<Record<YooKassaOperation, readonly string[]>>;
