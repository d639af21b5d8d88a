/**
 * The dialogue in which a player says where his rubles shall go. It moves nothing: what he has confirmed
 * is a withdrawal. Plain types and pure functions; JSON-safe.
 */
import type { PlayerId } from "./events.ts";
import type { MoneyJson } from "./money.ts";
import {
  type DestinationProblem,
  type PayoutChannel,
  type PayoutDestination,
  readPhone,
  readWallet,
  refusePayoutAmount,
} from "./payout_destination.ts";
import { kopecksIn } from "./typed_rubles.ts";
import type { WithdrawalId, WithdrawalInput } from "./withdrawal.ts";

/** What a player's dialogue is made from. */
export interface CashOutInput {
  playerId: PlayerId;
}

/** Whose account it must be, as he typed it; the receiver's bank checks it. */
export interface Recipient {
  lastName: string;
  firstName: string;
  middleName?: string;
}

/** Where it shall go, as far as he has said. */
export interface CashOutDraft {
  phone?: string;
  bankId?: string;
  recipient?: Recipient;
  wallet?: string;
  card?: { token: string; last4: string };
}

/** Why an answer will not do, with what is allowed. */
export type CashOutProblem =
  | DestinationProblem
  | { problem: "amount" | "nothing" | "aboveBalance" | "recipient"; allowed: string };

/**
 * What the dialogue takes. `turn` is new in every event and stands on the buttons of its answer; `of` is
 * the turn of the message whose button was pressed, so that older buttons mean nothing.
 */
export type CashOutEvent = CashOutOrder & { atMs: number };

type CashOutOrder =
  | {
    type: "cashOut.begin";
    /** He has chosen it already. */
    channel?: PayoutChannel;
    /** Whether the receiver's name is asked for and checked. */
    asksName: boolean;
    /** For the page of his card: unguessable, good for this dialogue only. */
    cardKey: string;
    turn: string;
  }
  | { type: "cashOut.channel"; channel: PayoutChannel; of: string; turn: string }
  /** Typed. */
  | { type: "cashOut.said"; text: string; turn: string }
  | { type: "cashOut.all"; of: string; turn: string }
  | { type: "cashOut.bank"; bankId: string; of: string; turn: string }
  | { type: "cashOut.page"; page: number; of: string; turn: string }
  /** From the page for his card. */
  | { type: "cashOut.card"; key: string; token: string; last4: string; turn: string }
  | { type: "cashOut.cancel"; of: string; turn: string }
  | {
    type: "cashOut.confirm";
    of: string;
    turn: string;
    withdrawal: Pick<
      WithdrawalInput,
      "withdrawalId" | "telegramUserId" | "limit" | "adminIds" | "gatewayId"
    >;
  };

/** Invoked work that answers within the same commit. */
export interface CashOutSources {
  /** What he can spend in rubles. */
  readRubles: { input: { playerId: PlayerId }; output: { balance: MoneyJson } };
}

/** Actions that write in the same commit. */
export interface CashOutActions {
  /** Where a withdrawal goes, in full. It is deleted when that has ended. */
  keepDestination: {
    withdrawalId: WithdrawalId;
    playerId: PlayerId;
    destination: PayoutDestination;
    recipient?: Recipient;
  };
}

/** What a player is told besides the answers to what he says. */
export interface CashOutNotice {
  /** His card was read on its page: the last yes is asked for. */
  key: "cashOutAsked";
  raffleId?: undefined;
  turn: string;
  amount: MoneyJson;
  masked: string;
}

/** How a name may be typed. */
const NAME = /^\p{L}[\p{L}'’ -]{0,98}$/u;
/** What is shown as an example. */
export const RECIPIENT_FORM = "Иванов Иван Иванович";
/** How an amount may be typed. */
const AMOUNT_FORM = "250";
/** Longest search for a bank. */
const MAX_QUERY = 60;

/**
 * Reads how much shall leave.
 *
 * @param balance What he has, rubles.
 */
export function readAmount(
  text: string,
  { balance, channel }: { balance: MoneyJson; channel: PayoutChannel },
): { amount: MoneyJson } | { problem: CashOutProblem } {
  const minor = kopecksIn(text);
  if (minor === undefined) return { problem: { problem: "amount", allowed: AMOUNT_FORM } };
  const amount = { minor, currency: "RUB" as const };
  const outOfBounds = refusePayoutAmount(channel, amount);
  if (outOfBounds !== undefined) return { problem: outOfBounds };
  return BigInt(minor) > BigInt(balance.minor)
    ? { problem: { problem: "aboveBalance", allowed: balance.minor } }
    : { amount };
}

/** Reads the receiver's phone. */
export function readDraftPhone(
  text: string,
): { draft: CashOutDraft } | { problem: CashOutProblem } {
  const read = readPhone(text);
  return "problem" in read ? { problem: read } : { draft: { phone: read.phone } };
}

/** Reads the receiver's wallet. */
export function readDraftWallet(
  text: string,
): { draft: CashOutDraft } | { problem: CashOutProblem } {
  const read = readWallet(text);
  return "problem" in read ? { problem: read } : { draft: { wallet: read.wallet } };
}

/** Reads the receiver's name: last name, first name, and if he has one his middle name. */
export function readRecipient(
  text: string,
): { draft: CashOutDraft } | { problem: CashOutProblem } {
  const [lastName = "", firstName = "", ...rest] = text.trim().split(/\s+/);
  const middleName = rest.join(" ");
  const names = [lastName, firstName, ...(middleName === "" ? [] : [middleName])];
  if (rest.length > 2 || !names.every((name) => NAME.test(name))) {
    return { problem: { problem: "recipient", allowed: RECIPIENT_FORM } };
  }
  return {
    draft: {
      recipient: { lastName, firstName, ...(middleName === "" ? {} : { middleName }) },
    },
  };
}

/** What a bank is searched by; shortened. */
export function readQuery(text: string): string {
  return text.trim().slice(0, MAX_QUERY).toWellFormed();
}

/** The whole destination, once all of it was said. */
export function destinationOf(
  channel: PayoutChannel,
  { phone, bankId, wallet, card }: CashOutDraft,
): PayoutDestination | undefined {
  switch (channel) {
    case "sbp":
      return phone === undefined || bankId === undefined
        ? undefined
        : { kind: channel, phone, bankId };
    case "yooMoney":
      return wallet === undefined ? undefined : { kind: channel, wallet };
    case "card":
      return card === undefined ? undefined : { kind: channel, ...card };
  }
}
