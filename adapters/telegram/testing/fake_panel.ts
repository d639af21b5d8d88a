/** What the admin panel reads, for tests: plain lists that a test fills. */
import type { DeadLetter, Mended, Stuck } from "../../../actors/operator/operator_types.ts";
import type { AuditEntry, AuditLog } from "../../supervisor/audit.ts";
import type { RecordSeries, Template } from "../../../machines/domain/series.ts";
import type { Check, Figures, OccurrenceLine, PanelQueries, Participant } from "../panel_port.ts";
import type { RaffleSummary } from "../queries_port.ts";

/** Stored things that the fake shows, and what was ordered. */
export interface FakePanel extends PanelQueries, AuditLog {
  participantList: Participant[];
  letterList: DeadLetter[];
  stuckList: Stuck[];
  templateList: Template[];
  seriesOfAll: RecordSeries[];
  occurrenceList: OccurrenceLine[];
  figureDays: (Figures & { dayMs: number })[];
  unreachedList: { adminId: number; sinceMs: number }[];
  checkList: Check[];
  log: (AuditEntry & { outcome: string | null })[];
  /** What `redrive` and `drop` answer. */
  mended: Mended;
  /** When set, the log cannot be written. */
  logFailure: Error | undefined;
  operator: { redrive(id: number): Promise<Mended>; drop(id: number): Promise<Mended> };
  orders: string[];
}

/** Figures of nothing. */
export const noFigures: Figures = {
  tickets: 0n,
  players: 0n,
  money: [],
};

/** Creates an empty one over the raffles of the other fake. */
export function createFakePanel(queries: { raffles: readonly RaffleSummary[] }): FakePanel {
  const order = (how: string) => (id: number) => {
    fake.orders.push(`${how} ${id}`);
    return Promise.resolve(fake.mended);
  };
  const fake: FakePanel = {
    participantList: [],
    letterList: [],
    stuckList: [],
    templateList: [],
    seriesOfAll: [],
    occurrenceList: [],
    figureDays: [],
    unreachedList: [],
    checkList: [],
    log: [],
    mended: { status: "already" },
    logFailure: undefined,
    orders: [],
    operator: { redrive: order("redrive"), drop: order("drop") },
    raffles: (_, { limit, offset }) =>
      Promise.resolve(queries.raffles.slice(offset, offset + limit)),
    counts: (raffleId) => {
      const found = queries.raffles.find((raffle) => raffle.raffleId === raffleId);
      return Promise.resolve(found && { tickets: found.tickets, players: found.players });
    },
    participants: (_, { after, limit }) =>
      Promise.resolve(
        fake.participantList.filter(({ number }) => number > after).slice(0, limit),
      ),
    figures: () => Promise.resolve({ all: fake.figureDays[0] ?? noFigures, days: fake.figureDays }),
    audit: ({ before, limit }) =>
      Promise.resolve(
        fake.log.map((entry, index) => ({ ...entry, id: index + 1 }))
          .filter(({ id }) => before === 0 || id < before).reverse().slice(0, limit),
      ),
    letters: ({ after, limit }) => {
      const letters = fake.letterList.filter(({ id }) => id > after);
      const shown = letters.slice(0, limit);
      const next = letters.length > limit ? shown.at(-1)?.id ?? null : null;
      return Promise.resolve({ letters: shown, next });
    },
    stuck: () => Promise.resolve({ stuck: fake.stuckList, scanned: 0, next: null }),
    checks: ({ limit, offset }) => Promise.resolve(fake.checkList.slice(offset, offset + limit)),
    check: (suspicionId) =>
      Promise.resolve(fake.checkList.find((check) => check.suspicionId === suspicionId)),
    openChecks: () =>
      Promise.resolve(fake.checkList.filter(({ status }) => status === "open").length),
    unreachedAdmins: () => Promise.resolve(fake.unreachedList),
    commissionBps: () => Promise.resolve(1_500),
    templates: ({ limit, offset }) =>
      Promise.resolve(fake.templateList.slice(offset, offset + limit)),
    template: (id) => Promise.resolve(fake.templateList.find((each) => each.templateId === id)),
    seriesList: ({ templateId, limit, offset }) =>
      Promise.resolve(
        fake.seriesOfAll.filter((each) =>
          templateId === undefined || each.templateId === templateId
        )
          .slice(offset, offset + limit),
      ),
    series: (id) => Promise.resolve(fake.seriesOfAll.find((each) => each.seriesId === id)),
    occurrences: (_, limit) => Promise.resolve(fake.occurrenceList.slice(0, limit)),
    begin(entry) {
      if (fake.logFailure !== undefined) return Promise.reject(fake.logFailure);
      if (!fake.log.some(({ key }) => key === entry.key)) {
        fake.log.push({ ...entry, outcome: null });
      }
      return Promise.resolve();
    },
    end(key, outcome) {
      const entry = fake.log.find((one) => one.key === key);
      if (entry !== undefined) entry.outcome ??= outcome;
      return Promise.resolve();
    },
  };
  return fake;
}
