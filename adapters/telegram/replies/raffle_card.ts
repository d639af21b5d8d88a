/** The card of one raffle: status, price, prize, time left, the asker's chance, seal and winners. */
import type { RaffleId } from "../../../machines/domain/events.ts";
import { drandLines } from "../drand_text.ts";
import type { RaffleDetails, RaffleSummary } from "../queries_port.ts";
import {
  readableChance,
  readableDuration,
  readableMoney,
  readableSecond,
  readableTime,
} from "../readable.ts";
import type { Reply, ReplyButton } from "../reply.ts";
import { shownPool } from "../shown_pool.ts";
import { reasonWords } from "../suspicion_notices.ts";
import { html, plain } from "../texts.ts";
import { claimButton, claimLines, isPrizeWaiting } from "../claim_words.ts";
import { unknownRaffle } from "./raffle_replies.ts";
import type { ReplyContext } from "./reply_context.ts";
import { statusWords } from "./status_words.ts";

/** Most own numbers and most winners shown on a card. */
const MAX_NUMBERS_SHOWN = 20;

/** Whose list may still be looked at; a list that is sealed anew is not. */
const BEFORE_REVIEW = new Set(["draft", "open", "paused"]);

/** For whom, and when. */
export type CardContext = Pick<ReplyContext, "language" | "nowMs">;

/** Everything about one raffle, with the asker's chance. */
export async function raffleReply(context: ReplyContext, raffleId: RaffleId): Promise<Reply> {
  const raffle = await context.queries.raffle(raffleId, context.playerId);
  if (raffle === undefined) return unknownRaffle(context, raffleId);
  const { status, tickets } = raffle;
  return { ...raffleCard(context, raffle), card: { raffleId, status, tickets } };
}

/** Words and buttons of a card. */
export function raffleCard(
  context: CardContext,
  raffle: RaffleDetails,
): Required<Pick<Reply, "html" | "buttons">> {
  const { language } = context;
  const { raffleId } = raffle;
  const buttons: ReplyButton[][] = [];
  if (raffle.status === "open") {
    buttons.push([{
      label: plain(language, "button-join", { price: readableMoney(raffle.terms.price) }),
      button: { verb: "join", raffleId },
    }]);
  }
  if (isPrizeWaiting(raffle)) buttons.push([claimButton(language, raffle)]);
  if (raffle.hasProof) {
    buttons.push([{
      label: plain(language, "button-proof"),
      button: { verb: "proof", raffleId },
    }]);
  }
  if (raffle.seal !== undefined && raffle.viewerTickets.length > 0) {
    buttons.push([{
      label: plain(language, "button-ticket-proof"),
      button: { verb: "mine", raffleId },
    }]);
  }
  if (raffle.checkUrl !== undefined) {
    buttons.push([{ label: plain(language, "button-check"), url: raffle.checkUrl }]);
  }
  const { beacon } = raffle;
  if (beacon?.url !== undefined && beacon.state === "seen") {
    const round = String(beacon.round);
    buttons.push([{ label: plain(language, "button-drand", { round }), url: beacon.url }]);
  }
  const { series } = raffle;
  if (series !== undefined && !series.isOver) {
    const verb = series.isFollowed ? "unfollow" as const : "follow" as const;
    buttons.push([{ label: plain(language, `button-${verb}`), button: { verb, raffleId } }]);
  }
  buttons.push([{
    label: plain(language, "button-again"),
    button: { verb: "again", raffleId },
  }]);
  return { html: cardLines(context, raffle).join("\n"), buttons };
}

function cardLines(context: CardContext, raffle: RaffleDetails): string[] {
  const { language } = context;
  const { terms } = raffle;
  const line = (key: string, variables: Record<string, string | number>) =>
    html(language, `raffle-${key}`, variables);
  const lines = [
    line("title", { title: terms.title, id: raffle.raffleId }),
    ...seriesLines(context, raffle),
    "",
    line("status", { status: statusWords(context, raffle.status) }),
    line("price", { price: readableMoney(terms.price) }),
    prizeLine(context, raffle),
    line("tickets", {
      tickets: String(raffle.tickets),
      max: String(terms.maxTickets),
      players: plain(language, "count-players", { count: raffle.players }),
      min: String(terms.minPlayers),
    }),
    ...timeLines(context, raffle),
    ...reviewLines(context, raffle),
    ...claimTerms(context, raffle),
    "",
    oddsLine(context, raffle),
  ];
  for (const [index, { seal, reason }] of (raffle.formerDraws ?? []).entries()) {
    lines.push(line("redraw-of", { number: String(index + 1), seal, reason }));
  }
  if (raffle.seal !== undefined) lines.push(line("seal", { seal: raffle.seal }));
  lines.push(...drandLines(language, raffle.beacon, raffle.beacon?.state ?? "awaited"));
  for (const { place, number, prize } of raffle.winners.slice(0, MAX_NUMBERS_SHOWN)) {
    lines.push(line("winner", {
      place: String(place),
      number: String(number),
      prize: readableMoney(prize),
    }));
    lines.push(...claimLines(language, { claims: raffle.claims ?? [], place }));
  }
  const { guaranteed, topUp } = shownPool(raffle);
  if (raffle.winners.length > 0 && guaranteed !== undefined && topUp !== undefined) {
    lines.push(line("topped", { guaranteed, topUp }));
  }
  for (const { signal, tickets } of raffle.excluded ?? []) {
    lines.push(line("excluded", {
      tickets: plain(language, "count-tickets", { count: tickets }),
      reason: reasonWords(language, signal),
    }));
  }
  if (raffle.publicReason) lines.push(line("reason", { reason: raffle.publicReason }));
  return lines;
}

function prizeLine({ language }: CardContext, raffle: RaffleDetails): string {
  const { prize, collected, guaranteed } = shownPool(raffle);
  const commission = `${raffle.terms.commissionBps / 100}%`;
  return guaranteed === undefined
    ? html(language, "raffle-prize", { prize, commission })
    : html(language, "raffle-prize-guaranteed", { guaranteed, collected, commission });
}

function seriesLines({ language }: CardContext, { series }: RaffleDetails): string[] {
  if (series === undefined) return [];
  const { name, number, isOver } = series;
  const key = isOver ? "raffle-series-over" : "raffle-series";
  return [html(language, key, { name, number: String(number) })];
}

/** How long winners have, as long as nobody has won. */
function claimTerms({ language }: CardContext, { terms, winners }: RaffleDetails): string[] {
  const { claimWithinMs } = terms;
  if (claimWithinMs === undefined || winners.length > 0) return [];
  const within = readableDuration(language, claimWithinMs);
  return [html(language, "raffle-claim-within", { within })];
}

function timeLines({ language, nowMs }: CardContext, raffle: RaffleSummary): string[] {
  if (raffle.closesAtMs === 0) return [];
  const time = readableTime(language, raffle.closesAtMs);
  const isRunning = raffle.status === "open" || raffle.status === "paused";
  if (!isRunning || raffle.closesAtMs <= nowMs) {
    // Entries may have ended before their time; then the planned end says nothing.
    return raffle.closesAtMs <= nowMs ? [html(language, "raffle-ended", { time })] : [];
  }
  const left = readableDuration(language, raffle.closesAtMs - nowMs);
  return [html(language, "raffle-left", { left, time })];
}

/** When the list is sealed, as long as it is not. */
function reviewLines({ language }: CardContext, raffle: RaffleSummary): string[] {
  const { status, closesAtMs, terms: { reviewMs = 0 } } = raffle;
  if (status === "reviewing") {
    const time = readableSecond(language, closesAtMs + reviewMs);
    return [html(language, "raffle-review-until", { time })];
  }
  if (reviewMs === 0 || !BEFORE_REVIEW.has(status)) return [];
  const within = readableDuration(language, reviewMs);
  return [html(language, "raffle-review-within", { within })];
}

function oddsLine({ language }: CardContext, raffle: RaffleDetails): string {
  const own = raffle.viewerTickets;
  if (own.length === 0) return html(language, "raffle-no-ticket");
  const shown = own.slice(0, MAX_NUMBERS_SHOWN).join(", ");
  return html(language, "raffle-odds", {
    tickets: plain(language, "count-tickets", { count: own.length }),
    numbers: own.length > MAX_NUMBERS_SHOWN ? `${shown}…` : shown,
    chance: readableChance(own.length, raffle.tickets),
  });
}
