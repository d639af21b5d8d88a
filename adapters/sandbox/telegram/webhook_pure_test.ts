/** Webhook delivery: the secret, the order, the times of the repeats. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFixture, type Fixture } from "../sandbox_for_tests.ts";

const ANNA = 1001;
const BORIS = 1002;
const URL_ = "http://127.0.0.1:9/hook";

interface Hit {
  readonly atMs: number;
  readonly id: number;
  readonly secret: string | null;
  // deno-lint-ignore no-explicit-any -- the update as it came
  readonly update: any;
}

let fixture: Fixture;
let hits: Hit[];
let answer: (hit: Hit) => Response | Promise<Response>;
let startMs: number;

beforeEach(async () => {
  hits = [];
  answer = () => new Response(null, { status: 200 });
  fixture = await createFixture({
    async deliver(request) {
      const update = await request.json();
      const hit = {
        atMs: fixture.clock.nowMs() - startMs,
        id: update.update_id,
        secret: request.headers.get("X-Telegram-Bot-Api-Secret-Token"),
        update,
      };
      hits.push(hit);
      return await answer(hit);
    },
  });
  startMs = fixture.clock.nowMs();
  for (const id of [ANNA, BORIS]) await fixture.people.person({ id });
  await fixture.call("setWebhook", { url: URL_, secret_token: "s3cret_-" });
});
afterEach(() => fixture.sandbox.close());

const refuse = (status: number, headers: Record<string, string> = {}) => (): Response =>
  new Response("no", { status, headers });

it("delivers with the secret and forgets the update after 2xx", async () => {
  await fixture.people.write(ANNA, "a");
  await fixture.clock.settle();
  expect(hits).toMatchObject([{ secret: "s3cret_-", update: { message: { text: "a" } } }]);
  expect((await fixture.call("getWebhookInfo")).result).toMatchObject({
    url: URL_,
    pending_update_count: 0,
    max_connections: 40,
  });
});

it("repeats at once, then after 2, 4, 8, 16, 32 seconds, then at most 60 to 120", async () => {
  answer = refuse(500);
  await fixture.people.write(ANNA, "a");
  await fixture.clock.advance(600_000);
  const waits = hits.slice(1).map((hit, index) => (hit.atMs - (hits[index]?.atMs ?? 0)) / 1000);
  expect(waits.slice(0, 6)).toEqual([0, 2, 4, 8, 16, 32]);
  for (const wait of waits.slice(6)) {
    expect(wait).toBeGreaterThanOrEqual(60);
    expect(wait).toBeLessThanOrEqual(120);
  }
  expect((await fixture.call("getWebhookInfo")).result).toMatchObject({
    pending_update_count: 1,
    last_error_message: "Wrong response from the webhook: 500",
  });
});

it("honours Retry-After", async () => {
  answer = refuse(429, { "retry-after": "7" });
  await fixture.people.write(ANNA, "a");
  await fixture.clock.advance(15_000);
  expect(hits.map((hit) => hit.atMs)).toEqual([0, 7000, 14_000]);
});

it("gives an update up when it expires, and goes on with the queue", async () => {
  answer = (hit) => refuse(hit.update.message.text === "bad" ? 500 : 200)();
  const { update_id } = await fixture.people.write(ANNA, "bad");
  await fixture.people.write(ANNA, "good");
  await fixture.clock.advance(3_600_000);
  expect(hits.every((hit) => hit.id === update_id)).toBe(true);
  await fixture.clock.advance(23.5 * 3_600_000);
  expect((await fixture.people.updates()).map((one) => one.state)).toEqual([
    "expired",
    "delivered",
  ]);
});

it("a stuck message holds up its own chat and no other", async () => {
  answer = (hit) => refuse(hit.update.message.chat.id === ANNA ? 500 : 200)();
  await fixture.people.write(ANNA, "1");
  await fixture.people.write(ANNA, "2");
  await fixture.people.write(BORIS, "3");
  await fixture.clock.advance(1000);
  expect(hits.map((hit) => hit.update.message.text)).toEqual(["1", "1", "3"]);
  answer = refuse(200);
  await fixture.clock.advance(2000);
  expect(hits.slice(3).map((hit) => hit.update.message.text)).toEqual(["1", "2"]);
});

it("keeps a queue in order while an answer is outstanding; another queue overtakes", async () => {
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => release = resolve);
  answer = async (hit) => {
    if (hit.update.message?.text === "1") await gate;
    return new Response();
  };
  await fixture.people.write(ANNA, "1");
  await fixture.people.write(ANNA, "2");
  await fixture.people.block(ANNA);
  await fixture.clock.settle();
  expect(hits.map((hit) => hit.update.message?.text ?? "member")).toEqual(["1", "member"]);
  release();
  await fixture.clock.settle();
  expect(hits.map((hit) => hit.update.message?.text ?? "member")).toEqual(["1", "member", "2"]);
});

it("never has more requests in flight than max_connections", async () => {
  await fixture.clock.advance(1000);
  await fixture.call("setWebhook", { url: URL_, max_connections: 1 });
  let inFlight = 0;
  let most = 0;
  answer = async () => {
    most = Math.max(most, ++inFlight);
    await new Promise<void>((resolve) => setImmediate(resolve));
    inFlight--;
    return new Response();
  };
  for (const id of [ANNA, BORIS, ANNA, BORIS]) await fixture.people.write(id, "x");
  await fixture.clock.settle();
  await fixture.sandbox.idle();
  expect([hits.length, most]).toEqual([4, 1]);
});

it("a connection that breaks counts as a failure", async () => {
  answer = () => Promise.reject(new TypeError("connection refused"));
  await fixture.people.write(ANNA, "a");
  await fixture.clock.settle();
  expect((await fixture.call("getWebhookInfo")).result.last_error_message)
    .toBe("Webhook connection closed");
});

it("runs the call that an answer holds, but none that reads or sets", async () => {
  answer = (hit) =>
    Response.json(
      hit.update.message.text === "a"
        ? { method: "sendMessage", chat_id: ANNA, text: "from the answer" }
        : { method: "deleteWebhook" },
    );
  await fixture.people.write(ANNA, "a");
  await fixture.people.write(ANNA, "b");
  await fixture.clock.settle();
  const { messages } = await fixture.people.chat(ANNA);
  expect(messages.map((message) => message.text)).toContain("from the answer");
  expect((await fixture.call("getWebhookInfo")).result.url).toBe(URL_);
});

it("delays and holds by type reorder across queues", async () => {
  await fixture.people.delivery({ delays: { message: 5000, my_chat_member: "held" } });
  await fixture.people.write(ANNA, "a");
  await fixture.people.block(ANNA);
  await fixture.clock.advance(4999);
  expect(hits).toEqual([]);
  await fixture.clock.advance(1);
  expect(hits.map((hit) => Object.keys(hit.update)[1])).toEqual(["message"]);
  await fixture.people.delivery({ delays: {} });
  await fixture.clock.settle();
  expect(hits.map((hit) => Object.keys(hit.update)[1])).toEqual(["message", "my_chat_member"]);
});

it("redeliver and deliverTwice send what was already taken", async () => {
  const { update_id } = await fixture.people.write(ANNA, "a");
  await fixture.clock.settle();
  await fixture.people.redeliver(Number(update_id));
  await fixture.clock.settle();
  expect(hits.map((hit) => hit.id)).toEqual([update_id, update_id]);
  await fixture.people.delivery({ deliverTwice: true });
  await fixture.people.write(ANNA, "b");
  await fixture.clock.settle();
  expect(hits.slice(2).map((hit) => hit.update.message.text)).toEqual(["b", "b"]);
});

it("410 for 23 hours removes the webhook", async () => {
  answer = refuse(410);
  await fixture.people.write(ANNA, "a");
  await fixture.clock.advance(23.2 * 3_600_000);
  expect((await fixture.call("getWebhookInfo")).result.url).toBe("");
});

it("updates wait for a webhook and can be dropped with it", async () => {
  await fixture.call("deleteWebhook");
  await fixture.people.write(ANNA, "dropped");
  await fixture.call("deleteWebhook", { drop_pending_updates: true });
  await fixture.people.write(ANNA, "waiting");
  await fixture.clock.advance(1000);
  await fixture.call("setWebhook", { url: URL_ });
  await fixture.clock.settle();
  expect(hits.map((hit) => hit.update.message.text)).toEqual(["waiting"]);
});

it.each([
  [{ url: URL_ }, true, "Webhook was set"],
  [{ url: "" }, true, "Webhook was deleted"],
  [{ url: "https://example.org:8443/x" }, true, "Webhook was set"],
  [
    { url: "http://example.org/x" },
    false,
    "Bad Request: bad webhook: An HTTPS URL must be provided for webhook",
  ],
  [
    { url: "https://example.org:9999/x" },
    false,
    "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
  ],
  [
    { url: URL_, secret_token: "no spaces" },
    false,
    "Bad Request: secret token contains unallowed characters",
  ],
])("setWebhook %o", async (params, ok, description) => {
  await fixture.clock.advance(1000);
  expect(await fixture.call("setWebhook", params)).toMatchObject({ ok, description });
});

it("setWebhook more than once a second is too many", async () => {
  expect(await fixture.call("setWebhook", { url: URL_ })).toMatchObject({
    status: 429,
    description: "Too Many Requests: retry after 1",
    parameters: { retry_after: 1 },
  });
});
