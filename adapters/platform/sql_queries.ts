/** The bot's reads over SQL. */
import { listBroadcasts } from "../../db/broadcasts.ts";
import type { Database } from "../../db/connection.ts";
import {
  type DrawRow,
  type FormerDrawRow,
  listFormerDraws,
  readDraw,
  readProof,
} from "../../db/draws.ts";
import { listOpenFindings, readFinding } from "../../db/findings.ts";
import { listFailingRefunds } from "../../db/player_history.ts";
import { listClaims, type PrizeClaimRow } from "../../db/prize_claims.ts";
import { readBalances } from "../../db/ledger_balances.ts";
import {
  listRaffles,
  listRafflesByStatus,
  listTicketNumbers,
  listTicketsOf,
  type RaffleListRow,
  readPlayers,
  readRaffle,
} from "../../db/raffle_reads.ts";
import { countExcluded } from "../../db/suspicions.ts";
import { readOwnerMoveTime } from "../../db/treasury.ts";
import { readSeriesOf } from "../../db/series.ts";
import { listOwnCharges, readOpenWithdrawal } from "../../db/withdrawals.ts";
import { userAvailable } from "../../machines/domain/accounts.ts";
import { type NamedRound, roundTimeMs } from "../../machines/domain/draw/beacon.ts";
import { checkLink } from "../../machines/domain/draw/check_link.ts";
import type { Language, PaymentId, PlayerId, RaffleId } from "../../machines/domain/events.ts";
import { readPlayerTotals, readRaffleTotals } from "../../db/raffle_totals.ts";
import { countRafflesByStatus } from "../../db/raffle_reads.ts";
import { publicRoundUrl } from "../drand/drand.ts";
import { toBroadcastLine } from "./broadcast_line.ts";
import { gatherQuestions } from "./gather_questions.ts";
import { createPlayerQueries } from "./player_queries.ts";
import type { Signal } from "../../machines/domain/suspicion.ts";
import type { WithdrawalId } from "../../machines/domain/withdrawal.ts";
import { toFinding } from "./findings.ts";
import { readTreasuryReport } from "./reserve.ts";
import { rowMoney } from "./row_money.ts";
import { createTicketDocuments } from "./ticket_documents.ts";
import type {
  ClaimLine,
  Queries,
  RaffleBeacon,
  RaffleDetails,
  RaffleSummary,
} from "../telegram/queries_port.ts";

type Winners = RaffleDetails["winners"];

/** What the queries know besides the database. */
export interface SqlQueriesOptions {
  /** Stars that stay in the reserve. @default {3_000} */
  readonly reserveAlarm?: number;
}

/** Implements the port; see there for what unknown ids answer. */
export function createSqlQueries(
  database: Database,
  { reserveAlarm = 3_000 }: SqlQueriesOptions = {},
): Queries {
  const ticketDocuments = createTicketDocuments(database);
  return {
    ...createPlayerQueries(database),
    async openRaffles(limit = 20) {
      const rows = await listRafflesByStatus(database, { status: "open", limit });
      return rows.map(summaryOf);
    },
    async recentRaffles(limit = 20) {
      return (await listRaffles(database, limit)).map(summaryOf);
    },
    async raffle(raffleId, viewer) {
      const row = await readRaffle(database, raffleId);
      if (row === undefined) return undefined;
      const [draw, excluded] = await Promise.all([
        readDraw(database, raffleId),
        countExcluded(database, raffleId),
      ]);
      const series = await readSeriesOf(database, { raffleId, playerId: viewer });
      const viewerTickets = viewer === undefined
        ? []
        : await listTicketNumbers(database, { raffleId, playerId: viewer });
      const claims = JSON.parse(row.terms).claimWithinMs === undefined || draw === undefined
        ? []
        : await listClaims(database, raffleId);
      return {
        ...detailsOf(summaryOf(row), {
          draw,
          claims,
          formerDraws: await listFormerDraws(database, raffleId),
          viewerTickets,
          publicReason: row.public_reason,
          series,
        }),
        ...(excluded.length === 0 ? {} : {
          excluded: excluded.map(({ signal, tickets }) => ({ signal: signal as Signal, tickets })),
        }),
      };
    },
    async raffleTitle(raffleId) {
      const row = await readRaffle(database, raffleId);
      return row === undefined ? undefined : summaryOf(row).terms.title;
    },
    proof: (raffleId) => readProof(database, raffleId),
    ticketProof: (raffleId, playerId) => ticketDocuments.proofOf(raffleId, playerId),
    async ticketsOf(playerId, limit = 20, before) {
      const rows = await listTicketsOf(database, { playerId, limit, before });
      return rows.map((row) => {
        const winners: Winners = JSON.parse(row.winners ?? "[]");
        const won = row.claim_place === null
          ? winners.find((winner) => winner.number === row.number)
          : winners.find(({ place }) => row.claim_state !== "lapsed" && place === row.claim_place);
        return {
          raffleId: row.raffle_id as RaffleId,
          title: JSON.parse(row.terms).title,
          status: row.status,
          number: row.number,
          paymentId: row.payment_id as PaymentId,
          atMs: Number(row.at_ms),
          hasProof: row.has_proof,
          isSealed: row.is_sealed,
          ...(won === undefined ? {} : { won: { place: won.place, prize: won.prize } }),
          ...(row.series_name === null || row.series_number === null
            ? {}
            : { series: { name: row.series_name, number: row.series_number } }),
        };
      });
    },
    async balanceOf(playerId) {
      const balances = await readBalances(database, [userAvailable(playerId)]);
      const lines = balances.map(({ availableMinor, currency }) => ({
        available: rowMoney(availableMinor, currency),
      }));
      return lines.length > 0 ? lines : [{ available: { minor: "0", currency: "XTR" } }];
    },
    async statistics(playerId) {
      const [open, totals, own] = await Promise.all([
        countRafflesByStatus(database, "open"),
        readRaffleTotals(database),
        readPlayerTotals(database, { playerId, account: userAvailable(playerId) }),
      ]);
      const sum = (name: "drawn" | "refunded" | "tickets") =>
        Number(totals.reduce((all, each) => all + each[name], 0n));
      return {
        open,
        drawn: sum("drawn"),
        refunded: sum("refunded"),
        tickets: sum("tickets"),
        prizes: totals.map(({ currency, prizesMinor, largestMinor }) => ({
          sum: rowMoney(prizesMinor, currency),
          largest: rowMoney(largestMinor, currency),
        })),
        own: { ...own, won: own.won.map(({ minor, currency }) => rowMoney(minor, currency)) },
      };
    },
    async ownCharges(playerId) {
      const rows = await listOwnCharges(database, playerId);
      return rows.map(({ minor }) => ({ amount: { minor: String(minor), currency: "XTR" } }));
    },
    async openWithdrawal(playerId) {
      const row = await readOpenWithdrawal(database, playerId);
      return row === undefined ? undefined : {
        withdrawalId: row.withdrawalId as WithdrawalId,
        choice: JSON.parse(row.choice),
        amount: rowMoney(row.minor, row.currency),
        status: row.status,
      };
    },
    treasuryReport: () =>
      readTreasuryReport(database, { atMs: Date.now(), alarmBelow: BigInt(reserveAlarm) }),
    ownerMoveTime: (move) => readOwnerMoveTime(database, move),
    async failingRefunds(limit) {
      const rows = await listFailingRefunds(database, limit);
      return rows.map(({ minor, currency, ...row }) => ({
        ...row,
        amount: rowMoney(minor, currency),
      }));
    },
    async findings(limit = 20) {
      return (await listOpenFindings(database, limit)).map(toFinding);
    },
    async finding(id) {
      const row = /^\d{1,15}$/.test(id) ? await readFinding(database, BigInt(id)) : undefined;
      return row === undefined ? undefined : toFinding(row);
    },
    async broadcasts(limit) {
      return (await listBroadcasts(database, limit)).map(toBroadcastLine);
    },
    // Each notice asks for its player; many are sent at once.
    player: gatherQuestions(async (playerIds: readonly PlayerId[]) => {
      const rows = await readPlayers(database, playerIds);
      return new Map(rows.map((row) => [row.player_id, {
        chatId: Number(row.chat_id),
        name: row.name,
        language: row.language as Language,
        isBlocked: row.is_blocked,
      }]));
    }),
  };
}

/** One raffle of a list. */
export function summaryOf(row: RaffleListRow): RaffleSummary {
  return {
    raffleId: row.raffle_id as RaffleId,
    status: row.status,
    terms: JSON.parse(row.terms),
    tickets: row.tickets,
    players: row.players,
    openedAtMs: Number(row.opened_at_ms),
    closesAtMs: Number(row.closes_at_ms),
  };
}

function detailsOf(
  summary: RaffleSummary,
  { draw, claims, formerDraws, viewerTickets, publicReason, series }: {
    draw: DrawRow | undefined;
    claims: readonly PrizeClaimRow[];
    formerDraws: readonly FormerDrawRow[];
    viewerTickets: number[];
    publicReason: string;
    series: RaffleDetails["series"];
  },
): RaffleDetails {
  const { randomText = null, signature = null } = draw ?? {};
  const beacon = draw && beaconOf(draw);
  const checkUrl = randomText === null || signature === null
    ? undefined
    : checkLink({ randomText, signature });
  return {
    ...summary,
    viewerTickets,
    ...(typeof draw?.seal === "string" ? { seal: draw.seal } : {}),
    ...(beacon === undefined ? {} : { beacon }),
    ...(checkUrl === undefined ? {} : { checkUrl }),
    ...(publicReason === "" ? {} : { publicReason }),
    ...(series === undefined ? {} : { series }),
    winners: JSON.parse(draw?.winners ?? "[]"),
    ...(formerDraws.length === 0
      ? {}
      : { formerDraws: formerDraws.map(({ seal, reason }) => ({ seal, reason })) }),
    ...(claims.length === 0 ? {} : { claims: claims.map(claimLineOf) }),
    hasProof: typeof draw?.proof === "string" || formerDraws.some(({ hasProof }) => hasProof),
  };
}

function claimLineOf({ place, number, state, untilMs }: PrizeClaimRow): ClaimLine {
  return { place, number, state: state as ClaimLine["state"], untilMs };
}

function beaconOf(
  { namedRound, randomText, beaconSignature }: DrawRow,
): RaffleBeacon | undefined {
  if (namedRound === null) return undefined;
  const named: NamedRound = JSON.parse(namedRound);
  const url = publicRoundUrl(named);
  return {
    round: named.round,
    atMs: roundTimeMs(named),
    state: randomText === null ? "awaited" : beaconSignature === null ? "missed" : "seen",
    ...(url === undefined ? {} : { url }),
  };
}
