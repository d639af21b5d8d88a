/**
 * Both books written step by step, as the platform's commits and Telegram would write them, so that a
 * test can put a comparison between any two of these steps.
 */
import { recordCharges, takeCharges } from "../../../db/charges.ts";
import type { Connection, Database } from "../../../db/connection.ts";
import { postTransfers } from "../../../db/ledger.ts";
import { readReading, type StarBookRow, storePage } from "../../../db/star_books.ts";
import { closeWithdrawals, markWithdrawals, openWithdrawals } from "../../../db/withdrawals.ts";
import { judgeStarBooks } from "../judge_star_books.ts";

const SETTLING = "provider/telegram/settling";
const AVAILABLE = "provider/telegram/available";
/** Long before the comparison: nothing of it can be on its way any more. */
const LONG_AGO_MS = 1_000;
const NOW_MS = 86_400_000;

/** The price of a charge, and that of a gift. */
export const [PRICE, GIFT] = [10, 15];

/** Telegram's rows for the things that are numbered. */
export const telegramRow = {
  charge: (number: number) =>
    rowOf(`ch_${number}`, "in", PRICE, { invoice_payload: `pay_${number}` }, "invoice_payment"),
  return: (number: number) =>
    rowOf(`ch_${number}`, "out", PRICE, { invoice_payload: `pay_${number}` }, "invoice_payment"),
  gift: (number: number) => rowOf(`gift_${number}`, "out", GIFT, {}, "gift_purchase"),
};

type Row = Omit<StarBookRow, "position">;

function rowOf(
  transactionId: string,
  direction: "in" | "out",
  stars: number,
  other: object,
  type: string,
): Row {
  const partner = { type: "user", transaction_type: type, user: { id: 1 }, ...other };
  const side = direction === "in" ? { source: partner } : { receiver: partner };
  return {
    transactionId,
    direction,
    nanos: BigInt(stars) * 1_000_000_000n,
    atMs: LONG_AGO_MS,
    partner: `user/${type}`,
    raw: JSON.stringify({ id: transactionId, amount: stars, date: 1, ...side }),
  };
}

/** A charge comes: its row and its posting are one commit. */
export async function receiveCharge(database: Database, number: number): Promise<void> {
  await database.transaction(async (tx) => {
    await recordCharges(tx, [{
      chargeId: `ch_${number}`,
      payerId: "tg-1",
      minor: String(PRICE),
      currency: "XTR",
      receivedAtMs: LONG_AGO_MS,
    }]);
    await post(tx, { key: `charge/${number}/received`, from: SETTLING, to: "user/tg-1/available" });
  });
}

/** It goes back. */
export async function returnCharge(database: Database, number: number): Promise<void> {
  await database.transaction(async (tx) => {
    await takeCharges(tx, { chargeIds: [`ch_${number}`], atMs: LONG_AGO_MS });
    await post(tx, { key: `charge/${number}/returned`, from: "user/tg-1/available", to: SETTLING });
  });
}

/** A gift is sent and known to have arrived. */
export async function sendGift(database: Database, number: number): Promise<void> {
  const withdrawalId = `wdr_${number}`;
  await database.transaction(async (tx) => {
    await openWithdrawals(tx, [{
      withdrawalId,
      playerId: "tg-1",
      choice: JSON.stringify({ kind: "gift", giftId: "7" }),
      minor: String(GIFT),
      currency: "XTR",
      askedAtMs: LONG_AGO_MS,
    }]);
    await markWithdrawals(tx, [{ withdrawalId, status: "sending", attemptedAtMs: LONG_AGO_MS }]);
    await closeWithdrawals(tx, [{ withdrawalId, status: "done", atMs: LONG_AGO_MS }]);
    await post(tx, {
      key: `withdrawal/${number}`,
      from: "user/tg-1/available",
      to: AVAILABLE,
      stars: GIFT,
    });
  });
}

/** The withdrawal finds its purchase by itself, without the comparison. */
export async function claimGift(database: Database, number: number): Promise<void> {
  await database.query(
    `update withdrawals w set transaction_id = $2
     where w.withdrawal_id = $1 and w.transaction_id is null
       and not exists (select from withdrawals o where o.transaction_id = $2)`,
    [`wdr_${number}`, `gift_${number}`],
  );
}

/** Rows of Telegram's are read. */
export async function readRows(database: Database, rows: readonly Row[]): Promise<void> {
  await database.transaction(async (tx) => {
    const reading = await readReading(tx);
    const { nextPosition } = reading;
    await storePage(
      tx,
      reading,
      rows.map((row, index) => ({ ...row, position: nextPosition + index })),
    );
  });
}

/** Judges the rows that were read, in one commit. @param within What that commit runs on. */
export async function judge(
  database: Database,
  within: (tx: Connection) => Connection = (tx) => tx,
): Promise<void> {
  await database.transaction((tx) =>
    judgeStarBooks(within(tx), {
      afterPosition: -1,
      paysBroadcasts: false,
      atMs: NOW_MS,
      cause: { actor: "treasury/stars", revision: 1, event: "judged" },
    })
  );
}

/** How often the sums were said to differ. */
export async function countDifferences(database: Database): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    `select count(*)::int as count from reconciliation_findings f where f.kind = 'ledgerDiffers'`,
  );
  return rows[0]?.count ?? 0;
}

async function post(
  tx: Connection,
  { key, from, to, stars = PRICE }: { key: string; from: string; to: string; stars?: number },
): Promise<void> {
  const [verdict] = await postTransfers(tx, [{
    key,
    from,
    to,
    minor: BigInt(stars),
    currency: "XTR",
    type: "adjustment",
    eventAtMs: LONG_AGO_MS,
  }]);
  if (verdict?.status !== "posted") throw new Error(`The ledger did not post "${key}"`);
}
