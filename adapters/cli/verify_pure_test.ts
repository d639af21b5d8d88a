import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { type BeaconProof, beaconValue, chainHash } from "../../machines/domain/draw/beacon.ts";
import { createTestChain, testBeacon } from "../../machines/domain/draw/testing/test_chain.ts";
import { buildProof } from "../../machines/domain/draw/build_proof.ts";
import { proofText } from "../../machines/domain/draw/draw_proof.ts";
import {
  createTestSigner,
  signedTestAnswer,
  TEST_TERMS,
  TEST_TICKET,
  testRequest,
  testSealInput,
  type TestSigner,
} from "../../machines/domain/draw/testing/signed_draw.ts";
import { sealedText, sealTickets, ticketTree } from "../../machines/domain/draw/seal_tickets.ts";
import { ticketDocument, ticketDocumentText } from "../../machines/domain/draw/ticket_document.ts";
import { verifyCommand } from "./verify.ts";

const vector = (name: string) =>
  readFileSync(new URL(`../randomorg/testdata/${name}`, import.meta.url), "utf8");
const names = ["v79924", "v213", "v1190", "v1770", "v1603", "v6116", "v6139", "v6156", "v16675"];

let signer: TestSigner;
let files: Record<string, string>;
let realText: string;

beforeAll(async () => {
  signer = await createTestSigner();
  const [sandboxText, publicText] = await Promise.all([true, false].map(async (sandbox) => {
    const input = { ...testSealInput(), ticket: { ...TEST_TICKET, sandbox } };
    const answer = await signedTestAnswer(signer, testRequest(input));
    const built = await buildProof({ ...input, answer, keys: [signer.publicKey] });
    if (!built.ok) throw new Error(built.verdict.detail);
    return proofText(built.proof);
  }));
  realText = publicText ?? "";
  files = { "proof.json": sandboxText ?? "", "key.pem": signer.publicKey };
});

async function run(args: string[], more: Record<string, string> = {}, pinnedKeys?: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const all = { ...files, ...more };
  const code = await verifyCommand(args, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    readTextFile: (path) => {
      const text = all[path];
      return text === undefined ? Promise.reject(new Error("No such file")) : Promise.resolve(text);
    },
  }, pinnedKeys === undefined ? {} : { pinnedKeys });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

describe("verify FILE", () => {
  it("tells a draw that holds", async () => {
    const { code, out, err } = await run(["real.json"], { "real.json": realText }, [
      signer.publicKey,
    ]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).not.toContain("SANDBOX");
    for (
      const part of [
        "12 tickets of 8 players",
        "Seal ",
        "RANDOM.ORG's own, built in",
        "place 1: ticket",
        "pot 120 XTR less commission 18 XTR (15 %) = 102 XTR",
        "The draw holds.",
      ]
    ) expect(out).toContain(part);
  });

  it("tells what was added to reach a guaranteed prize", async () => {
    const guaranteedPrize = { minor: "500", currency: "XTR" as const };
    const input = testSealInput({ terms: { ...TEST_TERMS, guaranteedPrize } });
    const answer = await signedTestAnswer(signer, testRequest(input));
    const built = await buildProof({ ...input, answer, keys: [signer.publicKey] });
    const text = built.ok ? proofText(built.proof) : "";
    const args = ["topped.json", "--key", "key.pem"];
    const { code, out } = await run(args, { "topped.json": text });
    expect(code).toBe(0);
    expect(out).toContain("pot 120 XTR less commission 18 XTR (15 %) = 102 XTR");
    expect(out).toContain("guaranteed 500 XTR: 398 XTR added = 500 XTR");
    // A file that says that less was promised, or added, does not hold.
    for (const [from, to] of [["500", "400"], ["398", "298"]] as const) {
      const edited = text.replace(`"minor":"${from}"`, `"minor":"${to}"`);
      expect(await run(args, { "topped.json": edited })).toMatchObject({ code: 1 });
    }
  });

  it("passes a sandbox proof only with its key, and says what it is", async () => {
    const without = await run(["proof.json"]);
    expect(without).toMatchObject({ code: 1, out: "" });
    expect(without.err).toContain("sandbox proof");
    const given = await run(["proof.json", "--key", "key.pem"]);
    expect(given.code).toBe(0);
    expect(given.out).toMatch(/^SANDBOX/);
    expect(given.out).toContain("the one you gave");
    expect((await run(["--key=key.pem", "proof.json"])).code).toBe(0);
  });

  describe("with the drand round of the seal", () => {
    const chain = createTestChain();
    const proofOf = async (beacon: BeaconProof, completionTime: string) => {
      const input = { ...testSealInput(), beacon };
      const answer = await signedTestAnswer(signer, testRequest(input), { completionTime });
      const built = await buildProof({ ...input, answer, keys: [signer.publicKey] });
      if (!built.ok) throw new Error(built.verdict.detail);
      return proofText(built.proof);
    };
    const check = (text: string) => run(["d.json", "--key", "key.pem"], { "d.json": text });

    it("tells whose it is, when it was made, and what it shows", async () => {
      const beacon = testBeacon(chain);
      const { code, out } = await check(await proofOf(beacon, "2026-01-02 03:04:10Z"));
      expect(code).toBe(0);
      for (
        const part of [
          `drand      round ${beacon.round} of chain ${chainHash(chain.chain)} (a stand-in's)`,
          "made 2026-01-02T03:04:",
          `value ${beaconValue(beacon.signature ?? "")}: RANDOM.ORG signed its beginning`,
          "the winners come from RANDOM.ORG alone",
        ]
      ) expect(out).toContain(part);
    });

    it("tells when it was not to be had", async () => {
      const { code, out } = await check(
        await proofOf(testBeacon(chain, false), "2026-01-02 03:10:10Z"),
      );
      expect(code).toBe(0);
      expect(out).toContain("not to be had in time, RANDOM.ORG signed");
    });

    it("tells when none was named", async () => {
      const { out } = await run(["proof.json", "--key", "key.pem"]);
      expect(out).toContain("drand      no round: sealed before seals named one");
    });

    it.each<{ what: string; edit: (text: string) => string; want: string }>([
      {
        what: "another signature",
        edit: (text) => text.replace(/"signature":"([0-9a-f])([0-9a-f]{95})"/, '"signature":"0$2"'),
        want: "does not hold: request",
      },
      {
        what: "another round",
        edit: (text) => text.replaceAll(/"round":(\d+)/g, (_all, n) => `"round":${Number(n) + 1}`),
        want: "does not hold: seal",
      },
      {
        what: "another key",
        edit: (text) => text.replace(chain.chain.publicKey, createTestChain().chain.publicKey),
        want: "does not hold: seal",
      },
      {
        what: "the round hidden",
        edit: (text) => text.replace(/"signature":"[0-9a-f]{96}"/, '"signature":null'),
        want: "does not hold: request",
      },
    ])("refuses $what", async ({ edit, want }) => {
      const text = await proofOf(testBeacon(chain), "2026-01-02 03:04:10Z");
      const { code, err } = await check(edit(text));
      expect(code).toBe(1);
      expect(err).toContain(want);
    });
  });

  it("does not trust a key only because the proof was signed with it", async () => {
    const { code, err } = await run(["real.json"], { "real.json": realText });
    expect(code).toBe(1);
    expect(err).toContain("signatureInvalid");
  });

  it.each<{ what: string; edit: (text: string) => string; want: string }>([
    {
      what: "another commission",
      edit: (text) => text.replace('"commissionBps":1500', '"commissionBps":1501'),
      want: "does not hold: seal",
    },
    {
      what: "other winners",
      edit: (text) => text.replace('"winners":[', '"winners":[11,'),
      want: "does not hold: outcome",
    },
    {
      what: "another time of a ticket",
      edit: (text) => text.replace(/"atMs":(\d+)9/, '"atMs":$18'),
      want: "does not hold:",
    },
    { what: "a cut end", edit: (text) => text.slice(0, -20), want: "notJson" },
    { what: "nothing in it", edit: () => "", want: "notJson" },
    { what: "nonsense in it", edit: () => "\u0000\u001b[31mnonsense", want: "notJson" },
    { what: "other JSON in it", edit: () => '{"a":1}', want: "malformed" },
    { what: "far too much in it", edit: () => " ".repeat(40_000_000), want: "tooLarge" },
    {
      what: "depth",
      edit: () => '{"a":'.repeat(500_000),
      want: "is not a proof file",
    },
  ])("refuses a file with $what", async ({ edit, want }) => {
    const text = edit(files["proof.json"] ?? "");
    const { code, out, err } = await run(["bad.json", "--key", "key.pem"], { "bad.json": text });
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain(want);
    expect(err.split("\n")).toHaveLength(1);
    expect(err).not.toMatch(/\p{Cc}/u);
    expect(err.length).toBeLessThan(1_100);
  });

  it("says what it cannot read", async () => {
    expect(await run(["none.json"]))
      .toEqual({ code: 1, out: "", err: 'Cannot read "none.json": No such file' });
    expect((await run(["proof.json", "--key", "none.pem"])).err).toContain('"none.pem"');
    expect((await run(["proof.json", "--key", "proof.json"])).err).toContain("not a public key");
  });
});

describe("verify --random --signature", () => {
  const args = ["--random", "r.json", "--signature", "s.base64"];
  const check = (random: string, signature: string, more: string[] = []) =>
    run([...args, ...more], { "r.json": random, "s.base64": signature });

  it.each(names)("accepts the real answer %s and refuses its edits", async (name) => {
    const random = vector(`${name}.random.json`);
    const signature = vector(`${name}.signature.base64`);
    expect(await check(random, signature)).toMatchObject({ code: 0, err: "" });
    expect(await check(random, `${signature.slice(0, 76)}\n${signature.slice(76)}\n`))
      .toMatchObject({ code: 0 });
    const edits = [
      random.replace(/"serialNumber":(\d)/, (_all, digit) => `"serialNumber":${9 - digit}`),
      random.replace(/("completionTime":"[^"]*"),("serialNumber":\d+)/, "$2,$1"),
      `${random}\n`,
    ];
    for (const edited of edits) {
      const { code, out, err } = await check(edited, signature);
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(err).toContain("signatureInvalid");
    }
    const other = vector(`${name === "v213" ? "v1190" : "v213"}.signature.base64`);
    expect(await check(random, other)).toMatchObject({ code: 1 });
  });

  it("refuses the documentation's misprint", async () => {
    const random = vector("v6139-as-printed-INVALID.random.json");
    expect(await check(random, vector("v6139.signature.base64"))).toMatchObject({ code: 1 });
  });

  it("accepts another signer only with its key", async () => {
    const signature = await signer.sign('{"a":1}');
    expect(await check('{"a":1}', signature)).toMatchObject({ code: 1 });
    const given = await check('{"a":1}', signature, ["--key", "key.pem"]);
    expect(given).toMatchObject({ code: 0 });
    expect(given.out).toContain("the one you gave");
  });

  it.each([
    { random: "", signature: "", want: "signatureMalformed" },
    { random: "{}", signature: "not base64!", want: "signatureMalformed" },
    { random: "{}", signature: "AAAA", want: "signatureInvalid" },
    { random: " ".repeat(5_000_000), signature: "AAAA", want: "too large" },
    { random: "{}", signature: "A".repeat(100_000), want: "too large" },
  ])("says $want", async ({ random, signature, want }) => {
    const { code, err } = await check(random, signature);
    expect(code).toBe(1);
    expect(err).toContain(want);
  });
});

describe("wrong usage", () => {
  it.each([
    { args: [], want: "No proof file" },
    { args: ["a.json", "b.json"], want: "one proof file" },
    { args: ["--random", "r.json"], want: "--signature is missing" },
    { args: ["--signature", "s"], want: "--random is missing" },
    { args: ["--random", "r", "--signature", "s", "a.json"], want: "not both" },
    { args: ["--key"], want: "--key needs a file" },
    { args: ["a.json", "--key", "--random"], want: "--key needs a file" },
    { args: ["a.json", "--key", "k", "--key", "k"], want: "given twice" },
    { args: ["--frobnicate"], want: "Unknown option --frobnicate" },
    { args: [""], want: "No proof file" },
  ])("$args ends with 2 and the usage", async ({ args, want }) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(want);
    expect(err).toContain("deno task verify FILE");
  });

  it("--help shows the usage and ends with 0", async () => {
    const { code, out } = await run(["--help"]);
    expect(code).toBe(0);
    expect(out).toContain("deno task verify FILE");
  });
});

describe("verify FILE of a player's own tickets", () => {
  const input = testSealInput();
  const seal = sealTickets(input);
  const document = ticketDocument({
    raffleId: input.raffleId,
    sealedText: sealedText({ ...input, ...seal }),
    lines: input.lines,
    tree: ticketTree(input.lines),
    playerId: "tg-1",
    salt: "2".padStart(32, "0"),
    numbers: [2, 10],
  });

  it("tells what holds, without any key", async () => {
    const { code, out, err } = await run(["my.json"], { "my.json": ticketDocumentText(document) });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (
      const part of [
        `Seal       ${seal.hash}`,
        `12 tickets, Merkle root ${seal.root}`,
        "Player     tg-1",
        "Tickets    2, 10, each under the root",
        "SANDBOX",
        "if this is the seal that you were shown",
      ]
    ) expect(out).toContain(part);
  });

  it.each([
    ["notHis", { playerId: "tg-2" }],
    ["seal", { seal: "0".repeat(64) }],
    ["malformed", { tickets: [] }],
  ])("ends with 1 and says %s", async (reason, change) => {
    const file = JSON.stringify({ ...document, ...change });
    const { code, err } = await run(["my.json"], { "my.json": file });
    expect(code).toBe(1);
    expect(err).toContain(`The ticket proof does not hold: ${reason}`);
  });
});
