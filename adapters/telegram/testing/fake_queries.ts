/** What the bot reads, for tests: plain lists that a test fills. */
import type { Language, PlayerId, RaffleTerms } from "../../../machines/domain/events.ts";
import type { MoneyJson } from "../../../machines/domain/money.ts";
import type { Finding } from "../../../machines/domain/treasury.ts";
import type { Bar, ChargeChoice, DisputeDetails, HistoryLine, LogLine } from "../player_reads.ts";
import type {
  BalanceLine,
  BroadcastLine,
  OpenWithdrawal,
  Queries,
  RaffleDetails,
  TicketLine,
  TreasuryReport,
} from "../queries_port.ts";

/** Terms of a raffle of ten Stars. */
export const testTerms: RaffleTerms = {
  title: "Friday <draw>",
  price: { minor: "10", currency: "XTR" },
  minPlayers: 3,
  maxTickets: 12,
  ticketsPerPlayer: 1,
  durationMs: 86_400_000,
  drawAt: "maximum",
  closingWindowMs: 60_000,
  sealPauseMs: 60_000,
  commissionBps: 1500,
  sharesBps: [10_000],
  reserves: 2,
};

/** A fixed moment: 2026-11-20 12:00 UTC. */
export const NOW_MS = Date.UTC(2026, 10, 20, 12);

/** A raffle with the given differences. */
export function testRaffle(differences: Partial<RaffleDetails> = {}): RaffleDetails {
  return {
    raffleId: "rfl_one",
    status: "open",
    terms: testTerms,
    tickets: 4,
    players: 4,
    openedAtMs: NOW_MS - 3_600_000,
    closesAtMs: NOW_MS + 5_400_000,
    viewerTickets: [],
    winners: [],
    hasProof: false,
    ...differences,
  };
}

/** A reserve of 4,100 Stars. */
export const testReport: TreasuryReport = {
  atMs: NOW_MS,
  available: "5000",
  settling: "700",
  users: "300",
  held: "50",
  pots: "340",
  prizes: "0",
  dues: "10",
  owed: "700",
  promised: "200",
  reserve: "4100",
  next7Days: "150",
  next21Days: "700",
  commission: "1000",
  capital: "4000",
  withdrawable: "1100",
  openFindings: 0,
};

/** Stored things that the fake shows. */
export interface FakeQueries extends Queries {
  raffles: RaffleDetails[];
  proofs: Map<string, string>;
  /** Of whoever asks, by raffle. */
  ticketProofs: Map<string, string>;
  tickets: TicketLine[];
  balances: BalanceLine[];
  ownPayments: { amount: MoneyJson }[];
  withdrawal: OpenWithdrawal | undefined;
  told: BroadcastLine[];
  players: Map<PlayerId, { language: Language; isBlocked: boolean }>;
  openFindings: Finding[];
  lines: HistoryLine[];
  chosen: ChargeChoice[];
  disputes: DisputeDetails[];
  barList: Bar[];
  log: LogLine[];
  /** Every `tg-…` player can be written to, in English. */
  isEverybodyKnown: boolean;
  /** When set, every query throws it. */
  failure: Error | undefined;
}

/** Creates an empty fake; every `tg-…` player can be written to, in English. */
export function createFakeQueries(): FakeQueries {
  const attempt = <T>(value: () => T): Promise<T> =>
    fake.failure === undefined ? Promise.resolve(value()) : Promise.reject(fake.failure);
  const find = (id: string) => fake.raffles.find(({ raffleId }) => raffleId === id);
  const fake: FakeQueries = {
    raffles: [],
    proofs: new Map(),
    ticketProofs: new Map(),
    tickets: [],
    balances: [{ available: { minor: "0", currency: "XTR" } }],
    ownPayments: [],
    withdrawal: undefined,
    told: [],
    players: new Map(),
    openFindings: [],
    isEverybodyKnown: true,
    lines: [],
    chosen: [],
    disputes: [],
    barList: [],
    log: [],
    failure: undefined,
    history: () =>
      attempt(() => fake.lines.length === 0 ? { lines: [] } : { lines: fake.lines, next: "1.2.3" }),
    charges: () => attempt(() => fake.chosen),
    bars: () => attempt(() => fake.barList),
    dispute: (id) => attempt(() => fake.disputes.find(({ disputeId }) => disputeId === id)),
    openDisputes: () => attempt(() => ({ disputes: fake.disputes.filter(({ isOpen }) => isOpen) })),
    playerLog: () => attempt(() => ({ lines: fake.log, next: "z" })),
    openRaffles: () => attempt(() => fake.raffles.filter(({ status }) => status === "open")),
    recentRaffles: () => attempt(() => fake.raffles),
    raffle: (id) => attempt(() => find(id)),
    raffleTitle: (id) => attempt(() => find(id)?.terms.title),
    proof: (id) => attempt(() => fake.proofs.get(id)),
    ticketProof: (id) =>
      attempt(() => {
        const text = fake.ticketProofs.get(id);
        return text === undefined ? undefined : { text, tickets: 60, proved: 50 };
      }),
    ticketsOf: () => attempt(() => fake.tickets),
    balanceOf: () => attempt(() => fake.balances),
    statistics: () =>
      attempt(() => ({
        open: fake.raffles.filter(({ status }) => status === "open").length,
        drawn: 3,
        refunded: 1,
        tickets: 1_250,
        prizes: [
          { sum: { minor: "10625", currency: "XTR" }, largest: { minor: "850", currency: "XTR" } },
          {
            sum: { minor: "425000", currency: "RUB" },
            largest: { minor: "85000", currency: "RUB" },
          },
        ],
        own: { raffles: 2, tickets: 3, wins: 1, won: [{ minor: "34", currency: "XTR" }] },
      })),
    ownCharges: () => attempt(() => fake.ownPayments),
    openWithdrawal: () => attempt(() => fake.withdrawal),
    treasuryReport: () => attempt(() => testReport),
    ownerMoveTime: () => attempt(() => NOW_MS),
    findings: () => attempt(() => fake.openFindings),
    finding: (id) => attempt(() => fake.openFindings.find((finding) => finding.id === id)),
    failingRefunds: () => attempt(() => []),
    broadcasts: () => attempt(() => fake.told),
    player: (playerId) =>
      attempt(() => {
        const known = fake.players.get(playerId);
        if (known === undefined && !fake.isEverybodyKnown) return undefined;
        const { language = "en", isBlocked = false } = known ?? {};
        return { chatId: Number(playerId.slice(3)), name: "Somebody", language, isBlocked };
      }),
  };
  return fake;
}
