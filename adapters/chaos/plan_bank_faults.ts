/** What goes wrong at YooKassa: its calls, and its notices. Chance decides. */
import type { FaultKind, FaultOrder } from "../sandbox/door_types.ts";
import type { Dice } from "./dice.ts";

const SERVICE = { service: "yookassa" } as const;

/** From the first blow on, whatever chance says. */
export const FIRST_BANK_FAULTS: readonly FaultOrder[] = [
  { ...SERVICE, method: "createPayout", kind: "lostAnswer" },
  { ...SERVICE, method: "createPayment", kind: "lostAnswer" },
  { ...SERVICE, method: "createRefund", kind: "canceled", description: "general_decline" },
  { ...SERVICE, method: "createPayment", kind: "noticeForged", times: 2 },
  { ...SERVICE, method: "payment.succeeded", kind: "noticeLost" },
  { ...SERVICE, method: "payout.succeeded", kind: "noticeLost" },
];

/** What makes money move, or promises it. */
const MAKING = ["createPayment", "createPayment", "createRefund", "createPayout", "createPayout"];
const READING = [
  "getPayment",
  "listRefunds",
  "getPayout",
  "searchPayouts",
  "listSbpBanks",
  "getMe",
];
const EVENTS = ["payment.succeeded", "payment.succeeded", "payment.canceled", "refund.succeeded"]
  .concat("payout.succeeded", "payout.canceled");
const KINDS: readonly FaultKind[] = [
  "429",
  "500",
  "500AfterSuccess",
  "500AfterSuccess",
  "lostAnswer",
  "lostAnswer",
  "delay",
];
const NOTICES: readonly FaultKind[] = ["noticeThrice", "noticeThrice", "noticeLate", "noticeLost"];
const LATE_MS = { least: 200, most: 3_000 };

/** One fault, or several that belong together, in their order. */
export function planBankFaults(dice: Dice): FaultOrder[] {
  const delayMs = dice.integer(LATE_MS.least, LATE_MS.most);
  const what = dice.integer(1, 20);
  if (what <= 5) {
    const [kind, method] = [dice.pick(NOTICES), dice.pick(EVENTS)];
    return [{ ...SERVICE, method, kind, ...kind === "noticeLate" ? { delayMs } : {} }];
  }
  if (what <= 7) {
    return [{ ...SERVICE, method: dice.pick(MAKING), kind: "noticeForged" }];
  }
  if (what <= 9) {
    const method = dice.pick(["createRefund", "createPayout"]);
    return [{ ...SERVICE, method, kind: "canceled", description: "general_decline" }];
  }
  if (what <= 10) {
    const method = dice.pick(["createRefund", "createPayout"]);
    return [{ ...SERVICE, method, kind: "timeoutAfterSuccess" }];
  }
  if (what <= 12) return planDoubt(dice);
  const method = dice.pick([...MAKING, ...MAKING, ...READING]);
  const kind = dice.pick(KINDS);
  const times = dice.integer(1, 2);
  return [{ ...SERVICE, method, kind, times, ...kind === "delay" ? { delayMs } : {} }];
}

/**
 * Nobody knows whether it was done, and when it is asked for again YooKassa says no: that no says nothing
 * of the first try.
 */
function planDoubt(dice: Dice): FaultOrder[] {
  const method = dice.pick(MAKING);
  const first = dice.pick(["500", "500AfterSuccess", "lostAnswer"] as const);
  return [
    { ...SERVICE, method, kind: first },
    { ...SERVICE, method, kind: "error", code: 403, description: "Ordered" },
  ];
}
