/** Rubles in the whole product: who has how many, how they are put in and taken out by hand, what must hold. */
import { expect } from "vitest";
import { readBalances } from "../../../db/ledger_balances.ts";
import { userAvailable } from "../../../machines/domain/accounts.ts";
import type { RaffleId } from "../../../machines/domain/events.ts";
import type { View } from "../../../actors/runtime.ts";
import { askBankPayment, bankPaymentIn, buttonOf, type SeenMessage } from "../../demo/entries.ts";
import type { ChatMessage, FaultKind, Person } from "../../sandbox/people.ts";
import type { YooKassaBooks } from "../../sandbox/payers.ts";
import { openPlatformWorld, type PlatformWorld, type WorldOptions } from "./platform_world.ts";

/** What an entry costs. */
export const PRICE = { minor: "10000", currency: "RUB" } as const;
/** A YooMoney wallet that takes what is sent to it. */
export const GOOD_WALLET = "4100116074720387";
/** A bank of the SBP. */
export const SBERBANK = "100000000111";

const WAYS = /How shall they be sent|Как их отправить/;
const HOW_MUCH = /How much|Сколько отправить/;

/** Whether the bot says so. */
export function says(words: RegExp): (message: ChatMessage) => boolean {
  return ({ text, from }) => from.is_bot && words.test(text ?? "");
}

/** Kopecks that can be spent from an account. */
export async function rublesOf({ database }: PlatformWorld, account: string): Promise<bigint> {
  const balances = await readBalances(database, [account]);
  return balances.find(({ currency }) => currency === "RUB")?.availableMinor ?? 0n;
}

/** Kopecks of a player: those he can spend, and those that are held. */
export async function rubles(
  { database }: PlatformWorld,
  { id }: Pick<Person, "id">,
): Promise<[number, number]> {
  const balances = await readBalances(database, [userAvailable(`tg-${id}`)]);
  const found = balances.find(({ currency }) => currency === "RUB");
  return [Number(found?.availableMinor ?? 0n), Number(found?.heldMinor ?? 0n)];
}

/** Asks for an entry and pays it on the bank's page. @returns The payment's number at the bank. */
export async function join(
  world: PlatformWorld,
  player: Person,
  raffle: RaffleId,
  order: Parameters<PlatformWorld["payers"]["pay"]>[1] = {},
): Promise<string> {
  const payment = await askBankPayment(world.people, player, raffle);
  await world.payers.pay(payment, order);
  return payment;
}

/** Waits until the raffle has so many tickets. */
export function ticketsOf(world: PlatformWorld, raffle: RaffleId, count: number): Promise<View> {
  return world.waitForRaffle(raffle, ({ context }) => context.tickets === count);
}

/** What must hold when a story is over. */
export async function expectInOrder(world: PlatformWorld): Promise<void> {
  await world.platform.runtime.settled();
  expect(await world.problems()).toEqual([]);
  expect(await world.deadLetters()).toEqual([]);
  expect(world.log.filter(({ level }) => level === "error")).toEqual([]);
}

/** Orders a fault of YooKassa's. */
export const fault = (
  { people }: PlatformWorld,
  kind: FaultKind,
  method: string,
  times = 1,
): Promise<unknown> => people.fault({ service: "yookassa", kind, method, times });

/** The payout gateway by YooKassa's own books. */
export const gateway = async ({ payers }: PlatformWorld): Promise<YooKassaBooks["gateway"]> =>
  (await payers.books()).gateway;

/** A player who has put 1,000 rubles on his balance. */
export async function openWithRubles(
  options: WorldOptions = {},
): Promise<{ world: PlatformWorld; anna: Person; chat: Chat }> {
  const world = await openPlatformWorld(options);
  const [anna] = await world.players(1) as [Person];
  const chat = new Chat(world, anna.id);
  const link = await chat.write("/topup 1000", /Pay 1\s000 ₽/);
  await world.payers.pay(bankPaymentIn(link) as string);
  await world.people.waitForMessage(anna.id, says(/is on your balance/));
  return { world, anna, chat };
}

/** One person's chat, in either language: what he does, and the message that answers it. */
export class Chat {
  readonly #world: PlatformWorld;
  readonly #id: number;

  constructor(world: PlatformWorld, id: number) {
    this.#world = world;
    this.#id = id;
  }

  async write(text: string, until: RegExp): Promise<SeenMessage> {
    const { people } = this.#world;
    const { revision } = await people.chat(this.#id);
    await people.write(this.#id, text);
    return await people.waitForMessage(this.#id, says(until), { since: revision });
  }

  async press(message: SeenMessage, prefix: string, until: RegExp): Promise<SeenMessage> {
    const { people } = this.#world;
    const { revision } = await people.chat(this.#id);
    await this.pressOnly(message, prefix);
    return await people.waitForMessage(this.#id, says(until), { since: revision });
  }

  /** @returns The line over the button. */
  async pressOnly(message: SeenMessage, prefix: string): Promise<string | undefined> {
    const data = buttonOf(message.reply_markup, prefix);
    if (data === undefined) throw new Error(`No button "${prefix}" under "${message.text}"`);
    const { message_id } = message;
    const order = { message_id, data, waitMs: 10_000 };
    return (await this.#world.people.press(this.#id, order)).answer?.text;
  }

  /** Up to the last yes, to a wallet. */
  async toWallet(wallet = GOOD_WALLET, amount = "250"): Promise<SeenMessage> {
    const ways = await this.write("/cashout", WAYS);
    const way = /^c:w:\w+:yooMoney$/;
    await this.press(ways, buttonLike(ways, way), HOW_MUCH);
    await this.write(amount, /number of the YooMoney wallet|номер кошелька/);
    return await this.write(wallet, /(Send|Отправить) .*41001•••/);
  }

  /** Up to the last yes, through the SBP. */
  async toPhone(phone = "8 900 123-45-67", amount = "250"): Promise<SeenMessage> {
    const ways = await this.write("/cashout", WAYS);
    await this.press(ways, buttonLike(ways, /^c:w:\w+:sbp$/), HOW_MUCH);
    await this.write(amount, /mobile number|номер мобильного/);
    const banks = await this.write(phone, /Which bank|каком банке/);
    return await this.press(
      banks,
      buttonLike(banks, new RegExp(`^c:b:\\w+:${SBERBANK}$`)),
      /Send .* SBP|Отправить .* СБП/,
    );
  }
}

/** The data of the first button that is like it. @throws {Error} When there is none. */
export function buttonLike({ reply_markup }: ChatMessage, pattern: RegExp): string {
  const all = (reply_markup as { inline_keyboard?: { callback_data?: string }[][] } | undefined)
    ?.inline_keyboard?.flat() ?? [];
  const found = all.find(({ callback_data = "" }) => pattern.test(callback_data));
  if (found?.callback_data === undefined) throw new Error(`No button like ${pattern}`);
  return found.callback_data;
}

/** Whether anything has moved: all accounts with balance, holds and number of entries, and the tickets. */
export async function booksOf({ database }: PlatformWorld): Promise<string[]> {
  const { rows } = await database.query<{ line: string }>(
    `select concat_ws(' ', a.name, a.currency, a.balance_minor, a.held_minor, a.version) as line
     from ledger_accounts a
     union all select 'tickets ' || count(*) from tickets
     order by 1`,
  );
  return rows.map(({ line }) => line);
}
