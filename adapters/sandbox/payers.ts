/**
 * A typed client of the doors around YooKassa: the demo and the tests play payers, banks and the owner's
 * cabinet with it, and ask YooKassa's own books who was paid. Faults are ordered through `people.ts`, with
 * the service `yookassa`.
 */
import { createAskDoor, type DoorClientOptions } from "./door_client.ts";
import type {
  ForgedNotice,
  PayerOrder,
  PaymentObject,
  PayoutObject,
  PhoneOwner,
  RefundObject,
  SandboxNotice,
  SettleOrder,
  WidgetCard,
  YooKassaBooks,
  YooKassaCall,
  YooKassaSettings,
} from "./yookassa_types.ts";

export type * from "./yookassa_types.ts";

/** Payers, banks, the cabinet. Every method throws `DoorRefusedError` when refused. */
export interface Payers {
  /** What a payer does on the page of a payment, in one go. */
  pay(paymentId: string, order?: PayerOrder): Promise<PaymentObject>;
  /** Ends a refund that is pending. */
  settleRefund(refundId: string, order?: SettleOrder): Promise<RefundObject>;
  /** Ends a payout that is pending. */
  settlePayout(payoutId: string, order?: SettleOrder): Promise<PayoutObject>;
  /** YooKassa's books of the shop and of the gateway, whole kopecks. */
  books(): Promise<YooKassaBooks>;
  /** API calls after an id, with `waitMs` waiting for one. */
  calls(
    options?: { readonly after?: number; readonly method?: string; readonly waitMs?: number },
  ): Promise<readonly YooKassaCall[]>;
  settings(): Promise<YooKassaSettings>;
  /** Changes what is set in the cabinet; what is not named stays. */
  set(change: Partial<YooKassaSettings>): Promise<YooKassaSettings>;
  notices(): Promise<readonly SandboxNotice[]>;
  /** Delivers a notice one more time, whether or not it was delivered. */
  redeliverNotice(id: number): Promise<void>;
  /** Sends a notice that YooKassa never sent. @returns Its number. */
  forgeNotice(notice: ForgedNotice): Promise<number>;
  /** The owner puts kopecks on the gateway's balance, or takes them out when negative. */
  topUp(kopecks: number): Promise<void>;
  /** Says who holds the account behind a phone number, for the check of the receiver. */
  phoneOwner(owner: PhoneOwner): Promise<void>;
  /** What the payout widget gives for a card. */
  tokenize(number: string): Promise<WidgetCard>;
}

/**
 * Makes the client.
 *
 * @param url Base address of the sandbox, as `listen` gave it.
 * @example
 * const payers = createPayers(sandbox.url);
 * await payers.set({ noticeUrl: "http://127.0.0.1:8080/yookassa/notices" });
 * await payers.pay(payment.id, { card: "5555555555554477" });
 * const { shop } = await payers.books();
 */
export function createPayers(url: string, options: DoorClientOptions = {}): Payers {
  const ask = createAskDoor(`${url.replace(/\/$/, "")}/sandbox/yookassa`, options);
  return {
    pay: (id, order = {}) => ask("post", `payments/${id}/pay`, order),
    settleRefund: (id, order = {}) => ask("post", `refunds/${id}/settle`, order),
    settlePayout: (id, order = {}) => ask("post", `payouts/${id}/settle`, order),
    books: () => ask("get", "books"),
    calls: ({ after, method, waitMs } = {}) =>
      ask("get", "calls", undefined, { after, method, waitMs }),
    settings: () => ask("get", "settings"),
    set: (change) => ask("post", "settings", change),
    notices: () => ask("get", "notices"),
    redeliverNotice: async (id) => void await ask("post", `notices/${id}/redeliver`, {}),
    forgeNotice: async (notice) => (await ask<{ id: number }>("post", "notices", notice)).id,
    topUp: async (amount) => void await ask("post", "topups", { amount }),
    phoneOwner: async (owner) => void await ask("post", "phones", owner),
    tokenize: (number) => ask("post", "cards", { number }),
  };
}
