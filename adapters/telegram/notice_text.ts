/** Notices of the machines in words. Every key of `Notice` has its text; the compiler holds that. */
import type { Language, Notice } from "../../machines/domain/events.ts";
import {
  addMoney,
  moneyFromJson,
  type MoneyJson,
  moneyToJson,
  subtractMoney,
} from "../../machines/domain/money.ts";
import type { EntryRefusal } from "../../machines/domain/refusals.ts";
import { drandLines } from "./drand_text.ts";
import { renderBankNotice } from "./bank_notices.ts";
import { renderPlayerNotice } from "./player_notices.ts";
import { readableMoney, readableTime } from "./readable.ts";
import type { Reply, ReplyButton } from "./reply.ts";
import { claimButton } from "./claim_words.ts";
import { renderForceAsked } from "./replies/panel/force_asked.ts";
import { renderRedrawAsked } from "./replies/panel/redraw_asked.ts";
import { renderSuspicionNotice } from "./suspicion_notices.ts";
import { html, plain } from "./texts.ts";
import { cancellationWords } from "./yookassa_words.ts";
import { cashOutButton, confirmReply } from "./cash_out_words.ts";
import { renderWithdrawalNotice, takePrizeButton } from "./withdrawal_notices.ts";

/** What a notice is rendered with besides itself. */
export interface NoticeSurroundings {
  language: Language;
  /** Title of its raffle; a plain word stands in when it is not known. */
  title?: string | undefined;
  /** RANDOM.ORG's page for the result. */
  checkUrl?: string | undefined;
  /** Whether raffles in rubles can be paid here. */
  hasRubles?: boolean;
}

/** Longest list of winners in one message. */
const MAX_WINNERS_SHOWN = 50;

/** Puts a notice into words. */
export function renderNotice(notice: Notice, surroundings: NoticeSurroundings): Reply {
  const { language } = surroundings;
  const title = surroundings.title ?? plain(language, "unknown-title");
  const text = (key: string, variables: Record<string, string | number> = {}) =>
    html(language, `notice-${key}`, { title, ...variables });
  const count = (what: "tickets" | "players", number: number) =>
    plain(language, `count-${what}`, { count: number });
  switch (notice.key) {
    case "welcome":
      return renderWelcome(notice, surroundings);
    case "entryRefused":
      return {
        html: text("entryRefused", { reason: reasonWords(language, notice) }),
        buttons: [...tryAgain(notice, language), [openRaffles(language)]],
      };
    case "joined":
      return withShow(notice, language, text("joined", { number: String(notice.number) }));
    case "seriesOpened":
      return {
        html: text("seriesOpened", { name: notice.name, number: String(notice.number) }),
        buttons: [[show(notice, language)], [{
          label: plain(language, "button-unfollow"),
          button: { verb: "unfollow", raffleId: notice.raffleId },
        }]],
      };
    case "playersJoined":
      return withShow(
        notice,
        language,
        text("playersJoined", {
          players: count("players", notice.players),
          tickets: count("tickets", notice.tickets),
        }),
      );
    case "sealed": {
      const sealed = text("sealed", {
        seal: notice.seal,
        tickets: count("tickets", notice.tickets),
      });
      const lines = [sealed, ...drandLines(language, notice.beacon, "awaited")];
      return withShow(notice, language, lines.join("\n"));
    }
    case "drawWaits":
      return withShow(notice, language, text("drawWaits"));
    case "won":
      if (notice.claimUntilMs !== undefined) {
        const { place, number, claimUntilMs } = notice;
        return withClaim(
          notice,
          language,
          text("won-claim", {
            place: String(place),
            number: String(number),
            prize: readableMoney(notice.prize),
            time: readableTime(language, claimUntilMs),
          }),
        );
      }
      return withShow(
        notice,
        language,
        text("won", {
          place: String(notice.place),
          number: String(notice.number),
          prize: readableMoney(notice.prize),
        }),
      );
    case "claimReminder":
      return withClaim(
        notice,
        language,
        text("claimReminder", {
          prize: readableMoney(notice.prize),
          time: readableTime(language, notice.claimUntilMs),
        }),
      );
    case "claimLapsed":
      return withShow(
        notice,
        language,
        text("claimLapsed", { prize: readableMoney(notice.prize) }),
      );
    case "prizesPassed": {
      const lines = notice.passed.map(({ place, from, to }) =>
        html(language, `notice-passed${to === null ? "-left" : ""}`, {
          place: String(place),
          from: String(from),
          to: String(to),
        })
      );
      // The lines are HTML already: they take the place of a mark that escaping leaves alone.
      const message = text("prizesPassed", { passed: "\u0000" })
        .replace("\u0000", () => lines.join("\n"));
      return withShow(notice, language, message);
    }
    case "drawn":
      return renderDrawn(notice, surroundings, text);
    case "credited":
      return {
        html: text("credited", { prize: readableMoney(notice.prize) }),
        ...(notice.prize.currency === "XTR" ? { buttons: [[takePrizeButton(language)]] } : {}),
        ...(notice.prize.currency === "RUB" ? { buttons: [[cashOutButton(language)]] } : {}),
      };
    case "cancelled": {
      const reason = plain(language, `cancel-${notice.reason}`);
      const words = notice.publicReason === undefined ? reason : plain(
        language,
        "notice-public-reason",
        { reason, words: notice.publicReason },
      );
      return withShow(notice, language, text("cancelled", { reason: words }));
    }
    case "disputed":
      return withShow(notice, language, text("disputed", { reason: notice.reason }));
    case "refunded":
      return { html: renderRefunded(notice, language, text) };
    case "forceAsked":
      return renderForceAsked(notice, { language, title });
    case "redrawAsked":
      return renderRedrawAsked(notice, { language, title });
    case "redrawn":
      return withShow(
        notice,
        language,
        text("redrawn", { seal: notice.seal, reason: notice.reason }),
      );
    case "languageChosen":
    case "ownRules":
    case "limitSet":
    case "pauseSet":
    case "wordsAsked":
    case "emailAsked":
    case "emailKept":
    case "wordsRefused":
    case "disputeOpened":
    case "disputeAnswered":
    case "answerAsked":
    case "answerTaken":
    case "answerLate":
    case "deletionWaits":
    case "deletionWithdrawn":
      return renderPlayerNotice(notice, surroundings);
    case "payLink":
    case "toppedUp":
    case "topUpFailed":
    case "topUpRefused":
    case "refundToBalance":
      return renderBankNotice(notice, {
        language,
        title,
        reason: "bankReason" in notice || notice.key === "topUpFailed"
          ? reasonWords(language, notice)
          : "",
      });
    case "excluded":
    case "exclusionLifted":
      return renderSuspicionNotice(notice, { language, title });
    case "cashOutAsked":
      return confirmReply(language, {
        ...notice,
        to: { kind: "card", masked: notice.masked },
      });
    case "refundFails":
      return { html: text("refundFails", { charge: notice.chargeId }) };
    case "withdrawalWaits":
    case "withdrawalDone":
    case "withdrawalUncertain":
    case "withdrawalFailed":
    case "withdrawalAsksAdmins":
    case "withdrawalUndecided":
    case "withdrawalVoidLooked":
    case "bankPayoutLooked":
      return renderWithdrawalNotice(notice, language);
  }
}

/** Why nothing came: in the bank's words where it has given any. */
function reasonWords(
  language: Language,
  { reason, bankReason }: { reason?: string; bankReason?: string },
): string {
  return bankReason === undefined
    ? refusalWords(language, reason)
    : cancellationWords(language, { operation: "payment", reason: bankReason });
}

/** Words for a refusal of an entry; also for reasons that a newer machine may give. */
export function refusalWords(language: Language, reason: string | undefined): string {
  const known = reason !== undefined && reason in refusals;
  return plain(language, known ? `refusal-${reason}` : "refusal-other");
}

/** Every refusal, so that the compiler says when one is added. */
export const refusals: Record<EntryRefusal, true> = {
  unknownRaffle: true,
  notOpen: true,
  paused: true,
  closed: true,
  full: true,
  overPlayerLimit: true,
  overDailyLimit: true,
  wrongPayer: true,
  wrongAmount: true,
  wrongCurrency: true,
  wrongMethod: true,
  invoiceExpired: true,
  ownPause: true,
  ownDailyLimit: true,
  ownWeeklyLimit: true,
  ownWeeklyRubles: true,
  dataDeleted: true,
  deletionAsked: true,
  barred: true,
  alreadyPaid: true,
  insufficientFunds: true,
  placeLapsed: true,
  tryAgain: true,
  bankUnpaid: true,
  bankUnavailable: true,
  bankUnclear: true,
  bankWantsEmail: true,
};

type Text = (key: string, variables?: Record<string, string | number>) => string;

function renderWelcome(
  { raffleId }: Notice & { key: "welcome" },
  { language, title, hasRubles = false }: NoticeSurroundings,
): Reply {
  const paid = plain(language, hasRubles ? "paid-both" : "paid-stars");
  const message = html(language, "notice-welcome", { paid });
  // Without a title there is no such raffle: an old or mistyped link.
  if (raffleId === undefined || title === undefined) return { html: message, menu: language };
  const label = plain(language, "button-participate", { title });
  return { html: message, buttons: [[{ label, button: { verb: "join", raffleId } }]] };
}

function renderDrawn(
  notice: Notice & { key: "drawn" },
  { language, checkUrl }: NoticeSurroundings,
  text: Text,
): Reply {
  const lines = notice.winners.slice(0, MAX_WINNERS_SHOWN).map((winner) =>
    html(language, "notice-drawn-winner", {
      place: String(winner.place),
      number: String(winner.number),
      prize: readableMoney(winner.prize),
    })
  );
  if (notice.winners.length > MAX_WINNERS_SHOWN) lines.push(html(language, "list-more"));
  if (notice.topUp !== undefined) lines.push(toppedLine(language, notice, notice.topUp));
  // The lines are HTML already: they take the place of a mark that escaping leaves alone.
  const message = text("drawn", { winners: "\u0000" }).replace("\u0000", () => lines.join("\n"));
  const buttons: ReplyButton[] = [{
    label: plain(language, "button-proof"),
    button: { verb: "proof", raffleId: notice.raffleId },
  }];
  if (checkUrl !== undefined) {
    buttons.push({ label: plain(language, "button-check"), url: checkUrl });
  }
  return { html: message, buttons: [buttons, [show(notice, language)]] };
}

/** How the prizes come about when the pot did not reach what was guaranteed. */
function toppedLine(
  language: Language,
  { winners }: Notice & { key: "drawn" },
  topUp: MoneyJson,
): string {
  const guaranteed = winners.map(({ prize }) => moneyFromJson(prize)).reduce(addMoney);
  const collected = subtractMoney(guaranteed, moneyFromJson(topUp));
  return html(language, "drawn-topped", {
    guaranteed: readableMoney(moneyToJson(guaranteed)),
    collected: readableMoney(moneyToJson(collected)),
    topUp: readableMoney(topUp),
  });
}

function renderRefunded(notice: Notice & { key: "refunded" }, language: Language, text: Text) {
  const isCancel = [
    "minimumNotReached",
    "stoppedByAdmin",
    "disputed",
    "paidTwice",
    "prize",
    "excluded",
  ]
    .includes(notice.reason);
  const reason = isCancel
    ? plain(language, `cancel-${notice.reason}`)
    : refusalWords(language, notice.reason);
  const amount = readableMoney(notice.amount);
  return notice.chargeId === undefined
    ? text("refunded-balance", { amount, reason })
    : text(notice.amount.currency === "XTR" ? "refunded-charge" : "refunded-bank", {
      amount,
      reason,
      charge: notice.chargeId,
    });
}

function show(notice: Notice & { raffleId: `rfl_${string}` }, language: Language): ReplyButton {
  return {
    label: plain(language, "button-show"),
    button: { verb: "raffle", raffleId: notice.raffleId },
  };
}

function withShow(
  notice: Notice & { raffleId: `rfl_${string}` },
  language: Language,
  message: string,
): Reply {
  return { html: message, buttons: [[show(notice, language)]] };
}

function withClaim(
  notice: Notice & { raffleId: `rfl_${string}` },
  language: Language,
  message: string,
): Reply {
  return { html: message, buttons: [[claimButton(language, notice)], [show(notice, language)]] };
}

/** What the bank did not take may go another way. */
function tryAgain(
  { raffleId, reason, bankReason }: Notice & { key: "entryRefused" },
  language: Language,
): ReplyButton[][] {
  const isOfTheBank = bankReason !== undefined || reason === "bankUnpaid" ||
    reason === "bankUnavailable";
  if (!isOfTheBank) return [];
  return [[{
    label: plain(language, "button-try-again"),
    button: { verb: "join", raffleId },
  }]];
}

function openRaffles(language: Language): ReplyButton {
  return { label: plain(language, "button-open-raffles"), button: { verb: "open" } };
}
