/**
 * What the treasury asks to be written, or answered, within its own commit. There is one treasury, so
 * a call has one item, seldom two.
 */
import type { TransactionalHandler, TransactionalItem } from "../../actors/define_actor.ts";
import { settleCharges } from "../../db/charges.ts";
import type { Connection } from "../../db/connection.ts";
import { acknowledgeFinding } from "../../db/findings.ts";
import { postTransfers } from "../../db/ledger.ts";
import { readTreasuryAccounts, recordOwnerMove } from "../../db/treasury.ts";
import { TELEGRAM_AVAILABLE, TELEGRAM_SETTLING } from "../../machines/domain/accounts.ts";
import type {
  TreasuryTransactionalActions,
  TreasuryTransactionalSources,
} from "../../machines/domain/treasury.ts";
import { judgeStarBooks } from "./judge_star_books.ts";
import { reserveOf } from "./reserve.ts";
import { SETTLEMENT_MS } from "./settlement.ts";

type Handlers = Record<
  keyof TreasuryTransactionalActions | keyof TreasuryTransactionalSources,
  TransactionalHandler
>;

/** Charges that become available in one commit. */
const PAGE = 500;

/** By the names in the machine. */
export const treasurySources: Handlers = {
  recordOwnerMove: async (
    items: readonly TransactionalItem<TreasuryTransactionalActions["recordOwnerMove"]>[],
    tx,
  ) => {
    for (const { params: { by, ...move }, cause } of items) {
      await recordOwnerMove(tx, { ...move, saidBy: by, key: `${cause.actor}#${cause.revision}` });
    }
  },

  acknowledgeFinding: async (
    items: readonly TransactionalItem<TreasuryTransactionalActions["acknowledgeFinding"]>[],
    tx,
  ) => {
    for (const { params } of items) {
      await acknowledgeFinding(tx, { ...params, id: BigInt(params.id) });
    }
  },

  settlePage: (items, tx) => inOrder(items, (item) => settlePage(item, tx)),

  lookAtReserve: (items, tx) =>
    inOrder(items, async ({ atMs }) => ({
      reserve: reserveOf(await readTreasuryAccounts(tx)).toString(),
      atMs,
    })),

  judgeStarBooks: (
    items: readonly TransactionalItem<TreasuryTransactionalSources["judgeStarBooks"]["input"]>[],
    tx,
  ) => inOrder(items, ({ params, cause, atMs }) => judgeStarBooks(tx, { ...params, cause, atMs })),
};

async function settlePage(
  { cause, atMs }: TransactionalItem,
  tx: Connection,
): Promise<TreasuryTransactionalSources["settlePage"]["output"]> {
  const { count, minor, firstChargeId } = await settleCharges(tx, {
    receivedUntilMs: atMs - SETTLEMENT_MS,
    limit: PAGE,
  });
  if (firstChargeId !== undefined) {
    // What Telegram holds for us is a negative balance: to lie on an account is to be owed by it.
    const [verdict] = await postTransfers(tx, [{
      key: `charge/${firstChargeId}/settled`,
      from: TELEGRAM_AVAILABLE,
      to: TELEGRAM_SETTLING,
      minor,
      currency: "XTR",
      type: "settlement",
      cause,
      eventAtMs: atMs,
    }]);
    if (verdict?.status !== "posted") {
      throw new Error(`The ledger did not settle the page of charge "${firstChargeId}"`);
    }
  }
  return { isLast: count < PAGE };
}

async function inOrder<Params>(
  items: readonly TransactionalItem<Params>[],
  answer: (item: TransactionalItem<Params>) => Promise<unknown>,
): Promise<{ output: unknown }[]> {
  const verdicts: { output: unknown }[] = [];
  for (const item of items) verdicts.push({ output: await answer(item) });
  return verdicts;
}
