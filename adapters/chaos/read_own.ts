/** Reads the product's books from its database, when nothing moves any more. */
import { createOperator } from "../../actors/operator/operator.ts";
import type { Database } from "../../db/connection.ts";
import { checkBooks } from "../../db/ledger_books.ts";
import { pageTickets } from "../../db/raffles.ts";
import { checkProof } from "../../machines/domain/draw/check_proof.ts";
import { ticketLines } from "../../machines/domain/draw/ticket_lines.ts";
import { defineUnrunActors } from "../operations/platform_operator.ts";
import type {
  OwnAnnouncement,
  OwnBooks,
  OwnBroadcast,
  OwnCharge,
  OwnClaim,
  OwnDraw,
  OwnRaffle,
  OwnTicket,
  OwnTransfer,
  OwnWithdrawal,
} from "./evidence.ts";

/**
 * @param publicKey RANDOM.ORG's, for the proofs.
 * @param aheadMs By how much the nodes' clocks are ahead of the machine's.
 */
export async function readOwn(
  database: Database,
  { publicKey, aheadMs = 0 }: { publicKey: string; aheadMs?: number },
): Promise<OwnBooks> {
  const many = async <Row>(text: string): Promise<Row[]> => (await database.query<Row>(text)).rows;
  const [events] = await many<{ count: number }>(
    "select count(*)::int as count from events where revision is not null",
  );
  const { problems } = await checkBooks(database);
  const draws = await many<DrawRow>(
    `select raffle_id as "raffleId", random_text as "randomText", proof from draws`,
  );
  return {
    events: events?.count ?? 0,
    raffles: await many<OwnRaffle>(RAFFLES),
    tickets: await many<OwnTicket>(TICKETS),
    transfers: await many<OwnTransfer>(TRANSFERS),
    balances: await many(BALANCES),
    holds: await many(HOLDS),
    claims: await many<OwnClaim>(CLAIMS),
    withdrawals: await readWithdrawals(database),
    destinations: (await many<{ id: string }>(DESTINATIONS)).map(({ id }) => id),
    broadcasts: await many<OwnBroadcast>(BROADCASTS),
    announcements: await many<OwnAnnouncement>(ANNOUNCEMENTS),
    charges: await many<OwnCharge>(CHARGES),
    starFindings: (await many<{ text: string }>(STAR_FINDINGS)).map(({ text }) => text),
    ledgerProblems: problems,
    draws: await Promise.all(draws.map((row) => readDrawn(database, { ...row, publicKey }))),
    keys: await many(KEYS),
    doubleRevisions: (await many<{ text: string }>(DOUBLE_REVISIONS)).map(({ text }) => text),
    stuck: await findStuck(database, aheadMs),
    deadLetters: await many("select address, error from dead_letters order by id"),
  };
}

const RAFFLES = `
  select raffle_id as "raffleId", terms::json ->> 'title' as title, status,
    terms::json -> 'price' ->> 'currency' as currency,
    (terms::json -> 'guaranteedPrize' ->> 'minor')::int as guaranteed
  from raffles order by seq`;

const TICKETS = `
  select t.raffle_id as "raffleId", t.number, t.player_id as "playerId",
    t.payment_id as "paymentId", p.charge_id as "chargeId", p.currency
  from tickets t left join payments p on p.payment_id = t.payment_id
  order by t.raffle_id, t.number`;

/** Those that moved something: a hold does not, nor one that is given up. */
const TRANSFERS = `
  select t.key, f.name as "from", o.name as "to", f.currency, t.minor::int as minor,
    t.external_id as "externalId"
  from ledger_transfers t
  join ledger_accounts f on f.id = t.from_account
  join ledger_accounts o on o.id = t.to_account
  where t.kind in ('transfer', 'post', 'reversal')
  order by t.id`;

const BALANCES = `
  select name as account, currency, balance_minor::int as minor from ledger_accounts
  where balance_minor <> 0 order by name, currency`;

const HOLDS = `
  select name as account, currency, held_minor::int as minor from ledger_accounts
  where held_minor <> 0 order by name, currency`;

const DESTINATIONS = `select withdrawal_id as id from payout_destinations order by withdrawal_id`;

const WITHDRAWALS = `
  select withdrawal_id as "withdrawalId", player_id as "playerId", choice::json as choice,
    minor::int as minor, status, transaction_id as "transactionId"
  from withdrawals order by asked_at_ms, withdrawal_id`;

const CLAIMS = `
  select raffle_id as "raffleId", place, number, round, state from prize_claims
  order by raffle_id, draw, round, place`;

const BROADCASTS = `
  select raffle_id as "raffleId", notice, status, uncertain from broadcasts
  order by raffle_id, number`;

const ANNOUNCEMENTS = `
  select raffle_id as "raffleId", occasion, state from announcements order by seq`;

const CHARGES = `
  select c.charge_id as "chargeId", c.minor::int as minor, c.lies,
    c.is_receipt_seen as "isReceiptSeen", c.is_return_seen as "isReturnSeen",
    p.spent_by as "spentBy"
  from charges c left join payments p on p.charge_id = c.charge_id order by c.charge_id`;

const STAR_FINDINGS = `
  select kind || ' ' || detail as text from reconciliation_findings order by id`;

const KEYS = `
  select e.key, a.address from events e join actors a on a.id = e.actor_id where e.key is not null
  union all
  select key, 'unroutable' from unroutable`;

const DOUBLE_REVISIONS = `
  select format('Revision %s of %s', e.revision, coalesce(e.address, a.address)) as text
  from events e join actors a on a.id = e.actor_id
  where e.revision is not null
  group by a.address, e.address, e.revision having count(*) > 1`;

/** No raffle of a run comes near. */
const MOST_TICKETS = 1_000;

interface DrawRow {
  readonly raffleId: string;
  readonly randomText: string | null;
  readonly proof: string | null;
}

async function readDrawn(
  database: Database,
  { raffleId, randomText, proof, publicKey }: DrawRow & { publicKey: string },
): Promise<OwnDraw> {
  const report = proof === null
    ? undefined
    : await checkProof(JSON.parse(proof), { pinnedKeys: [], givenKeys: [publicKey] });
  if (report?.ok !== true) return { raffleId, randomText, winners: null, reserves: [] };
  const { outcome, prize, tickets } = report.proof;
  // A proof of another list than ours says nothing of whom we have to pay.
  const ours = await pageTickets(database, { raffleId, afterNumber: 0, limit: MOST_TICKETS });
  const isOurs = JSON.stringify(ticketLines(ours).lines) === JSON.stringify(tickets);
  const winners = outcome.winners.map((number, index) => ({
    place: index + 1,
    number,
    minor: Number(prize.prizes[index]?.minor),
  }));
  return { raffleId, randomText, winners: isOurs ? winners : null, reserves: outcome.reserves };
}

/** Every withdrawal, the oldest first. */
export async function readWithdrawals(
  database: Pick<Database, "query">,
): Promise<OwnWithdrawal[]> {
  return (await database.query<OwnWithdrawal>(WITHDRAWALS)).rows;
}

async function findStuck(database: Database, aheadMs: number): Promise<string[]> {
  const operator = createOperator({
    database,
    actors: defineUnrunActors(),
    nowMs: () => Date.now() + aheadMs,
  });
  const stuck: string[] = [];
  for (let after: number | null = 0; after !== null;) {
    const page = await operator.stuck({ after });
    stuck.push(...page.stuck.map(({ address, reason }) => `${address}: ${reason}`));
    after = page.next;
  }
  return stuck;
}
