/**
 * What a player's dialogue about his rubles asks now. The banks and the gateway's balance are looked up for
 * the words alone; what can be paid out, the bank decides.
 */
import type { CashOutContext as Dialogue } from "../../../machines/cash_out_machine.ts";
import {
  type CashOutProblem,
  destinationOf,
  RECIPIENT_FORM,
} from "../../../machines/domain/cash_out.ts";
import type { MoneyJson } from "../../../machines/domain/money.ts";
import {
  maskDestination,
  type PayoutBank,
  type PayoutChannel,
  payoutLimits,
  PHONE_FORM,
  readBank,
  WALLET_FORM,
} from "../../../machines/domain/payout_destination.ts";
import type { Answer } from "../../supervisor/incoming.ts";
import type { View } from "../../supervisor/runtime_port.ts";
import type { SendOutcome } from "../../supervisor/supervisor.ts";
import { cancelButton, cashOutButton, confirmReply, payoutChannels } from "../cash_out_words.ts";
import type { GatewayState, PayoutDesk } from "../payout_desk_port.ts";
import { readableMoney } from "../readable.ts";
import type { Reply, ReplyButton } from "../reply.ts";
import { escapeHtml } from "../safe_text.ts";
import { html, plain } from "../texts.ts";
import { openReply } from "../withdrawal_notices.ts";
import { destinationProblemWords } from "../yookassa_words.ts";
import type { Rendered } from "./render_answer.ts";
import type { ReplyContext } from "./reply_context.ts";

/** Banks on one page. */
const PAGE = 8;
/** The first that he has is the example of an amount. */
const EXAMPLE_RUBLES = [250n, 100n, 50n, 10n];

type CashOutAnswer = Extract<Answer, { kind: `cashOut${string}` }>;

/** Renders an answer of the dialogue. */
export async function renderCashOut(
  answer: CashOutAnswer,
  { context, sent }: { context: ReplyContext; sent: SendOutcome | undefined },
): Promise<Rendered> {
  const { language } = context;
  const isTaken = sent?.status === "accepted" || sent?.status === "duplicate";
  switch (answer.kind) {
    case "cashOutConfirmed":
      // The question goes: nobody shall wonder whether another press would send it once more.
      return isTaken
        ? { reply: { html: html(language, "cash-asked") }, isEdit: true }
        : { toast: plain(language, "cash-old") };
    case "cashOutCancelled":
      return isTaken
        ? { reply: { html: html(language, "cash-cancelled") }, isEdit: true }
        : { toast: plain(language, "cash-old") };
    case "cashOut": {
      if (!isTaken || sent?.view === undefined) return { toast: plain(language, "cash-old") };
      const reply = await dialogueReply(context, sent.view);
      return { reply, ...(answer.isEdit ? { isEdit: true } : {}) };
    }
  }
}

/** By the state that the dialogue is in after what he said. */
async function dialogueReply(context: ReplyContext, view: View): Promise<Reply> {
  const { language, payouts, queries, playerId } = context;
  const dialogue = view.context as Dialogue;
  const { channel, problem } = dialogue;
  const step = stepOf(view);
  if (step === undefined || step === "channel") {
    const open = await queries.openWithdrawal(playerId);
    if (open !== undefined) return openReply(language, open);
  }
  if (payouts === undefined || step === undefined) {
    const isPoor = problem?.problem === "nothing";
    return {
      html: html(language, isPoor ? "cash-nothing" : "cash-tryAgain"),
      ...(isPoor ? { menu: language } : { buttons: [[cashOutButton(language)]] }),
    };
  }
  if (step === "channel" || channel === null) {
    return channelReply(context, dialogue, await payouts.gateway());
  }
  switch (step) {
    case "amount":
      return amountReply(context, { dialogue, channel });
    case "bank":
      return bankReply(context, { dialogue, banks: await payouts.banks() });
    case "card":
      return cardReply(context, { dialogue, payouts });
    case "confirming":
      return await lastYes(context, { dialogue, channel, payouts });
    default:
      return question(context, dialogue, `cash-ask-${step}`, {
        form: { phone: PHONE_FORM, wallet: WALLET_FORM, name: RECIPIENT_FORM }[step],
      });
  }
}

type Step = "channel" | "amount" | "phone" | "bank" | "name" | "wallet" | "card" | "confirming";

/** Undefined when nothing is asked. */
function stepOf({ value }: View): Step | undefined {
  if (value === "confirming") return value;
  if (typeof value !== "object" || value === null || !("asking" in value)) return undefined;
  return value.asking as Step;
}

function channelReply(
  { language, payouts, playerId }: ReplyContext,
  { balance, turn, cardKey }: Dialogue,
  gateway: GatewayState | undefined,
): Reply {
  const hasPage = payouts?.cardPage(playerId, cardKey) !== undefined;
  const isOffered = (channel: PayoutChannel) =>
    (channel !== "card" || hasPage) &&
    (gateway === undefined || gateway.channels.length === 0 || gateway.channels.includes(channel));
  const buttons = payoutChannels.filter(isOffered).map((channel): ReplyButton[] => [{
    label: plain(language, `button-cash-${channel}`),
    button: { verb: "c", cash: { step: "channel", of: turn, channel } },
  }]);
  return {
    html: html(language, "cash-ask-channel", { amount: readableMoney(balance) }),
    buttons: [...buttons, [cancelButton(language, turn)]],
  };
}

function amountReply(
  context: ReplyContext,
  { dialogue, channel }: { dialogue: Dialogue; channel: PayoutChannel },
): Reply {
  const { balance, turn } = dialogue;
  const { least, most } = payoutLimits[channel];
  const amount = readableMoney(balance);
  const own = BigInt(balance.minor);
  const reply = question(context, dialogue, "cash-ask-amount", {
    amount,
    least: readableMoney(rubles(least)),
    // Of more than he has or the way takes nothing is offered.
    most: readableMoney(rubles(own < least || own > most ? most : own)),
    form: String(EXAMPLE_RUBLES.find((some) => some * 100n <= own) ?? 1n),
  });
  const all: ReplyButton = {
    label: plain(context.language, "button-cash-all", { amount }),
    button: { verb: "c", cash: { step: "all", of: turn } },
  };
  return { ...reply, buttons: [[all], ...reply.buttons ?? []] };
}

/** A page of the banks that fit what he has typed. */
function bankReply(
  context: ReplyContext,
  { dialogue, banks, problem = "" }: {
    dialogue: Dialogue;
    banks: readonly PayoutBank[] | undefined;
    problem?: string;
  },
): Reply {
  const { language } = context;
  const { turn, query, page } = dialogue;
  const cancel = cancelButton(language, turn);
  if (banks === undefined) {
    const again: ReplyButton = {
      label: plain(language, "button-cash-again"),
      button: { verb: "c", cash: { step: "page", of: turn, page: 0 } },
    };
    return { html: html(language, "cash-banks-away"), buttons: [[again], [cancel]] };
  }
  const found = banks.filter(({ name }) => isLike(name, query));
  const shown = found.length === 0 ? banks : found;
  const last = Math.max(0, Math.ceil(shown.length / PAGE) - 1);
  const at = Math.min(page, last);
  const buttons = shown.slice(at * PAGE, (at + 1) * PAGE).map(({ bankId, name }): ReplyButton[] => [
    { label: name, button: { verb: "c", cash: { step: "bank", of: turn, bankId } } },
  ]);
  const turns = [
    ...(at > 0 ? [turnTo("button-gifts-earlier", at - 1)] : []),
    ...(at < last ? [turnTo("button-gifts-later", at + 1)] : []),
  ];
  const words = [
    problem,
    found.length === 0 ? html(language, "cash-banks-none", { query }) : "",
    html(language, "cash-ask-bank"),
  ].filter((line) => line !== "").join("\n\n");
  return {
    html: words,
    buttons: [...buttons, ...(turns.length === 0 ? [] : [turns]), [cancel]],
  };

  function turnTo(key: string, to: number): ReplyButton {
    return {
      label: plain(language, key),
      button: { verb: "c", cash: { step: "page", of: turn, page: to } },
    };
  }
}

function isLike(name: string, query: string): boolean {
  const plainly = (text: string) =>
    text.toLowerCase().replaceAll("ё", "е").replaceAll(/[^\p{L}\p{N}]/gu, "");
  return plainly(name).includes(plainly(query));
}

function cardReply(
  { language, playerId }: ReplyContext,
  { dialogue: { turn, cardKey }, payouts }: { dialogue: Dialogue; payouts: PayoutDesk },
): Reply {
  const url = payouts.cardPage(playerId, cardKey);
  if (url === undefined) {
    return { html: html(language, "cash-no-card"), buttons: [[cashOutButton(language)]] };
  }
  return {
    html: html(language, "cash-ask-card"),
    buttons: [
      [{ label: plain(language, "button-cash-page"), url }],
      [cancelButton(language, turn)],
    ],
  };
}

/** All of it once more, and whether it will go at once. */
async function lastYes(
  context: ReplyContext,
  { dialogue, channel, payouts }: {
    dialogue: Dialogue;
    channel: PayoutChannel;
    payouts: PayoutDesk;
  },
): Promise<Reply> {
  const { language } = context;
  const { turn, amount, draft } = dialogue;
  const destination = destinationOf(channel, draft);
  if (destination === undefined || amount === null) {
    return { html: html(language, "cash-tryAgain"), buttons: [[cashOutButton(language)]] };
  }
  const more = [speedWords(context, amount, await payouts.gateway())];
  if (destination.kind === "sbp") {
    const banks = await payouts.banks();
    const read = banks === undefined ? undefined : readBank(destination.bankId, banks);
    if (read !== undefined && "problem" in read) {
      return {
        html: escapeHtml(destinationProblemWords(language, read)),
        buttons: [[cashOutButton(language)], [cancelButton(language, turn)]],
      };
    }
    if (read !== undefined) more.unshift(html(language, "cash-bank", { bank: read.bank.name }));
  }
  return confirmReply(language, {
    turn,
    amount,
    to: { kind: channel, masked: maskDestination(destination) },
    more: more.join("\n"),
  });
}

/** It is offered as instant only when the gateway has enough. */
function speedWords(
  { language }: ReplyContext,
  amount: MoneyJson,
  gateway: GatewayState | undefined,
): string {
  if (gateway === undefined) return html(language, "cash-speed-unknown");
  const isCovered = gateway.isEnabled && BigInt(gateway.balance.minor) >= BigInt(amount.minor);
  return html(language, isCovered ? "cash-speed-instant" : "cash-speed-short");
}

function question(
  { language }: ReplyContext,
  { turn, problem }: Dialogue,
  key: string,
  variables: Record<string, string> = {},
): Reply {
  const words = problem === null ? "" : `${problemWords({ language }, problem)}\n\n`;
  return {
    html: words + html(language, key, variables),
    buttons: [[cancelButton(language, turn)]],
  };
}

function problemWords(
  { language }: Pick<ReplyContext, "language">,
  problem: CashOutProblem,
): string {
  switch (problem.problem) {
    case "amount":
    case "recipient":
      return html(language, `cash-problem-${problem.problem}`, { allowed: problem.allowed });
    case "nothing":
      return html(language, "cash-nothing");
    case "aboveBalance":
      return html(language, "cash-problem-aboveBalance", {
        allowed: readableMoney(rubles(BigInt(problem.allowed))),
      });
    default:
      return escapeHtml(
        destinationProblemWords(language, { ...problem, problem: problem.problem }),
      );
  }
}

function rubles(minor: bigint): MoneyJson {
  return { minor: String(minor), currency: "RUB" };
}
