/** Faults on demand, with Telegram's methods; RANDOM.ORG's own are tested beside it. */
import { afterEach, beforeEach, expect, it } from "vitest";
import type { FaultOrder } from "./door_types.ts";
import { createFixture, type Fixture, TOKEN } from "./sandbox_for_tests.ts";

const ANNA = 1001;
let fixture: Fixture;

beforeEach(async () => {
  fixture = await createFixture();
  await fixture.people.person({ id: ANNA });
  await fixture.people.write(ANNA, "/start");
});
afterEach(() => fixture.sandbox.close());

const order = (change: Partial<FaultOrder>) =>
  fixture.people.fault({ service: "telegram", method: "sendMessage", kind: "500", ...change });
const send = () => fixture.call("sendMessage", { chat_id: ANNA, text: "x" });
const sent = async () =>
  (await fixture.people.chat(ANNA)).messages.filter((one) => one.text === "x").length;

function sendAndGiveUp(signal: AbortSignal): Promise<Response> {
  return fixture.request(`/bot${TOKEN}/sendMessage`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ chat_id: ANNA, text: "x" }),
    signal,
  });
}

it.each(
  [
    [{ kind: "429", retryAfter: 17 }, { status: 429, parameters: { retry_after: 17 } }],
    [{ kind: "500" }, { status: 500, description: "Internal Server Error" }],
    [
      { kind: "error", code: 403, description: "Forbidden: user is deactivated" },
      { status: 403, description: "Forbidden: user is deactivated" },
    ],
  ] as const,
)("%o is answered, and nothing is done", async (change, want) => {
  await order(change);
  expect(await send()).toMatchObject({ ok: false, ...want });
  expect(await sent()).toBe(0);
  expect((await send()).ok).toBe(true);
});

it.each([["timeoutBefore", 0], ["timeoutAfterSuccess", 1]] as const)(
  "%s never answers; %i message came to be",
  async (kind, count) => {
    await order({ kind });
    const caller = new AbortController();
    let isAnswered = false;
    const pending = sendAndGiveUp(caller.signal).then(() => isAnswered = true);
    await fixture.clock.advance(3_600_000);
    expect(isAnswered).toBe(false);
    expect(await sent()).toBe(count);
    expect((await fixture.people.calls({ method: "sendMessage" })).at(-1)).toMatchObject({
      fault: kind,
    });
    caller.abort();
    await pending;
  },
);

it("lostAnswer does it and breaks off within the answer", async () => {
  await order({ kind: "lostAnswer" });
  await expect(send()).rejects.toThrow(SyntaxError);
  expect(await sent()).toBe(1);
});

it("500AfterSuccess does it and answers an error", async () => {
  await order({ kind: "500AfterSuccess" });
  expect(await send()).toMatchObject({ ok: false, status: 500 });
  expect(await sent()).toBe(1);
  expect((await fixture.people.calls({ method: "sendMessage" })).at(-1)).toMatchObject({
    answer: { ok: true },
    fault: "500AfterSuccess",
  });
});

it("delay does it later", async () => {
  await order({ kind: "delay", delayMs: 5000 });
  const sending = send();
  await fixture.clock.advance(4999);
  expect(await sent()).toBe(0);
  await fixture.clock.advance(1);
  expect((await sending).ok).toBe(true);
});

it("hits so many calls, of this method, to this chat", async () => {
  const fault = await order({ times: 2, chatId: ANNA });
  await fixture.people.person({ id: 2 });
  await fixture.people.write(2, "/start");
  expect((await fixture.call("sendMessage", { chat_id: 2, text: "y" })).ok).toBe(true);
  expect((await fixture.call("getMe")).ok).toBe(true);
  expect((await send()).status).toBe(500);
  expect(await fixture.people.faults()).toEqual([{ ...fault, timesLeft: 1 }]);
  expect((await send()).status).toBe(500);
  expect((await send()).ok).toBe(true);
});

it("the older fault comes first, and all can be cleared", async () => {
  await order({ kind: "429" });
  await order({ kind: "500", times: 5 });
  expect((await send()).status).toBe(429);
  expect((await send()).status).toBe(500);
  await fixture.people.clearFaults();
  expect((await send()).ok).toBe(true);
});

it.each([
  [{ kind: "flood" }, 'Unknown fault "flood"'],
  [{ service: "bank" }, 'Field "service" must be'],
  [{ kind: "wrongSignature" }, "is a fault of RANDOM.ORG"],
  [{ kind: "delay" }, 'needs "delayMs"'],
  [{ kind: "error" }, 'needs a "code"'],
  [{ times: 0 }, "at least 1"],
  [{ tims: 3 }, 'Unknown field "tims"'],
])("the door refuses %o", async (change, words) => {
  await expect(order(change as unknown as Partial<FaultOrder>)).rejects.toThrow(words);
});
