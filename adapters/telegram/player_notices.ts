/** What a player is told of what he decided for himself, in words. */
import type { Language } from "../../machines/domain/events.ts";
import {
  type DeletionLeft,
  isBalanceLeft,
  limitAt,
  MAX_WORDS,
  MIN_WORDS,
  type OwnLimit,
  ownLimit,
  type OwnLimitName,
  ownLimitNames,
  pauseDays,
  type PlayerNotice,
} from "../../machines/domain/player.ts";
import { cashOutButton } from "./cash_out_words.ts";
import { readableAmounts, readableMoney, readableTime } from "./readable.ts";
import type { Reply, ReplyButton } from "./reply.ts";
import { html, plain } from "./texts.ts";
import { takePrizeButton } from "./withdrawal_notices.ts";

/** Values that the buttons offer; null: none. */
const offers: Record<OwnLimitName, readonly (number | null)[]> = {
  entriesPerDay: [1, 3, 10, null],
  starsPerWeek: [50, 200, 1_000, null],
  rublesPerWeek: [500, 2_000, 10_000, null],
};

/** Puts it into words. */
export function renderPlayerNotice(
  notice: PlayerNotice,
  { language, hasRubles = false }: { language: Language; hasRubles?: boolean },
): Reply {
  switch (notice.key) {
    case "languageChosen":
      return { html: html(language, "language-chosen"), menu: language };
    case "ownRules":
      return rulesReply(notice, { language, hasRubles });
    case "limitSet": {
      const value = limitWords(language, notice.limit, notice.value);
      return {
        html: notice.fromMs === 0
          ? html(language, "limit-set", { value })
          : html(language, "limit-later", { value, time: readableTime(language, notice.fromMs) }),
        buttons: [[limitsButton(language)]],
      };
    }
    case "pauseSet":
      return {
        html: html(language, "pause-set", { time: readableTime(language, notice.untilMs) }),
      };
    case "wordsAsked":
      return { html: html(language, "words-asked", { max: String(MAX_WORDS) }) };
    case "emailAsked":
      return {
        html: notice.email === null
          ? html(language, "email-asked")
          : html(language, "email-asked-again", { email: notice.email }),
      };
    case "emailKept":
      return { html: html(language, "email-kept", { email: notice.email }) };
    case "wordsRefused":
      return {
        html: html(language, `words-${notice.reason}`, {
          min: String(MIN_WORDS),
          max: String(MAX_WORDS),
        }),
      };
    case "disputeOpened":
      return { html: html(language, "dispute-opened", { id: notice.disputeId }) };
    case "disputeAnswered":
      return { html: html(language, "dispute-answered", { words: notice.words }) };
    case "answerAsked":
      return {
        html: html(language, "answer-asked", { id: notice.disputeId, max: String(MAX_WORDS) }),
      };
    case "answerTaken":
      return { html: html(language, "answer-taken", { id: notice.disputeId }) };
    case "answerLate":
      return { html: html(language, "answer-late", { id: notice.disputeId }) };
    case "deletionWaits":
      return deletionReply(notice.left, language);
    case "deletionWithdrawn":
      return { html: html(language, "deletion-withdrawn") };
  }
}

function rulesReply(
  { rules, entriesToday, spent, spentKopecks, atMs }: Extract<PlayerNotice, { key: "ownRules" }>,
  { language, hasRubles }: { language: Language; hasRubles: boolean },
): Reply {
  const now = (limit: OwnLimitName) =>
    limitWords(language, limit, limitAt(ownLimit(rules, limit), atMs));
  const later = (name: OwnLimitName) =>
    laterLines(language, { name, limit: ownLimit(rules, name), atMs });
  const shown = ownLimitNames.filter((limit) => hasRubles || limit !== "rublesPerWeek");
  const rublesLines = hasRubles
    ? [
      html(language, "limits-week-rubles", {
        value: now("rublesPerWeek"),
        used: readableMoney({ minor: String(spentKopecks), currency: "RUB" }),
      }),
      ...later("rublesPerWeek"),
    ]
    : [];
  const lines = [
    html(language, "limits-title"),
    "",
    html(language, "limits-day", {
      value: now("entriesPerDay"),
      used: plain(language, "count-entries", { count: entriesToday }),
    }),
    ...later("entriesPerDay"),
    html(language, "limits-week", {
      value: now("starsPerWeek"),
      used: readableMoney({ minor: String(spent), currency: "XTR" }),
    }),
    ...later("starsPerWeek"),
    ...rublesLines,
    rules.pausedUntilMs > atMs
      ? html(language, "limits-paused", { time: readableTime(language, rules.pausedUntilMs) })
      : html(language, "limits-no-pause"),
    "",
    html(language, "limits-hint"),
  ];
  const row = (limit: OwnLimitName): ReplyButton[] =>
    offers[limit].map((value) => ({
      label: plain(language, `button-limit-${limit}`, {
        value: value === null ? "∞" : String(value),
      }),
      button: { verb: "u", player: { page: "limit", limit, value } },
    }));
  const pauses = pauseDays.map((days): ReplyButton => ({
    label: plain(language, "button-pause", {
      days: plain(language, "duration-days", { count: days }),
    }),
    button: { verb: "u", player: { page: "pause", days, isSure: false } },
  }));
  return { html: lines.join("\n"), buttons: [...shown.map(row), pauses] };
}

function laterLines(
  language: Language,
  { name, limit: { next }, atMs }: { name: OwnLimitName; limit: OwnLimit; atMs: number },
): string[] {
  if (next === null || next.fromMs <= atMs) return [];
  return [html(language, "limits-later", {
    value: limitWords(language, name, next.value),
    time: readableTime(language, next.fromMs),
  })];
}

function limitWords(language: Language, limit: OwnLimitName, value: number | null): string {
  if (value === null) return plain(language, "limit-none");
  switch (limit) {
    case "entriesPerDay":
      return plain(language, "limit-entriesPerDay", { count: value });
    case "starsPerWeek":
      return plain(language, "limit-starsPerWeek", {
        stars: readableMoney({ minor: String(value), currency: "XTR" }),
      });
    case "rublesPerWeek":
      return plain(language, "limit-rublesPerWeek", {
        rubles: readableMoney({ minor: String(value * 100), currency: "RUB" }),
      });
  }
}

function limitsButton(language: Language): ReplyButton {
  return {
    label: plain(language, "button-limits"),
    button: { verb: "u", player: { page: "limits" } },
  };
}

function deletionReply(left: DeletionLeft, language: Language): Reply {
  const { tickets, payments, balances, prizes = 0 } = left;
  const keep: ReplyButton[] = [{
    label: plain(language, "button-keep-data"),
    button: { verb: "u", player: { page: "keep" } },
  }];
  if (isBalanceLeft(left)) {
    const amount = readableAmounts(balances);
    const give: ReplyButton = {
      label: plain(language, "button-give-up", { amount }),
      button: { verb: "u", player: { page: "giveUp", amounts: null } },
    };
    const has = (wanted: string) => balances.some(({ currency }) => currency === wanted);
    return {
      html: html(language, "deletion-balance-only", { amount }),
      buttons: [
        ...(has("XTR") ? [[takePrizeButton(language)]] : []),
        ...(has("RUB") ? [[cashOutButton(language)]] : []),
        [give],
        keep,
      ],
    };
  }
  const lines = [html(language, "deletion-waits")];
  if (tickets > 0) {
    lines.push(html(language, "deletion-tickets", {
      tickets: plain(language, "count-tickets", { count: tickets }),
    }));
  }
  if (payments > 0) lines.push(html(language, "deletion-payments", { count: payments }));
  if (prizes > 0) lines.push(html(language, "deletion-prizes", { count: prizes }));
  for (const balance of balances) {
    lines.push(html(language, "deletion-balance", { amount: readableMoney(balance) }));
  }
  lines.push("", html(language, "deletion-hint"));
  return { html: lines.join("\n"), buttons: [keep] };
}
