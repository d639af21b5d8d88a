/** The effects over the real client and the sandbox's YooKassa, with its books to ask. */
import { beforeEach, describe, expect, it } from "vitest";
import type { EffectContext } from "../../actors/define_actor.ts";
import { RetryableError, TerminalError } from "../../actors/errors.ts";
import type { BankEffects } from "../../machines/domain/bank.ts";
import type { FaultKind } from "../sandbox/door_types.ts";
import type { YooKassaPayment, YooKassaRefund } from "../yookassa/objects.ts";
import { mapDone } from "../yookassa/outcome.ts";
import {
  createSandboxedYooKassa,
  type SandboxedYooKassa,
} from "../yookassa/testing/sandboxed_yookassa.ts";
import { type BankClient, createBankEffects } from "./bank_effects.ts";

const rub = (minor: string) => ({ minor, currency: "RUB" as const });
const ACTOR = "bankPayment/bnk_pay_1";
const wanted = {
  actor: ACTOR,
  playerId: "tg-1",
  language: "en",
  amount: rub("10000"),
  title: "Friday",
} as const;
const NOW_MS = 1_234;

let world: SandboxedYooKassa;

beforeEach(async () => {
  world = await createSandboxedYooKassa();
});

function open(
  { client = world.yooKassa, takesTests = false, email = undefined as string | undefined }: {
    client?: BankClient | undefined;
    takesTests?: boolean;
    email?: string | undefined;
  } = {},
) {
  const effects = createBankEffects({
    yooKassa: client,
    takesTests,
    emailOf: () => Promise.resolve(email),
  });
  const context: EffectContext = {
    idempotencyKey: "k",
    address: ACTOR,
    attempt: 1,
    signal: AbortSignal.timeout(10_000),
    nowMs: () => NOW_MS,
  };
  return {
    create: (input = wanted as BankEffects["createBankPayment"]["input"]) =>
      effects.createBankPayment.run(input, context) as Promise<
        BankEffects["createBankPayment"]["output"]
      >,
    lookUp: (chargeId: string, actor = ACTOR) =>
      effects.lookUpBankPayment.run({ chargeId, actor }, context) as Promise<
        BankEffects["lookUpBankPayment"]["output"]
      >,
    refund: (chargeId: string, refusals = 0, amount = rub("10000")) =>
      effects.refundRubles.run(
        {
          refundId: "rfd_1",
          refusals,
          actor: "refund/rfd_1",
          chargeId,
          amount,
        },
        context,
      ) as Promise<BankEffects["refundRubles"]["output"]>,
  };
}

async function made(effects = open()): Promise<string> {
  const created = await effects.create();
  if (!created.isMade) throw new Error(created.reason);
  return created.facts.chargeId;
}

async function paid(): Promise<string> {
  const id = await made();
  await world.payers.pay(id);
  return id;
}

const fault = (kind: FaultKind, method: string, description?: string) =>
  world.people.fault({
    service: "yookassa",
    kind,
    method,
    ...(description === undefined ? {} : { description }),
  });
const shop = async () => (await world.payers.books()).shop;

/** The client with other words in one place. */
function sayingOf(change: (payment: YooKassaPayment) => YooKassaPayment): BankClient {
  return {
    ...world.yooKassa,
    getPayment: async (id) => {
      const outcome = await world.yooKassa.getPayment(id);
      return outcome.kind === "done" ? { ...outcome, object: change(outcome.object) } : outcome;
    },
  };
}

/** The client whose refunds are shown with other words: those in lists, or the one that was just made. */
function refundsShown(
  change: (refund: YooKassaRefund) => YooKassaRefund,
  where: "list" | "answer",
): BankClient {
  return {
    ...world.yooKassa,
    findRefunds: async (id, options) => {
      const outcome = await world.yooKassa.findRefunds(id, options);
      return where === "list" ? mapDone(outcome, (refunds) => refunds.map(change)) : outcome;
    },
    createRefund: async (refund, options) => {
      const outcome = await world.yooKassa.createRefund(refund, options);
      return where === "answer" ? mapDone(outcome, change) : outcome;
    },
  };
}

describe("createBankPayment", () => {
  it("makes a payment with a link, which names the actor", async () => {
    const created = await open().create();
    expect(created).toEqual({
      isMade: true,
      facts: {
        chargeId: expect.any(String),
        status: "pending",
        amount: rub("10000"),
        link: expect.stringContaining("orderId="),
        atMs: NOW_MS,
      },
    });
    const [payment] = (await shop()).payments;
    expect(payment).toMatchObject({
      amount: { value: "100.00", currency: "RUB" },
      description: "Ticket of “Friday”",
      metadata: { actor: ACTOR },
    });
    const { title: _, ...topUp } = wanted;
    await open().create({ ...topUp, actor: "bankPayment/bnk_tup_1" });
    expect((await shop()).payments[1]?.description).toBe("Balance of rubles");
  });

  it.each<FaultKind>(["500AfterSuccess", "timeoutAfterSuccess", "lostAnswer", "500", "429"])(
    "after %s nobody knows, and the next try finds or makes the one payment",
    async (kind) => {
      await fault(kind, "createPayment");
      const impatient = open({ client: world.clientWith({ timeoutMs: 200 }) });
      const lost = await impatient.create().catch((error: unknown) => error);
      expect(lost).toBeInstanceOf(RetryableError);
      expect((lost as RetryableError).isOutcomeUnknown).toBe(true);
      await made();
      await made();
      expect((await shop()).payments).toHaveLength(1);
    },
  );

  it.each<[string, string, (payment: YooKassaPayment) => YooKassaPayment]>([
    ["another shop's", "shop", (payment) => ({ ...payment, shopId: "999999" })],
    ["another actor's", "actor", (payment) => ({ ...payment, metadata: { actor: "user/tg-1" } })],
    [
      "one in dollars",
      "currency",
      (payment) => ({ ...payment, amount: { ...payment.amount, currency: "USD" } }),
    ],
  ])("takes %s in the answer for none of ours", async (_, foreign, change) => {
    const client: BankClient = {
      ...world.yooKassa,
      createPayment: async (...asked) =>
        mapDone(await world.yooKassa.createPayment(...asked), change),
    };
    expect(await open({ client }).create()).toMatchObject({ isMade: true, facts: { foreign } });
  });

  it("with another body under the same key makes no second payment, and gives nobody a link", async () => {
    await fault("lostAnswer", "createPayment");
    await expect(open().create()).rejects.toThrow(RetryableError);
    expect(await open().create({ ...wanted, title: "Saturday" })).toEqual({
      isMade: false,
      reason: expect.stringContaining("invalid_request, Idempotence-Key"),
    });
    expect(await shop()).toMatchObject({ received: 0, payments: [{ status: "pending" }] });
    expect(await open().create()).toMatchObject({ isMade: true });
    expect((await shop()).payments).toHaveLength(1);
  });

  it("says what YooKassa does not want, and nothing is made", async () => {
    const client = world.clientWith({ shop: { id: "1", secretKey: "wrong-secret" } });
    expect(await open({ client }).create()).toMatchObject({
      isMade: false,
      reason: expect.stringContaining("invalid_credentials"),
    });
    expect((await shop()).payments).toEqual([]);
  });

  it("sends the receipt to the player's address, and makes no payment without one", async () => {
    const receipt = { vatCode: 1, paymentSubject: "service", paymentMode: "full_payment" };
    const client = world.clientWith({ receipt });
    await world.payers.set({ needsReceipts: true });
    expect(await open({ client }).create())
      .toEqual({ isMade: false, reason: "noEmail", isEmailWrong: true });
    expect((await shop()).payments).toEqual([]);
    const effects = open({ client, email: "anna@example.org" });
    await made(effects);
    const [call] = await world.payers.calls({ method: "createPayment" });
    expect(call?.body).toMatchObject({ receipt: { customer: { email: "anna@example.org" } } });
  });

  it("says when it is the player's address that YooKassa does not take", async () => {
    const receipt = { vatCode: 1, paymentSubject: "service", paymentMode: "full_payment" };
    const client = world.clientWith({ receipt });
    expect(await open({ client, email: "no address" }).create()).toEqual({
      isMade: false,
      reason: expect.stringContaining("receipt.customer.email"),
      isEmailWrong: true,
    });
    expect((await shop()).payments).toEqual([]);
  });

  it("makes none where no rubles are taken any more; what was begun waits", async () => {
    const without = createBankEffects({
      yooKassa: undefined,
      takesTests: false,
      emailOf: () => Promise.resolve(undefined),
    });
    const context = { nowMs: () => NOW_MS, signal: AbortSignal.timeout(1_000) } as EffectContext;
    expect(await without.createBankPayment.run(wanted, context))
      .toEqual({ isMade: false, reason: "notConfigured" });
    await expect(without.lookUpBankPayment.run({ chargeId: "yk_1", actor: ACTOR }, context))
      .rejects.toThrow(TerminalError);
  });
});

describe("lookUpBankPayment", () => {
  it("tells of money with what YooKassa keeps of it", async () => {
    const id = await paid();
    expect(await open().lookUp(id)).toEqual({
      chargeId: id,
      status: "succeeded",
      amount: rub("10000"),
      // 3.5 % and 22 % VAT on that.
      fee: rub("427"),
      atMs: NOW_MS,
    });
    const { received, fees } = await shop();
    expect([received, fees]).toEqual([10_000, 427]);
  });

  it("tells why nobody paid, in YooKassa's word", async () => {
    const id = await made();
    await world.payers.pay(id, { card: "5555555555554600" });
    expect(await open().lookUp(id)).toMatchObject({
      status: "canceled",
      reason: "insufficient_funds",
    });
  });

  it.each<[string, string, (payment: YooKassaPayment) => YooKassaPayment]>([
    ["another shop's", "shop", (payment) => ({ ...payment, shopId: "999999" })],
    ["another actor's", "actor", (payment) => ({ ...payment, metadata: { actor: "user/tg-1" } })],
    ["nobody's", "actor", (payment) => ({ ...payment, metadata: {} })],
    ["a test shop's", "test", (payment) => ({ ...payment, isTest: true })],
    [
      "one in dollars",
      "currency",
      (payment) => ({ ...payment, amount: { ...payment.amount, currency: "USD" } }),
    ],
  ])("takes %s for no money of ours", async (_, foreign, change) => {
    const id = await paid();
    expect(await open({ client: sayingOf(change) }).lookUp(id)).toMatchObject({ foreign });
  });

  it("takes a test shop's beside the sandbox", async () => {
    await world.payers.set({ isTest: true });
    const id = await paid();
    expect(await open({ takesTests: true }).lookUp(id)).not.toHaveProperty("foreign");
    expect(await open().lookUp(id)).toMatchObject({ foreign: "test" });
  });

  it.each<[string, (payment: YooKassaPayment) => YooKassaPayment]>([
    ["a status that is new", (payment) => ({ ...payment, status: "resting" })],
    ["money that is only held", (payment) => ({ ...payment, status: "waiting_for_capture" })],
    ["a success that is not paid", (payment) => ({ ...payment, paid: false })],
  ])("waits on %s", async (_, change) => {
    const id = await paid();
    expect(await open({ client: sayingOf(change) }).lookUp(id))
      .toMatchObject({ status: "pending" });
  });

  it("tells the amount as it is, and no fee that cannot be", async () => {
    const id = await paid();
    const odd = sayingOf((payment) => ({
      ...payment,
      amount: { minor: "1", currency: "RUB" },
      incomeAmount: { minor: "2", currency: "RUB" },
    }));
    const facts = await open({ client: odd }).lookUp(id);
    expect(facts.amount).toEqual(rub("1"));
    expect(facts).not.toHaveProperty("fee");
    const silent = sayingOf((payment) => ({ ...payment, incomeAmount: null }));
    expect(await open({ client: silent }).lookUp(id)).not.toHaveProperty("fee");
  });

  it("throws for what it cannot see, and for what is not there", async () => {
    const id = await paid();
    await fault("500", "getPayment");
    await expect(open().lookUp(id)).rejects.toThrow(RetryableError);
    await expect(open().lookUp("22e12f66-000f-5000-8000-18db351245c7"))
      .rejects.toThrow(TerminalError);
  });
});

describe("refundRubles", () => {
  it("gives a payment back once, however often it is asked", async () => {
    const id = await paid();
    for (let tries = 0; tries < 3; tries++) {
      expect(await open().refund(id)).toEqual({ status: "succeeded" });
    }
    const { refunds, refunded } = await shop();
    expect([refunds.length, refunded]).toEqual([1, 10_000]);
    expect(refunds[0]).toMatchObject({ metadata: { actor: "refund/rfd_1" } });
    expect((await world.payers.calls({ method: "createRefund" })).length).toBe(1);
  });

  it.each<FaultKind>(["500AfterSuccess", "timeoutAfterSuccess", "lostAnswer", "500"])(
    "after %s looks first, and gives it back once",
    async (kind) => {
      const id = await paid();
      await fault(kind, "createRefund");
      const impatient = open({ client: world.clientWith({ timeoutMs: 200 }) });
      await expect(impatient.refund(id)).rejects.toThrow(RetryableError);
      expect(await open().refund(id)).toEqual({ status: "succeeded" });
      expect((await shop()).refunds).toHaveLength(1);
    },
  );

  it("asks for nothing while it cannot see what is under way", async () => {
    const id = await paid();
    await fault("500", "listRefunds");
    await expect(open().refund(id)).rejects.toThrow(RetryableError);
    expect((await shop()).refunds).toEqual([]);
  });

  it("waits on one that is pending, and tells its end", async () => {
    await world.payers.set({ refundDelayMs: "held" });
    const id = await paid();
    expect(await open().refund(id)).toEqual({ status: "pending" });
    expect(await open().refund(id)).toEqual({ status: "pending" });
    const [refund] = (await shop()).refunds;
    await world.payers.settleRefund(refund?.id ?? "");
    expect(await open().refund(id)).toEqual({ status: "succeeded" });
    expect((await shop()).refunds).toHaveLength(1);
  });

  it("tells that the bank has cancelled it, and asks for no other", async () => {
    await world.payers.set({ refundDelayMs: "held" });
    const id = await paid();
    await open().refund(id);
    const [refund] = (await shop()).refunds;
    await world.payers.settleRefund(refund?.id ?? "", { reason: "yoo_money_account_closed" });
    for (let tries = 0; tries < 2; tries++) {
      expect(await open().refund(id))
        .toEqual({ status: "canceled", reason: "yoo_money_account_closed" });
    }
    expect((await shop()).refunds).toHaveLength(1);
  });

  it("asks anew, under another key, once the shop has enough", async () => {
    const id = await paid();
    await fault("canceled", "createRefund", "insufficient_funds");
    await expect(open().refund(id)).rejects.toMatchObject({ code: "balanceTooLow" });
    expect(await open().refund(id)).toEqual({ status: "succeeded" });
    const calls = await world.payers.calls({ method: "createRefund" });
    expect(new Set(calls.map(({ key }) => key)).size).toBe(2);
    expect((await shop()).refunded).toBe(10_000);
  });

  it("finds one that was made by hand, and stops before a part of it", async () => {
    const byHand = { description: "by hand", metadata: {} };
    const whole = await paid();
    await world.yooKassa.createRefund(
      { ...byHand, paymentId: whole, amount: rub("10000") },
      { key: "whole" },
    );
    expect(await open().refund(whole)).toEqual({ status: "succeeded" });
    const { title: _, ...other } = wanted;
    const second = await open().create({ ...other, actor: "bankPayment/bnk_tup_1" });
    const part = second.isMade ? second.facts.chargeId : "";
    await world.payers.pay(part);
    await world.yooKassa.createRefund(
      { ...byHand, paymentId: part, amount: rub("100") },
      { key: "part" },
    );
    await expect(open().refund(part)).rejects.toMatchObject({ code: "refundDiffers" });
    expect((await shop()).refunds).toHaveLength(2);
    await world.yooKassa.createRefund(
      { ...byHand, paymentId: part, amount: rub("9900") },
      { key: "rest" },
    );
    expect(await open().refund(part)).toEqual({ status: "succeeded" });
  });

  it("learns nothing from one that somebody tried by hand in vain", async () => {
    const id = await paid();
    await fault("canceled", "createRefund", "general_decline");
    await world.yooKassa.createRefund(
      { paymentId: id, amount: rub("10000"), description: "by hand", metadata: {} },
      { key: "by-hand" },
    );
    expect(await open().refund(id)).toEqual({ status: "succeeded" });
  });

  it("needs no address: YooKassa has it from the payment, and the player may be forgotten", async () => {
    const receipt = { vatCode: 1, paymentSubject: "service", paymentMode: "full_payment" };
    const client = world.clientWith({ receipt });
    await world.payers.set({ needsReceipts: true });
    const id = await made(open({ client, email: "anna@example.org" }));
    await world.payers.pay(id);
    expect(await open({ client }).refund(id)).toEqual({ status: "succeeded" });
    expect((await shop()).refunds[0]).toMatchObject({ receipt_registration: "succeeded" });
    const [refund] = await world.payers.calls({ method: "createRefund" });
    expect(refund?.body).not.toHaveProperty("receipt");
  });

  it("gives back what was paid before there were receipts", async () => {
    const id = await paid();
    const receipt = { vatCode: 1, paymentSubject: "service", paymentMode: "full_payment" };
    await world.payers.set({ needsReceipts: true });
    const client = world.clientWith({ receipt });
    expect(await open({ client }).refund(id)).toEqual({ status: "succeeded" });
  });

  it("does not take a refusal for a refund, and asks under another key after one", async () => {
    const id = await made();
    const refused = { code: "bankRefuses" };
    await expect(open().refund(id)).rejects.toMatchObject(refused);
    await world.payers.pay(id);
    await expect(open().refund(id)).rejects.toMatchObject(refused);
    expect(await open().refund(id, 1)).toEqual({ status: "succeeded" });
  });

  it.each<[string, Partial<YooKassaRefund>]>([
    ["of another amount", { amount: { minor: "100", currency: "RUB" } }],
    ["in another currency", { amount: { minor: "10000", currency: "USD" } }],
  ])("does not take one %s for ours, in the answer or in the list", async (_, change) => {
    const differs = { code: "refundDiffers" };
    const id = await paid();
    const shown = (where: "list" | "answer") =>
      open({ client: refundsShown((refund) => ({ ...refund, ...change }), where) });
    await expect(shown("answer").refund(id)).rejects.toMatchObject(differs);
    await expect(shown("list").refund(id)).rejects.toMatchObject(differs);
    expect((await shop()).refunds).toHaveLength(1);
    expect(await open().refund(id)).toEqual({ status: "succeeded" });
  });

  const findsNone: BankClient["findRefunds"] = () => Promise.resolve({ kind: "done", object: [] });

  it("does not take another's answer for its own, nor another payment's refund for this one's", async () => {
    const id = await paid();
    for (const others of [{ metadata: { actor: "refund/rfd_2" } }, { paymentId: "22e1" }]) {
      const client = refundsShown((refund) => ({ ...refund, ...others }), "answer");
      await expect(open({ client: { ...client, findRefunds: findsNone } }).refund(id))
        .rejects.toThrow(RetryableError);
    }
    expect(await open().refund(id)).toEqual({ status: "succeeded" });
    const otherPayment = refundsShown((refund) => ({ ...refund, paymentId: "22e1" }), "list");
    // None is under way, it seems; YooKassa itself gives nothing back twice.
    expect(await open({ client: otherPayment }).refund(id)).toEqual({ status: "succeeded" });
    const { refunds, refunded } = await shop();
    expect([refunds.length, refunded]).toEqual([1, 10_000]);
  });

  it.each(["resting", "waiting_for_capture"])(
    "waits on a status that is new: %s",
    async (status) => {
      const id = await paid();
      const client = refundsShown((refund) => ({ ...refund, status }), "list");
      expect(await open().refund(id)).toEqual({ status: "succeeded" });
      expect(await open({ client }).refund(id)).toEqual({ status: "pending" });
      expect((await shop()).refunds).toHaveLength(1);
    },
  );

  it("with another body under the same key is refused, and goes back once all the same", async () => {
    const id = await paid();
    const later = open({
      client: {
        ...world.yooKassa,
        findRefunds: findsNone,
      },
    });
    await fault("lostAnswer", "createRefund");
    await expect(open().refund(id)).rejects.toThrow(RetryableError);
    // The list lags behind, and what is asked for has changed.
    await expect(later.refund(id, 0, rub("9900"))).rejects.toMatchObject({ code: "bankRefuses" });
    await expect(later.refund(id, 1)).rejects.toMatchObject({ code: "bankRefuses" });
    expect(await open().refund(id, 2)).toEqual({ status: "succeeded" });
    const { refunds, refunded } = await shop();
    expect([refunds.length, refunded]).toEqual([1, 10_000]);
  });
});
