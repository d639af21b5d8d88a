/** One row of Telegram's books: what it says, and what of ours it is. Pure. */
import type { StarBookRow } from "../../db/star_books.ts";
import type { StarPurchase } from "../../db/star_purchases.ts";
import type { JudgedCharge } from "../../db/treasury.ts";
import type { PaymentId } from "../../machines/domain/events.ts";
import type { FindingKind, LateCharge, OwnerMoveKind } from "../../machines/domain/treasury.ts";
import { isPaymentId } from "../supervisor/payment_rows.ts";
import { playerIdOf } from "../supervisor/telegram_person.ts";

/** Billionths in a Star. Source: Bot API 10.3, StarTransaction.nanostar_amount. */
export const NANOS = 1_000_000_000n;

/** An amount as Telegram gives it. Source: Bot API 10.3, StarAmount. */
export function nanosOf(
  { amount, nanostar_amount = 0 }: { amount: number; nanostar_amount?: number | undefined },
): bigint {
  return BigInt(amount) * NANOS + BigInt(nanostar_amount);
}

/** A row with what is read out of it. */
export interface BookRow extends StarBookRow {
  /** The payment that an invoice was for, when the payload is one of ours. */
  readonly payload: PaymentId | undefined;
  readonly telegramUserId: number | undefined;
  /** What was bought: the id of a gift, months of Premium; null where the row does not name it. */
  readonly item: string | null;
}

/** What a row is. */
export type RowVerdict =
  | { status: "ours"; as: "charge" | "return" }
  /** It is if he said so. */
  | { status: "ownerMove"; kind: OwnerMoveKind }
  /** It is if mass notices are paid for. */
  | { status: "bill" }
  /** It is if a prize was sent so. */
  | { status: "purchase"; purchase: StarPurchase }
  /** `late`: its payment can be told now. */
  | { status: "finding"; kind: FindingKind; late?: LateCharge };

/** What of ours is known of the rows of a page. */
export interface KnownThings {
  readonly charges: ReadonlyMap<string, JudgedCharge>;
  readonly payments: ReadonlySet<string>;
}

/** Whole Stars of billionths, decimal; fractions as far as they go. */
export function starsOf(nanos: bigint): string {
  const [sign, size] = nanos < 0n ? ["-", -nanos] : ["", nanos];
  const fraction = (size % NANOS).toString().padStart(9, "0").replace(/0+$/, "");
  return `${sign}${size / NANOS}${fraction === "" ? "" : `.${fraction}`}`;
}

/** Reads out of a row what it is judged by. */
export function bookRowOf(row: StarBookRow): BookRow {
  const { source, receiver } = JSON.parse(row.raw) as { source?: Partner; receiver?: Partner };
  const { invoice_payload: payload, user, gift, premium_subscription_duration: months } = source ??
    receiver ?? {};
  return {
    ...row,
    payload: typeof payload === "string" && isPaymentId(payload) ? payload : undefined,
    telegramUserId: typeof user?.id === "number" ? user.id : undefined,
    item: typeof gift?.id === "string" ? gift.id : typeof months === "number" ? `${months}` : null,
  };
}

/** Source: Bot API 10.3, TransactionPartnerUser. */
interface Partner {
  readonly invoice_payload?: unknown;
  readonly user?: { readonly id?: unknown };
  readonly gift?: { readonly id?: unknown };
  readonly premium_subscription_duration?: unknown;
}

/** What the row is, by what is known of ours. */
export function judgeRow(row: BookRow, known: KnownThings): RowVerdict {
  if (row.partner === "user/invoice_payment") return judgeCharge(row, known);
  if (row.partner === "fragment") {
    return { status: "ownerMove", kind: row.direction === "in" ? "topUp" : "withdrawal" };
  }
  // Source: Bot API 10.3, TransactionPartnerTelegramApi: paid broadcasting.
  if (row.partner === "telegram_api" && row.direction === "out") return { status: "bill" };
  return judgePurchase(row) ?? { status: "finding", kind: "unknownRow" };
}

/** Source: Bot API 10.3, TransactionPartnerUser.transaction_type. */
const purchases = new Map(
  [
    ["user/gift_purchase", "gift"],
    ["user/premium_purchase", "premium"],
  ] as const,
);

function judgePurchase(
  { transactionId, direction, partner, nanos, atMs, telegramUserId, item }: BookRow,
): RowVerdict | undefined {
  const kind = purchases.get(partner as "user/gift_purchase");
  if (kind === undefined || direction === "in" || telegramUserId === undefined) return undefined;
  if (nanos % NANOS !== 0n) return undefined;
  const playerId = playerIdOf(telegramUserId);
  return {
    status: "purchase",
    purchase: { transactionId, playerId, kind, item, stars: nanos / NANOS, atMs },
  };
}

function judgeCharge(row: BookRow, { charges, payments }: KnownThings): RowVerdict {
  const { transactionId, direction, nanos } = row;
  const charge = charges.get(transactionId);
  if (charge === undefined || direction === "out" && !charge.isGone) {
    const kind = direction === "in" ? "lateCharge" : "lateReturn";
    const late = lateChargeOf(row, payments);
    return late === undefined
      ? { status: "finding", kind: "unknownRow" }
      : { status: "finding", kind, late };
  }
  if (charge.minor * NANOS !== nanos) return { status: "finding", kind: "amountDiffers" };
  return { status: "ours", as: direction === "in" ? "charge" : "return" };
}

/** The news for its payment, if there is one. */
function lateChargeOf(
  { transactionId, payload, telegramUserId, nanos }: BookRow,
  payments: ReadonlySet<string>,
): LateCharge | undefined {
  if (payload === undefined || telegramUserId === undefined || !payments.has(payload)) {
    return undefined;
  }
  if (nanos % NANOS !== 0n) return undefined;
  return {
    paymentId: payload,
    chargeId: transactionId,
    payerId: playerIdOf(telegramUserId),
    amount: { minor: (nanos / NANOS).toString(), currency: "XTR" },
  };
}
