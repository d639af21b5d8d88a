/**
 * What must not come in does no harm: notices that nobody sent, or sent already; phones, banks, wallets and
 * amounts that are none; payouts above the limits; admins who may not. Each has a clear answer in both
 * languages, and nothing moves in the books.
 */
import { describe, expect, it } from "vitest";
import type { Language } from "../../machines/domain/events.ts";
import { YOOKASSA_NOTICE_PATH } from "../http/create_app.ts";
import { askBankPayment, bankPaymentIn } from "../demo/entries.ts";
import type { Person } from "../sandbox/people.ts";
import {
  ADMIN,
  eventually,
  openPlatformWorld,
  type PlatformWorld,
  SECOND_ADMIN,
} from "./testing/platform_world.ts";
import {
  booksOf,
  buttonLike,
  Chat,
  expectInOrder,
  gateway,
  PRICE,
  rubles,
  says,
  ticketsOf,
} from "./testing/ruble_world.ts";

const OPERATOR = 900_003;
const VIEWER = 900_004;
const YOOKASSA = "77.75.156.11";
const STRANGER = "203.0.113.7";
const NOBODYS = "22e12f66-000f-5000-8000-18db351245c7";

describe("notices", () => {
  const payment = (id: string, event = "payment.succeeded", status = "succeeded") => ({
    type: "notification",
    event,
    object: { id, status, paid: true, amount: { value: "100.00", currency: "RUB" } },
  });

  async function open() {
    const world = await openPlatformWorld({
      bankNotices: false,
      environment: { YOOKASSA_NOTICE_ADDRESSES: YOOKASSA, TRUSTED_PROXIES: "127.0.0.1" },
    });
    /** Posts as our reverse proxy passes it on. @returns Status and body. */
    const post = async (body: unknown, forwardedFor = YOOKASSA): Promise<[number, unknown]> => {
      const response = await fetch(`${world.platform.url}${YOOKASSA_NOTICE_PATH}`, {
        method: "POST",
        headers: { "x-forwarded-for": forwardedFor },
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
      return [response.status, await response.json()];
    };
    const [anna] = await world.players(1) as [Person];
    const chat = new Chat(world, anna.id);
    const topUp = bankPaymentIn(await chat.write("/topup 1000", /Pay 1\s000 ₽/)) as string;
    await world.payers.pay(topUp);
    expect(await post(payment(topUp))).toEqual([200, { ok: true }]);
    await world.people.waitForMessage(anna.id, says(/is on your balance/));
    // A payout that the bank has not ended, and an entry that nobody has paid.
    await world.payers.set({ payoutDelayMs: "held" });
    await chat.pressOnly(await chat.toWallet(), "c:y:");
    const [payout] = await eventually(
      async () => (await gateway(world)).payouts,
      (payouts) => payouts.length === 1,
    );
    const raffle = await world.openRaffle({ price: PRICE });
    const entry = await askBankPayment(world.people, anna, raffle);
    await world.platform.runtime.settled();
    return { world, post, anna, raffle, entry, topUp, payout: payout?.id as string };
  }

  it("that are forged, broken or repeated move nothing, and are answered", async () => {
    const { world, post, anna, raffle, entry, topUp, payout } = await open();
    const before = await booksOf(world);
    const refused = { error: expect.any(String) };
    const ok = { ok: true };
    const large = JSON.stringify({ ...payment(entry), padding: "x".repeat(300_000) });
    const withId = (id: unknown) => ({ ...payment(entry), object: { id, status: "succeeded" } });
    const cases: [what: string, body: unknown, from: string, answer: [number, unknown]][] = [
      ["a stranger", payment(entry), STRANGER, [403, refused]],
      ["a stranger who says he is not", payment(entry), `${YOOKASSA}, ${STRANGER}`, [403, refused]],
      ["nobody", payment(entry), "", [403, refused]],
      ["no JSON", "payment.succeeded", YOOKASSA, [400, refused]],
      ["nothing", "", YOOKASSA, [400, refused]],
      ["half of it", JSON.stringify(payment(entry)).slice(0, -9), YOOKASSA, [400, refused]],
      ["null", "null", YOOKASSA, [400, refused]],
      ["a list", [payment(entry)], YOOKASSA, [400, refused]],
      ["no object", { type: "notification", event: "payment.succeeded" }, YOOKASSA, [400, refused]],
      ["an event of no form", { ...payment(entry), event: "x" }, YOOKASSA, [400, refused]],
      ["an id that leads elsewhere", withId("../me"), YOOKASSA, [400, refused]],
      ["an id without end", withId("a".repeat(51)), YOOKASSA, [400, refused]],
      ["a number for an id", withId(1), YOOKASSA, [400, refused]],
      ["far too much", large, YOOKASSA, [413, refused]],
      ["an unknown event", payment(entry, "payment.exploded"), YOOKASSA, [200, ok]],
      ["an event that we do not use", payment(entry, "deal.closed"), YOOKASSA, [200, ok]],
      ["an id that is not ours", payment(NOBODYS), YOOKASSA, [200, ok]],
      ["an unpaid entry as paid", payment(entry), YOOKASSA, [200, ok]],
      ["it as cancelled", payment(entry, "payment.canceled", "canceled"), YOOKASSA, [200, ok]],
      ["a payment as a refund", payment(entry, "refund.succeeded"), YOOKASSA, [200, ok]],
      ["a paid one as cancelled", payment(topUp, "payment.canceled"), YOOKASSA, [200, ok]],
      ["a refund that is none", payment(NOBODYS, "refund.succeeded"), YOOKASSA, [200, ok]],
      ["a payout as arrived", payment(payout, "payout.succeeded"), YOOKASSA, [200, ok]],
      ["it as cancelled", payment(payout, "payout.canceled", "canceled"), YOOKASSA, [200, ok]],
    ];
    for (const [what, body, from, answer] of cases) {
      expect([what, ...await post(body, from)]).toEqual([what, ...answer]);
    }
    const repeats = Array.from({ length: 5 }, () => post(payment(topUp)));
    expect(await Promise.all(repeats)).toEqual(repeats.map(() => [200, ok]));
    await world.platform.runtime.settled();
    expect(await booksOf(world)).toEqual(before);
    expect(await rubles(world, anna)).toEqual([75_000, 25_000]);
    expect(await world.count("unroutable")).toBe(0);

    // What is true counts all the same, and once.
    await world.payers.pay(entry);
    expect(await Promise.all([1, 2, 3].map(() => post(payment(entry)))))
      .toEqual([[200, ok], [200, ok], [200, ok]]);
    await ticketsOf(world, raffle, 1);
    await world.payers.settlePayout(payout);
    await post(payment(payout, "payout.succeeded"));
    await world.people.waitForMessage(anna.id, says(/sent, the money is yours/));
    const after = await booksOf(world);
    await post(payment(entry, "payment.canceled", "canceled"));
    await post(payment(payout, "payout.canceled", "canceled"));
    await world.platform.runtime.settled();
    expect(await booksOf(world)).toEqual(after);
    await expectInOrder(world);
  });
});

interface Words {
  noAmount: RegExp;
  tooLittle: RegExp;
  tooMuch: RegExp;
  aboveBalance: RegExp;
  phone: RegExp;
  noBank: (query: string) => RegExp;
  wallet: RegExp;
}
const words: Record<Language, Words> = {
  en: {
    noAmount: /That is no amount.*99\.50/,
    tooLittle: /too little: in this way \d ₽ and more/,
    tooMuch: /too much: in this way 500\s000 ₽ at most/,
    aboveBalance: /more than there is on your balance: /,
    phone: /A Russian mobile number is needed, for example \+7 900 123-45-67/,
    noBank: (query) => new RegExp(`There is no bank “${query}” in the SBP`),
    wallet: /begins with 41001 and has 11 to 33 digits, for example 4100116074720387/,
  },
  ru: {
    noAmount: /Это не сумма.*99\.50/,
    tooLittle: /слишком мало: таким способом можно отправить от \d ₽/,
    tooMuch: /слишком много: .* до 500\s000 ₽/,
    aboveBalance: /больше, чем есть на балансе: /,
    phone: /Нужен номер российского мобильного телефона, например \+7 900 123-45-67/,
    noBank: (query) => new RegExp(`Банка «${query}» нет среди участников СБП`),
    wallet: /начинается с 41001 и состоит из 11–33 цифр, например 4100116074720387/,
  },
};
const WAYS = /How shall they be sent|Как их отправить/;
const HOW_MUCH = /How much|Сколько отправить/;
const BANK = /Which bank|каком банке/;

/** A player with so many rubles, put there in payments through the SBP. */
async function rich(
  world: PlatformWorld,
  language: Language,
  payments: readonly string[],
): Promise<{ player: Person; chat: Chat }> {
  const player = await world.people.person({ first_name: "Vera", language_code: language });
  const chat = new Chat(world, player.id);
  for (const rubles of payments) {
    const link = await chat.write(`/topup ${rubles}`, /SBP|СБП/);
    const { revision } = await world.people.chat(player.id);
    await world.payers.pay(bankPaymentIn(link) as string, { method: "sbp" });
    await world.people.waitForMessage(player.id, says(/is on your balance|на вашем балансе/), {
      since: revision,
    });
  }
  return { player, chat };
}

describe("what a player types", () => {
  it.each<Language>(["en", "ru"])(
    "is refused with the form that is allowed: %s",
    async (language) => {
      const world = await openPlatformWorld({ environment: { TOPUP_MAX: "350000" } });
      const { player, chat } = await rich(world, language, ["300000", "300000"]);
      const before = await booksOf(world);
      const say = words[language];
      const choose = async (way: string) => {
        const ways = await chat.write("/cashout", WAYS);
        await chat.press(ways, buttonLike(ways, new RegExp(`^c:w:\\w+:${way}$`)), HOW_MUCH);
      };

      await choose("card");
      await chat.write("4.99", say.tooLittle);
      await choose("sbp");
      for (const none of ["much", "-5", "1e3", "1.234", "250 $", "0x10", "<b>"]) {
        await chat.write(none, say.noAmount);
      }
      for (const little of ["0", "0.99"]) await chat.write(little, say.tooLittle);
      for (const much of ["500000.01", "600000"]) await chat.write(much, say.tooMuch);
      for (const above of ["600000.01", "999999999"]) {
        await chat.write(above, new RegExp(`${say.aboveBalance.source}|${say.tooMuch.source}`));
      }
      await chat.write("250", /mobile number|номер мобильного/);
      const phones = [
        "12345",
        "+1 212 555 0100",
        "8 495 123 45 67",
        "номер",
        "7900123456789",
        "+7 900 123-45-6",
        "4100116074720387",
        "<b>",
      ];
      for (const phone of phones) await chat.write(phone, say.phone);
      const banks = await chat.write("8 900 123 45 67", BANK);
      for (const bank of ["нет такого", "100000000111x"]) await chat.write(bank, say.noBank(bank));
      // A bank that is on no list, by a button that nobody has made.
      const known = buttonLike(banks, /^c:b:\w+:\d+$/);
      const data = known.replace(/\d+$/, "999999999999");
      await world.people.press(player.id, { message_id: banks.message_id, data, waitMs: 10_000 });

      await choose("yooMoney");
      await chat.write("250", /YooMoney wallet|кошелька ЮMoney/);
      const wallets = [
        "123",
        "5100116074720387",
        "41001 and so on",
        "4100",
        `41001${"1".repeat(29)}`,
        "5555555555554444",
        "+7 900 123-45-67",
        "@anna",
      ];
      for (const wallet of wallets) await chat.write(wallet, say.wallet);
      await world.platform.runtime.settled();
      expect((await gateway(world)).payouts).toEqual([]);
      expect(await booksOf(world)).toEqual(before);
      await expectInOrder(world);
    },
  );
});

describe("who may not", () => {
  it("is told so, whatever he tries, and what waits for a yes stays held", async () => {
    const world = await openPlatformWorld({
      environment: { WITHDRAWAL_LIMIT_RUB: "400" },
      operators: [OPERATOR],
      viewers: [VIEWER],
    });
    await world.people.person({ id: OPERATOR, first_name: "Oleg", language_code: "ru" });
    await world.people.person({ id: VIEWER, first_name: "Vera", language_code: "en" });
    for (const id of [ADMIN, SECOND_ADMIN]) await world.people.write(id, "/start");
    const { player: anna, chat } = await rich(world, "en", ["1000"]);
    const { player: boris, chat: other } = await rich(world, "en", ["50"]);
    // 250 are within the limit of a day, 200 more are not.
    await chat.press(await chat.toWallet(), "c:y:", /sent, the money is yours/);
    await chat.press(await chat.toWallet(undefined, "200"), "c:y:", /yes of 2|needs the yes/i);
    const asked = await world.people.waitForMessage(ADMIN, says(/approve wdr_/));
    const withdrawal = /wdr_\w+/.exec(asked.text ?? "")?.[0] as string;
    const raffle = await world.openRaffle({ price: PRICE });
    await world.platform.runtime.settled();
    const before = await booksOf(world);
    expect(await rubles(world, anna)).toEqual([55_000, 20_000]);

    const owners = [
      `approve ${withdrawal}`,
      `decline ${withdrawal} because`,
      `settle ${withdrawal}`,
      `void ${withdrawal}`,
      `redraw ${raffle} I want another`,
    ];
    const runners = [
      `stop ${raffle} because`,
      `template save ${raffle} Fridays`,
      "template delete tpl_1",
      "series begin tpl_1 1d 18:00",
      "series end ser_1",
      "retry rfd_1",
    ];
    const ownersButtons = [`wdryes:${withdrawal}`, `p:as:redraw:${raffle}`];
    const runnersButtons = [
      `p:ad:${raffle}:k`,
      `p:tr:${raffle}`,
      "p:ta:delete:tpl_1",
      "p:sd:pause:ser_1",
      `p:kx:sus_${"f".repeat(20)}`,
      `p:kc:sus_${"f".repeat(20)}:open`,
    ];
    const who: [number, RegExp, string[], string[]][] = [
      [OPERATOR, /Ваша роль этого не позволяет\. Могут: владельцы\./, owners, ownersButtons],
      [VIEWER, /Your role does not allow this\. Allowed are: owners/, [...owners, ...runners], [
        ...ownersButtons,
        ...runnersButtons,
      ]],
      [boris.id, /for admins only/i, [...owners, ...runners], [
        ...ownersButtons,
        ...runnersButtons,
      ]],
    ];
    for (const [id, answer, commands, buttons] of who) {
      for (const command of commands) {
        expect([command, await world.command(`/admin ${command}`, id)])
          .toEqual([command, expect.stringMatching(answer)]);
      }
      const { message_id } = await world.people.waitForMessage(id, ({ from }) => from.is_bot);
      for (const data of buttons) {
        const { revision } = await world.people.chat(id);
        const pressed = await world.people.press(id, { message_id, data, waitMs: 10_000 });
        const words = pressed.answer?.text ||
          (await world.people.waitForMessage(id, ({ from }) => from.is_bot, { since: revision }))
            .text;
        expect([data, words]).toEqual([data, expect.stringMatching(answer)]);
      }
    }
    await other.write("/balance", /50 ₽/);
    await world.platform.runtime.settled();
    expect(await booksOf(world)).toEqual(before);
    expect((await gateway(world)).payouts).toHaveLength(1);
    const { rows } = await world.database.query<{ outcome: string; count: number }>(
      `select a.outcome, count(*)::int as count from audit_log a
       where a.role <> 'owner' group by 1`,
    );
    const tried = owners.length * 2 + runners.length + ownersButtons.length * 2 +
      runnersButtons.length;
    expect(rows).toEqual([{ outcome: "refused: role", count: tried }]);

    // An owner's no brings it back, with his words.
    await world.command(`/admin decline ${withdrawal} not to this one`);
    await world.people.waitForMessage(anna.id, says(/not to this one/));
    expect(await rubles(world, anna)).toEqual([75_000, 0]);
    await expectInOrder(world);
  });
});
