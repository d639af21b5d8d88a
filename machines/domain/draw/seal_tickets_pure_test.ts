import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sealedText, type SealInput, sealTickets } from "./seal_tickets.ts";
import { chainHash } from "./beacon.ts";
import { createTestChain, testBeacon } from "./testing/test_chain.ts";
import { SEALED_AT_MS, TEST_TERMS, TEST_TICKET, testSealInput } from "./testing/signed_draw.ts";

const input = testSealInput();

describe("sealTickets()", () => {
  it("is SHA-256 of a text that anybody can write down", () => {
    const seal = sealTickets(input);
    const text = sealedText({ ...input, ...seal });
    expect(text).toBe(`zhreb-seal 1
raffle rfl_test1
randomOrgTicket 0123456789abcdef
hashedApiKey ${TEST_TICKET.hashedApiKey}
sandbox true
tickets 12
root ${seal.root}
price 10 XTR
commissionBps 1500
shares 5000,3000,2000
winners 3
reserves 2
ticketsPerPlayer 3
drawAt minimum
sealedAtMs ${SEALED_AT_MS}
redrawOf no
`);
    expect(seal.hash).toBe(createHash("sha256").update(text).digest("hex"));
  });

  it("binds a guaranteed prize by a line of its own, which others do not have", () => {
    const terms = { ...TEST_TERMS, guaranteedPrize: { minor: "500", currency: "XTR" as const } };
    const seal = sealTickets(input);
    const without = sealedText({ ...input, ...seal });
    expect(sealedText({ ...input, ...seal, terms }))
      .toBe(without.replace("drawAt minimum\n", "drawAt minimum\nguaranteedPrize 500 XTR\n"));
  });

  it("keeps its value from one version of the code to the next", () => {
    expect(sealTickets(input)).toMatchInlineSnapshot(`
      {
        "hash": "26e6aa32d43bd539f82528edce6776b44c3ad89b302455ff32e6b4963fd6847b",
        "redrawOf": null,
        "root": "4e1e100068e021c8f2337d70a6b7a7416c99c1e8ae61b9ae5c43951b24966ce6",
        "sealedAtMs": 1767323045678,
        "tickets": 12,
      }
    `);
  });

  it("names a drand round to come in one more line", () => {
    const beacon = testBeacon(createTestChain());
    const seal = sealTickets({ ...input, beacon });
    const text = sealedText({ ...input, ...seal });
    const { round } = beacon;
    expect(text).toBe(
      `${sealedText({ ...input, ...sealTickets(input) })}drand ${
        chainHash(beacon.chain)
      } ${round}\n`,
    );
    expect(seal.hash).toBe(createHash("sha256").update(text).digest("hex"));
    // What comes of the round is not known yet.
    expect(sealTickets({ ...input, beacon: { ...beacon, signature: null } })).toEqual(seal);
    expect(sealTickets({ ...input, beacon: { ...beacon, round: round + 1 } }).hash)
      .not.toBe(seal.hash);
  });

  const [first, second, ...others] = input.lines;
  it.each<{ what: string; change: Partial<SealInput> }>([
    { what: "raffle", change: { raffleId: "rfl_test2" } },
    { what: "ticket", change: { ticket: { ...TEST_TICKET, ticketId: "0123456789abcdee" } } },
    {
      what: "API key",
      change: { ticket: { ...TEST_TICKET, hashedApiKey: "A".repeat(86) + "==" } },
    },
    { what: "sandbox", change: { ticket: { ...TEST_TICKET, sandbox: false } } },
    { what: "number of tickets", change: { lines: input.lines.slice(0, -1) } },
    {
      what: "line",
      change: {
        lines: [{ number: 1, atMs: 1, playerHash: "0".repeat(64) }, ...input.lines.slice(1)],
      },
    },
    {
      what: "order",
      change: first && second
        ? {
          lines: [{ ...second, number: 1, atMs: first.atMs }, { ...first, number: 2 }, ...others],
        }
        : {},
    },
    {
      what: "price",
      change: { terms: { ...TEST_TERMS, price: { minor: "11", currency: "XTR" } } },
    },
    {
      what: "currency",
      change: { terms: { ...TEST_TERMS, price: { minor: "10", currency: "RUB" } } },
    },
    { what: "commission", change: { terms: { ...TEST_TERMS, commissionBps: 1_501 } } },
    { what: "shares", change: { terms: { ...TEST_TERMS, shares: [5_000, 3_001, 1_999] } } },
    { what: "winners", change: { terms: { ...TEST_TERMS, winners: 2 } } },
    { what: "reserves", change: { terms: { ...TEST_TERMS, reserves: 1 } } },
    { what: "limit of a player", change: { terms: { ...TEST_TERMS, ticketsPerPlayer: 4 } } },
    { what: "trigger", change: { terms: { ...TEST_TERMS, drawAt: "maximum" } } },
    {
      what: "guaranteed prize",
      change: { terms: { ...TEST_TERMS, guaranteedPrize: { minor: "1", currency: "XTR" } } },
    },
    { what: "moment", change: { sealedAtMs: SEALED_AT_MS + 1 } },
    { what: "redraw", change: { redrawOf: { seal: "0".repeat(64), reason: "Disputed" } } },
  ])("changes with another $what", ({ change }) => {
    expect(sealTickets({ ...input, ...change }).hash).not.toBe(sealTickets(input).hash);
  });

  it("refuses a list that cannot be drawn from", () => {
    expect(() => sealTickets({ ...input, lines: input.lines.slice(0, 1) }))
      .toThrow('Cannot seal raffle "rfl_test1": tooFewTickets');
  });
});
