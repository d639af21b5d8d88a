/** What admins read of money by bank, in both languages. */
import { describe, expect, it } from "vitest";
import type { BankAdminNotice, ForeignBecause } from "../../machines/domain/bank.ts";
import type { BankPayoutAdminNotice } from "../../machines/domain/bank_payout.ts";
import type { TreasuryNotice } from "../../machines/domain/treasury.ts";
import { renderAdminNotice } from "./admin_notice_text.ts";
import { renderNotice } from "./notice_text.ts";
import { renderTreasuryNotice } from "./replies/treasury_replies.ts";
import { languages } from "./texts.ts";

const payment = { bankPaymentId: "bnk_pay_1", chargeId: "yk_1" } as const;
const foreign = (what: ForeignBecause): BankAdminNotice => ({
  key: "bankForeign",
  what,
  ...payment,
});

describe.each(languages)("in %s", (language) => {
  it.each<[string, BankAdminNotice, Record<"en" | "ru", string>]>([
    ["another shop", foreign("shop"), { en: "another shop", ru: "другого магазина" }],
    ["another actor", foreign("actor"), { en: "something else", ru: "для другого" }],
    ["a test shop", foreign("test"), { en: "trying out", ru: "тестовом магазине" }],
    ["another currency", foreign("currency"), { en: "not in rubles", ru: "не в рублях" }],
    ["one unknown there", foreign("unknown"), { en: "does not know it", ru: "не знает" }],
    ["a hanging one", { key: "bankHangs", ...payment }, { en: "for a day", ru: "сутки" }],
  ])("admins are told of a payment: %s", (_, notice, words) => {
    const { html } = renderAdminNotice(notice, { language });
    expect(html).toContain(words[language]);
    expect(html).toContain("yk_1");
    expect(html).toContain("<code>bnk_pay_1</code>");
  });

  it("admins are told of a refund that is on its way for days", () => {
    const { html } = renderAdminNotice({
      key: "refundHangs",
      refundId: "rfd_1",
      raffleId: "rfl_1",
      playerId: "tg-1",
      amount: { minor: "10050", currency: "RUB" },
      chargeId: "yk_1",
    }, { language, title: "Friday" });
    for (const part of ["100.50 ₽", "tg-1", "Friday", "yk_1", "<code>rfd_1</code>"]) {
      expect(html).toContain(part);
    }
    expect(html).toContain(language === "ru" ? "трое суток" : "three days");
  });

  it("admins are told of a refund that does not go through, and what to write", () => {
    const { html } = renderAdminNotice({
      key: "refundStuck",
      refundId: "rfd_pay_1",
      raffleId: "rfl_1",
      playerId: "tg-1",
      amount: { minor: "10050", currency: "RUB" },
      chargeId: "yk_1",
      why: "forbidden, <shop_id>",
    }, { language, title: "A & B" });
    expect(html).toContain("<code>/admin retry rfd_pay_1</code>");
    for (const part of ["100.50 ₽", "<code>tg-1</code>", "A &amp; B", "yk_1", "&lt;shop_id&gt;"]) {
      expect(html).toContain(part);
    }
  });

  it.each<[string, BankPayoutAdminNotice, Record<"en" | "ru", string>]>([
    ["about which nothing is said", { key: "bankPayoutSilent", withdrawalId: "wdr_1" }, {
      en: "not answered for an hour",
      ru: "час не отвечает",
    }],
    ["a hanging one", { key: "bankPayoutHangs", withdrawalId: "wdr_1", payoutId: "po-1" }, {
      en: "payout po-1",
      ru: "выплата po-1",
    }],
  ])("admins are told of a payout: %s", (_, notice, words) => {
    const { html } = renderAdminNotice(notice, { language });
    expect(html).toContain(words[language]);
    expect(html).toContain("<code>wdr_1</code>");
  });

  it.each<[string, TreasuryNotice, Record<"en" | "ru", string>]>([
    ["refuses", { key: "bankRefuses", reason: "forbidden, <shop_id>" }, {
      en: "(forbidden, &lt;shop_id&gt;)",
      ru: "(forbidden, &lt;shop_id&gt;)",
    }],
    ["refuses a payout", { key: "bankRefuses", reason: "forbidden", what: "payout" }, {
      en: "refuses to make payouts</b> (forbidden)",
      ru: "отказывается делать выплаты</b> (forbidden)",
    }],
    ["refuses a receiver", { key: "bankRefuses", reason: "invalid_request", what: "receiver" }, {
      en: "did not take the receiver",
      ru: "не приняла получателя",
    }],
    ["does not say its fee", { key: "bankFeeUnknown", chargeId: "yk_1" }, {
      en: "what it has kept of <code>yk_1</code>",
      ru: "удержала ЮKassa с платежа <code>yk_1</code>",
    }],
    ["has too little", {
      key: "payoutShort",
      what: "refund",
      needed: { minor: "10050", currency: "RUB" },
    }, { en: "refund of 100.50 ₽", ru: "возврат на 100.50 ₽" }],
  ])("the treasury tells that YooKassa %s", (_, notice, words) => {
    const { html } = renderTreasuryNotice(notice, { language });
    expect(html).toContain(words[language]);
    expect(html).toContain(language === "ru" ? "ЮKassa" : "YooKassa");
  });
});

it.each(
  [
    ["declined by the bank", { reason: "bankUnpaid", bankReason: "insufficient_funds" }, true],
    ["the bank is away", { reason: "bankUnavailable" }, true],
    ["full", { reason: "full" }, false],
  ] as const,
)("who was not let in may try again where it was the bank: %s", (_, why, isOffered) => {
  const notice = { key: "entryRefused" as const, raffleId: "rfl_1" as const, ...why };
  const { buttons = [] } = renderNotice(notice, { language: "en", title: "Friday" });
  const pressed = buttons.flat().map((button) => "button" in button ? button.button : undefined);
  expect(pressed).toEqual([
    ...(isOffered ? [{ verb: "join", raffleId: "rfl_1" }] : []),
    { verb: "open" },
  ]);
});

it.each([
  [true, "Prize draws with Telegram Stars and rubles"],
  [false, "<b>Prize draws with Telegram Stars</b>"],
])("the welcome names what is paid with, rubles: %s", (hasRubles, words) => {
  expect(renderNotice({ key: "welcome" }, { language: "en", hasRubles }).html).toContain(words);
});
