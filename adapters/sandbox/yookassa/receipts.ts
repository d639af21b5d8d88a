/**
 * Receipts (54-FZ): whether one is there when it must be, and whether its items sum to the payment.
 * Registering them is imitated, as in YooKassa's test mode: it succeeds with what it belongs to.
 */
import { toKopecks } from "./kopecks.ts";
import type { Receipt } from "./requests.ts";
import type { YooKassaContext } from "./yookassa_context.ts";
import { invalidRequest } from "./yookassa_error.ts";

/**
 * Checks what the schema cannot.
 *
 * @param kopecks What the receipt is for.
 * @throws {YooKassaError} 400.
 */
export function checkReceipt(
  { settings }: Pick<YooKassaContext, "settings">,
  receipt: Receipt | undefined,
  kopecks: number,
): void {
  if (receipt === undefined) {
    if (!settings.read().needsReceipts) return;
    throw invalidRequest("Receipt is missing or illegal", "receipt");
  }
  const sum = receipt.items.reduce(
    (total, { amount, quantity }) => total + Math.round(toKopecks(amount) * quantity),
    0,
  );
  if (sum !== kopecks) {
    throw invalidRequest("The sum of the receipt's items differs from the amount", "receipt.items");
  }
}
