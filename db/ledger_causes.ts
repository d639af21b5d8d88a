/** From the steps of actors to what they posted. */
import type { Connection } from "./connection.ts";

export interface CausedTransfer {
  readonly address: string;
  readonly revision: bigint;
  readonly key: string;
  readonly type: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly minor: bigint;
  readonly currency: string;
}

/** The transfers that the steps caused, in the order in which they were posted. */
export async function readCausedTransfers(
  connection: Connection,
  steps: readonly { address: string; revision: number }[],
): Promise<CausedTransfer[]> {
  const { rows } = await connection.query<CausedTransfer>(
    `select t.cause_actor as address, t.cause_revision as revision, t.key, t.type, t.kind,
       f.name as "from", o.name as "to", t.minor, f.currency
     from unnest($1::text[], $2::bigint[]) as s(actor, revision)
     join ledger_transfers t on t.cause_actor = s.actor and t.cause_revision = s.revision
     join ledger_accounts f on f.id = t.from_account
     join ledger_accounts o on o.id = t.to_account
     order by t.id`,
    [steps.map(({ address }) => address), steps.map(({ revision }) => revision)],
  );
  return rows;
}
