/** Replies about the player himself, and the pages that Telegram asks every paid bot for. */
import type { Language } from "../../../machines/domain/events.ts";
import type { PauseDays } from "../../../machines/domain/player.ts";
import { topUpButton } from "../bank_notices.ts";
import type { HistoryLine } from "../player_reads.ts";
import { readableMoney, readableTime } from "../readable.ts";
import type { Reply, ReplyButton } from "../reply.ts";
import { html, plain } from "../texts.ts";
import { cashOutButton } from "../cash_out_words.ts";
import { takePrizeButton } from "../withdrawal_notices.ts";
import type { BalanceLine } from "../queries_port.ts";
import { contactOf } from "./contact.ts";
import { joinLines } from "./lines.ts";
import { movementStatusWords, paymentStatusWords, transactionWords } from "./payment_words.ts";
import type { ReplyContext } from "./reply_context.ts";
import { statusWords } from "./status_words.ts";

const TICKETS_A_PAGE = 10;
const LINES_A_PAGE = 8;

/** A page of fixed words, and of those about rubles where they are taken. */
export function pageReply(
  context: ReplyContext,
  page: "notice-welcome" | "help" | "rules" | "terms" | "privacy",
): Reply {
  const { language, rubles } = context;
  const paid = plain(language, rubles === undefined ? "paid-stars" : "paid-both");
  const words = [html(language, page, { contact: contactOf(context), paid })];
  if (rubles !== undefined && isOfRubles(page)) {
    words.push(`\n\n${html(language, `${page}-rubles`)}`);
    if (rubles.hasReceipts && page !== "terms") {
      words.push(`\n${html(language, `${page}-receipts`)}`);
    }
  }
  return { html: words.join(""), menu: language };
}

function isOfRubles(page: string): page is "help" | "terms" | "privacy" {
  return page === "help" || page === "terms" || page === "privacy";
}

/** The player's tickets, newest first, with the proofs of their raffles. */
export async function myRafflesReply(context: ReplyContext, after?: string): Promise<Reply> {
  const { language, queries, playerId } = context;
  const found = await queries.ticketsOf(playerId, TICKETS_A_PAGE + 1, ticketAt(after));
  const tickets = found.slice(0, TICKETS_A_PAGE);
  if (tickets.length === 0) return { html: html(language, "my-raffles-none"), menu: language };
  const lines = tickets.map((ticket) => {
    const { title, series } = ticket;
    const number = String(ticket.number);
    const line = ticket.won === undefined
      ? html(language, "my-raffles-line", {
        title,
        number,
        status: statusWords(context, ticket.status),
      })
      : html(language, "my-raffles-won", {
        title,
        number,
        place: String(ticket.won.place),
        prize: readableMoney(ticket.won.prize),
      });
    // The line is HTML already.
    return series === undefined
      ? line
      : html(language, "my-raffles-series", { line: "\u0000", name: series.name })
        .replace("\u0000", () => line);
  });
  const raffles = [...new Map(tickets.map((ticket) => [ticket.raffleId, ticket])).values()];
  const buttons = raffles.map(({ raffleId, title, hasProof, isSealed }): ReplyButton[] => [
    { label: title, button: { verb: "raffle", raffleId } },
    ...(isSealed === true
      ? [{
        label: plain(language, "button-ticket-proof"),
        button: { verb: "mine" as const, raffleId },
      }]
      : []),
    ...(hasProof === true
      ? [{ label: plain(language, "button-proof"), button: { verb: "proof" as const, raffleId } }]
      : []),
  ]);
  const last = tickets.at(-1);
  if (found.length > TICKETS_A_PAGE && last !== undefined) {
    const next = `${last.atMs.toString(36)}.${last.number.toString(36)}`;
    buttons.push([{
      label: plain(language, "button-older"),
      button: { verb: "u", player: { page: "history", after: next } },
    }]);
  }
  const list = joinLines(lines, html(language, "list-more"));
  return { html: `${html(language, "my-raffles-title")}\n\n${list}`, buttons };
}

/** What the player can spend, and all his transactions, page by page. */
export async function balanceReply(context: ReplyContext, after?: string): Promise<Reply> {
  const { language, queries, playerId } = context;
  const balances = await queries.balanceOf(playerId);
  const amount = balances.map(({ available }) => readableMoney(available)).join(", ") ||
    readableMoney({ minor: "0", currency: "XTR" });
  const page = await queries.history(playerId, {
    limit: LINES_A_PAGE,
    ...(after === undefined ? {} : { after }),
  });
  const lines = page.lines.map((line) => historyLine(language, line));
  const history = lines.length === 0
    ? html(language, "balance-none")
    : `${html(language, "balance-last")}\n${joinLines(lines, html(language, "list-more"))}`;
  const words = `${html(language, "balance-title", { amount })}\n\n${history}\n\n${
    html(language, "balance-hint")
  }`;
  const buttons = hasSome(balances, "XTR") ? [[takePrizeButton(language)]] : [];
  if (context.payouts !== undefined && hasSome(balances, "RUB")) {
    buttons.push([cashOutButton(language)]);
  }
  if (context.rubles !== undefined) buttons.push([topUpButton(language)]);
  if (page.next !== undefined) {
    buttons.push([{
      label: plain(language, "button-older"),
      button: { verb: "u", player: { page: "balance", after: page.next } },
    }]);
  }
  // A message that is edited can have no menu.
  return { html: words, buttons, ...(after === undefined ? { menu: language } : {}) };
}

function hasSome(balances: readonly BalanceLine[], of: "XTR" | "RUB"): boolean {
  return balances.some(({ available: { minor, currency } }) =>
    currency === of && BigInt(minor) > 0n
  );
}

function historyLine(language: Language, line: HistoryLine): string {
  return html(language, line.chargeId === undefined ? "history-line" : "history-line-charge", {
    time: line.atMs === 0 ? "–" : readableTime(language, line.atMs),
    sign: line.direction === "in" ? "+" : "−",
    amount: readableMoney(line.amount),
    type: transactionWords(language, line.type),
    status: line.source === "balance"
      ? movementStatusWords(language, line.status)
      : paymentStatusWords(language, line.status),
    charge: line.chargeId ?? "",
  });
}

function ticketAt(after: string | undefined): { atMs: number; number: number } | undefined {
  const [atMs, number] = (after ?? "").split(".").map((part) => parseInt(part, 36));
  return Number.isSafeInteger(atMs) && Number.isSafeInteger(number) && Number(number) < 2 ** 31
    ? { atMs: Number(atMs), number: Number(number) }
    : undefined;
}

/** In which language? */
export function languageReply({ language }: ReplyContext): Reply {
  return {
    html: html(language, "language-which"),
    buttons: [[
      { label: "Русский", button: { verb: "u", player: { page: "language", language: "ru" } } },
      { label: "English", button: { verb: "u", player: { page: "language", language: "en" } } },
    ]],
  };
}

/** Really delete everything? */
export function deleteMeReply({ language }: ReplyContext): Reply {
  return {
    html: html(language, "delete-sure"),
    buttons: [
      [{
        label: plain(language, "button-delete"),
        button: { verb: "u", player: { page: "delete" } },
      }],
      [{
        label: plain(language, "button-keep-data"),
        button: { verb: "u", player: { page: "keep" } },
      }],
    ],
  };
}

/** Really pause? It cannot be taken back. */
export function pauseAskedReply({ language }: ReplyContext, days: PauseDays): Reply {
  return {
    html: html(language, "pause-sure", { days: plain(language, "duration-days", { count: days }) }),
    buttons: [
      [{
        label: plain(language, "button-pause-sure"),
        button: { verb: "u", player: { page: "pause", days, isSure: true } },
      }],
      [{
        label: plain(language, "button-back"),
        button: { verb: "u", player: { page: "limits" } },
      }],
    ],
  };
}
