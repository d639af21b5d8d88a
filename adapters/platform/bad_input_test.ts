/**
 * What must not come in does no harm: forged webhooks, old buttons, other people's invoices, wrong
 * amounts, strangers' commands, impossible terms and texts. Each is answered, and nothing moves.
 */
import { expect, it } from "vitest";
import type { RaffleId } from "../../machines/domain/events.ts";
import { askEntry, askInvoice, askOffer, joinByStars } from "../demo/entries.ts";
import type { ChatMessage, Person } from "../sandbox/people.ts";
import { ADMIN, openPlatformWorld, type PlatformWorld } from "./testing/platform_world.ts";

const says = (words: RegExp) => ({ text, from }: ChatMessage) =>
  from.is_bot && words.test(text ?? "");

async function expectInOrder(world: PlatformWorld): Promise<void> {
  await world.platform.runtime.settled();
  expect(await world.problems()).toEqual([]);
  expect(await world.deadLetters()).toEqual([]);
}

/** A message as Telegram sends it, from somebody whom the sandbox does not know. */
function messageUpdate(updateId: number, content: Record<string, unknown>): unknown {
  return {
    update_id: updateId,
    message: {
      message_id: updateId,
      date: Math.floor(Date.now() / 1000),
      chat: { id: 4_242, type: "private", first_name: "Mallory" },
      from: { id: 4_242, is_bot: false, first_name: "Mallory", language_code: "en" },
      ...content,
    },
  };
}

function charge(payload: string, over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    successful_payment: {
      currency: "XTR",
      total_amount: 10,
      invoice_payload: payload,
      telegram_payment_charge_id: "stx-forged",
      provider_payment_charge_id: "forged",
      ...over,
    },
  };
}

it("a webhook without the secret or with a body that is no update stores nothing", async () => {
  const world = await openPlatformWorld({ webhook: true });
  const before = await world.count("events");
  const good = messageUpdate(1, { text: "/start" });
  for (const headers of [{}, { "x-telegram-bot-api-secret-token": "wrong" }]) {
    expect((await world.post(good, headers)).status).toBe(401);
  }
  for (
    const body of [
      "",
      "{",
      "null",
      "[]",
      "42",
      '"text"',
      "{}",
      { update_id: "1" },
      { update_id: -1 },
      { update_id: 1.5 },
      { update_id: 2, message: "text" },
      { update_id: 2, message: { text: "/start" } },
      { update_id: 2, pre_checkout_query: {} },
      { update_id: 2, callback_query: { id: 5 } },
      "\uFEFF{",
    ]
  ) {
    const { status } = await world.post(body);
    expect([status, body]).toEqual([400, body]);
  }
  expect((await world.post("x".repeat(2_000_000))).status).toBe(413);
  expect(await world.count("events")).toBe(before);
  expect(await world.count("unroutable")).toBe(0);
  expect((await world.post(good)).status).toBe(200);
  expect(await world.count("events")).toBeGreaterThan(before);
});

it("unknown commands, odd texts and old buttons are answered and change nothing", async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  const [anna] = await world.players(1) as [Person];
  const raffle = await world.openRaffle();
  const offer = await askOffer(people, anna, raffle);
  for (
    const text of [
      "/nonsense",
      "/",
      "hello",
      "/raffle",
      "/raffle rfl_nobody",
      "/raffle <b>&amp;\u0000",
      `/join_raffle ${"x".repeat(4_000)}`,
      "😀".repeat(2_000),
      "<b>not closed <a href=",
      `/raffle ${"<".repeat(4_000)}`,
      "/start join_rfl_nobody",
      "/start rfl_nobody",
    ]
  ) {
    const { revision } = await people.chat(anna.id);
    await people.write(anna.id, text);
    const answer = await people.waitForMessage(anna.id, ({ from }) => from.is_bot, {
      since: revision,
    }).catch(() => undefined);
    expect([text, answer?.text?.length ?? 0 > 0]).toEqual([text, expect.anything()]);
    expect(answer).toBeDefined();
  }
  for (
    const data of ["stars", "stars:", "stars:rfl_nobody:1", "pay:rfl_1", "\u0000", "x".repeat(64)]
  ) {
    const pressed = await people.press(anna.id, {
      message_id: offer.message_id,
      data,
      waitMs: 5_000,
    });
    expect([data, pressed.answer]).toEqual([data, expect.anything()]);
  }
  expect((await world.raffle(raffle)).context.tickets).toBe(0);
  expect(world.log.filter(({ level }) => level === "error")).toEqual([]);
  await expectInOrder(world);
});

it("a forwarded invoice cannot be paid by another", async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  const [anna, mallory] = await world.players(2) as [Person, Person];
  const raffle = await world.openRaffle();
  const invoice = await askInvoice(people, anna, raffle);
  const paid = await people.pay(mallory.id, {
    message_id: invoice.message_id,
    forwardedFrom: anna.id,
  }).catch((error) => error);
  // Telegram turns a forwarded copy into a link to the bot, because of our start_parameter.
  expect(paid.status).not.toBe("paid");
  expect(await world.stars()).toEqual({ received: 0, refunded: 0, refunds: 0 });
  await expectInOrder(world);
});

it("a charge by another, of another amount or in another currency pays no ticket", async () => {
  const world = await openPlatformWorld({ webhook: true });
  const { people } = world;
  const [anna] = await world.players(1) as [Person];
  const raffle = await world.openRaffle();
  const invoice = await askInvoice(people, anna, raffle);
  const calls = await people.calls({ method: "sendInvoice" });
  const payload = String(calls.at(-1)?.params.payload);
  const query = {
    id: "77",
    from: { id: anna.id, is_bot: false, first_name: "Anna", language_code: "en" },
    currency: "XTR",
    total_amount: 10,
    invoice_payload: payload,
  };
  const wrong = [
    { ...query, from: { ...query.from, id: 4_242 } },
    { ...query, total_amount: 9 },
    { ...query, total_amount: 0 },
    { ...query, currency: "USD", total_amount: 1_000 },
    { ...query, invoice_payload: "pay_nobody" },
    { ...query, invoice_payload: "not ours" },
  ];
  for (const [index, pre_checkout_query] of wrong.entries()) {
    const id = `77${index}`;
    const { status } = await world.post({
      update_id: 500 + index,
      pre_checkout_query: { ...pre_checkout_query, id },
    });
    expect(status).toBe(200);
  }
  await world.platform.runtime.settled();
  const answers = (await people.calls({ method: "answerPreCheckoutQuery" }))
    .map(({ params }) => [params.pre_checkout_query_id, params.ok]);
  expect(new Map(answers as [string, unknown][])).toEqual(
    new Map(wrong.map((_, index) => [`77${index}`, false])),
  );
  expect((await world.raffle(raffle)).context).toMatchObject({ tickets: 0, places: {} });

  // Charges nobody of ours asked for: kept for a person to look at, and never a ticket.
  for (
    const [index, content] of [
      charge("not ours"),
      charge("pay_nobody"),
      charge(payload, { currency: "USD", telegram_payment_charge_id: "stx-usd" }),
    ].entries()
  ) {
    expect((await world.post(messageUpdate(600 + index, content))).status).toBe(200);
    expect((await world.post(messageUpdate(600 + index, content))).status).toBe(200);
  }
  expect(await world.count("unroutable")).toBeGreaterThanOrEqual(2);
  expect((await world.raffle(raffle)).context.tickets).toBe(0);
  expect(await world.count("tickets")).toBe(0);
  // The invoice is still good for whom it was made.
  expect((await people.pay(anna.id, { message_id: invoice.message_id })).status).toBe("paid");
  await world.waitForRaffle(raffle, ({ context }) => context.tickets === 1);
});

it("nobody gets a ticket too many: twice, over the limit of a day, full, closed", async () => {
  const world = await openPlatformWorld({ entriesPerDay: 3 });
  const { people } = world;
  const [anna, boris, vera] = await world.players(3) as [Person, Person, Person];
  const raffle = await world.openRaffle({ maxTickets: 2, closingWindowMs: 60_000 });
  const invoices = [
    await askInvoice(people, anna, raffle),
    await askInvoice(people, anna, raffle),
  ] as const;
  const vInvoice = await askInvoice(people, vera, raffle);
  expect((await people.pay(anna.id, { message_id: invoices[0].message_id })).status).toBe("paid");
  const twice = await people.pay(anna.id, { message_id: invoices[1].message_id });
  expect(twice.status).toBe("refused");
  expect(twice.error).toMatch(/ticket/i);
  await askInvoice(people, anna, raffle);
  await askEntry(people, anna, { raffle, way: "stars" });
  await people.waitForMessage(anna.id, says(/today|day/i));
  await joinByStars(people, boris, raffle);
  await world.waitUntilFinished(raffle);
  const closed = await people.pay(vera.id, { message_id: vInvoice.message_id });
  expect(closed.status).toBe("refused");
  const { revision } = await people.chat(vera.id);
  await people.write(vera.id, `/join_raffle ${raffle}`);
  await people.waitForMessage(vera.id, says(/no entries/i), { since: revision });
  expect(await world.stars()).toEqual({ received: 20, refunded: 0, refunds: 0 });
  await expectInOrder(world);
});

it("a stranger's admin commands and buttons do nothing", async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  const [mallory] = await world.players(1) as [Person];
  const raffle = await world.openRaffle();
  const draft = /rfl_\w+/.exec(await world.command("/admin create price=1"))?.[0] as RaffleId;
  const answers = new Set<string>();
  for (
    const words of [
      "",
      "list",
      "create price=1",
      `stop ${raffle} mine`,
      `force ${raffle}`,
      `pause ${raffle}`,
      `refund ${raffle} mine`,
      `open ${draft}`,
    ]
  ) answers.add(await world.command(`/admin ${words}`, mallory.id));
  expect(answers.size).toBe(1);
  const [message] = (await people.chat(mallory.id)).messages.filter(({ from }) => from.is_bot);
  await people.press(mallory.id, {
    message_id: message?.message_id as number,
    data: `admopen:${draft}`,
    waitMs: 5_000,
  });
  expect((await world.raffle(draft)).value).toBe("draft");
  expect((await world.raffle(raffle)).tags).toContain("acceptingEntries");
  const { rows } = await world.database.query<{ count: number }>(
    "select count(*)::int as count from raffles",
  );
  expect(rows[0]?.count).toBe(2);
});

it.each([
  "",
  "price=0",
  "price=-5",
  "price=1.5",
  "price=1,5",
  "price=100001",
  `price=${"9".repeat(300)}`,
  "price=ten",
  "price=0x10",
  "price=1e3",
  "price=NaN",
  "price=١٠",
  "price=10 min=1",
  "price=10 min=5 max=4",
  "price=10 max=100001",
  "price=10 commission=5001",
  "price=10 shares=50/60",
  "price=10 shares=100/0",
  "price=10 draw=never",
  "price=10 minutes=0",
  "price=10 tickets=101",
  "price=10 colour=red",
  `price=10 title=${"т".repeat(33)}`,
  `price=10 title=${"😀".repeat(17)}`,
])("terms that cannot be are refused with what is allowed: %s", async (form) => {
  const world = await openPlatformWorld();
  const answer = await world.command(`/admin create ${form}`);
  expect(answer.length).toBeGreaterThan(20);
  expect(answer).not.toMatch(/rfl_\w{6}/);
  const { rows } = await world.database.query("select 1 from raffles");
  expect(rows).toEqual([]);
  expect(world.log.filter(({ level }) => level === "error")).toEqual([]);
});

it("texts at and over Telegram's limits reach people unbroken", async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  const title = "<b>&\"'😀 𝕏 ‮ rtl";
  const [anna, boris] = await Promise.all([
    people.person({ first_name: "<i>A&a</i>", last_name: "😀".repeat(32), language_code: "ru" }),
    people.person({ first_name: "B".repeat(64), last_name: "b".repeat(64), language_code: "en" }),
  ]) as [Person, Person];
  const raffle = await world.openRaffle({ title });
  for (const player of [anna, boris]) await joinByStars(people, player, raffle);
  const reason = `<b>${"😀&<>".repeat(990)}`.slice(0, 4_000);
  await world.command(`/admin stop ${raffle} ${reason}`);
  await world.waitUntilFinished(raffle);
  for (const player of [anna, boris]) {
    await people.waitForMessage(player.id, says(/<b>😀&<>/));
    for (const text of [`/raffle ${raffle}`, "/my_raffles", "/balance"]) {
      await people.write(player.id, text);
    }
    await people.waitForMessage(player.id, says(/<b>&"'😀 𝕏/));
  }
  await people.write(ADMIN, "/admin list");
  await people.waitForMessage(ADMIN, says(/<b>&"'😀 𝕏/));
  await world.platform.runtime.settled();
  const failed = (await people.calls()).filter(({ answer }) => answer.ok !== true);
  expect(failed.map(({ method, answer }) => [method, answer.description])).toEqual([]);
  await expectInOrder(world);
});
