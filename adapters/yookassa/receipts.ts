/**
 * Receipts (54-FZ): one line for the whole payment, with the codes that the owner configured. Which they
 * must be, his accountant knows.
 *
 * Source: YooKassa API v3 (ReceiptData), July 2026.
 */
import type { AmountText } from "./amounts.ts";

/** What stands in every receipt. */
export interface ReceiptSettings {
  /** Rate of VAT, 1 to 12. */
  readonly vatCode: number;
  /** For example `service`. */
  readonly paymentSubject: string;
  /** For example `full_payment`. */
  readonly paymentMode: string;
  /** For example `another`; YooKassa's own receipts and FFD 1.2 need it. */
  readonly measure?: string;
  /** 1 to 6, for shops with several. */
  readonly taxSystemCode?: number;
}

/** Where the payer's receipt is sent: one of both. */
export type ReceiptCustomer = { readonly email: string } | { readonly phone: string };

const MAX_DESCRIPTION = 128;

/** Writes the receipt of one payment. */
export function buildReceipt(
  { vatCode, paymentSubject, paymentMode, measure, taxSystemCode }: ReceiptSettings,
  { customer, description, amount }: {
    readonly customer: ReceiptCustomer;
    readonly description: string;
    readonly amount: AmountText;
  },
): Record<string, unknown> {
  return {
    customer,
    items: [{
      description: cutCharacters(description, MAX_DESCRIPTION),
      quantity: 1,
      amount,
      vat_code: vatCode,
      payment_subject: paymentSubject,
      payment_mode: paymentMode,
      ...(measure === undefined ? {} : { measure }),
    }],
    internet: true,
    ...(taxSystemCode === undefined ? {} : { tax_system_code: taxSystemCode }),
  };
}

/** At most so many characters, none of them cut in two. */
export function cutCharacters(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}
