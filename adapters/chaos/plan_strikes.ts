/** What will be broken, and when. Chance decides; the order of kinds sees to it that none is missing. */
import type { FaultKind, FaultOrder } from "../sandbox/door_types.ts";
import type { Dice } from "./dice.ts";
import { FIRST_BANK_FAULTS, planBankFaults } from "./plan_bank_faults.ts";

/** One blow. Times are milliseconds. */
export type Strike =
  & { readonly atMs: number }
  & (
    /** `kill -9` of one node, or of all at once. */
    | { readonly kind: "kill"; readonly node: number; readonly downMs: number }
    | { readonly kind: "killAll"; readonly downMs: number }
    /** As soon as a raffle is seen to enter this state. */
    | {
      readonly kind: "killAt";
      readonly status: string;
      readonly node: number;
      readonly downMs: number;
    }
    /** While the outside answers this call. */
    | { readonly kind: "killIn"; readonly call: Call; readonly downMs: number }
    /** When the outside has done what the first of these calls wants, and nobody has heard of it. */
    | { readonly kind: "killAfter"; readonly calls: readonly Call[]; readonly downMs: number }
    /** A node stands still for longer than its lease, and wakes. */
    | { readonly kind: "freeze"; readonly node: number; readonly forMs: number }
    | {
      readonly kind: "postgres";
      readonly how: "fast" | "immediate";
      readonly downMs: number;
    }
    | { readonly kind: "faults"; readonly orders: readonly FaultOrder[] }
  );

export type Call = Pick<FaultOrder, "service" | "method">;

const STATES = ["closing", "sealed", "drawing", "verified", "settling", "settled"]
  .concat("cancelling", "refunding");
const CALLS: readonly Call[] = [
  { service: "randomorg", method: "createTickets" },
  { service: "randomorg", method: "generateSignedIntegers" },
  { service: "drand", method: "public" },
  { service: "telegram", method: "refundStarPayment" },
  { service: "telegram", method: "refundStarPayment" },
  { service: "telegram", method: "sendInvoice" },
  { service: "telegram", method: "sendMessage" },
  { service: "telegram", method: "sendMessage" },
  { service: "telegram", method: "answerPreCheckoutQuery" },
  { service: "telegram", method: "sendGift" },
  { service: "telegram", method: "giftPremiumSubscription" },
  { service: "yookassa", method: "createPayment" },
  { service: "yookassa", method: "createPayout" },
  { service: "yookassa", method: "createRefund" },
];
/** What must neither be done twice nor be lost. */
const PRIZES: readonly Call[] = [
  { service: "telegram", method: "sendGift" },
  { service: "telegram", method: "giftPremiumSubscription" },
];
const PAYOUT: Call = { service: "yookassa", method: "createPayout" };
const DONE_CALLS: readonly Call[] = [
  ...PRIZES,
  PAYOUT,
  { service: "yookassa", method: "createPayment" },
  { service: "yookassa", method: "createRefund" },
  { service: "telegram", method: "refundStarPayment" },
  { service: "telegram", method: "sendMessage" },
];
/** What it confirms Telegram gives to nobody any more. */
const CONFIRMATION: Call = { service: "telegram", method: "getUpdates" };
/** Prizes whose answers are lost whatever chance says, from the first blow on. */
const PRIZE_FAULTS: readonly FaultOrder[] = [
  { service: "telegram", method: "giftPremiumSubscription", kind: "lostAnswer" },
  { service: "telegram", method: "sendGift", kind: "lostAnswer" },
];

/**
 * Before all others, so that they fall also in a short run: they wait for their moment as long as it
 * takes, and it is rare.
 */
const RAREST = ["killPrize", "killPayout"] as const;
/** One round of blows; within it chance decides the order, and a restart is always in the first half. */
const FIRST = [
  "faults",
  "kill",
  "immediate",
  "killAt",
  // Of two calls in a row one may confirm nothing.
  "killConfirmed",
  "killConfirmed",
] as const;
const SECOND = [
  "faults",
  "killAll",
  "fast",
  "freeze",
  "killIn",
  "kill",
  "killAt",
  "killAfter",
  "faults",
] as const;

type Kind = typeof RAREST[number] | typeof FIRST[number] | typeof SECOND[number];

const GAP_MS = { least: 800, most: 2_400 };
/** A node comes back by itself after this long. */
const DOWN_MS = { least: 0, most: 1_200 };
/** Half of the restarts are at once. */
const OUTAGE_MS = 5_000;
/** A node's lease expires after three seconds. */
const FREEZE_MS = { least: 3_500, most: 6_000 };

/** The plan of a whole run, in order. */
export function planStrikes(
  seeded: Dice,
  { seconds, nodes }: { seconds: number; nodes: number },
): Strike[] {
  const dice = seeded.of("strikes");
  const orders = [...PRIZE_FAULTS, ...FIRST_BANK_FAULTS];
  const strikes: Strike[] = [{ atMs: 0, kind: "faults", orders }];
  let atMs = 0;
  for (;;) {
    const round = [...dice.shuffle(RAREST), ...dice.shuffle(FIRST), ...dice.shuffle(SECOND)];
    for (const kind of round) {
      atMs += dice.integer(GAP_MS.least, GAP_MS.most);
      if (atMs >= seconds * 1_000) return strikes;
      strikes.push({ atMs, ...planStrike(kind, { dice, nodes }) });
    }
  }
}

type Blow<S = Strike> = S extends unknown ? Omit<S, "atMs"> : never;

function planStrike(kind: Kind, { dice, nodes }: { dice: Dice; nodes: number }): Blow {
  const node = dice.integer(0, nodes - 1);
  const downMs = dice.integer(DOWN_MS.least, DOWN_MS.most);
  switch (kind) {
    case "kill":
      return { kind, node, downMs };
    case "killAll":
      return { kind, downMs };
    case "killAt":
      return { kind, status: dice.pick(STATES), node, downMs };
    case "killIn":
      return { kind, call: dice.pick(CALLS), downMs };
    case "killPrize":
      return { kind: "killAfter", calls: PRIZES, downMs };
    case "killPayout":
      return { kind: "killAfter", calls: [PAYOUT], downMs };
    case "killConfirmed":
      return { kind: "killAfter", calls: [CONFIRMATION], downMs };
    case "killAfter":
      return { kind, calls: [dice.pick(DONE_CALLS)], downMs };
    case "freeze":
      return { kind, node, forMs: dice.integer(FREEZE_MS.least, FREEZE_MS.most) };
    case "fast":
    case "immediate":
      return {
        kind: "postgres",
        how: kind,
        downMs: dice.chance(0.5) ? 0 : dice.integer(0, OUTAGE_MS),
      };
    case "faults":
      return {
        kind,
        orders: [
          ...Array.from({ length: dice.integer(3, 6) }, () => planFault(dice)),
          ...Array.from({ length: dice.integer(2, 4) }, () => planBankFaults(dice)).flat(),
        ],
      };
  }
}

/** Answers that never come are waited for: only from Telegram, where that is twenty seconds. */
const TELEGRAM_FAULTS: readonly FaultKind[] = [
  "429",
  "500",
  "500",
  "lostAnswer",
  "lostAnswer",
  "delay",
  "timeoutAfterSuccess",
  "timeoutBefore",
];
const RANDOM_ORG_FAULTS: readonly FaultKind[] = ["429", "500", "lostAnswer", "lostAnswer", "delay"];
const TELEGRAM_METHODS = ["sendMessage", "sendMessage", "sendInvoice", "refundStarPayment"]
  .concat("refundStarPayment", "answerPreCheckoutQuery", "getUpdates", "getStarTransactions")
  .concat("sendGift", "sendGift", "sendGift", "giftPremiumSubscription", "getAvailableGifts");
const RANDOM_ORG_METHODS = ["createTickets", "generateSignedIntegers", "getTicket"];
const DRAND_FAULTS: readonly FaultKind[] = ["500", "lostAnswer", "wrongSignature", "wrongRequest"];
/** A draw that cannot be trusted: two admins have everybody refunded. */
const DISPUTES = 0.15;

function planFault(dice: Dice): FaultOrder {
  const delayMs = dice.integer(200, 3_000);
  if (dice.chance(0.7)) {
    const kind = dice.pick(TELEGRAM_FAULTS);
    const method = dice.pick(TELEGRAM_METHODS);
    // Most calls are messages; a fault or two would hardly meet one that matters.
    const times = method === "sendMessage" ? dice.integer(3, 10) : dice.integer(1, 3);
    return { service: "telegram", method, kind, times, ...kind === "delay" ? { delayMs } : {} };
  }
  if (dice.chance(DISPUTES)) {
    return { service: "randomorg", method: "generateSignedIntegers", kind: "wrongSignature" };
  }
  const times = dice.integer(1, 3);
  if (dice.chance(0.25)) {
    return { service: "drand", method: "public", kind: dice.pick(DRAND_FAULTS), times };
  }
  const kind = dice.pick(RANDOM_ORG_FAULTS);
  const method = dice.pick(RANDOM_ORG_METHODS);
  return { service: "randomorg", method, kind, times, ...kind === "delay" ? { delayMs } : {} };
}
