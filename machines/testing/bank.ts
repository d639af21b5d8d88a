/** A bank in memory with books of its own, to answer what the machines ask of it. For tests only. */
import type { BankFacts } from "../domain/bank.ts";
import type { EffectSources } from "../domain/effects.ts";
import type { MoneyJson } from "../domain/money.ts";

interface Payment {
  chargeId: string;
  actor: string;
  amount: MoneyJson;
  status: BankFacts["status"];
  refund: "pending" | "succeeded" | "canceled" | null;
}

/** What it keeps of each payment, kopecks. */
const FEE_MINOR = 35n;

/** A bank that does what it is asked once for each actor. */
export class Bank {
  readonly payments = new Map<string, Payment>();

  /** Makes a payment, or finds the one of that actor. */
  create(
    { actor, amount }: EffectSources["createBankPayment"]["input"],
  ): EffectSources["createBankPayment"]["output"] {
    const chargeId = `yk_${actor.slice("bankPayment/".length)}`;
    if (!this.payments.has(chargeId)) {
      this.payments.set(chargeId, { chargeId, actor, amount, status: "pending", refund: null });
    }
    const facts = this.lookUp(chargeId);
    const link = facts.status === "pending" ? { link: `https://bank/${chargeId}` } : {};
    return { isMade: true, facts: { ...facts, ...link } };
  }

  /** What it says of a payment. */
  lookUp(chargeId: string): BankFacts {
    const { actor: _, refund: __, ...payment } = this.#of(chargeId);
    const fee = { ...payment.amount, minor: String(FEE_MINOR) };
    return payment.status === "succeeded"
      ? { ...payment, fee, atMs: 0 }
      : { ...payment, reason: "expired_on_confirmation", atMs: 0 };
  }

  /** Begins a refund that is not under way, with that outcome; says how it stands. */
  refund(
    chargeId: string,
    outcome: Exclude<Payment["refund"], null>,
  ): EffectSources["refundRubles"]["output"] {
    const payment = this.#of(chargeId);
    if (payment.status !== "succeeded") throw new Error(`"${chargeId}" was not paid`);
    payment.refund ??= outcome;
    return payment.refund === "canceled"
      ? { status: "canceled", reason: "general_decline" }
      : { status: payment.refund };
  }

  /** What it holds for the shop, kopecks. */
  held(): bigint {
    return [...this.payments.values()]
      .filter(({ status }) => status === "succeeded")
      .reduce(
        (sum, { amount, refund }) =>
          sum + (refund === "succeeded" ? 0n : BigInt(amount.minor)) - FEE_MINOR,
        0n,
      );
  }

  #of(chargeId: string): Payment {
    const payment = this.payments.get(chargeId);
    if (payment === undefined) throw new Error(`The bank has no payment "${chargeId}"`);
    return payment;
  }
}
