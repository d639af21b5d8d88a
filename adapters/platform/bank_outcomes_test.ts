/**
 * YooKassa's test cards and test wallets through the whole product: each ends as YooKassa says, the player
 * hears why in plain words of his language, and only what was paid moves.
 *
 * Source: yookassa.ru/developers (testing of payments and payouts), July 2026.
 */
import { expect, it } from "vitest";
import { YOOKASSA_FEES } from "../../machines/domain/accounts.ts";
import type { Language } from "../../machines/domain/events.ts";
import { askBankPayment, bankPaymentIn, buttonOf } from "../demo/entries.ts";
import type { Person } from "../sandbox/people.ts";
import {
  ADMIN,
  openPlatformWorld,
  type PlatformWorld,
  SECOND_ADMIN,
} from "./testing/platform_world.ts";
import {
  Chat,
  expectInOrder,
  gateway,
  PRICE,
  rubles,
  rublesOf,
  says,
  ticketsOf,
} from "./testing/ruble_world.ts";

/** What the sandbox keeps of 100 ₽. */
const FEE = 427n;
/** All players act at once. */
const TIMEOUT_MS = 60_000;

const GOOD = [
  "5555555555554444",
  "4793128161644804",
  "4111111111111111",
  "2202474301322987",
  "6759649826438453",
  "4175001000000017",
  "370000000000002",
  "3528000700000000",
  "36700102000000",
];
/** The bank asks the payer first. */
const GOOD_WITH_3DS = ["5555555555554477", "2200000000000004"];
const NOT_CONFIRMED = { en: /did not get your confirmation/, ru: /не получил подтверждения/ };
const SECURITY = { en: /security check stopped/, ru: /не пропустила проверка безопасности/ };

/** Mastercard, Visa, Mir, and what the player reads. */
const DECLINED: [string[], Record<Language, RegExp>][] = [
  [["5555555555554592", "4839665499603842", "2200000000000012"], NOT_CONFIRMED],
  [["5555555555554535", "4926946416239025", "2200000000000020"], {
    en: /Call the bank that issued the card/,
    ru: /Позвоните в банк/,
  }],
  [["5555555555554543", "4141435412630840", "2200000000000038"], {
    en: /card has expired/,
    ru: /Срок действия карты истёк/,
  }],
  [["5555555555554568", "4483274282299972", "2200000000000046"], SECURITY],
  [["5555555555554527", "4889971706588753", "2202202212312379"], {
    en: /payment was declined/,
    ru: /Платёж отклонён/,
  }],
  [["5555555555554600", "4562265587712390", "2200000000000053"], {
    en: /not enough money on the account/,
    ru: /не хватает денег/,
  }],
  [["5555555555554618", "4951017853630544", "2201382000000013"], {
    en: /card number has a mistake/,
    ru: /номере карты ошибка/,
  }],
  [["5555555555554626", "4194180666146368", "2200770212727079"], {
    en: /security code did not fit/,
    ru: /Код с оборота карты не подошёл/,
  }],
  [["5555555555554501", "4654130848359150", "2201382000000021"], {
    en: /bank that issued the card does not answer/,
    ru: /выпустивший карту, сейчас не отвечает/,
  }],
  [["5555555555554576", "4565231022577548", "2201382000000039"], {
    en: /limit of this card or wallet is used up/,
    ru: /исчерпан лимит платежей/,
  }],
  [["5555555555554550", "4233961169071671", "2201382000000047"], {
    en: /Payments are blocked for this card/,
    ru: /платежи запрещены/,
  }],
  [["5555555555554584", "4969751510013864", "2201382000000054"], {
    en: /Cards of this country cannot be used/,
    ru: /Картой этой страны/,
  }],
  [["5555555555554634", "4119098878796485", "2201696981989955"], SECURITY],
];

const person = ({ people }: PlatformWorld, language: Language): Promise<Person> =>
  people.person({ first_name: language === "ru" ? "Иван" : "Anna", language_code: language });

it("every test card ends as YooKassa says, in the player's own words", {
  timeout: 120_000,
}, async () => {
  const world = await openPlatformWorld({ callTimeoutMs: 10_000 });
  const raffle = await world.openRaffle({ price: PRICE, maxTickets: 60, minPlayers: 60 });
  async function play(
    language: Language,
    order: { card: string; passes3ds?: boolean },
    words: RegExp,
  ): Promise<Person> {
    const player = await person(world, language);
    const payment = await askBankPayment(world.people, player, raffle);
    const { revision } = await world.people.chat(player.id);
    await world.payers.pay(payment, order);
    const told = await world.people.waitForMessage(player.id, says(words), {
      since: revision,
      timeoutMs: TIMEOUT_MS,
    });
    expect(told.text, order.card).not.toContain(order.card.slice(0, 6));
    return player;
  }
  const declined = await Promise.all([
    ...DECLINED.flatMap(([cards, words], row) =>
      cards.map((card, brand) => {
        const language = (row + brand) % 2 === 0 ? "en" : "ru";
        return play(language, { card }, words[language]);
      })
    ),
    // A good card whose holder does not confirm it.
    ...GOOD_WITH_3DS.map((card) => play("ru", { card, passes3ds: false }, NOT_CONFIRMED.ru)),
  ]);
  expect(await world.count("tickets")).toBe(0);
  expect((await world.payers.books()).shop.received).toBe(0);
  for (const player of declined) expect(await rubles(world, player)).toEqual([0, 0]);

  const good = [...GOOD, ...GOOD_WITH_3DS];
  await Promise.all(
    good.map((card, index) =>
      index % 2 === 0
        ? play("en", { card }, /ticket No\. \d+/)
        : play("ru", { card }, /билет № ?\d+/i)
    ),
  );
  await ticketsOf(world, raffle, good.length);
  const { shop } = await world.payers.books();
  expect(shop.received).toBe(10_000 * good.length);
  expect(shop.payments.map(({ status }) => status).toSorted()).toEqual([
    ...declined.map(() => "canceled"),
    ...good.map(() => "succeeded"),
  ]);
  expect(-await rublesOf(world, YOOKASSA_FEES)).toBe(FEE * BigInt(good.length));
  await expectInOrder(world);
});

/** Anonymous, named, identified. */
const GOOD_WALLETS = ["41001614575714", "4100116075156746", "4100116074720387"];
const BAD_WALLETS: [string, Record<Language, RegExp>][] = [
  ["41001614575572", {
    en: /So much cannot be sent to this receiver at once/,
    ru: /Столько за один раз этому получателю отправить нельзя/,
  }],
  ["41001614575643", {
    en: /limit of this receiver is used up/,
    ru: /Лимит выплат этому получателю .* исчерпан/,
  }],
  ["410011806060766", {
    en: /bot lacks the money for payouts/,
    ru: /У бота сейчас не хватает денег для выплат/,
  }],
  ["410011788545536", {
    en: /payout was declined, nobody said why/,
    ru: /Выплата отклонена, причину не сказали/,
  }],
  ["410011111111111", { en: /No receiver was found/, ru: /получатель не найден/ }],
];
const SENT = { en: /sent, the money is yours/, ru: /отправлено, деньги у вас/ };
const NOTHING_SENT = { en: /Nothing was sent/, ru: /Ничего не отправлено/ };

it("every test wallet ends as YooKassa says, in the player's own words", {
  timeout: 120_000,
}, async () => {
  const world = await openPlatformWorld();
  await world.payers.set({ payoutDelayMs: 0 });
  for (const id of [ADMIN, SECOND_ADMIN]) await world.people.write(id, "/start");
  await Promise.all((["en", "ru"] as const).map(async (language) => {
    const player = await person(world, language);
    const chat = new Chat(world, player.id);
    const link = await chat.write("/topup 1000", /1\s000 ₽/);
    await world.payers.pay(bankPaymentIn(link) as string);
    await world.people.waitForMessage(player.id, says(/is on your balance|на вашем балансе/));
    for (const [wallet, words] of BAD_WALLETS) {
      const failed = await chat.press(await chat.toWallet(wallet), "c:y:", NOTHING_SENT[language]);
      expect(failed.text).toMatch(words[language]);
      expect(failed.text).not.toContain(wallet);
      for (const way of ["sbp", "card", "yooMoney"]) {
        expect(buttonOf(failed.reply_markup, `c:n:${way}`)).toBeDefined();
      }
      expect(await rubles(world, player)).toEqual([100_000, 0]);
    }
    for (const wallet of GOOD_WALLETS) {
      await chat.press(await chat.toWallet(wallet), "c:y:", SENT[language]);
    }
    expect(await rubles(world, player)).toEqual([25_000, 0]);
  }));
  await world.people.waitForMessage(ADMIN, says(/too little lies on the payout gateway/));
  const { payouts, paidOut } = await gateway(world);
  expect([payouts.length, paidOut]).toEqual([16, 150_000]);
  await expectInOrder(world);
});
