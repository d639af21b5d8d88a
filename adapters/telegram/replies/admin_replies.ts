/** Replies to admins. */
import type { RaffleId, RaffleTerms } from "../../../machines/domain/events.ts";
import type { RaffleContext } from "../../../machines/raffle_machine.ts";
import type { SendOutcome } from "../../supervisor/supervisor.ts";
import type { FormProblem } from "../create_form.ts";
import { readableDuration, readableMoney } from "../readable.ts";
import type { Reply } from "../reply.ts";
import { shownPool } from "../shown_pool.ts";
import { html, plain } from "../texts.ts";
import { joinLines } from "./lines.ts";
import { orderRefusalWords } from "./panel/command_words.ts";
import { unknownRaffle } from "./raffle_replies.ts";
import type { ReplyContext } from "./reply_context.ts";
import { statusWords } from "./status_words.ts";

/** All raffles, newest first. */
export async function adminListReply(context: ReplyContext): Promise<Reply> {
  const { language } = context;
  const raffles = await context.queries.recentRaffles(30);
  if (raffles.length === 0) return { html: html(language, "admin-list-none") };
  const lines = raffles.map((raffle) =>
    html(language, "admin-list-line", {
      id: raffle.raffleId,
      title: raffle.terms.title,
      status: statusWords(context, raffle.status),
      tickets: String(raffle.tickets),
      max: String(raffle.terms.maxTickets),
    })
  );
  const list = joinLines(lines, html(language, "list-more"));
  return { html: `${html(language, "admin-list-title")}\n\n${list}` };
}

/** A raffle was made; the button opens it. */
export function adminCreatedReply(
  { language }: ReplyContext,
  { raffleId, terms }: { raffleId: RaffleId; terms: RaffleTerms },
): Reply {
  const { guaranteed } = shownPool({ terms, tickets: 0 });
  const promise = guaranteed === undefined
    ? []
    : [html(language, "admin-created-guaranteed", { guaranteed })];
  return {
    html: [
      html(language, "admin-created", {
        title: terms.title,
        id: raffleId,
        price: readableMoney(terms.price),
        min: String(terms.minPlayers),
        max: String(terms.maxTickets),
        commission: `${terms.commissionBps / 100}%`,
        duration: readableDuration(language, terms.durationMs),
        draw: plain(language, `draw-${terms.drawAt}`),
      }),
      ...promise,
      ...(terms.reviewMs
        ? [html(language, "admin-created-review", {
          within: readableDuration(language, terms.reviewMs),
        })]
        : []),
      ...(terms.claimWithinMs === undefined ? [] : [html(language, "admin-created-claim", {
        within: readableDuration(language, terms.claimWithinMs),
      })]),
    ].join("\n"),
    buttons: [[{
      label: plain(language, "button-admin-open"),
      button: { verb: "admopen", raffleId },
    }]],
  };
}

/** The form cannot be used; every problem at once. */
export function adminBadFormReply({ language }: ReplyContext, problems: FormProblem[]): Reply {
  const lines = problems.map(({ field, problem, allowed = "" }) =>
    html(language, `problem-${problem}`, { field: field.slice(0, 40), allowed })
  );
  // The lines are HTML already: they take the place of a mark that escaping leaves alone.
  const message = html(language, "admin-bad-form", { problems: "\u0000" });
  return { html: message.replace("\u0000", () => joinLines(lines, html(language, "list-more"))) };
}

/** What came of a command on a raffle. */
export async function adminDoneReply(
  context: ReplyContext,
  options: { command: string; raffleId: RaffleId; outcome: SendOutcome | undefined },
): Promise<Reply> {
  const { language, queries } = context;
  const { command, raffleId, outcome } = options;
  const title = await queries.raffleTitle(raffleId) ?? plain(language, "unknown-title");
  const variables = { command, id: raffleId, title };
  switch (outcome?.status) {
    case "accepted":
      if (isFirstVote(options)) return firstVoteReply(context, { ...options, title });
      return { html: html(language, "admin-done", variables) };
    case "duplicate":
      return { html: html(language, "admin-duplicate", variables) };
    case "refused":
      return {
        html: html(language, "admin-not-taken", {
          ...variables,
          reason: orderRefusalWords(language, outcome),
        }),
      };
    case "missing":
    case undefined:
      return unknownRaffle(context, raffleId);
  }
}

/** A word that waits for a second: what it would draw. */
function firstVoteReply(
  { language }: ReplyContext,
  { command, raffleId, outcome, title }: {
    command: string;
    raffleId: RaffleId;
    outcome: SendOutcome | undefined;
    title: string;
  },
): Reply {
  const { tickets = 0, players = 0 } = (outcome?.view?.context ?? {}) as Partial<RaffleContext>;
  return {
    html: html(language, `panel-${command}-first`, {
      command,
      id: raffleId,
      title,
      tickets: plain(language, "count-tickets", { count: tickets }),
      players: plain(language, "count-players", { count: players }),
    }),
  };
}

/** Whether a draw was not forced, but is waiting for a second admin. */
function isFirstVote(
  { command, outcome }: { command: string; outcome: SendOutcome | undefined },
): boolean {
  const context = outcome?.view?.context as Partial<RaffleContext> | undefined;
  if (command === "redraw") {
    return context?.redrawVote?.atMs === (outcome?.send.event as { atMs?: number })?.atMs;
  }
  return command === "force" && outcome?.view?.tags.includes("closing") === false &&
    context?.forceVote?.atMs === (outcome.send.event as { atMs?: number }).atMs;
}
