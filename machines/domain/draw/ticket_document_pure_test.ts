import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSealedText, sealedText, sealTickets, ticketTree } from "./seal_tickets.ts";
import { testEntries, testSealInput } from "./testing/signed_draw.ts";
import {
  checkTicketDocument,
  isTicketDocument,
  MAX_DOCUMENT_LENGTH,
  MAX_DOCUMENT_TICKETS,
  ticketDocument,
  ticketDocumentText,
} from "./ticket_document.ts";
import { ticketLines } from "./ticket_lines.ts";

/** Of player tg-1, who has tickets 2, 10 and so on. */
function makeDocument({ tickets = 20, players = 8 }: { tickets?: number; players?: number } = {}) {
  const { lines, saltOf } = ticketLines(testEntries({ tickets, players }));
  const terms = { ...testSealInput().terms, ticketsPerPlayer: tickets };
  const input = { ...testSealInput({ tickets, players, terms }), lines };
  const seal = sealTickets(input);
  const hash = lines[1]?.playerHash;
  const document = ticketDocument({
    raffleId: input.raffleId,
    sealedText: sealedText({ ...input, ...seal }),
    lines,
    tree: ticketTree(lines),
    playerId: "tg-1",
    salt: saltOf.get("tg-1") ?? "",
    numbers: lines.filter(({ playerHash }) => playerHash === hash).map(({ number }) => number),
  });
  return { document, seal, lines };
}

const { document, seal } = makeDocument();
const text = ticketDocumentText(document);
const reasonOf = (edited: unknown) => {
  const report = checkTicketDocument(JSON.stringify(edited));
  return report.ok ? "holds" : report.reason;
};

describe("a player's own proof", () => {
  it("holds by itself, and names the seal of the draw", () => {
    const report = checkTicketDocument(text);
    expect(report).toMatchObject({
      ok: true,
      sealed: { raffleId: "rfl_test1", tickets: 20, root: seal.root, redrawOf: null },
    });
    expect(document.seal).toBe(seal.hash);
    expect(document.tickets.map(({ line }) => line.number)).toEqual([2, 10, 18]);
    expect([isTicketDocument(text), isTicketDocument("{}"), isTicketDocument("no")])
      .toEqual([true, false, false]);
  });

  it("proves the first fifty of many tickets", () => {
    const many = makeDocument({ tickets: 400, players: 4 }).document;
    expect(many.tickets).toHaveLength(MAX_DOCUMENT_TICKETS);
    const file = ticketDocumentText(many);
    expect(file.length).toBeLessThan(MAX_DOCUMENT_LENGTH);
    expect(checkTicketDocument(file).ok).toBe(true);
  });

  const [first, second] = document.tickets;
  const otherLine = makeDocument().lines[2];
  it.each<[string, unknown, string]>([
    ["another seal", { ...document, seal: "0".repeat(64) }, "seal"],
    ["another text", { ...document, sealedText: document.sealedText + "x 1\n" }, "seal"],
    ["another raffle", { ...document, raffleId: "rfl_other" }, "raffleId"],
    ["another player", { ...document, playerId: "tg-2" }, "notHis"],
    ["another salt", { ...document, salt: "0".repeat(32) }, "notHis"],
    ["a salt that is none", { ...document, salt: "pepper" }, "notHis"],
    [
      "another's line",
      { ...document, tickets: [{ ...first, line: otherLine }] },
      "notUnderTheRoot",
    ],
    ["another ticket's path", {
      ...document,
      tickets: [{ ...first, path: second?.path }],
    }, "notUnderTheRoot"],
    ["a shorter path", {
      ...document,
      tickets: [{ ...first, path: first?.path.slice(1) }],
    }, "notUnderTheRoot"],
    ["a ticket twice", { ...document, tickets: [first, first] }, "ticketTwice"],
    ["no ticket", { ...document, tickets: [] }, "malformed"],
    ["more tickets than may be", {
      ...document,
      tickets: Array.from({ length: 51 }, () => first),
    }, "malformed"],
    ["another version", { ...document, version: 2 }, "malformed"],
    ["another format", { ...document, format: "zhreb-draw-proof" }, "malformed"],
    ["something more", { ...document, note: "" }, "malformed"],
    ["nothing", {}, "malformed"],
    ["no object", null, "malformed"],
  ])("does not hold with %s", (_, edited, reason) => {
    expect(reasonOf(edited)).toBe(reason);
  });

  it.each([
    ["notJson", "{"],
    ["ambiguousJson", text.replace('"version": 1', '"version": 2, "version": 1')],
    ["ambiguousJson", text.replace('"version": 1', '"version": 1.0')],
    ["tooLarge", text + " ".repeat(MAX_DOCUMENT_LENGTH)],
  ])("is refused as %s", (reason, file) => {
    expect(checkTicketDocument(file)).toMatchObject({ ok: false, reason });
  });

  it("does not hold with any character of it changed", () => {
    const compact = JSON.stringify(document);
    fc.assert(
      fc.property(
        fc.nat({ max: compact.length - 1 }),
        fc.constantFrom(...'0123456789abcdefz,:"{}[]x '),
        (at, character) => {
          fc.pre(compact[at] !== character);
          const edited = compact.slice(0, at) + character + compact.slice(at + 1);
          expect(checkTicketDocument(edited).ok).toBe(false);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("says for what it is: a text that hashes to its seal and is none of ours does not count", () => {
    const own = (sealedText: string) =>
      ticketDocument({
        raffleId: "rfl_test1",
        sealedText,
        lines: makeDocument().lines,
        tree: ticketTree(makeDocument().lines),
        playerId: document.playerId,
        salt: document.salt,
        numbers: [2],
      });
    const good = document.sealedText;
    expect(reasonOf(own(good))).toBe("holds");
    for (
      const bad of [
        "",
        "hello\n",
        good.replace("zhreb-seal 1", "zhreb-seal 2"),
        good.replace(/root .*\n/, ""),
        good.replace(/root (.*)\n/, "root $1\nroot $1\n"),
        good.replace(/tickets \d+/, "tickets many"),
        good.replace(/sandbox true/, "sandbox maybe"),
        good.replace("redrawOf no", "redrawOf yes"),
        good.slice(0, -1),
        `${good}\n`,
      ]
    ) expect(reasonOf(own(bad)), bad).toBe("sealedText");
  });
});

describe("readSealedText()", () => {
  it("reads what a redraw replaces", () => {
    const redrawOf = { seal: seal.hash, reason: "The key was changed" };
    const input = { ...testSealInput(), redrawOf };
    const read = readSealedText(sealedText({ ...input, ...sealTickets(input) }));
    expect(read?.redrawOf).toMatchObject({ seal: seal.hash });
    expect(read?.redrawOf?.reasonHash).toMatch(/^[0-9a-f]{64}$/);
  });
});
