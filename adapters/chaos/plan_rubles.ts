/** How people pay in rubles, and how they take them out. Chance decides. */
import type { PayerOrder } from "../sandbox/payers.ts";
import type { Dice } from "./dice.ts";

/** How one entry in rubles goes. */
export type RubleManner =
  | "paid"
  /** The bank says no; he asks for another link and pays. */
  | "declined"
  /** Asks for a link and never pays. */
  | "abandoned"
  /** Pays when the raffle is over: a link is good for an hour. */
  | "paidLate"
  /** Asks for two links and pays both. */
  | "paidTwice"
  /** Blocks the bot once he has paid. */
  | "paidAndBlocks"
  /** Pays with what he has on his balance. */
  | "balance";

export interface TopUpPlan {
  readonly amount: string;
  readonly how: PayerOrder;
  /** Asks for the link, and that was it. */
  readonly isAbandoned: boolean;
}

/** To where he has his rubles sent. */
export type ReceiverPlan =
  | { readonly kind: "sbp"; readonly phone: string; readonly bankId: string }
  | { readonly kind: "yooMoney"; readonly wallet: string }
  | { readonly kind: "card"; readonly number: string };

export interface CashOutPlan {
  readonly receiver: ReceiverPlan;
  /** Where he tries next when it comes back; undefined where it goes through, as far as he knows. */
  readonly next: ReceiverPlan | undefined;
  /** Undefined: all he has. */
  readonly amount: string | undefined;
  readonly isPressedTwice: boolean;
  /** Changes his mind while admins are waited for. */
  readonly isCancelled: boolean;
  readonly delayMs: number;
}

/** The least that is worth the way. */
export const LEAST_KOPECKS = 5_000;

const MANNERS: readonly RubleManner[] = [
  ...Array<RubleManner>(6).fill("paid"),
  "declined",
  "declined",
  "abandoned",
  "paidLate",
  "paidLate",
  "paidTwice",
  "paidAndBlocks",
  "balance",
  "balance",
];
/** Good ones; the last two ask for 3-D Secure. */
const CARDS = ["5555555555554444", "2202474301322987", "5555555555554477", "2200000000000004"];
const BAD_CARDS = ["5555555555554600", "5555555555554592", "5555555555554535", "5555555555554634"];
/** As the sandbox lists them: too much at once, too much in a month, declined; and one that is none. */
const BAD_WALLETS = ["41001614575572", "41001614575643", "410011788545536", "410011111111111"];
const WALLETS = ["4100116075156746", "4100116074720387"];
const BANKS = ["100000000111", "100000000008", "100000000007", "100000000004"];
const AMOUNTS = ["60", "99,90", "150", "300", "500.50"];
const LONGEST_DELAY_MS = 600;

export function planManner(dice: Dice): RubleManner {
  return dice.pick(MANNERS);
}

/** A payment that goes through. */
export function planPayment(dice: Dice): PayerOrder {
  const method = dice.pick(["bank_card", "sbp", "yoo_money"] as const);
  return method === "bank_card" ? { method, card: dice.pick(CARDS) } : { method };
}

/** One that does not. */
export function planDecline(dice: Dice): PayerOrder {
  const method = dice.pick(["bank_card", "bank_card", "sbp", "yoo_money"] as const);
  if (method !== "bank_card") return { method, decline: true };
  return dice.chance(0.2)
    ? { method, card: CARDS[2] as string, passes3ds: false }
    : { method, card: dice.pick(BAD_CARDS) };
}

/** @param number From 1; the same number gives the same plan under the same seed. */
export function planTopUp(seeded: Dice, number: number): TopUpPlan {
  const dice = seeded.of(`top-up ${number}`);
  // The second is declined whatever chance says, and those before and after it go well.
  const isDeclined = number === 2 || number > 6 && dice.chance(0.15);
  return {
    amount: dice.pick(AMOUNTS),
    how: isDeclined ? planDecline(dice) : planPayment(dice),
    isAbandoned: number > 6 && dice.chance(0.1),
  };
}

/** Each way is taken soon, and one that comes back. */
export function planCashOut(seeded: Dice, number: number): CashOutPlan {
  const dice = seeded.of(`cash-out ${number}`);
  const first = FIRST[number - 1];
  const kind = first ?? dice.pick(["sbp", "sbp", "yooMoney", "yooMoney", "card", "refusing"]);
  const isRefusing = kind === "refusing";
  return {
    receiver: isRefusing
      ? { kind: "yooMoney", wallet: dice.pick(BAD_WALLETS) }
      : planReceiver(dice, kind),
    next: isRefusing ? planReceiver(dice, dice.pick(["sbp", "yooMoney", "card"])) : undefined,
    amount: dice.chance(0.3) ? dice.pick(["50", "20.05", "5"]) : undefined,
    isPressedTwice: dice.chance(0.3),
    isCancelled: first === undefined && dice.chance(0.1),
    delayMs: dice.integer(0, LONGEST_DELAY_MS),
  };
}

const FIRST = ["yooMoney", "refusing", "card", "sbp", "refusing"] as const;

function planReceiver(dice: Dice, kind: ReceiverPlan["kind"]): ReceiverPlan {
  switch (kind) {
    case "sbp": {
      const phone = `+7 9${dice.integer(10, 99)} ${dice.integer(100, 999)}-${
        dice.integer(10, 99)
      }-${dice.integer(10, 99)}`;
      return { kind, phone, bankId: dice.pick(BANKS) };
    }
    case "yooMoney":
      return { kind, wallet: dice.pick(WALLETS) };
    case "card":
      return { kind, number: dice.pick(CARDS) };
  }
}
