/**
 * What of the rubles is still on its way. A link that nobody has paid is none of it: it is looked at for
 * an hour; nor is a payout of which YooKassa says nothing: it is looked for as long, and then asked about.
 */
import type { Database } from "../../db/connection.ts";
import type { Payers } from "../sandbox/payers.ts";
import { isByBank } from "./judge_bank_payouts.ts";
import { readBank } from "./read_bank.ts";
import { readWithdrawals } from "./read_own.ts";
import type { Unsettled } from "./unsettled.ts";

const OVER = new Set(["done", "returned"]);

/** @param waits What may wait still: links that can be paid, doubts that grow into an admin's. */
export async function findUnsettledBank(
  { database, payers }: { database: Database; payers: Payers },
  waits: { links: boolean; doubts: boolean },
): Promise<Unsettled[]> {
  const { payments, payouts } = await readBank(payers);
  const { rows: actors } = await database.query<{ address: string; state: string }>(ACTIVE);
  const open = new Set(
    payments.filter(({ status }) => status === "pending").map(({ actor }) => actor),
  );
  const made = new Set(payouts.map(({ actor }) => actor));
  const searched = new Set(
    actors.filter(({ address, state }) => state === "searching" && !made.has(address))
      .map(({ address }) => address.replace("bankPayout/", "")),
  );
  const withdrawals = (await readWithdrawals(database)).filter(isByBank);
  return [
    {
      what: "payments by bank",
      count:
        actors.filter(({ address }) =>
          address.startsWith("bankPayment/") && !(waits.links && open.has(address))
        ).length,
    },
    {
      what: "payouts by bank",
      count:
        withdrawals.filter(({ withdrawalId, status }) =>
          !OVER.has(status) && !(waits.doubts && searched.has(withdrawalId))
        ).length,
    },
  ].filter(({ count }) => count > 0);
}

const ACTIVE = `
  select address,
    case json_typeof(snapshot::json -> 'value') when 'object'
      then (select min(key) from json_object_keys(snapshot::json -> 'value') key)
      else snapshot::json ->> 'value' end as state
  from actors
  where (address like 'bankPayment/%' or address like 'bankPayout/%')
    and revision > 0 and snapshot::json ->> 'status' = 'active'`;
