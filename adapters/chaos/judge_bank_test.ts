/**
 * The judge on true books with rubles in them, played by the product: a raffle that was drawn and one that
 * was stopped, a top-up, a payout and one that came back. It finds nothing, and each tampering.
 */
import { describe, expect, it } from "vitest";
import { askBankPayment, bankPaymentIn, buttonOf } from "../demo/entries.ts";
import { eventually, type PlatformWorld } from "../platform/testing/platform_world.ts";
import type { Person } from "../sandbox/people.ts";
import { askCashOut, type CashOutOrder } from "./ask_cash_out.ts";
import {
  expectFound,
  findIn,
  judgeWorld,
  openJudgedWorld,
  type Played,
  type Tampering,
} from "./testing/judge_world.ts";

const PRICE = { minor: "10000", currency: "RUB" } as const;
const TIMEOUT_MS = 20_000;

async function playRubles(): Promise<Played> {
  const world = await openJudgedWorld();
  const [anna, boris] = await world.players(2) as [Person, Person];
  const drawn = await world.openRaffle({ price: PRICE, title: "Drawn", maxTickets: 2 });
  await topUp(world, anna);
  for (const player of [anna, boris]) {
    await world.payers.pay(await askBankPayment(world.people, player, drawn));
  }
  await world.waitUntilFinished(drawn);
  const stopped = await world.openRaffle({ price: PRICE, title: "Stopped" });
  for (const [player, tickets] of [[anna, 1], [boris, 2]] as const) {
    await world.payers.pay(await askBankPayment(world.people, player, stopped));
    await world.waitForRaffle(stopped, ({ context }) => context.tickets === tickets);
  }
  await world.people.fault({ service: "yookassa", kind: "canceled", method: "createRefund" });
  await world.command(`/admin stop ${stopped} over`);
  await world.waitForRaffle(stopped, ({ value }) => value === "refunded");
  const { phone, wallet } = { phone: "8 900 123-45-67", wallet: "410011788545536" };
  await cashOut(world, anna, {
    receiver: { kind: "sbp", phone, bankId: "100000000111" },
    amount: "40",
  }, "– sent");
  await cashOut(world, anna, { receiver: { kind: "yooMoney", wallet } }, "Nothing was sent");
  await world.platform.runtime.settled();
  return world;
}

async function topUp({ people, payers }: PlatformWorld, { id }: Person): Promise<void> {
  await people.write(id, "/topup 100");
  const link = await people.waitForMessage(id, (each) => bankPaymentIn(each) !== undefined);
  await payers.pay(bankPaymentIn(link) ?? "");
  await people.waitForMessage(id, ({ text }) => text?.includes("is on your balance") === true);
}

async function cashOut(
  { people }: PlatformWorld,
  person: Person,
  order: CashOutOrder,
  words: string,
): Promise<void> {
  const question = await askCashOut({ people, person, timeoutMs: TIMEOUT_MS }, order);
  const data = buttonOf(question.reply_markup, "c:y:") ?? "";
  await people.press(person.id, { message_id: question.message_id, data });
  await people.waitForMessage(person.id, ({ text }) => text?.includes(words) === true, {
    since: question.revision,
    timeoutMs: TIMEOUT_MS,
  });
}

const idOf = (status: string) =>
  `(select withdrawal_id from withdrawals where status = '${status}')`;

const TAMPERINGS: Tampering[] = [
  {
    what: "a ticket is gone",
    sql: `delete from tickets where number = 2 and raffle_id = (select raffle_id from raffles
      where status = 'settled')`,
    // The proof is of another list then.
    kinds: ["lost", "unpaid"],
  },
  {
    what: "a payment was forgotten",
    sql: `update ledger_transfers set key = 'gone' where id = (select max(id) from ledger_transfers
      where key like 'charge/%/received')`,
    kinds: ["ledger", "lost"],
  },
  {
    what: "a fee was forgotten",
    sql: `update ledger_transfers set key = 'gone' where id = (select max(id) from ledger_transfers
      where key like 'charge/%/fee')`,
    kinds: ["ledger"],
  },
  {
    what: "a refund was forgotten",
    sql: "update ledger_transfers set key = 'gone' where key like 'charge/%/returned'",
    kinds: ["ledger", "lost"],
  },
  {
    what: "what the bank did not take back went to us",
    sql: `update ledger_transfers set to_account = (select id from ledger_accounts
      where name = 'treasury/fees' and currency = 'RUB') where key like 'charge/%/kept'`,
    kinds: ["ledger", "unpaid"],
  },
  {
    what: "a top-up went to us",
    sql: `update ledger_transfers set to_account = (select id from ledger_accounts
      where name = 'treasury/fees' and currency = 'RUB') where key like 'charge/%/received' and type = 'topUp'`,
    kinds: ["ledger", "unpaid"],
  },
  {
    what: "a payout was forgotten",
    sql: `delete from withdrawals where withdrawal_id = ${idOf("done")}`,
    kinds: ["doublePaid", "ledger"],
  },
  {
    what: "what was paid out is said to have come back",
    sql: `update withdrawals set status = 'returned' where withdrawal_id = ${idOf("done")}`,
    kinds: ["doublePaid", "lost", "unpaid"],
  },
  {
    what: "what came back is said to have been paid out",
    sql: `update withdrawals set status = 'done' where withdrawal_id = ${idOf("returned")}`,
    kinds: ["lost", "unpaid"],
  },
  {
    what: "another amount left our books than was paid out",
    sql: `update ledger_transfers set minor = minor - 1 where key like 'withdrawal/%/sent'`,
    kinds: ["ledger"],
  },
  {
    what: "a balance at the bank was changed",
    sql: `update ledger_accounts set balance_minor = balance_minor - 1
      where name = 'provider/yookassa/shop'`,
    kinds: ["ledger"],
  },
  {
    what: "where it went is still kept",
    sql: `insert into payout_destinations (withdrawal_id, player_id, destination)
      select withdrawal_id, player_id, '{}' from withdrawals where status = 'done'`,
    kinds: ["stuck"],
  },
];

describe("judge() on the product's books in rubles", () => {
  it("finds nothing in them, and each tampering", { timeout: 180_000 }, async () => {
    const world = await playRubles();
    await eventually(() => findIn(world), (findings) => findings.length === 0, {
      what: "sound books",
    });
    expect(
      await judgeWorld(world, (books) => ({
        ...books,
        bank: { ...books.bank, payouts: books.bank.payouts.flatMap((one) => [one, one]) },
      })),
    ).toEqual(["doublePaid", "doubled"]);
    await expectFound(world, TAMPERINGS);
  });
});
