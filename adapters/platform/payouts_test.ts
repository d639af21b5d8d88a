/**
 * Rubles leave, by what people type and press, while the bank is at its worst: paid out once or not at all,
 * what is not known stays held, and YooKassa's own books say the same as ours.
 */
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../machines/domain/draw/hex.ts";
import { buttonOf } from "../demo/entries.ts";
import type { FaultKind, Person } from "../sandbox/people.ts";
import { ADMIN, eventually, SECOND_ADMIN } from "./testing/platform_world.ts";
import {
  buttonLike,
  Chat,
  expectInOrder,
  fault,
  gateway,
  GOOD_WALLET,
  openWithRubles as open,
  rubles,
  says,
  SBERBANK,
} from "./testing/ruble_world.ts";

describe("rubles to an account, a wallet, a card", () => {
  it("go through the SBP, by a bank that he has searched for", async () => {
    const { world, anna, chat } = await open();
    const ways = await chat.write("/cashout", /On your balance: 1\s000 ₽/);
    await chat.press(
      ways,
      buttonLike(ways, /^c:w:\w+:sbp$/),
      /from 1 ₽ to 1\s000 ₽.*for example 250/,
    );
    expect((await chat.write("1000.01", /more than there is/)).text).toMatch(/1\s000 ₽/);
    await chat.write("-5", /no amount/);
    await chat.write("0,5", /too little.*from 1 ₽/is);
    await chat.write("250,50", /mobile number/);
    await chat.write("12345", /\+7 900 123-45-67/);
    await chat.write("8 900 123 45 67", /Which bank/);
    await chat.write("нет такого", /no bank “нет такого”/);
    const banks = await chat.write("райф", /Which bank/);
    const question = await chat.press(banks, "c:b:", /Send 250.50 ₽/);
    expect(question.text).toMatch(/\+7 900 •••-••-67/);
    expect(question.text).toMatch(/Bank: Райффайзенбанк/);
    expect(question.text).toMatch(/less than a minute/);
    await chat.press(question, "c:y:", /250.50 ₽ through the SBP.*sent/);
    expect(await rubles(world, anna)).toEqual([74_950, 0]);
    expect((await gateway(world)).payouts).toMatchObject([{
      status: "succeeded",
      amount: { value: "250.50" },
      payout_destination: { phone: "79001234567", bank_id: "100000000007" },
    }]);
    // What tells who he is is not kept, but for the log of what he wrote.
    const { rows } = await world.database.query<{ left: number; hash: string }>(
      `select w.destination_hash as hash, (select count(*)::int from payout_destinations) as left
       from withdrawals w`,
    );
    expect(rows).toEqual([{ left: 0, hash: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    // A plain hash of a phone would give it away to whoever tries them all.
    expect(rows[0]?.hash).not.toBe(sha256Hex("sbp 79001234567"));
    const { rows: found } = await world.database.query(
      "select choice from withdrawals where choice like '%9001234567%'",
    );
    expect(found).toEqual([]);
    expect(JSON.stringify(world.log)).not.toContain("9001234567");
    await expectInOrder(world);
  });

  it("go to a wallet once, however often the yes is pressed", async () => {
    const { world, anna, chat } = await open();
    const question = await chat.toWallet();
    const toasts = await Promise.all(
      [1, 2, 3].map(() => chat.pressOnly(question, "c:y:")),
    );
    expect(toasts.filter((toast) => /not asked any more/.test(toast ?? ""))).toHaveLength(2);
    // The question is gone, and with it the button.
    const { messages } = await world.people.chat(anna.id);
    const asked = messages.find(({ message_id }) => message_id === question.message_id);
    expect(asked?.text).toMatch(/on its way/);
    expect(asked?.reply_markup).toBeUndefined();
    await world.people.waitForMessage(anna.id, says(/sent, the money is yours/));
    expect((await gateway(world)).payouts).toHaveLength(1);
    expect(await rubles(world, anna)).toEqual([75_000, 0]);
    await expectInOrder(world);
  });

  it("come back when too little lies on the gateway, and admins are told", async () => {
    const { world, anna, chat } = await open();
    await world.people.write(ADMIN, "/start");
    await world.payers.topUp(-99_999_900);
    const question = await chat.toWallet();
    expect(question.text).toMatch(/little money for payouts/);
    await chat.press(question, "c:y:", /Nothing was sent/);
    expect(await rubles(world, anna)).toEqual([100_000, 0]);
    await world.people.waitForMessage(ADMIN, says(/too little lies on the payout gateway/));
    expect(await world.command("/admin reserve")).toMatch(/payout gateway: 1 ₽/);
    await expectInOrder(world);
  });

  it("go to a card that is typed on the bank's form, never here", async () => {
    const { world, anna, chat } = await open();
    const ways = await chat.write("/cashout", /How shall they be sent/);
    await chat.press(ways, buttonLike(ways, /^c:w:\w+:card$/), /from 5 ₽/);
    const asked = await chat.write("250", /typed on the page/);
    const url = asked.reply_markup?.inline_keyboard?.flat().find((button) => "url" in button)
      ?.url as string;
    expect(await (await fetch(url)).text()).toContain(
      `${world.sandboxUrl}/yookassa/payouts-data/3.1.0/widget.js`,
    );
    const card = await world.payers.tokenize("5555555555554477");
    const give = (to: string, body: object = card) =>
      fetch(to, { method: "POST", body: JSON.stringify(body) }).then(async (response) => {
        await response.body?.cancel();
        return response.status;
      });
    expect(await give(url.replace(/\w$/, (last) => last === "x" ? "y" : "x"))).toBe(404);
    expect(await give(url.replace(`/${anna.id}.`, `/${ADMIN}.`))).toBe(404);
    const { revision } = await world.people.chat(anna.id);
    expect((await Promise.all([give(url), give(url)])).toSorted()).toEqual([200, 200]);
    const question = await world.people.waitForMessage(
      anna.id,
      says(/Send 250 ₽ to the card •••• 4477\?/),
      { since: revision },
    );
    // A page that was left open in another window said that its card was taken, and it was not.
    expect(await give(url, await world.payers.tokenize("4111111111111111"))).toBe(404);
    expect(await give(url)).toBe(200);
    const gone = await fetch(url);
    expect([gone.status, /used already/.test(await gone.text())]).toEqual([404, true]);
    await chat.press(question, "c:y:", /250 ₽ to the card •••• 4477 – sent/);
    expect((await gateway(world)).payouts).toMatchObject([{
      payout_destination: { type: "bank_card", card: { last4: "4477" } },
    }]);
    expect(await rubles(world, anna)).toEqual([75_000, 0]);
    await expectInOrder(world);
  });

  it("that are cancelled later come back then", async () => {
    const { world, anna, chat } = await open();
    await world.payers.set({ payoutDelayMs: "held" });
    const question = await chat.toPhone();
    await chat.pressOnly(question, "c:y:");
    const [payout] = await eventually(
      async () => (await gateway(world)).payouts,
      (payouts) => payouts.length === 1,
    );
    expect(await rubles(world, anna)).toEqual([75_000, 25_000]);
    const on = await chat.write("/cashout", /You are taking out 250 ₽ through the SBP .* already/);
    expect(buttonOf(on.reply_markup, "wdrno:")).toBeUndefined();
    await world.payers.settlePayout(payout?.id as string, { reason: "rejected_by_payee" });
    await world.people.waitForMessage(anna.id, says(/Nothing was sent/));
    await eventually(() => rubles(world, anna), ([available]) => available === 100_000);
    await expectInOrder(world);
  });
});

describe("a payout while the bank is at its worst", () => {
  it.each<FaultKind>(["lostAnswer", "500AfterSuccess", "500", "timeoutBefore"])(
    "is made once: %s",
    async (kind) => {
      const { world, anna, chat } = await open();
      const question = await chat.toPhone();
      await fault(world, kind, "createPayout", 2);
      await chat.press(question, "c:y:", /sent, the money is yours/);
      const { payouts, paidOut } = await gateway(world);
      expect([payouts.length, paidOut]).toEqual([1, 25_000]);
      expect(await rubles(world, anna)).toEqual([75_000, 0]);
      await expectInOrder(world);
    },
  );

  it("counts once however often its notice comes, and is not ended by a forged one", async () => {
    const { world, anna, chat } = await open();
    await world.payers.set({ payoutDelayMs: "held" });
    await world.people.fault({ service: "yookassa", kind: "noticeThrice", method: "*" });
    const question = await chat.toPhone();
    await chat.pressOnly(question, "c:y:");
    const [payout] = await eventually(
      async () => (await gateway(world)).payouts,
      (payouts) => payouts.length === 1,
    );
    for (const status of ["succeeded", "canceled"]) {
      const object = { ...payout, status };
      await world.payers.forgeNotice({ event: `payout.${status}`, object });
    }
    await eventually(
      () => world.payers.notices(),
      (notices) => notices.every(({ state }) => state !== "pending"),
    );
    expect(await rubles(world, anna)).toEqual([75_000, 25_000]);
    await world.payers.settlePayout(payout?.id as string);
    await world.people.waitForMessage(anna.id, says(/sent, the money is yours/));
    expect(await rubles(world, anna)).toEqual([75_000, 0]);
    await expectInOrder(world);
  });

  it("of which nobody tells is found, also after a restart", async () => {
    const { world, anna, chat } = await open();
    await world.payers.set({ payoutDelayMs: "held", noticeUrl: null });
    const question = await chat.toPhone();
    await chat.pressOnly(question, "c:y:");
    const [payout] = await eventually(
      async () => (await gateway(world)).payouts,
      (payouts) => payouts.length === 1,
    );
    await world.restart(async () => void await world.payers.settlePayout(payout?.id as string));
    await world.people.waitForMessage(anna.id, says(/sent, the money is yours/));
    expect(await rubles(world, anna)).toEqual([75_000, 0]);
    await expectInOrder(world);
  });

  it("asks for no bank while the list is away, and goes on when it is back", async () => {
    const { world, chat } = await open();
    await fault(world, "500", "listSbpBanks", 1);
    const ways = await chat.write("/cashout", /How shall they be sent/);
    await chat.press(ways, buttonLike(ways, /^c:w:\w+:sbp$/), /How much/);
    await chat.write("250", /mobile number/);
    const away = await chat.write("+7 900 123-45-67", /banks cannot be had/);
    const banks = await chat.press(away, "c:p:", /Which bank/);
    await chat.press(banks, buttonLike(banks, new RegExp(SBERBANK)), /Send 250 ₽/);
  });
});

describe("a payout above the limit of a day", () => {
  it("wants the yes of two admins, of those who may", async () => {
    const { world, anna, chat } = await open({
      environment: { WITHDRAWAL_LIMIT_RUB: "249" },
      operators: [900_003],
    });
    for (const id of [ADMIN, SECOND_ADMIN]) await world.people.write(id, "/start");
    await world.people.person({ id: 900_003, first_name: "Oleg", language_code: "en" });
    const question = await chat.toWallet();
    await chat.press(question, "c:y:", /needs the yes|wants the yes|yes of 2/i);
    const asked = await world.people.waitForMessage(ADMIN, says(/approve wdr_/));
    const id = /wdr_\w+/.exec(asked.text ?? "")?.[0] as string;
    expect(asked.text).not.toContain(GOOD_WALLET);
    expect(await world.command(`/admin approve ${id}`, 900_003)).toMatch(/owner/i);
    expect((await gateway(world)).payouts).toEqual([]);
    await world.command(`/admin approve ${id}`);
    expect(await world.command(`/admin approve ${id}`)).toMatch(/not|another/i);
    expect((await gateway(world)).payouts).toEqual([]);
    await Promise.all([
      world.command(`/admin approve ${id}`, SECOND_ADMIN),
      world.people.waitForMessage(anna.id, says(/sent, the money is yours/)),
    ]);
    expect((await gateway(world)).payouts).toHaveLength(1);
    await expectInOrder(world);
  });

  it("comes back when he does not want it any more", async () => {
    const { world, anna, chat } = await open({ environment: { WITHDRAWAL_LIMIT_RUB: "0" } });
    const question = await chat.toWallet(GOOD_WALLET, "1000");
    await chat.press(question, "c:y:", /yes/i);
    // He was told that there are no rubles, and could not take back what he had lost sight of.
    const waits = await chat.write("/cashout", /already.*waits for the yes of the admins/);
    await chat.press(waits, "wdrno:", /Nothing was sent/);
    expect(await rubles(world, anna)).toEqual([100_000, 0]);
    expect((await gateway(world)).payouts).toEqual([]);
    await expectInOrder(world);
  });
});

it("a player who wants his data deleted in the middle gets his money first", async () => {
  const { world, anna, chat } = await open();
  await world.payers.set({ payoutDelayMs: "held" });
  const question = await chat.toPhone("+7 900 123-45-67", "1000");
  await chat.pressOnly(question, "c:y:");
  const [payout] = await eventually(
    async () => (await gateway(world)).payouts,
    (payouts) => payouts.length === 1,
  );
  const sure = await chat.write("/deleteme", /delete/i);
  await chat.press(sure, "u:d:y", /1\s000 ₽/);
  await world.payers.settlePayout(payout?.id as string);
  await world.people.waitForMessage(anna.id, says(/sent, the money is yours/));
  await chat.press(await chat.write("/deleteme", /delete/i), "u:d:y", /is deleted/);
  const { rows } = await world.database.query(
    `select destination_hash from withdrawals where destination_hash is not null
     union all select destination from payout_destinations`,
  );
  expect(rows).toEqual([]);
  const { rows: events } = await world.database.query<{ event: string }>(
    "select e.event from events e join actors a on a.id = e.actor_id where a.address = $1",
    [`cashOut/tg-${anna.id}`],
  );
  expect(events.length).toBeGreaterThan(0);
  expect(JSON.stringify(events)).not.toContain("900 123");
  await expectInOrder(world);
});

it("who would give his rubles up for his data to be deleted is told that he can take them", async () => {
  const { world, anna, chat } = await open();
  const sure = await chat.write("/deleteme", /delete/i);
  const left = await chat.press(sure, "u:d:y", /Take it out first, or give it up/);
  expect(buttonOf(left.reply_markup, "c:n:")).toBeDefined();
  const question = await chat.press(left, "u:v", /Rubles can be taken out/);
  await chat.press(question, "c:n:", /How shall they be sent/);
  expect(await rubles(world, anna)).toEqual([100_000, 0]);
  await expectInOrder(world);
});

it("old buttons, wrong people and nonsense move nothing", async () => {
  const { world, anna, chat } = await open();
  const question = await chat.toWallet();
  await chat.write("/cashout", /How shall they be sent/);
  expect(await chat.pressOnly(question, "c:y:")).toMatch(/not asked any more/);
  const [other] = await world.players(1) as [Person];
  for (
    const data of ["c:y:abc", "c:b:abc:1", "c:", "c:zz", "c:y:abc:d:e", `c:b:a:${"9".repeat(50)}`]
  ) {
    await world.people.press(other.id, { message_id: question.message_id, data })
      .catch(() => undefined);
  }
  await new Chat(world, other.id).write("/cashout", /no rubles/);
  expect((await gateway(world)).payouts).toEqual([]);
  expect(await rubles(world, anna)).toEqual([100_000, 0]);
  await expectInOrder(world);
});
