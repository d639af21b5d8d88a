/** What a player's decisions write, or ask, within their own commit. */
import type { TransactionalItem } from "../../actors/define_actor.ts";
import type { Connection } from "../../db/connection.ts";
import { answerDisputes, insertDisputes } from "../../db/disputes.ts";
import { forgetPlayers, readDeletionLeft } from "../../db/forget_player.ts";
import { postTransfers } from "../../db/ledger.ts";
import { recordRefunds } from "../../db/player_history.ts";
import { insertPlayerLog } from "../../db/player_log.ts";
import { TREASURY_FEES, userAvailable } from "../../machines/domain/accounts.ts";
import type { TransactionalActions, TransactionalSources } from "../../machines/domain/effects.ts";
import {
  areSameBalances,
  type DeletionLeft,
  type DeletionLook,
  isBalanceLeft,
} from "../../machines/domain/player.ts";

type Items<Name extends keyof TransactionalActions> = readonly TransactionalItem<
  TransactionalActions[Name]
>[];

/** By the names in the machines. */
export const playerSources = {
  recordRefund: async (items: Items<"recordRefund">, tx: Connection) => {
    const refunds = items.map(({ params: { amount, ...refund }, atMs }) => ({
      ...refund,
      ...amount,
      atMs,
    }));
    await Promise.all([
      recordRefunds(tx, refunds),
      insertPlayerLog(
        tx,
        refunds.map(({ status, reason, ...refund }) => ({
          ...refund,
          what: "refund",
          detail: `${status} ${reason}`,
        })),
      ),
    ]);
  },

  recordDeed: (items: Items<"recordDeed">, tx: Connection) =>
    insertPlayerLog(tx, items.map(({ params, atMs }) => ({ ...params, atMs }))),

  recordDispute: async (items: Items<"recordDispute">, tx: Connection) => {
    await Promise.all([
      insertDisputes(tx, items.map(({ params }) => params)),
      insertPlayerLog(
        tx,
        items.map(({ params: { playerId, paymentId, disputeId, atMs } }) => ({
          playerId,
          paymentId,
          atMs,
          what: "disputeOpened",
          detail: disputeId,
        })),
      ),
    ]);
  },

  recordAnswer: async (items: Items<"recordAnswer">, tx: Connection) => {
    await Promise.all([
      answerDisputes(tx, items.map(({ params }) => params)),
      insertPlayerLog(
        tx,
        items.map(({ params: { playerId, disputeId, by, atMs } }) => ({
          playerId,
          atMs,
          what: "disputeAnswered",
          detail: `${disputeId} by ${by}`,
        })),
      ),
    ]);
  },

  forgetPlayer: (items: Items<"forgetPlayer">, tx: Connection) =>
    forgetPlayers(tx, items.map(({ params: { playerId } }) => playerId)),

  checkDeletion: async (items: readonly DeletionItem[], tx: Connection) => {
    const looks = await Promise.all(items.map(async (item) => {
      const left = await readDeletionLeft(tx, item.params.playerId) as DeletionLeft;
      return { item, left };
    }));
    const given = await takeGivenUp(
      tx,
      looks.filter(({ item: { params }, left }) =>
        isBalanceLeft(left) && areSameBalances(left.balances, params.givesUp ?? [])
      ),
    );
    return looks.map(({ item, left }): { output: DeletionLook } => ({
      output: given.has(item) ? { ...left, balances: [], givenUp: left.balances } : left,
    }));
  },
};

type DeletionItem = TransactionalItem<TransactionalSources["checkDeletion"]["input"]>;

/**
 * Posts what players give up: all that is on their balances, or nothing where something is held or
 * was spent a moment ago.
 * @returns Whose went to the treasury.
 */
async function takeGivenUp(
  tx: Connection,
  looks: readonly { item: DeletionItem; left: DeletionLeft }[],
): Promise<Set<DeletionItem>> {
  const parts = looks.flatMap(({ item, left }) =>
    left.balances.map((amount) => ({ item, amount }))
  );
  if (parts.length === 0) return new Set();
  const verdicts = await postTransfers(
    tx,
    parts.map(({ item: { params: { playerId }, cause, atMs }, amount: { minor, currency } }) => {
      // A player may begin anew and give up again: the step tells one from the other.
      const group = `${cause.actor}/given_up/${cause.revision}`;
      return {
        key: `${group}/${currency}`,
        group,
        from: userAvailable(playerId),
        to: TREASURY_FEES,
        minor: BigInt(minor),
        currency,
        type: "givenUp" as const,
        cause,
        eventAtMs: atMs,
      };
    }),
  );
  const given = new Set(looks.map(({ item }) => item));
  parts.forEach(({ item }, index) => {
    const verdict = verdicts[index];
    if (verdict?.status !== "refused") return;
    if (!["insufficientFunds", "groupRefused"].includes(verdict.reason)) {
      throw new Error(`The ledger refused what ${item.params.playerId} gave up: ${verdict.reason}`);
    }
    given.delete(item);
  });
  return given;
}
