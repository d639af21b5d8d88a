/** What players and admins are told of money by bank, in words. */
import type { BankAdminNotice, BankNotice, TopUpBounds } from "../../machines/domain/bank.ts";
import type { Language } from "../../machines/domain/events.ts";
import { readableMoney } from "./readable.ts";
import type { Reply, ReplyButton } from "./reply.ts";
import { html, plain } from "./texts.ts";
import { cancellationWords } from "./yookassa_words.ts";

/** Amounts that buttons offer, whole rubles. */
const OFFERED_RUBLES = [100, 300, 500, 1_000, 3_000];
const BUTTONS_A_ROW = 3;

/** Puts a player's notice into words. */
export function renderBankNotice(
  notice: BankNotice,
  { language, title, reason }: {
    language: Language;
    title: string;
    /** Why a payment brought nothing, in words. */
    reason: string;
  },
): Reply {
  const amount = "amount" in notice ? readableMoney(notice.amount) : "";
  switch (notice.key) {
    case "payLink":
      return {
        html: notice.raffleId === undefined
          ? html(language, "rubles-link-topup", { amount })
          : html(language, "rubles-link-entry", { amount, title }),
        buttons: [[{ label: plain(language, "button-pay-link", { amount }), url: notice.link }]],
      };
    case "toppedUp":
      return { html: html(language, "rubles-topped-up", { amount, charge: notice.chargeId }) };
    case "topUpFailed":
      return {
        html: html(language, "rubles-topup-failed", { amount, reason }),
        buttons: [[topUpButton(language)]],
      };
    case "topUpRefused":
      return {
        html: html(language, `rubles-refused-${notice.reason}`, boundsWords(notice.bounds)),
      };
    case "refundToBalance":
      return {
        html: html(language, "rubles-kept", {
          amount,
          title,
          charge: notice.chargeId,
          reason: cancellationWords(language, { operation: "refund", reason: notice.reason }),
        }),
      };
  }
}

/** Puts an admin's notice into words. */
export function renderBankAdminNotice(notice: BankAdminNotice, language: Language): Reply {
  const id = notice.bankPaymentId;
  switch (notice.key) {
    case "bankForeign": {
      const what = plain(language, `admin-bank-foreign-${notice.what}`);
      return { html: html(language, "admin-bank-foreign", { id, charge: notice.chargeId, what }) };
    }
    case "bankHangs":
      return { html: html(language, "admin-bank-hangs", { id, charge: notice.chargeId }) };
  }
}

/** How much shall be put on the balance? */
export function topUpReply(language: Language, bounds: TopUpBounds | undefined): Reply {
  if (bounds === undefined) return { html: html(language, "rubles-off"), menu: language };
  const isWithin = (rubles: number) =>
    BigInt(rubles) * 100n >= BigInt(bounds.least) && BigInt(rubles) * 100n <= BigInt(bounds.most);
  const buttons = OFFERED_RUBLES.filter(isWithin).map((rubles): ReplyButton => ({
    label: rublesWords(String(rubles * 100)),
    button: { verb: "u", player: { page: "topup", rubles } },
  }));
  const rows = Array.from(
    { length: Math.ceil(buttons.length / BUTTONS_A_ROW) },
    (_, row) => buttons.slice(row * BUTTONS_A_ROW, (row + 1) * BUTTONS_A_ROW),
  );
  return { html: html(language, "rubles-topup-how-much", boundsWords(bounds)), buttons: rows };
}

/** The answer to an amount that is none. */
export function topUpWhichReply(
  language: Language,
  { given, bounds }: { given: string; bounds: TopUpBounds | undefined },
): Reply {
  if (bounds === undefined) return topUpReply(language, bounds);
  const words = html(language, "rubles-topup-which", { given: given.slice(0, 60) });
  const reply = topUpReply(language, bounds);
  return { ...reply, html: `${words}\n${reply.html}` };
}

/** Leads to the amounts. */
export function topUpButton(language: Language): ReplyButton {
  return {
    label: plain(language, "button-topup"),
    button: { verb: "u", player: { page: "topup", rubles: null } },
  };
}

function boundsWords({ least, most }: TopUpBounds): { least: string; most: string } {
  return { least: rublesWords(least), most: rublesWords(most) };
}

function rublesWords(minor: string): string {
  return readableMoney({ minor, currency: "RUB" });
}
