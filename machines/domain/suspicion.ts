/**
 * What looks as if one person took part as several, or as a program: the signs, judged by pure
 * functions over figures, and the words of what becomes of them. A sign decides nothing; an admin does.
 * JSON-safe; imports only its neighbours.
 */
import type { PaymentId, PlayerId, RaffleId, Tell } from "./events.ts";
import { suspicionIdOf, telegramUserIdOf } from "./ids.ts";
import { dayOf } from "./player.ts";

/** Id of a suspicion; the same sign of the same player has the same. */
export type SuspicionId = `sus_${string}`;

/** The signs; the word of one is also the reason that is public when a ticket is excluded. */
export const signals = ["velocity", "burst", "sharedDestination", "foreignInvoices"] as const;
/** One of them. */
export type Signal = typeof signals[number];

/** From when on figures are a sign. Zero: it is not looked for. */
export interface CheckLimits {
  /** A player is new for so many hours after he was seen first. */
  newHours: number;
  /** Numbers from this one on Telegram gives to new accounts: a hint, no sign. */
  newUserId: number;
  /** Tickets of one player, of all raffles. */
  entriesPerMinute: number;
  entriesPerHour: number;
  /** So many different new players in one raffle … */
  burstPlayers: number;
  /** … within so many seconds. */
  burstSeconds: number;
  /** So many different players who had rubles sent to one receiver. */
  sharedDestination: number;
  /** So many different players whose invoices one person tried to pay within 30 days. */
  foreignInvoices: number;
}

/** Figures by their names: what was counted. */
export type Evidence = Record<string, number>;

/** A sign that was seen. */
export interface FoundSuspicion {
  suspicionId: SuspicionId;
  playerId: PlayerId;
  /** Null: it is about the player, in whatever raffle. */
  raffleId: RaffleId | null;
  signal: Signal;
  evidence: Evidence;
}

/** One ticket, and what is counted around it. */
export interface EntryFacts {
  raffleId: RaffleId;
  playerId: PlayerId;
  atMs: number;
  /** Tickets of this player, of all raffles, that end with this one. */
  perMinute: number;
  perHour: number;
  /** 0: long ago. */
  firstSeenAtMs: number;
}

/** Players who had rubles sent to one receiver. */
export interface SharedDestination {
  /** Tells receivers apart and names none. */
  destinationHash: string;
  playerIds: PlayerId[];
}

/** One who tried to pay what others were asked to pay. */
export interface ForeignPayer {
  payerId: PlayerId;
  /** Different players. */
  players: number;
  invoices: number;
  atMs: number;
}

/** What was read since the last look. */
export interface CheckFacts {
  entries: EntryFacts[];
  destinations: SharedDestination[];
  payers: ForeignPayer[];
}

const HOUR_MS = 3_600_000;
/** Most rows that one shared receiver makes. */
const MAX_SHARERS = 50;

/** Everything that the figures are a sign of, each once. */
export function findSuspicions(facts: CheckFacts, limits: CheckLimits): FoundSuspicion[] {
  const found = [
    ...findVelocity(facts.entries, limits),
    ...findBursts(facts.entries, limits),
    ...findSharedDestinations(facts.destinations, limits),
    ...findForeignPayers(facts.payers, limits),
  ];
  return [...new Map(found.map((one) => [one.suspicionId, one])).values()];
}

/** Whether nothing is looked for. */
export function isLookingOff(limits: CheckLimits): boolean {
  return limits.entriesPerMinute === 0 && limits.entriesPerHour === 0 && !looksForBursts(limits) &&
    limits.sharedDestination === 0 && limits.foreignInvoices === 0;
}

/** Players with more tickets in a minute, or an hour, than people buy. */
export function findVelocity(
  entries: readonly EntryFacts[],
  limits: CheckLimits,
): FoundSuspicion[] {
  const { entriesPerMinute, entriesPerHour } = limits;
  return entries
    .filter(({ perMinute, perHour }) =>
      reaches(perMinute, entriesPerMinute) || reaches(perHour, entriesPerHour)
    )
    .map((entry) => {
      const { playerId, raffleId, perMinute, perHour } = entry;
      return found({
        signal: "velocity",
        playerId,
        raffleId,
        evidence: { perMinute, perHour, ...newness(entry, limits) },
      });
    });
}

/**
 * New players who came into one raffle together: everybody of each span in which there were too many
 * different ones. That a player is new is no sign by itself.
 */
export function findBursts(entries: readonly EntryFacts[], limits: CheckLimits): FoundSuspicion[] {
  if (!looksForBursts(limits)) return [];
  const { burstPlayers, burstSeconds } = limits;
  const byRaffle = Map.groupBy(
    entries.filter((entry) => isNew(entry, limits)),
    ({ raffleId }) => raffleId,
  );
  return [...byRaffle.values()].flatMap((ofRaffle) => {
    const sorted = ofRaffle.toSorted((left, right) => left.atMs - right.atMs);
    const together = new Map<EntryFacts, number>();
    // Tickets of each player within the span that ends with the entry at `last`.
    const within = new Map<PlayerId, number>();
    let first = 0;
    let marked = 0;
    for (const [last, entry] of sorted.entries()) {
      within.set(entry.playerId, (within.get(entry.playerId) ?? 0) + 1);
      for (; entry.atMs - at(sorted, first).atMs > burstSeconds * 1_000; first++) {
        const { playerId } = at(sorted, first);
        const left = (within.get(playerId) ?? 1) - 1;
        if (left === 0) within.delete(playerId);
        else within.set(playerId, left);
      }
      if (within.size < burstPlayers) continue;
      // Each is written down once: those before `marked` are already.
      for (let index = Math.max(first, marked); index <= last; index++) {
        together.set(at(sorted, index), within.size);
      }
      marked = last + 1;
    }
    return [...together].map(([entry, players]) =>
      found({
        signal: "burst",
        playerId: entry.playerId,
        raffleId: entry.raffleId,
        evidence: { players, seconds: burstSeconds, ...newness(entry, limits) },
      })
    );
  });
}

/** Players whose rubles went to one receiver. */
export function findSharedDestinations(
  destinations: readonly SharedDestination[],
  { sharedDestination }: CheckLimits,
): FoundSuspicion[] {
  return destinations
    .filter(({ playerIds }) => reaches(playerIds.length, sharedDestination))
    .flatMap(({ destinationHash, playerIds }) =>
      playerIds.slice(0, MAX_SHARERS).map((playerId) =>
        found({
          signal: "sharedDestination",
          playerId,
          raffleId: null,
          about: destinationHash,
          evidence: { players: playerIds.length },
        })
      )
    );
}

/** Who tried to pay the invoices of several others; said once a day. */
export function findForeignPayers(
  payers: readonly ForeignPayer[],
  { foreignInvoices }: CheckLimits,
): FoundSuspicion[] {
  return payers.filter(({ players }) => reaches(players, foreignInvoices))
    .map(({ payerId, players, invoices, atMs }) =>
      found({
        signal: "foreignInvoices",
        playerId: payerId,
        raffleId: null,
        about: String(dayOf(atMs)),
        evidence: { players, invoices },
      })
    );
}

function reaches(count: number, limit: number): boolean {
  return limit > 0 && count >= limit;
}

function looksForBursts({ burstPlayers, burstSeconds, newHours }: CheckLimits): boolean {
  return burstPlayers > 0 && burstSeconds > 0 && newHours > 0;
}

function isNew({ firstSeenAtMs, atMs }: EntryFacts, { newHours }: CheckLimits): boolean {
  return firstSeenAtMs > atMs - newHours * HOUR_MS;
}

/** Of one who is new, for how long he is known, in whole hours; and whether his account may be. */
function newness(entry: EntryFacts, limits: CheckLimits): Evidence {
  const { firstSeenAtMs, atMs, playerId } = entry;
  const isNewId = reaches(telegramUserIdOf(playerId), limits.newUserId);
  return {
    ...(isNew(entry, limits)
      ? { knownHours: Math.max(0, Math.floor((atMs - firstSeenAtMs) / HOUR_MS)) }
      : {}),
    ...(isNewId ? { newUserId: 1 } : {}),
  };
}

function found(
  { about = "", ...sign }: Omit<FoundSuspicion, "suspicionId"> & { about?: string },
): FoundSuspicion {
  return { suspicionId: suspicionIdOf({ ...sign, about }), ...sign };
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`There is nothing at ${index}`);
  return item;
}

// ── one suspicion ────────────────────────────────────────────────────────────────────────────────

/** How a suspicion stands. */
export type SuspicionStatus = "open" | "cleared" | "upheld";

/** What a suspicion is made from. */
export interface SuspicionInput {
  suspicionId: SuspicionId;
  playerId: PlayerId;
  raffleId: RaffleId | null;
  signal: Signal;
}

/** What a suspicion takes. */
export type SuspicionEvent =
  | { type: "suspicion.raised"; evidence: Evidence; atMs: number }
  /** Nothing is wrong, or not any more; `seen` is how it stood when the admin was shown it. */
  | { type: "suspicion.clear"; by: PlayerId; seen: SuspicionStatus; atMs: number }
  /** The player is excluded, and may not enter for so many days. */
  | { type: "suspicion.exclude"; by: PlayerId; days: number; atMs: number }
  /** From a raffle whose list is open: all that he had asked for is decided, and he asks no more. */
  | { type: "exclusion.ready"; raffleId: RaffleId };

/** Written in the commit of the step. Its first record has the evidence. */
export interface RecordSuspicion extends SuspicionInput {
  status: SuspicionStatus;
  evidence?: Evidence;
  /** Who decided; null as long as nobody has. */
  by: PlayerId | null;
  /** Until when he may not enter; 0 when he may. */
  barredUntilMs: number;
  atMs: number;
}

/** Makes a suspicion, or tells the one that there is. */
export function raiseSuspicion(
  { evidence, ...create }: FoundSuspicion,
  atMs: number,
): Tell<SuspicionEvent> {
  return {
    to: suspicionAddress(create.suspicionId),
    event: { type: "suspicion.raised", evidence, atMs },
    create,
  };
}

/** Address of a suspicion. */
export function suspicionAddress(suspicionId: SuspicionId): `suspicion/${string}` {
  return `suspicion/${suspicionId}`;
}

/** An event for a suspicion. */
export function toSuspicion(suspicionId: SuspicionId, event: SuspicionEvent): Tell<SuspicionEvent> {
  return { to: suspicionAddress(suspicionId), event };
}

/** An admin's decision, as the player's own actor takes it. */
export type Barred = {
  suspicionId: SuspicionId;
  raffleId: RaffleId | null;
  signal: Signal;
  untilMs: number;
  atMs: number;
};

/** What a player is told of such a decision. */
export type SuspicionNotice =
  | {
    key: "excluded";
    suspicionId: SuspicionId;
    signal: Signal;
    untilMs: number;
    raffleId?: RaffleId;
  }
  | { key: "exclusionLifted"; raffleId?: undefined };

// ── the look ─────────────────────────────────────────────────────────────────────────────────────

/** The one that looks. */
export const CHECKS = "checks/platform";

/** What the checks are made from, and configured with at each start. */
export interface ChecksInput {
  limits: CheckLimits;
  atMs: number;
}

/** What the checks take. */
export type ChecksEvent = { type: "checks.configured" } & ChecksInput;

/** How far tickets are looked at, in the order of their times. */
export interface CheckCursor {
  atMs: number;
  paymentId: string;
}

/** A page of what has happened since; answered within the same commit. */
export interface LookForSuspicions {
  input: { limits: CheckLimits; after: CheckCursor };
  /** `found` has only what is not on record yet. */
  output: { found: FoundSuspicion[]; after: CheckCursor; isLast: boolean; atMs: number };
}

/** A page of a player's tickets in a raffle; answered within the same commit. */
export interface ListTicketsOf {
  input: {
    raffleId: RaffleId;
    playerId: PlayerId;
    after: PaymentId | "";
    limit: number;
    /** None of later times. */
    untilMs?: number;
  };
  output: { paymentIds: PaymentId[]; isLast: boolean };
}
