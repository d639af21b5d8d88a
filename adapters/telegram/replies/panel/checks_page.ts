/** Signs of people who take part as several: all of them, and one with what can be decided. */
import type { SuspicionId } from "../../../../machines/domain/suspicion.ts";
import type { Check } from "../../panel_port.ts";
import { readableTime } from "../../readable.ts";
import type { Reply, ReplyButton } from "../../reply.ts";
import { html, plain } from "../../texts.ts";
import { joinLines } from "../lines.ts";
import { statusWords } from "../status_words.ts";
import { button, filled, forWhoMay, type PanelContext, turner } from "./panel_context.ts";

const PAGE = 8;
/** Before every line of a player's log. */
const NEWEST = "zzzzzzzzzzzz";

/** A page of them, those that wait first. */
export async function checksPage(
  context: PanelContext,
  number: number,
  heading = "",
): Promise<Reply> {
  const { language } = context;
  const found = await context.panel.checks({ limit: PAGE + 1, offset: number * PAGE });
  const shown = found.slice(0, PAGE);
  const lines = shown.map((check) =>
    html(language, "check-line", {
      status: plain(language, `check-status-${check.status}`),
      player: nameOf(check),
      signal: plain(language, `suspicion-reason-${check.signal}`),
      title: check.raffle?.title ?? plain(language, "check-any-raffle"),
    })
  );
  const page = (at: number) => ({ page: "checks" as const, number: at });
  return {
    html: [
      ...(heading === "" ? [] : [heading, ""]),
      html(language, "checks-title"),
      "",
      lines.length === 0
        ? html(language, "checks-none")
        : joinLines(lines, html(language, "list-more")),
    ].join("\n"),
    buttons: filled([
      ...shown.map((check): ReplyButton[] => [{
        label: `${plain(language, `check-mark-${check.status}`)} ${nameOf(check)} · ${
          readableTime(language, check.raisedAtMs)
        }`,
        button: { verb: "p", panel: { page: "check", suspicionId: check.suspicionId } },
      }]),
      turner(context, {
        back: number > 0 ? page(number - 1) : undefined,
        next: found.length > PAGE ? page(number + 1) : undefined,
      }),
      [button(context, "home", { page: "home" })],
    ]),
  };
}

/** One of them: what was counted, what it is about, what was decided. */
export async function checkPage(
  context: PanelContext,
  suspicionId: SuspicionId,
  heading = "",
): Promise<Reply> {
  const { language } = context;
  const check = await context.panel.check(suspicionId);
  if (check === undefined) return await checksPage(context, 0, html(language, "check-gone"));
  const { playerId, status, raffle } = check;
  return {
    html: [
      ...(heading === "" ? [] : [heading, ""]),
      html(language, "check-title", {
        player: nameOf(check),
        id: playerId,
        signal: plain(language, `suspicion-reason-${check.signal}`),
        status: plain(language, `check-status-${status}`),
        time: readableTime(language, check.raisedAtMs),
      }),
      ...evidenceLines(context, check),
      html(language, "check-tickets", {
        title: raffle?.title ?? plain(language, "check-any-raffle"),
        status: raffle === undefined ? "" : statusWords(context, raffle.status),
        tickets: plain(language, "count-tickets", { count: check.tickets }),
        excluded: plain(language, "count-tickets", { count: check.excluded }),
      }),
      ...decisionLines(context, check),
    ].join("\n"),
    buttons: filled([
      ...forWhoMay(context, "run", decisionButtons(context, check)).map((one) => [one]),
      [{
        label: plain(language, "button-player-log"),
        button: { verb: "u", player: { page: "log", playerId, before: NEWEST } },
      }],
      raffle === undefined
        ? []
        : [button(context, "to-raffle", { page: "raffle", raffleId: raffle.raffleId })],
      [button(context, "to-checks", { page: "checks", number: 0 })],
    ]),
  };
}

function nameOf({ name, playerId }: Check): string {
  return name === "" ? playerId : name;
}

function evidenceLines({ language }: PanelContext, { signal, evidence }: Check): string[] {
  if (Object.keys(evidence).length === 0) return [html(language, "check-evidence-deleted")];
  const { knownHours, newUserId, ...figures } = evidence;
  return [
    html(language, `check-evidence-${signal}`, figures),
    ...(knownHours === undefined ? [] : [html(language, "check-known", { hours: knownHours })]),
    ...(newUserId === undefined ? [] : [html(language, "check-new-id")]),
  ];
}

function decisionLines({ language }: PanelContext, check: Check): string[] {
  const { decided, barredUntilMs, status } = check;
  if (decided === undefined) return [];
  return [
    html(language, "check-decided", {
      status: plain(language, `check-status-${status}`),
      by: decided.by,
      time: readableTime(language, decided.atMs),
    }),
    ...(status === "upheld"
      ? [html(language, "check-barred", { time: readableTime(language, barredUntilMs) })]
      : []),
  ];
}

/** What its state allows; the suspicion itself decides again. */
function decisionButtons(context: PanelContext, { suspicionId, status }: Check): ReplyButton[] {
  if (status === "cleared") return [];
  const clear = button(context, status === "open" ? "clear" : "lift", {
    page: "clear",
    suspicionId,
    seen: status,
  });
  return status === "open"
    ? [clear, button(context, "exclude", { page: "exclude", suspicionId })]
    : [clear];
}
