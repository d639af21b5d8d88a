import { describe, expect, it } from "vitest";
import { RetryableError, TerminalError } from "../../actors/errors.ts";
import { createRandomOrg, hashApiKey } from "./random_org.ts";
import { RandomOrgUnavailable } from "./random_org_errors.ts";
import {
  fakeExchange,
  signedResultText,
  START_MS,
  TEST_API_KEY,
  TEST_HASHED_KEY,
} from "./testing/fake_exchange.ts";

const params = {
  n: 2,
  min: 1,
  max: 9,
  replacement: false,
  base: 10,
  ticketId: "0123456789abcdef",
  userData: "zhreb",
} as const;
const random = `{"serialNumber":5,"hashedApiKey":"${TEST_HASHED_KEY}","data":[1, 2.0]}`;
const signed = (more = "") => ({
  raw: `{"jsonrpc":"2.0","result":${signedResultText(random, more)},"id":{id}}`,
});

describe("createRandomOrg()", () => {
  it("hashes the key as RANDOM.ORG's own example", () => {
    expect(hashApiKey(TEST_API_KEY)).toBe(TEST_HASHED_KEY);
    expect(fakeExchange([]).randomOrg.hashedApiKey).toBe(TEST_HASHED_KEY);
  });

  it("calls everything but the real address a sandbox", () => {
    const apiKey = TEST_API_KEY;
    expect(createRandomOrg({ apiKey }).isSandbox).toBe(false);
    expect(createRandomOrg({ apiKey, baseUrl: "https://api.random.org/" }).isSandbox).toBe(false);
    expect(createRandomOrg({ apiKey, baseUrl: "http://api.random.org" }).isSandbox).toBe(true);
    expect(createRandomOrg({ apiKey, baseUrl: "http://127.0.0.1:9" }).isSandbox).toBe(true);
  });

  it.each(["http://127.0.0.1:9/randomorg", "http://127.0.0.1:9/randomorg/"])(
    "keeps the path of %s",
    async (baseUrl) => {
      const urls: string[] = [];
      const fetch = (input: Request | URL | string) => {
        urls.push(new Request(input).url);
        return Promise.resolve(new Response("", { status: 500 }));
      };
      const randomOrg = createRandomOrg({ apiKey: TEST_API_KEY, baseUrl, fetch });
      await expect(randomOrg.getUsage()).rejects.toThrow();
      expect(urls).toEqual(["http://127.0.0.1:9/randomorg/json-rpc/4/invoke"]);
    },
  );

  it.each(["", "short", "has a space in it", 'quote"quote"'])("refuses the key %j", (apiKey) => {
    expect(() => createRandomOrg({ apiKey })).toThrow(TypeError);
  });
});

describe("requests", () => {
  it("ask for signed integers, fresh ones, and give back the raw text", async () => {
    const { randomOrg, sent } = fakeExchange([signed()]);
    expect(await randomOrg.generateSignedIntegers(params))
      .toEqual({ randomText: random, signature: "c2ln" });
    expect(sent[0]).toMatchObject({
      method: "generateSignedIntegers",
      params: { apiKey: TEST_API_KEY, ...params, pregeneratedRandomization: null },
      contentType: "application/json",
      url: "http://127.0.0.1:1/json-rpc/4/invoke",
    });
  });

  it("create tickets, show a result, tell the usage", async () => {
    const ticket = { ticketId: "0123456789abcdef", creationTime: "2026-01-02 22:00:00Z" };
    const usage = { status: "running", bitsLeft: 10, requestsLeft: 3, totalBits: 1 };
    const { randomOrg, sent } = fakeExchange([{ result: [ticket] }, signed(), { result: usage }]);
    expect(await randomOrg.createTickets({ n: 1, showResult: true })).toEqual([ticket]);
    expect(await randomOrg.getResult(5)).toEqual({ randomText: random, signature: "c2ln" });
    expect(await randomOrg.getUsage())
      .toEqual({ status: "running", bitsLeft: 10, requestsLeft: 3 });
    expect(sent.map((call) => call.params)).toEqual([
      { apiKey: TEST_API_KEY, n: 1, showResult: true },
      { apiKey: TEST_API_KEY, serialNumber: 5 },
      { apiKey: TEST_API_KEY },
    ]);
  });

  it("send a signed text for verification byte for byte, and no key", async () => {
    const { randomOrg, sent } = fakeExchange([{ result: { authenticity: true } }]);
    expect(await randomOrg.verifySignature({ randomText: random, signature: "c2ln" })).toBe(true);
    expect(sent[0]?.body).toContain(`"random":${random},"signature":"c2ln"`);
    expect(sent[0]?.body).not.toContain(TEST_API_KEY);
  });

  it("go one after another, with the advised pause between", async () => {
    const { randomOrg, sent, slept } = fakeExchange([
      signed(',"advisoryDelay":2310'),
      signed(',"advisoryDelay":0'),
      signed(),
    ]);
    await Promise.all([1, 2, 3].map(() => randomOrg.generateSignedIntegers(params)));
    expect(slept).toEqual([2_310]);
    expect(sent.map((call) => call.atMs - START_MS)).toEqual([0, 2_310, 2_310]);
  });

  it("wait only for what is left of the pause", async () => {
    const { randomOrg, slept, advance } = fakeExchange([signed(',"advisoryDelay":1000'), signed()]);
    await randomOrg.generateSignedIntegers(params);
    advance(400);
    await randomOrg.generateSignedIntegers(params);
    expect(slept).toEqual([600]);
  });

  it("give a long pause back to the runtime", async () => {
    const { randomOrg, sent } = fakeExchange([signed(',"advisoryDelay":3600000'), signed()]);
    await randomOrg.generateSignedIntegers(params);
    await expect(randomOrg.generateSignedIntegers(params))
      .rejects.toMatchObject({ outcome: "notDone", retryAfterMs: 3_600_000 });
    expect(sent).toHaveLength(1);
  });

  it("stop at the day's allowance until midnight UTC, but for those that cost nothing", async () => {
    const { randomOrg, sent, advance } = fakeExchange([
      { error: { code: 402, message: "used up" } },
      { result: { status: "running", bitsLeft: 0, requestsLeft: 0 } },
      signed(),
    ]);
    const draw = () => randomOrg.generateSignedIntegers(params);
    await expect(draw()).rejects.toMatchObject({ outcome: "notDone", retryAfterMs: 7_200_000 });
    advance(3_600_000);
    await expect(draw()).rejects.toMatchObject({ outcome: "notDone", retryAfterMs: 3_600_000 });
    await randomOrg.getUsage();
    advance(3_600_000);
    await draw();
    expect(sent.map((call) => call.method))
      .toEqual(["generateSignedIntegers", "getUsage", "generateSignedIntegers"]);
  });

  it("are bounded in number while they wait", async () => {
    const { randomOrg } = fakeExchange(Array.from({ length: 300 }, () => signed()));
    const calls = Array.from({ length: 201 }, () => randomOrg.generateSignedIntegers(params));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.filter((outcome) => outcome.status === "rejected")).toHaveLength(1);
    await expect(calls[200]).rejects.toMatchObject({ outcome: "notDone" });
  });

  it("go on after a failed one", async () => {
    const { randomOrg } = fakeExchange([{ status: 500 }, signed()]);
    const [first, second] = await Promise.allSettled([
      randomOrg.generateSignedIntegers(params),
      randomOrg.generateSignedIntegers(params),
    ]);
    expect([first?.status, second?.status]).toEqual(["rejected", "fulfilled"]);
  });
});

describe("failures", () => {
  const timeout = new DOMException("The signal has been aborted", "TimeoutError");
  const lost = new TypeError(`error sending request with ${TEST_API_KEY}`);

  it.each([
    { answer: { status: 500, body: "oops" }, want: { outcome: "unknown" } },
    { answer: { status: 503 }, want: { outcome: "unknown" } },
    { answer: { status: 204 }, want: { outcome: "unknown" } },
    { answer: { status: 429 }, want: { outcome: "notDone" } },
    { answer: { thrown: timeout }, want: { outcome: "unknown" } },
    { answer: { thrown: lost }, want: { outcome: "unknown" } },
    { answer: { raw: "<html>" }, want: { outcome: "unknown" } },
    { answer: { raw: "[]" }, want: { outcome: "unknown" } },
    { answer: { raw: '{"jsonrpc":"2.0","result":{},"id":99}' }, want: { outcome: "unknown" } },
    { answer: { raw: '{"jsonrpc":"2.0","id":{id}}' }, want: { outcome: "unknown" } },
    { answer: { result: {} }, want: { outcome: "unknown" } },
    {
      answer: { raw: `{"result":{"random":1,"random":${random},"signature":"x"},"id":{id}}` },
      want: { outcome: "unknown" },
    },
    { answer: { error: { code: -32_603, message: "Internal" } }, want: { outcome: "unknown" } },
    { answer: { error: { code: -32_000, message: "Server" } }, want: { outcome: "unknown" } },
    {
      answer: { error: { code: 403, message: "bits" } },
      want: { outcome: "notDone", retryAfterMs: 7_200_000 },
    },
  ])("$answer may pass: $want", async ({ answer, want }) => {
    const draw = fakeExchange([answer]).randomOrg.generateSignedIntegers(params);
    await expect(draw).rejects.toMatchObject(want);
    await expect(draw).rejects.toBeInstanceOf(RandomOrgUnavailable);
    await expect(draw).rejects.toBeInstanceOf(RetryableError);
  });

  it.each([
    { answer: { error: { code: 400, message: "no such key" } }, code: "randomorg.400" },
    { answer: { error: { code: 401, message: "not running" } }, code: "randomorg.401" },
    { answer: { error: { code: 300, message: "min" } }, code: "randomorg.300" },
    { answer: { error: { code: 422, message: "used" } }, code: "randomorg.422" },
    { answer: { error: { code: -32_602, message: "params" } }, code: "randomorg.-32602" },
    { answer: { error: { code: -32_700, message: "parse" } }, code: "randomorg.-32700" },
    { answer: { status: 405 }, code: "randomorg.http405" },
    { answer: { status: 415 }, code: "randomorg.http415" },
    {
      answer: { result: { random: { hashedApiKey: "other", serialNumber: 1 }, signature: "x" } },
      code: "randomorg.hashedApiKey",
    },
  ])("$answer is final: $code", async ({ answer, code }) => {
    const draw = fakeExchange([answer]).randomOrg.generateSignedIntegers(params);
    await expect(draw).rejects.toMatchObject({ code });
    await expect(draw).rejects.toBeInstanceOf(TerminalError);
  });

  it.each([
    { answer: { thrown: lost } },
    { answer: { status: 500, body: TEST_API_KEY } },
    { answer: { status: 400, body: TEST_API_KEY } },
    { answer: { raw: `not JSON ${TEST_API_KEY}` } },
    { answer: { error: { code: 400, message: `The key ${TEST_API_KEY} does not exist` } } },
    { answer: { result: { random: TEST_API_KEY, signature: [TEST_API_KEY] } } },
  ])("never show the API key: $answer", async ({ answer }) => {
    const error = await fakeExchange([answer]).randomOrg.generateSignedIntegers(params)
      .then(() => undefined, (error: unknown) => error);
    expect(error).toBeInstanceOf(Error);
    expect(everythingIn(error)).not.toContain(TEST_API_KEY);
  });

  it("are told when a wrong number of tickets is made", async () => {
    const { randomOrg } = fakeExchange([{ result: [] }]);
    await expect(randomOrg.createTickets({ n: 1, showResult: true })).rejects
      .toMatchObject({ outcome: "unknown" });
  });
});

/** All texts of an error, its hidden properties and causes as well. */
function everythingIn(value: unknown, seen = new Set<unknown>()): string {
  if (value === null || typeof value !== "object") return String(value);
  if (seen.has(value)) return "";
  seen.add(value);
  return Object.getOwnPropertyNames(value)
    .map((name) => everythingIn(Reflect.get(value, name), seen)).join("\n");
}
