/**
 * What machines ask to be written, or answered, within their own commit: ledger, tickets, lists.
 * Each is called once per batch with all its items.
 */
import type { TransactionalHandler, TransactionalItem } from "../../actors/define_actor.ts";
import type { Connection } from "../../db/connection.ts";
import { postTransfers, type Transfer } from "../../db/ledger.ts";
import {
  countTickets,
  pageTickets,
  queuePlayersNotice,
  recordPayments,
  recordPlayers,
  recordRaffles,
  recordTickets,
  voidTicket,
} from "../../db/raffles.ts";
import type {
  IssuedTicket,
  TransactionalActions,
  TransactionalSources,
} from "../../machines/domain/effects.ts";
import type { TransferParams } from "../../machines/domain/events.ts";

type Handlers = Record<
  Exclude<keyof TransactionalActions, "tell"> | keyof TransactionalSources,
  TransactionalHandler
>;

/** The effect that `notifyPlayers` queues; see `adapters/telegram/effects/notify.ts`. */
const NOTIFY = "notify";

/** By the names in the machines. */
export const transactionalSources: Handlers = {
  postTransfers: (items: readonly TransactionalItem<TransactionalActions["postTransfers"]>[], tx) =>
    postAll(items, tx),

  takeFromBalance: async (
    items: readonly TransactionalItem<TransactionalSources["takeFromBalance"]["input"]>[],
    tx,
  ) => {
    const verdicts = await postTransfers(tx, items.map((item) => transferOf(item.params, item)));
    return verdicts.map((verdict) => {
      if (verdict.status !== "refused") return { output: { isTaken: true } };
      if (verdict.reason === "insufficientFunds") return { output: { isTaken: false } };
      return { error: new Error(`The ledger refused: ${verdict.reason}`) };
    });
  },

  recordPlayer: async (
    items: readonly TransactionalItem<TransactionalActions["recordPlayer"]>[],
    tx,
  ) => await recordPlayers(tx, items.map((item) => item.params)),

  recordPayment: async (
    items: readonly TransactionalItem<TransactionalActions["recordPayment"]>[],
    tx,
  ) =>
    await recordPayments(
      tx,
      items.map(({ params: { amount, chargeId, ...payment } }) => ({
        ...payment,
        minor: amount?.minor ?? null,
        currency: amount?.currency ?? null,
        chargeId: chargeId ?? null,
      })),
    ),

  recordTicket: async (
    items: readonly TransactionalItem<TransactionalActions["recordTicket"]>[],
    tx,
  ) => {
    // A number may be free again only after a ticket before it was voided.
    let issued: IssuedTicket[] = [];
    for (const { params } of items) {
      if (!("isVoid" in params)) {
        issued.push(params);
        continue;
      }
      if (issued.length > 0) await recordTickets(tx, issued);
      issued = [];
      await voidTicket(tx, params);
    }
    if (issued.length > 0) await recordTickets(tx, issued);
  },

  recordRaffle: async (
    items: readonly TransactionalItem<TransactionalActions["recordRaffle"]>[],
    tx,
  ) =>
    await recordRaffles(
      tx,
      items.map(({ params }) => ({ ...params, terms: JSON.stringify(params.terms) })),
    ),

  notifyPlayers: async (
    items: readonly TransactionalItem<TransactionalActions["notifyPlayers"]>[],
    tx,
  ) => {
    for (const { params: { raffleId, notice, except }, cause, atMs } of items) {
      await queuePlayersNotice(tx, {
        key: `${cause.actor}#${cause.revision}.${notice.key}`,
        address: cause.actor,
        raffleId,
        effect: NOTIFY,
        notice: JSON.stringify(notice),
        except,
        coalesce: notice.key === "playersJoined" ? "joined" : null,
        atMs,
      });
    }
  },

  countPlayers: async (
    items: readonly TransactionalItem<TransactionalSources["countPlayers"]["input"]>[],
    tx,
  ) => {
    const counts = await countTickets(tx, items.map((item) => item.params.raffleId));
    return counts.map((output) => ({ output }));
  },

  pageTickets: (
    items: readonly TransactionalItem<TransactionalSources["pageTickets"]["input"]>[],
    tx,
  ) =>
    Promise.all(items.map(async ({ params }) => {
      const tickets = await pageTickets(tx, params);
      return {
        output: {
          tickets: tickets.map(({ number, playerId, paymentId }) => ({
            number,
            playerId,
            paymentId,
          })),
        },
      };
    })),
};

/**
 * Posts what machines know to be right: a refusal is a broken invariant and undoes the steps.
 */
async function postAll(
  items: readonly TransactionalItem<TransactionalActions["postTransfers"]>[],
  tx: Connection,
): Promise<void> {
  const transfers = items.flatMap((item) =>
    item.params.transfers.map((params) => transferOf(params, item))
  );
  const verdicts = await postTransfers(tx, transfers);
  const refused = verdicts.flatMap((verdict, index) =>
    verdict.status === "refused" ? [`${transfers[index]?.key}: ${verdict.reason}`] : []
  );
  if (refused.length > 0) {
    throw new Error(`The ledger refused ${refused.length} transfers, first ${refused[0]}`);
  }
}

function transferOf(
  { key, from, to, amount, type, externalId }: TransferParams,
  { cause, atMs }: Pick<TransactionalItem, "cause" | "atMs">,
): Transfer {
  return {
    key,
    from,
    to,
    minor: BigInt(amount.minor),
    currency: amount.currency,
    type,
    ...(externalId === undefined ? {} : { externalId }),
    cause,
    eventAtMs: atMs,
  };
}
