/**
 * What machines ask to be written, or answered, within their own commit: ledger, tickets, lists.
 * Each is called once per batch with all its items.
 */
import type { TransactionalHandler, TransactionalItem } from "../../actors/define_actor.ts";
import { type ChargePlace, recordCharges, takeCharges } from "../../db/charges.ts";
import type { Connection } from "../../db/connection.ts";
import {
  applyOperations,
  type Operation,
  postTransfers,
  type Resolution,
  type Transfer,
} from "../../db/ledger.ts";
import { queueCardEdits } from "../../db/raffle_cards.ts";
import { countEndedRaffles } from "../../db/raffle_totals.ts";
import {
  countTickets,
  pageTickets,
  recordPayments,
  recordPlayers,
  recordRaffles,
  recordTickets,
  voidTicket,
} from "../../db/raffles.ts";
import { countSuspects, excludeTickets } from "../../db/suspicions.ts";
import { checkSources } from "./check_sources.ts";
import { EDIT_CARDS } from "./sql_cards.ts";
import {
  TELEGRAM_AVAILABLE,
  TELEGRAM_CHARGE,
  TELEGRAM_SETTLING,
} from "../../machines/domain/accounts.ts";
import { insertPlayerLog } from "../../db/player_log.ts";
import { playerSources } from "./player_sources.ts";
import type {
  IssuedTicket,
  TransactionalActions,
  TransactionalSources,
} from "../../machines/domain/effects.ts";
import type { HoldEnd, TransferParams } from "../../machines/domain/events.ts";
import { claimSources } from "./claim_sources.ts";
import { guaranteeSources } from "./guarantee_sources.ts";
import { cashOutSources } from "./cash_out_sources.ts";
import { withdrawalSources } from "./withdrawal_sources.ts";
import { broadcastSources } from "./broadcast_sources.ts";
import { seriesSources } from "./series_sources.ts";

type Handlers = Record<
  Exclude<
    keyof TransactionalActions | keyof TransactionalSources,
    "tell" | "readTemplate" | "openWithdrawal"
  >,
  TransactionalHandler
>;

/** By the names in the machines; all but what depends on the configuration. */
export const transactionalSources: Handlers = {
  ...withdrawalSources,
  ...cashOutSources,
  ...broadcastSources,
  ...guaranteeSources,
  ...seriesSources,
  ...claimSources,

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
  ) => await recordPlayers(tx, items.map(({ params, atMs }) => ({ ...params, atMs }))),

  recordPayment: async (
    items: readonly TransactionalItem<TransactionalActions["recordPayment"]>[],
    tx,
  ) => {
    const payments = items.map(({ params: { amount, chargeId, refusal, ...payment }, atMs }) => ({
      ...payment,
      minor: amount?.minor ?? null,
      currency: amount?.currency ?? null,
      chargeId: chargeId ?? null,
      refusal,
      atMs,
    }));
    await Promise.all([
      recordPayments(tx, payments),
      insertPlayerLog(
        tx,
        payments.map(({ status, refusal, ...payment }) => ({
          ...payment,
          what: "payment",
          detail: refusal === undefined ? status : `${status} ${refusal}`,
        })),
      ),
    ]);
  },

  ...playerSources,
  ...checkSources,

  recordTicket: async (
    items: readonly TransactionalItem<TransactionalActions["recordTicket"]>[],
    tx,
  ) => {
    // A number may be free again only after a ticket before it has gone.
    let issued: IssuedTicket[] = [];
    for (const { params } of items) {
      if ("number" in params) {
        issued.push(params);
        continue;
      }
      if (issued.length > 0) await recordTickets(tx, issued);
      issued = [];
      if ("isVoid" in params) await voidTicket(tx, params);
      else await excludeTickets(tx, params);
    }
    if (issued.length > 0) await recordTickets(tx, issued);
  },

  recordRaffle: async (
    items: readonly TransactionalItem<TransactionalActions["recordRaffle"]>[],
    tx,
  ) => {
    await recordRaffles(
      tx,
      items.map(({ params }) => ({ ...params, terms: JSON.stringify(params.terms) })),
    );
    const ended = items.flatMap(({ params: { raffleId, status } }) =>
      status === "settled" || status === "refunded"
        ? [{ raffleId, isDrawn: status === "settled" }]
        : []
    );
    if (ended.length > 0) await countEndedRaffles(tx, ended);
    const changed = items.map(({ params: { raffleId }, cause, atMs }) => ({
      key: `${cause.actor}#${cause.revision}.cards`,
      address: cause.actor,
      raffleId,
      atMs,
    }));
    await queueCardEdits(tx, {
      effect: EDIT_CARDS,
      // One step may record its raffle twice.
      raffles: [...new Map(changed.map((each) => [each.raffleId, each])).values()],
    });
  },

  countPlayers: async (
    items: readonly TransactionalItem<TransactionalSources["countPlayers"]["input"]>[],
    tx,
  ) => {
    const raffleIds = items.map(({ params }) => params.raffleId);
    const [counts, suspects] = await Promise.all([
      countTickets(tx, raffleIds),
      countSuspects(tx, raffleIds),
    ]);
    return items.map(({ atMs }, index) => {
      const { tickets, players } = counts[index] ?? { tickets: 0, players: 0 };
      return { output: { tickets, players, suspects: suspects[index] ?? 0, atMs } };
    });
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
 * Posts what machines know to be right: a refusal is a broken invariant and undoes the steps. Charges
 * that come are written down, those that go are taken from where they lie, before the ledger is locked.
 */
async function postAll(
  items: readonly TransactionalItem<TransactionalActions["postTransfers"]>[],
  tx: Connection,
): Promise<void> {
  const asked = items.flatMap((item) => item.params.transfers.map((params) => ({ params, item })));
  const places = await moveCharges(asked, tx);
  const operations = items.flatMap((item): Operation[] => [
    ...(item.params.holds ?? []).map((end) => ({
      kind: "resolve" as const,
      resolution: resolutionOf(end, item),
    })),
    ...item.params.transfers.map((params) => ({
      kind: "transfer" as const,
      transfer: transferOf(located(params, places), item),
    })),
  ]);
  const keys = items.flatMap(({ params: { holds = [], transfers } }) =>
    [...holds, ...transfers].map(({ key }) => key)
  );
  const verdicts = await applyOperations(tx, operations);
  const refused = verdicts.flatMap((verdict, index) =>
    verdict.status === "refused" ? [`${keys[index]}: ${verdict.reason}`] : []
  );
  if (refused.length > 0) {
    throw new Error(`The ledger refused ${refused.length} transfers, first ${refused[0]}`);
  }
}

function resolutionOf(
  { key, hold, posted }: HoldEnd,
  { cause, atMs }: Pick<TransactionalItem, "cause" | "atMs">,
): Resolution {
  const posting = { key, hold, cause, eventAtMs: atMs };
  return posted === null
    ? { ...posting, outcome: "void" }
    : { ...posting, outcome: "post", minor: BigInt(posted.minor) };
}

/** @returns Where the charges lay that go, by their ids. */
async function moveCharges(
  asked: readonly { params: TransferParams; item: { atMs: number } }[],
  tx: Connection,
): Promise<Map<string, ChargePlace>> {
  const received = asked.flatMap(({ params: { externalId: chargeId, amount, receipt } }) =>
    receipt === undefined || chargeId === undefined ? [] : [{ chargeId, ...amount, ...receipt }]
  );
  if (received.length > 0) await recordCharges(tx, received);
  const leaving = asked.filter(({ params }) => params.to === TELEGRAM_CHARGE);
  if (leaving.length === 0) return new Map();
  return await takeCharges(tx, {
    chargeIds: leaving.flatMap(({ params }) => params.externalId ?? []),
    atMs: Math.max(...leaving.map(({ item }) => item.atMs)),
  });
}

/** With the account in place of the name that stands for it. */
function located(params: TransferParams, places: Map<string, ChargePlace>): TransferParams {
  if (params.to !== TELEGRAM_CHARGE) return params;
  const place = places.get(params.externalId ?? "");
  if (place === undefined) {
    throw new Error(`Cannot post ${params.key}: charge "${params.externalId}" is not known`);
  }
  return { ...params, to: place === "available" ? TELEGRAM_AVAILABLE : TELEGRAM_SETTLING };
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
