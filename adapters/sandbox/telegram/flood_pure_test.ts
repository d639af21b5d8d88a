/** Sending limits and their count. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFixture, type Fixture } from "../sandbox_for_tests.ts";

let fixture: Fixture;

beforeEach(async () => {
  fixture = await createFixture();
  for (let id = 1; id <= 40; id++) {
    await fixture.people.person({ id });
    await fixture.people.write(id, "/start");
  }
});
afterEach(() => fixture.sandbox.close());

const send = (chat_id: number) => fixture.call("sendMessage", { chat_id, text: "x" });

it("thirty messages in a second pass, the thirty-first waits", async () => {
  for (let id = 1; id <= 30; id++) expect((await send(id)).ok).toBe(true);
  expect(await send(31)).toMatchObject({
    status: 429,
    description: "Too Many Requests: retry after 1",
    parameters: { retry_after: 1 },
  });
  await fixture.clock.advance(1000);
  expect((await send(31)).ok).toBe(true);
  expect(await fixture.people.violations()).toEqual({
    total: 1,
    perBot: 1,
    perChat: 0,
    byChat: {},
  });
});

it("one chat takes a short burst, then one message a second", async () => {
  for (let index = 0; index < 4; index++) expect((await send(1)).ok).toBe(true);
  expect(await send(1)).toMatchObject({ status: 429, parameters: { retry_after: 1 } });
  await fixture.clock.advance(1000);
  expect((await send(1)).ok).toBe(true);
  expect((await send(1)).status).toBe(429);
  expect(await fixture.people.violations()).toMatchObject({ perChat: 2, byChat: { 1: 2 } });
});

it("a message that is refused for another reason does not count", async () => {
  for (let index = 0; index < 40; index++) await fixture.call("sendMessage", { chat_id: 1 });
  expect(await fixture.people.violations()).toMatchObject({ total: 0 });
});
