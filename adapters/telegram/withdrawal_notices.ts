/** Notices about prizes that leave, in words. */
import type { Language } from "../../machines/domain/events.ts";
import type {
  PrizeChoice,
  WithdrawalNotice,
  WithdrawalRefusal,
} from "../../machines/domain/withdrawal.ts";
import { readableMoney } from "./readable.ts";
import type { Reply, ReplyButton } from "./reply.ts";
import { html, plain } from "./texts.ts";

/** What leaves, as the object of a sentence. */
export function prizeName(language: Language, choice: PrizeChoice): string {
  switch (choice.kind) {
    case "gift":
      return plain(language, "prize-gift");
    case "premium":
      return plain(language, "prize-premium", { months: choice.months });
    case "refund":
      return plain(language, "prize-refund");
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
  tryAgain: true,
};

/** Puts such a notice into words. */
export function renderWithdrawalNotice(notice: WithdrawalNotice, language: Language): Reply {
  const { withdrawalId, choice } = notice;
  const prize = prizeName(language, choice);
  const amount = readableMoney(notice.amount);
  const text = (key: string, variables: Record<string, string | number> = {}) =>
    html(language, `notice-${key}`, { prize, amount, ...variables });
  switch (notice.key) {
    case "withdrawalWaits":
      return {
        html: text("withdrawalWaits", {
          approvals: notice.approvals,
          lastDay: readableMoney(notice.lastDay ?? notice.amount),
        }),
        buttons: [[{
          label: plain(language, "button-withdrawal-cancel"),
          button: { verb: "wdrno", withdrawalId },
        }]],
      };
    case "withdrawalDone":
      return { html: text(`withdrawalDone-${choice.kind}`) };
    case "withdrawalUncertain":
      return { html: text("withdrawalUncertain") };
    case "withdrawalFailed": {
      const reason = withdrawalRefusalWords(language, notice.reason);
      const message = text("withdrawalFailed", { reason });
      const words = notice.publicReason === undefined || notice.publicReason === ""
        ? ""
        : `\n${html(language, "withdrawal-admin-words", { words: notice.publicReason })}`;
      return { html: message + words, buttons: [[takePrizeButton(language)]] };
    }
    case "withdrawalAsksAdmins":
      return {
        html: text("withdrawalAsksAdmins", {
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
      return { html: text("withdrawalUndecided", { player: notice.playerId, id: withdrawalId }) };
    case "withdrawalVoidLooked":
      return {
        html: text(`withdrawalVoidLooked-${notice.found}`, {
          player: notice.playerId,
          id: withdrawalId,
        }),
      };
  }
}

/** Leads to what can be done with the balance. */
export function takePrizeButton(language: Language): ReplyButton {
  return { label: plain(language, "button-take-prize"), button: { verb: "prize" } };
}
