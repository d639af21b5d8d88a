import { describe, expect, it } from "vitest";
import {
  maskDestination,
  type PayoutChannel,
  payoutLimits,
  PHONE_FORM,
  readBank,
  readPhone,
  readWallet,
  refusePayoutAmount,
  WALLET_FORM,
} from "./payout_destination.ts";

const banks = [
  { bankId: "100000000111", name: "Сбербанк" },
  { bankId: "100000000004", name: "Т-Банк" },
];

describe("readPhone()", () => {
  it.each([
    ["79001234567"],
    ["+79001234567"],
    ["89001234567"],
    ["9001234567"],
    ["+7 900 123-45-67"],
    ["8 (900) 123-45-67"],
    [" 8.900.123.45.67 "],
    ["+7\u00a0900\u00a0123\u201345\u201367"],
    [PHONE_FORM],
  ])("takes %s", (typed) => {
    expect(readPhone(typed)).toEqual({ phone: "79001234567" });
  });

  it.each([
    ["nothing", ""],
    ["too few digits", "+7 900 123-45-6"],
    ["too many digits", "+7 900 123-45-678"],
    ["a landline", "+7 495 123-45-67"],
    ["another country", "+375 29 123-45-67"],
    ["eight after a plus", "+89001234567"],
    ["a short number", "900"],
    ["a wallet", "4100116074720387"],
    ["a card", "2200000000000004"],
    ["letters", "+7 900 CALL-ME"],
    ["two numbers", "79001234567 79001234568"],
    ["digits of another script", "٧٩٠٠١٢٣٤٥٦٧"],
    ["a script", "<script>79001234567</script>"],
  ])("refuses %s", (_what, typed) => {
    expect(readPhone(typed)).toEqual({ problem: "phone", allowed: PHONE_FORM });
  });
});

describe("readWallet()", () => {
  it.each([
    ["41001614575714", "41001614575714"],
    ["4100 1160 7472 0387", WALLET_FORM],
    ["41001123456", "41001123456"],
    [`41001${"1".repeat(28)}`, `41001${"1".repeat(28)}`],
  ])("takes %s", (typed, wallet) => {
    expect(readWallet(typed)).toEqual({ wallet });
  });

  it.each([
    ["nothing", ""],
    ["ten digits", "4100112345"],
    ["34 digits", `41001${"1".repeat(29)}`],
    ["another beginning", "51001614575714"],
    ["a phone", "+79001234567"],
    ["a card", "4111111111111111"],
    ["letters", "41001abc4575714"],
    ["a plus", "+41001614575714"],
  ])("refuses %s", (_what, typed) => {
    expect(readWallet(typed)).toEqual({ problem: "wallet", allowed: WALLET_FORM });
  });
});

describe("readBank()", () => {
  it("finds one of the list", () => {
    expect(readBank("100000000004", banks)).toEqual({ bank: banks[1] });
  });

  it.each(["", "100000000005", "Сбербанк", "__proto__"])("refuses %j", (bankId) => {
    expect(readBank(bankId, banks)).toEqual({ problem: "bank", allowed: "Сбербанк, Т-Банк" });
  });
});

describe("refusePayoutAmount()", () => {
  const rubles = (minor: bigint) => ({ minor: String(minor), currency: "RUB" as const });

  it.each(Object.entries(payoutLimits))("by %s takes the bounds and nothing beyond", (kind, of) => {
    const channel = kind as PayoutChannel;
    expect(refusePayoutAmount(channel, rubles(of.least))).toBeUndefined();
    expect(refusePayoutAmount(channel, rubles(of.most))).toBeUndefined();
    expect(refusePayoutAmount(channel, rubles(of.least - 1n)))
      .toEqual({ problem: "tooLittle", allowed: String(of.least) });
    expect(refusePayoutAmount(channel, rubles(of.most + 1n)))
      .toEqual({ problem: "tooMuch", allowed: String(of.most) });
  });

  it("knows that cards begin at five rubles", () => {
    expect(refusePayoutAmount("card", rubles(499n))?.allowed).toBe("500");
    expect(refusePayoutAmount("sbp", rubles(499n))).toBeUndefined();
  });
});

describe("maskDestination()", () => {
  it.each(
    [
      [{ kind: "sbp", phone: "79001234567", bankId: "100000000111" }, "+7 900 •••-••-67"],
      [{ kind: "yooMoney", wallet: "4100116074720387" }, "41001•••0387"],
      [{ kind: "card", token: "secret", last4: "0004" }, "•••• 0004"],
    ] as const,
  )("shows %j as %s", (destination, want) => {
    expect(maskDestination(destination)).toBe(want);
  });
});
