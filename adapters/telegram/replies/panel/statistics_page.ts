/** Figures of all raffles by day, and the commission of new ones. */
import type { Figures } from "../../panel_port.ts";
import { readableMoney } from "../../readable.ts";
import type { Reply } from "../../reply.ts";
import { html, plain, type TextVariables } from "../../texts.ts";
import { button, filled, forWhoMay, type PanelContext } from "./panel_context.ts";

/** Days with a line of their own. */
const DAYS = 7;
const COMMISSIONS = [0, 500, 1_000, 1_500, 2_000, 2_500];

/** Tickets and players, and pots, commission, prizes and refunds by currency: in all, and by day. */
export async function statisticsPage(context: PanelContext): Promise<Reply> {
  const { language, nowMs } = context;
  const { all, days } = await context.panel.figures({ nowMs, days: DAYS });
  const lines = days.flatMap((each) => {
    const day = new Intl.DateTimeFormat(language === "ru" ? "ru-RU" : "en-GB", {
      timeZone: "UTC",
      day: "numeric",
      month: "short",
    }).format(each.dayMs);
    return [
      html(language, "panel-statistics-day", { day, ...people(context, each) }),
      ...money(each).map((sums) => html(language, "panel-statistics-day-money", sums)),
    ];
  });
  return {
    html: [
      html(language, "panel-statistics", people(context, all)),
      ...money(all).flatMap((sums) => ["", html(language, "panel-statistics-money", sums)]),
      "",
      html(language, "panel-statistics-days"),
      ...lines,
    ].join("\n"),
    buttons: [[
      button(context, "refresh", { page: "statistics" }),
      button(context, "home", { page: "home" }),
    ]],
  };
}

function people({ language }: PanelContext, { tickets, players }: Figures): TextVariables {
  return {
    tickets: plain(language, "count-tickets", { count: Number(tickets) }),
    players: plain(language, "count-players", { count: Number(players) }),
  };
}

function money({ money }: Figures): TextVariables[] {
  return money.map(({ pots, commission, prizes, refunds }) => ({
    pots: readableMoney(pots),
    commission: readableMoney(commission),
    prizes: readableMoney(prizes),
    refunds: readableMoney(refunds),
  }));
}

/** The commission of new raffles. */
export async function commissionPage(context: PanelContext, heading = ""): Promise<Reply> {
  const bps = await context.panel.commissionBps();
  const buttons = COMMISSIONS.map((each) =>
    button(context, "percent", { page: "setCommission", bps: each }, { percent: `${each / 100}%` })
  );
  const words = html(context.language, "panel-commission", { percent: `${bps / 100}%` });
  return {
    html: heading === "" ? words : `${heading}\n\n${words}`,
    buttons: filled([
      forWhoMay(context, "own", buttons.slice(0, 3)),
      forWhoMay(context, "own", buttons.slice(3)),
      [button(context, "home", { page: "home" })],
    ]),
  };
}
