/** Replies about the player himself, and the pages that Telegram asks every paid bot for. */
import { readableMoney, readableTime } from "../readable.ts";
import type { Reply } from "../reply.ts";
import { html, plain } from "../texts.ts";
import { joinLines } from "./lines.ts";
import type { ReplyContext } from "./reply_context.ts";
import { statusWords } from "./status_words.ts";

const knownTransactions = new Set([
  "entry",
  "refund",
  "prize",
  "commission",
  "topup",
  "withdrawal",
  "bonus",
  "adjustment",
]);

/** A page of fixed words. */
export function pageReply(
  context: ReplyContext,
  page: "notice-welcome" | "help" | "terms" | "privacy",
): Reply {
  const { language } = context;
  return { html: html(language, page, { contact: contactOf(context) }), menu: language };
}

/** The player's tickets, newest first. */
export async function myRafflesReply(context: ReplyContext): Promise<Reply> {
  const { language } = context;
  const tickets = await context.queries.ticketsOf(context.playerId, 30);
  if (tickets.length === 0) return { html: html(language, "my-raffles-none"), menu: language };
  const lines = tickets.map((ticket) => {
    const { title } = ticket;
    const number = String(ticket.number);
    return ticket.won === undefined
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
  });
  const raffles = [...new Map(tickets.map((ticket) => [ticket.raffleId, ticket.title]))];
  return {
    html: `${html(language, "my-raffles-title")}\n\n${
      joinLines(lines, html(language, "list-more"))
    }`,
    buttons: raffles.slice(0, 10).map(([raffleId, title]) => [{
      label: title,
      button: { verb: "raffle", raffleId },
    }]),
  };
}

/** What the player can spend, and his last transactions. */
export async function balanceReply(context: ReplyContext): Promise<Reply> {
  const { language, queries, playerId } = context;
  const balances = await queries.balanceOf(playerId);
  const amount = balances.map(({ available }) => readableMoney(available)).join(", ") ||
    readableMoney({ minor: "0", currency: "XTR" });
  const transactions = await queries.transactionsOf(playerId, 10);
  const lines = transactions.map((transaction) =>
    html(language, "transaction-line", {
      time: readableTime(language, transaction.atMs),
      sign: transaction.direction === "in" ? "+" : "−",
      amount: readableMoney(transaction.amount),
      type: plain(
        language,
        `transaction-${knownTransactions.has(transaction.type) ? transaction.type : "other"}`,
      ),
    })
  );
  const history = lines.length === 0
    ? html(language, "balance-none")
    : `${html(language, "balance-last")}\n${joinLines(lines, html(language, "list-more"))}`;
  return {
    html: `${html(language, "balance-title", { amount })}\n\n${history}\n\n${
      html(language, "balance-hint")
    }`,
    menu: language,
  };
}

/** Where to ask about a payment, with the charge ids that will be asked for. */
export async function paysupportReply(context: ReplyContext): Promise<Reply> {
  const { language, queries, playerId } = context;
  const charges = (await queries.transactionsOf(playerId, 20))
    .filter(({ externalId }) => externalId !== undefined).slice(0, 5);
  const lines = charges.map((charge) =>
    html(language, "paysupport-charge", {
      time: readableTime(language, charge.atMs),
      amount: readableMoney(charge.amount),
      charge: charge.externalId ?? "",
    })
  );
  const list = lines.length === 0 ? html(language, "paysupport-no-charges") : lines.join("\n");
  return {
    html: `${html(language, "paysupport", { contact: contactOf(context) })}\n\n${list}`,
    menu: language,
  };
}

function contactOf({ language, supportContact }: ReplyContext): string {
  return supportContact === "" ? plain(language, "support-default") : supportContact;
}
