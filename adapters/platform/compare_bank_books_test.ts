/** Both books over the real ledger and the sandbox's YooKassa, and what differs on purpose. */
import { expect, it } from "vitest";
import type { Database } from "../../db/connection.ts";
import { listOpenFindings } from "../../db/findings.ts";
import { postTransfers } from "../../db/ledger.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import { userAvailable, YOOKASSA_GATEWAY, YOOKASSA_SHOP } from "../../machines/domain/accounts.ts";
import { systemClock } from "../sandbox/clock.ts";
import type { SandboxOptions } from "../sandbox/sandbox.ts";
import {
  createSandboxedYooKassa,
  type SandboxedYooKassa,
} from "../yookassa/testing/sandboxed_yookassa.ts";
import { mapDone } from "../yookassa/outcome.ts";
import type { YooKassa } from "../yookassa/yookassa_port.ts";
import { compareBankBooks } from "./compare_bank_books.ts";

const HOUR_MS = 3_600_000;
const NONE = { kind: "done", object: [] } as const;
const NOT_FOUND = {
  kind: "refused",
  status: 404,
  code: "not_found",
  description: "",
  parameter: null,
} as const;
const rub = (minor: string) => ({ minor, currency: "RUB" as const });
let keys = 0;

async function open(options: SandboxOptions = {}) {
  const bank = await createSandboxedYooKassa(options);
  const database = await openTestDatabase();
  const book = (key: string, externalId: string | undefined, minor: bigint, isOut = false) =>
    database.transaction((tx) =>
      postTransfers(tx, [{
        key,
        from: isOut ? userAvailable("tg-1") : YOOKASSA_SHOP,
        to: isOut
          ? key.startsWith("charge/") ? YOOKASSA_SHOP : YOOKASSA_GATEWAY
          : userAvailable("tg-1"),
        minor,
        currency: "RUB",
        type: isOut ? "withdrawal" : "topUp",
        ...(externalId === undefined ? {} : { externalId }),
        eventAtMs: Date.now(),
      }])
    );
  // Enough to pay all of it out.
  await book("before", undefined, 1_000_000n);
  /** What is found as if it were two hours later. */
  const found = async (afterMs = 2 * HOUR_MS) => {
    const nowMs = Date.now() + afterMs;
    const signal = AbortSignal.timeout(10_000);
    await compareBankBooks({ yooKassa: bank.yooKassa, database, nowMs, signal });
    return (await listOpenFindings(database, 20)).map(({ kind, detail }) => {
      const { bank: what, ours, theirs, transactionId } = JSON.parse(detail);
      return [kind, what, transactionId, ours, theirs];
    });
  };
  return { bank, database: database as Database, book, found };
}

async function pay({ yooKassa, payers }: SandboxedYooKassa, actor: string): Promise<string> {
  const made = await yooKassa.createPayment({
    amount: rub("10000"),
    description: "",
    metadata: { actor },
  }, { key: `pay-${++keys}` });
  if (made.kind !== "done") throw new Error(made.kind);
  await payers.pay(made.object.id);
  return made.object.id;
}

async function refund({ yooKassa }: SandboxedYooKassa, paymentId: string, minor = "10000") {
  const made = await yooKassa.createRefund({
    paymentId,
    amount: rub(minor),
    description: "",
    metadata: {},
  }, { key: `refund-${++keys}` });
  return made.kind === "done" ? made.object.id : made.kind;
}

async function payOut(
  { yooKassa }: Pick<SandboxedYooKassa, "yooKassa">,
  actor: string,
): Promise<string> {
  const made = await yooKassa.createPayout({
    amount: rub("5000"),
    destination: { kind: "sbp", phone: "79001234567", bankId: "100000000111" },
    description: "",
    metadata: { actor },
  }, { key: `payout-${++keys}` });
  return made.kind === "done" ? made.object.id : made.kind;
}

it("finds nothing where both say the same, nor what may still be on its way", async () => {
  const { bank, book, found } = await open();
  const [kept, back, young] = [
    await pay(bank, "bankPayment/bnk_1"),
    await pay(bank, "bankPayment/bnk_2"),
    await pay(bank, "another shop's"),
  ];
  for (const id of [kept, back]) await book(`charge/${id}/received`, id, 10_000n);
  await refund(bank, back, "4000");
  await refund(bank, back, "6000");
  await book(`charge/${back}/returned`, back, 10_000n, true);
  const payout = await payOut(bank, "bankPayout/wdr_1");
  await book("withdrawal/wdr_1/sent", payout, 5_000n, true);
  expect(young).toBeDefined();
  expect(await found()).toEqual([]);
  await pay(bank, "bankPayment/bnk_3");
  await payOut(bank, "bankPayout/wdr_9");
  expect(await found(0)).toEqual([]);
});

it("finds what is in one of the books only, or differs, once", async () => {
  const { bank, book, found } = await open();
  const unknown = await pay(bank, "bankPayment/bnk_1");
  const differs = await pay(bank, "bankPayment/bnk_2");
  await book(`charge/${differs}/received`, differs, 9_999n);
  const returned = await pay(bank, "bankPayment/bnk_3");
  await book(`charge/${returned}/received`, returned, 10_000n);
  const byHand = await refund(bank, returned);
  const payout = await payOut(bank, "bankPayout/wdr_1");
  const strange = await payOut(bank, "");
  await book("withdrawal/wdr_7/sent", "po-7", 100n, true);
  await book("charge/yk-8/received", "yk-8", 200n);
  await book("charge/yk-8/returned", "yk-8", 100n, true);
  // An owner's word about a payout that was lost.
  await book("withdrawal/wdr_6/sent", undefined, 50n, true);
  const expected = [
    ["bankUnknown", "payment", unknown, "0", "10000"],
    ["bankDiffers", "payment", differs, "9999", "10000"],
    ["bankUnknown", "refund", byHand, "0", "10000"],
    ["bankUnknown", "payout", payout, "0", "5000"],
    ["bankUnknown", "payout", strange, "0", "5000"],
    ["bankMissing", "payout", "po-7", "100", "100"],
    ["bankMissing", "payment", "yk-8", "200", "200"],
    ["bankMissing", "refund", "yk-8", "100", "100"],
  ];
  const first = await found();
  expect(first.toSorted()).toEqual(expected.toSorted());
  expect((await found()).length).toBe(expected.length);
});

it("keeps nothing when YooKassa does not answer", async () => {
  const { bank, found } = await open();
  await pay(bank, "bankPayment/bnk_1");
  for (const method of ["listPayments", "listPayouts", "listRefunds"]) {
    await bank.people.fault({ service: "yookassa", kind: "500", method });
    await expect(found()).rejects.toThrow(/unknown/);
  }
  expect(await found()).toHaveLength(1);
});

it("finds a second payout of one withdrawal, whichever of them is booked", async () => {
  const { bank, book, found } = await open();
  const [first, booked] = [
    await payOut(bank, "bankPayout/wdr_1"),
    await payOut(bank, "bankPayout/wdr_1"),
  ];
  await book("withdrawal/wdr_1/sent", booked, 5_000n, true);
  // An owner's word names none: one of them is meant.
  await payOut(bank, "bankPayout/wdr_2");
  const second = await payOut(bank, "bankPayout/wdr_2");
  await book("withdrawal/wdr_2/sent", undefined, 5_000n, true);
  expect(await found()).toEqual([
    ["bankUnknown", "payout", second, "0", "5000"],
    ["bankUnknown", "payout", first, "0", "5000"],
  ]);
});

it("finds a payout of ours that is gone, though another has its mark", async () => {
  const { bank, book, found } = await open();
  const strange = await payOut(bank, "bankPayout/wdr_1");
  await book("withdrawal/wdr_1/sent", "po-gone", 5_000n, true);
  expect((await found()).toSorted()).toEqual([
    ["bankMissing", "payout", "po-gone", "5000", "5000"],
    ["bankUnknown", "payout", strange, "0", "5000"],
  ]);
});

it("asks for what was booked late by its id: the lists are too young for it", async () => {
  const clock = { ...systemClock, nowMs: () => systemClock.nowMs() - 6 * 24 * HOUR_MS };
  const { bank, book, found } = await open({ clock });
  const payment = await pay(bank, "bankPayment/bnk_1");
  await book(`charge/${payment}/received`, payment, 10_000n);
  const returned = await pay(bank, "bankPayment/bnk_2");
  await book(`charge/${returned}/received`, returned, 10_000n);
  await refund(bank, returned);
  await book(`charge/${returned}/returned`, returned, 10_000n, true);
  const payout = await payOut(bank, "bankPayout/wdr_1");
  await book("withdrawal/wdr_1/sent", payout, 5_000n, true);
  const smaller = await payOut(bank, "bankPayout/wdr_2");
  await book("withdrawal/wdr_2/sent", smaller, 4_000n, true);
  expect(await found()).toEqual([["bankDiffers", "payout", smaller, "4000", "5000"]]);
  await bank.people.fault({ service: "yookassa", kind: "500", method: "getPayout" });
  await expect(found()).rejects.toThrow(/unknown/);
});

it("counts what shows on two pages of a list once", async () => {
  const { bank, book, database } = await open();
  const returned = await pay(bank, "bankPayment/bnk_1");
  await book(`charge/${returned}/received`, returned, 10_000n);
  await refund(bank, returned);
  await book(`charge/${returned}/returned`, returned, 10_000n, true);
  const payout = await payOut(bank, "bankPayout/wdr_1");
  await book("withdrawal/wdr_1/sent", payout, 5_000n, true);
  const twice = <T>(list: readonly T[]): readonly T[] => [...list, ...list];
  const yooKassa = {
    ...bank.yooKassa,
    findPayouts: async (...asked: Parameters<YooKassa["findPayouts"]>) =>
      mapDone(await bank.yooKassa.findPayouts(...asked), twice),
    listRefunds: async (...asked: Parameters<YooKassa["listRefunds"]>) =>
      mapDone(await bank.yooKassa.listRefunds(...asked), twice),
  };
  const nowMs = Date.now() + 2 * HOUR_MS;
  const signal = AbortSignal.timeout(10_000);
  await compareBankBooks({ yooKassa, database, nowMs, signal });
  expect(await listOpenFindings(database, 20)).toEqual([]);
});

it("tells again what was in order in between", async () => {
  const { bank, database, book, found } = await open();
  const payout = await payOut(bank, "bankPayout/wdr_1");
  const finding = ["bankUnknown", "payout", payout, "0", "5000"];
  expect(await found()).toEqual([finding]);
  expect(await found()).toEqual([finding]);
  await book("withdrawal/wdr_1/sent", payout, 5_000n, true);
  const hidden = { ...bank.yooKassa, findPayouts: () => Promise.resolve(NONE) };
  const compare = (yooKassa: YooKassa) =>
    compareBankBooks({
      yooKassa,
      database,
      nowMs: Date.now() + 2 * HOUR_MS,
      signal: AbortSignal.timeout(10_000),
    });
  const gone = { ...hidden, getPayout: () => Promise.resolve(NOT_FOUND) };
  const kinds = async () => (await listOpenFindings(database, 20)).map(({ kind }) => kind);
  await compare(gone);
  await compare(bank.yooKassa);
  await compare(gone);
  await compare(gone);
  expect(await kinds()).toEqual(["bankUnknown", "bankMissing", "bankMissing"]);
});
