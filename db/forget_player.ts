/**
 * The end of a player's data: what still keeps it, and what goes. Rows about money (payments,
 * refunds, tickets, ledger, log) name him by his id alone and stay.
 */
import type { Connection } from "./connection.ts";
import { forgetSuspicions } from "./suspicions.ts";

/** What keeps a player's data for now. */
export interface DeletionLeftRow {
  tickets: number;
  payments: number;
  balances: { minor: string; currency: string }[];
  prizes: number;
}

/** Reads his own rows only. */
export async function readDeletionLeft(
  connection: Connection,
  playerId: string,
): Promise<DeletionLeftRow> {
  const counts = connection.query<{ tickets: number; payments: number; prizes: number }>(
    `select (
       select count(*)::int from tickets t join raffles r on r.raffle_id = t.raffle_id
       where t.player_id = $1 and r.status not in ('settled', 'refunded')
     ) as tickets, (
       select count(*)::int from (
         select p.payment_id from payments p
         where p.player_id = $1 and p.status not in
           ('ticketed', 'refunded', 'returned', 'chargedBack', 'refused', 'failed',
            'expired')
         union
         select r.payment_id from refunds r
         where r.player_id = $1 and r.status not in ('refunded', 'kept')
         union
         select w.withdrawal_id from withdrawals w where w.player_id = $1 and w.is_open
       ) under_way
     ) as payments, (
       select count(*)::int from prize_claims c where c.player_id = $1 and c.state = 'waiting'
     ) as prizes`,
    [playerId],
  );
  // "0" follows "/" in the order of bytes: all accounts of his, holds included.
  const balances = connection.query<{ minor: string; currency: string }>(
    `select sum(a.balance_minor)::text as minor, a.currency from ledger_accounts a
     where a.name >= $1 and a.name < $2
     group by a.currency having sum(a.balance_minor) <> 0 order by a.currency`,
    [`user/${playerId}/`, `user/${playerId}0`],
  );
  const [{ rows: [found] }, { rows }] = await Promise.all([counts, balances]);
  const { tickets = 0, payments = 0, prizes = 0 } = found ?? {};
  return { tickets, payments, balances: rows, prizes };
}

/** Deletes who they are: names, chats, languages, what they look at, questions, suspicions; unroutable updates stay without names. */
export async function forgetPlayers(tx: Connection, playerIds: readonly string[]): Promise<void> {
  const [{ rows }] = await Promise.all([
    tx.query<{ key: string; incoming: string }>(
      "select u.key, u.incoming from unroutable u where u.player_id = any($1::text[])",
      [playerIds],
    ),
    tx.query("delete from players where player_id = any($1::text[])", [playerIds]),
    tx.query("delete from raffle_cards where player_id = any($1::text[])", [playerIds]),
    tx.query("delete from observers where player_id = any($1::text[])", [playerIds]),
    tx.query("delete from series_followers where player_id = any($1::text[])", [playerIds]),
    tx.query("delete from disputes where player_id = any($1::text[])", [playerIds]),
    forgetSuspicions(tx, playerIds),
    tx.query("delete from payout_destinations where player_id = any($1::text[])", [playerIds]),
    tx.query(
      `update withdrawals set destination_hash = null
       where player_id = any($1::text[]) and destination_hash is not null`,
      [playerIds],
    ),
  ]);
  if (rows.length === 0) return;
  await tx.query(
    `update unroutable u set incoming = n.incoming
     from unnest($1::text[], $2::text[]) as n(key, incoming) where u.key = n.key`,
    [rows.map(({ key }) => key), rows.map(({ incoming }) => withoutPerson(incoming))],
  );
}

const PAGE = 500;

/** Runs work in a transaction of its own, or throws when it may not be done any more. */
export type InCommit = <T>(work: (tx: Connection) => Promise<T>) => Promise<T>;

/**
 * Takes his name and words out of the log of his actor's events and of what was set aside of them,
 * a page in each commit. What happened, when, and the keys stay. Doing it again changes nothing.
 * @returns How many lines changed.
 */
export async function eraseActorTexts(inCommit: InCommit, address: string): Promise<number> {
  let erased = 0;
  for (let after: bigint | undefined = 0n; after !== undefined;) {
    const from: bigint = after;
    const page = await inCommit((tx) => eraseEvents(tx, { address, after: from }));
    erased += page.erased;
    after = page.last;
  }
  return erased + await inCommit((tx) => eraseDeadLetters(tx, address));
}

/** @returns `last` when there may be more. */
async function eraseEvents(
  tx: Connection,
  { address, after }: { address: string; after: bigint },
): Promise<{ erased: number; last: bigint | undefined }> {
  const { rows } = await tx.query<{ id: bigint; actor_id: bigint; event: string }>(
    `select e.id, e.actor_id, e.event from actors a
     join events e on e.actor_id = a.id and e.id > $2
     where a.address = $1 order by e.id limit $3`,
    [address, after, PAGE],
  );
  const changed = rows.map((row) => ({ ...row, stripped: withoutPerson(row.event) }))
    .filter(({ event, stripped }) => event !== stripped);
  if (changed.length > 0) {
    await tx.query(
      `update events e set event = n.event
       from unnest($1::bigint[], $2::bigint[], $3::text[]) as n(actor_id, id, event)
       where e.actor_id = n.actor_id and e.id = n.id`,
      [
        changed.map(({ actor_id }) => actor_id),
        changed.map(({ id }) => id),
        changed.map(({ stripped }) => stripped),
      ],
    );
  }
  return { erased: changed.length, last: rows.length < PAGE ? undefined : rows.at(-1)?.id };
}

async function eraseDeadLetters(tx: Connection, address: string): Promise<number> {
  const { rows } = await tx.query<{ id: bigint; event: string; detail: string | null }>(
    "select d.id, d.event, d.detail from dead_letters d where d.address = $1 order by d.id limit 1000",
    [address],
  );
  if (rows.length === 0) return 0;
  await tx.query(
    `update dead_letters d set event = n.event, detail = n.detail
     from unnest($1::bigint[], $2::text[], $3::text[]) as n(id, event, detail) where d.id = n.id`,
    [
      rows.map(({ id }) => id),
      rows.map(({ event }) => withoutPerson(event)),
      rows.map(({ detail }) => detail === null ? null : withoutPerson(detail)),
    ],
  );
  return rows.length;
}

/** Fields that tell who somebody is, or hold his words. */
const PERSONAL: ReadonlySet<string> = new Set([
  "name",
  "words",
  "language",
  "first_name",
  "last_name",
  "username",
  "language_code",
  "text",
  // What he says in the dialogue about his rubles: the card's token, and its last digits.
  "token",
  "last4",
]);

/** JSON text with every such field emptied; what is no JSON goes whole. */
function withoutPerson(json: string): string {
  try {
    return JSON.stringify(
      JSON.parse(json, (key, value) => PERSONAL.has(key) && typeof value === "string" ? "" : value),
    );
  } catch {
    // It cannot be read, so nobody can say what is in it.
    return "{}";
  }
}
