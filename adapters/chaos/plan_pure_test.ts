import { describe, expect, it } from "vitest";
import { raffleTermsDefaults } from "../../machines/domain/raffle_terms.ts";
import { readRaffleTerms } from "../../machines/domain/raffle_terms.ts";
import { parseCreateForm } from "../telegram/create_form.ts";
import { createDice } from "./dice.ts";
import { planRaffle } from "./plan_raffles.ts";
import { planStrikes } from "./plan_strikes.ts";

const raffles = (seed: string) =>
  Array.from(
    { length: 200 },
    (_, index) =>
      planRaffle(createDice(seed), { number: index + 1, players: 30, admins: 4, mayWait: true }),
  );

describe("planRaffle()", () => {
  it("gives the same raffles for the same seed, and others for another", () => {
    expect(raffles("7")).toEqual(raffles("7"));
    expect(raffles("7")).not.toEqual(raffles("8"));
  });

  it("makes only raffles that an admin may create", () => {
    for (const { form } of raffles("7")) {
      const read = parseCreateForm(form, raffleTermsDefaults);
      const problems = "terms" in read ? readRaffleTerms(read.terms, "rfl_0123456789") : read;
      expect(problems).toMatchObject({ isValid: true });
    }
  });

  it("plays every manner, every trigger and every end", () => {
    const all = raffles("7");
    const manners = new Set(all.flatMap(({ entries }) => entries.map(({ manner }) => manner)));
    expect(manners.size).toBe(9);
    expect(new Set(all.map(({ end }) => end))).toEqual(new Set(["stop", "force", "wait"]));
    for (const drawAt of ["minimum", "maximum", "deadline"]) {
      expect(all.some(({ form }) => form.includes(`draw=${drawAt}`))).toBe(true);
    }
    expect(all.some(({ stopAfter }) => stopAfter !== null)).toBe(true);
  });
});

describe("planStrikes()", () => {
  const plan = (seed: string, seconds: number) =>
    planStrikes(createDice(seed), { seconds, nodes: 2 });

  it("gives the same blows for the same seed, and others for another", () => {
    expect(plan("7", 60)).toEqual(plan("7", 60));
    expect(plan("7", 60)).not.toEqual(plan("8", 60));
  });

  it("is in order, within its time, and names only nodes that there are", () => {
    const strikes = plan("7", 600);
    const times = strikes.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(-1)).toBeLessThan(600_000);
    expect(times.at(-1)).toBeGreaterThan(590_000);
    for (const strike of strikes) {
      if ("node" in strike) expect([0, 1]).toContain(strike.node);
    }
  });

  it.each(["1", "2", "3", "7"])(
    "has kills, faults and a crash of Postgres in 15 s, seed %s",
    (seed) => {
      const kinds = plan(seed, 15).map((strike) => strike.kind);
      expect(kinds).toEqual(
        expect.arrayContaining(["kill", "killAt", "killAfter", "faults", "postgres"]),
      );
    },
  );
});
