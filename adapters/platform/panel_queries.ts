/** The admin panel's reads over SQL, and over the operator. */
import type { Operator } from "../../actors/operator/operator_types.ts";
import type { Database } from "../../db/connection.ts";
import { listAudit } from "../../db/audit_log.ts";
import { listParticipants, listRafflesIn } from "../../db/panel.ts";
import { type DayFigures, readFigures } from "../../db/panel_days.ts";
import {
  listOccurrences,
  listSeries,
  listTemplates,
  readSeries,
  readTemplate,
} from "../../db/series.ts";
import {
  countOpenSuspicions,
  listSuspicions,
  readSuspicion,
  type SuspicionRow,
} from "../../db/suspicions.ts";
import { listUnreached } from "../../db/unreached_admins.ts";
import type { RaffleId } from "../../machines/domain/events.ts";
import type { Signal, SuspicionId, SuspicionStatus } from "../../machines/domain/suspicion.ts";
import type { RaffleContext } from "../../machines/raffle_machine.ts";
import type { RuntimePort } from "../supervisor/runtime_port.ts";
import { commissionOf, SETTINGS } from "../supervisor/settings.ts";
import type { RaffleFilter } from "../telegram/panel_button.ts";
import type { Check, Figures, PanelQueries } from "../telegram/panel_port.ts";
import { rowMoney } from "./row_money.ts";
import { seriesOf, templateOf } from "./series_rows.ts";
import { summaryOf } from "./sql_queries.ts";

const statuses: Record<RaffleFilter, readonly string[]> = {
  running: [
    "open",
    "paused",
    "closing",
    "reviewing",
    "redrawing",
    "sealed",
    "drawing",
    "verified",
    "claiming",
    "settling",
  ],
  draft: ["draft"],
  disputed: ["disputed"],
  over: ["settled", "cancelling", "refunding", "refunded"],
  all: [],
};
const everyStatus = Object.values(statuses).flat();
const DAY_MS = 86_400_000;

/** Implements the port. */
export function createPanelQueries(
  { database, operator, runtime, configuredBps, adminIds }: {
    database: Database;
    operator: Pick<Operator, "deadLetters" | "stuck">;
    runtime: Pick<RuntimePort, "read">;
    /** Commission as long as no admin has set one. */
    configuredBps: number;
    /** Those who are told something without having asked. */
    adminIds: readonly number[];
  },
): PanelQueries {
  return {
    async raffles(of, { limit, offset }) {
      const wanted = of === "all" ? everyStatus : statuses[of];
      return (await listRafflesIn(database, { statuses: wanted, limit, offset })).map(summaryOf);
    },
    async counts(raffleId) {
      const context = (await runtime.read(`raffle/${raffleId}`))?.context;
      if (context === undefined) return undefined;
      const { tickets, players } = context as RaffleContext;
      return { tickets, players };
    },
    participants: (raffleId, page) => listParticipants(database, { raffleId, ...page }),
    async figures(range) {
      const { all, days } = await readFigures(database, range);
      return {
        all: figuresOf(all),
        days: days.map((each) => ({ ...figuresOf(each), dayMs: each.day * DAY_MS })),
      };
    },
    audit: (page) => listAudit(database, page),
    letters: (page) => operator.deadLetters(page),
    stuck: ({ after }) => operator.stuck({ after }),
    checks: async (page) => (await listSuspicions(database, page)).map(checkOf),
    async check(suspicionId) {
      const row = await readSuspicion(database, suspicionId);
      return row === undefined ? undefined : checkOf(row);
    },
    openChecks: () => countOpenSuspicions(database),
    unreachedAdmins: () => listUnreached(database, adminIds),
    async commissionBps() {
      return commissionOf(await runtime.read(SETTINGS), configuredBps);
    },
    templates: async (page) => (await listTemplates(database, page)).map(templateOf),
    async template(templateId) {
      const row = await readTemplate(database, templateId);
      return row === undefined ? undefined : templateOf(row);
    },
    seriesList: async (page) => (await listSeries(database, page)).map(seriesOf),
    async series(seriesId) {
      const row = await readSeries(database, seriesId);
      return row === undefined ? undefined : seriesOf(row);
    },
    async occurrences(seriesId, limit) {
      const rows = await listOccurrences(database, { seriesId, limit });
      return rows.map(({ raffleId, number, status, terms }) => ({
        raffleId: raffleId as RaffleId,
        number,
        status,
        title: JSON.parse(terms).title,
      }));
    },
  };
}

function figuresOf({ tickets, players, money }: DayFigures): Figures {
  return {
    tickets,
    players,
    money: money.map(({ currency, potsMinor, commissionMinor, prizesMinor, refundsMinor }) => ({
      pots: rowMoney(potsMinor, currency),
      commission: rowMoney(commissionMinor, currency),
      prizes: rowMoney(prizesMinor, currency),
      refunds: rowMoney(refundsMinor, currency),
    })),
  };
}

function checkOf(row: SuspicionRow): Check {
  const { raffleId, terms, raffleStatus, decidedBy, decidedAtMs } = row;
  return {
    suspicionId: row.suspicionId as SuspicionId,
    playerId: row.playerId,
    name: row.name,
    ...(raffleId === null || terms === null || raffleStatus === null ? {} : {
      raffle: {
        raffleId: raffleId as RaffleId,
        title: JSON.parse(terms).title,
        status: raffleStatus,
      },
    }),
    signal: row.signal as Signal,
    evidence: JSON.parse(row.evidence),
    status: row.status as SuspicionStatus,
    raisedAtMs: Number(row.raisedAtMs),
    ...(decidedBy === null ? {} : { decided: { by: decidedBy, atMs: Number(decidedAtMs) } }),
    barredUntilMs: Number(row.barredUntilMs),
    tickets: row.tickets,
    excluded: row.excluded,
  };
}
