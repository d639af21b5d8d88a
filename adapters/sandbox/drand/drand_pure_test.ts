/** drand's stand-in: a chain of its own that follows the clock, checked as an outsider does. */
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFixture, type Fixture } from "../sandbox_for_tests.ts";

let fixture: Fixture;
beforeEach(async () => {
  fixture = await createFixture();
});
afterEach(() => fixture.sandbox.close());

interface Info {
  readonly public_key: string;
  readonly period: number;
  readonly genesis_time: number;
  readonly hash: string;
}

async function info(from = fixture): Promise<Info> {
  return await (await from.request("/drand/info")).json();
}

async function ask(round: number | string, chain?: string): Promise<Response> {
  return await fixture.request(`/drand/${chain ?? (await info()).hash}/public/${round}`);
}

/** The newest round, and the milliseconds to the next. */
async function newest(): Promise<{ round: number; nextMs: number }> {
  const { genesis_time, period } = await info();
  const sinceMs = fixture.clock.nowMs() - genesis_time * 1000;
  const round = Math.floor(sinceMs / (period * 1000)) + 1;
  return { round, nextMs: round * period * 1000 - sinceMs };
}

function verifies({ public_key }: Info, round: number, signature: string): boolean {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(round));
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
  const { shortSignatures } = bls12_381;
  const message = shortSignatures.hash(
    new Uint8Array(createHash("sha256").update(number).digest()),
    "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_",
  );
  return shortSignatures.verify(bytes(signature), message, bytes(public_key));
}

it("tells its chain in drand's words, also by its hash", async () => {
  const chain = await info();
  expect(Object.keys(chain)).toEqual([
    "public_key",
    "period",
    "genesis_time",
    "hash",
    "groupHash",
    "schemeID",
    "metadata",
  ]);
  expect(await (await fixture.request(`/drand/${chain.hash}/info`)).json()).toEqual(chain);
  expect((await fixture.request(`/drand/${"0".repeat(64)}/info`)).status).toBe(404);
});

it("signs the round that is there, the same each time", async () => {
  const { round } = await newest();
  const answer = await ask(round);
  expect(answer.headers.get("cache-control")).toContain("immutable");
  const body = await answer.json();
  expect(Object.keys(body)).toEqual(["round", "randomness", "signature"]);
  expect(body.round).toBe(round);
  expect(verifies(await info(), round, body.signature)).toBe(true);
  expect(body.randomness)
    .toBe(createHash("sha256").update(Buffer.from(body.signature, "hex")).digest("hex"));
  expect(await (await ask(round)).json()).toEqual(body);
});

it("has no round before its time, and has it then", async () => {
  const { round, nextMs } = await newest();
  const early = await ask(round + 1);
  expect([early.status, await early.text()]).toEqual([404, ""]);
  expect(early.headers.get("cache-control")).toContain("no-cache");
  await fixture.clock.advance(nextMs - 1);
  expect((await ask(round + 1)).status).toBe(404);
  await fixture.clock.advance(1);
  expect((await (await ask(round + 1)).json()).round).toBe(round + 1);
});

it.each([["0", 400], ["-1", 400], ["1.5", 400], ["x", 400], ["9e99", 400]])(
  "refuses round %s with %i",
  async (round, status) => {
    expect((await ask(round)).status).toBe(status);
  },
);

it("knows no other chain", async () => {
  expect((await ask(1, "0".repeat(64))).status).toBe(404);
});

it("keeps its key in the books", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "sandbox-"));
  try {
    const first = await createFixture({ dataDir });
    const before = await info(first);
    await first.sandbox.close();
    const second = await createFixture({ dataDir, seed: "another" });
    expect(await info(second)).toEqual(before);
    await second.sandbox.close();
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});

describe("faults", () => {
  const order = (change: object) =>
    fixture.people.fault({ service: "drand", method: "public", kind: "500", ...change });

  it.each([
    [{ kind: "500" }, 500],
    [{ kind: "429" }, 429],
    [{ kind: "error", code: 425 }, 425],
  ])("%j answers so once", async (change, status) => {
    await order(change);
    const { round } = await newest();
    expect((await ask(round)).status).toBe(status);
    expect((await ask(round)).status).toBe(200);
  });

  it("wrongSignature: of the right form, and not of this round", async () => {
    await order({ kind: "wrongSignature" });
    const { round } = await newest();
    const body = await (await ask(round)).json();
    expect(body.round).toBe(round);
    expect(verifies(await info(), round, body.signature)).toBe(false);
  });

  it("wrongRequest: signed well, but another round", async () => {
    await order({ kind: "wrongRequest" });
    const { round } = await newest();
    const body = await (await ask(round)).json();
    expect(body.round).toBe(round - 1);
    expect(verifies(await info(), round - 1, body.signature)).toBe(true);
  });

  it("lostAnswer: the connection breaks", async () => {
    await order({ kind: "lostAnswer" });
    await expect((await ask((await newest()).round)).json()).rejects.toThrow(SyntaxError);
  });

  it.each([200, 99, undefined])("an error with the code %s is refused", async (code) => {
    await expect(order({ kind: "error", ...code === undefined ? {} : { code } })).rejects
      .toThrow(/"code"/);
  });
});
