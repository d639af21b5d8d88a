/** The panel's first page, its lists of raffles, and one raffle with what can be done with it. */
import type { RaffleId } from "../../../../machines/domain/events.ts";
import { editableTerms, FORCED_MINIMUM } from "../../../../machines/domain/panel.ts";
import type { RaffleFilter } from "../../panel_button.ts";
import type { RaffleDetails } from "../../queries_port.ts";
import type { Reply, ReplyButton } from "../../reply.ts";
import { html, plain } from "../../texts.ts";
import { mayDo } from "../../../supervisor/admins.ts";
import { playerIdOf } from "../../../supervisor/telegram_person.ts";
import { readableTime } from "../../readable.ts";
import { joinLines } from "../lines.ts";
import { raffleCard } from "../raffle_card.ts";
import { unknownRaffle } from "../raffle_replies.ts";
import { statusWords } from "../status_words.ts";
import { button, filled, forWhoMay, type PanelContext, turner } from "./panel_context.ts";

const PAGE = 8;
const RUNNING = ["open", "paused"];
const STOPPABLE = ["draft", "open", "paused", "closing", "reviewing", "sealed"];

/** Where everything begins. Of himself he need not read that he cannot be written to. */
export async function homePage(context: PanelContext): Promise<Reply> {
  const { language, role, playerId } = context;
  const [admins, checks] = await Promise.all([
    context.panel.unreachedAdmins(),
    context.panel.openChecks(),
  ]);
  const unreached = admins
    .filter(({ adminId }) => playerIdOf(adminId) !== playerId)
    .map(({ adminId, sinceMs }) =>
      html(language, "panel-unreached", {
        id: String(adminId),
        time: readableTime(language, sinceMs),
      })
    );
  const home = html(language, "panel-home", { role: plain(language, `panel-role-${role}`) });
  const list = (of: RaffleFilter) =>
    button(context, `list-${of}`, { page: "raffles", of, number: 0 });
  return {
    html: unreached.length === 0
      ? home
      : joinLines([home, "", ...unreached], html(language, "list-more")),
    buttons: filled([
      forWhoMay(context, "run", [button(context, "create", { page: "create" })]),
      [
        button(context, "templates", { page: "templates", number: 0 }),
        button(context, "seriesList", { page: "seriesList", number: 0 }),
      ],
      [list("running"), list("draft")],
      [list("over"), list("disputed")],
      [
        button(context, "statistics", { page: "statistics" }),
        button(context, "commission", { page: "commission" }),
      ],
      [
        button(context, "reserve", { page: "reserve" }),
        button(context, "findings", { page: "findings" }),
      ],
      [
        button(context, "questions", { page: "questions" }),
        button(context, "broadcasts", { page: "broadcasts" }),
      ],
      [
        button(context, "letters", { page: "letters", after: 0 }),
        button(context, "stuck", { page: "stuck", after: 0 }),
      ],
      [
        button(context, "checks", { page: "checks", number: 0 }, { open: checks }),
        button(context, "audit", { page: "audit", before: 0 }),
      ],
    ]),
  };
}

/** A page of raffles, a button each. */
export async function rafflesPage(
  context: PanelContext,
  { of, number }: { of: RaffleFilter; number: number },
): Promise<Reply> {
  const { language } = context;
  const found = await context.panel.raffles(of, { limit: PAGE + 1, offset: number * PAGE });
  const shown = found.slice(0, PAGE);
  const lines = shown.map((raffle) =>
    html(language, "admin-list-line", {
      id: raffle.raffleId,
      title: raffle.terms.title,
      status: statusWords(context, raffle.status),
      tickets: String(raffle.tickets),
      max: String(raffle.terms.maxTickets),
    })
  );
  const page = (at: number) => ({ page: "raffles" as const, of, number: at });
  return {
    html: [
      html(language, `panel-list-${of}`),
      "",
      ...(lines.length === 0 ? [html(language, "panel-list-none")] : lines),
    ].join("\n"),
    buttons: filled([
      ...shown.map(({ raffleId, terms }): ReplyButton[] => [{
        label: `${terms.title} · ${raffleId}`,
        button: { verb: "p", panel: { page: "raffle", raffleId } },
      }]),
      turner(context, {
        back: number > 0 ? page(number - 1) : undefined,
        next: found.length > PAGE ? page(number + 1) : undefined,
      }),
      [button(context, "home", { page: "home" })],
    ]),
  };
}

/** The card that players see, with the buttons of an admin. */
export async function rafflePage(
  context: PanelContext,
  raffleId: RaffleId,
  heading = "",
): Promise<Reply> {
  const [listed, counts] = await Promise.all([
    context.queries.raffle(raffleId, context.playerId),
    context.panel.counts(raffleId),
  ]);
  if (listed === undefined) return unknownRaffle(context, raffleId);
  const raffle = { ...listed, ...counts };
  const { html: card } = raffleCard(context, raffle);
  return {
    html: heading === "" ? card : `${heading}\n\n${card}`,
    buttons: filled([
      ...forWhoMay(context, "run", deedButtons(context, raffle)).map((one) => [one]),
      forWhoMay(context, "run", [button(context, "keepRaffle", { page: "keepRaffle", raffleId })]),
      raffle.tickets === 0 ? [] : [
        button(context, "people", { page: "people", raffleId, number: 0 }),
        button(context, "file", { page: "file", raffleId }),
      ],
      [
        button(context, "refresh", { page: "raffle", raffleId }),
        button(context, "home", { page: "home" }),
      ],
    ]),
  };
}

/** What its status allows; the raffle itself decides again. */
function deedButtons(context: PanelContext, raffle: RaffleDetails): ReplyButton[] {
  const { raffleId, status, tickets, players } = raffle;
  const isRunning = RUNNING.includes(status);
  const buttons: ReplyButton[] = [];
  const plainly = (command: "open" | "pause" | "resume" | "recheck") =>
    buttons.push(button(context, command, { page: "do", command, raffleId }));
  const asked = (command: "stop" | "force" | "refund" | "redraw") =>
    buttons.push(button(context, command, { page: "ask", command, raffleId }));
  if (status === "draft") plainly("open");
  if (status === "open") plainly("pause");
  if (status === "paused") plainly("resume");
  if ((isRunning || status === "draft") && tickets === 0) {
    buttons.push(button(context, "edit", { page: "edit", raffleId }));
  }
  if (isRunning && players >= FORCED_MINIMUM) asked("force");
  if (STOPPABLE.includes(status)) asked("stop");
  if (status === "disputed") {
    plainly("recheck");
    asked("refund");
  }
  const mayRedraw = status === "disputed" || status === "claiming";
  if (mayRedraw && mayDo(context.role, "own")) asked("redraw");
  return buttons;
}

/** What of a raffle can still be changed. */
export async function editPage(context: PanelContext, raffleId: RaffleId): Promise<Reply> {
  const raffle = await context.queries.raffle(raffleId);
  if (raffle === undefined) return unknownRaffle(context, raffleId);
  return {
    html: html(context.language, "panel-edit", { title: raffle.terms.title, id: raffleId }),
    buttons: [
      ...editableTerms.map((term) => [
        button(context, `term-${term}`, { page: "change", term, raffleId }),
      ]),
      [button(context, "to-raffle", { page: "raffle", raffleId })],
    ],
  };
}
