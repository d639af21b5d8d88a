/** Receivers are told apart, and cannot be found by who has the database alone. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { describe, expect, it } from "vitest";
import { createReceiverHash } from "./receiver_hash.ts";

const phone = { kind: "sbp", phone: "79001234567", bankId: "100000000007" } as const;
const hash = createReceiverHash("7000000001:secret");

describe("createReceiverHash()", () => {
  it("is the same for one receiver, whichever bank is named", () => {
    expect(hash(phone)).toMatch(/^[0-9a-f]{64}$/);
    expect(hash({ ...phone, bankId: "100000000004" })).toBe(hash(phone));
    expect(createReceiverHash("7000000001:secret")(phone)).toBe(hash(phone));
  });

  it.each([
    ["phone", hash({ ...phone, phone: "79001234568" })],
    ["kind", hash({ kind: "yooMoney", wallet: phone.phone })],
    ["bot", createReceiverHash("7000000002:secret")(phone)],
  ])("is another for another %s", (_, other) => {
    expect(other).not.toBe(hash(phone));
  });

  it("is no plain hash of the number, which is found by trying them all", () => {
    const plain = ["sbp 79001234567", "79001234567", "7000000001:secret sbp 79001234567"]
      .map((text) => bytesToHex(sha256(utf8ToBytes(text))));
    expect(plain).not.toContain(hash(phone));
  });
});
