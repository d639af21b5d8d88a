/**
 * What holds for every machine: it can be read in a viewer, every state can be reached, and a stored
 * snapshot has the same future as the one that was never stored.
 */
import { type AnyStateMachine, createActor, initialTransition, transition } from "xstate";
import { getAdjacencyMap, getShortestPaths } from "xstate/graph";
import { describe, expect, it } from "vitest";
import * as bankPayment from "./bank_payment_machine.ts";
import * as bankPayout from "./bank_payout_machine.ts";
import * as broadcast from "./broadcast_machine.ts";
import * as checks from "./checks_machine.ts";
import * as cashOut from "./cash_out_machine.ts";
import * as payment from "./payment_machine.ts";
import * as panel from "./panel_machine.ts";
import * as payout from "./payout_machine.ts";
import * as raffle from "./raffle_machine.ts";
import * as refund from "./refund_machine.ts";
import { tellEverybody, type TurnPage } from "./domain/broadcast.ts";
import { raffleIdIn } from "./domain/series.ts";
import {
  bankPaymentTags,
  bankPayoutTags,
  broadcastTags,
  cashOutTags,
  checksTags,
  panelTags,
  paymentTags,
  payoutTags,
  raffleTags,
  refundTags,
  seriesTags,
  settingsTags,
  suspicionTags,
  templatesTags,
  topUpTags,
  treasuryTags,
  userTags,
  withdrawalTags,
} from "./tags.ts";
import * as series from "./series_machine.ts";
import * as settings from "./settings_machine.ts";
import * as templates from "./templates_machine.ts";
import { done, failed, testTerms } from "./testing/world.ts";
import * as topUp from "./topup_machine.ts";
import * as suspicion from "./suspicion_machine.ts";
import * as treasury from "./treasury_machine.ts";
import * as user from "./user_machine.ts";
import * as withdrawal from "./withdrawal_machine.ts";

const AT_MS = Date.UTC(2026, 0, 5, 12);
const LIVE = AT_MS + 60_000;
const price = { minor: "10", currency: "XTR" };
const rubles = { minor: "10000", currency: "RUB" };
const facts = { chargeId: "yk_1", status: "pending", amount: rubles, atMs: AT_MS };
const stopDeed = { kind: "stop", raffleId: "rfl_1", title: "A", entries: 2, seen: "open" };
const vote = { needed: 2, others: ["tg-8"], name: "Olga" };
const by = { by: "tg-9", reason: "Because", atMs: AT_MS };
const prize = { minor: "17", currency: "XTR" } as const;
const verdict = {
  isValid: true,
  pot: { minor: "20", currency: "XTR" },
  commission: { minor: "3", currency: "XTR" },
  winners: [{ place: 1, number: 1, playerId: "tg-1", prize }],
};
const fullPage = Array.from({ length: 100 }, (_, index) => ({
  number: index + 1,
  playerId: `tg-${index}`,
  paymentId: `pay_${index}`,
}));
const charge = { chargeId: "ch_1", payerId: "tg-1", amount: price, atMs: AT_MS };
const claim = {
  type: "ticket.claim",
  paymentId: "pay_1",
  salt: "5a",
  isFirstOfPlayer: true,
  placeUntilMs: 0,
  source: { method: "stars", account: "payment/pay_1/clearing" },
  atMs: AT_MS,
};
const entry = { paymentId: "pay_1", raffleId: "rfl_1", atMs: AT_MS };
const places = { ticketsPerPlayer: 1, closingWindowMs: 60_000 };
const said = { words: "Where is it?", disputeId: "dsp_1_x", isAdmin: true, atMs: AT_MS };
const profile = { name: "Ann", language: "en", atMs: AT_MS };

const topUpAsked = {
  type: "topup.requested",
  topUpId: "tup_1",
  amount: rubles,
  bounds: { least: "100", most: "20000" },
  atMs: AT_MS,
};
const barred = {
  suspicionId: "sus_1",
  raffleId: "rfl_1",
  signal: "burst",
  untilMs: AT_MS + 86_400_000,
  atMs: AT_MS,
};
const exclusion = {
  suspicionId: "sus_1",
  paymentIds: ["pay_1"],
  isLastOfPlayer: true,
  atMs: AT_MS,
};
const limits = {
  newHours: 24,
  newUserId: 0,
  entriesPerMinute: 10,
  entriesPerHour: 30,
  burstPlayers: 20,
  burstSeconds: 10,
  sharedDestination: 2,
  foreignInvoices: 3,
};
const noLimits = Object.fromEntries(Object.keys(limits).map((name) => [name, 0]));
const after = { atMs: AT_MS, paymentId: "pay_1" };
const found = {
  suspicionId: "sus_1",
  playerId: "tg-1",
  raffleId: "rfl_1",
  signal: "velocity",
  evidence: { perMinute: 12 },
};

const judged = {
  isLast: true,
  position: 3,
  lateCharges: [{ ...charge, paymentId: "pay_1" }],
  lateReturns: [],
  found: [{ kind: "topUp", stars: "5" }],
  news: [],
  newsCount: 0,
  open: 0,
  rows: 4,
  atMs: AT_MS,
};

const ofSeries = { raffleId: "rfl_1", atMs: AT_MS };
const template = { templateId: "tpl_1", name: "Friday", terms: testTerms() };
const daily = { unit: "days", count: 1, time: "18:00", zone: "UTC" };
const plan = (rule: object, limit: number | null = null) => ({ plan: { rule, limit } });
const named = { templateId: "tpl_1", name: "Friday", ...by };
const pending = { payoutId: "po-1", status: "pending" };
const payoutLooks = ["lookUpBankPayout", "searchBankPayout", "searchLostPayout", "searchGivenUp"];
const turn = { turn: "a", atMs: AT_MS };

type Event = { type: string };
interface Subject {
  name: string;
  machine: AnyStateMachine;
  version: number;
  tags: readonly string[];
  inputs: object[];
  /** Events with what they carry; timers and failures are added from the machine itself. */
  events: Event[];
  /** What tells two states apart, so that counters do not make endless many. */
  keyOf: (context: never) => unknown;
}

const subjects: Subject[] = [
  {
    name: "user",
    machine: user.userMachine,
    version: user.version,
    tags: userTags,
    inputs: [
      { playerId: "tg-1", chatId: 1, name: "Ann", language: "en", atMs: AT_MS, entriesPerDay: 1 },
    ],
    events: [
      { type: "user.seen", ...profile },
      { type: "user.started", ...profile },
      { type: "bot.blocked" },
      { type: "bot.unblocked" },
      { type: "observing.stopped", raffleId: "rfl_1", atMs: AT_MS } as Event,
      { type: "entry.requested", ...entry, salt: "5a", method: "stars" } as Event,
      { type: "place.requested", ...entry, terms: places } as Event,
      { type: "place.released", ...entry },
      { ...claim, type: "entry.paid", raffleId: "rfl_1", terms: places } as Event,
      { type: "ticket.refused", ...entry, reason: "full" } as Event,
      { type: "raffle.ended", raffleId: "rfl_1" } as Event,
      { type: "ticket.void", ...entry, chargeId: "ch_1" } as Event,
      { type: "series.followed", raffleId: "rfl_1", isStopped: false, atMs: AT_MS } as Event,
      { type: "player.barred", ...barred } as Event,
      { type: "bar.lifted", suspicionId: "sus_1" } as Event,
      { type: "language.chosen", language: "ru", atMs: AT_MS } as Event,
      { type: "rules.asked", atMs: AT_MS } as Event,
      { type: "limit.set", limit: "starsPerWeek", value: 5, atMs: AT_MS } as Event,
      { type: "pause.set", days: 1, atMs: AT_MS } as Event,
      { type: "support.chosen", paymentId: "pay_1", atMs: AT_MS } as Event,
      { type: "answer.begun", disputeId: "dsp_2_x", atMs: AT_MS } as Event,
      { type: "words.said", ...said } as Event,
      { type: "words.said", ...said, words: "" } as Event,
      { type: "dispute.answered", ...said, by: "tg-9" } as Event,
      { type: "deletion.asked", atMs: AT_MS } as Event,
      { type: "deletion.withdrawn", atMs: AT_MS } as Event,
      { type: "deletion.due" },
      topUpAsked,
      { ...topUpAsked, wantsEmail: true } as Event,
      { type: "email.asked", atMs: AT_MS } as Event,
      { type: "words.said", ...said, words: "anna@example.org" } as Event,
      { type: "topup.ended", topUpId: "tup_1" } as Event,
      done("checkDeletion", { tickets: 0, payments: 0, balances: [] }),
      done("checkDeletion", { tickets: 1, payments: 0, balances: [] }),
      done("checkDeletion", { tickets: 0, payments: 0, balances: [price] }),
      { type: "balance.givenUp", amounts: [price], atMs: AT_MS } as Event,
      done("erasePlayer", { erased: 3 }),
    ],
    keyOf: (context: user.UserContext) => [
      context.entries,
      context.entriesToday,
      context.dialogue?.kind,
      context.bars,
      context.chatId,
      context.topUps?.length,
    ],
  },
  {
    name: "raffle",
    machine: raffle.raffleMachine,
    version: raffle.version,
    tags: raffleTags,
    inputs: [
      { drawAt: "minimum" as const },
      { drawAt: "deadline" as const },
      {
        drawAt: "deadline" as const,
        guaranteedPrize: prize,
        claimWithinMs: 60_000,
        reviewMs: 60_000,
      },
    ].map((terms) => ({
      raffleId: "rfl_1",
      terms: testTerms({ ...terms, maxTickets: 2, durationMs: 60_000 }),
      createdBy: "tg-9",
      atMs: AT_MS,
    })),
    events: [
      { type: "raffle.open", ...by },
      { type: "raffle.pause", ...by },
      { type: "raffle.resume", ...by },
      { type: "raffle.stop", ...by },
      { type: "raffle.force", ...by },
      { type: "raffle.force", ...by, vote } as Event,
      { type: "raffle.edit", ...by, changes: { title: "Other" } } as Event,
      { type: "raffle.edit", ...by, changes: { guaranteedPrize: price } } as Event,
      done("holdGuarantee", {
        isHeld: true,
        guarantee: { holds: 1, held: prize },
        prize,
        atMs: AT_MS,
      }),
      done("holdGuarantee", { isHeld: false, needed: prize, covered: price, atMs: AT_MS }),
      { type: "prize.claim", playerId: "tg-1", atMs: AT_MS } as Event,
      { type: "claimReminder.due" },
      done("openClaims", { atMs: AT_MS }),
      { type: "dispute.recheck", ...by },
      { type: "dispute.refund", ...by },
      { type: "dispute.refund", ...by, by: "tg-8" } as Event,
      { type: "entry.quote", ...entry },
      { type: "place.reserve", ...entry, playerId: "tg-1" } as Event,
      { type: "place.released", ...entry, untilMs: LIVE } as Event,
      { ...claim, playerId: "tg-1" } as Event,
      { ...claim, playerId: "tg-2", placeUntilMs: LIVE } as Event,
      { type: "playersJoined.due" },
      { type: "ticket.void", ...entry, chargeId: "ch_1", isLastOfPlayer: true } as Event,
      { type: "player.exclude", suspicionId: "sus_1" } as Event,
      { type: "tickets.exclude", ...exclusion } as Event,
      { type: "refund.done", ...entry },
      { type: "payout.done", payoutId: "pyo_1_1" } as Event,
      done("countPlayers", { tickets: 2, players: 2, suspects: 1, atMs: AT_MS }),
      done("countPlayers", { tickets: 1, players: 1 }),
      done("takeDrawTicket", { drawTicketId: "dt" }),
      done("sealTickets", {
        seal: "5e",
        tickets: 2,
        sealedAtMs: AT_MS,
        beacon: { round: 7, atMs: LIVE },
      }),
      done("fetchBeacon", { signature: "b4" }),
      done("requestDraw", { serialNumber: 1 }),
      done("verifyDraw", verdict),
      done("verifyDraw", { isValid: false, reason: "unknownKey" }),
      done("pageEnded", { tickets: fullPage }),
      done("pageEnded", { tickets: [] }),
      done("pageRefunds", { tickets: fullPage }),
      done("pageRefunds", { tickets: fullPage.slice(0, 1) }),
    ],
    keyOf: (context: raffle.RaffleContext) => [
      context.tickets,
      context.places,
      context.isForced,
      context.isJoinedNoticeDue,
      context.isDrawWaitTold,
      context.refundVote,
      context.payoutsOpen,
      Math.sign(context.refundsOpen),
      context.disputeReason,
      context.guarantee?.held,
      context.claims?.holders,
      Boolean(context.reviewUntilMs),
    ],
  },
  {
    name: "payment",
    machine: payment.paymentMachine,
    version: payment.version,
    tags: paymentTags,
    inputs: ["stars", "rubles", "balance"].map((method) => ({
      ...entry,
      playerId: "tg-1",
      chatId: 1,
      language: "en",
      method,
      salt: "5a",
    })),
    events: [
      { type: "payment.start" },
      { type: "precheckout.received", queryId: "q1", payerId: "tg-1", amount: price } as Event,
      { type: "precheckout.received", queryId: "q2", payerId: "tg-2", amount: price } as Event,
      { type: "payment.confirmed", ...charge },
      { type: "payment.confirmed", ...charge, chargeId: "ch_2" } as Event,
      { type: "payment.confirmed", ...charge, chargeId: "ch_3", payerId: "tg-2" } as Event,
      { type: "payment.refunded", ...charge },
      { type: "entry.quoted", title: "Friday", price, terms: places, atMs: AT_MS } as Event,
      { type: "entry.quoted", title: "Friday", price: rubles, terms: places } as Event,
      { type: "payment.confirmed", ...charge, amount: rubles, provider: "yookassa" } as Event,
      { type: "bank.ended", reason: "bankUnpaid" } as Event,
      { type: "entry.refused", reason: "closed" } as Event,
      { type: "place.reserved", untilMs: LIVE, atMs: AT_MS } as Event,
      { type: "place.refused", reason: "full" } as Event,
      { type: "ticket.issued", number: 1 } as Event,
      { type: "ticket.refused", reason: "full" } as Event,
      { type: "entry.refund", reason: "stoppedByAdmin", atMs: AT_MS } as Event,
      { type: "ticket.excluded", atMs: AT_MS } as Event,
      { type: "refund.done", refundId: "rfd_1", chargeId: "ch_1" } as Event,
      { type: "charge.spent", withdrawalId: "wdr_1", atMs: AT_MS } as Event,
      done("sendInvoice", { messageId: 1 }),
      done("takeFromBalance", { isTaken: true }),
      done("takeFromBalance", { isTaken: false }),
    ],
    keyOf: (context: payment.PaymentContext) => [
      context.method,
      context.chargeId,
      context.otherCharges.toSorted(),
      context.queryId,
      context.placeUntilMs,
      context.isChargedBack,
    ],
  },
  {
    name: "refund",
    machine: refund.refundMachine,
    version: refund.version,
    tags: refundTags,
    inputs: [{}, { provider: "yookassa" }]
      .map((by) => ({ ...charge, refundId: "rfd_1", paymentId: "pay_1", reason: "full", ...by })),
    events: [
      { type: "refund.start" },
      { type: "refund.noticed" },
      { type: "refund.retry", by: "tg-9" } as Event,
      done("refundStars", { isRefunded: true }),
      done("refundRubles", { status: "succeeded" }),
      done("refundRubles", { status: "pending" }),
      done("refundRubles", { status: "canceled", reason: "payment_expired" }),
    ],
    keyOf: ({ attempts, isFailureTold, looks }: refund.RefundContext) => [
      attempts,
      isFailureTold,
      Math.min(looks ?? 0, 2),
    ],
  },
  {
    name: "bankPayment",
    machine: bankPayment.bankPaymentMachine,
    version: bankPayment.version,
    tags: bankPaymentTags,
    inputs: [{ bankPaymentId: "bnk_1", owner: "payment/pay_1", playerId: "tg-1", amount: rubles }],
    events: [
      { type: "bank.start" },
      { type: "bank.noticed" },
      done("createBankPayment", { isMade: false, reason: "forbidden" }),
      done("createBankPayment", { isMade: true, facts: { ...facts, link: "https://pay" } }),
      done("createBankPayment", { isMade: true, facts }),
      done("lookUpBankPayment", facts),
      done("lookUpBankPayment", { ...facts, status: "succeeded", fee: rubles }),
      done("lookUpBankPayment", { ...facts, status: "succeeded" }),
      done("lookUpFee", { ...facts, status: "succeeded", fee: rubles }),
      done("lookUpFee", { ...facts, status: "succeeded" }),
      done("createBankPayment", { isMade: false, reason: "noEmail", isEmailWrong: true }),
      done("lookUpBankPayment", { ...facts, status: "canceled", reason: "invalid_csc" }),
      done("lookUpBankPayment", { ...facts, status: "succeeded", foreign: "shop" }),
    ],
    keyOf: ({ tries, chargeId }: bankPayment.BankPaymentContext) => [Math.min(tries, 2), chargeId],
  },
  {
    name: "bankPayout",
    machine: bankPayout.bankPayoutMachine,
    version: bankPayout.version,
    tags: bankPayoutTags,
    inputs: [{ withdrawalId: "wdr_1", playerId: "tg-1", amount: rubles, atMs: AT_MS }],
    events: [
      { type: "payout.start" },
      { type: "bank.noticed" },
      { type: "payout.giveUp" },
      { type: "payout.settled" },
      done("createBankPayout", { kind: "notMade", reason: "forbidden" }),
      done("createBankPayout", { kind: "unclear" }),
      ...[pending, { ...pending, status: "succeeded" }, { ...pending, status: "canceled" }, {
        ...pending,
        foreign: "amount",
      }].flatMap((facts) => [
        done("createBankPayout", { kind: "made", facts }),
        ...payoutLooks.map((look) => done(look, { facts })),
      ]),
      ...payoutLooks.map((look) => done(look, { facts: null })),
    ],
    keyOf: ({ tries, payoutId, isRepeat }: bankPayout.BankPayoutContext) => [
      Math.min(tries, 2),
      payoutId,
      isRepeat,
    ],
  },
  {
    name: "cashOut",
    machine: cashOut.cashOutMachine,
    version: cashOut.version,
    tags: cashOutTags,
    inputs: [{ playerId: "tg-1" }],
    events: [
      { type: "cashOut.begin", asksName: true, cardKey: "k", ...turn } as Event,
      { type: "cashOut.begin", channel: "sbp", asksName: false, cardKey: "k", ...turn } as Event,
      { type: "cashOut.channel", channel: "card", of: "a", ...turn } as Event,
      { type: "cashOut.channel", channel: "yooMoney", of: "a", ...turn } as Event,
      { type: "cashOut.channel", channel: "sbp", of: "a", ...turn } as Event,
      { type: "cashOut.channel", channel: "sbp", of: "old", ...turn } as Event,
      ...["50", "nonsense", "89001234567", "4100116074720387", "Иванов Иван"]
        .map((text) => ({ type: "cashOut.said", text, ...turn })),
      { type: "cashOut.all", of: "a", ...turn } as Event,
      { type: "cashOut.bank", bankId: "100000000111", of: "a", ...turn } as Event,
      { type: "cashOut.page", page: 1, of: "a", ...turn } as Event,
      { type: "cashOut.card", key: "k", token: "t", last4: "4477", ...turn } as Event,
      { type: "cashOut.cancel", of: "a", ...turn } as Event,
      {
        type: "cashOut.confirm",
        of: "a",
        withdrawal: { withdrawalId: "wdr_1", telegramUserId: 1, limit: rubles, adminIds: [] },
        ...turn,
      } as Event,
      done("readRubles", { balance: rubles }),
      done("readRubles", { balance: { ...rubles, minor: "0" } }),
    ],
    keyOf: ({ channel, amount, draft, problem, asksName, page }: cashOut.CashOutContext) => [
      channel,
      amount,
      draft,
      problem?.problem,
      asksName,
      page,
    ],
  },
  {
    name: "topup",
    machine: topUp.topUpMachine,
    version: topUp.version,
    tags: topUpTags,
    inputs: [{ topUpId: "tup_1", playerId: "tg-1", language: "en", amount: rubles, atMs: AT_MS }],
    events: [
      { type: "topup.start" },
      { type: "payment.confirmed", ...charge, amount: rubles, provider: "yookassa" } as Event,
      { type: "bank.ended", reason: "bankUnpaid" } as Event,
    ],
    keyOf: () => 0,
  },
  {
    name: "payout",
    machine: payout.payoutMachine,
    version: payout.version,
    tags: payoutTags,
    inputs: [{ payoutId: "pyo_1_1", raffleId: "rfl_1", playerId: "tg-1", amount: prize, place: 1 }],
    events: [{ type: "payout.credit" }],
    keyOf: () => 0,
  },
  {
    name: "withdrawal",
    machine: withdrawal.withdrawalMachine,
    version: withdrawal.version,
    tags: withdrawalTags,
    inputs: [
      { kind: "gift", giftId: "1" },
      { kind: "refund" },
      { kind: "sbp", masked: "+7 900 •••-••-67" },
    ].map((choice) => ({
      withdrawalId: "wdr_1",
      playerId: "tg-1",
      telegramUserId: 1,
      choice,
      amount: prize,
      limit: price,
      adminIds: ["tg-8", "tg-9"],
      atMs: AT_MS,
    })).flatMap((input) => [input, { ...input, limit: prize }]),
    events: [
      { type: "withdrawal.start" },
      { type: "withdrawal.cancel", ...by, by: "tg-1" } as Event,
      { type: "withdrawal.approve", ...by },
      { type: "withdrawal.approve", ...by, by: "tg-8" } as Event,
      { type: "withdrawal.decline", ...by },
      { type: "withdrawal.settle", ...by },
      { type: "withdrawal.void", ...by },
      { type: "payout.succeeded", payoutId: "po-1" } as Event,
      { type: "payout.canceled", reason: "general_decline" } as Event,
      { type: "payout.canceled", reason: "insufficient_funds" } as Event,
      { type: "payout.lost" },
      { type: "payout.found" },
      { type: "payout.silent" },
      done("checkGift", { isAvailable: true }),
      done("checkGift", { isAvailable: false, reason: "giftEnded" }),
      done("openWithdrawal", { isOpen: true, lastDay: prize }),
      done("openWithdrawal", { isOpen: false, reason: "busy" }),
      done("sendPrize", { isSent: true, candidates: [] }),
      done("sendPrize", { isSent: false, reason: "soldOut" }),
      done("sendPrize", { isSent: false, reason: "botBalanceTooLow" }),
      done("findPurchases", { candidates: [] }),
      done("claimTransaction", { transactionId: "stx_1" }),
      done("claimTransaction", { transactionId: null }),
      done("takeCharges", {
        isTaken: true,
        charges: [{ paymentId: "pay_1", raffleId: "rfl_1", chargeId: "ch_1", amount: price }],
      }),
      done("takeCharges", { isTaken: false, reason: "chargesChanged" }),
    ],
    keyOf: ({ approvals, looks }: withdrawal.WithdrawalContext) => [
      approvals.toSorted(),
      Math.min(looks, 2),
    ],
  },
  {
    name: "treasury",
    machine: treasury.treasuryMachine,
    version: treasury.version,
    tags: treasuryTags,
    inputs: [{ admins: [9], alarmBelow: "3000", paysBroadcasts: false }],
    events: [
      {
        type: "treasury.configured",
        admins: [9],
        alarmBelow: "100",
        paysBroadcasts: true,
      } as Event,
      { type: "treasury.reconcile", by: "tg-9" } as Event,
      { type: "ownerMove.said", kind: "topUp", stars: "5", by: "tg-9", atMs: AT_MS } as Event,
      { type: "finding.acknowledge", id: "1", ...by } as Event,
      { type: "reserve.short", what: "gift", needed: price } as Event,
      { type: "reserve.short", what: "refund", needed: rubles } as Event,
      { type: "bank.refuses", reason: "forbidden" } as Event,
      { type: "bank.feeUnknown", chargeId: "yk_1" } as Event,
      done("settlePage", { isLast: true }),
      done("settlePage", { isLast: false }),
      done("lookAtReserve", { reserve: "50", atMs: AT_MS }),
      done("lookAtReserve", { reserve: "5000", atMs: AT_MS + 86_400_000 }),
      done("readStarBooks", { isEnd: true, until: { position: 1, atMs: AT_MS } }),
      done("readStarBooks", { isEnd: false, until: { position: 1, atMs: AT_MS } }),
      done("judgeStarBooks", judged),
      done("judgeStarBooks", { ...judged, isLast: false }),
    ],
    keyOf: (
      { isRound, isRoundDue, isLow, isWanted, lookedAtMs, reportedDay, reconciledDay }:
        treasury.TreasuryContext,
    ) => [
      isRound,
      isRoundDue,
      isLow,
      isWanted,
      lookedAtMs,
      reportedDay,
      reconciledDay,
    ],
  },
  {
    name: "panel",
    machine: panel.panelMachine,
    version: panel.version,
    tags: panelTags,
    inputs: [{ adminId: "tg-9" }],
    events: [
      {
        type: "panel.create",
        raffleId: "rfl_1",
        commissionBps: 1_500,
        turn: "a",
        atMs: AT_MS,
      } as Event,
      { type: "panel.use", ...named, raffleId: "rfl_2", day: "05.01.2026", turn: "a" } as Event,
      done("readTemplate", { template, isCovered: true, hasRubles: true, atMs: AT_MS }),
      done("readTemplate", { template: null, isCovered: true, hasRubles: true, atMs: AT_MS }),
      { type: "panel.ask", turn: "a", atMs: AT_MS, deed: { kind: "drop", letterId: 1 } } as Event,
      { type: "panel.ask", turn: "a", atMs: AT_MS, deed: stopDeed } as Event,
      { type: "panel.said", turn: "a", atMs: AT_MS, text: "20" } as Event,
      { type: "panel.said", turn: "a", atMs: AT_MS, text: "100" } as Event,
      { type: "panel.said", turn: "a", atMs: AT_MS, text: "deadline" } as Event,
      { type: "panel.back", turn: "a", atMs: AT_MS, of: "a" } as Event,
      { type: "panel.cancel", turn: "a", atMs: AT_MS, of: "a" } as Event,
      { type: "panel.confirm", turn: "a", atMs: AT_MS, of: "a", opens: true } as Event,
    ],
    keyOf: ({ draft, deed, wanted }: panel.PanelContext) => [
      draft?.step,
      draft?.template,
      deed?.kind,
      wanted,
    ],
  },
  {
    name: "templates",
    machine: templates.templatesMachine,
    version: templates.version,
    tags: templatesTags,
    inputs: [{}],
    events: [
      { type: "template.save", ...named, terms: testTerms() } as Event,
      { type: "template.save", ...named, templateId: "tpl_2", terms: testTerms() } as Event,
      { type: "template.rename", ...named, name: "Saturday" } as Event,
      { type: "template.delete", ...named } as Event,
      { type: "series.begin", ...named, seriesId: "ser_1", ...plan(daily) } as Event,
      { type: "series.ended", seriesId: "ser_1" } as Event,
    ],
    keyOf: (context: templates.TemplatesContext) => context,
  },
  {
    name: "series",
    machine: series.seriesMachine,
    version: series.version,
    tags: seriesTags,
    inputs: [plan({ unit: "end", zone: "UTC" }), plan(daily, 2)].map((given) => ({
      seriesId: "ser_1",
      templateId: "tpl_1",
      name: "Friday",
      createdBy: "tg-9",
      ...given,
    })),
    events: [
      { type: "series.start", atMs: AT_MS } as Event,
      { type: "series.pause", ...by },
      { type: "series.resume", ...by },
      { type: "series.change", ...by, ...plan(daily, 2) } as Event,
      { type: "series.change", ...by, ...plan({ unit: "end", zone: "UTC" }) } as Event,
      { type: "series.end", ...by },
      ...[1, 2, 3].flatMap((attempt) => {
        const raffleId = raffleIdIn({ seriesId: "ser_1", attempt });
        return [
          { type: "raffle.opened", ...ofSeries, raffleId },
          { type: "raffle.refused", raffleId, reason: "badTerms" },
          { type: "raffle.ended", raffleId, ending: "settled" },
          { type: "raffle.ended", raffleId, ending: "stoppedByAdmin" },
        ];
      }),
      done("readTemplate", { template, isCovered: true, hasRubles: true, atMs: AT_MS }),
      done("readTemplate", {
        template: null,
        isCovered: true,
        hasRubles: true,
        atMs: AT_MS + 86_400_000,
      }),
      done("readTemplate", {
        template,
        isCovered: true,
        hasRubles: true,
        atMs: AT_MS + 86_400_000,
      }),
    ],
    keyOf: (
      { plan, pending, running, refusal, attempts, opened, nextAtMs }: series.SeriesContext,
    ) => [
      plan,
      pending,
      running,
      refusal,
      // Further tries are like these.
      Math.min(attempts, 3),
      Math.min(opened, 3),
      Math.sign(nextAtMs - AT_MS),
    ],
  },
  {
    name: "settings",
    machine: settings.settingsMachine,
    version: settings.version,
    tags: settingsTags,
    inputs: [{ commissionBps: null }],
    events: [{ type: "commission.set", bps: 1_000, by: "tg-9", atMs: AT_MS } as Event],
    keyOf: ({ commissionBps }: settings.SettingsContext) => commissionBps,
  },
  {
    name: "checks",
    machine: checks.checksMachine,
    version: checks.version,
    tags: checksTags,
    inputs: [{ limits, atMs: AT_MS }],
    events: [
      { type: "checks.configured", limits, atMs: AT_MS } as Event,
      { type: "checks.configured", limits: noLimits, atMs: AT_MS } as Event,
      done("lookForSuspicions", { found: [found], after, isLast: true, atMs: AT_MS }),
      done("lookForSuspicions", { found: [], after, isLast: false, atMs: AT_MS }),
    ],
    keyOf: (context: checks.ChecksContext) => context,
  },
  {
    name: "suspicion",
    machine: suspicion.suspicionMachine,
    version: suspicion.version,
    tags: suspicionTags,
    inputs: [{ suspicionId: "sus_1", playerId: "tg-1", raffleId: null, signal: "velocity" }],
    events: [
      { type: "suspicion.raised", evidence: { perMinute: 12 }, atMs: AT_MS } as Event,
      { type: "suspicion.clear", by: "tg-9", seen: "open", atMs: AT_MS } as Event,
      { type: "suspicion.clear", by: "tg-9", seen: "upheld", atMs: AT_MS } as Event,
      { type: "suspicion.exclude", by: "tg-9", days: 30, atMs: AT_MS } as Event,
      { type: "exclusion.ready", raffleId: "rfl_1" } as Event,
      done("listTicketsOf", { paymentIds: ["pay_1"], isLast: true }),
      done("listTicketsOf", { paymentIds: ["pay_1"], isLast: false }),
    ],
    keyOf: ({ raffles, after }: suspicion.SuspicionContext) => [Math.min(raffles.length, 2), after],
  },
  {
    name: "broadcast",
    machine: broadcast.broadcastMachine,
    version: broadcast.version,
    tags: broadcastTags,
    inputs: [{ raffleId: "rfl_1" }],
    events: [
      tellEverybody({ key: "playersJoined", raffleId: "rfl_1", tickets: 2, players: 2 }).event,
      tellEverybody({ key: "sealed", raffleId: "rfl_1", seal: "5e", tickets: 2 }).event,
      tellEverybody({ key: "drawn", raffleId: "rfl_1", winners: [] }, { told: ["tg-1"] }).event,
      done("turnPage", turned(100)),
      done("turnPage", turned(0)),
      done("sendPage", {}),
    ],
    keyOf: ({ running, waiting, known }: broadcast.BroadcastContext) => [
      running?.notice.key,
      running?.isReplaced,
      running?.startedAtMs === 0,
      waiting.map(({ notice }) => notice.key),
      known,
    ],
  },
];

function turned(taken: number): TurnPage["output"] {
  return {
    taken,
    cursor: { group: "participants", playerId: "tg-9" },
    recipients: null,
    counts: { sent: 100, blocked: 0, uncertain: 0, failed: 0 },
    atMs: AT_MS,
  };
}

/** Timers and failures, taken from the machine. */
function ownEvents(machine: AnyStateMachine): Event[] {
  return nodes(machine).flatMap((node) => [
    ...node.after.map(({ eventType }) => ({ type: eventType })),
    ...node.invoke.map(({ id }) => failed(id)),
  ]);
}

function nodes(machine: AnyStateMachine): AnyStateMachine["root"][] {
  const below = (node: AnyStateMachine["root"]): AnyStateMachine["root"][] => [
    node,
    ...Object.values(node.states).flatMap(below),
  ];
  return below(machine.root);
}

function traversal({ machine, events, keyOf }: Subject, input: object) {
  return {
    input,
    events: [...events, ...ownEvents(machine)],
    serializeState: ({ value, context }: { value: unknown; context: unknown }) =>
      JSON.stringify([value, keyOf(context as never)]) as never,
    limit: 100_000,
  };
}

/** Formats of stored snapshots; of the others, 1. */
const versions: Record<string, number> = {
  payment: 2,
  user: 3,
  withdrawal: 2,
  treasury: 2,
};

describe.each(subjects)("the $name machine", (subject) => {
  const { machine, version, tags, inputs } = subject;

  it("has its version and describes itself and every state", () => {
    expect(version).toBe(versions[subject.name] ?? 1);
    const silent = nodes(machine).filter(({ description }) => !description).map(({ id }) => id);
    expect(silent).toEqual([]);
  });

  it("names every action, guard, delay, actor and invoke", () => {
    const inline: string[] = [];
    const visit = (at: string, value: unknown): void => {
      if (typeof value === "function") inline.push(at);
      if (Array.isArray(value)) value.forEach((each, index) => visit(`${at}.${index}`, each));
      else if (typeof value === "object" && value !== null) {
        for (const [key, each] of Object.entries(value)) {
          const isData = key === "params" || key === "input" || key === "context";
          if (!isData) visit(`${at}.${key}`, each);
        }
      }
    };
    visit(subject.name, machine.config);
    expect(inline).toEqual([]);
    for (const node of nodes(machine)) {
      for (const { id, src } of node.invoke) {
        expect(typeof src).toBe("string");
        expect(id).not.toContain(".");
        expect(node.config.invoke).toMatchObject({ id });
      }
      for (const delay of Object.keys(node.config.after ?? {})) {
        expect(Object.keys(machine.implementations.delays)).toContain(delay);
      }
    }
  });

  it("supplies nothing by itself that belongs to the runtime", () => {
    const outside = [
      "notify",
      "closeWithdrawal",
      "keepDestination",
      "tell",
      "reportToAdmins",
      "announce",
      "postTransfers",
      "answerPreCheckout",
      "skipRecipients",
    ];
    for (const [name, action] of Object.entries(machine.implementations.actions)) {
      if (!outside.includes(name) && !/^(record|archive)/.test(name)) continue;
      expect(action as () => void, name).toThrow("Supplied by the runtime");
    }
  });

  it("uses every tag of its list and no other", () => {
    const used = new Set(nodes(machine).flatMap((node) => node.tags));
    expect([...used].toSorted()).toEqual([...tags].toSorted());
  });

  it("reaches every state", () => {
    const reached = new Set(
      inputs.flatMap((input) =>
        getShortestPaths(machine, traversal(subject, input) as never)
          .flatMap(({ state }) => (state as unknown as Snapshot)._nodes.map(({ id }) => id))
      ),
    );
    const missed = nodes(machine).map(({ id }) => id).filter((id) => !reached.has(id));
    expect(missed).toEqual([]);
  });

  it("has the same future from a stored snapshot, whatever comes next", {
    timeout: 240_000,
  }, () => {
    for (const input of inputs) {
      const map = mapOf(subject, input);
      for (const { state, transitions } of Object.values(map)) {
        const text = JSON.stringify(machine.getPersistedSnapshot(state as never));
        const restored = createActor(machine, { snapshot: JSON.parse(text), input: input as never })
          .getSnapshot();
        expect(JSON.parse(JSON.stringify(restored.context))).toEqual(restored.context);
        for (const { event } of Object.values(transitions)) {
          const [after, before] = [restored, state].map((from) => future(machine, from, event));
          // Most are alike to the letter, which is seen sooner.
          if (JSON.stringify(after) !== JSON.stringify(before)) expect(after).toEqual(before);
        }
      }
    }
  });

  it("asks only for data", () => {
    for (const input of inputs) {
      const map = mapOf(subject, input);
      const first = initialTransition(machine, input as never)[1];
      expectData(first);
      for (const { state, transitions } of Object.values(map)) {
        for (const { event } of Object.values(transitions)) {
          expectData(transition(machine, state as never, event as never)[1]);
        }
      }
    }
  });
});

/** Each is walked once; the raffle's takes seconds. */
const maps = new WeakMap<object, Map>();

function mapOf(subject: Subject, input: object): Map {
  const known = maps.get(input);
  if (known !== undefined) return known;
  const map = getAdjacencyMap(subject.machine, traversal(subject, input) as never);
  maps.set(input, map as unknown as Map);
  return map as unknown as Map;
}

interface Snapshot {
  _nodes: { id: string }[];
}
type Map = Record<string, { state: unknown; transitions: Record<string, { event: Event }> }>;
type Asked = readonly { type: string; params: unknown }[];

function future(machine: AnyStateMachine, state: unknown, event: Event): unknown {
  const [next, actions] = transition(machine, state as never, event as never);
  const { value, context, status } = next;
  return { value, context, status, asked: actions.map(({ type, params }) => [type, bare(params)]) };
}

/** Params without what XState itself puts there: references to actors. */
function bare(params: unknown): unknown {
  if (typeof params !== "object" || params === null || "send" in params) return undefined;
  const { actorRef: _, ...data } = params as Record<string, unknown>;
  return data;
}

function expectData(actions: Asked): void {
  for (const { type, params } of actions) {
    if (type.startsWith("xstate.")) continue;
    expect(JSON.parse(JSON.stringify(params)), type).toEqual(params);
  }
}
