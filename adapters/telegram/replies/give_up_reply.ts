/**
 * The question before a player gives his balance up for his data to be deleted: what he could still
 * take for it, and that it cannot be undone. Without knowing the gifts it is not asked.
 */
import type { MoneyJson } from "../../../machines/domain/money.ts";
import { payoutLimits } from "../../../machines/domain/payout_destination.ts";
import { premiumStars } from "../../../machines/domain/withdrawal.ts";
import { cashOutButton } from "../cash_out_words.ts";
import { readableAmounts, readableMoney } from "../readable.ts";
import type { Reply, ReplyButton } from "../reply.ts";
import { html, plain } from "../texts.ts";
import { takePrizeButton } from "../withdrawal_notices.ts";
import type { ReplyContext } from "./reply_context.ts";
import { affordablePremium, giftsNow, ownPayments, stars } from "./withdrawal_replies.ts";

/** Really give it up? The yes carries the balances that he was shown. */
export async function giveUpReply(context: ReplyContext): Promise<Reply> {
  const { language, queries, playerId } = context;
  const amounts = (await queries.balanceOf(playerId)).map(({ available }) => available)
    .filter(({ minor }) => BigInt(minor) > 0n);
  if (amounts.length === 0) return { html: html(language, "give-up-nothing") };
  const amount = readableAmounts(amounts);
  const choices = await whatElse(context);
  const keep: ReplyButton = {
    label: plain(language, "button-keep-data"),
    button: { verb: "u", player: { page: "keep" } },
  };
  if (choices === undefined) {
    const again: ReplyButton = {
      label: plain(language, "button-give-up", { amount }),
      button: { verb: "u", player: { page: "giveUp", amounts: null } },
    };
    return { html: html(language, "gifts-away"), buttons: [[again], [keep]] };
  }
  const canCashOut = context.payouts !== undefined && amounts.some(isPaidOut);
  const sure: ReplyButton = {
    label: plain(language, "button-give-up-sure", { amount }),
    button: { verb: "u", player: { page: "giveUp", amounts } },
  };
  return {
    html: [
      html(language, "give-up-sure", { amount }),
      choices.words,
      ...(canCashOut ? [html(language, "give-up-rubles")] : []),
      html(language, "give-up-entries"),
    ].join("\n\n"),
    buttons: [
      ...(choices.canTake ? [[takePrizeButton(language)]] : []),
      ...(canCashOut ? [[cashOutButton(language)]] : []),
      [sure],
      [keep],
    ],
  };
}

/** Rubles that some way of paying out takes. */
function isPaidOut({ minor, currency }: MoneyJson): boolean {
  return currency === "RUB" && BigInt(minor) >= payoutLimits.sbp.least;
}

/** What he could take for his Stars, in words; undefined while Telegram does not say its gifts. */
async function whatElse(
  context: ReplyContext,
): Promise<{ words: string; canTake: boolean } | undefined> {
  const { language } = context;
  const balances = await context.queries.balanceOf(context.playerId);
  const balance = balances.find(({ available }) => available.currency === "XTR")?.available ??
    stars(0);
  const gifts = await giftsNow(context);
  if (gifts === undefined) return undefined;
  const [cheapest] = gifts;
  const isGiftIn = cheapest !== undefined && BigInt(cheapest.stars) <= BigInt(balance.minor);
  const { sum } = await ownPayments(context, balance);
  const line = (key: string, price: number, more = {}): string =>
    html(language, key, { price: readableMoney(stars(price)), ...more });
  const lines = [
    ...(isGiftIn ? [line("give-up-gifts", cheapest.stars)] : []),
    ...affordablePremium(balance)
      .map((months) => line("give-up-premium", premiumStars[months], { months })),
    ...(sum > 0 ? [line("give-up-own", sum)] : []),
  ];
  if (lines.length > 0) {
    return { words: [html(language, "give-up-could"), ...lines].join("\n"), canTake: true };
  }
  const words = cheapest === undefined
    ? html(language, "give-up-no-gifts")
    : line("give-up-too-small", cheapest.stars);
  return { words, canTake: false };
}
