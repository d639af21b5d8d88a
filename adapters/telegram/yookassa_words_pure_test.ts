import { describe, expect, it } from "vitest";
import { cancellationReasons, type YooKassaOperation } from "../yookassa/cancellation_reasons.ts";
import {
  readPhone,
  readWallet,
  refusePayoutAmount,
} from "../../machines/domain/payout_destination.ts";
import { languages } from "./texts.ts";
import { cancellationWords, destinationProblemWords } from "./yookassa_words.ts";

const operations = Object.keys(cancellationReasons) as YooKassaOperation[];

describe("cancellationWords()", () => {
  it.each(operations)("has words of its own for every reason of a %s", (operation) => {
    for (const language of languages) {
      const other = cancellationWords(language, { operation, reason: "something_new" });
      for (const reason of cancellationReasons[operation]) {
        const words = cancellationWords(language, { operation, reason });
        expect(words, reason).not.toBe(other);
        // Telegram shows it in a small window.
        expect(words.length, reason).toBeLessThanOrEqual(200);
        expect(words, reason).not.toContain(reason);
      }
    }
  });

  it.each(["toString", "__proto__", "", "other", "3d"])("tells %j as another reason", (reason) => {
    for (const operation of operations) {
      expect(cancellationWords("en", { operation, reason }))
        .toMatch(/^The (payment|refund|payout) did not go through/);
    }
  });
});

describe("destinationProblemWords()", () => {
  const rubles = (minor: string) => ({ minor, currency: "RUB" as const });
  it.each([
    [readPhone("123"), "+7 900 123-45-67"],
    [readWallet("123"), "4100116074720387"],
    [refusePayoutAmount("card", rubles("499")), "5 ₽"],
    [refusePayoutAmount("sbp", rubles("50000001")), "500 000 ₽"],
    [{ problem: "bank", allowed: "Сбербанк, Т-Банк" } as const, "Сбербанк"],
  ])("says of %j what is allowed: %s", (problem, allowed) => {
    if (problem === undefined || !("problem" in problem)) throw new Error("It is no problem");
    for (const language of languages) {
      expect(destinationProblemWords(language, problem).replaceAll("\u00a0", " "))
        .toContain(allowed);
    }
  });
});
