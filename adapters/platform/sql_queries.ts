/** The bot's reads over SQL. */
import type { Database } from "../../db/connection.ts";
import { readDraw } from "../../db/draws.ts";
import { readBalances } from "../../db/ledger_balances.ts";
import { listTransfers } from "../../db/ledger_history.ts";
import {
  listRaffles,
  listRafflesByStatus,
  listTicketNumbers,
  listTicketsOf,
  type RaffleListRow,
  readPlayers,
  readRaffle,
} from "../../db/raffle_reads.ts";
import { userAvailable } from "../../machines/domain/accounts.ts";
import { checkLink } from "../../machines/domain/draw/check_link.ts";
import type { Language, PaymentId, PlayerId, RaffleId } from "../../machines/domain/events.ts";
import {
  moneyFromJson,
  moneyToJson,
  multiplyMoney,
  shareOfMoney,
  subtractMoney,
} from "../../machines/domain/money.ts";
import { gatherQuestions } from "./gather_questions.ts";
import type { Queries, RaffleDetails, RaffleSummary } from "../telegram/queries_port.ts";

type Winners = RaffleDetails["winners"];

/** Implements the port; see there for what unknown ids answer. */
export function createSqlQueries(database: Database): Queries {
  return {
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
      const draw = await readDraw(database, raffleId);
      const viewerTickets = viewer === undefined
        ? []
        : await listTicketNumbers(database, { raffleId, playerId: viewer });
      return detailsOf(summaryOf(row), { draw, viewerTickets, publicReason: row.public_reason });
    },
    async raffleTitle(raffleId) {
      const row = await readRaffle(database, raffleId);
      return row === undefined ? undefined : summaryOf(row).terms.title;
    },
    async proof(raffleId) {
      return (await readDraw(database, raffleId))?.proof ?? undefined;
    },
    async ticketsOf(playerId, limit = 20) {
      const rows = await listTicketsOf(database, { playerId, limit });
      return rows.map((row) => {
        const winners: Winners = JSON.parse(row.winners ?? "[]");
        const won = winners.find((winner) => winner.number === row.number);
        return {
          raffleId: row.raffle_id as RaffleId,
          title: JSON.parse(row.terms).title,
          status: row.status,
          number: row.number,
          paymentId: row.payment_id as PaymentId,
          atMs: Number(row.at_ms),
          ...(won === undefined ? {} : { won: { place: won.place, prize: won.prize } }),
        };
      });
    },
    async balanceOf(playerId) {
      const balances = await readBalances(database, [userAvailable(playerId)]);
      const lines = balances.map(({ availableMinor, currency }) => ({
        available: { minor: availableMinor.toString(), currency: currency as "XTR" },
      }));
      return lines.length > 0 ? lines : [{ available: { minor: "0", currency: "XTR" } }];
    },
    async transactionsOf(playerId, limit = 10) {
      const lines = await listTransfers(database, { owner: userAvailable(playerId), limit });
      return lines.map((line) => {
        const raffleId = raffleIn(line.counterparty) ?? raffleIn(line.key);
        return {
          type: line.type,
          amount: {
            minor: (line.minor < 0n ? -line.minor : line.minor).toString(),
            currency: line.currency as "XTR",
          },
          direction: line.minor < 0n ? "out" as const : "in" as const,
          atMs: line.eventAtMs,
          ...(raffleId === undefined ? {} : { raffleId }),
          ...(line.externalId === null ? {} : { externalId: line.externalId }),
        };
      });
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

function summaryOf(row: RaffleListRow): RaffleSummary {
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
  { draw, viewerTickets, publicReason }: {
    draw: Awaited<ReturnType<typeof readDraw>>;
    viewerTickets: number[];
    publicReason: string;
  },
): RaffleDetails {
  const { price, commissionBps } = summary.terms;
  const pot = multiplyMoney(moneyFromJson(price), BigInt(summary.tickets));
  const { randomText = null, signature = null } = draw ?? {};
  const checkUrl = randomText === null || signature === null
    ? undefined
    : checkLink({ randomText, signature });
  return {
    ...summary,
    prize: moneyToJson(subtractMoney(pot, shareOfMoney(pot, commissionBps))),
    viewerTickets,
    ...(typeof draw?.seal === "string" ? { seal: draw.seal } : {}),
    ...(checkUrl === undefined ? {} : { checkUrl }),
    ...(publicReason === "" ? {} : { publicReason }),
    winners: JSON.parse(draw?.winners ?? "[]"),
    hasProof: typeof draw?.proof === "string",
  };
}

function raffleIn(text: string): RaffleId | undefined {
  return /rfl_[A-Za-z0-9_-]+/.exec(text)?.[0] as RaffleId | undefined;
}
