/**
 * One line of the ticket list that is sealed: `number, time, SHA-256(salt ‖ player id)`. The list is
 * public and names nobody; a player who kept his salt finds himself in it. The salt is one per player
 * and raffle, so that all tickets of a player carry the same hash: places go to different players,
 * and the limit of tickets per player can be checked by anybody.
 */
import { bytesToHex, concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { Schema } from "effect";
import { Sha256Hex } from "./hex.ts";

/** Largest epoch millisecond a `Date` can hold. */
const MAX_EPOCH_MS = 8_640_000_000_000_000;

/** A moment, epoch milliseconds. */
export const EpochMs = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: MAX_EPOCH_MS }));

/** A ticket as the public list shows it. */
export const TicketLine = Schema.Struct({
  /** 1…N, in the order in which the payments were confirmed. */
  number: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)),
  /** When the payment was confirmed, epoch milliseconds. */
  atMs: EpochMs,
  /** SHA-256 of the player's salt and his id. */
  playerHash: Sha256Hex,
});
export type TicketLine = typeof TicketLine.Type;

/** What a player keeps to find himself. */
export interface PlayerSecret {
  /** His salt in this raffle: 16 to 64 random bytes, lower-case hexadecimal. */
  readonly salt: string;
  /** His id as the platform writes it, not empty. */
  readonly playerId: string;
}

/**
 * SHA-256(salt ‖ player id), the player's name in the public list.
 *
 * @throws {RangeError} When the salt is not 16 to 64 bytes of lower-case hexadecimal, or the id is empty.
 */
export function playerHash({ salt, playerId }: PlayerSecret): Sha256Hex {
  if (!/^(?:[0-9a-f]{2}){16,64}$/.test(salt)) {
    throw new RangeError(
      "Cannot hash a player: salt must be 16 to 64 bytes, lower-case hexadecimal",
    );
  }
  if (playerId === "") throw new RangeError("Cannot hash a player: the id is empty");
  return bytesToHex(sha256(concatBytes(hexToBytes(salt), new TextEncoder().encode(playerId))));
}

/** The line as it is hashed: `number,atMs,playerHash`, ASCII, no newline. */
export function ticketLineText(line: TicketLine): string {
  return `${line.number},${line.atMs},${line.playerHash}`;
}

/**
 * The numbers of all tickets of one player in a list.
 *
 * @throws {RangeError} When the salt or the id is not of its form.
 */
export function findTickets(lines: readonly TicketLine[], player: PlayerSecret): number[] {
  const hash = playerHash(player);
  return lines.filter((line) => line.playerHash === hash).map((line) => line.number);
}

/** Why a list cannot be sealed. */
export type ListFault =
  | "tooFewTickets"
  | "numbersNotConsecutive"
  | "tooManyTicketsOfOnePlayer"
  | "tooFewPlayers";

/**
 * What is wrong with a list, if anything: numbers must be 1…N in order, no player may have
 * more tickets than allowed, and there must be two players at least (RANDOM.ORG refuses a range of one
 * number with its error 300). Times may go back: the order is that of the commits, and clocks jump.
 */
export function findListFault(
  lines: readonly TicketLine[],
  { ticketsPerPlayer }: { ticketsPerPlayer: number },
): ListFault | undefined {
  if (lines.length < 2) return "tooFewTickets";
  const perPlayer = new Map<string, number>();
  for (const [index, line] of lines.entries()) {
    if (line.number !== index + 1) return "numbersNotConsecutive";
    const count = (perPlayer.get(line.playerHash) ?? 0) + 1;
    if (count > ticketsPerPlayer) return "tooManyTicketsOfOnePlayer";
    perPlayer.set(line.playerHash, count);
  }
  return perPlayer.size < 2 ? "tooFewPlayers" : undefined;
}
