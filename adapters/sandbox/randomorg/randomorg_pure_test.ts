/** RANDOM.ORG's stand-in: what is signed, what is refused, tickets, serial numbers, recovery. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFixture, type Fixture } from "../sandbox_for_tests.ts";

const KEY = "00000000-0000-0000-0000-000000000000";
const OTHER = "11111111-1111-1111-1111-111111111111";
const KEY_HASH =
  "oT3AdLMVZKajz0pgW/8Z+t5sGZkqQSOnAi1aB8Li0tXgWf8LolrgdQ1wn9sKx1ehxhUZmhwUIpAtM8QeRbn51Q==";
let fixture: Fixture;

beforeEach(async () => {
  fixture = await createFixture();
});
afterEach(() => fixture.sandbox.close());

const draw = (change: Record<string, unknown> = {}) =>
  fixture.rpc("generateSignedIntegers", { apiKey: KEY, n: 3, min: 1, max: 6, ...change });

async function ticket(showResult = true, apiKey = KEY): Promise<string> {
  return (await fixture.rpc("createTickets", { apiKey, n: 1, showResult })).result[0].ticketId;
}

/** Verifies as an outsider does: WebCrypto, the PEM of the key, the bytes of `random`. */
async function verifies(random: unknown, signature: string): Promise<boolean> {
  const pem = await (await fixture.request("/randomorg/key.pem")).text();
  const bytes = (text: string) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const key = await crypto.subtle.importKey(
    "spki",
    bytes(pem.replace(/-----[^-]+-----|\s/g, "")),
    { name: "RSASSA-PKCS1-v1_5", hash: "SHA-512" },
    false,
    ["verify"],
  );
  return await crypto.subtle.verify(
    "RSASSA-PKCS1-v1_5",
    key,
    bytes(signature),
    new TextEncoder().encode(JSON.stringify(random)),
  );
}

describe("generateSignedIntegers", () => {
  it("answers with the keys of Release 4 in their order, signed", async () => {
    const { result, id } = await draw({ userData: { seal: "ab/cd" } });
    expect(id).toBe(7);
    expect(Object.keys(result)).toEqual([
      "random",
      "signature",
      "cost",
      "bitsUsed",
      "bitsLeft",
      "requestsLeft",
      "advisoryDelay",
    ]);
    expect(Object.keys(result.random)).toEqual([
      "method",
      "hashedApiKey",
      "n",
      "min",
      "max",
      "replacement",
      "base",
      "pregeneratedRandomization",
      "data",
      "license",
      "licenseData",
      "userData",
      "ticketData",
      "completionTime",
      "serialNumber",
    ]);
    expect(result.random).toMatchObject({
      hashedApiKey: KEY_HASH,
      userData: { seal: "ab/cd" },
      ticketData: null,
      completionTime: "2026-01-01 00:00:00Z",
      serialNumber: 1,
      license: { type: "developer", infoUrl: null },
    });
    expect(result).toMatchObject({ bitsUsed: 8, bitsLeft: 249_992, requestsLeft: 999, cost: 0 });
    expect(await verifies(result.random, result.signature)).toBe(true);
    expect(await verifies({ ...result.random, n: 4 }, result.signature)).toBe(false);
  });

  it("without replacement every value comes once", async () => {
    const { result } = await draw({ n: 1000, min: 1, max: 1000, replacement: false });
    expect([...result.random.data].sort((a: number, b: number) => a - b))
      .toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
  });

  it("other bases give padded strings; the same identifier gives the same values", async () => {
    const { result } = await draw({ base: 16, min: 0, max: 255 });
    for (const value of result.random.data) expect(value).toMatch(/^[0-9a-f]{2}$/);
    const named = { pregeneratedRandomization: { id: "a name" } };
    expect((await draw(named)).result.random.data).toEqual((await draw(named)).result.random.data);
  });

  it("numbers its answers per key without a gap", async () => {
    await draw();
    await draw({ n: 0 });
    await draw({ apiKey: OTHER });
    expect((await draw()).result.random.serialNumber).toBe(2);
  });

  it.each([
    [{ n: 0 }, 202],
    [{ n: 10_001 }, 202],
    [{ n: "3" }, 200],
    [{ min: -1_000_000_001 }, 202],
    [{ min: 6 }, 300],
    [{ n: 7, replacement: false }, 301],
    [{ replacement: 1 }, 200],
    [{ base: 7 }, 200],
    [{ userData: "x".repeat(999) }, 203],
    [{ pregeneratedRandomization: { date: "2999-01-01" } }, 200],
    [{ ticketId: "xyz" }, 200],
    [{ ticketId: "0123456789abcdef" }, 420],
    [{ apiKey: "my key" }, 400],
    [{ seed: 1 }, -32602],
    [{ n: undefined }, -32602],
  ])("refuses %o with %i", async (change, code) => {
    const answer = await draw(change);
    expect(answer.error).toMatchObject({ code });
    expect(answer.result).toBeUndefined();
  });

  it("stops at the day's allowance until midnight UTC", async () => {
    await fixture.sandbox.close();
    fixture = await createFixture({ randomTerms: { requestsPerDay: 1 } });
    await draw();
    expect((await draw()).error).toMatchObject({ code: 402, data: [1, 0] });
    await fixture.clock.advance(86_400_000);
    expect((await draw()).result.random.serialNumber).toBe(2);
  });
});

describe("tickets", () => {
  it("a ticket is used once and makes the next of its chain", async () => {
    const first = await ticket();
    const { result } = await draw({ ticketId: first });
    const { ticketData } = result.random;
    expect(ticketData).toEqual({
      ticketId: first,
      previousTicketId: null,
      nextTicketId: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect((await draw({ ticketId: first })).error).toMatchObject({ code: 422 });
    const next = await draw({ ticketId: ticketData.nextTicketId });
    expect(next.result.random.ticketData.previousTicketId).toBe(first);
    expect(next.result.random.serialNumber).toBe(2);
  });

  it("getTicket tells before and after the use what happened, and gives the same answer", async () => {
    const ticketId = await ticket();
    expect((await fixture.rpc("getTicket", { ticketId })).result).toMatchObject({
      hashedApiKey: KEY_HASH,
      showResult: true,
      usedTime: null,
      serialNumber: null,
      expirationTime: "2026-01-31 00:00:00Z",
      result: null,
    });
    const { result } = await draw({ ticketId });
    expect((await fixture.rpc("getTicket", { ticketId })).result).toMatchObject({
      usedTime: "2026-01-01 00:00:00Z",
      serialNumber: 1,
      result: { random: result.random, signature: result.signature },
    });
  });

  it("a hidden result appears when it is revealed, with all before it", async () => {
    const ticketId = await ticket(false);
    expect((await fixture.rpc("revealTickets", { apiKey: KEY, ticketId })).error.code).toBe(426);
    const { nextTicketId } = (await draw({ ticketId })).result.random.ticketData;
    await draw({ ticketId: nextTicketId });
    expect((await fixture.rpc("getTicket", { ticketId })).result.result).toBeUndefined();
    expect((await fixture.rpc("revealTickets", { apiKey: KEY, ticketId: nextTicketId })).result)
      .toEqual({ ticketCount: 2 });
    expect((await fixture.rpc("getTicket", { ticketId })).result.result.random.serialNumber).toBe(
      1,
    );
  });

  it("listTickets sorts by the place in a chain", async () => {
    const alone = await ticket();
    const used = await ticket();
    const { nextTicketId } = (await draw({ ticketId: used })).result.random.ticketData;
    const list = async (ticketType: string) =>
      (await fixture.rpc("listTickets", { apiKey: KEY, ticketType })).result
        .map((one: { ticketId: string }) => one.ticketId);
    expect(await list("singleton")).toEqual([alone]);
    expect(await list("head")).toEqual([used]);
    expect(await list("tail")).toEqual([nextTicketId]);
    expect((await fixture.rpc("listTickets", { apiKey: KEY, ticketType: "x" })).error.code).toBe(
      200,
    );
  });

  it.each([
    ["another key's", 421, (id: string) => draw({ apiKey: OTHER, ticketId: id })],
    ["an expired", 420, async (id: string) => {
      await fixture.clock.advance(31 * 86_400_000);
      return await draw({ ticketId: id });
    }],
  ])("refuses %s ticket with %i", async (_name, code, use) => {
    expect((await use(await ticket())).error).toMatchObject({ code });
  });

  it.each([[{ n: 0 }, 202], [{ n: 51 }, 202], [{ showResult: "yes" }, 200], [{ x: 1 }, -32602]])(
    "createTickets refuses %o with %i",
    async (change, code) => {
      const params = { apiKey: KEY, n: 1, showResult: true, ...change };
      expect((await fixture.rpc("createTickets", params)).error).toMatchObject({ code });
    },
  );
});

describe("the other methods", () => {
  it("getResult gives the same answer again; unknown ones are 303", async () => {
    const { result } = await draw();
    expect((await fixture.rpc("getResult", { apiKey: KEY, serialNumber: 1 })).result).toEqual(
      result,
    );
    expect((await fixture.rpc("getResult", { apiKey: KEY, serialNumber: 2 })).error)
      .toMatchObject({ code: 303, data: ["serialNumber"] });
    expect((await fixture.rpc("getResult", { apiKey: OTHER, serialNumber: 1 })).error)
      .toMatchObject({ code: 303, data: ["apiKey"] });
  });

  it("verifySignature says true, or false for anything else", async () => {
    const { random, signature } = (await draw()).result;
    const verify = async (params: unknown) =>
      (await fixture.rpc("verifySignature", params)).result.authenticity;
    expect(await verify({ random, signature })).toBe(true);
    expect(await verify({ random: { ...random, n: 9 }, signature })).toBe(false);
    expect(await verify({ random, signature: "???" })).toBe(false);
  });

  it("getUsage counts", async () => {
    await draw();
    expect((await fixture.rpc("getUsage", { apiKey: KEY })).result).toEqual({
      status: "running",
      creationTime: "2026-01-01 00:00:00Z",
      bitsLeft: 249_992,
      requestsLeft: 999,
      totalBits: 8,
      totalRequests: 1,
    });
  });

  it("an unknown method is -32601", async () => {
    expect((await fixture.rpc("generateLuck", {})).error).toEqual({
      code: -32601,
      message: "Method not found",
      data: null,
    });
  });
});

describe("the transport", () => {
  const path = "/randomorg/json-rpc/4/invoke";
  const json = { "content-type": "application/json" };

  it.each([
    ["GET", { method: "GET" }, 405],
    ["a form", { method: "POST", body: new URLSearchParams({ a: "b" }) }, 415],
    [
      "a notification",
      {
        method: "POST",
        headers: json,
        body: JSON.stringify({ jsonrpc: "2.0", method: "getUsage", params: { apiKey: KEY } }),
      },
      204,
    ],
  ])("answers %s with its HTTP status", async (_name, init, status) => {
    expect((await fixture.request(path, init)).status).toBe(status);
  });

  it.each([["{", -32700], ["[]", -32600], ['{"method":"getUsage","id":1}', -32600]])(
    "answers %s with HTTP 200 and code %i",
    async (body, code) => {
      const response = await fixture.request(path, { method: "POST", headers: json, body });
      expect(response.status).toBe(200);
      expect((await response.json()).error).toMatchObject({ code });
    },
  );
});

describe("faults", () => {
  it("wrongSignature: the answer does not verify, now or later", async () => {
    await fixture.people.fault({
      service: "randomorg",
      method: "generateSignedIntegers",
      kind: "wrongSignature",
    });
    const ticketId = await ticket();
    const { random, signature } = (await draw({ ticketId })).result;
    expect(await verifies(random, signature)).toBe(false);
    const later = (await fixture.rpc("getTicket", { ticketId })).result.result;
    expect(later.signature).toBe(signature);
    const next = (await draw()).result;
    expect(await verifies(next.random, next.signature)).toBe(true);
  });

  it("wrongRequest: signed well, but not what was asked", async () => {
    await fixture.people.fault({ service: "randomorg", method: "*", kind: "wrongRequest" });
    const { random, signature } = (await draw({ userData: "mine" })).result;
    expect(await verifies(random, signature)).toBe(true);
    expect(random).toMatchObject({ max: 7, userData: "another request" });
  });

  it("error: RANDOM.ORG's code and words", async () => {
    await fixture.people.fault({
      service: "randomorg",
      method: "createTickets",
      kind: "error",
      code: 401,
      description: "The API key you specified is not running",
    });
    const params = { apiKey: KEY, n: 1, showResult: true };
    expect((await fixture.rpc("createTickets", params)).error).toEqual({
      code: 401,
      message: "The API key you specified is not running",
      data: null,
    });
    expect((await fixture.rpc("createTickets", params)).result).toHaveLength(1);
  });

  it("lostAnswer: the draw is made, and getTicket tells what it was", async () => {
    await fixture.people.fault({
      service: "randomorg",
      method: "generateSignedIntegers",
      kind: "lostAnswer",
    });
    const ticketId = await ticket();
    await expect(draw({ ticketId })).rejects.toThrow(SyntaxError);
    expect((await draw({ ticketId })).error).toMatchObject({ code: 422 });
    expect((await fixture.rpc("getTicket", { ticketId })).result.result.random.data).toHaveLength(
      3,
    );
  });
});
