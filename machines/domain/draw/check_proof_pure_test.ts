import fc from "fast-check";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { type BeaconProof, beaconValue, chainHash, QUICKNET, roundTimeMs } from "./beacon.ts";
import { buildProof } from "./build_proof.ts";
import { checkProof, sealInputOf } from "./check_proof.ts";
import { type DrawProof, type FormerDraw, parseProof, proofText } from "./draw_proof.ts";
import type { SignedAnswer } from "./check_signed_answer.ts";
import { sealDraw, settleDraw } from "./derive_proof.ts";
import { sealedText, type SealInput, sealTickets } from "./seal_tickets.ts";
import {
  createTestSigner,
  signedTestAnswer,
  TEST_TERMS,
  testRequest,
  testSealInput,
  type TestSigner,
} from "./testing/signed_draw.ts";
import { createTestChain, testBeacon } from "./testing/test_chain.ts";

const quicknet = JSON.parse(
  readFileSync(new URL("./testdata/quicknet.json", import.meta.url), "utf8"),
);
let signer: TestSigner;
let proof: DrawProof;
let text: string;

beforeAll(async () => {
  signer = await createTestSigner();
  proof = await prove(testSealInput());
  text = proofText(proof);
});

async function prove(input: SealInput, completionTime?: string): Promise<DrawProof> {
  const changes = completionTime === undefined ? {} : { completionTime };
  const answer = await signedTestAnswer(signer, testRequest(input), changes);
  const built = await buildProof({ ...input, answer, keys: [signer.publicKey] });
  if (!built.ok) throw new Error(built.verdict.detail);
  return built.proof;
}

async function judge(edited: string): Promise<string> {
  const parsed = parseProof(edited);
  if (!parsed.ok) return parsed.reason;
  const keys = { pinnedKeys: [], givenKeys: [signer.publicKey] };
  const report = await checkProof(parsed.proof, keys);
  return report.ok ? "ok" : report.reason;
}

describe("buildProof() and checkProof()", () => {
  it("agree about a draw", async () => {
    const report = await checkProof(proof, { pinnedKeys: [], givenKeys: [signer.publicKey] });
    expect(report).toMatchObject({ ok: true, players: 8, keyTrust: "given" });
    expect(proof.prize.pot).toEqual({ minor: "120", currency: "XTR" });
    expect(proof.outcome.winners).toHaveLength(3);
    expect(proof.outcome.reserves).toHaveLength(2);
    expect(await judge(text)).toBe("ok");
  });

  it("agree after keys were put in another order, as a database does", async () => {
    expect(await judge(JSON.stringify(sortKeys(proof), null, 2))).toBe("ok");
  });

  describe("about a redraw", () => {
    const reasons = ["Подпись не сошлась", "The winner asked for it"];

    /** Two draws that were replaced, and the third: the first was answered, the second was not. */
    async function chain() {
      const first = testSealInput();
      const firstSeal = sealTickets(first);
      const sealedFirst = sealedText({ ...first, ...firstSeal });
      const redrawn = { seal: firstSeal.hash, reason: reasons[0] ?? "" };
      const second = { ...testSealInput(), sealedAtMs: first.sealedAtMs + 1, redrawOf: redrawn };
      const secondSeal = sealTickets(second);
      const sealedSecond = sealedText({ ...second, ...secondSeal });
      const redrawOf = { seal: secondSeal.hash, reason: reasons[1] ?? "" };
      const third = { ...testSealInput(), sealedAtMs: first.sealedAtMs + 2, redrawOf };
      const answer = await signedTestAnswer(signer, testRequest(first));
      const formerDraws: FormerDraw[] = [
        { sealedText: sealedFirst, reason: redrawn.reason, answer },
        { sealedText: sealedSecond, reason: redrawOf.reason, answer: null },
      ];
      const built = await buildProof({
        ...third,
        formerDraws,
        answer: await signedTestAnswer(signer, testRequest(third)),
        keys: [signer.publicKey],
      });
      if (!built.ok) throw new Error(built.verdict.detail);
      return { proof: built.proof, formerDraws, first };
    }

    it("they agree, and say what each replaced draw was worth", async () => {
      const { proof } = await chain();
      expect(await judge(proofText(proof))).toBe("ok");
      const report = await checkProof(proof, { pinnedKeys: [], givenKeys: [signer.publicKey] });
      expect(report.ok && report.former.map(({ reason, answer }) => [reason, answer]))
        .toEqual([[reasons[0], "signed"], [reasons[1], "none"]]);
      expect(await judge(proofText(proof).replace("winner asked", "loser asked"))).toBe("seal");
    });

    it("they take no answer to another request for a replaced draw's own", async () => {
      const { proof, formerDraws, first } = await chain();
      const [one, two] = formerDraws as [FormerDraw, FormerDraw];
      const otherTicket = { ...first, ticket: { ...first.ticket, ticketId: "f".repeat(16) } };
      const ofFirst = testRequest(first);
      const answers = [
        proof.answer,
        // The same list and seal, asked for with another ticket.
        await signedTestAnswer(signer, { ...ofFirst, ticketId: "f".repeat(16) }),
        await signedTestAnswer(signer, testRequest(otherTicket)),
        await signedTestAnswer(signer, { ...ofFirst, userData: `${ofFirst.userData}0` }),
        { randomText: "null", signature: await signer.sign("null") },
      ];
      const judged = async (answer: SignedAnswer) => {
        const json = { ...proof, formerDraws: [{ ...one, answer }, two] };
        const report = await checkProof(json, { pinnedKeys: [], givenKeys: [signer.publicKey] });
        return report.ok && report.former[0]?.answer;
      };
      for (const answer of answers) expect(await judged(answer)).toBe("otherSigned");
      // With a round's value, or its miss, behind the seal.
      const missed = { ...ofFirst, userData: `${ofFirst.userData} missed` };
      expect(await judged(await signedTestAnswer(signer, missed))).toBe("signed");
    });

    it("they find every single field that was changed; a changed old answer is not its own", async () => {
      const { proof } = await chain();
      for (const { json, where } of everyEdit(proof)) {
        const report = await checkProof(json, { pinnedKeys: [], givenKeys: [signer.publicKey] });
        if (!report.ok) continue;
        expect(where).toMatch(/^\.formerDraws\[\d\]\.answer/);
        expect(report.former.map(({ answer }) => answer), where).not.toEqual(["signed", "none"]);
      }
    });

    it("they find every gap in the chain of seals", async () => {
      const { proof, formerDraws, first } = await chain();
      const [one, two] = formerDraws as [FormerDraw, FormerDraw];
      const other = { ...first, terms: { ...first.terms, commissionBps: 0 } };
      const otherText = sealedText({ ...other, ...sealTickets(other) });
      const judged = (changed: readonly FormerDraw[] | undefined) => {
        const { formerDraws: _, ...rest } = proof;
        return judge(
          JSON.stringify(changed === undefined ? rest : { ...rest, formerDraws: changed }),
        );
      };
      expect(await judged([one, two])).toBe("ok");
      for (
        const broken of [
          undefined,
          [],
          [one],
          [two],
          [two, one],
          [one, one, two],
          [{ ...one, reason: "Another reason" }, two],
          [one, { ...two, reason: "Another reason" }],
          [{ ...one, sealedText: otherText }, two],
          [{ ...one, sealedText: `${one.sealedText}x 1\n` }, two],
          [{ ...one, sealedText: "nothing" }, two],
        ]
      ) expect(await judged(broken)).toBe("formerDraws");
      const text = JSON.stringify({ ...proof, seal: { ...proof.seal, redrawOf: null } });
      expect(await judge(text)).toBe("seal");
    });

    it("a first draw has none", async () => {
      const { formerDraws } = await chain();
      expect(await judge(JSON.stringify({ ...proof, formerDraws }))).toBe("formerDraws");
    });

    it("an answer that nobody signed is told as such", async () => {
      const { proof, formerDraws: [one, two] } = await chain();
      const forged = {
        ...one,
        answer: { randomText: "{}", signature: one?.answer?.signature ?? "" },
      } as FormerDraw;
      const keys = { pinnedKeys: [], givenKeys: [signer.publicKey] };
      const report = await checkProof({ ...proof, formerDraws: [forged, two] }, keys);
      expect(report.ok && report.former[0]?.answer).toBe("notSigned");
    });
  });

  it("trust a real draw under a pinned key, and say when the key was only given", async () => {
    const input = testSealInput();
    const real = await prove({ ...input, ticket: { ...input.ticket, sandbox: false } });
    const keys = [signer.publicKey];
    expect(await checkProof(real, { pinnedKeys: keys })).toMatchObject({ keyTrust: "pinned" });
    expect(await checkProof(real, { pinnedKeys: [], givenKeys: keys }))
      .toMatchObject({ keyTrust: "given" });
    expect(await checkProof(real, { pinnedKeys: [] })).toMatchObject({ reason: "noKeys" });
  });

  it("never let a sandbox draw pass for a real one", async () => {
    const keys = [signer.publicKey];
    expect(await checkProof(proof, { pinnedKeys: keys }))
      .toMatchObject({ ok: false, reason: "sandboxKeyNotGiven" });
    expect(await checkProof(proof, { pinnedKeys: keys, givenKeys: keys }))
      .toMatchObject({ ok: false, reason: "sandboxSignedByPinnedKey" });
    expect(await checkProof({ ...proof, sandbox: false }, { pinnedKeys: [], givenKeys: keys }))
      .toMatchObject({ ok: false, reason: "seal" });
  });

  it("agree about a guaranteed prize, and what was added to reach it", async () => {
    const guaranteedPrize = { minor: "500", currency: "XTR" as const };
    const topped = await prove(testSealInput({ terms: { ...TEST_TERMS, guaranteedPrize } }));
    expect(topped.prize).toMatchObject({
      pot: { minor: "120" },
      commission: { minor: "18" },
      topUp: { minor: "398" },
      prizes: [{ minor: "250" }, { minor: "150" }, { minor: "100" }],
    });
    const text = proofText(topped);
    expect(await judge(text)).toBe("ok");
    for (const edited of everyEdit(topped)) {
      expect(await judge(JSON.stringify(edited.json)), edited.where).not.toBe("ok");
    }
    expect(await judge(text.replace('"minor":"398"', '"minor":"397"'))).toBe("prize");
    expect(await judge(text.replace('"minor":"500"', '"minor":"499"'))).toBe("seal");
    const rubles = { ...guaranteedPrize, currency: "RUB" };
    const unfit = { ...topped, terms: { ...topped.terms, guaranteedPrize: rubles } };
    expect(await judge(JSON.stringify(unfit))).toBe("terms");
  });

  it("agree about a draw in rubles, to the kopeck, and about the currency", async () => {
    const price = { minor: "9999", currency: "RUB" as const };
    const rubles = await prove(testSealInput({ terms: { ...TEST_TERMS, price } }));
    // 15 % of 1,199.88 ₽ is 179.982 ₽: the part of a kopeck stays with the winners.
    expect(rubles.prize).toEqual({
      pot: { minor: "119988", currency: "RUB" },
      commission: { minor: "17998", currency: "RUB" },
      prizes: ["50995", "30597", "20398"].map((minor) => ({ minor, currency: "RUB" })),
    });
    const text = proofText(rubles);
    expect(await judge(text)).toBe("ok");
    expect(await judge(text.replaceAll('"RUB"', '"XTR"'))).toBe("seal");
    for (const edited of everyEdit(rubles)) {
      expect(await judge(JSON.stringify(edited.json)), edited.where).not.toBe("ok");
    }
  });

  it("state that nothing was added where the pot was enough, and nothing of it elsewhere", async () => {
    const guaranteedPrize = { minor: "102", currency: "XTR" as const };
    const enough = await prove(testSealInput({ terms: { ...TEST_TERMS, guaranteedPrize } }));
    expect(enough.prize.topUp).toEqual({ minor: "0", currency: "XTR" });
    expect(await judge(proofText(enough))).toBe("ok");
    expect(Object.keys(proof.prize)).not.toContain("topUp");
    const added = { ...proof, prize: { ...proof.prize, topUp: { minor: "0", currency: "XTR" } } };
    expect(await judge(JSON.stringify(added))).toBe("prize");
  });

  it("give no proof of an answer that does not count", async () => {
    const input = testSealInput();
    const answer = await signedTestAnswer(signer, testRequest(input), { max: 99 });
    expect(await buildProof({ ...input, answer, keys: [signer.publicKey] }))
      .toMatchObject({ ok: false, verdict: { reason: "max" } });
  });

  it("handle 10,000 tickets", async () => {
    const input = testSealInput({ tickets: 10_000, players: 4_000 });
    const answer = await signedTestAnswer(signer, testRequest(input));
    const built = await buildProof({ ...input, answer, keys: [signer.publicKey] });
    const verdict = built.ok && await judge(proofText(built.proof));
    expect(verdict).toBe("ok");
  });
});

describe("a proof with a drand round", () => {
  const chain = createTestChain();
  const seen = testBeacon(chain);
  const missed = testBeacon(chain, false);
  /** The round, the patience with it, and none of the difference that clocks may have. */
  const AFTER_PATIENCE = "2026-01-02 03:09:10Z";
  const withRound = (beacon: BeaconProof | null, completionTime?: string) =>
    prove({ ...testSealInput(), beacon }, completionTime);

  it("holds, and RANDOM.ORG signed the beginning of the round's value", async () => {
    const drawn = await withRound(seen);
    expect(await judge(proofText(drawn))).toBe("ok");
    const { round, signature } = seen;
    expect(drawn.seal.namedRound).toEqual({ chainHash: chainHash(chain.chain), round });
    const value = beaconValue(signature ?? "").slice(0, 16);
    expect(JSON.parse(drawn.answer.randomText).userData)
      .toBe(`zhreb rfl_test1 12 ${drawn.seal.hash} ${value}`);
  });

  it("has the same winners as without, for they come from RANDOM.ORG alone", async () => {
    expect((await withRound(seen)).outcome).toEqual(proof.outcome);
  });

  it("holds without the round when it was waited for, and RANDOM.ORG signed that", async () => {
    const drawn = await withRound(missed, AFTER_PATIENCE);
    expect(await judge(proofText(drawn))).toBe("ok");
    expect(JSON.parse(drawn.answer.randomText).userData).toMatch(/ missed$/);
  });

  it("does not hold without the round when it was not waited for", async () => {
    await expect(withRound(missed)).rejects.toThrow("is before 2026-01-02T03:09:0");
  });

  it("does not hold when RANDOM.ORG answered before the round was there", async () => {
    await expect(withRound(seen, "2026-01-02 03:02:05Z")).rejects.toThrow("is before");
  });

  it("is none for a round of another key, or one known before", async () => {
    await expect(withRound(testBeacon({ ...createTestChain(), chain: chain.chain })))
      .rejects.toThrow("has not signed");
    const round = seen.round - 1;
    await expect(withRound({ ...seen, round, signature: chain.sign(round) }))
      .rejects.toThrow("was known");
  });

  it("counts in a real draw with quicknet's round only", async () => {
    const { ticket, ...input } = testSealInput();
    const [{ round, signature }] = quicknet.beacons;
    const real = {
      ...input,
      ticket: { ...ticket, sandbox: false },
      sealedAtMs: roundTimeMs({ chain: QUICKNET, round }) - 1,
    };
    const drawn = await prove({ ...real, beacon: { chain: QUICKNET, round, signature } });
    expect(await checkProof(drawn, { pinnedKeys: [signer.publicKey] }))
      .toMatchObject({ ok: true, keyTrust: "pinned" });
    await expect(prove({ ...real, beacon: seen })).rejects.toThrow("not drand's quicknet");
  });

  it("fails whatever single field was changed, removed or added", async () => {
    for (const drawn of [await withRound(seen), await withRound(missed, AFTER_PATIENCE)]) {
      for (const edited of everyEdit(drawn)) {
        expect(await judge(JSON.stringify(edited.json)), edited.where).not.toBe("ok");
      }
    }
  });

  it("fails with the round left out, or put into one that named none", async () => {
    const { beacon, ...left } = await withRound(seen);
    expect(await judge(JSON.stringify(left))).toBe("seal");
    expect(await judge(JSON.stringify({ ...proof, beacon }))).toBe("seal");
  });
});

describe("a proof of before seals named a round", () => {
  const old = (name: string) =>
    readFileSync(new URL(`./testdata/sealed_without_round.proof.${name}`, import.meta.url), "utf8");

  it("still holds", async () => {
    const parsed = parseProof(old("json"));
    if (!parsed.ok) throw new Error(parsed.detail);
    const report = await checkProof(parsed.proof, { pinnedKeys: [], givenKeys: [old("key.pem")] });
    expect(report).toMatchObject({ ok: true });
    expect(parsed.proof.beacon).toBeUndefined();
  });
});

describe("an edited proof", () => {
  it("fails whatever single field was changed, removed or added", async () => {
    for (const edited of everyEdit(proof)) {
      expect(await judge(JSON.stringify(edited.json)), edited.where).not.toBe("ok");
    }
  });

  it("fails whatever byte was changed, unless it reads the same", async () => {
    const anyEdit = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 0x17f }));
    await fc.assert(
      fc.asyncProperty(anyEdit, async ([place, code]) => {
        const at = place % text.length;
        const edited = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
        if (await judge(edited) !== "ok") return;
        expect(JSON.stringify(JSON.parse(edited))).toBe(JSON.stringify(JSON.parse(text)));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each<{ what: string; edit: (proof: DrawProof) => unknown; want: string }>([
    { what: "another version", edit: (p) => ({ ...p, version: 2 }), want: "malformed" },
    {
      what: "a ticket less",
      edit: (p) => ({ ...p, tickets: p.tickets.slice(0, -1) }),
      want: "seal",
    },
    {
      what: "two tickets swapped",
      edit: (p) => ({ ...p, tickets: [p.tickets[1], p.tickets[0], ...p.tickets.slice(2)] }),
      want: "numbersNotConsecutive",
    },
    {
      what: "too many tickets of a player",
      edit: (p) => ({
        ...p,
        tickets: p.tickets.map((line) => ({ ...line, playerHash: p.tickets[0]?.playerHash })),
      }),
      want: "tooManyTicketsOfOnePlayer",
    },
    {
      what: "another price",
      edit: (p) => ({ ...p, terms: { ...p.terms, price: { minor: "11", currency: "XTR" } } }),
      want: "seal",
    },
    {
      what: "a huge price",
      edit: (p) => ({
        ...p,
        terms: { ...p.terms, price: { minor: "9".repeat(18), currency: "XTR" } },
      }),
      want: "terms",
    },
    { what: "another seal", edit: resealed, want: "userData" },
    {
      what: "other winners",
      edit: (p) => ({ ...p, outcome: { ...p.outcome, winners: p.outcome.winners.toReversed() } }),
      want: "outcome",
    },
    {
      what: "another commission",
      edit: (p) => ({ ...p, prize: { ...p.prize, commission: { minor: "19", currency: "XTR" } } }),
      want: "prize",
    },
    {
      what: "another key's name",
      edit: (p) => ({ ...p, keyFingerprint: "0".repeat(64) }),
      want: "keyFingerprint",
    },
    {
      what: "another signature",
      edit: (p) => ({ ...p, answer: { ...p.answer, signature: `${"A".repeat(342)}==` } }),
      want: "signatureInvalid",
    },
  ])("with $what is refused: $want", async ({ edit, want }) => {
    expect(await judge(JSON.stringify(edit(proof)))).toBe(want);
  });
});

describe("parseProof()", () => {
  it.each([
    { what: "nothing", bad: () => "", want: "notJson" },
    { what: "nonsense", bad: () => "\u0000\u0001", want: "notJson" },
    { what: "other JSON", bad: () => "[1,2,3]", want: "malformed" },
    { what: "null", bad: () => "null", want: "malformed" },
    { what: "half a file", bad: () => text.slice(0, -10), want: "notJson" },
    {
      what: "depth",
      bad: () => "[".repeat(200_000) + "]".repeat(200_000),
      want: /notJson|malformed/,
    },
    { what: "a byte order mark", bad: () => `\ufeff${text}`, want: "notJson" },
    {
      what: "a repeated key",
      bad: () => text.replace('"sandbox":true', '"sandbox":false,"sandbox":true'),
      want: "ambiguousJson",
    },
    { what: "an odd number", bad: () => text.replace(":1500", ":1.5e3"), want: "ambiguousJson" },
    {
      what: "an odd letter",
      bad: () => text.replace("minimum", "m\\u0069nimum"),
      want: "ambiguousJson",
    },
    { what: "__proto__", bad: () => text.replace("{", '{"__proto__":{},'), want: "malformed" },
    { what: "too much", bad: () => " ".repeat(33 * 1024 * 1024), want: "tooLarge" },
  ])("refuses $what", ({ bad, want }) => {
    expect(parseProof(bad())).toMatchObject({ ok: false, reason: expect.stringMatching(want) });
  });

  it("reads what proofText() wrote", () => {
    expect(parseProof(text)).toEqual({ ok: true, proof });
  });
});

/** A forger's try: other terms, everything derived again; only the signed answer stays. */
function resealed(proof: DrawProof): DrawProof {
  const terms = { ...proof.terms, commissionBps: 0 };
  const numbers: number[] = JSON.parse(proof.answer.randomText).data;
  return {
    ...proof,
    terms,
    ...sealDraw({ ...sealInputOf(proof), terms }),
    ...settleDraw({ terms, lines: proof.tickets, numbers }),
  };
}

/** Each field changed, removed, and one added beside it; one of the tickets stands for all. */
function* everyEdit(json: unknown, where = ""): Generator<{ json: unknown; where: string }> {
  if (Array.isArray(json)) {
    yield { json: [...json, json[0] ?? 1], where: `${where}+` };
    yield { json: json.slice(1), where: `${where}-` };
    for (const [index, part] of json.slice(0, 2).entries()) {
      for (const edit of everyEdit(part, `${where}[${index}]`)) {
        yield { ...edit, json: json.with(index, edit.json) };
      }
    }
  } else if (json !== null && typeof json === "object") {
    yield { json: { ...json, extra: 1 }, where: `${where}.extra` };
    for (const [name, part] of Object.entries(json)) {
      const { [name]: _, ...rest } = json as Record<string, unknown>;
      yield { json: rest, where: `${where}.${name} removed` };
      for (const edit of everyEdit(part, `${where}.${name}`)) {
        yield { ...edit, json: { ...json, [name]: edit.json } };
      }
    }
  } else {
    for (const changed of changesOf(json)) yield { json: changed, where };
  }
}

function changesOf(value: unknown): unknown[] {
  if (typeof value === "number") return [value + 1, value - 1, -value - 1, value + 0.5, `${value}`];
  if (typeof value === "boolean") return [!value, null];
  if (typeof value !== "string") return [0, "x", {}, []];
  const first = value[0] === "1" ? "2" : "1";
  return [`${value}1`, ` ${value}`, first + value.slice(1), value.slice(1), "", null, 1];
}

function sortKeys(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(sortKeys);
  if (json === null || typeof json !== "object") return json;
  return Object.fromEntries(
    Object.entries(json).sort(([a], [b]) => b < a ? -1 : 1).map((
      [name, part],
    ) => [name, sortKeys(part)]),
  );
}
