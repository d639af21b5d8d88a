/** Each sign: from which figure on it is one, and that it is none below, or when it is switched off. */
import { describe, expect, it } from "vitest";
import {
  type CheckLimits,
  type EntryFacts,
  findBursts,
  findForeignPayers,
  findSharedDestinations,
  findSuspicions,
  findVelocity,
  isLookingOff,
} from "./suspicion.ts";

const AT_MS = Date.UTC(2026, 0, 5, 12);
const HOUR_MS = 3_600_000;
const off: CheckLimits = {
  newHours: 0,
  newUserId: 0,
  entriesPerMinute: 0,
  entriesPerHour: 0,
  burstPlayers: 0,
  burstSeconds: 0,
  sharedDestination: 0,
  foreignInvoices: 0,
};

function entry(changes: Partial<EntryFacts> = {}): EntryFacts {
  return {
    raffleId: "rfl_1",
    playerId: "tg-1",
    atMs: AT_MS,
    perMinute: 1,
    perHour: 1,
    firstSeenAtMs: AT_MS - HOUR_MS,
    ...changes,
  };
}

/** New players who came at these seconds. */
function crowd(seconds: readonly number[], changes: Partial<EntryFacts> = {}): EntryFacts[] {
  return seconds.map((second, index) =>
    entry({ playerId: `tg-${index + 1}`, atMs: AT_MS + second * 1_000, ...changes })
  );
}

describe("findVelocity()", () => {
  it.each([
    [{ perMinute: 9, perHour: 29 }, {}, 0],
    [{ perMinute: 10, perHour: 10 }, {}, 1],
    [{ perMinute: 1, perHour: 30 }, {}, 1],
    [{ perMinute: 50, perHour: 29 }, { entriesPerMinute: 0 }, 0],
    [{ perMinute: 9, perHour: 50 }, { entriesPerHour: 0 }, 0],
    [{ perMinute: 50, perHour: 50 }, { entriesPerMinute: 0, entriesPerHour: 0 }, 0],
  ])("of %j with %j finds %i", (figures, changes, count) => {
    const limits = { ...off, entriesPerMinute: 10, entriesPerHour: 30, ...changes };
    expect(findVelocity([entry(figures)], limits)).toHaveLength(count);
  });

  it("says what was counted, and hints at a new account", () => {
    const limits = { ...off, entriesPerMinute: 2, newHours: 24, newUserId: 7_000 };
    const [known, fresh] = findVelocity([
      entry({ perMinute: 3, perHour: 4, firstSeenAtMs: 0 }),
      entry({ playerId: "tg-7000", perMinute: 3, perHour: 4 }),
    ], limits);
    expect(known?.evidence).toEqual({ perMinute: 3, perHour: 4 });
    expect(fresh?.evidence).toEqual({ perMinute: 3, perHour: 4, knownHours: 1, newUserId: 1 });
  });
});

describe("findBursts()", () => {
  const limits = { ...off, newHours: 24, burstPlayers: 3, burstSeconds: 10 };
  const numbers = (found: { playerId: string }[]) => found.map(({ playerId }) => playerId);

  it("names everybody who came within the span, and nobody else", () => {
    expect(numbers(findBursts(crowd([0, 30, 35, 40, 60]), limits)))
      .toEqual(["tg-2", "tg-3", "tg-4"]);
  });

  it("takes the span with its ends, and looks at times, not at the order of the page", () => {
    expect(findBursts(crowd([10, 0, 5]), limits)).toHaveLength(3);
    expect(findBursts(crowd([0, 5, 11]), limits)).toHaveLength(0);
  });

  it("names each once, also where spans overlap", () => {
    expect(numbers(findBursts(crowd([0, 4, 8, 12, 16]), limits)).toSorted())
      .toEqual(["tg-1", "tg-2", "tg-3", "tg-4", "tg-5"]);
  });

  it.each<[string, EntryFacts[], Partial<CheckLimits>]>([
    ["one player with many tickets", crowd([0, 1, 2], { playerId: "tg-1" }), {}],
    ["players of long ago", crowd([0, 1, 2], { firstSeenAtMs: AT_MS - 25 * HOUR_MS }), {}],
    ["players of before it was kept", crowd([0, 1, 2], { firstSeenAtMs: 0 }), {}],
    [
      "different raffles",
      crowd([0, 1, 2]).map((one, at) => ({ ...one, raffleId: `rfl_${at}` as const })),
      {},
    ],
    ["new accounts by their numbers alone", crowd([0], {}), { newUserId: 1 }],
    ["a count that is switched off", crowd([0, 1, 2]), { burstPlayers: 0 }],
    ["a span that is switched off", crowd([0, 1, 2]), { burstSeconds: 0 }],
    ["players who are never new", crowd([0, 1, 2]), { newHours: 0 }],
  ])("takes no offence at %s", (_, entries, changes) => {
    expect(findBursts(entries, { ...limits, ...changes })).toEqual([]);
  });
});

describe("findSharedDestinations()", () => {
  const shared = [{ destinationHash: "ab", playerIds: ["tg-1", "tg-2"] }];

  it("names all who share a receiver, and no raffle", () => {
    const found = findSharedDestinations(shared, { ...off, sharedDestination: 2 });
    expect(found.map(({ playerId, raffleId, evidence }) => [playerId, raffleId, evidence]))
      .toEqual([["tg-1", null, { players: 2 }], ["tg-2", null, { players: 2 }]]);
  });

  it("finds nothing below the limit, or when it is switched off", () => {
    expect(findSharedDestinations(shared, { ...off, sharedDestination: 3 })).toEqual([]);
    expect(findSharedDestinations(shared, off)).toEqual([]);
  });
});

describe("findForeignPayers()", () => {
  const payer = { payerId: "tg-9", players: 3, invoices: 4, atMs: AT_MS };

  it("names the one who pays for several others, once a day", () => {
    const limits = { ...off, foreignInvoices: 3 };
    const [found] = findForeignPayers([payer], limits);
    expect(found).toMatchObject({ playerId: "tg-9", evidence: { players: 3, invoices: 4 } });
    const [later] = findForeignPayers([{ ...payer, atMs: AT_MS + HOUR_MS }], limits);
    const [tomorrow] = findForeignPayers([{ ...payer, atMs: AT_MS + 24 * HOUR_MS }], limits);
    expect(later?.suspicionId).toBe(found?.suspicionId);
    expect(tomorrow?.suspicionId).not.toBe(found?.suspicionId);
  });

  it("finds nothing below the limit, or when it is switched off", () => {
    expect(findForeignPayers([payer], { ...off, foreignInvoices: 4 })).toEqual([]);
    expect(findForeignPayers([payer], off)).toEqual([]);
  });
});

describe("findSuspicions()", () => {
  it("says each sign once, with an id of its own that no repetition changes", () => {
    const limits = { ...off, entriesPerMinute: 2, newHours: 24, burstPlayers: 2, burstSeconds: 5 };
    const entries = [
      entry({ perMinute: 2 }),
      entry({ perMinute: 3 }),
      entry({ playerId: "tg-2" }),
      entry({ raffleId: "rfl_2", perMinute: 4 }),
    ];
    const facts = { entries, destinations: [], payers: [] };
    const found = findSuspicions(facts, limits);
    expect(found.map(({ signal, playerId, raffleId }) => `${signal} ${playerId} ${raffleId}`))
      .toEqual([
        "velocity tg-1 rfl_1",
        "velocity tg-1 rfl_2",
        "burst tg-1 rfl_1",
        "burst tg-2 rfl_1",
      ]);
    expect(new Set(found.map(({ suspicionId }) => suspicionId)).size).toBe(4);
    expect(findSuspicions(facts, limits)).toEqual(found);
    for (const { suspicionId } of found) expect(suspicionId).toMatch(/^sus_[0-9a-f]{20}$/);
  });

  it("looks for nothing when everything is off", () => {
    expect(isLookingOff(off)).toBe(true);
    expect(isLookingOff({ ...off, newHours: 24, newUserId: 5, burstSeconds: 10 })).toBe(true);
    for (
      const name of ["entriesPerMinute", "entriesPerHour", "sharedDestination", "foreignInvoices"]
    ) {
      expect(isLookingOff({ ...off, [name]: 1 })).toBe(false);
    }
    expect(isLookingOff({ ...off, newHours: 1, burstPlayers: 2, burstSeconds: 1 })).toBe(false);
  });
});
