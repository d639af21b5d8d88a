/** What a player's decisions write, or ask, within their own commit. */
import type { TransactionalItem } from "../../actors/define_actor.ts";
import type { Connection } from "../../db/connection.ts";
import { answerDisputes, insertDisputes } from "../../db/disputes.ts";
import { forgetPlayers, readDeletionLeft } from "../../db/forget_player.ts";
import { recordRefunds } from "../../db/player_history.ts";
import { insertPlayerLog } from "../../db/player_log.ts";
import type { TransactionalActions, TransactionalSources } from "../../machines/domain/effects.ts";

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

  checkDeletion: (
    items: readonly TransactionalItem<TransactionalSources["checkDeletion"]["input"]>[],
    tx: Connection,
  ) =>
    Promise.all(items.map(async ({ params: { playerId } }) => ({
      output: await readDeletionLeft(tx, playerId),
    }))),
};
