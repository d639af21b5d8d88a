/** Notices about prizes that leave, in words. */
import type { Language } from "../../machines/domain/events.ts";
import {
  isBankChoice,
  type PrizeChoice,
  type WithdrawalId,
  type WithdrawalNotice,
  type WithdrawalRefusal,
} from "../../machines/domain/withdrawal.ts";
import { otherWayButtons, receiverWords } from "./cash_out_words.ts";
import type { OpenWithdrawal } from "./queries_port.ts";
import { readableMoney } from "./readable.ts";
import type { Reply, ReplyButton } from "./reply.ts";
import { html, plain } from "./texts.ts";
import { cancellationWords } from "./yookassa_words.ts";

/** What leaves, as the object of a sentence. */
export function prizeName(language: Language, choice: PrizeChoice): string {
  switch (choice.kind) {
    case "gift":
      return plain(language, "prize-gift");
    case "premium":
      return plain(language, "prize-premium", { months: choice.months });
    case "refund":
      return plain(language, "prize-refund");
    default:
      return plain(language, `prize-${choice.kind}`, { masked: choice.masked });
  }
}

/** Words for why nothing left; also for reasons that a newer machine may give. */
export function withdrawalRefusalWords(language: Language, reason: string | undefined): string {
  const known = reason !== undefined && reason in withdrawalRefusals;
  return plain(language, `withdrawal-refusal-${known ? reason : "refusedByTelegram"}`);
}

/** Every refusal, so that the compiler says when one is added. */
export const withdrawalRefusals: Record<WithdrawalRefusal, true> = {
  insufficientFunds: true,
  busy: true,
  giftEnded: true,
  soldOut: true,
  priceChanged: true,
  privacy: true,
  unreachable: true,
  botBalanceTooLow: true,
  chargesChanged: true,
  declined: true,
  cancelled: true,
  notArrived: true,
  refusedByTelegram: true,
  bankCanceled: true,
  tryAgain: true,
};

/** Puts such a notice into words. */
export function renderWithdrawalNotice(notice: WithdrawalNotice, language: Language): Reply {
  if (notice.key === "bankPayoutLooked") {
    const { withdrawalId: id, playerId: player, found } = notice;
    const amount = readableMoney(notice.amount);
    return { html: html(language, `notice-bankPayoutLooked-${found}`, { id, player, amount }) };
  }
  const { withdrawalId, choice } = notice;
  const rubles = isBankChoice(choice) ? "-rubles" : "";
  const prize = prizeName(language, choice);
  const to = isBankChoice(choice) ? receiverWords(language, choice) : "";
  const amount = readableMoney(notice.amount);
  const text = (key: string, variables: Record<string, string | number> = {}) =>
    html(language, `notice-${key}`, { prize, to, amount, ...variables });
  switch (notice.key) {
    case "withdrawalWaits":
      return {
        html: text(`withdrawalWaits${rubles}`, {
          approvals: notice.approvals,
          lastDay: readableMoney(notice.lastDay ?? notice.amount),
        }),
        buttons: [[cancelWithdrawalButton(language, withdrawalId)]],
      };
    case "withdrawalDone":
      return { html: text(`withdrawalDone-${choice.kind}`) };
    case "withdrawalUncertain":
      return { html: text(`withdrawalUncertain${rubles}`) };
    case "withdrawalFailed": {
      const reason = notice.bankReason === undefined
        ? withdrawalRefusalWords(language, notice.reason)
        : cancellationWords(language, { operation: "payout", reason: notice.bankReason });
      const message = text(`withdrawalFailed${rubles}`, { reason });
      const words = notice.publicReason === undefined || notice.publicReason === ""
        ? ""
        : `\n${html(language, "withdrawal-admin-words", { words: notice.publicReason })}`;
      return {
        html: message + words,
        buttons: isBankChoice(choice)
          ? otherWayButtons(language, choice.kind)
          : [[takePrizeButton(language)]],
      };
    }
    case "withdrawalAsksAdmins":
      return {
        html: text(`withdrawalAsksAdmins${rubles}`, {
          player: notice.playerId,
          id: withdrawalId,
          approvals: notice.approvals,
          lastDay: readableMoney(notice.lastDay ?? notice.amount),
        }),
        buttons: [[{
          label: plain(language, "button-withdrawal-approve"),
          button: { verb: "wdryes", withdrawalId },
        }]],
      };
    case "withdrawalUndecided":
      return {
        html: text(`withdrawalUndecided${rubles}`, { player: notice.playerId, id: withdrawalId }),
      };
    case "withdrawalVoidLooked":
      return {
        html: text(`withdrawalVoidLooked-${notice.found}`, {
          player: notice.playerId,
          id: withdrawalId,
        }),
      };
  }
}

/** He has one that is not finished. While admins are waited for he can have it back. */
export function openReply(
  language: Language,
  { withdrawalId, choice, amount, status }: OpenWithdrawal,
): Reply {
  const sum = readableMoney(amount);
  const words = isBankChoice(choice)
    ? html(language, "cash-open", { amount: sum, to: receiverWords(language, choice) })
    : html(language, "take-prize-open", { prize: prizeName(language, choice), amount: sum });
  if (status !== "waiting") return { html: words };
  return {
    html: `${words} ${html(language, "take-prize-waiting")}`,
    buttons: [[cancelWithdrawalButton(language, withdrawalId)]],
  };
}

/** Takes it back while admins are waited for. */
export function cancelWithdrawalButton(
  language: Language,
  withdrawalId: WithdrawalId,
): ReplyButton {
  return {
    label: plain(language, "button-withdrawal-cancel"),
    button: { verb: "wdrno", withdrawalId },
  };
}

/** Leads to what can be done with the balance. */
export function takePrizeButton(language: Language): ReplyButton {
  return { label: plain(language, "button-take-prize"), button: { verb: "prize" } };
}
