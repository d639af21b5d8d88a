/**
 * The faults in words: what may be switched on from the page, and what is said of one that waits for
 * its calls. Guards against a switch that nobody dares to touch because its name is a code.
 */
import type { Fault, FaultOrder, FaultService } from "../door_types.ts";
import { SERVICE_NAMES } from "../faults.ts";

/** One fault that may be switched on; the rest of the order (where, for whom, how often) is chosen. */
export interface FaultChoice {
  readonly words: string;
  readonly services: readonly FaultService[];
  readonly order: Pick<FaultOrder, "kind"> & Partial<FaultOrder>;
  /** The field of the order that is given in seconds, if one is. */
  readonly seconds?: "retryAfter" | "delayMs";
}

const ALL = ["telegram", "randomorg", "drand", "yookassa"] as const;
const TELEGRAM = ["telegram"] as const;
const RANDOM_ORG = ["randomorg"] as const;
const SIGNED = ["randomorg", "drand"] as const;
const DRAND = ["drand"] as const;
const YOOKASSA = ["yookassa"] as const;

/** Every switch, in the order of the page. */
export const FAULT_CHOICES: readonly FaultChoice[] = [
  {
    words: "429: too many requests, come again later",
    services: ALL,
    order: { kind: "429" },
    seconds: "retryAfter",
  },
  { words: "500: an internal error, nothing is done", services: ALL, order: { kind: "500" } },
  {
    words: "500 after success: it is done, and an internal error is answered",
    services: ALL,
    order: { kind: "500AfterSuccess" },
  },
  {
    words: "Time-out before: nothing is done, no answer comes",
    services: ALL,
    order: { kind: "timeoutBefore" },
  },
  {
    words: "Time-out after success: it is done, no answer comes",
    services: ALL,
    order: { kind: "timeoutAfterSuccess" },
  },
  {
    words: "Lost answer: it is done, the connection breaks",
    services: ALL,
    order: { kind: "lostAnswer" },
  },
  { words: "Slow: it is done later", services: ALL, order: { kind: "delay" }, seconds: "delayMs" },
  {
    words: "403: the bot was blocked by the user",
    services: TELEGRAM,
    order: { kind: "error", code: 403, description: "Forbidden: bot was blocked by the user" },
  },
  {
    words: "403: the user's account was deleted",
    services: TELEGRAM,
    order: { kind: "error", code: 403, description: "Forbidden: user is deactivated" },
  },
  {
    words: "400: Telegram refuses the request",
    services: TELEGRAM,
    order: { kind: "error", code: 400, description: "ordered by a fault" },
  },
  {
    words: "The signature does not fit the answer",
    services: SIGNED,
    order: { kind: "wrongSignature" },
  },
  {
    words: "A signed answer to another request",
    services: SIGNED,
    order: { kind: "wrongRequest" },
  },
  {
    words: "404: the round is not there yet",
    services: DRAND,
    order: { kind: "error", code: 404 },
  },
  {
    words: "The key's requests of the day are used up (402)",
    services: RANDOM_ORG,
    order: { kind: "error", code: 402, description: "The API key has exceeded its daily quota" },
  },
  {
    words: "The refund or payout is made, and cancelled: the bank declines",
    services: YOOKASSA,
    order: { kind: "canceled", description: "general_decline" },
  },
  {
    words: "The payout is made, and cancelled: the receiver is not known to the bank",
    services: YOOKASSA,
    order: { kind: "canceled", description: "recipient_not_found" },
  },
  {
    words: "A forged notice says that it has succeeded",
    services: YOOKASSA,
    order: { kind: "noticeForged" },
  },
  { words: "The notice never comes", services: YOOKASSA, order: { kind: "noticeLost" } },
  { words: "The notice comes three times", services: YOOKASSA, order: { kind: "noticeThrice" } },
  {
    words: "The notice comes late, after others",
    services: YOOKASSA,
    order: { kind: "noticeLate" },
    seconds: "delayMs",
  },
];

/** What a fault can be put on: the calls that the product makes, and all of them. */
export const FAULT_METHODS: Readonly<Record<FaultService, readonly string[]>> = {
  telegram: [
    "sendMessage",
    "editMessageText",
    "answerCallbackQuery",
    "answerPreCheckoutQuery",
    "sendInvoice",
    "sendDocument",
    "refundStarPayment",
    "getAvailableGifts",
    "sendGift",
    "giftPremiumSubscription",
    "getStarTransactions",
    "getMyStarBalance",
    "getUpdates",
  ],
  randomorg: ["createTickets", "generateSignedIntegers", "getTicket", "verifySignature"],
  drand: ["public"],
  yookassa: [
    "createPayment",
    "getPayment",
    "createRefund",
    "getRefund",
    "listRefunds",
    "createPayout",
    "getPayout",
    "listPayouts",
    "searchPayouts",
    "listSbpBanks",
    "getMe",
    "payment.succeeded",
    "payment.canceled",
    "refund.succeeded",
    "payout.succeeded",
    "payout.canceled",
  ],
};

/**
 * A fault that waits for its calls, in a sentence.
 *
 * @param nameOf The name of a person, for a fault that hits one chat.
 */
export function describeFault(fault: Fault, nameOf: (personId: number) => string): string {
  const choice = FAULT_CHOICES.find(({ order }) =>
    order.kind === fault.kind && order.code === fault.code &&
    order.description === fault.description
  );
  const what = choice?.words ??
    [fault.kind, fault.code, fault.description].filter(Boolean).join(" ");
  const where = fault.method === "*" ? "every call" : fault.method;
  const whom = fault.chatId === undefined ? "" : ` for ${nameOf(fault.chatId)}`;
  const calls = fault.timesLeft === 1 ? "1 call" : `${fault.timesLeft} calls`;
  const pause = fault.delayMs === undefined
    ? fault.retryAfter === undefined ? "" : ` (${fault.retryAfter} s)`
    : ` (${fault.delayMs / 1000} s)`;
  return `${SERVICE_NAMES[fault.service]}, ${where}${whom}: ${what}${pause}. ${calls} left`;
}
