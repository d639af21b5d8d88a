/** Ids and salts made at the edge; the machines receive them in events. */
import { createHash, randomBytes } from "node:crypto";
import { customAlphabet } from "nanoid";
import type { FreshIds } from "./incoming.ts";

/** No letters that look alike: people type these ids. */
const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz";
const paymentToken = customAlphabet(alphabet, 21);
/** 56^10 ids: enough for raffles, and short enough to be typed. */
const RAFFLE_TOKEN_LENGTH = 10;

/** Ids from the machine's own secure chance; raffle ids from a hash of their cause. */
export const freshIds: FreshIds = {
  paymentId: () => `pay_${paymentToken()}`,
  salt: () => randomBytes(16).toString("hex"),
  raffleId: (cause) => {
    const digest = createHash("sha256").update(cause).digest();
    let token = "";
    for (const byte of digest.subarray(0, RAFFLE_TOKEN_LENGTH)) {
      token += alphabet[byte % alphabet.length];
    }
    return `rfl_${token}`;
  },
};
