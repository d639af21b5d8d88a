/** Ids and salts made at the edge; the machines receive them in events. */
import { createHash, randomBytes } from "node:crypto";
import { customAlphabet } from "nanoid";
import type { FreshIds } from "./incoming.ts";

/** No letters that look alike: people type these ids. */
const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz";
const paymentToken = customAlphabet(alphabet, 21);
/** 56^10 ids: enough for raffles and questions, and short enough to be typed. */
const TOKEN_LENGTH = 10;
/** More of these are made, and a second one of an id would be lost. */
const WITHDRAWAL_TOKEN_LENGTH = 16;

/** Ids from the machine's own secure chance; others from a hash of their cause. */
export const freshIds: FreshIds = {
  paymentId: () => `pay_${paymentToken()}`,
  salt: () => randomBytes(16).toString("hex"),
  cardKey: () => randomBytes(32).toString("base64url"),
  raffleId: (cause) => `rfl_${tokenOf(cause, TOKEN_LENGTH)}`,
  withdrawalId: (cause) => `wdr_${tokenOf(cause, WITHDRAWAL_TOKEN_LENGTH)}`,
  templateId: (cause) => `tpl_${tokenOf(cause, TOKEN_LENGTH)}`,
  seriesId: (cause) => `ser_${tokenOf(cause, TOKEN_LENGTH)}`,
  topUpId: (cause) => `tup_${tokenOf(cause, WITHDRAWAL_TOKEN_LENGTH)}`,
  disputeId: (telegramUserId, cause) => `dsp_${telegramUserId}_${tokenOf(cause, TOKEN_LENGTH)}`,
};

function tokenOf(cause: string, length: number): string {
  const digest = createHash("sha256").update(cause).digest();
  let token = "";
  for (const byte of digest.subarray(0, length)) token += alphabet[byte % alphabet.length];
  return token;
}
