/** Replies about raffles: the list of open ones, the offer to join, the proof. */
import type { RaffleId } from "../../../machines/domain/events.ts";
import { refusalWords } from "../notice_text.ts";
import type { RaffleSummary } from "../queries_port.ts";
import { readableDuration, readableMoney } from "../readable.ts";
import type { Reply, ReplyButton } from "../reply.ts";
import { shownPool } from "../shown_pool.ts";
import { html, plain } from "../texts.ts";
import { claimLines } from "../claim_words.ts";
import { joinLines } from "./lines.ts";
import type { ReplyContext } from "./reply_context.ts";
import { statusWords } from "./status_words.ts";

/** Most raffles shown with a button each. */
const MAX_LISTED = 20;
/** Most of which those in one currency are looked for. */
const MAX_READ = 100;

/**
 * The open raffles, with a button each.
 *
 * @param currency Of these alone, if there are any.
 */
export async function openRafflesReply(
  context: ReplyContext,
  currency?: "XTR" | "RUB",
): Promise<Reply> {
  const { language } = context;
  const open = await context.queries.openRaffles(MAX_READ);
  if (open.length === 0) return { html: html(language, "open-raffles-none"), menu: language };
  const wanted = open.filter(({ terms }) =>
    currency === undefined || terms.price.currency === currency
  );
  if (wanted.length > 0) return await listReply(context, wanted.slice(0, MAX_LISTED));
  const others = await listReply(context, open.slice(0, MAX_LISTED));
  return {
    ...others,
    html: `${html(language, `open-raffles-none-${currency}`)}\n\n${others.html}`,
  };
}

async function listReply(
  context: ReplyContext,
  raffles: readonly RaffleSummary[],
): Promise<Reply> {
  const { language, nowMs } = context;
  if (raffles.length === 1 && raffles[0] !== undefined) {
    return await joinReply(context, raffles[0].raffleId);
  }
  const lines = raffles.map((raffle) =>
    html(language, "open-raffles-line", {
      title: raffle.terms.title,
      price: readableMoney(raffle.terms.price),
      tickets: String(raffle.tickets),
      max: String(raffle.terms.maxTickets),
      left: readableDuration(language, raffle.closesAtMs - nowMs),
    })
  );
  const buttons = raffles.map((raffle): ReplyButton[] => [{
    label: `${raffle.terms.title} · ${readableMoney(raffle.terms.price)}`,
    button: { verb: "join", raffleId: raffle.raffleId },
  }]);
  const list = joinLines(lines, html(language, "list-more"));
  return {
    html: `${html(language, "open-raffles-title")}\n\n${list}\n\n${
      html(language, "open-raffles-hint")
    }`,
    buttons,
  };
}

/** The offer to join one raffle: by invoice or from the balance. */
export async function joinReply(context: ReplyContext, raffleId: RaffleId): Promise<Reply> {
  const { language, queries, playerId } = context;
  const raffle = await queries.raffle(raffleId, playerId);
  // A draft is the admins' own business until it is opened.
  if (raffle === undefined || raffle.status === "draft") return unknownRaffle(context, raffleId);
  if (raffle.status !== "open") {
    return {
      html: html(language, "join-closed", {
        title: raffle.terms.title,
        status: statusWords(context, raffle.status),
      }),
      buttons: [[showButton(context, raffleId)]],
    };
  }
  const price = readableMoney(raffle.terms.price);
  const balance = (await queries.balanceOf(playerId))
    .find(({ available }) => available.currency === raffle.terms.price.currency)?.available ??
    { minor: "0", currency: raffle.terms.price.currency };
  const isInRubles = raffle.terms.price.currency === "RUB";
  const buttons: ReplyButton[][] = [];
  if (!isInRubles) {
    buttons.push([{
      label: plain(language, "button-pay-stars", { price }),
      button: { verb: "stars", raffleId },
    }]);
  } else if (context.rubles !== undefined) {
    buttons.push([{
      label: plain(language, "button-pay-rubles", { price }),
      button: { verb: "rubles", raffleId },
    }]);
  }
  if (BigInt(balance.minor) >= BigInt(raffle.terms.price.minor)) {
    buttons.push([{
      label: plain(language, "button-pay-balance", { price }),
      button: { verb: "balance", raffleId },
    }]);
  }
  buttons.push([showButton(context, raffleId)]);
  buttons.push([{ label: plain(language, "button-back"), button: { verb: "menu" } }]);
  const { prize, guaranteed } = shownPool(raffle);
  return {
    html: html(language, "join-offer", {
      title: raffle.terms.title,
      price,
      tickets: String(raffle.tickets),
      max: String(raffle.terms.maxTickets),
      prize: guaranteed === undefined
        ? prize
        : plain(language, "join-offer-guaranteed", { prize, guaranteed }),
      balance: readableMoney(balance),
    }),
    buttons,
  };
}

/** The proof file as a document. */
export async function proofReply(context: ReplyContext, raffleId: RaffleId): Promise<Reply> {
  const { language, queries } = context;
  const raffle = await queries.raffle(raffleId);
  if (raffle === undefined) return unknownRaffle(context, raffleId);
  const proof = await queries.proof(raffleId);
  if (proof === undefined) return { html: html(language, "proof-none") };
  const { claims = [], formerDraws = [], winners, terms: { title } } = raffle;
  const replaced = formerDraws.map(({ seal, reason }, index) =>
    html(language, "raffle-redraw-of", { number: String(index + 1), seal, reason })
  );
  const isReplaced = replaced.length > 0 && winners.length === 0;
  const caption = html(language, isReplaced ? "proof-caption-replaced" : "proof-caption", {
    title,
  });
  const taken = claims.length === 0 ? [] : [
    "",
    html(language, "proof-claims"),
    ...winners.flatMap(({ place, number, prize }) => [
      html(language, "raffle-winner", {
        place: String(place),
        number: String(number),
        prize: readableMoney(prize),
      }),
      ...claimLines(language, { claims, place }),
    ]),
  ];
  return {
    html: [caption, ...replaced, ...taken].join("\n"),
    document: { fileName: `${raffleId}.proof.json`, text: proof },
  };
}

/** The proof of the asker's own tickets, for him alone: it holds his salt. */
export async function ticketProofReply(
  context: ReplyContext,
  raffleId: RaffleId,
): Promise<Reply> {
  const { language, queries, playerId } = context;
  const raffle = await queries.raffle(raffleId, playerId);
  if (raffle === undefined) return unknownRaffle(context, raffleId);
  if (raffle.viewerTickets.length === 0) return { html: html(language, "ticket-proof-no-ticket") };
  const proof = await queries.ticketProof(raffleId, playerId);
  if (proof === undefined) return { html: html(language, "ticket-proof-not-sealed") };
  const { text, tickets, proved } = proof;
  const caption = html(language, "ticket-proof-caption", {
    title: raffle.terms.title,
    seal: raffle.seal ?? "",
  });
  const more = proved < tickets
    ? [html(language, "ticket-proof-first", {
      proved: String(proved),
      tickets: plain(language, "count-tickets", { count: tickets }),
    })]
    : [];
  return {
    html: [caption, ...more].join("\n"),
    document: { fileName: `${raffleId}.tickets.json`, text },
  };
}

/** The answer to an id that names no raffle, or to none at all. */
export function unknownRaffle({ language }: ReplyContext, given: string): Reply {
  const key = given === "" ? "raffle-which" : "raffle-unknown";
  return {
    html: html(language, key, { given: given.slice(0, 60) }),
    buttons: [[{ label: plain(language, "button-open-raffles"), button: { verb: "open" } }]],
  };
}

/** The answer when an entry that was asked for is not taken. */
export function entryRefusedReply({ language }: ReplyContext, reason?: string): Reply {
  return {
    html: html(language, "entry-not-taken", { reason: refusalWords(language, reason) }),
    buttons: [[{ label: plain(language, "button-open-raffles"), button: { verb: "open" } }]],
  };
}

function showButton({ language }: ReplyContext, raffleId: RaffleId): ReplyButton {
  return { label: plain(language, "button-show"), button: { verb: "raffle", raffleId } };
}
