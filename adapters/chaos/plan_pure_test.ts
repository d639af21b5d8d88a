import { describe, expect, it } from "vitest";
import { raffleTermsDefaults } from "../../machines/domain/raffle_terms.ts";
import { readRaffleTerms } from "../../machines/domain/raffle_terms.ts";
import { parseCreateForm } from "../telegram/create_form.ts";
import { kopecksIn } from "../../machines/domain/typed_rubles.ts";
import { readPhone, readWallet } from "../../machines/domain/payout_destination.ts";
import { createDice, type Dice } from "./dice.ts";
import { planRaffle } from "./plan_raffles.ts";
import { planCashOut, planTopUp } from "./plan_rubles.ts";
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
      const read = parseCreateForm(form, { ...raffleTermsDefaults, hasRubles: true });
      const problems = "terms" in read ? readRaffleTerms(read.terms, "rfl_0123456789") : read;
      expect(problems).toMatchObject({ isValid: true });
    }
  });

  it("has soon a raffle in rubles that goes well, and one that is stopped", () => {
    const first = raffles("7").slice(0, 5);
    expect(first.map(({ form }) => /₽/.test(form))).toEqual([false, false, false, true, true]);
    expect(first.map(({ stopAfter }) => stopAfter)).toEqual([null, null, null, null, 3]);
  });

  it("plays every manner, every trigger and every end", () => {
    const all = raffles("7");
    const entries = all.flatMap((raffle) => raffle.entries);
    // Nine in Stars, seven in rubles.
    expect(new Set(entries.map(({ currency, manner }) => `${currency} ${manner}`)).size).toBe(16);
    expect(new Set(all.map(({ end }) => end))).toEqual(new Set(["stop", "force", "wait"]));
    for (const drawAt of ["minimum", "maximum", "deadline"]) {
      expect(all.some(({ form }) => form.includes(`draw=${drawAt}`))).toBe(true);
    }
    expect(all.some(({ stopAfter }) => stopAfter !== null)).toBe(true);
  });
});

describe("planTopUp() and planCashOut()", () => {
  const plans = <Plan>(plan: (dice: Dice, number: number) => Plan) =>
    Array.from({ length: 200 }, (_, index) => plan(createDice("7"), index + 1));

  it("take amounts and receivers that the bot takes", () => {
    for (const { amount } of plans(planTopUp)) expect(kopecksIn(amount)).toBeDefined();
    for (const { receiver, next, amount = "60" } of plans(planCashOut)) {
      expect(kopecksIn(amount)).toBeDefined();
      for (const one of [receiver, ...next === undefined ? [] : [next]]) {
        if (one.kind === "sbp") expect(readPhone(one.phone)).toHaveProperty("phone");
        if (one.kind === "yooMoney") expect(readWallet(one.wallet)).toHaveProperty("wallet");
      }
    }
  });

  it("take each way among the first, and one that comes back", () => {
    const first = plans(planCashOut).slice(0, 5);
    expect(new Set(first.map(({ receiver }) => receiver.kind)).size).toBe(3);
    expect(first.filter(({ next }) => next !== undefined)).toHaveLength(2);
  });

  it("pay, are declined, and let it be", () => {
    const all = plans(planTopUp);
    expect(new Set(all.map(({ how }) => how.method))).toEqual(
      new Set(["bank_card", "sbp", "yoo_money"]),
    );
    expect(all.some(({ isAbandoned }) => isAbandoned)).toBe(true);
    expect(all.some(({ how }) => how.decline === true)).toBe(true);
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
      const strikes = plan(seed, 15);
      const cut = strikes.flatMap((strike) => strike.kind === "killAfter" ? strike.calls : [])
        .map(({ method }) => method);
      expect(cut).toEqual(expect.arrayContaining(["sendGift", "createPayout"]));
      const kinds = strikes.map((strike) => strike.kind);
      expect(kinds).toEqual(
        expect.arrayContaining(["kill", "killAt", "killAfter", "faults", "postgres"]),
      );
    },
  );
});
