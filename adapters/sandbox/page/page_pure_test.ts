/** The page shows what the books hold, escaped; what it offers the doors take; it is told at once. */
import { expect, it, onTestFinished } from "vitest";
import type { FaultKind } from "../door_types.ts";
import { FAULT_KINDS } from "../faults.ts";
import { createFixture, type Fixture } from "../sandbox_for_tests.ts";
import { createYooKassaFixture } from "../yookassa_for_tests.ts";
import { describeFault, FAULT_CHOICES, FAULT_METHODS } from "./fault_words.ts";
import { MAX_CHATS, readWatched } from "./live.ts";
import { markup } from "./markup.ts";

const EVIL = `<script>alert("x")</script>`;
const ESCAPED = EVIL.replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

async function open(): Promise<Fixture> {
  const fixture = await createFixture();
  onTestFinished(() => fixture.sandbox.close());
  return fixture;
}

async function pageOf(fixture: Fixture, query = ""): Promise<string> {
  const response = await fixture.request(`/${query}`);
  expect(response.status).toBe(200);
  return await response.text();
}

/** What the stream tells, event by event, as the page's script would read it. */
async function follow(fixture: Fixture, chats: string, lastEventId?: string) {
  const response = await fixture.request(`/page/live?chats=${chats}`, {
    headers: lastEventId === undefined ? {} : { "last-event-id": lastEventId },
  });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  let rest = "";
  return {
    // deno-lint-ignore no-explicit-any -- tests look into events of every shape
    async next(name: string): Promise<any> {
      for (;;) {
        const end = rest.indexOf("\n\n");
        if (end >= 0) {
          const event = rest.slice(0, end);
          rest = rest.slice(end + 2);
          if (!event.startsWith(`event: ${name}\n`)) continue;
          const id = /^id: (.*)$/m.exec(event)?.[1];
          return { id, ...JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? "null") };
        }
        const reading = reader.read();
        await fixture.clock.advance(100);
        const { done, value } = await reading;
        if (done) throw new Error("The stream has ended");
        rest += new TextDecoder().decode(value);
      }
    },
    reader,
  };
}

it("escapes everything that anybody wrote", async () => {
  const fixture = await open();
  const { people, call } = fixture;
  const { id } = await people.person({ first_name: EVIL, last_name: EVIL, language_code: EVIL });
  await people.write(id, EVIL);
  const sent = await call("sendMessage", {
    chat_id: id,
    text: EVIL,
    reply_markup: { inline_keyboard: [[{ text: EVIL, callback_data: `">${EVIL}` }]] },
  });
  await call("sendMessage", {
    chat_id: id,
    text: "x",
    reply_parameters: { message_id: sent.result.message_id },
    reply_markup: { keyboard: [[{ text: EVIL }]], input_field_placeholder: EVIL },
  });
  await call("sendInvoice", {
    chat_id: id,
    title: EVIL,
    description: EVIL,
    payload: "p",
    currency: "XTR",
    prices: [{ label: "x", amount: 5 }],
  });
  await call("setMyCommands", { commands: [{ command: "start", description: EVIL }] });
  await people.fault({
    service: "telegram",
    method: EVIL,
    kind: "error",
    code: 1,
    description: EVIL,
  });
  const html = await pageOf(fixture, `?chats=${id}`);
  expect(html).not.toContain("<script>");
  // Name in list and head, own and bot's text, reply, labels, invoice, placeholder, command, fault.
  expect(html.split(ESCAPED).length).toBeGreaterThan(14);
});

it("loads nothing from elsewhere and may be framed by nobody", async () => {
  const fixture = await open();
  const response = await fixture.request("/");
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/https?:|unsafe/);
  const html = await response.text();
  expect(html.match(/(?:src|href)="[^"]*"/g)?.filter((each) => !each.includes('="/'))).toEqual([]);
  const files = [...html.matchAll(/(?:src|href)="(\/page\/[^"]+)"/g)].map(([, path]) => path);
  expect(files.length).toBeGreaterThan(2);
  for (const path of files) expect((await fixture.request(path as string)).status).toBe(200);
  for (const path of ["/page/../create_page.ts", "/page/create_page.ts", "/page/constructor"]) {
    expect((await fixture.request(path)).status).toBe(404);
  }
});

it("gives a document as a download, whatever its type says", async () => {
  const fixture = await open();
  const { id } = await fixture.people.person({ first_name: "Anna" });
  await fixture.people.write(id, "/start");
  const form = new FormData();
  form.set("chat_id", String(id));
  form.set("document", new File([EVIL], "proof.html", { type: "text/html" }));
  const token = "123456789:AAHsandboxAAHsandboxAAHsandboxAAHs1";
  await fixture.request(`/bot${token}/sendDocument`, { method: "POST", body: form });
  const path = /href="(\/sandbox\/files\/[^"]+)"/.exec(await pageOf(fixture))?.[1] ?? "";
  const file = await fixture.request(path);
  expect(await file.text()).toBe(EVIL);
  expect(file.headers.get("content-disposition")).toBe("attachment");
  expect(file.headers.get("x-content-type-options")).toBe("nosniff");
});

it("opens the chats of the address, and takes nonsense there for nobody", async () => {
  const fixture = await open();
  for (const id of [1, 2, 3, 4]) await fixture.people.person({ id, first_name: `P${id}` });
  const chatsOf = async (query: string): Promise<string[]> =>
    [...(await pageOf(fixture, query)).matchAll(/id="chat-(\d+)"/g)].map(([, id]) => id as string);
  expect(await chatsOf("")).toEqual(["1", "2", "3"]);
  expect(await chatsOf("?chats=4,1")).toEqual(["4", "1"]);
  expect(await chatsOf("?chats=4,4")).toEqual(["4"]);
  expect(await chatsOf("?chats=9,x,-1,")).toEqual([]);
  expect((await fixture.request("/page/chat?person=9")).status).toBe(404);
  expect((await fixture.request("/page/chat?person=x")).status).toBe(404);
});

it("reads what a page has seen, and no more than it may show", () => {
  expect([...readWatched("1:45,2:0")]).toEqual([[1, 45], [2, 0]]);
  expect([...readWatched("1:x,,:,2:-1")]).toEqual([]);
  expect([...readWatched(undefined)]).toEqual([]);
  const many = Array.from({ length: 99 }, (_, id) => `${id}:0`).join(",");
  expect(readWatched(many).size).toBe(MAX_CHATS);
});

it("tells new, changed and deleted messages, keyboards, alerts and Stars as they come", async () => {
  const fixture = await open();
  const { people, call } = fixture;
  const { id } = await people.person({ first_name: "Anna", stars: 100 });
  const live = await follow(fixture, `${id}:0`);
  expect((await live.next("hello")).bootId).toMatch(/^[\w-]+$/);
  expect(await live.next("chat")).toMatchObject({ person: id, state: "new", messages: [] });

  await people.write(id, "/start");
  expect(await live.next("chat")).toMatchObject({
    state: "open",
    messages: [{ html: expect.stringContaining("/start") }],
  });
  const { result } = await call("sendMessage", {
    chat_id: id,
    text: "one",
    reply_markup: { inline_keyboard: [[{ text: "Go", callback_data: "go" }]] },
  });
  const shown = await live.next("chat");
  expect(shown.messages).toMatchObject([{ id: result.message_id }]);

  await call("editMessageText", { chat_id: id, message_id: result.message_id, text: "two" });
  const edited = await live.next("chat");
  expect(edited.messages).toHaveLength(1);
  expect(edited.messages[0].html).toContain("two");
  expect(edited.messages[0].html).toContain("edited");

  await call("sendMessage", {
    chat_id: id,
    text: "menu",
    reply_markup: { keyboard: [[{ text: "Join" }]] },
  });
  expect((await live.next("chat")).parts.keyboard).toContain('data-send="Join"');

  const { callback_query_id } = await people.press(id, {
    message_id: result.message_id,
    data: "go",
  });
  await call("answerCallbackQuery", { callback_query_id, text: "Done", show_alert: true });
  expect((await live.next("chat")).alerts).toEqual([{ text: "Done", isAlert: true }]);

  await call("deleteMessage", { chat_id: id, message_id: result.message_id });
  expect((await live.next("chat")).gone).toEqual([result.message_id]);

  await people.giveStars(id, 11);
  expect((await live.next("chat")).parts.head).toContain("⭐ 111");
  expect((await live.next("overview")).people).toContain("⭐ 111");

  await people.block(id);
  expect((await live.next("chat")).state).toBe("blocked");
});

it("tells who comes back what he has missed, once", async () => {
  const fixture = await open();
  const { people, call } = fixture;
  const { id } = await people.person({ first_name: "Anna" });
  await people.write(id, "/start");
  const first = await follow(fixture, `${id}:0`);
  const { id: mark } = await first.next("chat");
  await first.reader.cancel();
  await call("sendMessage", { chat_id: id, text: "missed" });
  const second = await follow(fixture, `${id}:0`, mark);
  const { messages } = await second.next("chat");
  expect(messages).toHaveLength(1);
  expect(messages[0].html).toContain("missed");
});

it("ends its streams when the sandbox ends", async () => {
  const { sandbox } = await createFixture();
  const { url, stop } = await sandbox.listen(0);
  const response = await fetch(`${url}/page/live`);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  await stop();
  await expect(reader.read()).resolves.toMatchObject({ done: true });
});

it("shows the books and what came of a payment", async () => {
  const fixture = await open();
  const { people, call } = fixture;
  const { id } = await people.person({ first_name: "Anna", stars: 100 });
  await people.write(id, "/start");
  const { result } = await call("sendInvoice", {
    chat_id: id,
    title: "Ticket",
    description: "One",
    payload: "p",
    currency: "XTR",
    prices: [{ label: "x", amount: 30 }],
  });
  expect(await pageOf(fixture)).toContain(`data-pay="${result.message_id}"`);
  const paying = people.pay(id, { message_id: result.message_id, hold: "payment" });
  await fixture.clock.settle();
  const [query] = (await people.updates()).slice(-1);
  const pre = query?.update["pre_checkout_query"] as { id: string };
  await call("answerPreCheckoutQuery", { pre_checkout_query_id: pre.id, ok: true });
  const { id: checkout } = await paying;
  expect(await pageOf(fixture)).toContain(`data-deliver="${checkout}"`);
  const { revision } = await people.chat(id);
  const live = await follow(fixture, `${id}:${revision}`);
  await live.next("chat");
  await people.deliverPayment(checkout);
  // The open page is told of the receipt too, though the message itself has not changed.
  const { messages } = await live.next("chat");
  expect(messages).toMatchObject([
    { id: result.message_id, html: expect.stringContaining("Paid ✓") },
    { html: expect.stringContaining("You paid") },
  ]);
  const paid = await pageOf(fixture);
  expect(paid).toContain("Paid ✓");
  expect(paid).not.toContain("data-deliver");
  expect(paid).toMatch(/You paid <b>⭐ 30<\/b>/);
  expect(paid).toMatch(/Received<\/dt>\s*<dd>⭐ 30/);
  const [charge] = (await people.books()).bots[0]?.charges ?? [];
  await people.chargeback(charge?.telegram_payment_charge_id ?? "");
  const refunded = await pageOf(fixture);
  expect(refunded).toMatch(/Refund: <b>⭐ 30<\/b>/);
  expect(refunded).toMatch(/Balance<\/dt>\s*<dd>⭐ 0/);
});

it.each(FAULT_CHOICES.flatMap((choice) => choice.services.map((service) => ({ choice, service }))))(
  "switches on, for $service: $choice.words",
  async ({ choice, service }) => {
    const fixture = await open();
    const seconds = choice.seconds === undefined ? {} : { [choice.seconds]: 3 };
    const method = FAULT_METHODS[service][0] as string;
    const fault = await fixture.people.fault({ service, method, ...choice.order, ...seconds });
    expect(describeFault(fault, String)).toContain(choice.words);
    const listed = String(markup`${describeFault(fault, String)}`);
    expect((await pageOf(fixture)).includes(listed)).toBe(true);
    await fixture.people.clearFaults();
    expect(await pageOf(fixture)).toContain("None: everything goes as usual");
  },
);

it("shows the rubles at YooKassa once there are some", async () => {
  const fixture = await createYooKassaFixture();
  onTestFinished(() => fixture.sandbox.close());
  expect(await pageOf(fixture)).not.toContain("₽");
  await fixture.paid({ amount: { value: "100.50", currency: "RUB" } });
  expect(await pageOf(fixture)).toMatch(/Rubles in<\/dt> <dd>₽ 100.5</);
});

it("has a switch for every kind of fault", () => {
  const offered = new Set<FaultKind>(FAULT_CHOICES.map(({ order }) => order.kind));
  expect([...offered].sort()).toEqual(Object.keys(FAULT_KINDS).sort());
});

it("shows channels and what is posted there, as it comes", async () => {
  const fixture = await open();
  const { people, call } = fixture;
  const { id: owner } = await people.person({ first_name: "Olga" });
  const order = { type: "channel", title: EVIL, owner_id: owner, bot: "administrator" };
  const made = await fixture.request("/sandbox/rooms", {
    method: "POST",
    body: JSON.stringify(order),
  });
  const { id } = await made.json();
  const live = await follow(fixture, `${id}:0`);
  expect(await live.next("chat")).toMatchObject({ person: id, state: "room", messages: [] });
  const first = await call("sendMessage", { chat_id: id, text: EVIL });
  expect(first.ok).toBe(true);
  const { messages } = await live.next("chat");
  expect(messages).toMatchObject([{ html: expect.stringContaining(ESCAPED) }]);
  const { message_id } = first.result;
  await call("editMessageText", { chat_id: id, message_id, text: "Drawn" });
  expect((await live.next("chat")).messages[0].html).toContain("Drawn");
  const html = await pageOf(fixture, `?chats=${id},${owner}`);
  expect(html).not.toContain("<script>");
  expect(html).toContain(`id="chat-${id}"`);
  expect(html).toContain(`data-open-chat="${id}"`);
  await call("deleteMessage", { chat_id: id, message_id });
  expect((await live.next("chat")).gone).toEqual([message_id]);
});

it("shows a post's links, who posts, and how the bot stands in the channel", async () => {
  const fixture = await open();
  const { people, call } = fixture;
  const { id: owner } = await people.person({ first_name: "Olga" });
  const { id } = await people.room({
    type: "channel",
    title: "News",
    owner_id: owner,
    bot: "administrator",
  });
  const button = { text: "Take part", url: "https://t.me/SomeBot?start=rfl_1" };
  await call("sendMessage", {
    chat_id: id,
    text: "A raffle",
    reply_markup: { inline_keyboard: [[button]] },
  });
  const html = await pageOf(fixture, `?chats=${id}`);
  expect(html).toMatch(/data-start="rfl_1" data-bot="SomeBot">Take part/);
  expect(html).toContain('<span class="unseen">News, </span>');
  expect(html).toContain("the bot: administrator");
  expect(html).toContain('data-standing="kicked"');
  await people.setBot(id, { status: "kicked" });
  const after = await pageOf(fixture, `?chats=${id}`);
  expect(after).toContain("the bot: kicked");
  expect(after).toContain('data-standing="administrator"');
});

it("says in both groups that one has become the other", async () => {
  const fixture = await open();
  const { people } = fixture;
  const { id: owner } = await people.person({ first_name: "Olga" });
  const small = await people.room({ type: "group", title: "Talk", owner_id: owner, bot: "member" });
  const large = await people.upgrade(small.id);
  expect(await pageOf(fixture, `?chats=${small.id}`)).toContain("This group is a supergroup now");
  expect(await pageOf(fixture, `?chats=${large.id}`)).toContain(
    "This supergroup was a group before",
  );
});

it("shows gifts and Premium as they arrive, and what they cost", async () => {
  const fixture = await open();
  const { people, call } = fixture;
  const { id } = await people.person({ first_name: "Anna" });
  await people.write(id, "/start");
  await people.topUp(2000);
  const { result } = await call("getAvailableGifts");
  const { id: gift, star_count } = result.gifts[0];
  await call("sendGift", { user_id: id, gift_id: gift, text: EVIL });
  await call("giftPremiumSubscription", { user_id: id, month_count: 3, star_count: 1000 });
  const html = await pageOf(fixture);
  expect(html).toContain(`sent you a gift of <b>⭐ ${star_count}</b>`);
  expect(html).toContain(ESCAPED);
  expect(html).toContain("Telegram Premium for 3 months");
  expect(html).toMatch(new RegExp(`Gifts</dt>\\s*<dd>⭐ ${star_count + 1000}`));
  expect(html).toMatch(/Topped up<\/dt>\s*<dd>⭐ 2000/);
});

it("finds its first people there, and leaves those that are known as they are", async () => {
  const cast = [{ id: 1, first_name: "Olga", role: "admin" }, { id: 2, first_name: "Anna" }];
  const fixture = await createFixture({ cast });
  onTestFinished(() => fixture.sandbox.close());
  const html = await pageOf(fixture);
  expect(html).toMatch(/Olga<\/span>\s*<span class="role">admin/);
  expect((await fixture.people.everybody()).map(({ first_name }) => first_name))
    .toEqual(["Olga", "Anna"]);
});
