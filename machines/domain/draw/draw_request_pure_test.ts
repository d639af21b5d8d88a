import { describe, expect, it } from "vitest";
import { BEACON_PATIENCE_MS, beaconValue, roundTimeMs } from "./beacon.ts";
import { checkLink, checkLinkLength, MAX_CHECK_LINK } from "./check_link.ts";
import { drawRequest, signedIntegersParams } from "./draw_request.ts";
import { numbersNeeded } from "./draw_terms.ts";
import { refuseTerms } from "./refuse_terms.ts";
import { sealTickets } from "./seal_tickets.ts";
import { createTestChain, testBeacon } from "./testing/test_chain.ts";
import { TEST_TERMS, testRandomText, testRequest, testSealInput } from "./testing/signed_draw.ts";

describe("numbersNeeded()", () => {
  it.each([
    { winners: 1, reserves: 0, ticketsPerPlayer: 1, tickets: 10, want: 1 },
    { winners: 1, reserves: 2, ticketsPerPlayer: 1, tickets: 10, want: 3 },
    { winners: 3, reserves: 2, ticketsPerPlayer: 3, tickets: 100, want: 13 },
    { winners: 3, reserves: 2, ticketsPerPlayer: 3, tickets: 12, want: 12 },
    { winners: 1, reserves: 0, ticketsPerPlayer: 100, tickets: 10_000, want: 1 },
  ])("is $want of $tickets", ({ tickets, want, ...terms }) => {
    expect(numbersNeeded(terms, tickets)).toBe(want);
  });
});

describe("drawRequest()", () => {
  const input = testSealInput();
  const seal = sealTickets(input);

  it("asks for different numbers from 1 to N and signs raffle, number of tickets and seal", () => {
    const request = drawRequest({ ...input, seal });
    expect(signedIntegersParams(request)).toEqual({
      n: 12,
      min: 1,
      max: 12,
      replacement: false,
      base: 10,
      ticketId: "0123456789abcdef",
      userData: `zhreb rfl_test1 12 ${seal.hash}`,
    });
    expect(request).toMatchObject({
      hashedApiKey: input.ticket.hashedApiKey,
      sealedAtMs: input.sealedAtMs,
    });
    expect(JSON.parse(JSON.stringify(request))).toEqual(request);
  });

  it("signs the beginning of a seen round's value, or that it was missed, and when not to be asked", () => {
    const seen = testBeacon(createTestChain());
    const { signature } = seen;
    expect(drawRequest({ ...input, seal, beacon: seen })).toMatchObject({
      userData: `zhreb rfl_test1 12 ${seal.hash} ${beaconValue(signature ?? "").slice(0, 16)}`,
      notBeforeMs: roundTimeMs(seen),
    });
    expect(drawRequest({ ...input, seal, beacon: { ...seen, signature: null } })).toMatchObject({
      userData: `zhreb rfl_test1 12 ${seal.hash} missed`,
      notBeforeMs: roundTimeMs(seen) + BEACON_PATIENCE_MS,
    });
  });

  it("refuses one ticket, for RANDOM.ORG refuses a range of one number", () => {
    expect(() => drawRequest({ ...input, seal: { ...seal, tickets: 1 } })).toThrow(RangeError);
  });

  it("refuses more than 10,000 numbers", () => {
    const terms = { ...TEST_TERMS, winners: 100, ticketsPerPlayer: 200 };
    expect(() => drawRequest({ ...input, terms, seal: { ...seal, tickets: 50_000 } }))
      .toThrow("at most 10000 numbers, 20201 needed");
  });
});

describe("refuseTerms()", () => {
  const raffleId = "rfl_8ZkV1StGXR8Z5jdHi6B-myT";

  it.each([
    { change: {}, maxTickets: 10_000, want: undefined },
    { change: { price: { minor: "0", currency: "XTR" } }, want: "priceNotPositive" },
    { change: { price: { minor: "-1", currency: "XTR" } }, want: "priceNotPositive" },
    { change: { price: { minor: "1.5", currency: "XTR" } }, want: "malformed" },
    { change: { commissionBps: 10_001 }, want: "malformed" },
    { change: { shares: [1, 0, 1] }, want: "malformed" },
    { change: { winners: 0, shares: [] }, want: "malformed" },
    { change: { winners: 2 }, want: "sharesNotOnePerPlace" },
    { change: {}, maxTickets: 1, want: "maxTicketsOutOfRange" },
    { change: {}, maxTickets: 1e9 + 1, want: "maxTicketsOutOfRange" },
    { change: { ticketsPerPlayer: 10_000 }, maxTickets: 50_000, want: "tooManyNumbers" },
    { change: { ticketsPerPlayer: 10 }, maxTickets: 10_000, want: "checkLinkTooLong" },
    { change: { ticketsPerPlayer: 10 }, maxTickets: 20, want: undefined },
    { raffleId: "rfl_é", change: {}, want: "raffleIdNotAscii" },
    { raffleId: "rfl\n1", change: {}, want: "raffleIdNotAscii" },
    { change: { extra: undefined, drawAt: "never" }, want: "malformed" },
  ])("says $want for $change", ({ change, maxTickets = 100, want, ...rest }) => {
    const terms = { ...TEST_TERMS, ...change } as typeof TEST_TERMS;
    expect(refuseTerms({ terms, raffleId, maxTickets, ...rest })).toBe(want);
  });

  it("leaves no draw it allows without a check link", () => {
    const beacon = testBeacon(createTestChain());
    let longest = 0;
    for (const tickets of [10, 100, 1_000]) {
      for (const ticketsPerPlayer of [1, 2, 3, 5, 8]) {
        for (const winners of [1, 2, 4, 8]) {
          const terms = {
            ...TEST_TERMS,
            winners,
            ticketsPerPlayer,
            shares: Array.from({ length: winners }, () => 1),
          };
          if (refuseTerms({ terms, raffleId, maxTickets: tickets }) !== undefined) continue;
          const input = {
            ...testSealInput({ tickets, players: tickets, terms }),
            raffleId,
            beacon,
          };
          const randomText = testRandomText(testRequest(input), { serialNumber: 9_999_999 });
          // As many of the characters that a link spells in three as 60 in a thousand.
          const signature = `${"+".repeat(60)}${"A".repeat(623)}=`;
          const link = checkLink({ randomText, signature });
          const bound = checkLinkLength({ terms, raffleId, maxTickets: tickets });
          expect(link?.length).toBeLessThanOrEqual(bound);
          longest = Math.max(longest, bound);
        }
      }
    }
    expect(longest).toBeGreaterThan(MAX_CHECK_LINK - 100);
  });
});

describe("checkLink()", () => {
  it("spells base64 as the official client does", () => {
    expect(checkLink({ randomText: '{"a":1}', signature: "a+b/c=" })).toBe(
      "https://api.random.org/signatures/form?format=json&random=eyJhIjoxfQ%3D%3D" +
        "&signature=a%2Bb%2Fc%3D",
    );
  });

  it("is undefined one character above the limit", () => {
    const empty = checkLink({ randomText: "", signature: "" })?.length ?? 0;
    const fits = "A".repeat(MAX_CHECK_LINK - empty);
    expect(checkLink({ randomText: "", signature: fits })?.length).toBe(MAX_CHECK_LINK);
    expect(checkLink({ randomText: "", signature: `${fits}A` })).toBeUndefined();
  });
});
