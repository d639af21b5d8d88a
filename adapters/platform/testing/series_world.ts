/**
 * Templates, series and their raffles over the real tables, under a clock that moves when it is told
 * to; nobody enters, nothing is drawn.
 */
import type { EventObject } from "xstate";
import type { ActorDefinition } from "../../../actors/define_actor.ts";
import type { TestRuntime, TestRuntimeOptions } from "../../../actors/testing/kit.ts";
import type { Story } from "../../../actors/testing/story.ts";
import { startTestRuntime } from "../../../actors/testing/test_runtime.ts";
import type { Database } from "../../../db/connection.ts";
import { postTransfers } from "../../../db/ledger.ts";
import { openTestDatabase } from "../../../db/testing/test_database.ts";
import { TELEGRAM_AVAILABLE, TREASURY_CAPITAL } from "../../../machines/domain/accounts.ts";
import type { AdminNotice } from "../../../machines/domain/effects.ts";
import type { RaffleTerms } from "../../../machines/domain/events.ts";
import { type SeriesId, TEMPLATES } from "../../../machines/domain/series.ts";
import { readPlan } from "../../../machines/domain/series_form.ts";
import { testTerms } from "../../../machines/testing/world.ts";
import { Books, DAY, defineTreasuryActors, HOUR } from "./treasury_world.ts";

export { DAY, HOUR };

/** When the kit's clock begins: midnight. */
export const START_MS = Date.UTC(2026, 0, 1);
const BY = "tg-9";

/** The platform's actors; what they would say outside is nowhere. */
export function seriesActors(database: Database): ActorDefinition[] {
  return defineTreasuryActors(database, {
    books: new Books(),
    told: { admins: [], players: [] },
  });
}

/** A template; its raffles last an hour unless something else is said. */
export function saveTemplate(terms: Partial<RaffleTerms> = {}, templateId = "tpl_1"): Story {
  const saved = { templateId, name: `Name of ${templateId}`, terms: testTerms(terms) };
  return [{
    to: TEMPLATES,
    input: {},
    send: { type: "template.save", ...saved, by: BY, atMs: START_MS } as EventObject,
  }];
}

/** A series of it, from the beginning of time. */
export function beginSeries(rule: string, seriesId: SeriesId = "ser_1"): Story {
  const read = readPlan(rule, "UTC");
  if ("problem" in read) throw new Error(`No plan: ${rule}`);
  const { plan } = read;
  const begun = { seriesId, templateId: "tpl_1", plan, by: BY, atMs: START_MS };
  return [{ to: TEMPLATES, send: { type: "series.begin", ...begun } as EventObject }];
}

/** Something that an admin tells a series. */
export function order(type: string, atMs: number): Story {
  return [{ to: "series/ser_1", send: { type: `series.${type}`, by: BY, atMs } as EventObject }];
}

/** The owner puts Stars in, which are 21 days old. */
export async function fund(database: Database, stars: number): Promise<void> {
  await database.transaction((tx) =>
    postTransfers(tx, [{
      type: "topUp",
      currency: "XTR",
      eventAtMs: START_MS,
      key: `test/topUp/${stars}`,
      from: TELEGRAM_AVAILABLE,
      to: TREASURY_CAPITAL,
      minor: BigInt(stars),
    }])
  );
}

/** Raffles by the series, `ser_1 3 refunded`, in the order of their numbers. */
export async function readOccurrences(database: Database): Promise<string[]> {
  const { rows } = await database.query<{ line: string }>(
    `select concat_ws(' ', o.series_id, o.number, r.status) as line
     from series_raffles o join raffles r on r.raffle_id = o.raffle_id
     order by o.series_id, o.number`,
  );
  return rows.map(({ line }) => line);
}

/** A world in which a test plays step by step. */
export interface SeriesWorld {
  readonly kit: TestRuntime;
  readonly database: Database;
  play(story: Story): Promise<void>;
  /** The platform is away until then, and starts again. */
  sleepUntil(atMs: number): Promise<void>;
  occurrences(): Promise<string[]>;
  /** Times at which raffles were opened, ISO, to the minute. */
  openings(): Promise<string[]>;
  /** What admins were told, in order. */
  reports(): AdminNotice[];
  row(): Promise<{ status: string; opened: number; skipped: number; nextAtMs: number }>;
}

/** Starts one; it ends with the test. */
export async function startSeriesWorld(options: TestRuntimeOptions = {}): Promise<SeriesWorld> {
  const database = options.database ?? await openTestDatabase();
  const kit = await startTestRuntime(seriesActors(database), { ...options, database });
  return {
    kit,
    database,
    async play(story) {
      for (const step of story) {
        if (!("send" in step)) throw new TypeError("Only events are played here");
        const create = step.input === undefined ? {} : { create: step.input };
        await kit.send(step.to, step.send, create);
      }
      await kit.settled();
    },
    async sleepUntil(atMs) {
      kit.clock.jumpTo(atMs);
      await kit.restart();
      await kit.settled();
    },
    occurrences: () => readOccurrences(database),
    async openings() {
      const { rows } = await database.query<{ opened_at_ms: bigint }>(
        `select r.opened_at_ms from series_raffles o join raffles r on r.raffle_id = o.raffle_id
         order by o.number`,
      );
      return rows.map((row) => new Date(Number(row.opened_at_ms)).toISOString().slice(0, 16));
    },
    reports: () =>
      kit.calls.filter(({ name }) => name === "reportToAdmins")
        .map(({ params }) => (params as { notice: AdminNotice }).notice)
        .filter(({ key }) => key.startsWith("series")),
    async row() {
      const { rows: [row] } = await database.query<
        { status: string; opened: number; skipped: number; next_at_ms: bigint }
      >("select s.status, s.opened, s.skipped, s.next_at_ms from raffle_series s");
      if (row === undefined) throw new Error("There is no series");
      const { status, opened, skipped } = row;
      return { status, opened, skipped, nextAtMs: Number(row.next_at_ms) };
    },
  };
}
