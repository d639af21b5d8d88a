/**
 * By what receivers of rubles are told apart without being named. A phone number is found from a plain
 * hash by trying all of them, so it is keyed with a secret that the database does not hold.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { PayoutDestination } from "../../machines/domain/payout_destination.ts";

/** The same for the same phone or wallet. A card has another token each time that it is typed. */
export type HashReceiver = (destination: PayoutDestination) => string;

/** @param secret Of this bot alone, and the same for all of its nodes; another one makes other hashes. */
export function createReceiverHash(secret: string): HashReceiver {
  const key = hmac(sha256, utf8ToBytes(secret), utf8ToBytes("zhreb receivers of rubles 1"));
  return (destination) =>
    bytesToHex(hmac(sha256, key, utf8ToBytes(`${destination.kind} ${numberOf(destination)}`)));
}

function numberOf(destination: PayoutDestination): string {
  switch (destination.kind) {
    case "sbp":
      return destination.phone;
    case "yooMoney":
      return destination.wallet;
    case "card":
      return destination.token;
  }
}
