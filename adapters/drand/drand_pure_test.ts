/** drand's client: whatever a relay says, only the named round under the chain's key counts. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RetryableError } from "../../actors/errors.ts";
import { QUICKNET, QUICKNET_HASH } from "../../machines/domain/draw/beacon.ts";
import { createTestChain } from "../../machines/domain/draw/testing/test_chain.ts";
import { createDrand, DRAND_URLS, publicRoundUrl } from "./drand.ts";
import { readChain } from "./read_chain.ts";

const vector = JSON.parse(
  readFileSync(
    new URL("../../machines/domain/draw/testdata/quicknet.json", import.meta.url),
    "utf8",
  ),
);
const [right] = vector.beacons;
const { round, signature } = right;
const named = { chain: QUICKNET, round };
const URLS = ["https://one.test/", "https://two.test/drand"];

type Answer = () => Response | Promise<Response>;
const json = (body: unknown): Answer => () => Response.json(body);
const status = (code: number): Answer => () => new Response("no", { status: code });

/** A client whose relays answer in turn, and what was asked and logged. */
function relays(...answers: Answer[]) {
  const asked: string[] = [];
  const log: { level: string; reason: unknown; relay: unknown }[] = [];
  const drand = createDrand({
    urls: URLS,
    chain: QUICKNET,
    fetch: (input, init) => {
      asked.push(new Request(input, init).url);
      return Promise.resolve((answers.shift() ?? status(500))());
    },
    log: (level, _message, fields = {}) =>
      void log.push({ level, reason: fields["reason"], relay: fields["relay"] }),
  });
  return { drand, asked, log };
}

describe("signatureOf()", () => {
  it("asks a relay for the round of the chain, and believes the signature", async () => {
    const { drand, asked, log } = relays(json(right));
    expect(await drand.signatureOf(named)).toBe(signature);
    expect(asked).toEqual([`https://one.test/${QUICKNET_HASH}/public/1000`]);
    expect(log).toEqual([]);
  });

  it("takes the shorter answer of newer relays, which leave the randomness out", async () => {
    const { drand } = relays(json({ round, signature }));
    expect(await drand.signatureOf(named)).toBe(signature);
  });

  const other = createTestChain();
  it.each<{ what: string; answer: Answer; reason: RegExp }>([
    { what: "another round", answer: json({ ...right, round: 999 }), reason: /round 999/ },
    {
      what: "another round's signature",
      answer: json({ round, signature: other.sign(round) }),
      reason: /signature is wrong/,
    },
    {
      what: "a changed signature",
      answer: json({ round, signature: `${signature.slice(0, -1)}8` }),
      reason: /signature is wrong/,
    },
    {
      what: "other randomness",
      answer: json({ ...right, randomness: "0".repeat(64) }),
      reason: /randomness/,
    },
    { what: "no signature", answer: json({ round }), reason: /signature/ },
    { what: "a short one", answer: json({ round, signature: "b4" }), reason: /signature/ },
    { what: "numbers for it", answer: json({ round, signature: 4 }), reason: /signature/ },
    { what: "a list", answer: json([right]), reason: /./ },
    { what: "a page", answer: () => new Response("<html>"), reason: /./ },
    { what: "nothing", answer: () => new Response(""), reason: /./ },
    {
      what: "far too much",
      answer: () => new Response(" ".repeat(20_000) + JSON.stringify(right)),
      reason: /too long/,
    },
    { what: "500", answer: status(500), reason: /500/ },
    { what: "429", answer: status(429), reason: /429/ },
    {
      what: "a broken connection",
      answer: () => Promise.reject(new TypeError("connection reset")),
      reason: /./,
    },
  ])("does not take $what, says so, and asks the next relay", async ({ answer, reason }) => {
    const { drand, asked, log } = relays(answer, json(right));
    expect(await drand.signatureOf(named)).toBe(signature);
    expect(asked).toHaveLength(2);
    expect(asked[1]).toBe(`https://two.test/drand/${QUICKNET_HASH}/public/1000`);
    expect(log).toEqual([
      { level: "warn", relay: "one.test", reason: expect.stringMatching(reason) },
    ]);
  });

  it.each([404, 425])("is quiet about a round that is not there yet: %i", async (code) => {
    const { drand, log } = relays(status(code), json(right));
    expect(await drand.signatureOf(named)).toBe(signature);
    expect(log).toMatchObject([{ level: "debug" }]);
  });

  it("asks each once, and leaves it to the runtime to come again", async () => {
    const { drand, asked } = relays(status(404), status(500));
    const failure = await drand.signatureOf(named).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RetryableError);
    expect(failure).toMatchObject({ isOutcomeUnknown: false });
    expect(asked).toHaveLength(2);
  });
});

describe("readChain()", () => {
  const info = vector.chain_info;

  it("reads what a relay tells", () => {
    expect(readChain(info)).toEqual(QUICKNET);
  });

  it.each([
    { schemeID: "pedersen-bls-chained" },
    { hash: "0".repeat(64) },
    { period: 30 },
    { public_key: info.public_key.slice(2) },
    { genesis_time: "soon" },
    { metadata: { beaconID: "other" } },
  ])("refuses %j", (change) => {
    expect(() => readChain({ ...info, ...change })).toThrow(Error);
  });
});

it("links a round to drand's own page, and a stand-in's nowhere", () => {
  expect(publicRoundUrl(named)).toBe(`${DRAND_URLS[0]}/${QUICKNET_HASH}/public/1000`);
  expect(publicRoundUrl({ ...named, chain: createTestChain().chain })).toBeUndefined();
});
