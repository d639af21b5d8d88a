/** The payment's rules, one row each: what is accepted and what is refused. */
import { describe, expect, it } from "vitest";
import { refundIdOf } from "./domain/ids.ts";
import { migrations, type PaymentContext, paymentMachine } from "./payment_machine.ts";
import { begin, moved, type Step, step, told } from "./testing/step.ts";
import { done, failed } from "./testing/world.ts";

const AT_MS = Date.UTC(2026, 0, 5, 12);
const LIVE = AT_MS + 60_000;
const price = { minor: "10", currency: "XTR" } as const;
const terms = { ticketsPerPlayer: 1, closingWindowMs: 60_000 };
const quoted = { title: "Friday", price, terms };
const paid = { ...quoted, chargeId: "ch_1", paidAtMs: AT_MS };

const input = {
  paymentId: "pay_1",
  raffleId: "rfl_1",
  playerId: "tg-1",
  chatId: 1,
  language: "en",
  method: "stars",
  salt: "5a",
  atMs: AT_MS,
};

function play(
  value: unknown,
  event: { type: string } & Record<string, unknown>,
  context: Partial<PaymentContext> = quoted,
): Step {
  return step(paymentMachine, { input, value, context, event });
}

const checkOut = (changes: Record<string, unknown> = {}) => ({
  type: "precheckout.received",
  queryId: "q1",
  payerId: "tg-1",
  amount: price,
  atMs: AT_MS,
  ...changes,
});
const confirmed = (changes: Record<string, unknown> = {}) => ({
  type: "payment.confirmed",
  chargeId: "ch_1",
  payerId: "tg-1",
  amount: price,
  atMs: AT_MS,
  ...changes,
});
const chargedBack = { type: "payment.refunded", chargeId: "ch_1", amount: price, atMs: AT_MS };

const INVOICED = { payable: "invoiced" };
const RESERVING = { payable: "reserving" };
const APPROVED = { payable: "approved" };
const BALANCE_RESERVING = { placing: "reserving" };
const BALANCE_TAKING = { placing: "taking" };
const fromBalance: Partial<PaymentContext> = { ...quoted, method: "balance" };

function answers({ actions }: Step): unknown[] {
  return actions.filter(([type]) => type === "answerPreCheckout").map(([, params]) => params);
}

function notices({ actions }: Step): unknown[] {
  return actions.filter(([type]) => type === "notify")
    .map(([, params]) => (params as { notice: unknown }).notice);
}

describe("a wish", () => {
  it("waits to be started, then asks the raffle", () => {
    expect(begin(paymentMachine, input).value).toBe("created");
    const started = play("created", { type: "payment.start" }, {});
    expect(started.value).toBe("quoting");
    expect(told(started)).toEqual(["raffle/rfl_1 entry.quote"]);
    expect(play("quoting", { type: "payment.start" }, {}).isAccepted).toBe(false);
  });

  it("becomes an invoice, or a place when it is paid from the balance", () => {
    const event = { type: "entry.quoted", ...quoted, atMs: AT_MS };
    const invoiced = play("quoting", event, {});
    expect([invoiced.value, invoiced.invoked]).toEqual([{ payable: "invoicing" }, ["sendInvoice"]]);
    const balance = play("quoting", event, { method: "balance" });
    expect(balance.value).toEqual(BALANCE_RESERVING);
    expect(told(balance)).toEqual(["user/tg-1 place.requested"]);
  });

  it.each([
    [{ type: "entry.refused", reason: "full" }, "full"],
    [{ type: "xstate.after.quoteTimeout.payment.quoting" }, "unknownRaffle"],
  ])("is refused by %j and the player is told", (event, reason) => {
    const refused = play("quoting", event, {});
    expect(refused.value).toBe("refused");
    expect(notices(refused)).toEqual([{ key: "entryRefused", raffleId: "rfl_1", reason }]);
  });

  it("is at its end when the invoice cannot be sent, or is not paid within the hour", () => {
    expect(play({ payable: "invoicing" }, failed("sendInvoice") as never).value).toBe("failed");
    expect(play({ payable: "invoicing" }, done("sendInvoice", {}) as never).value)
      .toEqual(INVOICED);
    const timeout = { type: "xstate.after.invoiceLifetime.payment.payable" };
    expect(play(INVOICED, timeout).value).toBe("expired");
    expect(play(APPROVED, timeout).value).toBe("expired");
    const open = play(RESERVING, timeout, { ...quoted, queryId: "q1" });
    expect(answers(open)).toEqual([
      { queryId: "q1", ok: false, reason: "invoiceExpired", language: "en" },
    ]);
  });
});

describe("a pre-checkout", () => {
  it.each([{ payable: "invoicing" }, INVOICED])("in %j asks for a place", (value) => {
    const asked = play(value, checkOut());
    expect(asked.value).toEqual(RESERVING);
    expect(asked.context["queryId"]).toBe("q1");
    expect(asked.actions).toEqual([["tell", {
      to: "user/tg-1",
      event: {
        type: "place.requested",
        paymentId: "pay_1",
        raffleId: "rfl_1",
        terms,
        price,
        atMs: AT_MS,
      },
    }]]);
  });

  it("tells the player's limits how many entries a day there may be now", () => {
    const asked = play(INVOICED, { ...checkOut(), entriesPerDay: 3 });
    expect(asked.actions[0]).toEqual(["tell", {
      to: "user/tg-1",
      event: expect.objectContaining({ type: "place.requested", entriesPerDay: 3 }),
    }]);
  });

  it.each<[unknown, Record<string, unknown>, string, Partial<PaymentContext>?]>([
    [INVOICED, { payerId: "tg-2" }, "wrongPayer"],
    [INVOICED, { amount: { minor: "9", currency: "XTR" } }, "wrongAmount"],
    [INVOICED, { amount: { minor: "10", currency: "RUB" } }, "wrongCurrency"],
    [APPROVED, { payerId: "tg-2" }, "wrongPayer", { ...quoted, placeUntilMs: LIVE }],
    [RESERVING, { payerId: "tg-2" }, "wrongPayer", { ...quoted, queryId: "q0" }],
    [RESERVING, {}, "tryAgain", { ...quoted, queryId: "q0" }],
    ["created", {}, "invoiceExpired", {}],
    ["quoting", {}, "invoiceExpired", {}],
    ["refused", {}, "invoiceExpired"],
    ["failed", {}, "invoiceExpired"],
    ["expired", {}, "invoiceExpired"],
    ["claiming", {}, "alreadyPaid", paid],
    ["ticketed", {}, "alreadyPaid", paid],
    ["refunding", {}, "alreadyPaid", paid],
    ["refunded", {}, "alreadyPaid", paid],
    ["chargedBack", {}, "alreadyPaid", paid],
    [BALANCE_RESERVING, {}, "alreadyPaid", fromBalance],
  ])("in %j with %j is answered no: %s", (value, changes, reason, context = quoted) => {
    const refused = play(value, checkOut(changes), context);
    expect(refused.isAccepted).toBe(true);
    expect(refused.value).toEqual(value);
    expect(refused.actions.filter(([type]) => type !== "recordForeignPayer")).toEqual([
      ["answerPreCheckout", { queryId: "q1", ok: false, reason, language: "en" }],
    ]);
  });

  it("gets its yes with the place", () => {
    const approved = play(RESERVING, { type: "place.reserved", untilMs: LIVE, atMs: AT_MS }, {
      ...quoted,
      queryId: "q1",
    });
    expect(approved.value).toEqual(APPROVED);
    expect(approved.context).toMatchObject({ queryId: null, placeUntilMs: LIVE });
    expect(answers(approved)).toEqual([{ queryId: "q1", ok: true, language: "en" }]);
  });

  it.each([
    [{ type: "place.refused", reason: "overPlayerLimit" }, "overPlayerLimit"],
    [{ type: "xstate.after.placeTimeout.payment.payable.reserving" }, "tryAgain"],
  ])("gets its no by %j, and the player's place is free", (event, reason) => {
    const refused = play(RESERVING, event, { ...quoted, queryId: "q1" });
    expect(refused.value).toEqual(INVOICED);
    expect(answers(refused)).toEqual([{ queryId: "q1", ok: false, reason, language: "en" }]);
    expect(told(refused)).toEqual(["user/tg-1 place.released"]);
  });

  it("is approved again while its place lives, and asks anew when it has lapsed", () => {
    const again = play(APPROVED, checkOut(), { ...quoted, placeUntilMs: AT_MS });
    expect(again.value).toEqual(APPROVED);
    expect(answers(again)).toEqual([{ queryId: "q1", ok: true, language: "en" }]);
    expect(told(again)).toEqual([]);
    const anew = play(APPROVED, checkOut(), { ...quoted, placeUntilMs: AT_MS - 1 });
    expect(anew.value).toEqual(RESERVING);
    expect(told(anew)).toEqual(["user/tg-1 place.requested"]);
  });

  it("whose place comes too late gives it back", () => {
    const late = play(INVOICED, { type: "place.reserved", untilMs: LIVE, atMs: AT_MS });
    expect(told(late)).toEqual(["user/tg-1 place.released", "raffle/rfl_1 place.released"]);
    const second = play(APPROVED, { type: "place.reserved", untilMs: LIVE + 1, atMs: AT_MS }, {
      ...quoted,
      placeUntilMs: LIVE,
    });
    expect(second.context["placeUntilMs"]).toBe(LIVE);
    expect(told(second)).toEqual(["raffle/rfl_1 place.released"]);
  });
});

describe("confirmed money", () => {
  it.each([
    { payable: "invoicing" },
    INVOICED,
    APPROVED,
    "expired",
    "failed",
    "refused",
  ])("in %j is a fact and claims a ticket", (value) => {
    const claimed = play(value, confirmed(), { ...quoted, placeUntilMs: LIVE });
    expect(claimed.value).toBe("claiming");
    expect(claimed.actions).toEqual([
      ["postTransfers", {
        transfers: [{
          key: "charge/ch_1/received",
          from: "provider/telegram/settling",
          to: "payment/pay_1/clearing",
          amount: price,
          type: "entry",
          externalId: "ch_1",
          receipt: { payerId: "tg-1", receivedAtMs: AT_MS },
        }],
      }],
      ["recordPayment", {
        paymentId: "pay_1",
        raffleId: "rfl_1",
        playerId: "tg-1",
        status: "paid",
        amount: price,
        chargeId: "ch_1",
      }],
      ["tell", {
        to: "user/tg-1",
        event: {
          type: "entry.paid",
          paymentId: "pay_1",
          raffleId: "rfl_1",
          salt: "5a",
          terms,
          price,
          placeUntilMs: LIVE,
          source: { method: "stars", account: "payment/pay_1/clearing" },
          atMs: AT_MS,
        },
      }],
    ]);
  });

  it("while a place is being asked for answers the open query too", () => {
    const claimed = play(RESERVING, confirmed(), { ...quoted, queryId: "q1" });
    expect(claimed.value).toBe("claiming");
    expect(answers(claimed)).toEqual([
      { queryId: "q1", ok: false, reason: "alreadyPaid", language: "en" },
    ]);
  });

  it.each(["claiming", "ticketed", "refunding", "refunded", "chargedBack"])(
    "in %s: the same charge again changes nothing, another one goes back",
    (value) => {
      const again = play(value, confirmed(), paid);
      expect([again.isAccepted, again.value, again.actions]).toEqual([true, value, []]);
      const twice = play(value, confirmed({ chargeId: "ch_2" }), paid);
      expect(twice.value).toBe(value);
      expect(moved(twice)).toEqual([
        "10 provider/telegram/settling → payment/pay_1/clearing",
        "10 payment/pay_1/clearing → payment/pay_1/refund_due",
      ]);
      const refundId = refundIdOf({ paymentId: "pay_1", chargeId: "ch_2" });
      expect(twice.actions.at(-1)).toEqual(["tell", {
        to: `refund/${refundId}`,
        event: { type: "refund.start" },
        create: {
          refundId,
          paymentId: "pay_1",
          raffleId: "rfl_1",
          playerId: "tg-1",
          telegramUserId: 1,
          chargeId: "ch_2",
          amount: price,
          reason: "paidTwice",
          atMs: AT_MS,
        },
      }]);
      const known = play(value, confirmed({ chargeId: "ch_2" }), {
        ...paid,
        otherCharges: ["ch_2"],
      });
      expect([known.isAccepted, known.actions]).toEqual([true, []]);
    },
  );

  it.each<[unknown, Record<string, unknown>, string, Partial<PaymentContext>]>([
    [INVOICED, { payerId: "tg-2" }, "wrongPayer", quoted],
    [APPROVED, { amount: { minor: "9", currency: "XTR" } }, "wrongAmount", quoted],
    ["expired", { amount: { minor: "10", currency: "RUB" } }, "wrongCurrency", quoted],
    ["quoting", {}, "wrongCurrency", {}],
    ["refunded", {}, "paidTwice", fromBalance],
    ["ticketed", {}, "paidTwice", fromBalance],
  ])("in %j with %j goes back whole: %s", (value, changes, reason, context) => {
    const back = play(value, confirmed(changes), context);
    expect(back.value).toEqual(value);
    expect(back.context["chargeId"]).toBe(null);
    expect(back.actions.at(-1)?.[1]).toMatchObject({
      create: { reason, ...refundFields(changes) },
    });
  });

  function refundFields({ payerId = "tg-1", amount = price }: Record<string, unknown>) {
    return { playerId: payerId, telegramUserId: Number(String(payerId).slice(3)), amount };
  }

  it("remembers a bounded number of charges", () => {
    const otherCharges = Array.from({ length: 8 }, (_, index) => `old_${index}`);
    const next = play("ticketed", confirmed({ chargeId: "new" }), { ...paid, otherCharges });
    expect(next.context["otherCharges"]).toEqual([...otherCharges.slice(1), "new"]);
  });
});

describe("a claimed ticket", () => {
  it("is told to the player with its number", () => {
    const issued = play("claiming", { type: "ticket.issued", number: 7 }, paid);
    expect(issued.value).toBe("ticketed");
    expect(notices(issued)).toEqual([{ key: "joined", raffleId: "rfl_1", number: 7 }]);
  });

  it("that is refused sends the charge back", () => {
    const refused = play("claiming", { type: "ticket.refused", reason: "full" }, paid);
    expect(refused.value).toBe("refunding");
    expect(moved(refused)).toEqual(["10 payment/pay_1/clearing → payment/pay_1/refund_due"]);
    expect(told(refused)[0]).toMatch(/^refund\/rfd_[0-9a-f]{24} refund.start$/);
  });

  it("that is refused gives the balance back what was taken", () => {
    const refused = play("claiming", { type: "ticket.refused", reason: "full" }, fromBalance);
    expect(refused.value).toBe("refunded");
    expect(moved(refused)).toEqual(["10 raffle/rfl_1/pot → user/tg-1/available"]);
    expect(notices(refused)).toEqual([
      { key: "refunded", raffleId: "rfl_1", amount: price, reason: "full" },
    ]);
  });

  it.each(["ticketed", "refunded", "expired"])("is no news in %s", (value) => {
    expect(play(value, { type: "ticket.issued", number: 7 }, paid).isAccepted).toBe(false);
    expect(play(value, { type: "ticket.refused", reason: "full" }, paid).isAccepted).toBe(false);
  });
});

describe("an entry from the balance", () => {
  it("takes the money when it has its place", () => {
    const taking = play(BALANCE_RESERVING, { type: "place.reserved", untilMs: LIVE, atMs: 1 }, {
      ...fromBalance,
    });
    expect([taking.value, taking.invoked]).toEqual([BALANCE_TAKING, ["takeFromBalance"]]);
    const taken = play(BALANCE_TAKING, done("takeFromBalance", { isTaken: true }) as never, {
      ...fromBalance,
      placeUntilMs: LIVE,
    });
    expect(taken.value).toBe("claiming");
    expect(taken.actions.at(-1)?.[1]).toMatchObject({
      event: {
        placeUntilMs: LIVE,
        source: { method: "balance", account: "raffle/rfl_1/pot" },
        atMs: AT_MS,
      },
    });
  });

  it.each([
    [BALANCE_RESERVING, { type: "place.refused", reason: "full" }, "full"],
    [
      BALANCE_RESERVING,
      { type: "xstate.after.placeTimeout.payment.placing.reserving" },
      "tryAgain",
    ],
    [BALANCE_TAKING, done("takeFromBalance", { isTaken: false }), "insufficientFunds"],
    [BALANCE_TAKING, failed("takeFromBalance"), "tryAgain"],
  ])("in %j by %j is refused", (value, event, reason) => {
    const refused = play(value, event as never, { ...fromBalance, placeUntilMs: LIVE });
    expect(refused.value).toBe("refused");
    expect(notices(refused)).toEqual([{ key: "entryRefused", raffleId: "rfl_1", reason }]);
    expect(told(refused)[0]).toBe("user/tg-1 place.released");
    expect(told(refused)).toHaveLength(value === BALANCE_TAKING ? 2 : 1);
    expect(moved(refused)).toEqual([]);
  });
});

describe("an entry in rubles", () => {
  const rubles = { minor: "10000", currency: "RUB" } as const;
  const quotedRubles = { ...quoted, price: rubles, method: "rubles" } as const;
  const PAYING = { placing: "paying" };
  const came = (changes: Record<string, unknown> = {}) =>
    confirmed({ chargeId: "yk_1", amount: rubles, provider: "yookassa", ...changes });

  it.each<[string, object, string]>([
    ["stars", rubles, "refused"],
    ["rubles", price, "refused"],
    ["rubles", rubles, "placing"],
    ["balance", rubles, "placing"],
    ["stars", price, "payable"],
  ])("by %s for %j is %s", (method, wanted, state) => {
    const event = { type: "entry.quoted", ...quoted, price: wanted, atMs: AT_MS };
    const next = play("quoting", event, { method: method as "stars" });
    expect(typeof next.value === "string" ? next.value : Object.keys(next.value as object)[0])
      .toBe(state);
    if (state === "refused") {
      expect(notices(next)).toEqual([
        { key: "entryRefused", raffleId: "rfl_1", reason: "wrongMethod" },
      ]);
    }
  });

  it("asks for a place first, then for a payment by bank", () => {
    const event = { type: "place.reserved", untilMs: LIVE, atMs: 1 };
    const paying = play(BALANCE_RESERVING, event, quotedRubles);
    expect(paying.value).toEqual(PAYING);
    expect(paying.invoked).toEqual([]);
    expect(paying.actions.at(-1)).toEqual(["tell", {
      to: "bankPayment/bnk_pay_1",
      event: { type: "bank.start" },
      create: {
        bankPaymentId: "bnk_pay_1",
        owner: "payment/pay_1",
        playerId: "tg-1",
        language: "en",
        amount: rubles,
        raffleId: "rfl_1",
        title: "Friday",
        atMs: AT_MS,
      },
    }]);
  });

  it("that is not paid gives its place back, and the player hears why", () => {
    const context = { ...quotedRubles, placeUntilMs: LIVE };
    const why = { reason: "bankUnpaid", bankReason: "insufficient_funds" };
    const refused = play(PAYING, { type: "bank.ended", ...why }, context);
    expect(refused.value).toBe("refused");
    expect(told(refused)).toEqual(["user/tg-1 place.released", "raffle/rfl_1 place.released"]);
    expect(notices(refused)).toEqual([
      { key: "entryRefused", raffleId: "rfl_1", ...why },
    ]);
    expect(moved(refused)).toEqual([]);
  });

  it.each([PAYING, "refused"])("whose money is here in %j claims its ticket", (value) => {
    const paid = play(value, came(), { ...quotedRubles, placeUntilMs: LIVE });
    expect(paid.value).toBe("claiming");
    expect(moved(paid)).toEqual(["10000 provider/yookassa/shop → payment/pay_1/clearing_rub"]);
    expect(paid.context).toMatchObject({ chargeId: "yk_1", provider: "yookassa" });
    // Telegram's charges alone grow old.
    expect(paid.actions.find(([type]) => type === "postTransfers")?.[1])
      .not.toHaveProperty("transfers.0.receipt");
    expect(paid.actions.at(-1)?.[1]).toMatchObject({
      event: { source: { method: "rubles", account: "payment/pay_1/clearing_rub" } },
    });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["wrongAmount", { amount: { minor: "9999", currency: "RUB" } }, "refund_due_rub"],
    ["wrongCurrency", { amount: { minor: "10000", currency: "USDT" } }, "refund_due_usdt"],
  ])("goes back whole by %s, and nothing more is waited for", (reason, changes, account) => {
    const back = play(PAYING, came(changes), { ...quotedRubles, placeUntilMs: LIVE });
    expect(back.value).toBe("refused");
    expect(moved(back).at(-1)).toMatch(new RegExp(`${account}$`));
    expect(told(back)).toEqual([
      "user/tg-1 place.released",
      "raffle/rfl_1 place.released",
      expect.stringMatching(/^refund\/rfd_\w+ refund.start$/),
    ]);
    expect(back.actions.find(([, params]) => "create" in (params as object))?.[1]).toMatchObject({
      create: { provider: "yookassa", chargeId: "yk_1", reason },
    });
    expect(notices(back)).toEqual([{ key: "entryRefused", raffleId: "rfl_1", reason }]);
    const late = play("refused", came(changes), quotedRubles);
    expect([late.value, told(late)]).toEqual([
      "refused",
      [expect.stringMatching(/^refund\/rfd_\w+ refund.start$/)],
    ]);
  });

  it("that is paid twice gives the second charge back", () => {
    const context = { ...quotedRubles, chargeId: "yk_1", provider: "yookassa" } as const;
    expect(play("ticketed", came(), context).actions).toEqual([]);
    const twice = play("ticketed", came({ chargeId: "yk_2" }), context);
    expect(twice.actions.at(-1)?.[1]).toMatchObject({
      create: { provider: "yookassa", chargeId: "yk_2", reason: "paidTwice" },
    });
  });

  it("of a cancelled raffle goes back by the bank", () => {
    const event = { type: "entry.refund", reason: "stoppedByAdmin", atMs: AT_MS };
    const context = { ...quotedRubles, chargeId: "yk_1", provider: "yookassa" } as const;
    const refunding = play("ticketed", event, context);
    expect(moved(refunding)).toEqual(["10000 raffle/rfl_1/pot → payment/pay_1/refund_due_rub"]);
    expect(refunding.actions).toContainEqual([
      "tell",
      expect.objectContaining({
        create: expect.objectContaining({ provider: "yookassa", amount: rubles }),
      }),
    ]);
  });

  it.each(["created", "quoting", "claiming", "ticketed", "refunding", "refunded", "expired"])(
    "in %s hears nothing of a payment by bank that ended",
    (value) => {
      const event = { type: "bank.ended", reason: "bankUnpaid" };
      expect(play(value, event, quotedRubles).isAccepted).toBe(false);
    },
  );
});

it("a payment of before version 2 goes on where it was", () => {
  const context = { method: "balance" };
  expect(migrations[2]({ value: { fromBalance: "taking" }, context }))
    .toEqual({ value: { placing: "taking" }, context });
  expect(migrations[2]({ value: { payable: "invoiced" }, context }).value)
    .toEqual({ payable: "invoiced" });
  expect(migrations[2]({ value: "ticketed", context }).value).toBe("ticketed");
});

describe("a cancelled raffle", () => {
  const event = { type: "entry.refund", reason: "stoppedByAdmin", atMs: AT_MS };
  it("gets its pot emptied into the refund, and hears when it is done", () => {
    const refunding = play("ticketed", event, paid);
    expect(refunding.value).toBe("refunding");
    expect(moved(refunding)).toEqual(["10 raffle/rfl_1/pot → payment/pay_1/refund_due"]);
    const back = play("refunding", { type: "refund.done", refundId: "rfd_1", chargeId: "ch_1" }, {
      ...paid,
      isRaffleWaiting: true,
    });
    expect(back.value).toBe("refunded");
    expect(told(back)).toEqual(["raffle/rfl_1 refund.done"]);
  });

  it("does not hear of a refund that is none of its own", () => {
    const own = play(
      "refunding",
      { type: "refund.done", refundId: "rfd_1", chargeId: "ch_1" },
      paid,
    );
    expect([own.value, told(own)]).toEqual(["refunded", []]);
    const other = play("refunding", { type: "refund.done", refundId: "rfd_2", chargeId: "ch_2" }, {
      ...paid,
      isRaffleWaiting: true,
      otherCharges: ["ch_2"],
    });
    expect([other.isAccepted, other.value, told(other)]).toEqual([true, "refunding", []]);
  });

  it("pays an entry from the balance back at once", () => {
    const back = play("ticketed", event, fromBalance);
    expect(back.value).toBe("refunded");
    expect(moved(back)).toEqual(["10 raffle/rfl_1/pot → user/tg-1/available"]);
    expect(told(back)).toEqual(["raffle/rfl_1 refund.done"]);
  });

  it.each(["claiming", "refunding", "refunded", "expired"])("cannot refund in %s", (value) => {
    expect(play(value, event, paid).isAccepted).toBe(false);
  });
});

describe("a charge that its player takes back as prize", () => {
  const spent = { type: "charge.spent", withdrawalId: "wdr_1", atMs: AT_MS };

  it("is refunded, and what it was put apart for is no loss", () => {
    const returning = play("ticketed", spent, paid);
    expect(returning.value).toBe("returning");
    // The money was put apart by the withdrawal, in the commit that took the charge.
    expect(moved(returning)).toEqual([]);
    expect(returning.actions.at(-2)?.[1]).toMatchObject({
      event: { type: "refund.start" },
      create: { chargeId: "ch_1", playerId: "tg-1", amount: price, reason: "prize" },
    });
    const back = play("returning", { type: "refund.done", refundId: "r", chargeId: "ch_1" }, paid);
    expect([back.value, moved(back), told(back)]).toEqual(["returned", [], []]);
  });

  it("makes the loss good when it went back by force at the same time", () => {
    const late = play("chargedBack", spent, paid);
    expect(late.value).toBe("chargedBack");
    expect(moved(late)).toEqual(["10 payment/pay_1/refund_due → treasury/expense/chargebacks"]);
    expect(told(late)).toEqual([]);
  });

  it.each(["returning", "returned"])("is no chargeback in %s", (value) => {
    const known = play(value, chargedBack, paid);
    expect([known.isAccepted, known.value, known.actions]).toEqual([true, value, []]);
  });

  it.each(["claiming", "refunding", "refunded", "returning", "returned"])(
    "cannot be taken in %s",
    (value) => {
      expect(play(value, spent, paid).isAccepted).toBe(false);
    },
  );
});

describe("a charge that goes back by force", () => {
  it("is the treasury's loss while the ticket stands", () => {
    const loss = play("ticketed", chargedBack, paid);
    expect(loss.value).toBe("chargedBack");
    expect(moved(loss)).toEqual([
      "10 treasury/expense/chargebacks → provider/telegram/charge",
    ]);
    expect(told(loss)).toEqual(["user/tg-1 ticket.void"]);
    const cancelled = play("chargedBack", {
      type: "entry.refund",
      reason: "disputed",
      atMs: AT_MS,
    }, paid);
    expect(moved(cancelled)).toEqual(["10 raffle/rfl_1/pot → treasury/expense/chargebacks"]);
    expect(told(cancelled)).toEqual(["raffle/rfl_1 refund.done"]);
  });

  it("while the ticket is decided is settled by the decision", () => {
    const noted = play("claiming", chargedBack, paid);
    expect([noted.value, noted.context["isChargedBack"]]).toEqual(["claiming", true]);
    const early = { ...paid, isChargedBack: true };
    const issued = play("claiming", { type: "ticket.issued", number: 7 }, early);
    expect(issued.value).toBe("chargedBack");
    expect(moved(issued)).toEqual([
      "10 treasury/expense/chargebacks → provider/telegram/charge",
    ]);
    const refused = play("claiming", { type: "ticket.refused", reason: "full" }, early);
    expect(refused.value).toBe("chargedBack");
    expect(moved(refused)).toEqual(["10 payment/pay_1/clearing → provider/telegram/charge"]);
  });

  it.each(["refunding", "refunded", "chargedBack"])("is no news in %s", (value) => {
    const known = play(value, chargedBack, paid);
    expect([known.isAccepted, known.value, known.actions]).toEqual([true, value, []]);
  });

  it.each(["ticketed", "refunded", "expired"])("in %s and unknown is refused", (value) => {
    const unknown = { ...chargedBack, chargeId: "unheard" };
    expect(play(value, unknown, paid).isAccepted).toBe(false);
  });
});
