/**
 * What the admin panel shows. It decides nothing; unknown ids are answered with empty lists. A query
 * throws only when the database does not answer.
 */
import type { LetterPage, StuckPage } from "../../actors/operator/operator_types.ts";
import type { PlayerId, RaffleId } from "../../machines/domain/events.ts";
import type { MoneyJson } from "../../machines/domain/money.ts";
import type { RecordSeries, Template, TemplateId } from "../../machines/domain/series.ts";
import type {
  Evidence,
  Signal,
  SuspicionId,
  SuspicionStatus,
} from "../../machines/domain/suspicion.ts";
import type { RaffleFilter } from "./panel_button.ts";
import type { RaffleSummary } from "./queries_port.ts";

/** One ticket of a raffle. */
export interface Participant {
  number: number;
  playerId: string;
  /** Empty when he is not known any more. */
  name: string;
  atMs: number;
  paymentId: string;
  /** As the payment's machine recorded it; empty when it is not known. */
  payment: string;
  chargeId: string | null;
}

/** What a day brought, or all days. */
export interface Figures {
  tickets: bigint;
  players: bigint;
  /** Of the currencies in which something moved, Stars first. */
  money: readonly {
    pots: MoneyJson;
    commission: MoneyJson;
    prizes: MoneyJson;
    refunds: MoneyJson;
  }[];
}

/** One command of an admin. */
export interface AuditLine {
  id: number;
  by: string;
  role: string;
  what: string;
  target: string;
  detail: string;
  atMs: number;
  /** Null: it was not carried out to its end, or is just now. */
  outcome: string | null;
}

/** A raffle that a series has opened. */
export interface OccurrenceLine {
  raffleId: RaffleId;
  number: number;
  title: string;
  /** As the raffle's machine last recorded it. */
  status: string;
}

/** A sign, and what became of it. */
export interface Check {
  suspicionId: SuspicionId;
  playerId: PlayerId;
  /** Empty when he is not known any more. */
  name: string;
  /** Absent: it is about the player, in whatever raffle. */
  raffle?: { raffleId: RaffleId; title: string; status: string };
  signal: Signal;
  evidence: Evidence;
  status: SuspicionStatus;
  raisedAtMs: number;
  decided?: { by: PlayerId; atMs: number };
  /** Until when he may not enter; 0 when he may. */
  barredUntilMs: number;
  /** His tickets in that raffle; of one about no raffle, in all that are not over. */
  tickets: number;
  /** Tickets that it took off a list. */
  excluded: number;
}

/** The panel's view of what is stored. */
export interface PanelQueries {
  /** The newest first. */
  raffles(
    of: RaffleFilter,
    page: { limit: number; offset: number },
  ): Promise<RaffleSummary[]>;
  /** What a raffle counts now; its list is up to ten seconds behind. */
  counts(raffleId: RaffleId): Promise<{ tickets: number; players: number } | undefined>;
  /** Tickets behind a number, in order. */
  participants(
    raffleId: string,
    page: { after: number; limit: number },
  ): Promise<Participant[]>;
  /** All days together, and the last ones, the newest first. `day` is at its beginning (UTC). */
  figures(
    range: { nowMs: number; days: number },
  ): Promise<{ all: Figures; days: (Figures & { dayMs: number })[] }>;
  /** The newest first. `before`: only smaller ids, 0: all. */
  audit(page: { before: number; limit: number }): Promise<AuditLine[]>;
  /** Dead letters, the oldest first. */
  letters(page: { after: number; limit: number }): Promise<LetterPage>;
  stuck(page: { after: number }): Promise<StuckPage>;
  /** Those that wait first, and of each the newest first. */
  checks(page: { limit: number; offset: number }): Promise<Check[]>;
  check(suspicionId: SuspicionId): Promise<Check | undefined>;
  /** How many wait for an admin. */
  openChecks(): Promise<number>;
  /** Admins to whom the last word did not come through, and since when none did. */
  unreachedAdmins(): Promise<{ adminId: number; sinceMs: number }[]>;
  /** Commission of new raffles, basis points. */
  commissionBps(): Promise<number>;
  /** By their names. */
  templates(page: { limit: number; offset: number }): Promise<Template[]>;
  template(templateId: string): Promise<Template | undefined>;
  /** Those that have not ended first, then the newest; with a template its own only. */
  seriesList(
    page: { templateId?: TemplateId; limit: number; offset: number },
  ): Promise<RecordSeries[]>;
  series(seriesId: string): Promise<RecordSeries | undefined>;
  /** Its last raffles, the newest first. */
  occurrences(seriesId: string, limit: number): Promise<OccurrenceLine[]>;
}
