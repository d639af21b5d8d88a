/** What a player reads of his own affairs, and admins of a player's, over SQL. */
import type { Database } from "../../db/connection.ts";
import { type DisputeRow, listOpenDisputes, readDispute } from "../../db/disputes.ts";
import { listTransfers } from "../../db/ledger_history.ts";
import { type ChargeLine, listCharges, listRefunds } from "../../db/player_history.ts";
import { listPlayerLog } from "../../db/player_log.ts";
import { listBars } from "../../db/suspicions.ts";
import { userAvailable } from "../../machines/domain/accounts.ts";
import type { PaymentId, RaffleId } from "../../machines/domain/events.ts";
import type { DisputeId } from "../../machines/domain/player.ts";
import type { Signal, SuspicionId, SuspicionStatus } from "../../machines/domain/suspicion.ts";
import type { DisputeDetails, HistoryLine, PlayerReads } from "../telegram/player_reads.ts";
import { rowMoney } from "./row_money.ts";

const NEWEST = 2n ** 63n - 1n;

/** Implements the section of the port. */
export function createPlayerQueries(database: Database): PlayerReads {
  return {
    async history(playerId, { after, limit }) {
      // Three histories, each with a place of its own; merged by time.
      const [movementsAt = NEWEST, chargesAt = NEWEST, refundsAt = NEWEST] = placesOf(after);
      const [movements, charges, refunds] = await Promise.all([
        listTransfers(database, {
          owner: userAvailable(playerId),
          limit: limit + 1,
          before: movementsAt,
        }),
        listCharges(database, { playerId, before: chargesAt, limit: limit + 1 }),
        listRefunds(database, { playerId, before: refundsAt, limit: limit + 1 }),
      ]);
      const all = [
        ...movements.map((item) => ({ at: item.id, line: lineOfMovement(item) })),
        ...charges.map((item) => ({ at: item.seq, line: lineOfCharge(item, "charge") })),
        ...refunds.map((item) => ({ at: item.seq, line: lineOfCharge(item, "refund") })),
      ].sort((a, b) => b.line.atMs - a.line.atMs);
      const shown = all.slice(0, limit);
      const lines = shown.map(({ line }) => line);
      if (all.length <= limit) return { lines };
      const last = (source: HistoryLine["source"], before: bigint) =>
        shown.findLast(({ line }) => line.source === source)?.at ?? before;
      const next = [
        last("balance", movementsAt),
        last("charge", chargesAt),
        last("refund", refundsAt),
      ].map((place) => place.toString(36)).join(".");
      return { lines, next };
    },
    async charges(playerId, limit) {
      const rows = await listCharges(database, { playerId, before: NEWEST, limit });
      return rows.map((row) => ({
        paymentId: row.paymentId as PaymentId,
        raffleId: row.raffleId as RaffleId,
        chargeId: row.chargeId,
        status: row.status,
        amount: rowMoney(row.minor, row.currency),
        atMs: Number(row.atMs),
      }));
    },
    async bars(playerId, atMs) {
      const rows = await listBars(database, { playerId, atMs });
      return rows.map(({ suspicionId, signal, barredUntilMs }) => ({
        suspicionId: suspicionId as SuspicionId,
        signal: signal as Signal,
        untilMs: Number(barredUntilMs),
      }));
    },
    async dispute(disputeId) {
      const row = await readDispute(database, disputeId);
      return row === undefined ? undefined : disputeOf(row);
    },
    async openDisputes({ after, limit }) {
      const [place = 0n] = placesOf(after);
      const rows = await listOpenDisputes(database, { after: place, limit: limit + 1 });
      const shown = rows.slice(0, limit);
      const disputes = shown.map(disputeOf);
      const last = shown.at(-1);
      return rows.length <= limit || last === undefined
        ? { disputes }
        : { disputes, next: last.seq.toString(36) };
    },
    async playerLog({ playerId, before, limit }) {
      const [place = NEWEST] = placesOf(before);
      const rows = await listPlayerLog(database, { playerId, before: place, limit: limit + 1 });
      const shown = rows.slice(0, limit);
      const lines = shown.map((row) => ({
        atMs: Number(row.atMs),
        what: row.what,
        detail: row.detail,
        ...(row.raffleId === null ? {} : { raffleId: row.raffleId }),
        ...(row.paymentId === null ? {} : { paymentId: row.paymentId }),
        ...(row.chargeId === null ? {} : { chargeId: row.chargeId }),
        ...(row.minor === null || row.currency === null
          ? {}
          : { amount: rowMoney(row.minor, row.currency) }),
      }));
      const last = shown.at(-1);
      return rows.length <= limit || last === undefined
        ? { lines }
        : { lines, next: last.id.toString(36) };
    },
  };
}

function lineOfMovement(
  item: Awaited<ReturnType<typeof listTransfers>>[number],
): HistoryLine {
  const raffleId = raffleIn(item.counterparty) ?? raffleIn(item.key);
  return {
    source: "balance",
    type: item.type,
    status: item.status,
    amount: rowMoney(item.minor < 0n ? -item.minor : item.minor, item.currency),
    direction: item.minor < 0n ? "out" : "in",
    atMs: item.eventAtMs,
    ...(raffleId === undefined ? {} : { raffleId }),
    ...(item.externalId === null ? {} : { chargeId: item.externalId }),
  };
}

function lineOfCharge(row: ChargeLine, source: "charge" | "refund"): HistoryLine {
  return {
    source,
    type: source === "charge" ? "entry" : "refund",
    status: row.status,
    amount: rowMoney(row.minor, row.currency),
    direction: source === "charge" ? "out" : "in",
    atMs: Number(row.atMs),
    raffleId: row.raffleId as RaffleId,
    chargeId: row.chargeId,
  };
}

function disputeOf(row: DisputeRow): DisputeDetails {
  const { paymentId, raffleId, paymentStatus, suspicionId } = row;
  return {
    disputeId: row.disputeId as DisputeId,
    playerId: row.playerId,
    name: row.name,
    words: row.words,
    isOpen: row.status === "open",
    atMs: Number(row.atMs),
    ...(paymentId === null || raffleId === null || paymentStatus === null ? {} : {
      payment: {
        paymentId: paymentId as PaymentId,
        raffleId: raffleId as RaffleId,
        chargeId: row.chargeId,
        status: paymentStatus,
        ...(row.minor === null || row.currency === null
          ? {}
          : { amount: rowMoney(row.minor, row.currency) }),
      },
    }),
    ...(suspicionId === null ? {} : {
      check: {
        suspicionId: suspicionId as SuspicionId,
        signal: row.signal as Signal,
        status: row.suspicionStatus as SuspicionStatus,
      },
    }),
  };
}

/** The raffle that an account or a key of the ledger names. */
function raffleIn(text: string): RaffleId | undefined {
  return /rfl_[A-Za-z0-9_-]+/.exec(text)?.[0] as RaffleId | undefined;
}

/** Numbers of base 36 with dots between; what is none of ours is left out. */
function placesOf(text: string | undefined): (bigint | undefined)[] {
  return (text ?? "").split(".").map((part) => {
    if (!/^[0-9a-z]{1,13}$/.test(part)) return undefined;
    const place = [...part].reduce((sum, digit) => sum * 36n + BigInt(parseInt(digit, 36)), 0n);
    return place <= NEWEST ? place : undefined;
  });
}
