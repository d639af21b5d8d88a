import { describe, expect, it } from "vitest";
import { version } from "./cash_out_machine.ts";
import { World } from "./testing/world.ts";

const DIALOGUE = "cashOut/tg-1";
const HALF_AN_HOUR_MS = 30 * 60_000;
const limit = { minor: "500000", currency: "RUB" } as const;

/** A player with 300 rubles, who has begun. */
function open(
  { minor = 30_000n, ...begin }: { minor?: bigint; channel?: string; asksName?: boolean } = {},
) {
  const world = new World();
  if (minor > 0n) world.topUp("tg-1", minor, "RUB");
  world.create(DIALOGUE, { playerId: "tg-1" });
  let turn = 0;
  const say = (type: string, said: object = {}): boolean =>
    world.send(DIALOGUE, {
      type: `cashOut.${type}`,
      of: String(turn),
      ...said,
      turn: String(++turn),
      atMs: world.nowMs,
    });
  say("begin", { asksName: false, cardKey: "key", ...begin });
  const type = (text: string) => say("said", { text });
  const confirm = (said: object = {}) =>
    say("confirm", {
      withdrawal: { withdrawalId: "wdr_1", telegramUserId: 1, limit, adminIds: [] },
      ...said,
    });
  const context = () => world.read(DIALOGUE).context;
  return { world, say, type, confirm, context };
}

describe("the dialogue about rubles that leave", () => {
  it("has version 1", () => expect(version).toBe(1));

  it("asks for the way, the amount, phone and bank, and makes one withdrawal", () => {
    const { world, say, type, confirm, context } = open();
    expect(world.valueOf(DIALOGUE)).toEqual({ asking: "channel" });
    say("channel", { channel: "sbp" });
    type("250,50");
    type("8 (900) 123-45-67");
    type("сбер");
    expect(context()).toMatchObject({ query: "сбер" });
    say("bank", { bankId: "100000000111" });
    expect(world.valueOf(DIALOGUE)).toBe("confirming");
    confirm();
    expect(world.destinations.get("wdr_1")).toEqual({
      withdrawalId: "wdr_1",
      playerId: "tg-1",
      destination: { kind: "sbp", phone: "79001234567", bankId: "100000000111" },
    });
    expect(world.read("withdrawal/wdr_1").context).toMatchObject({
      choice: { kind: "sbp", masked: "+7 900 •••-••-67" },
      amount: { minor: "25050", currency: "RUB" },
    });
    expect(world.available("tg-1", "RUB")).toBe(4_950n);
    // Pressed again, and what was said is not remembered.
    expect(confirm()).toBe(false);
    expect(context()).toMatchObject({ draft: {}, amount: null, cardKey: "" });
    const kept = [...world.snapshots.values()].join();
    expect(kept).not.toContain("9001234567");
  });

  it("takes all that he has, to a wallet", () => {
    const { world, say, type, confirm } = open({ channel: "yooMoney" });
    expect(world.valueOf(DIALOGUE)).toEqual({ asking: "amount" });
    say("all");
    type("4100 1160 7472 0387");
    confirm();
    expect(world.destinations.get("wdr_1")?.destination).toEqual({
      kind: "yooMoney",
      wallet: "4100116074720387",
    });
    expect(world.available("tg-1", "RUB")).toBe(0n);
  });

  it("asks for the name where it is checked", () => {
    const { world, say, type, confirm, context } = open({ channel: "sbp", asksName: true });
    say("all");
    type("+7 900 123 45 67");
    say("bank", { bankId: "100000000111" });
    for (const wrong of ["Иванов", "", "Иванов <b>", "a b c d e", `Ив ${"а".repeat(200)}`]) {
      type(wrong);
      expect(world.valueOf(DIALOGUE), wrong).toEqual({ asking: "name" });
      expect(context().problem, wrong).toMatchObject({ problem: "recipient" });
    }
    type("Иванова-Петрова Анна Мария");
    confirm();
    expect(world.destinations.get("wdr_1")?.recipient).toEqual({
      lastName: "Иванова-Петрова",
      firstName: "Анна",
      middleName: "Мария",
    });
  });

  it("waits for the card from its page, once and by its key", () => {
    const { world, say, confirm } = open({ channel: "card" });
    say("all");
    const card = { token: "abc.SC.001", last4: "4477" };
    expect(say("card", { key: "other", ...card })).toBe(false);
    expect(say("card", { key: "", ...card })).toBe(false);
    expect(say("card", { key: "key", ...card })).toBe(true);
    expect(say("card", { key: "key", ...card })).toBe(false);
    expect(world.notices.at(-1)?.notice).toMatchObject({
      key: "cashOutAsked",
      masked: "•••• 4477",
      amount: { minor: "30000", currency: "RUB" },
    });
    expect(confirm({ of: "old" })).toBe(false);
    expect(say("confirm", {
      of: world.read(DIALOGUE).context.turn,
      withdrawal: { withdrawalId: "wdr_1", telegramUserId: 1, limit, adminIds: [] },
    })).toBe(true);
    expect(world.destinations.get("wdr_1")?.destination).toEqual({ kind: "card", ...card });
  });

  it.each([
    ["nonsense", "amount"],
    ["", "amount"],
    ["-5", "amount"],
    ["1.234", "amount"],
    ["0", "tooLittle"],
    ["0.99", "tooLittle"],
    ["300.01", "aboveBalance"],
    ["500000.01", "tooMuch"],
    ["99999999999", "amount"],
  ])("refuses the amount %j: %s", (text, problem) => {
    const { world, type, context } = open({ channel: "sbp" });
    type(text);
    expect(context()).toMatchObject({ problem: { problem }, amount: null });
    expect(world.valueOf(DIALOGUE)).toEqual({ asking: "amount" });
    type("300");
    expect(world.valueOf(DIALOGUE)).toEqual({ asking: "phone" });
  });

  it("refuses all that he has when the way does not take it", () => {
    const little = open({ channel: "card", minor: 499n });
    little.say("all");
    expect(little.context().problem).toEqual({ problem: "tooLittle", allowed: "500" });
    const much = open({ channel: "yooMoney", minor: 50_000_001n });
    much.say("all");
    expect(much.context().problem).toEqual({ problem: "tooMuch", allowed: "50000000" });
  });

  it.each(["123", "+1 212 555 0100", "8 495 123 45 67", "номер", "7900123456789"])(
    "refuses the phone %j with the form that is allowed",
    (text) => {
      const { world, say, type, context } = open({ channel: "sbp" });
      say("all");
      type(text);
      expect(context().problem).toMatchObject({ problem: "phone", allowed: "+7 900 123-45-67" });
      expect(world.valueOf(DIALOGUE)).toEqual({ asking: "phone" });
    },
  );

  it.each(["123", "5100116074720387", "41001 and so on", "4100"])(
    "refuses the wallet %j with the form that is allowed",
    (text) => {
      const { world, say, type, context } = open({ channel: "yooMoney" });
      say("all");
      type(text);
      expect(context().problem).toMatchObject({ problem: "wallet" });
      expect(world.valueOf(DIALOGUE)).toEqual({ asking: "wallet" });
    },
  );

  it("begins with nothing when he has nothing", () => {
    const { world, context } = open({ minor: 0n });
    expect(world.valueOf(DIALOGUE)).toBe("idle");
    expect(context().problem).toMatchObject({ problem: "nothing" });
  });

  it("takes no old button, ends by his word and after half an hour, and forgets", () => {
    const { world, say, type, context } = open({ channel: "sbp" });
    say("all");
    type("89001234567");
    expect(say("bank", { bankId: "1", of: "0" })).toBe(false);
    expect(say("all", { of: "0" })).toBe(false);
    expect(say("cancel", { of: "0" })).toBe(false);
    world.pass(HALF_AN_HOUR_MS);
    expect(world.valueOf(DIALOGUE)).toBe("idle");
    expect(context()).toMatchObject({ draft: {}, cardKey: "" });
    const { world: other, say: sayThere } = open();
    sayThere("cancel");
    expect(other.valueOf(DIALOGUE)).toBe("idle");
    expect(other.withdrawals.size).toBe(0);
  });
});
