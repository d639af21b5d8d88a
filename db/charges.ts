/**
 * Where the Stars of each charge lie. Whoever moves them locks the charge's row first and the ledger
 * afterwards; what is locked by somebody else a sweep leaves for the next time. Guards against a
 * refund that is taken from an account which the charge has just left.
 */
import type { Connection } from "./connection.ts";

/** A charge as it came. */
export interface ReceivedCharge {
  readonly chargeId: string;
  readonly payerId: string;
  readonly minor: string;
  readonly currency: string;
  readonly receivedAtMs: number;
}

/** The two accounts of a provider on which a charge may lie. */
export type ChargePlace = "settling" | "available";

/** Writes charges down; one that is known stays as it is. */
export async function recordCharges(
  tx: Connection,
  charges: readonly ReceivedCharge[],
): Promise<void> {
  await tx.query(
    `insert into charges (charge_id, payer_id, minor, currency, received_at_ms, lies)
     select c.charge_id, c.payer_id, c.minor, c.currency, c.received_at_ms, 'settling'
     from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[])
       as c (charge_id, payer_id, minor, currency, received_at_ms)
     order by c.charge_id
     on conflict (charge_id) do nothing`,
    [
      charges.map((charge) => charge.chargeId),
      charges.map((charge) => charge.payerId),
      charges.map((charge) => charge.minor),
      charges.map((charge) => charge.currency),
      charges.map((charge) => charge.receivedAtMs),
    ],
  );
}

/**
 * Takes charges away and says where they lay. Repeated, it gives the same answer. Waits for whoever
 * moves one of them now; the caller's posting has to be in the same transaction.
 * @returns By charge id; without those that are not known.
 */
export async function takeCharges(
  tx: Connection,
  { chargeIds, atMs }: { chargeIds: readonly string[]; atMs: number },
): Promise<Map<string, ChargePlace>> {
  // A statement of its own for the locks, in one order: the next one sees what was waited for.
  await tx.query(
    `select from charges c where c.charge_id = any($1::text[]) order by c.charge_id for update`,
    [chargeIds],
  );
  const { rows } = await tx.query<{ charge_id: string; left_from: ChargePlace }>(
    `update charges c
     set lies = 'gone', left_from = coalesce(c.left_from, c.lies),
       gone_at_ms = coalesce(c.gone_at_ms, $2)
     where c.charge_id = any($1::text[])
     returning c.charge_id, c.left_from`,
    [chargeIds, atMs],
  );
  return new Map(rows.map((row) => [row.charge_id, row.left_from]));
}

/** What a page of the sweep has made available. */
export interface SettledPage {
  /** Charges of the page; fewer than were asked for: the sweep is done. */
  readonly count: number;
  readonly minor: bigint;
  /** The page's first charge; it is settled once, so its id makes the transfer's key. */
  readonly firstChargeId: string | undefined;
}

/**
 * Marks the oldest Stars that came up to that time as available, at most `limit` charges. Those that
 * somebody moves now are left out. The caller posts what they sum to.
 */
export async function settleCharges(
  tx: Connection,
  { receivedUntilMs, limit }: { receivedUntilMs: number; limit: number },
): Promise<SettledPage> {
  const { rows } = await tx.query<{ charge_id: string; minor: bigint }>(
    `with page as materialized (
       select c.charge_id from charges c
       where c.lies = 'settling' and c.currency = 'XTR' and c.received_at_ms <= $1
       order by c.received_at_ms, c.charge_id limit $2
       for update skip locked
     )
     update charges c set lies = 'available' from page p
     where c.charge_id = any(array[p.charge_id])
     returning c.charge_id, c.minor`,
    [receivedUntilMs, limit],
  );
  return {
    count: rows.length,
    minor: rows.reduce((sum, { minor }) => sum + minor, 0n),
    firstChargeId: rows.map((row) => row.charge_id).sort()[0],
  };
}

/** What becomes available up to each of the times: the Stars that came 21 days before it. */
export async function forecastSettling(
  connection: Connection,
  receivedUntilMs: readonly number[],
): Promise<bigint[]> {
  const { rows } = await connection.query<{ minor: bigint }>(
    `select coalesce(s.minor, 0)::bigint as minor
     from unnest($1::bigint[]) with ordinality as u (until_ms, place)
     cross join lateral (
       select sum(c.minor) as minor from charges c
       where c.lies = 'settling' and c.currency = 'XTR' and c.received_at_ms <= u.until_ms
     ) s
     order by u.place`,
    [receivedUntilMs],
  );
  return rows.map((row) => row.minor);
}
