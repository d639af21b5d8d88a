/** From what the platform knows of the entries to the lines that may be shown to everybody. */
import { playerHash, type TicketLine } from "./ticket_line.ts";

/** A paid entry, as the platform keeps it. */
export interface PaidEntry {
  /** When its payment was confirmed, epoch milliseconds. */
  readonly atMs: number;
  readonly playerId: string;
  /** 16 to 64 random bytes, lower-case hexadecimal; of several, the one of the player's first entry counts. */
  readonly salt: string;
}

/** The public list, and the salt that each player is given. */
export interface TicketLines {
  readonly lines: readonly TicketLine[];
  readonly saltOf: ReadonlyMap<string, string>;
}

/**
 * Numbers the entries 1…N and hides the players. All entries of a player carry one hash, made with
 * the salt of his first entry, whatever salts his later ones have.
 *
 * @param entries in the order in which the payments were confirmed; voided ones left out
 * @throws {RangeError} When a salt or an id is not of its form.
 */
export function ticketLines(entries: readonly PaidEntry[]): TicketLines {
  const saltOf = new Map<string, string>();
  const hashOf = new Map<string, string>();
  const lines = entries.map(({ atMs, playerId, salt }, index) => {
    const known = hashOf.get(playerId);
    const hash = known ?? playerHash({ salt, playerId });
    if (known === undefined) {
      hashOf.set(playerId, hash);
      saltOf.set(playerId, salt);
    }
    return { number: index + 1, atMs, playerHash: hash };
  });
  return { lines, saltOf };
}
