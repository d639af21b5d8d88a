import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { testEntries } from "./testing/signed_draw.ts";
import { findListFault, findTickets, playerHash, type TicketLine } from "./ticket_line.ts";
import { ticketLines } from "./ticket_lines.ts";
import { checkTicketProof, proveTicket } from "./ticket_proof.ts";
import { ticketTree } from "./seal_tickets.ts";

const salt = "00112233445566778899aabbccddeeff";

describe("playerHash()", () => {
  it("is SHA-256 of the salt's bytes and the id", () => {
    const want = createHash("sha256").update(salt, "hex").update("tg-42").digest("hex");
    expect(playerHash({ salt, playerId: "tg-42" })).toBe(want);
  });

  it.each([
    { salt: "", playerId: "tg-42" },
    { salt: "0011", playerId: "tg-42" },
    { salt: salt.toUpperCase(), playerId: "tg-42" },
    { salt: `${salt}0`, playerId: "tg-42" },
    { salt: "00".repeat(65), playerId: "tg-42" },
    { salt, playerId: "" },
  ])("refuses salt $salt with id $playerId", (secret) => {
    expect(() => playerHash(secret)).toThrow(RangeError);
  });
});

describe("ticketLines()", () => {
  it("numbers the entries and gives a player's tickets one hash, that of his first salt", () => {
    const { lines, saltOf } = ticketLines(testEntries({ tickets: 5, players: 2 }));
    expect(lines.map((line) => line.number)).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(lines.map((line) => line.playerHash)).size).toBe(2);
    const mine = { playerId: "tg-1", salt: saltOf.get("tg-1") ?? "" };
    expect(findTickets(lines, mine)).toEqual([2, 4]);
    expect(findTickets(lines, { ...mine, playerId: "tg-2" })).toEqual([]);
  });

  it("shows neither ids nor salts", () => {
    const entries = testEntries({ tickets: 4, players: 2 });
    const text = JSON.stringify(ticketLines(entries).lines);
    for (const { playerId, salt } of entries) {
      expect(text).not.toContain(playerId);
      expect(text).not.toContain(salt);
    }
  });
});

describe("findListFault()", () => {
  const good = ticketLines(testEntries({ tickets: 6, players: 3 })).lines;
  const edit = (index: number, change: Partial<TicketLine>) =>
    good.map((line, at) => at === index ? { ...line, ...change } : line);

  it.each([
    { lines: good, ticketsPerPlayer: 2, want: undefined },
    { lines: [], ticketsPerPlayer: 2, want: "tooFewTickets" },
    { lines: good.slice(0, 1), ticketsPerPlayer: 2, want: "tooFewTickets" },
    { lines: good.slice(1), ticketsPerPlayer: 2, want: "numbersNotConsecutive" },
    { lines: edit(2, { number: 2 }), ticketsPerPlayer: 2, want: "numbersNotConsecutive" },
    { lines: edit(3, { atMs: 0 }), ticketsPerPlayer: 2, want: undefined },
    { lines: good, ticketsPerPlayer: 1, want: "tooManyTicketsOfOnePlayer" },
    {
      lines: ticketLines(testEntries({ tickets: 3, players: 1 })).lines,
      ticketsPerPlayer: 3,
      want: "tooFewPlayers",
    },
  ])("says $want", ({ lines, ticketsPerPlayer, want }) => {
    expect(findListFault(lines, { ticketsPerPlayer })).toBe(want);
  });
});

describe("a player's proof of one ticket", () => {
  const { lines, saltOf } = ticketLines(testEntries({ tickets: 9, players: 4 }));
  const tree = ticketTree(lines);
  const { root } = tree;
  const player = { playerId: "tg-2", salt: saltOf.get("tg-2") ?? "" };

  it("holds for each ticket, from the list or from its tree", () => {
    for (const { number } of lines) {
      const proof = proveTicket({ lines, number });
      expect(proof).toEqual(proveTicket({ lines, number, tree }));
      expect(checkTicketProof({ proof, root })).toBe(true);
    }
  });

  it("says whose ticket it is to who has the salt", () => {
    const proof = proveTicket({ lines, number: 3 });
    expect(checkTicketProof({ proof, root, player })).toBe(true);
    expect(checkTicketProof({ proof, root, player: { ...player, playerId: "tg-3" } })).toBe(false);
    expect(checkTicketProof({ proof, root, player: { ...player, salt: "no salt" } })).toBe(false);
  });

  it.each([
    { what: "number", change: { number: 4 } },
    { what: "time", change: { atMs: 5 } },
    { what: "hash", change: { playerHash: "0".repeat(64) } },
  ])("fails with another $what", ({ change }) => {
    const proof = proveTicket({ lines, number: 3 });
    const edited = { ...proof, line: { ...proof.line, ...change } };
    expect(checkTicketProof({ proof: edited, root })).toBe(false);
  });

  it.each([0, 10, 1.5])("does not exist for ticket %s", (number) => {
    expect(() => proveTicket({ lines, number })).toThrow(RangeError);
  });
});
