/** The rules of a payment by bank, one row each; a notice is a hint, the provider's answer counts. */
import { describe, expect, it } from "vitest";
import { type BankPaymentContext, bankPaymentMachine } from "./bank_payment_machine.ts";
import { pauseAfter } from "./domain/bank.ts";
import { addPlayer } from "./testing/people.ts";
import { begin, moved, type Step, step, told } from "./testing/step.ts";
import { done, failed, World } from "./testing/world.ts";

const AT_MS = Date.UTC(2026, 0, 5, 12);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const amount = { minor: "10000", currency: "RUB" } as const;
const LINK = "https://yoomoney.ru/checkout/payments/v2/contract?orderId=yk_1";
const ADDRESS = "bankPayment/bnk_pay_1";

const input = {
  bankPaymentId: "bnk_pay_1",
  owner: "payment/pay_1",
  playerId: "tg-1",
  language: "en",
  amount,
  raffleId: "rfl_1",
  title: "Friday",
  atMs: AT_MS,
} as const;

const ASKING = { opening: "asking" };
const PAUSING = { opening: "pausing" };
const WAITING = { open: "waiting" };
const LOOKING = { open: "looking" };
const made = { chargeId: "yk_1" };

function play(
  value: unknown,
  event: { type: string } & object,
  context: Partial<BankPaymentContext> = {},
): Step {
  return step(bankPaymentMachine, { input, value, context, event: event as never });
}

const facts = (changes: object = {}) => ({
  chargeId: "yk_1",
  status: "pending",
  amount,
  atMs: AT_MS + 1,
  ...changes,
});
const created = (changes: object = {}) =>
  done("createBankPayment", { isMade: true, facts: facts({ link: LINK, ...changes }) });
const seen = (changes: object = {}) => done("lookUpBankPayment", facts(changes));

function eventsTold({ actions }: Step): unknown[] {
  return actions.filter(([type]) => type === "tell").map(([, params]) => params);
}

function reported({ actions }: Step): unknown[] {
  return actions.filter(([type]) => type === "reportToAdmins")
    .map(([, params]) => (params as { notice: unknown }).notice);
}

describe("a payment by bank", () => {
  it("waits to be started, then is asked for in its own name", () => {
    expect(begin(bankPaymentMachine, input).value).toBe("created");
    const started = play("created", { type: "bank.start" });
    expect([started.value, started.invoked]).toEqual([ASKING, ["createBankPayment"]]);
    const world = new World();
    world.create(ADDRESS, input);
    world.send(ADDRESS, { type: "bank.start" });
    const [asked] = world.effects;
    expect(asked?.input).toEqual({
      actor: ADDRESS,
      playerId: "tg-1",
      language: "en",
      amount,
      title: "Friday",
    });
    // A lost answer is asked for again in the same words.
    world.fail("createBankPayment");
    world.pass(10_000);
    expect(world.effects[0]?.input).toEqual(asked?.input);
  });

  it("gives the player its link", () => {
    const open = play(ASKING, created());
    expect(open.value).toEqual(WAITING);
    expect(open.context["chargeId"]).toBe("yk_1");
    expect(open.actions).toEqual([["notify", {
      playerId: "tg-1",
      notice: { key: "payLink", raffleId: "rfl_1", amount, link: LINK },
    }]]);
  });

  it.each<[string, object]>([
    ["was paid meanwhile", { status: "succeeded", link: undefined }],
    ["was cancelled meanwhile", { status: "canceled", link: undefined }],
    ["has no link", { link: undefined }],
    ["is another shop's", { foreign: "shop" }],
  ])("that %s is looked at, and nobody gets a link", (_, changes) => {
    const next = play(ASKING, created(changes));
    expect([next.value, next.invoked]).toEqual([LOOKING, ["lookUpBankPayment"]]);
    expect(next.actions).toEqual([]);
  });

  it("that the provider does not want to make ends, and admins hear its reason", () => {
    const refused = play(
      ASKING,
      done("createBankPayment", { isMade: false, reason: "invalid_credentials" }),
    );
    expect(refused.value).toBe("unpaid");
    expect(told(refused)).toEqual([
      "treasury/stars bank.refuses invalid_credentials",
      "payment/pay_1 bank.ended bankUnavailable",
    ]);
  });

  it("that fails by the player's address is his affair: he hears it, and no admin", () => {
    const made = { isMade: false, reason: "invalid_request", isEmailWrong: true };
    const refused = play(ASKING, done("createBankPayment", made));
    expect(refused.value).toBe("unpaid");
    expect(told(refused)).toEqual(["payment/pay_1 bank.ended bankWantsEmail"]);
  });

  it("is tried again while the player waits, and given up while nobody has its link", () => {
    expect(play(ASKING, failed("createBankPayment")).value).toEqual(PAUSING);
    const again = play(PAUSING, {
      type: "xstate.after.growingPause.bankPayment.opening.pausing",
    });
    expect([again.value, again.invoked]).toEqual([ASKING, ["createBankPayment"]]);
    for (const value of [ASKING, PAUSING]) {
      const late = play(value, { type: "xstate.after.openingWindow.bankPayment.opening" });
      expect(late.value).toBe("unpaid");
      expect(told(late)).toEqual([
        "treasury/stars bank.refuses noAnswer",
        "payment/pay_1 bank.ended bankUnavailable",
      ]);
    }
  });
});

describe("the provider's word", () => {
  it.each([WAITING, LOOKING])("is asked for in %j when there may be news", (value) => {
    const looking = play(value, { type: "bank.noticed" }, { ...made, tries: 9 });
    expect([looking.value, looking.invoked]).toEqual([LOOKING, ["lookUpBankPayment"]]);
    expect(looking.context["tries"]).toBe(0);
    // Nothing is believed that was not looked at.
    expect(looking.actions).toEqual([]);
  });

  it("is asked for after pauses that grow to ten minutes", () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20].map((tries) => pauseAfter(tries) / 1_000))
      .toEqual([5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 600, 600]);
    const due = { type: "xstate.after.growingPause.bankPayment.open.waiting" };
    expect(play(WAITING, due, made).invoked).toEqual(["lookUpBankPayment"]);
    for (const event of [seen(), failed("lookUpBankPayment")]) {
      const later = play(LOOKING, event, { ...made, tries: 2 });
      expect([later.value, later.context["tries"], later.actions]).toEqual([WAITING, 3, []]);
    }
    expect(play(LOOKING, seen(), { ...made, tries: 20 }).context["tries"]).toBe(20);
  });

  it("of money tells the one who waits, and books the provider's fee", () => {
    const paid = play(
      LOOKING,
      seen({ status: "succeeded", fee: { ...amount, minor: "350" } }),
      made,
    );
    expect(paid.value).toBe("paid");
    expect(moved(paid)).toEqual(["350 treasury/expense/yookassa → provider/yookassa/shop"]);
    expect(eventsTold(paid)).toEqual([{
      to: "payment/pay_1",
      event: {
        type: "payment.confirmed",
        chargeId: "yk_1",
        payerId: "tg-1",
        amount,
        provider: "yookassa",
        atMs: AT_MS + 1,
      },
    }]);
    const free = play(LOOKING, seen({ status: "succeeded", fee: { ...amount, minor: "0" } }), made);
    expect([free.value, moved(free)]).toEqual(["paid", []]);
  });

  it("of money without a fee is passed on at once, and the fee is booked when it is known", () => {
    const world = new World();
    addPlayer(world, 1);
    world.create("topup/tup_1", { topUpId: "tup_1", playerId: "tg-1", language: "en", amount });
    world.send("topup/tup_1", { type: "topup.start" });
    const link = { isMade: true, facts: facts({ link: LINK }) };
    world.succeed("createBankPayment", link);
    const fee = "charge/yk_1/fee";
    world.pass(5_000);
    world.succeed("lookUpBankPayment", facts({ status: "succeeded" }));
    expect(world.balance("user/tg-1/available", "RUB")).toBe(10_000n);
    expect(world.transfers.has(fee)).toBe(false);
    world.pass(HOUR_MS);
    world.fail("lookUpBankPayment");
    world.pass(HOUR_MS);
    const known = facts({ status: "succeeded", fee: { ...amount, minor: "350" } });
    world.succeed("lookUpBankPayment", known);
    expect(world.transfers.get(fee)).toMatchObject({ amount: { minor: "350" } });
    expect(world.balance("user/tg-1/available", "RUB")).toBe(10_000n);
    expect(world.valueOf("bankPayment/bnk_tup_1")).toBe("paid");
    world.pass(3 * 24 * HOUR_MS);
    expect(world.effects).toEqual([]);
  });

  it("of money without a fee is asked for it twenty times, then the treasury hears of it", () => {
    const silent = play(LOOKING, seen({ status: "succeeded" }), made);
    expect([silent.value, silent.context["tries"]]).toEqual([{ feeless: "waiting" }, 0]);
    const unknown = done("lookUpFee", facts({ status: "succeeded" }));
    for (const event of [unknown, failed("lookUpFee")]) {
      const again = play({ feeless: "looking" }, event, { ...made, tries: 18 });
      expect([again.value, again.context["tries"], told(again)])
        .toEqual([{ feeless: "waiting" }, 19, []]);
      const last = play({ feeless: "looking" }, event, { ...made, tries: 19 });
      expect([last.value, told(last)]).toEqual(["paid", ["treasury/stars bank.feeUnknown"]]);
    }
  });

  it("of another amount is told as it is: the one who waits decides", () => {
    const other = { minor: "1", currency: "RUB" };
    const paid = play(LOOKING, seen({ status: "succeeded", amount: other }), made);
    expect(eventsTold(paid)).toMatchObject([{ event: { amount: other } }]);
  });

  it.each([
    { reason: "insufficient_funds" },
    { reason: "something_new" },
    {},
  ])("of a cancellation %j ends it with the bank's own word", (changes) => {
    const ended = play(LOOKING, seen({ status: "canceled", ...changes }), made);
    expect(ended.value).toBe("unpaid");
    const why = "reason" in changes ? { bankReason: changes.reason } : {};
    expect(eventsTold(ended)).toEqual([
      { to: "payment/pay_1", event: { type: "bank.ended", reason: "bankUnpaid", ...why } },
    ]);
    expect(moved(ended)).toEqual([]);
  });

  it.each([["shop", "succeeded"], ["actor", "succeeded"], ["shop", "canceled"], [
    "shop",
    "pending",
  ]])(
    "of another %s's payment that is %s is an alarm and no money",
    (foreign, status) => {
      const alarmed = play(LOOKING, seen({ status, foreign, fee: amount }), made);
      expect(alarmed.value).toBe("foreign");
      expect(alarmed.tags).toContain("needsOperator");
      expect(reported(alarmed)).toEqual([
        { key: "bankForeign", bankPaymentId: "bnk_pay_1", chargeId: "yk_1", what: foreign },
      ]);
      expect(told(alarmed)).toEqual(["payment/pay_1 bank.ended bankUnclear"]);
      expect(moved(alarmed)).toEqual([]);
    },
  );

  it("of a payment that its shop does not know any more is the same, once that is sure", () => {
    const notFound = {
      type: "xstate.error.actor.lookUpBankPayment",
      error: { code: "not_found" },
    };
    const early = play(LOOKING, notFound, { ...made, tries: 4 });
    expect([early.value, told(early), reported(early)]).toEqual([WAITING, [], []]);
    const sure = play(LOOKING, notFound, { ...made, tries: 5 });
    expect([sure.value, told(sure)]).toEqual(["foreign", ["payment/pay_1 bank.ended bankUnclear"]]);
    expect(reported(sure)).toMatchObject([{ key: "bankForeign", what: "unknown" }]);
  });

  it("that is not ours is asked for again every six hours, and is told once", () => {
    const world = new World();
    addPlayer(world, 1);
    world.create("topup/tup_1", { topUpId: "tup_1", playerId: "tg-1", language: "en", amount });
    world.send("topup/tup_1", { type: "topup.start" });
    world.succeed("createBankPayment", { isMade: true, facts: facts({ link: LINK }) });
    world.pass(5_000);
    world.succeed("lookUpBankPayment", facts({ foreign: "shop" }));
    for (let times = 0; times < 3; times++) {
      expect(world.valueOf("bankPayment/bnk_tup_1")).toBe("foreign");
      world.pass(6 * HOUR_MS);
      world.succeed("lookUpBankPayment", facts({ foreign: "shop" }));
    }
    expect(world.reports).toHaveLength(1);
    expect(world.notices.filter(({ notice }) => notice.key === "topUpFailed")).toHaveLength(1);
    expect(world.refused).toEqual([]);
    // The owner has put the keys back: it was paid.
    world.pass(6 * HOUR_MS);
    const fee = { ...amount, minor: "350" };
    world.succeed("lookUpBankPayment", facts({ status: "succeeded", fee }));
    expect(world.balance("user/tg-1/available", "RUB")).toBe(10_000n);
  });

  it("is asked for again when the configuration was mended, and money counts at last", () => {
    const again = play("foreign", { type: "bank.noticed" }, made);
    expect([again.value, again.invoked]).toEqual([LOOKING, ["lookUpBankPayment"]]);
  });

  it.each([
    ["created", "bank.noticed"],
    [ASKING, "bank.noticed"],
    [PAUSING, "bank.noticed"],
    [ASKING, "bank.start"],
    [WAITING, "bank.start"],
    ["foreign", "bank.start"],
  ])("in %j is not asked for by %s", (value, type) => {
    expect(play(value, { type }, made).isAccepted).toBe(false);
  });

  it("that never comes is an alarm after a day, once, and looked for all the same", () => {
    const world = new World();
    world.create(ADDRESS, input);
    world.send(ADDRESS, { type: "bank.start" });
    world.succeed("createBankPayment", { isMade: true, facts: facts({ link: LINK }) });
    let looks = 0;
    for (let minutes = 0; minutes < 3 * 24 * 60; minutes++) {
      world.pass(MINUTE_MS);
      if (world.effects.length === 0) continue;
      looks += 1;
      world.fail("lookUpBankPayment");
    }
    expect(looks).toBeGreaterThan(72 * 5);
    expect(world.reports).toEqual([
      { key: "bankHangs", bankPaymentId: "bnk_pay_1", chargeId: "yk_1" },
    ]);
    // Who waited for it goes on without; should money come at last, it counts.
    expect(world.refused.map(({ address, event }) => `${address} ${event.type}`))
      .toEqual(["payment/pay_1 bank.ended"]);
    world.send(ADDRESS, { type: "bank.noticed" });
    world.succeed(
      "lookUpBankPayment",
      facts({ status: "canceled", reason: "expired_on_confirmation" }),
    );
    expect(world.valueOf(ADDRESS)).toBe("unpaid");
    world.pass(HOUR_MS);
    expect(world.effects).toEqual([]);
  });
});
