/** Paid broadcasts: the pace one can buy, and what it costs. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFixture, type Fixture } from "../sandbox_for_tests.ts";

const PEOPLE = 45;
let fixture: Fixture;

beforeEach(async () => {
  fixture = await createFixture({ flood: { paidPerSecond: 43 } });
  for (let id = 1; id <= PEOPLE; id++) {
    await fixture.people.person({ id });
    await fixture.people.write(id, "/start");
  }
});
afterEach(() => fixture.sandbox.close());

async function broadcast(change: Record<string, unknown> = { allow_paid_broadcast: true }) {
  let sent = 0;
  for (let chat_id = 1; chat_id <= PEOPLE; chat_id++) {
    const { ok } = await fixture.call("sendMessage", { chat_id, text: "News", ...change });
    if (ok) sent++;
  }
  return sent;
}
const books = async () => (await fixture.people.books()).bots[0];
const balance = async () => (await fixture.call("getMyStarBalance")).result;

it("a tenth of a Star for each above thirty a second, in one transaction a second", async () => {
  await fixture.people.payForBroadcasts(true);
  await fixture.people.topUp(3);
  expect(await broadcast()).toBe(43);
  expect(await balance()).toEqual({ amount: 1, nanostar_amount: 700_000_000 });
  const date = Math.floor(fixture.clock.nowMs() / 1000);
  expect((await fixture.call("getStarTransactions")).result.transactions.slice(1)).toEqual([
    {
      id: expect.any(String),
      amount: 1,
      nanostar_amount: 300_000_000,
      date,
      receiver: { type: "telegram_api", request_count: 13 },
    },
  ]);
  expect(await books()).toMatchObject({ spentOnBroadcasts: 1.3, balance: 1.7 });

  await fixture.clock.advance(5000);
  expect(await broadcast()).toBe(43);
  expect((await fixture.call("getStarTransactions")).result.transactions).toMatchObject([
    {},
    { receiver: { request_count: 13 } },
    { amount: 1, nanostar_amount: 300_000_000, receiver: { request_count: 13 } },
  ]);
  expect(await balance()).toEqual({ amount: 0, nanostar_amount: 400_000_000 });
});

it("ends with the balance: from then on the ordinary limit holds", async () => {
  await fixture.people.payForBroadcasts(true);
  await fixture.people.topUp(1);
  expect(await broadcast()).toBe(40);
  expect(await balance()).toEqual({ amount: 0 });
  expect(
    await fixture.call("sendMessage", {
      chat_id: 45,
      text: "x",
      allow_paid_broadcast: true,
    }),
  ).toMatchObject({ status: 429, description: "Too Many Requests: retry after 1" });
});

it("a balance below nothing is rounded towards it", async () => {
  await fixture.people.payForBroadcasts(true);
  await fixture.people.topUp(2);
  await broadcast();
  await fixture.people.addTransaction({ amount: -1 });
  expect(await balance()).toEqual({ amount: 0, nanostar_amount: -300_000_000 });
  expect(await books()).toMatchObject({ balance: -0.3 });
});

it.each([
  ["the bot did not switch it on", false, { allow_paid_broadcast: true }],
  ["the message does not ask for it", true, {}],
])("costs nothing and is not faster when %s", async (_name, enabled, change) => {
  await fixture.people.payForBroadcasts(enabled);
  await fixture.people.topUp(10);
  expect(await broadcast(change)).toBe(30);
  expect(await balance()).toEqual({ amount: 10 });
});

it("keeps one chat's pace all the same", async () => {
  await fixture.people.payForBroadcasts(true);
  await fixture.people.topUp(10);
  const send = () =>
    fixture.call("sendMessage", { chat_id: 1, text: "x", allow_paid_broadcast: true });
  for (let sent = 0; sent < 4; sent++) expect((await send()).ok).toBe(true);
  expect((await send()).status).toBe(429);
  expect(await balance()).toEqual({ amount: 10 });
});
