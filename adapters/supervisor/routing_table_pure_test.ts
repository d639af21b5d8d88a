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
import { createAdmins } from "./admins.ts";
import { freshIds } from "./fresh_ids.ts";
import type { Answer, Route, RouteContext } from "./incoming.ts";
import { routingTable } from "./routing_table.ts";
import type { View } from "./runtime_port.ts";

const topUp = { least: "5000", most: "1500000" };
const viewer = { ...anna, id: 78 };
const context: RouteContext = {
  nowMs: 5,
  ids: { ...freshIds, paymentId: () => "pay_new", salt: () => "ab".repeat(16) },
  isAdmin: (id) => id === admin.id,
  admins: createAdmins({ owners: [admin.id], viewers: [viewer.id] }),
  botUsername: "TestBot",
  entriesPerDay: 50,
  withdrawalLimit: 1_000,
  timeZone: "UTC",
  exclusionDays: 30,
  commissionBps: 1500,
  rubles: { topUp, hasReceipts: true },
  payouts: { limitMinor: "500000", asksName: true, gatewayId: "200500" },
};

function route(update: unknown): { row: string } & Route {
  const incoming = { source: "telegram" as const, update: decodeUpdate(update) };
  for (const row of routingTable) {
    if (!row.matches(incoming, context)) continue;
    let found: Route | undefined = row.route(incoming, context);
    while (found?.look !== undefined) found = found.look.route(views.get(found.look.address));
    if (found !== undefined) return { row: row.name, ...found };
  }
  throw new Error("No row");
}

interface Want {
  row: string;
  update: unknown;
  address?: string;
  event?: Record<string, unknown>;
  answer: Answer["kind"];
  key?: RegExp;
}

/** Actors that rows look at. */
const views = new Map<string, View>([["panel/tg-77", {
  value: "asking",
  context: { turn: "1" },
  status: "active",
  output: undefined,
  tags: ["asking", "takesWords"],
  revision: 1,
}], ["cashOut/tg-55", {
  value: { asking: "phone" },
  context: { askedAtMs: 1 },
  status: "active",
  output: undefined,
  tags: ["asking", "takesWords"],
  revision: 1,
}]]);

const raffle = "rfl_one";
const seen = { type: "user.seen" };

/** What is no number of Stars, or none that anybody has moved. */
const NO_AMOUNTS = [
  ...["", "0", "00", "-5", "- 5", "+5", "−5", "1.5", "1,5", "5,000", "1e3", "0x10", "007", "many"],
  ...["10000001", "99999999", "9".repeat(300), "10 000 001", "NaN", "Infinity", "٥٠٠", "５０００"],
  // Two numbers were one, of 1,020 Stars.
  ...[
    "10 20",
    "5000 5000",
    "5 00",
    "1 0000",
    "5000 Stars",
    "5000;",
    "5000\n5000",
    "⭐5000",
    "<b>5",
  ],
];
const inGroup = (text: string) => ({
  update_id: 1,
  message: { message_id: 1, date: 1, chat: { id: -9, type: "group" }, from: anna, text },
});

function buttonInGroup(data: string) {
  const update = buttonUpdate(data);
  update.callback_query.message.chat = { id: -5, type: "supergroup" };
  return update;
}

const rows: Want[] = [
  {
    row: "preCheckout",
    update: preCheckoutUpdate("pay_1"),
    address: "payment/pay_1",
    event: {
      type: "precheckout.received",
      payerId: "tg-42",
      amount: { minor: "10", currency: "XTR" },
      entriesPerDay: 50,
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
  {
    row: "admin broadcasts",
    update: textUpdate("/admin broadcasts", admin),
    answer: "adminBroadcasts",
  },
  {
    row: "admin command of a stranger",
    update: textUpdate("/admin broadcasts"),
    answer: "adminRefused",
  },
  {
    row: "button unwatch",
    update: buttonUpdate(`unwatch:${raffle}`),
    address: "user/tg-42",
    event: { type: "observing.stopped", raffleId: raffle, atMs: 5 },
    answer: "unwatched",
    key: /^tg:\d+$/,
  },
  {
    row: "command /raffle",
    update: textUpdate(`/raffle ${raffle}`),
    address: "user/tg-42",
    event: { type: "user.seen", raffleId: raffle },
    answer: "raffle",
  },
  { row: "admin list", update: textUpdate("/admin list", admin), answer: "adminList" },
  ...(["approve", "settle", "void"] as const).map((command): Want => ({
    row: "admin on a withdrawal",
    update: textUpdate(`/admin ${command} wdr_one`, admin),
    address: "withdrawal/wdr_one",
    event: { type: `withdrawal.${command}`, by: "tg-77", atMs: 5 },
    answer: "withdrawal",
    key: /^tg:\d+$/,
  })),
  {
    row: "admin on a withdrawal",
    update: textUpdate("/admin decline wdr_one Not  so", admin),
    address: "withdrawal/wdr_one",
    event: { type: "withdrawal.decline", by: "tg-77", reason: "Not  so" },
    answer: "withdrawal",
  },
  ...["approve", "approve rfl_one", "void nonsense", "decline wdr_one"].map((words): Want => ({
    row: "admin on a withdrawal",
    update: textUpdate(`/admin ${words}`, admin),
    address: "user/tg-77",
    answer: "withdrawal",
  })),
  {
    row: "admin on a withdrawal",
    update: textUpdate("/admin void wdr_one", viewer),
    address: "user/tg-78",
    answer: "adminNotAllowed",
  },
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
    event: { type: "dispute.refund", reason: "bad key", admins: [] },
    answer: "adminDone",
  },
  {
    row: "admin redraw",
    update: textUpdate(`/admin redraw ${raffle} a wrong key`, admin),
    address: "raffle/rfl_one",
    event: { type: "raffle.redraw", reason: "a wrong key" },
    answer: "adminDone",
  },
  {
    row: "admin redraw",
    update: textUpdate(`/admin redraw ${raffle}`, admin),
    answer: "adminNeedsReason",
  },
  { row: "admin force", update: textUpdate("/admin force", admin), answer: "whichRaffle" },
  {
    row: "admin retry",
    update: textUpdate("/admin retry rfd_pay_1", admin),
    address: "refund/rfd_pay_1",
    event: { type: "refund.retry", by: "tg-77" },
    key: /^tg:\d+$/,
    answer: "adminRetried",
  },
  ...["retry", "retry pay_1", "retry rfd_../raffle/rfl_1", `retry rfd_${"x".repeat(200)}`].map((
    words,
  ): Want => ({
    row: "admin retry",
    update: textUpdate(`/admin ${words}`, admin),
    address: "user/tg-77",
    answer: "adminRefunds",
  })),
  {
    row: "admin command above his role",
    update: textUpdate("/admin open rfl_one", viewer),
    answer: "adminNotAllowed",
  },
  ...["templates", "template", "template tpl_One", "series", "series ser_1"].map((words): Want => ({
    row: `admin ${words.split(" ")[0]}`,
    update: textUpdate(`/admin ${words}`, viewer),
    answer: "adminPanel",
  })),
  {
    row: "admin template",
    update: textUpdate("/admin Template use tpl_1", admin),
    address: "panel/tg-77",
    event: { type: "panel.use", templateId: "tpl_1", day: "01.01.1970" },
    answer: "adminDialogue",
  },
  {
    row: "admin template",
    update: textUpdate("/admin template rename tpl_1  Friday  evening", admin),
    address: "templates/platform",
    event: { type: "template.rename", templateId: "tpl_1", name: "Friday evening", by: "tg-77" },
    answer: "adminDeed",
  },
  {
    row: "admin series",
    update: textUpdate("/admin series begin tpl_1 1d 18:00 x3", admin),
    address: "templates/platform",
    event: {
      type: "series.begin",
      templateId: "tpl_1",
      plan: { rule: { unit: "days", count: 1, time: "18:00", zone: "UTC" }, limit: 3 },
      by: "tg-77",
    },
    answer: "adminDeed",
  },
  ...(["pause", "resume"] as const).map((command): Want => ({
    row: "admin series",
    update: textUpdate(`/admin series ${command} ser_1`, admin),
    address: "series/ser_1",
    event: { type: `series.${command}`, by: "tg-77", atMs: 5 },
    answer: "adminDeed",
    key: /^tg:\d+$/,
  })),
  {
    row: "admin series",
    update: textUpdate("/admin series rule ser_1 end", admin),
    address: "series/ser_1",
    event: { type: "series.change", plan: { rule: { unit: "end", zone: "UTC" }, limit: null } },
    answer: "adminDeed",
  },
  ...[
    "template dance tpl_1",
    "template use",
    "template use rfl_1",
    "template rename tpl_1",
    `template rename tpl_1 ${"x".repeat(33)}`,
    "template save rfl_one",
    "series begin",
    "series begin tpl_1",
    "series begin tpl_1 daily",
    "series begin tpl_1 91d 18:00",
    "series rule ser_1 1d 18:00 No/Where",
    "series pause",
    "series pause tpl_1",
    "series dance ser_1",
  ].map((words): Want => ({
    row: `admin ${words.split(" ")[0]}`,
    update: textUpdate(`/admin ${words}`, admin),
    address: "user/tg-77",
    answer: "adminSeriesHint",
  })),
  {
    row: "admin template",
    update: textUpdate("/admin template save nothing Friday", admin),
    answer: "whichRaffle",
  },
  ...["template delete tpl_1", "series pause ser_1", "series begin tpl_1 end"].map((
    words,
  ): Want => ({
    row: `admin ${words.split(" ")[0]}`,
    update: textUpdate(`/admin ${words}`, viewer),
    address: "user/tg-78",
    answer: "adminNotAllowed",
  })),
  {
    row: "admin command of a stranger",
    update: textUpdate("/admin series pause ser_1"),
    answer: "adminRefused",
  },
  ...([["follow", false], ["unfollow", true]] as const).map(([verb, isStopped]): Want => ({
    row: "button",
    update: buttonUpdate(`${verb}:${raffle}`),
    address: "user/tg-42",
    event: { type: "series.followed", raffleId: raffle, isStopped, atMs: 5 },
    answer: "followed",
  })),
  { row: "admin reserve", update: textUpdate("/admin reserve", viewer), answer: "reserve" },
  { row: "admin findings", update: textUpdate("/admin Findings", viewer), answer: "findings" },
  {
    row: "admin reconcile",
    update: textUpdate("/admin reconcile", admin),
    address: "treasury/stars",
    event: { type: "treasury.reconcile", by: "tg-77" },
    answer: "reconcile",
  },
  {
    row: "admin reconcile",
    update: textUpdate("/admin reconcile", viewer),
    answer: "adminNotAllowed",
  },
  {
    row: "admin topup",
    update: textUpdate("/admin topup 5 000", admin),
    address: "treasury/stars",
    event: { type: "ownerMove.said", kind: "topUp", stars: "5000", by: "tg-77" },
    answer: "ownerMove",
  },
  ...["1", "10000000", "10 000 000", "999", "12 345"].flatMap((amount) =>
    (["topup", "withdrawn"] as const).map((verb) => ({
      row: `admin ${verb}`,
      update: textUpdate(`/admin ${verb} ${amount}`, admin),
      address: "treasury/stars",
      event: {
        type: "ownerMove.said",
        kind: verb === "topup" ? "topUp" : "withdrawal",
        stars: amount.replaceAll(" ", ""),
      },
      answer: "ownerMove" as const,
    }))
  ),
  ...NO_AMOUNTS.flatMap((amount) =>
    ["topup", "withdrawn"].map((verb) => ({
      row: `admin ${verb}`,
      update: textUpdate(`/admin ${verb} ${amount}`, admin),
      answer: "treasuryHint" as const,
    }))
  ),
  {
    row: "admin withdrawn",
    update: textUpdate("/admin withdrawn 1000", admin),
    address: "treasury/stars",
    event: { type: "ownerMove.said", kind: "withdrawal", stars: "1000" },
    answer: "ownerMove",
  },
  {
    row: "admin withdrawn",
    update: textUpdate("/admin withdrawn 1000", viewer),
    answer: "adminNotAllowed",
  },
  {
    row: "admin ack",
    update: textUpdate("/admin ack 12 a gift by hand", admin),
    address: "treasury/stars",
    event: { type: "finding.acknowledge", id: "12", by: "tg-77", reason: "a gift by hand" },
    answer: "acknowledged",
  },
  ...["", "12", "twelve because", "-1 because"].map((words) => ({
    row: "admin ack",
    update: textUpdate(`/admin ack ${words}`, admin),
    answer: "treasuryHint" as const,
  })),
  { row: "admin panel", update: textUpdate("/admin", admin), answer: "adminPanel" },
  { row: "admin help", update: textUpdate("/admin help", admin), answer: "adminHelp" },
  {
    row: "admin commission",
    update: textUpdate("/admin commission 12.5", admin),
    address: "settings/platform",
    event: { type: "commission.set", bps: 1_250, by: "tg-77" },
    answer: "adminCommission",
  },
  {
    row: "admin commission",
    update: textUpdate("/admin commission 51", admin),
    answer: "adminBadForm",
  },
  {
    row: "words for an admin's panel",
    update: textUpdate("Friday", admin),
    address: "panel/tg-77",
    event: { type: "panel.said", text: "Friday" },
    answer: "adminDialogue",
  },
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
    answer: "raffle",
  },
  { row: "command /join_raffle", update: textUpdate("/join_raffle"), answer: "openRaffles" },
  { row: "command /join_raffle", update: textUpdate("🎟 Участвовать"), answer: "openRaffles" },
  ...["💫 Join (Stars)", "💳 Присоединиться (RUB)", "/join_raffle rub"].map((text) => (
    { row: "command /join_raffle", update: textUpdate(text), answer: "openRaffles" } as const
  )),
  { row: "command /join_raffle", update: textUpdate("/join_raffle rfl_one"), answer: "joinRaffle" },
  { row: "command /join_raffle", update: textUpdate("/join_raffle 7"), answer: "whichRaffle" },
  { row: "command /raffle", update: textUpdate("/raffle@TestBot rfl_one"), answer: "raffle" },
  { row: "command /raffle", update: textUpdate("/raffle"), answer: "whichRaffle" },
  { row: "command /my_raffles", update: textUpdate("/my_raffles"), answer: "myRaffles" },
  { row: "command /balance", update: textUpdate("/BALANCE"), answer: "balance" },
  { row: "command /stats", update: textUpdate("📊 Statistics"), answer: "statistics" },
  { row: "command /rules", update: textUpdate("📜 Правила"), answer: "rules" },
  { row: "command /help", update: textUpdate("❓ Help"), answer: "help" },
  { row: "command /paysupport", update: textUpdate("/paysupport"), answer: "paysupport" },
  { row: "command /terms", update: textUpdate("/terms"), answer: "terms" },
  { row: "command /privacy", update: textUpdate("/privacy"), answer: "privacy" },
  { row: "unknown command", update: textUpdate("/dance"), answer: "unknownCommand" },
  {
    row: "words in a private chat",
    update: textUpdate("hello"),
    address: "user/tg-42",
    event: { type: "words.said", words: "hello", isAdmin: false, atMs: 5 },
    answer: "said",
    key: /^tg:\d+$/,
  },
  { row: "other private message", update: messageUpdate({ photo: [] }), answer: "wordsOnly" },
  { row: "other private message", update: messageUpdate({ sticker: {} }), answer: "wordsOnly" },
  { row: "command /language", update: textUpdate("/language"), answer: "language" },
  { row: "command /deleteme", update: textUpdate("/deleteme"), answer: "deleteMe" },
  {
    row: "command /limits",
    update: textUpdate("/limits"),
    address: "user/tg-42",
    event: { type: "rules.asked", atMs: 5 },
    answer: "wish",
  },
  ...([
    ["u:l:ru", { type: "language.chosen", language: "ru" }],
    ["u:s:pay_1", { type: "support.chosen", paymentId: "pay_1" }],
    ["u:s:", { type: "support.chosen", paymentId: null }],
    ["u:r", { type: "rules.asked" }],
    ["u:r:d:3", { type: "limit.set", limit: "entriesPerDay", value: 3 }],
    ["u:r:w:", { type: "limit.set", limit: "starsPerWeek", value: null }],
    ["u:p:7:y", { type: "pause.set", days: 7 }],
    ["u:d:y", { type: "deletion.asked" }],
    ["u:d:n", { type: "deletion.withdrawn" }],
    [
      "u:v:15XTR.20RUB",
      {
        type: "balance.givenUp",
        amounts: [{ minor: "15", currency: "XTR" }, { minor: "20", currency: "RUB" }],
      },
    ],
  ] as const).map(([data, event]): Want => ({
    row: "button",
    update: buttonUpdate(data),
    address: "user/tg-42",
    event,
    answer: "wish",
    key: /^tg:\d+$/,
  })),
  { row: "button", update: buttonUpdate("u:p:7:"), answer: "pauseAsked" },
  { row: "button", update: buttonUpdate("u:b:1.2.3"), answer: "balance" },
  { row: "button", update: buttonUpdate("u:h:1.2"), answer: "myRaffles" },
  { row: "button", update: buttonUpdate("u:a:dsp_42_x"), answer: "adminRefused" },
  { row: "button", update: buttonUpdate("u:g:tg-42:z"), answer: "adminRefused" },
  { row: "button", update: buttonUpdate("u:q:1"), answer: "adminRefused" },
  {
    row: "button",
    update: buttonUpdate("u:a:dsp_42_x", admin),
    address: "user/tg-77",
    event: { type: "answer.begun", disputeId: "dsp_42_x" },
    answer: "wish",
  },
  { row: "button", update: buttonUpdate("u:g:tg-42:z", admin), answer: "adminLog" },
  { row: "button", update: buttonUpdate("u:q:1", admin), answer: "adminDisputes" },
  { row: "admin log", update: textUpdate("/admin log tg-42", admin), answer: "adminLog" },
  { row: "admin log", update: textUpdate("/admin log 42", admin), answer: "adminLog" },
  { row: "admin log", update: textUpdate("/admin log", admin), answer: "adminWhichPlayer" },
  { row: "admin log", update: textUpdate("/admin log <b>", admin), answer: "adminWhichPlayer" },
  { row: "admin disputes", update: textUpdate("/admin disputes", admin), answer: "adminDisputes" },
  {
    row: "button outside a private chat",
    update: buttonInGroup("balance:rfl_one"),
    answer: "privateButtonOnly",
  },
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
      entriesPerDay: 50,
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
  {
    row: "button",
    update: buttonUpdate("claim:rfl_one", admin),
    address: "raffle/rfl_one",
    event: { type: "prize.claim", playerId: "tg-77" },
    answer: "prizeClaimed",
  },
  { row: "button", update: buttonUpdate("mine:rfl_one"), answer: "ticketProof" },
  { row: "old button", update: buttonUpdate("claim:1:rfl_one"), answer: "oldButton" },
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
  {
    row: "button",
    update: buttonUpdate("rubles:rfl_one"),
    address: "user/tg-42",
    event: { type: "entry.requested", raffleId: raffle, method: "rubles", wantsEmail: true },
    answer: "entryAsked",
  },
  ...[["/topup 250", "25000"], ["/topup 99,50 ₽", "9950"], ["/topup 1 000", "100000"]]
    .map(([text = "", minor]) => ({
      row: "command /topup",
      update: textUpdate(text),
      address: "user/tg-42",
      event: {
        type: "topup.requested",
        amount: { minor, currency: "RUB" },
        bounds: { least: "5000", most: "1500000" },
      },
      answer: "topUpAsked" as const,
      key: /^tg:\d+$/,
    })),
  {
    row: "command /email",
    update: textUpdate("/email"),
    address: "user/tg-42",
    event: { type: "email.asked" },
    answer: "wish",
  },
  {
    row: "command /cashout",
    update: textUpdate("/cashout"),
    address: "cashOut/tg-42",
    event: { type: "cashOut.begin", asksName: true },
    answer: "cashOut",
    key: /^tg:\d+$/,
  },
  {
    row: "words for the dialogue about rubles",
    update: textUpdate("8 900 123-45-67", { ...anna, id: 55 }),
    address: "cashOut/tg-55",
    event: { type: "cashOut.said", text: "8 900 123-45-67" },
    answer: "cashOut",
    key: /^tg:\d+$/,
  },
  {
    row: "button",
    update: buttonUpdate("c:n:card"),
    address: "cashOut/tg-42",
    event: { type: "cashOut.begin", channel: "card" },
    answer: "cashOut",
  },
  ...([
    ["c:w:a1:sbp", { type: "cashOut.channel", channel: "sbp", of: "a1" }, "cashOut"],
    ["c:a:a1", { type: "cashOut.all", of: "a1" }, "cashOut"],
    [
      "c:b:a1:100000000111",
      { type: "cashOut.bank", bankId: "100000000111", of: "a1" },
      "cashOut",
    ],
    ["c:p:a1:2", { type: "cashOut.page", page: 2, of: "a1" }, "cashOut"],
    ["c:x:a1", { type: "cashOut.cancel", of: "a1" }, "cashOutCancelled"],
    [
      "c:y:a1",
      {
        type: "cashOut.confirm",
        of: "a1",
        withdrawal: {
          withdrawalId: expect.stringMatching(/^wdr_[A-Za-z0-9]{16}$/),
          telegramUserId: 42,
          limit: { minor: "500000", currency: "RUB" },
          adminIds: ["tg-77"],
        },
      },
      "cashOutConfirmed",
    ],
  ] as const).map(([data, event, answer]) => ({
    row: "button",
    update: buttonUpdate(data),
    address: "cashOut/tg-42",
    event,
    answer,
  })),
  { row: "command /topup", update: textUpdate("/topup"), event: seen, answer: "topUp" },
  ...["much", "-5", "1e3", "0x10", "1.234", "12345678901", "5 usd", "٣", "1".repeat(4_000)]
    .map((given) => ({
      row: "command /topup",
      update: textUpdate(`/topup ${given}`),
      event: seen,
      answer: "topUpWhich" as const,
    })),
  { row: "button", update: buttonUpdate("u:t:"), event: seen, answer: "topUp" },
  {
    row: "button",
    update: buttonUpdate("u:t:500"),
    address: "user/tg-42",
    event: { type: "topup.requested", amount: { minor: "50000", currency: "RUB" } },
    answer: "topUpAsked",
  },
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

  it("makes the same top-up from the same update, and another from another", () => {
    const update = textUpdate("/topup 250");
    const id = (input: unknown) =>
      (route(input).sends.at(-1)?.event as { topUpId?: string } | undefined)?.topUpId;
    expect(id(update)).toMatch(/^tup_[A-Za-z0-9]{16}$/);
    expect(id(update)).toBe(id(update));
    expect(id(textUpdate("/topup 250"))).not.toBe(id(update));
  });

  it.each([
    ["/email", "noReceipts", undefined],
    ["/topup 250", "topUpAsked", "topup.requested"],
    ["/rubles", "entryAsked", "entry.requested"],
  ])("asks for no e-mail address where there are no receipts: %s", (text, answer, type) => {
    const without = { ...context, rubles: { topUp, hasReceipts: false } };
    const update = decodeUpdate(
      text === "/rubles" ? buttonUpdate("rubles:rfl_one") : textUpdate(text),
    );
    const incoming = { source: "telegram" as const, update };
    const routed = routingTable.find((candidate) => candidate.matches(incoming, without))
      ?.route(incoming, without);
    expect(routed?.answer.kind).toBe(answer);
    const event = routed?.sends.at(-1)?.event;
    expect(event).not.toHaveProperty("wantsEmail");
    expect(event?.type).toBe(type ?? "user.seen");
  });

  it.each(["/topup 250", "u:t:500"])("begins no top-up where rubles are not taken: %s", (text) => {
    const without = { ...context, rubles: undefined };
    const update = decodeUpdate(text.startsWith("/") ? textUpdate(text) : buttonUpdate(text));
    const incoming = { source: "telegram" as const, update };
    const row = routingTable.find((candidate) => candidate.matches(incoming, without));
    const routed = row?.route(incoming, without);
    expect(routed?.answer).toEqual({ kind: "topUp" });
    expect(routed?.sends.map(({ event }) => event.type)).toEqual(["user.seen"]);
  });

  it.each(["/cashout", "c:n:", "c:y:a1"])("pays no rubles out where there are none: %s", (text) => {
    const without = { ...context, payouts: undefined };
    const update = decodeUpdate(text.startsWith("/") ? textUpdate(text) : buttonUpdate(text));
    const incoming = { source: "telegram" as const, update };
    const row = routingTable.find((candidate) => candidate.matches(incoming, without));
    const routed = row?.route(incoming, without);
    expect(routed?.answer).toEqual({ kind: "noPayouts" });
    expect(routed?.sends.map(({ event }) => event.type)).toEqual(["user.seen"]);
  });

  it("makes the same withdrawal of rubles from the same question, and another from another", () => {
    const id = (data: string) =>
      (route(buttonUpdate(data)).sends.at(-1)?.event as unknown as {
        withdrawal: { withdrawalId: string };
      }).withdrawal.withdrawalId;
    expect(id("c:y:a1")).toBe(id("c:y:a1"));
    expect(id("c:y:a1")).not.toBe(id("c:y:a2"));
  });

  it("gives a player's words to whom asked him last", () => {
    const dialogue = { kind: "support", untilMs: 15 * 60_000 + 3 };
    const words = textUpdate("It did not come", { ...anna, id: 55 });
    views.set("user/tg-55", {
      value: "active",
      context: { dialogue },
      status: "active",
      output: undefined,
      tags: ["active"],
      revision: 1,
    });
    expect(route(words).row).toBe("words in a private chat");
    views.delete("user/tg-55");
    expect(route(words).row).toBe("words for the dialogue about rubles");
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
    const routed = row?.route(incoming, strict).look?.route(undefined);
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

describe("roles", () => {
  const admins = createAdmins({ owners: [1, 2], operators: [3], viewers: [4, 1] });
  const rolesContext = { ...context, admins };
  const answerTo = (id: number, text: string) => {
    const incoming = {
      source: "telegram" as const,
      update: decodeUpdate(textUpdate(text, { ...anna, id })),
    };
    const row = routingTable.find((candidate) => candidate.matches(incoming, rolesContext));
    const found = row?.route(incoming, rolesContext);
    return (found?.look?.route(undefined) ?? found)?.answer;
  };

  it("has the highest of several, and counts those whose word forces a draw", () => {
    expect([1, 2, 3, 4, 5].map((id) => admins.roleOf(id)))
      .toEqual(["owner", "owner", "operator", "viewer", undefined]);
    expect(admins.votesNeeded).toBe(2);
    expect(new Set(admins.owners)).toEqual(new Set(["tg-1", "tg-2"]));
    expect(new Set(admins.runners)).toEqual(new Set(["tg-1", "tg-2", "tg-3"]));
    expect(createAdmins({ owners: [1], viewers: [2] }).votesNeeded).toBe(1);
    expect(createAdmins({ owners: [] }).votesNeeded).toBe(1);
  });

  it.each([
    "create price=1",
    "create",
    "open rfl_1",
    "force rfl_1",
    "stop rfl_1 x",
    "pause rfl_1",
    "retry rfd_1",
  ])(
    "lets owners and operators /admin %s, and tells a viewer who may",
    (words) => {
      for (const id of [1, 3]) expect(answerTo(id, `/admin ${words}`)?.kind).not.toMatch(/Allowed/);
      expect(answerTo(4, `/admin ${words}`))
        .toEqual({ kind: "adminNotAllowed", roles: ["owner", "operator"] });
      expect(answerTo(5, `/admin ${words}`)).toEqual({ kind: "adminRefused" });
    },
  );

  it.each(["commission 10", "approve wdr_1", "decline wdr_1 no", "topup 5", "ack 1 because"])(
    "lets nobody but owners /admin %s",
    (words) => {
      for (const id of [3, 4]) {
        expect(answerTo(id, `/admin ${words}`)).toEqual({
          kind: "adminNotAllowed",
          roles: ["owner"],
        });
      }
      expect(answerTo(1, `/admin ${words}`)?.kind).not.toMatch(/adminNotAllowed|adminRefused/);
      expect(answerTo(5, `/admin ${words}`)).toEqual({ kind: "adminRefused" });
    },
  );

  it("lets a viewer look", () => {
    expect(answerTo(4, "/admin list")).toEqual({ kind: "adminList" });
  });

  it.each([["admopen:rfl_1", "open"], ["p:ag:rfl_1:k", "force"], ["p:ad:rfl_1:k", "redraw"]])(
    "asks for the right again at the button %s",
    (data, command) => {
      const press = (id: number) => {
        const update = decodeUpdate(buttonUpdate(data, { ...anna, id }));
        const incoming = { source: "telegram" as const, update };
        const row = routingTable.find((candidate) => candidate.matches(incoming, rolesContext));
        return row?.route(incoming, rolesContext);
      };
      expect(press(3)?.answer).toMatchObject({ kind: "adminDone", command });
      expect(press(4)).toMatchObject({ sends: [], answer: { kind: "adminNotAllowed" } });
      expect(press(5)).toMatchObject({ sends: [], answer: { kind: "adminRefused" } });
    },
  );
});
