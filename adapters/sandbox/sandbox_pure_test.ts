/** The sandbox as a whole: a port, the people's client, and books that outlive a kill. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFakeClock } from "./clock.ts";
import { createPayers, type Payers, type YooKassaBooks } from "./payers.ts";
import { createPeople, WaitTimeoutError } from "./people.ts";
import { runSandbox } from "./run_sandbox.ts";
import { createSandbox } from "./sandbox.ts";
import { createFixture, testKeyPem, TOKEN } from "./sandbox_for_tests.ts";
import { SANDBOX_SHOP } from "./yookassa/accounts.ts";

const ANNA = 1001;
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "sandbox-"));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

describe("books on disk", () => {
  it("a reopened sandbox knows everything and takes up what was under way", async () => {
    const clock = createFakeClock();
    const before = await createFixture({ dataDir, clock });
    await before.people.person({ id: ANNA, stars: 50 });
    await before.people.write(ANNA, "/start");
    await before.people.fault({ service: "telegram", method: "getMe", kind: "500" });
    const { result: link } = await before.call("createInvoiceLink", {
      title: "Entry",
      description: "One entry",
      payload: "order_1",
      currency: "XTR",
      prices: [{ label: "Entry", amount: 10 }],
    });
    const waiting = await before.people.pay(ANNA, { link, wait: false });
    const held = await before.people.pay(ANNA, { link, wait: false, holdPaymentMs: 30_000 });
    await before.call("answerPreCheckoutQuery", { pre_checkout_query_id: held.id, ok: true });
    await before.sandbox.close();

    const after = await createFixture({ dataDir, clock });
    expect((await after.call("getMe")).status).toBe(500);
    await after.clock.advance(10_000);
    expect((await after.people.checkout(waiting.id)).error).toBe("BOT_PRECHECKOUT_TIMEOUT");
    await after.clock.advance(20_000);
    expect((await after.people.checkout(held.id)).status).toBe("paid");
    expect((await after.people.books()).bots[0]).toMatchObject({ received: 10, balance: 10 });
    await after.sandbox.close();
  });

  it("a reopened sandbox goes on delivering to its webhook", async () => {
    const clock = createFakeClock();
    const before = await createFixture({
      dataDir,
      clock,
      deliver: () => Promise.resolve(new Response(null, { status: 503 })),
    });
    await before.people.person({ id: ANNA });
    await before.call("setWebhook", { url: "http://127.0.0.1:9/hook" });
    await before.people.write(ANNA, "waited");
    await before.sandbox.idle();
    await before.sandbox.close();
    const seen: string[] = [];
    const after = await createFixture({
      dataDir,
      clock,
      async deliver(request) {
        seen.push((await request.json()).message.text);
        return new Response();
      },
    });
    await clock.advance(2000);
    expect(seen).toEqual(["waited"]);
    await after.sandbox.close();
  });

  it("survives kill -9 of its process, the key among the rest", async () => {
    const script = `
      const { runSandbox } = await import(${
      JSON.stringify(new URL("./run_sandbox.ts", import.meta.url).href)
    });
      await runSandbox({ port: 0, dataDir: ${JSON.stringify(dataDir)}, token: ${
      JSON.stringify(TOKEN)
    } });`;
    const child = spawn(Deno.execPath(), ["eval", script], {
      stdio: ["ignore", "pipe", "inherit"],
      cwd: fileURLToPath(new URL(".", import.meta.url)),
    });
    const url = await new Promise<string>((resolve, reject) => {
      child.on("error", reject);
      child.stdout.on("data", (data) => resolve(String(data).trim().split(" ").at(-1) ?? ""));
    });
    const people = createPeople(url);
    await people.person({ id: ANNA, stars: 7 });
    const { update_id } = await people.write(ANNA, "before the kill");
    const pem = await (await fetch(`${url}/randomorg/key.pem`)).text();
    const { id: paymentId } = await (await postPayment(fetch, url)).json();
    const { shop, gateway } = await paidBooks(createPayers(url), paymentId);
    const gone = new Promise((resolve) => child.on("exit", resolve));
    child.kill("SIGKILL");
    await gone;

    const again = createSandbox({ dataDir });
    const later = createPeople("http://sandbox", { fetch: again.fetch });
    expect(await later.everybody()).toMatchObject([{ id: ANNA, stars: 7 }]);
    expect(await later.updates()).toMatchObject([{ update_id, state: "pending" }]);
    const samePem = await again.fetch(new Request("http://sandbox/randomorg/key.pem"));
    expect(await samePem.text()).toBe(pem);
    const payers = createPayers("http://sandbox", { fetch: again.fetch });
    expect(await payers.books()).toEqual({ shop, gateway });
    // The same key still makes no second payment.
    const repeat = await postPayment((...args) => again.fetch(new Request(...args)), "http://x");
    expect(await repeat.json()).toMatchObject({ id: paymentId, status: "succeeded" });
    await again.close();
  });
});

function postPayment(fetch: typeof globalThis.fetch, url: string): Promise<Response> {
  return fetch(`${url}/yookassa/v3/payments`, {
    method: "POST",
    headers: {
      "authorization": `Basic ${btoa(`${SANDBOX_SHOP.id}:${SANDBOX_SHOP.secretKey}`)}`,
      "content-type": "application/json",
      "idempotence-key": "before-the-kill",
    },
    body: JSON.stringify({
      amount: { value: "100.00", currency: "RUB" },
      capture: true,
      confirmation: { type: "redirect", return_url: "https://shop.example/back" },
    }),
  });
}

async function paidBooks(payers: Payers, paymentId: string): Promise<YooKassaBooks> {
  await payers.pay(paymentId);
  return await payers.books();
}

describe("a seed", () => {
  it("makes ids repeatable, and another opening of the same books has others", async () => {
    const ids: unknown[] = [];
    for (const folder of [join(dataDir, "a"), join(dataDir, "b"), join(dataDir, "b")]) {
      const { sandbox, people } = await createFixture({ dataDir: folder, seed: "one" });
      ids.push((await people.person()).id);
      await sandbox.close();
    }
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[1]);
  });
});

describe("on a port", () => {
  it("listens on loopback, serves the people, and lists its doors", async () => {
    const lines: string[] = [];
    const { url, stop } = await runSandbox({
      port: 0,
      token: TOKEN,
      print: (line) => lines.push(line),
    });
    expect(lines).toEqual([
      `Sandbox for Telegram, RANDOM.ORG and YooKassa, to play in a browser: ${url}`,
    ]);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await (await fetch(`${url}/sandbox`)).json()).doors).toContain("GET /sandbox/books");
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);

    const people = createPeople(url);
    const anna = await people.person({ first_name: "Anna" });
    await people.write(anna.id, "/start");
    const poll = fetch(`${url}/bot${TOKEN}/getUpdates?timeout=50`);
    const reply = people.waitForMessage(anna.id, (message) => message.text === "Hello");
    await (await fetch(`${url}/bot${TOKEN}/sendMessage?chat_id=${anna.id}&text=Hello`)).body
      ?.cancel();
    expect((await reply).from.is_bot).toBe(true);
    expect((await (await poll).json()).result).toHaveLength(1);
    await expect(people.waitForMessage(anna.id, () => false, { timeoutMs: 1 })).rejects.toThrow(
      WaitTimeoutError,
    );
    await stop();
  });

  it("stop() ends those who would never have been answered", async () => {
    const { url, stop } = await createSandbox({ token: TOKEN }).listen(0);
    await createPeople(url).fault({ service: "telegram", method: "getMe", kind: "timeoutBefore" });
    const hanging = fetch(`${url}/bot${TOKEN}/getMe`).then((response) => response.status);
    const polling = fetch(`${url}/bot${TOKEN}/getUpdates?timeout=50`);
    // Both are under way once the poll's record of the fault is written.
    await createPeople(url).calls({ method: "getMe", waitMs: 5000 });
    await stop();
    expect(await hanging).toBe(504);
    await (await polling).body?.cancel();
  });
});

describe("the doors", () => {
  it.each([
    ["GET", "/people/5", undefined, 404, "There is no person 5"],
    ["POST", "/people", { stars: -1 }, 400, "Stars must not be negative"],
    ["POST", "/people", { name: "x" }, 400, 'Unknown field "name"'],
    ["POST", "/people/1001/write", { text: "" }, 400, "A text has 1 to 4096 characters"],
    ["POST", "/people/1001/press", { message_id: 1 }, 404, "has no message 1 of the bot"],
    ["POST", "/people/1001/pay", {}, 400, 'One of "message_id" and "link" is needed'],
    ["POST", "/people/1001/pay", { hold: "x" }, 400, '"payment" or "update"'],
    ["GET", "/checkouts/1", undefined, 404, "There is no checkout 1"],
    ["POST", "/chargebacks", { chargeId: "x" }, 404, "no such charge"],
    ["POST", "/withdrawals", { amount: 0 }, 400, "must be positive"],
    ["POST", "/updates/1/redeliver", {}, 404, "no such update"],
    ["POST", "/delivery", { delays: { message: -1 } }, 400, "must be milliseconds"],
    ["GET", "/people/1001/chat?since=x", undefined, 400, "must be a whole number"],
    ["GET", "/updates?bot=5", undefined, 409, "No such bot"],
  ])("%s %s %o is refused with %i", async (method, path, body, status, words) => {
    const { sandbox, people, request } = await createFixture();
    await people.person({ id: ANNA });
    const response = await request(`/sandbox${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(response.status).toBe(status);
    expect((await response.json()).error).toContain(words);
    await sandbox.close();
  });

  it("an old button can be pressed by its data, and the alert is seen", async () => {
    const { sandbox, people, call, clock } = await createFixture();
    await people.person({ id: ANNA });
    await people.write(ANNA, "/start");
    const { result } = await call("sendMessage", {
      chat_id: ANNA,
      text: "x",
      reply_markup: { inline_keyboard: [[{ text: "Join", callback_data: "join" }]] },
    });
    await call("editMessageReplyMarkup", { chat_id: ANNA, message_id: result.message_id });
    const at = { message_id: result.message_id };
    await expect(people.press(ANNA, { ...at, text: "Join" })).rejects.toThrow("no such button");
    const { callback_query_id } = await people.press(ANNA, { ...at, data: "join" });
    const answer = { callback_query_id, text: "Too late", show_alert: true };
    expect(await call("answerCallbackQuery", { ...answer, text: "x".repeat(201) }))
      .toMatchObject({ description: "Bad Request: MESSAGE_TOO_LONG" });
    expect(await call("answerCallbackQuery", answer)).toMatchObject({ result: true });
    const tooOld =
      "Bad Request: query is too old and response timeout expired or query ID is invalid";
    expect((await call("answerCallbackQuery", answer)).description).toBe(tooOld);
    expect((await people.chat(ANNA)).alerts).toMatchObject([
      { text: "Too late", show_alert: true },
    ]);
    const late = await people.press(ANNA, { ...at, data: "join" });
    await clock.advance(151_000);
    expect(
      (await call("answerCallbackQuery", { callback_query_id: late.callback_query_id }))
        .description,
    ).toBe(tooOld);
    await sandbox.close();
  });

  it("two bots have their own chats and books", async () => {
    const { sandbox, people, call } = await createFixture({ privateKeyPem: await testKeyPem() });
    const second = `987654321:${"B".repeat(35)}`;
    await call("getMe", {}, second);
    const toSecond = createPeople("http://sandbox", { fetch: sandbox.fetch, bot: second });
    await people.person({ id: ANNA });
    await toSecond.write(ANNA, "/start");
    expect((await call("sendMessage", { chat_id: ANNA, text: "x" })).description)
      .toBe("Bad Request: chat not found");
    expect((await call("sendMessage", { chat_id: ANNA, text: "x" }, second)).ok).toBe(true);
    expect((await people.chat(ANNA)).messages).toEqual([]);
    expect((await toSecond.chat(ANNA)).messages).toHaveLength(2);
    await sandbox.close();
  });
});
