/** Both books over the real ledger and the sandbox's YooKassa, and what differs on purpose. */
import { expect, it } from "vitest";
import type { Database } from "../../db/connection.ts";
import { listOpenFindings } from "../../db/findings.ts";
import { postTransfers } from "../../db/ledger.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import { userAvailable, YOOKASSA_GATEWAY, YOOKASSA_SHOP } from "../../machines/domain/accounts.ts";
import {
  createSandboxedYooKassa,
  type SandboxedYooKassa,
} from "../yookassa/testing/sandboxed_yookassa.ts";
import { compareBankBooks } from "./compare_bank_books.ts";

const HOUR_MS = 3_600_000;
const rub = (minor: string) => ({ minor, currency: "RUB" as const });
let keys = 0;

async function open() {
  const bank = await createSandboxedYooKassa();
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

async function payOut({ yooKassa }: SandboxedYooKassa, actor: string): Promise<string> {
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
  await book("charge/yk_8/received", "yk_8", 200n);
  await book("charge/yk_8/returned", "yk_8", 100n, true);
  // An owner's word about a payout that was lost.
  await book("withdrawal/wdr_6/sent", undefined, 50n, true);
  const expected = [
    ["bankUnknown", "payment", unknown, "0", "10000"],
    ["bankDiffers", "payment", differs, "9999", "10000"],
    ["bankUnknown", "refund", byHand, "0", "10000"],
    ["bankUnknown", "payout", payout, "0", "5000"],
    ["bankUnknown", "payout", strange, "0", "5000"],
    ["bankMissing", "payout", "po-7", "100", "100"],
    ["bankMissing", "payment", "yk_8", "200", "200"],
    ["bankMissing", "refund", "yk_8", "100", "100"],
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
