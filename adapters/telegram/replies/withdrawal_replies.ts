/**
 * Replies about prizes that leave: the choices with their amounts, the gifts, the question before it
 * is done. What is shown is only shown; the withdrawal's machine looks at all of it again.
 */
import type { MoneyJson } from "../../../machines/domain/money.ts";
import {
  pickCharges,
  type PremiumMonths,
  premiumStars,
  type StarChoice,
} from "../../../machines/domain/withdrawal.ts";
import { RetryableError, TerminalError } from "../../../actors/errors.ts";
import type { WithdrawalAnswer } from "../../supervisor/withdrawal_answer.ts";
import type { SendOutcome } from "../../supervisor/supervisor.ts";
import type { OfferedGift } from "../gift_catalog.ts";
import { readableMoney } from "../readable.ts";
import type { Reply, ReplyButton } from "../reply.ts";
import { html, plain } from "../texts.ts";
import type { WithdrawalButton } from "../withdrawal_buttons.ts";
import { openReply, takePrizeButton } from "../withdrawal_notices.ts";
import { commandRefusalWords } from "./panel/command_words.ts";
import type { Rendered } from "./render_answer.ts";
import type { ReplyContext } from "./reply_context.ts";

/** Gifts on one page, in rows of three. */
const PAGE = 12;
const ROW = 3;
/** Amounts that are named when none of his payments fits. */
const MAX_AMOUNTS = 5;

/**
 * Renders an answer about a prize.
 * @throws {Error} When a query fails.
 */
export async function renderWithdrawal(
  { show }: WithdrawalAnswer,
  { context, sent }: { context: ReplyContext; sent: SendOutcome | undefined },
): Promise<Rendered> {
  const { language } = context;
  switch (show.what) {
    case "choices":
      return { reply: await choicesReply(context) };
    case "kept":
      return {
        reply: {
          html: html(language, "keep-prize", { amount: readableMoney(await starsOf(context)) }),
        },
      };
    case "gifts":
      return { reply: await giftsReply(context, show.page), isEdit: true };
    case "question":
      return { reply: await questionReply(context, show) };
    case "old":
      return { reply: again(context, html(language, "choice-old")) };
    case "asked":
      return {
        toast: plain(
          language,
          sent?.status === "refused" ? "withdrawal-asked-already" : "withdrawal-asked",
        ),
      };
    case "cancelled": {
      const isDone = sent?.status === "accepted" || sent?.status === "duplicate";
      return {
        toast: plain(language, isDone ? "withdrawal-cancelled" : "withdrawal-not-cancelled"),
      };
    }
    case "needsReason":
      return {
        reply: {
          html: html(language, "withdrawal-admin-needs-reason", { id: show.withdrawalId }),
        },
      };
    case "unknown":
      return { reply: unknownWithdrawal(context, show.given) };
    case "noted":
      return { reply: notedReply(context, { ...show, sent }) };
  }
}

/** What can be done with the Stars on the balance. */
async function choicesReply(context: ReplyContext): Promise<Reply> {
  const { language, queries, playerId } = context;
  const open = await queries.openWithdrawal(playerId);
  if (open !== undefined) return openReply(language, open);
  const balance = await starsOf(context);
  if (BigInt(balance.minor) <= 0n) return { html: html(language, "take-prize-nothing") };
  const { words, sum } = await ownPayments(context, balance);
  const buttons: ReplyButton[][] = [[press("button-gifts", { verb: "gifts", page: 0 })]];
  for (const months of affordablePremium(balance)) {
    const price = readableMoney(stars(premiumStars[months]));
    buttons.push([press("button-premium", { verb: "premium", months }, { months, price })]);
  }
  if (sum > 0) {
    const price = readableMoney(stars(sum));
    buttons.push([press("button-own-payments", { verb: "ownback", stars: sum }, { price })]);
  }
  buttons.push([press("button-keep", { verb: "keep" })]);
  const amount = readableMoney(balance);
  return { html: `${html(language, "take-prize", { amount })}\n\n${words}`, buttons };

  function press(
    key: string,
    button: WithdrawalButton,
    variables: Record<string, string | number> = {},
  ): ReplyButton {
    return { label: plain(language, key, variables), button };
  }
}

/** Months of Premium that so many Stars pay for. */
export function affordablePremium(balance: MoneyJson): PremiumMonths[] {
  return (Object.keys(premiumStars).map(Number) as PremiumMonths[])
    .filter((months) => BigInt(premiumStars[months]) <= BigInt(balance.minor));
}

/** Which of his own payments would come back, in words and as their sum. */
export async function ownPayments(
  { language, queries, playerId }: ReplyContext,
  balance: MoneyJson,
): Promise<{ words: string; sum: number }> {
  const charges = await queries.ownCharges(playerId);
  if (charges.length === 0) return { words: html(language, "own-payments-none"), sum: 0 };
  const { picked, sumMinor } = pickCharges(charges, BigInt(balance.minor));
  if (picked.length > 0) {
    const amount = readableMoney(stars(Number(sumMinor)));
    return {
      words: html(language, "own-payments-fit", { count: picked.length, amount }),
      sum: Number(sumMinor),
    };
  }
  const amounts = [...new Set(charges.map(({ amount }) => Number(amount.minor)))]
    .toSorted((left, right) => left - right).slice(0, MAX_AMOUNTS)
    .map((minor) => readableMoney(stars(minor))).join(", ");
  const words = html(language, "own-payments-too-large", {
    amount: readableMoney(balance),
    amounts,
  });
  return { words, sum: 0 };
}

/** A page of the gifts that he can afford. */
async function giftsReply(context: ReplyContext, page: number): Promise<Reply> {
  const { language } = context;
  const balance = await starsOf(context);
  const gifts = await giftsNow(context);
  if (gifts === undefined) return again(context, html(language, "gifts-away"));
  const [cheapest] = gifts;
  if (cheapest === undefined) return again(context, html(language, "gifts-none-at-all"));
  const affordable = gifts.filter((gift) => BigInt(gift.stars) <= BigInt(balance.minor));
  const amount = readableMoney(balance);
  if (affordable.length === 0) {
    const variables = { amount, cheapest: readableMoney(stars(cheapest.stars)) };
    return again(context, html(language, "gifts-none", variables));
  }
  // An old button may name a page that is not there any more.
  const last = Math.ceil(affordable.length / PAGE) - 1;
  const shown = Math.min(page, last);
  const onPage = affordable.slice(shown * PAGE, (shown + 1) * PAGE).map((gift): ReplyButton => ({
    label: nameOf(gift),
    button: { verb: "gift", giftId: gift.giftId, stars: gift.stars },
  }));
  const rows = Array.from(
    { length: Math.ceil(onPage.length / ROW) },
    (_, index) => onPage.slice(index * ROW, (index + 1) * ROW),
  );
  const turns: ReplyButton[] = [];
  if (shown > 0) turns.push(turn("button-gifts-earlier", shown - 1));
  if (shown < last) turns.push(turn("button-gifts-later", shown + 1));
  return {
    html: html(language, "gifts-title", { amount }),
    buttons: [...rows, ...(turns.length === 0 ? [] : [turns]), [otherChoice(context)]],
  };

  function turn(key: string, to: number): ReplyButton {
    return { label: plain(language, key), button: { verb: "gifts", page: to } };
  }
}

/** The question before it is done, with what stays; or why it cannot be asked any more. */
async function questionReply(
  context: ReplyContext,
  { choice, stars: price }: { choice: StarChoice; stars: number },
): Promise<Reply> {
  const { language } = context;
  const balance = await starsOf(context);
  const amount = readableMoney(stars(price));
  const left = BigInt(balance.minor) - BigInt(price);
  if (left < 0n) {
    const variables = { amount, balance: readableMoney(balance) };
    return again(context, html(language, "choice-too-dear", variables));
  }
  const variables = { amount, left: readableMoney({ minor: String(left), currency: "XTR" }) };
  const ask = (key: string, confirm: string, button: WithdrawalButton, more = {}): Reply => ({
    html: html(language, key, { ...variables, ...more }),
    buttons: [[{ label: plain(language, confirm), button }], [otherChoice(context)]],
  });
  switch (choice.kind) {
    case "gift": {
      const { giftId } = choice;
      const gifts = await giftsNow(context);
      const gift = gifts?.find((one) => one.giftId === giftId && one.stars === price);
      if (gift === undefined) {
        const key = gifts === undefined ? "gifts-away" : "choice-changed";
        return again(context, html(language, key));
      }
      const button: WithdrawalButton = { verb: "sendgift", giftId, stars: price };
      return ask("confirm-gift", "button-confirm", button, { gift: gift.emoji });
    }
    case "premium": {
      const { months } = choice;
      return ask("confirm-premium", "button-confirm", { verb: "sendpremium", months }, { months });
    }
    case "refund": {
      const charges = await context.queries.ownCharges(context.playerId);
      if (price === 0 || pickCharges(charges, BigInt(price)).sumMinor !== BigInt(price)) {
        return again(context, html(language, "choice-changed"));
      }
      return ask("confirm-refund", "button-confirm-refund", { verb: "sendback", stars: price });
    }
  }
}

function notedReply(
  context: ReplyContext,
  { command, withdrawalId, sent }: {
    command: string;
    withdrawalId: string;
    sent: SendOutcome | undefined;
  },
): Reply {
  const { language } = context;
  const variables = { command, id: withdrawalId };
  switch (sent?.status) {
    case "accepted":
      if (command === "void") return { html: html(language, "withdrawal-admin-void", variables) };
      return { html: html(language, "withdrawal-admin-done", variables) };
    case "duplicate":
      return { html: html(language, "withdrawal-admin-duplicate", variables) };
    case "refused":
      return {
        html: html(language, "withdrawal-admin-not-taken", {
          ...variables,
          reason: commandRefusalWords(language, sent.reason),
        }),
      };
    case "missing":
    case undefined:
      return unknownWithdrawal(context, withdrawalId);
  }
}

function unknownWithdrawal({ language }: ReplyContext, given: string): Reply {
  return { html: html(language, "withdrawal-admin-unknown", { given: given.slice(0, 60) }) };
}

/** Words with a way back to the choices. */
function again(context: ReplyContext, words: string): Reply {
  return { html: words, buttons: [[takePrizeButton(context.language)]] };
}

function otherChoice({ language }: ReplyContext): ReplyButton {
  return { label: plain(language, "button-other-choice"), button: { verb: "prize" } };
}

/** What can be given now, the cheapest first; undefined when Telegram does not answer. */
export async function giftsNow(
  { gifts }: ReplyContext,
): Promise<readonly OfferedGift[] | undefined> {
  try {
    return await gifts.list();
  } catch (error: unknown) {
    // He is told so; nothing else depends on it.
    if (error instanceof RetryableError || error instanceof TerminalError) return undefined;
    throw error;
  }
}

async function starsOf({ queries, playerId }: ReplyContext): Promise<MoneyJson> {
  const balances = await queries.balanceOf(playerId);
  return balances.find(({ available }) => available.currency === "XTR")?.available ?? stars(0);
}

function nameOf({ emoji, stars: price }: OfferedGift): string {
  return `${emoji} ${readableMoney(stars(price))}`;
}

/** So many Stars. */
export function stars(count: number): MoneyJson {
  return { minor: String(count), currency: "XTR" };
}
