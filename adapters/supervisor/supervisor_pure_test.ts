import { describe, expect, it } from "vitest";
import { RetryableError, UnavailableError } from "../../actors/errors.ts";
import { createBotWorld } from "../telegram/testing/bot_world.ts";
import { admin, buttonUpdate, paymentUpdate, textUpdate } from "../telegram/testing/updates.ts";
import { decodeUpdate } from "../telegram/update_schema.ts";
import { isTransient } from "./transient_errors.ts";

const incoming = (update: unknown) => ({
  source: "telegram" as const,
  update: decodeUpdate(update),
});

describe("supervisor", () => {
  it("creates a player from his first message, with his language and chat", async () => {
    const { supervisor, runtime } = createBotWorld();
    await supervisor.handle(incoming(textUpdate("/start")));
    expect(runtime.sent[0]).toMatchObject({
      address: "user/tg-42",
      create: { playerId: "tg-42", chatId: 42, name: "Anna", language: "en", entriesPerDay: 50 },
    });
  });

  it("changes nothing when an update is delivered again", async () => {
    const { supervisor, runtime } = createBotWorld();
    const update = incoming(buttonUpdate("stars:rfl_one"));
    await supervisor.handle(update);
    const again = await supervisor.handle(update);
    expect(runtime.sent).toHaveLength(1);
    expect(again.sends[0]?.status).toBe("duplicate");
  });

  it("creates one raffle from a create command that is delivered twice", async () => {
    const { supervisor, runtime } = createBotWorld();
    const update = incoming(textUpdate("/admin create price=10 title=Friday", admin));
    await supervisor.handle(update);
    await supervisor.handle(update);
    expect(runtime.created).toHaveLength(1);
    expect(runtime.created[0]?.input).toMatchObject({
      createdBy: "tg-77",
      terms: { title: "Friday", price: { minor: "10", currency: "XTR" }, commissionBps: 1500 },
    });
  });

  it.each([
    { name: "an unknown payment", payload: "pay_gone", refusal: undefined },
    { name: "a payload that is not ours", payload: "something", refusal: undefined },
    { name: "a payment that does not take it", payload: "pay_1", refusal: "noSuchTransition" },
  ])("stores money for $name and tells admins", async ({ payload, refusal }) => {
    const { supervisor, runtime, unroutable } = createBotWorld();
    if (refusal !== undefined) {
      runtime.actors.add("payment/pay_1");
      runtime.refusals.set("payment/pay_1", refusal);
    }
    const update = incoming(paymentUpdate(payload));
    const outcome = await supervisor.handle(update);
    expect(outcome.isUnroutable).toBe(true);
    expect(unroutable).toMatchObject([{ isMoney: true, key: `tg:${update.update.update_id}` }]);
    expect(JSON.stringify(unroutable[0]?.incoming)).toContain("stx1");
  });

  it("leaves money with Telegram when it can be stored nowhere", async () => {
    const { supervisor, storeFailure } = createBotWorld();
    storeFailure.error = new UnavailableError("no database");
    await expect(supervisor.handle(incoming(paymentUpdate("pay_gone")))).rejects
      .toThrow("no database");
  });

  it("writes into the log what can be stored nowhere, now or later", async () => {
    const { supervisor, storeFailure, log } = createBotWorld();
    storeFailure.error = new TypeError("unsupported Unicode escape sequence");
    await supervisor.handle(incoming(paymentUpdate("pay_gone")));
    expect(log.join()).toContain("Cannot store an update");
    expect(log.join()).toContain("stx1");
  });

  it("confirms a payment under the charge's id, once", async () => {
    const { supervisor, runtime } = createBotWorld();
    runtime.actors.add("payment/pay_1");
    await supervisor.handle(incoming(paymentUpdate("pay_1")));
    const other = await supervisor.handle(incoming(paymentUpdate("pay_1")));
    expect(runtime.sent.map(({ key }) => key)).toEqual(["charge:stx1"]);
    expect(other.sends[0]?.status).toBe("duplicate");
  });

  it("takes the return of a charge although the charge's own key is used", async () => {
    const { supervisor, runtime } = createBotWorld();
    runtime.actors.add("payment/pay_1");
    await supervisor.handle(incoming(paymentUpdate("pay_1")));
    await supervisor.handle(incoming(paymentUpdate("pay_1", "refunded_payment")));
    expect(runtime.sent.map(({ event }) => event.type)).toEqual([
      "payment.confirmed",
      "payment.refunded",
    ]);
  });

  it("leaves an update with Telegram while the database is gone", async () => {
    const { supervisor, runtime, unroutable } = createBotWorld();
    runtime.failures.push(new UnavailableError("no database"));
    await expect(supervisor.handle(incoming(textUpdate("/start")))).rejects.toThrow("no database");
    expect(unroutable).toEqual([]);
  });

  it("leaves an update with Telegram while the actor is busy", async () => {
    const { supervisor, runtime } = createBotWorld();
    runtime.actors.add("user/tg-42");
    runtime.refusals.set("user/tg-42", "busy");
    await expect(supervisor.handle(incoming(textUpdate("/start")))).rejects
      .toThrow(RetryableError);
  });

  it("tries a failing event three times and then sets it aside", async () => {
    const { supervisor, runtime, unroutable } = createBotWorld();
    runtime.failures.push(new TypeError("a"), new TypeError("b"), new TypeError("c"));
    const outcome = await supervisor.handle(incoming(textUpdate("/start")));
    expect(outcome.isUnroutable).toBe(true);
    expect(unroutable[0]?.reason).toBe("TypeError: c");
    expect(runtime.failures).toEqual([]);
  });

  it("gets over a failure that comes once", async () => {
    const { supervisor, runtime, unroutable } = createBotWorld();
    runtime.failures.push(new TypeError("once"));
    await supervisor.handle(incoming(textUpdate("/start")));
    expect(runtime.sent).toHaveLength(1);
    expect(unroutable).toEqual([]);
  });

  it("says that a raffle does not exist instead of making one", async () => {
    const { supervisor, runtime } = createBotWorld();
    const outcome = await supervisor.handle(incoming(textUpdate("/admin open rfl_no", admin)));
    expect(outcome.sends[0]?.status).toBe("missing");
    expect(runtime.sent).toEqual([]);
  });
});

describe("isTransient()", () => {
  it.each([
    { error: new UnavailableError("x"), want: true },
    { error: new RetryableError("x"), want: true },
    { error: Object.assign(new Error("x"), { code: "57P01" }), want: true },
    { error: Object.assign(new Error("x"), { code: "08006" }), want: true },
    { error: Object.assign(new Error("x"), { code: "40001" }), want: true },
    { error: Object.assign(new Error("x"), { code: "ECONNREFUSED" }), want: true },
    { error: new Error("Connection terminated unexpectedly"), want: true },
    { error: new Error("outer", { cause: new UnavailableError("x") }), want: true },
    { error: new AggregateError([Object.assign(new Error(), { code: "EPIPE" })]), want: true },
    { error: Object.assign(new Error("x"), { code: "23505" }), want: false },
    { error: new TypeError("x is undefined"), want: false },
    { error: "no error at all", want: false },
  ])("$want for $error", ({ error, want }) => {
    expect(isTransient(error)).toBe(want);
  });

  it("ends on causes that go round", () => {
    const error = new Error("round");
    error.cause = error;
    expect(isTransient(error)).toBe(false);
  });
});
