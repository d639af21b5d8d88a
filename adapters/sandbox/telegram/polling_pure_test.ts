/** getUpdates: order, offset, long poll, expiry, and one reader at a time. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFixture, type Fixture } from "../sandbox_for_tests.ts";

const ANNA = 1001;
let fixture: Fixture;

beforeEach(async () => {
  fixture = await createFixture();
  await fixture.people.person({ id: ANNA });
});
afterEach(() => fixture.sandbox.close());

const idsOf = (answer: { result?: { update_id: number }[] }): number[] =>
  (answer.result ?? []).map((update) => update.update_id);

it("getUpdates gives updates in order, until the offset confirms them", async () => {
  for (const text of ["a", "b", "c"]) await fixture.people.write(ANNA, text);
  const [first = 0, second = 0, third = 0] = idsOf(await fixture.call("getUpdates"));
  expect([second - first, third - second]).toEqual([1, 1]);
  expect(idsOf(await fixture.call("getUpdates", { limit: 1 }))).toEqual([first]);
  expect(idsOf(await fixture.call("getUpdates", { offset: third }))).toEqual([third]);
  expect(idsOf(await fixture.call("getUpdates", { offset: first }))).toEqual([third]);
  expect(idsOf(await fixture.call("getUpdates", { offset: third + 1 }))).toEqual([]);
});

it("a negative offset forgets all but the last", async () => {
  for (const text of ["a", "b", "c"]) await fixture.people.write(ANNA, text);
  expect((await fixture.call("getUpdates", { offset: -1 })).result[0].message.text).toBe("c");
  expect(idsOf(await fixture.call("getUpdates"))).toHaveLength(1);
});

it("a long poll is woken by an update", async () => {
  const poll = fixture.call("getUpdates", { timeout: 50 });
  await fixture.clock.advance(20_000);
  await fixture.people.write(ANNA, "hello");
  expect((await poll).result).toMatchObject([{ message: { text: "hello", from: { id: ANNA } } }]);
});

it("a long poll ends empty after 50 seconds at most", async () => {
  const poll = fixture.call("getUpdates", { timeout: 3600 });
  await fixture.clock.advance(50_000);
  expect(await poll).toMatchObject({ ok: true, result: [] });
});

it("a second reader ends the first with 409", async () => {
  const first = fixture.call("getUpdates", { timeout: 50 });
  await fixture.clock.settle();
  const second = fixture.call("getUpdates", { timeout: 1 });
  expect(await first).toMatchObject({
    status: 409,
    description:
      "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
  });
  await fixture.clock.advance(1000);
  expect(await second).toMatchObject({ ok: true });
});

it("setWebhook ends a reader, and while it is set there is none", async () => {
  const poll = fixture.call("getUpdates", { timeout: 50 });
  await fixture.clock.settle();
  await fixture.call("setWebhook", { url: "http://127.0.0.1:9/hook" });
  expect(await poll).toMatchObject({
    status: 409,
    description: "Conflict: terminated by setWebhook request",
  });
  expect(await fixture.call("getUpdates")).toMatchObject({
    status: 409,
    description:
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
  });
});

it("updates expire: a callback query after 150 seconds, a message after a day", async () => {
  await fixture.people.write(ANNA, "/start");
  const { result } = await fixture.call("sendMessage", {
    chat_id: ANNA,
    text: "x",
    reply_markup: { inline_keyboard: [[{ text: "b", callback_data: "c" }]] },
  });
  await fixture.people.press(ANNA, { message_id: result.message_id, text: "b" });
  expect(idsOf(await fixture.call("getUpdates"))).toHaveLength(2);
  await fixture.clock.advance(151_000);
  expect(idsOf(await fixture.call("getUpdates"))).toHaveLength(1);
  await fixture.clock.advance(86_400_000);
  expect(idsOf(await fixture.call("getUpdates"))).toEqual([]);
  expect((await fixture.people.updates()).map((one) => one.state)).toEqual(["expired", "expired"]);
});

it("allowed_updates holds back what is not named, and is kept", async () => {
  await fixture.call("getUpdates", { allowed_updates: ["callback_query"] });
  expect(await fixture.people.write(ANNA, "unseen")).toMatchObject({ update_id: null });
  await fixture.call("getUpdates");
  expect(await fixture.people.write(ANNA, "unseen")).toMatchObject({ update_id: null });
  await fixture.call("getUpdates", { allowed_updates: [] });
  expect((await fixture.people.write(ANNA, "seen")).update_id).toBeGreaterThan(0);
  expect(await fixture.call("getUpdates", { allowed_updates: ["mesage"] })).toMatchObject({
    description: 'Bad Request: unknown update type "mesage"',
  });
});

it("redeliver gives a confirmed update once more, whatever the offset", async () => {
  const { update_id } = await fixture.people.write(ANNA, "a");
  const next = Number(update_id) + 1;
  await fixture.call("getUpdates");
  expect(idsOf(await fixture.call("getUpdates", { offset: next }))).toEqual([]);
  await fixture.people.redeliver(Number(update_id));
  expect(idsOf(await fixture.call("getUpdates", { offset: next }))).toEqual([update_id]);
  expect(idsOf(await fixture.call("getUpdates", { offset: next }))).toEqual([]);
});

it("redeliver keeps an unconfirmed update until it is confirmed", async () => {
  const { update_id } = await fixture.people.write(ANNA, "a");
  await fixture.people.redeliver(Number(update_id));
  expect(idsOf(await fixture.call("getUpdates"))).toEqual([update_id]);
  // The answer was lost on its way: the bot asks again without an offset.
  expect(idsOf(await fixture.call("getUpdates"))).toEqual([update_id]);
});

it("deliverTwice gives each update again after it was confirmed", async () => {
  await fixture.people.delivery({ deliverTwice: true });
  const { update_id } = await fixture.people.write(ANNA, "a");
  const next = Number(update_id) + 1;
  expect(idsOf(await fixture.call("getUpdates"))).toEqual([update_id]);
  expect(idsOf(await fixture.call("getUpdates", { offset: next }))).toEqual([update_id]);
  expect(idsOf(await fixture.call("getUpdates", { offset: next }))).toEqual([]);
});

it("blocking and unblocking send my_chat_member; a blocked person cannot write", async () => {
  await fixture.people.write(ANNA, "/start");
  await fixture.people.block(ANNA);
  await expect(fixture.people.write(ANNA, "x")).rejects.toThrow("has blocked the bot");
  await fixture.people.unblock(ANNA);
  expect((await fixture.people.unblock(ANNA)).update_id).toBeNull();
  const { result } = await fixture.call("getUpdates", { offset: -2 });
  expect(result).toMatchObject([
    {
      my_chat_member: {
        new_chat_member: { status: "kicked" },
        old_chat_member: { status: "member" },
      },
    },
    { my_chat_member: { new_chat_member: { status: "member" } } },
  ]);
});
