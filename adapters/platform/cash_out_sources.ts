/** What a player's dialogue about his rubles asks to be written, or answered, within its own commit. */
import type { TransactionalItem } from "../../actors/define_actor.ts";
import type { Connection } from "../../db/connection.ts";
import { readBalances } from "../../db/ledger_balances.ts";
import { insertDestinations } from "../../db/payout_destinations.ts";
import { userAvailable } from "../../machines/domain/accounts.ts";
import type { CashOutActions, CashOutSources } from "../../machines/domain/cash_out.ts";

/** By the names in the machine. */
export const cashOutSources = {
  readRubles: async (
    items: readonly TransactionalItem<CashOutSources["readRubles"]["input"]>[],
    tx: Connection,
  ) => {
    const accounts = items.map(({ params: { playerId } }) => userAvailable(playerId));
    const balances = await readBalances(tx, accounts);
    return accounts.map((name) => {
      const rubles = balances.find(({ account, currency }) =>
        account === name && currency === "RUB"
      );
      const minor = String(rubles?.availableMinor ?? 0n);
      return { output: { balance: { minor, currency: "RUB" } } };
    });
  },

  keepDestination: (
    items: readonly TransactionalItem<CashOutActions["keepDestination"]>[],
    tx: Connection,
  ) =>
    insertDestinations(
      tx,
      items.map(({ params: { withdrawalId, playerId, destination, recipient } }) => ({
        withdrawalId,
        playerId,
        destination: JSON.stringify({ destination, recipient }),
      })),
    ),
};
