import { describe, expect, it } from "vitest";
import {
  admin,
  anna,
  buttonUpdate,
  memberUpdate,
  messageUpdate,
  paymentUpdate,
  preCheckoutUpdate,
  textUpdate,
} from "../telegram/testing/updates.ts";
import { decodeUpdate } from "../telegram/update_schema.ts";
import { freshIds } from "./fresh_ids.ts";
import type { Answer, Route, RouteContext } from "./incoming.ts";
import { routingTable } from "./routing_table.ts";

const context: RouteContext = {
  nowMs: 5,
  ids: { ...freshIds, paymentId: () => "pay_new", salt: () => "ab".repeat(16) },
  isAdmin: (id) => id === admin.id,
  botUsername: "TestBot",
  entriesPerDay: 50,
  commissionBps: 1500,
};

function route(update: unknown): { row: string } & Route {
  const incoming = { source: "telegram" as const, update: decodeUpdate(update) };
  const row = routingTable.find((candidate) => candidate.matches(incoming, context));
  if (row === undefined) throw new Error("No row");
  return { row: row.name, ...row.route(incoming, context) };
}

interface Want {
  row: string;
  update: unknown;
  address?: string;
  event?: Record<string, unknown>;
  answer: Answer["kind"];
  key?: RegExp;
}

const raffle = "rfl_one";
const inGroup = (text: string) => ({
  update_id: 1,
  message: { message_id: 1, date: 1, chat: { id: -9, type: "group" }, from: anna, text },
});

const rows: Want[] = [
  {
    row: "preCheckout",
    update: preCheckoutUpdate("pay_1"),
    address: "payment/pay_1",
    event: {
      type: "precheckout.received",
      payerId: "tg-42",
      amount: { minor: "10", currency: "XTR" },
      atMs: 5,
    },
    answer: "preCheckout",
    key: /^tg:\d+$/,
  },
  { row: "preCheckout", update: preCheckoutUpdate("order 66"), answer: "preCheckout" },
  { row: "preCheckout", update: preCheckoutUpdate("pay_1", 10, "EUR"), answer: "preCheckout" },
  {
    row: "successfulPayment",
    update: paymentUpdate("pay_1"),
    address: "payment/pay_1",
    event: { type: "payment.confirmed", chargeId: "stx1", payerId: "tg-42" },
    answer: "none",
    key: /^charge:stx1$/,
  },
  { row: "successfulPayment", update: paymentUpdate("who knows"), answer: "none" },
  {
    row: "refundedPayment",
    update: paymentUpdate("pay_1", "refunded_payment"),
    address: "payment/pay_1",
    event: { type: "payment.refunded", chargeId: "stx1" },
    answer: "none",
    key: /^refunded:stx1$/,
  },
  {
    row: "admin command of a stranger",
    update: textUpdate("/admin stop rfl_one because"),
    address: "user/tg-42",
    event: { type: "user.seen" },
    answer: "adminRefused",
  },
  {
    row: "admin create",
    update: textUpdate("/admin create price=10", admin),
    answer: "adminCreated",
  },
  {
    row: "admin create",
    update: textUpdate("/admin create price=0", admin),
    answer: "adminBadForm",
  },
  { row: "admin list", update: textUpdate("/admin list", admin), answer: "adminList" },
  ...(["open", "force", "pause", "resume"] as const).map((command): Want => ({
    row: `admin ${command}`,
    update: textUpdate(`/admin ${command} ${raffle}`, admin),
    address: "raffle/rfl_one",
    event: { type: `raffle.${command}`, by: "tg-77", atMs: 5 },
    answer: "adminDone",
  })),
  {
    row: "admin stop",
    update: textUpdate(`/admin stop ${raffle} The price was  wrong`, admin),
    address: "raffle/rfl_one",
    event: { type: "raffle.stop", by: "tg-77", reason: "The price was  wrong" },
    answer: "adminDone",
  },
  {
    row: "admin stop",
    update: textUpdate(`/admin stop ${raffle}`, admin),
    answer: "adminNeedsReason",
  },
  {
    row: "admin recheck",
    update: textUpdate(`/admin recheck ${raffle}`, admin),
    address: "raffle/rfl_one",
    event: { type: "dispute.recheck" },
    answer: "adminDone",
  },
  {
    row: "admin refund",
    update: textUpdate(`/admin refund ${raffle} bad key`, admin),
    address: "raffle/rfl_one",
    event: { type: "dispute.refund", reason: "bad key" },
    answer: "adminDone",
  },
  { row: "admin force", update: textUpdate("/admin force", admin), answer: "whichRaffle" },
  { row: "admin help", update: textUpdate("/admin", admin), answer: "adminHelp" },
  { row: "admin help", update: textUpdate("/admin dance", admin), answer: "adminHelp" },
  {
    row: "command /start",
    update: textUpdate("/start"),
    address: "user/tg-42",
    event: { type: "user.started", name: "Anna", language: "en" },
    answer: "none",
  },
  {
    row: "command /start",
    update: textUpdate("/start rfl_one"),
    address: "user/tg-42",
    event: { type: "user.started", raffleId: "rfl_one" },
    answer: "none",
  },
  { row: "command /join_raffle", update: textUpdate("/join_raffle"), answer: "openRaffles" },
  { row: "command /join_raffle", update: textUpdate("🎟 Участвовать"), answer: "openRaffles" },
  { row: "command /join_raffle", update: textUpdate("/join_raffle rfl_one"), answer: "joinRaffle" },
  { row: "command /join_raffle", update: textUpdate("/join_raffle 7"), answer: "whichRaffle" },
  { row: "command /raffle", update: textUpdate("/raffle@TestBot rfl_one"), answer: "raffle" },
  { row: "command /raffle", update: textUpdate("/raffle"), answer: "whichRaffle" },
  { row: "command /my_raffles", update: textUpdate("/my_raffles"), answer: "myRaffles" },
  { row: "command /balance", update: textUpdate("/BALANCE"), answer: "balance" },
  { row: "command /help", update: textUpdate("❓ Help"), answer: "help" },
  { row: "command /paysupport", update: textUpdate("/paysupport"), answer: "paysupport" },
  { row: "command /terms", update: textUpdate("/terms"), answer: "terms" },
  { row: "command /privacy", update: textUpdate("/privacy"), answer: "privacy" },
  { row: "unknown command", update: textUpdate("/dance"), answer: "unknownCommand" },
  { row: "other private message", update: textUpdate("hello"), answer: "unknownText" },
  { row: "other private message", update: messageUpdate({ photo: [] }), answer: "unknownText" },
  { row: "command in a group", update: inGroup("/balance@testbot"), answer: "privateChatOnly" },
  { row: "anything else", update: inGroup("/balance@OtherBot"), answer: "none" },
  { row: "anything else", update: inGroup("hello"), answer: "none" },
  {
    row: "button",
    update: buttonUpdate("stars:rfl_one"),
    address: "user/tg-42",
    event: {
      type: "entry.requested",
      raffleId: "rfl_one",
      paymentId: "pay_new",
      salt: "ab".repeat(16),
      method: "stars",
    },
    answer: "entryAsked",
  },
  {
    row: "button",
    update: buttonUpdate("balance:rfl_one"),
    address: "user/tg-42",
    event: { type: "entry.requested", method: "balance" },
    answer: "entryAsked",
  },
  { row: "button", update: buttonUpdate("menu"), answer: "menu" },
  { row: "button", update: buttonUpdate("open"), answer: "openRaffles" },
  { row: "button", update: buttonUpdate("join:rfl_one"), answer: "joinRaffle" },
  { row: "button", update: buttonUpdate("raffle:rfl_one"), answer: "raffle" },
  { row: "button", update: buttonUpdate("proof:rfl_one"), answer: "proof" },
  { row: "button", update: buttonUpdate("admopen:rfl_one"), answer: "adminRefused" },
  {
    row: "button",
    update: buttonUpdate("admopen:rfl_one", admin),
    address: "raffle/rfl_one",
    event: { type: "raffle.open", by: "tg-77" },
    answer: "adminDone",
  },
  { row: "old button", update: buttonUpdate("pay:17:yes"), answer: "oldButton" },
  { row: "old button", update: buttonUpdate(undefined), answer: "oldButton" },
  {
    row: "bot blocked or unblocked",
    update: memberUpdate("kicked"),
    address: "user/tg-42",
    event: { type: "bot.blocked", atMs: 5 },
    answer: "none",
  },
  {
    row: "bot blocked or unblocked",
    update: memberUpdate("member"),
    address: "user/tg-42",
    event: { type: "bot.unblocked" },
    answer: "none",
  },
  { row: "anything else", update: memberUpdate("member", "group"), answer: "none" },
  { row: "anything else", update: { update_id: 3, poll_answer: {} }, answer: "none" },
];

describe("routing table", () => {
  it.each(rows)("$row → $address $answer", ({ row, update, address, event, answer, key }) => {
    const routed = route(update);
    expect(routed.row).toBe(row);
    expect(routed.answer.kind).toBe(answer);
    const send = routed.sends.at(-1);
    if (address !== undefined) expect(send?.address).toBe(address);
    if (event !== undefined) expect(send?.event).toMatchObject(event);
    if (key !== undefined) expect(send?.key).toMatch(key);
  });

  it("has a test for every row", () => {
    const tested = new Set(rows.map(({ row }) => row));
    expect(routingTable.map(({ name }) => name).filter((name) => !tested.has(name))).toEqual([]);
  });

  it("names every row differently", () => {
    expect(new Set(routingTable.map(({ name }) => name)).size).toBe(routingTable.length);
  });

  it("lets nothing be dropped without a word: without events and answer there is a reason", () => {
    for (const { update } of rows) {
      const { sends, answer, ignored, unroutable, creates } = route(update);
      const says = sends.length > 0 || answer.kind !== "none" || (creates ?? []).length > 0;
      expect(says || ignored !== undefined || unroutable !== undefined).toBe(true);
    }
  });

  it("makes the same raffle from the same update, and another from another", () => {
    const update = textUpdate("/admin create price=10", admin);
    const address = (input: unknown) => route(input).creates?.[0]?.address;
    expect(address(update)).toBe(address(update));
    expect(address(update)).toMatch(/^raffle\/rfl_[A-Za-z0-9]{10}$/);
    expect(address(textUpdate("/admin create price=10", admin))).not.toBe(address(update));
  });

  it("refuses terms that the rules of the machines refuse", () => {
    const incoming = {
      source: "telegram" as const,
      update: decodeUpdate(textUpdate("/admin create price=10", admin)),
    };
    const strict = { ...context, refuseTerms: () => "checkLinkTooLong" };
    const row = routingTable.find(({ name }) => name === "admin create");
    const routed = row?.route(incoming, strict);
    expect(routed?.creates).toBeUndefined();
    expect(routed?.answer).toEqual({
      kind: "adminBadForm",
      problems: [{ field: "create", problem: "rule", allowed: "checkLinkTooLong" }],
    });
  });

  it("never routes an event of the runtime's own from outside", () => {
    for (const { update } of rows) {
      for (const { event } of route(update).sends) expect(event.type).not.toMatch(/^xstate\./);
    }
  });
});
