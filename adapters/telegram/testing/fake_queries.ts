/** What the bot reads, for tests: plain lists that a test fills. */
import type { Language, PlayerId, RaffleTerms } from "../../../machines/domain/events.ts";
import type {
  BalanceLine,
  Queries,
  RaffleDetails,
  TicketLine,
  TransactionLine,
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
    prize: { minor: "34", currency: "XTR" },
    viewerTickets: [],
    winners: [],
    hasProof: false,
    ...differences,
  };
}

/** Stored things that the fake shows. */
export interface FakeQueries extends Queries {
  raffles: RaffleDetails[];
  proofs: Map<string, string>;
  tickets: TicketLine[];
  balances: BalanceLine[];
  transactions: TransactionLine[];
  players: Map<PlayerId, { language: Language; isBlocked: boolean }>;
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
    tickets: [],
    balances: [{ available: { minor: "0", currency: "XTR" } }],
    transactions: [],
    players: new Map(),
    failure: undefined,
    openRaffles: () => attempt(() => fake.raffles.filter(({ status }) => status === "open")),
    recentRaffles: () => attempt(() => fake.raffles),
    raffle: (id) => attempt(() => find(id)),
    raffleTitle: (id) => attempt(() => find(id)?.terms.title),
    proof: (id) => attempt(() => fake.proofs.get(id)),
    ticketsOf: () => attempt(() => fake.tickets),
    balanceOf: () => attempt(() => fake.balances),
    transactionsOf: () => attempt(() => fake.transactions),
    player: (playerId) =>
      attempt(() => ({
        chatId: Number(playerId.slice(3)),
        name: "Somebody",
        language: fake.players.get(playerId)?.language ?? "en",
        isBlocked: fake.players.get(playerId)?.isBlocked ?? false,
      })),
  };
  return fake;
}
