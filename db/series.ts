/** Kept terms, series and their raffles, and who follows them. Few rows, but for the followers. */
import type { Connection } from "./connection.ts";

export interface TemplateRow {
  templateId: string;
  name: string;
  /** JSON text. */
  terms: string;
}

/** Keeps terms under a name; `terms` null: the name alone. */
export async function recordTemplate(
  tx: Connection,
  { templateId, name, terms }: { templateId: string; name: string; terms: string | null },
): Promise<void> {
  if (terms === null) {
    await tx.query("update raffle_templates t set name = $2 where t.template_id = $1", [
      templateId,
      name,
    ]);
    return;
  }
  await tx.query(
    `insert into raffle_templates (template_id, name, terms) values ($1, $2, $3)
     on conflict (template_id) do update set name = excluded.name, terms = excluded.terms`,
    [templateId, name, terms],
  );
}

export async function deleteTemplate(tx: Connection, templateId: string): Promise<void> {
  await tx.query("delete from raffle_templates t where t.template_id = $1", [templateId]);
}

const TEMPLATE = `t.template_id as "templateId", t.name, t.terms`;

export async function readTemplate(
  connection: Connection,
  templateId: string,
): Promise<TemplateRow | undefined> {
  const { rows } = await connection.query<TemplateRow>(
    `select ${TEMPLATE} from raffle_templates t where t.template_id = $1`,
    [templateId],
  );
  return rows[0];
}

/** By their names. */
export async function listTemplates(
  connection: Connection,
  { limit, offset }: { limit: number; offset: number },
): Promise<TemplateRow[]> {
  const { rows } = await connection.query<TemplateRow>(
    `select ${TEMPLATE} from raffle_templates t order by lower(t.name), t.template_id
     limit $1 offset $2`,
    [limit, offset],
  );
  return rows;
}

export interface SeriesRow {
  seriesId: string;
  templateId: string;
  name: string;
  /** JSON text. */
  plan: string;
  status: string;
  opened: number;
  skipped: number;
  /** 0: it is not known. */
  nextAtMs: number;
  refusal: string | null;
}

/** Writes how series stand; of several records of one the last counts. */
export async function recordSeries(tx: Connection, series: readonly SeriesRow[]): Promise<void> {
  const rows = [...new Map(series.map((row) => [row.seriesId, row])).values()];
  await tx.query(
    `insert into raffle_series
       (series_id, template_id, name, plan, status, opened, skipped, next_at_ms, refusal)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[],
       $7::int[], $8::bigint[], $9::text[])
     on conflict (series_id) do update set name = excluded.name, plan = excluded.plan,
       status = excluded.status, opened = excluded.opened, skipped = excluded.skipped,
       next_at_ms = excluded.next_at_ms, refusal = excluded.refusal`,
    [
      rows.map((row) => row.seriesId),
      rows.map((row) => row.templateId),
      rows.map((row) => row.name),
      rows.map((row) => row.plan),
      rows.map((row) => row.status),
      rows.map((row) => row.opened),
      rows.map((row) => row.skipped),
      rows.map((row) => row.nextAtMs),
      rows.map((row) => row.refusal),
    ],
  );
}

const SERIES = `s.series_id as "seriesId", s.template_id as "templateId", s.name, s.plan, s.status,
  s.opened, s.skipped, s.next_at_ms as "nextAtMs", s.refusal`;
type Found = Omit<SeriesRow, "nextAtMs"> & { nextAtMs: bigint };

export async function readSeries(
  connection: Connection,
  seriesId: string,
): Promise<SeriesRow | undefined> {
  const { rows: [row] } = await connection.query<Found>(
    `select ${SERIES} from raffle_series s where s.series_id = $1`,
    [seriesId],
  );
  return row === undefined ? undefined : { ...row, nextAtMs: Number(row.nextAtMs) };
}

/** Those that have not ended first, then the newest. @param templateId Of this template only. */
export async function listSeries(
  connection: Connection,
  { templateId, limit, offset }: { templateId?: string; limit: number; offset: number },
): Promise<SeriesRow[]> {
  const { rows } = await connection.query<Found>(
    `select ${SERIES} from raffle_series s where $3::text is null or s.template_id = $3
     order by s.status = 'ended', s.seq desc limit $1 offset $2`,
    [limit, offset, templateId ?? null],
  );
  return rows.map((row) => ({ ...row, nextAtMs: Number(row.nextAtMs) }));
}

/** @throws When a raffle, or a number of a series, has one already: the step that asked is undone. */
export async function recordOccurrences(
  tx: Connection,
  raffles: readonly { raffleId: string; seriesId: string; number: number }[],
): Promise<void> {
  await tx.query(
    `insert into series_raffles (raffle_id, series_id, number)
     select * from unnest($1::text[], $2::text[], $3::int[])`,
    [
      raffles.map((raffle) => raffle.raffleId),
      raffles.map((raffle) => raffle.seriesId),
      raffles.map((raffle) => raffle.number),
    ],
  );
}

/** The last raffles of a series, the newest first. */
export async function listOccurrences(
  connection: Connection,
  { seriesId, limit }: { seriesId: string; limit: number },
): Promise<{ raffleId: string; number: number; status: string; terms: string }[]> {
  const { rows } = await connection.query<
    { raffleId: string; number: number; status: string; terms: string }
  >(
    `select s.raffle_id as "raffleId", s.number, r.status, r.terms from series_raffles s
     join raffles r on r.raffle_id = s.raffle_id
     where s.series_id = $1 order by s.number desc limit $2`,
    [seriesId, limit],
  );
  return rows;
}

/** The series of a raffle, as one player sees it; undefined when it belongs to none. */
export async function readSeriesOf(
  connection: Connection,
  { raffleId, playerId }: { raffleId: string; playerId: string | undefined },
): Promise<
  { name: string; number: number; isOver: boolean; isFollowed: boolean } | undefined
> {
  const { rows } = await connection.query<
    { name: string; number: number; isOver: boolean; isFollowed: boolean }
  >(
    `select s.name, o.number, s.status = 'ended' as "isOver",
       exists (
         select from series_followers f where f.series_id = o.series_id and f.player_id = $2
       ) as "isFollowed"
     from series_raffles o join raffle_series s on s.series_id = o.series_id
     where o.raffle_id = $1`,
    [raffleId, playerId ?? null],
  );
  return rows[0];
}

export interface FollowerRow {
  /** Of the series that he follows. */
  raffleId: string;
  playerId: string;
  isStopped: boolean;
  atMs: number;
}

/** Notes who wants to hear of the next raffle of a series, and who no more; his last word counts. */
export async function recordFollowers(
  tx: Connection,
  followers: readonly FollowerRow[],
): Promise<void> {
  const rows = [
    ...new Map(followers.map((row) => [`${row.raffleId} ${row.playerId}`, row])).values(),
  ];
  const arrays = (of: readonly FollowerRow[]) => [
    of.map((row) => row.raffleId),
    of.map((row) => row.playerId),
    of.map((row) => row.atMs),
  ];
  const stopped = rows.filter(({ isStopped }) => isStopped);
  const following = rows.filter(({ isStopped }) => !isStopped);
  if (stopped.length > 0) {
    const [raffles, players] = arrays(stopped);
    await tx.query(
      `delete from series_followers f using unnest($1::text[], $2::text[]) as w(raffle_id, player_id),
         series_raffles o
       where o.raffle_id = w.raffle_id and f.series_id = o.series_id and f.player_id = w.player_id`,
      [raffles, players],
    );
  }
  if (following.length > 0) {
    await tx.query(
      `insert into series_followers (series_id, player_id, at_ms)
       select o.series_id, w.player_id, max(w.at_ms)
       from unnest($1::text[], $2::text[], $3::bigint[]) as w(raffle_id, player_id, at_ms)
       join series_raffles o on o.raffle_id = w.raffle_id
       group by o.series_id, w.player_id
       on conflict (series_id, player_id) do nothing`,
      arrays(following),
    );
  }
}
