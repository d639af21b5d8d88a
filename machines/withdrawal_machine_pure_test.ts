/** The withdrawal's rules: held, sent once, and never sent again under doubt. */
import { describe, expect, it } from "vitest";
import type { WithdrawalInput } from "./domain/withdrawal.ts";
import { approvalsNeeded, mayApprove, pickCharges } from "./domain/withdrawal.ts";
import { begin, type Step, step, told } from "./testing/step.ts";
import { done, failed } from "./testing/world.ts";
import { explainWithdrawalRefusal } from "./explain_refusal.ts";
import { migrations, type WithdrawalContext, withdrawalMachine } from "./withdrawal_machine.ts";

const stars = (minor: number) => ({ minor: String(minor), currency: "XTR" as const });
const input: WithdrawalInput = {
  withdrawalId: "wdr_1",
  playerId: "tg-1",
  telegramUserId: 1,
  choice: { kind: "gift", giftId: "7" },
  amount: stars(100),
  limit: stars(1000),
  adminIds: ["tg-8", "tg-9"],
  atMs: 5,
};
const dear: Partial<WithdrawalInput> = { amount: stars(1001) };
const refund: Partial<WithdrawalInput> = { choice: { kind: "refund" } };
const voided: Partial<WithdrawalContext> = { voidedBy: "tg-9" };
const opened = (lastDay: number) =>
  done("openWithdrawal", { isOpen: true, lastDay: stars(lastDay) });
const by = (adminId: string) => ({ by: adminId, reason: "No", atMs: 9 });

function play(
  value: unknown,
  event: { type: string },
  changes: Partial<WithdrawalContext> = {},
): Step {
  return step(withdrawalMachine, {
    input: { ...input, ...changes },
    value,
    context: changes,
    event: event as never,
  });
}

/** What was asked for, in a word each: notices by key and receiver, the rest by type and status. */
function asked({ actions }: Step): string[] {
  return actions.map(([type, params]) => {
    const { playerId, notice, status, hold, to } = params as Record<string, never>;
    const { key, reason, found } = (notice ?? {}) as Record<string, string>;
    if (notice !== undefined) return [playerId, key, reason, found].filter(Boolean).join(" ");
    return [type, to, status, hold].filter(Boolean).join(" ");
  });
}

describe("a withdrawal", () => {
  it("waits to be started, then asks for the gift", () => {
    expect(begin(withdrawalMachine, input)).toMatchObject({ value: "created", actions: [] });
    const started = play("created", { type: "withdrawal.start" });
    expect([started.value, started.invoked]).toEqual(["checking", ["checkGift"]]);
  });

  it.each<[string, Partial<WithdrawalInput>]>([
    ["Premium", { choice: { kind: "premium", months: 3 }, amount: stars(1000) }],
    ["his own payments", refund],
  ])("holds for %s without asking for a gift", (_, changes) => {
    const started = play("created", { type: "withdrawal.start" }, changes);
    expect([started.value, started.invoked]).toEqual(["opening", ["openWithdrawal"]]);
  });

  it.each<
    [
      string,
      unknown,
      Record<string, unknown> & { type: string },
      Partial<WithdrawalContext>,
      unknown,
      string[],
    ]
  >([
    ["gift is there", "checking", done("checkGift", { isAvailable: true }), {}, "opening", []],
    [
      "gift has ended",
      "checking",
      done("checkGift", { isAvailable: false, reason: "giftEnded" }),
      {},
      "refused",
      ["tg-1 withdrawalFailed giftEnded"],
    ],
    [
      "nobody could be asked",
      "checking",
      failed("checkGift"),
      {},
      "refused",
      ["tg-1 withdrawalFailed tryAgain"],
    ],
    [
      "within the limit",
      "opening",
      opened(1000),
      { amount: stars(1000) },
      "sending",
      ["recordWithdrawal sending"],
    ],
    [
      "within the limit, with what he has had today",
      "opening",
      opened(1000),
      {},
      "sending",
      ["recordWithdrawal sending"],
    ],
    // Ten of them, each within the limit, needed nobody's yes.
    [
      "over the limit, with what he has had today",
      "opening",
      opened(1001),
      {},
      "waiting",
      [
        "recordWithdrawal waiting",
        "tg-1 withdrawalWaits",
        "tg-8 withdrawalAsksAdmins",
        "tg-9 withdrawalAsksAdmins",
      ],
    ],
    [
      "his payments, over the limit with what he has had today",
      "opening",
      opened(1001),
      { ...refund, adminIds: [] },
      "waiting",
      ["recordWithdrawal waiting", "tg-1 withdrawalWaits"],
    ],
    [
      "over the limit",
      "opening",
      opened(1001),
      dear,
      "waiting",
      [
        "recordWithdrawal waiting",
        "tg-1 withdrawalWaits",
        "tg-8 withdrawalAsksAdmins",
        "tg-9 withdrawalAsksAdmins",
      ],
    ],
    [
      "his payments, within the limit",
      "opening",
      opened(100),
      refund,
      "returning",
      [],
    ],
    [
      "his payments, over the limit",
      "opening",
      opened(1001),
      { ...refund, ...dear, adminIds: [] },
      "waiting",
      ["recordWithdrawal waiting", "tg-1 withdrawalWaits"],
    ],
    [
      "not enough money",
      "opening",
      done("openWithdrawal", { isOpen: false, reason: "insufficientFunds" }),
      {},
      "refused",
      ["tg-1 withdrawalFailed insufficientFunds"],
    ],
    [
      "another one is open",
      "opening",
      done("openWithdrawal", { isOpen: false, reason: "busy" }),
      {},
      "refused",
      ["tg-1 withdrawalFailed busy"],
    ],
    [
      "the ledger does not answer",
      "opening",
      failed("openWithdrawal"),
      {},
      "refused",
      ["tg-1 withdrawalFailed tryAgain"],
    ],
    [
      "first yes",
      "waiting",
      { type: "withdrawal.approve", ...by("tg-8") },
      dear,
      "waiting",
      [],
    ],
    [
      "second yes",
      "waiting",
      { type: "withdrawal.approve", ...by("tg-9") },
      { ...dear, approvals: ["tg-8"] },
      "sending",
      ["recordWithdrawal sending"],
    ],
    // His yes counted when he was no admin any more.
    [
      "second yes after the first admin was removed",
      "waiting",
      { type: "withdrawal.approve", ...by("tg-9"), adminIds: ["tg-7", "tg-9"] },
      { ...dear, approvals: ["tg-8"] },
      "waiting",
      [],
    ],
    [
      "yes of the only admin that is left",
      "waiting",
      { type: "withdrawal.approve", ...by("tg-9"), adminIds: ["tg-9"] },
      { ...dear, approvals: ["tg-8"] },
      "sending",
      ["recordWithdrawal sending"],
    ],
    [
      "yes of a new admin",
      "waiting",
      { type: "withdrawal.approve", ...by("tg-7"), adminIds: ["tg-7", "tg-8"] },
      { ...dear, approvals: ["tg-8"] },
      "sending",
      ["recordWithdrawal sending"],
    ],
    [
      "one yes of the only admin",
      "waiting",
      { type: "withdrawal.approve", ...by("tg-8") },
      { ...dear, adminIds: ["tg-8"] },
      "sending",
      ["recordWithdrawal sending"],
    ],
    [
      "second yes to his payments",
      "waiting",
      { type: "withdrawal.approve", ...by("tg-9") },
      { ...dear, ...refund, approvals: ["tg-8"] },
      "returning",
      [],
    ],
    [
      "one no",
      "waiting",
      { type: "withdrawal.decline", ...by("tg-9") },
      { ...dear, approvals: ["tg-8"] },
      "returned",
      ["closeWithdrawal returned void", "tg-1 withdrawalFailed declined"],
    ],
    [
      "one no to his payments",
      "waiting",
      { type: "withdrawal.decline", ...by("tg-9") },
      { ...dear, ...refund },
      "returned",
      ["closeWithdrawal returned none", "tg-1 withdrawalFailed declined"],
    ],
    [
      "the player changes his mind",
      "waiting",
      { type: "withdrawal.cancel", ...by("tg-1") },
      dear,
      "returned",
      ["closeWithdrawal returned void", "tg-1 withdrawalFailed cancelled"],
    ],
    [
      "sent",
      "sending",
      done("sendPrize", { isSent: true, candidates: [{ transactionId: "a", atMs: 1 }] }),
      {},
      "claiming",
      [],
    ],
    ...(["soldOut", "privacy", "unreachable", "refusedByTelegram", "tryAgain"] as const).map((
      reason,
    ) =>
      [
        `Telegram said no: ${reason}`,
        "sending",
        done("sendPrize", { isSent: false, reason }),
        {},
        "returned",
        ["closeWithdrawal returned void", `tg-1 withdrawalFailed ${reason}`],
      ] as [string, unknown, { type: string }, Partial<WithdrawalContext>, unknown, string[]]
    ),
    [
      "our balance is too low",
      "sending",
      done("sendPrize", { isSent: false, reason: "botBalanceTooLow" }),
      {},
      "returned",
      [
        "closeWithdrawal returned void",
        "tg-1 withdrawalFailed botBalanceTooLow",
        "tell treasury/stars",
      ],
    ],
    [
      "nobody knows whether it was sent",
      "sending",
      failed("sendPrize"),
      {},
      { uncertain: "looking" },
      ["recordWithdrawal uncertain", "tg-1 withdrawalUncertain"],
    ],
    [
      "its transaction is known",
      "claiming",
      done("claimTransaction", { transactionId: "a" }),
      {},
      "done",
      ["closeWithdrawal done post", "tg-1 withdrawalDone"],
    ],
    [
      "its transaction is not to be seen yet",
      "claiming",
      done("claimTransaction", { transactionId: null }),
      {},
      "done",
      ["closeWithdrawal done post", "tg-1 withdrawalDone"],
    ],
    [
      "its transaction cannot be written down",
      "claiming",
      failed("claimTransaction"),
      {},
      "done",
      ["closeWithdrawal done post", "tg-1 withdrawalDone"],
    ],
    [
      "the books are read",
      { uncertain: "looking" },
      done("findPurchases", { candidates: [{ transactionId: "a", atMs: 1 }] }),
      {},
      { uncertain: "claiming" },
      [],
    ],
    [
      "the books cannot be read",
      { uncertain: "looking" },
      failed("findPurchases"),
      {},
      { uncertain: "pausing" },
      [],
    ],
    [
      "it is in the books",
      { uncertain: "claiming" },
      done("claimTransaction", { transactionId: "a" }),
      {},
      "done",
      ["closeWithdrawal done post", "tg-1 withdrawalDone"],
    ],
    [
      "it is not in the books, which proves nothing",
      { uncertain: "claiming" },
      done("claimTransaction", { transactionId: null }),
      {},
      { uncertain: "pausing" },
      [],
    ],
    [
      "the claim fails",
      { uncertain: "claiming" },
      failed("claimTransaction"),
      {},
      { uncertain: "pausing" },
      [],
    ],
    [
      "a day has passed",
      { uncertain: "pausing" },
      { type: "xstate.after.patience.withdrawal.uncertain" },
      {},
      { undecided: "pausing" },
      [
        "tg-8 withdrawalUndecided",
        "tg-9 withdrawalUndecided",
        "recordWithdrawal undecided",
      ],
    ],
    [
      "an admin has seen it",
      { undecided: "pausing" },
      { type: "withdrawal.settle", ...by("tg-9") },
      {},
      "done",
      ["closeWithdrawal done post", "tg-1 withdrawalDone"],
    ],
    // His word was believed, and the last look could be six hours old.
    ...["pausing", "looking"].map((inside) =>
      [
        "an admin has seen that it is not there, which is looked up",
        { undecided: inside },
        { type: "withdrawal.void", ...by("tg-9") },
        {},
        { voiding: "looking" },
        [],
      ] as [string, unknown, { type: string }, Partial<WithdrawalContext>, unknown, string[]]
    ),
    [
      "the books are read for him",
      { voiding: "looking" },
      done("findPurchases", { candidates: [{ transactionId: "a", atMs: 1 }] }),
      voided,
      { voiding: "claiming" },
      [],
    ],
    [
      "they do not show it either",
      { voiding: "claiming" },
      done("claimTransaction", { transactionId: null }),
      voided,
      "returned",
      [
        "closeWithdrawal returned void",
        "tg-1 withdrawalFailed notArrived",
        "tg-9 withdrawalVoidLooked nothing",
      ],
    ],
    [
      "they show it after all",
      { voiding: "claiming" },
      done("claimTransaction", { transactionId: "a" }),
      voided,
      "done",
      [
        "closeWithdrawal done post",
        "tg-1 withdrawalDone",
        "tg-9 withdrawalVoidLooked purchase",
      ],
    ],
    ...[
      [{ voiding: "looking" }, failed("findPurchases")],
      [{ voiding: "claiming" }, failed("claimTransaction")],
    ].map(([value, event]) =>
      [
        "they cannot be read, so it stays in doubt and nobody is asked anew",
        value,
        event,
        voided,
        { undecided: "pausing" },
        ["tg-9 withdrawalVoidLooked unread", "recordWithdrawal undecided"],
      ] as [string, unknown, { type: string }, Partial<WithdrawalContext>, unknown, string[]]
    ),
    [
      "found while a person is waited for",
      { undecided: "claiming" },
      done("claimTransaction", { transactionId: "a" }),
      {},
      "done",
      ["closeWithdrawal done post", "tg-1 withdrawalDone"],
    ],
    ...[
      [{ undecided: "claiming" }, done("claimTransaction", { transactionId: null })],
      [{ undecided: "claiming" }, failed("claimTransaction")],
      [{ undecided: "looking" }, failed("findPurchases")],
    ].map(([value, event]) =>
      ["still not found", value, event, {}, { undecided: "pausing" }, []] as [
        string,
        unknown,
        { type: string },
        Partial<WithdrawalContext>,
        unknown,
        string[],
      ]
    ),
    [
      "his payments are taken",
      "returning",
      done("takeCharges", { isTaken: true, charges: [{ paymentId: "pay_1" }] }),
      refund,
      "done",
      ["tell payment/pay_1", "closeWithdrawal done none", "tg-1 withdrawalDone"],
    ],
    [
      "his payments are others by now",
      "returning",
      done("takeCharges", { isTaken: false, reason: "chargesChanged" }),
      refund,
      "returned",
      ["closeWithdrawal returned none", "tg-1 withdrawalFailed chargesChanged"],
    ],
    [
      "his payments cannot be taken now",
      "returning",
      failed("takeCharges"),
      refund,
      "returned",
      ["closeWithdrawal returned none", "tg-1 withdrawalFailed tryAgain"],
    ],
  ])("%s", (_, value, event, changes, next, want) => {
    const taken = play(value, event, changes);
    expect(taken.isAccepted).toBe(true);
    expect(taken.value).toEqual(next);
    expect(asked(taken)).toEqual(want);
  });

  it.each<[string, unknown, { type: string }, Partial<WithdrawalContext>]>([
    ["a second start", "checking", { type: "withdrawal.start" }, {}],
    ["a start after the end", "done", { type: "withdrawal.start" }, {}],
    ["a yes that nobody asked for", "sending", { type: "withdrawal.approve", ...by("tg-8") }, {}],
    [
      "the same admin's second yes",
      "waiting",
      { type: "withdrawal.approve", ...by("tg-8") },
      { ...dear, approvals: ["tg-8"] },
    ],
    [
      "a yes to one's own",
      "waiting",
      { type: "withdrawal.approve", ...by("tg-1") },
      { ...dear, adminIds: ["tg-1", "tg-8"] },
    ],
    [
      "a yes to one's own once there is another admin",
      "waiting",
      { type: "withdrawal.approve", ...by("tg-1"), adminIds: ["tg-1", "tg-8"] } as never,
      { ...dear, adminIds: ["tg-1"] },
    ],
    [
      "a no to one's own",
      "waiting",
      { type: "withdrawal.decline", ...by("tg-1") },
      { ...dear, adminIds: ["tg-1", "tg-8"] },
    ],
    [
      "somebody else's change of mind",
      "waiting",
      { type: "withdrawal.cancel", ...by("tg-2") },
      dear,
    ],
    ["a no after the second yes", "sending", { type: "withdrawal.decline", ...by("tg-9") }, dear],
    ["a change of mind after it", "sending", { type: "withdrawal.cancel", ...by("tg-1") }, dear],
    [
      "an end by hand while the books are looked through",
      { uncertain: "pausing" },
      { type: "withdrawal.void", ...by("tg-9") },
      {},
    ],
    [
      "the same with a yes",
      { uncertain: "looking" },
      { type: "withdrawal.settle", ...by("tg-9") },
      {},
    ],
    ...["looking", "claiming"].flatMap((inside) =>
      (["withdrawal.void", "withdrawal.settle"] as const).flatMap((type) =>
        ["tg-8", "tg-9"].map((adminId) =>
          [
            `${type} of ${adminId} while another word is looked up`,
            { voiding: inside },
            { type, ...by(adminId) },
            voided,
          ] as [string, unknown, { type: string }, Partial<WithdrawalContext>]
        )
      )
    ),
    ["an end by hand of what is done", "done", { type: "withdrawal.void", ...by("tg-9") }, {}],
    ["and of what came back", "returned", { type: "withdrawal.settle", ...by("tg-9") }, {}],
  ])("refuses %s", (_, value, event, changes) => {
    const refused = play(value, event, changes);
    expect([refused.isAccepted, refused.value, refused.actions]).toEqual([false, value, []]);
  });

  it("posts under Telegram's own id, and tells the payments", () => {
    const found = play("claiming", done("claimTransaction", { transactionId: "stx_9" }));
    expect(found.actions[0]).toEqual(["closeWithdrawal", {
      withdrawalId: "wdr_1",
      status: "done",
      hold: "post",
      transactionId: "stx_9",
    }]);
    const charges = ["pay_1", "pay_2"].map((paymentId) => ({ paymentId }));
    const taken = play("returning", done("takeCharges", { isTaken: true, charges }), refund);
    expect(told(taken)).toEqual(["payment/pay_1 charge.spent", "payment/pay_2 charge.spent"]);
  });

  it("counts the attempt from the last yes, or from the wish", () => {
    const atOnce = play("opening", opened(100));
    expect(atOnce.context["attemptedAtMs"]).toBe(5);
    const later = play("waiting", { type: "withdrawal.approve", ...by("tg-9") }, {
      ...dear,
      approvals: ["tg-8"],
    });
    expect(later.context["attemptedAtMs"]).toBe(9);
  });
});

describe("admins", () => {
  it.each<[string[], 1 | 2]>([
    [[], 1],
    [["tg-8"], 1],
    [["tg-8", "tg-9"], 2],
    [["tg-1", "tg-8"], 1],
    [["tg-1", "tg-8", "tg-9"], 2],
    [["tg-1"], 1],
  ])("of %j as many must say yes to tg-1: %i", (adminIds, want) => {
    expect(approvalsNeeded({ playerId: "tg-1", adminIds })).toBe(want);
  });

  it("decide on their own only when they are alone", () => {
    expect(mayApprove({ playerId: "tg-1", adminIds: ["tg-1"] }, "tg-1")).toBe(true);
    expect(mayApprove({ playerId: "tg-1", adminIds: ["tg-1", "tg-8"] }, "tg-1")).toBe(false);
    expect(mayApprove({ playerId: "tg-1", adminIds: ["tg-1", "tg-8"] }, "tg-8")).toBe(true);
  });
});

describe("pickCharges()", () => {
  it.each<[number[], number, number[]]>([
    [[10, 10, 10], 25, [10, 10]],
    [[50, 10, 20], 30, [10, 20]],
    [[10, 50, 10], 60, [10, 50]],
    [[50], 49, []],
    [[], 100, []],
    [[100], 100, [100]],
  ])("of %j up to %i takes %j", (charges, upTo, want) => {
    const all = charges.map((minor) => ({ amount: stars(minor) }));
    const { picked, sumMinor } = pickCharges(all, BigInt(upTo));
    expect(picked.map(({ amount }) => Number(amount.minor))).toEqual(want);
    // Asked with its own sum it answers the same, so that a button may carry the sum alone.
    expect(pickCharges(all, sumMinor)).toEqual({ picked, sumMinor });
  });
});

it("nobody decides on his own prize, also when it is in doubt", () => {
  const undecided = withdrawalMachine.resolveState({
    value: { undecided: "pausing" },
    context: {
      withdrawalId: "wdr_1",
      playerId: "tg-8",
      telegramUserId: 8,
      choice: { kind: "gift", giftId: "7" },
      amount: { minor: "15", currency: "XTR" },
      limit: { minor: "1000", currency: "XTR" },
      adminIds: ["tg-8", "tg-9"],
      atMs: 0,
      lastDay: { minor: "15", currency: "XTR" },
      approvals: [],
      attemptedAtMs: 0,
      looks: 12,
      candidates: [],
      voidedBy: null,
    },
  });
  for (const type of ["withdrawal.void", "withdrawal.settle"] as const) {
    expect(undecided.can({ type, by: "tg-8", atMs: 1 })).toBe(false);
    expect(undecided.can({ type, by: "tg-9", atMs: 1 })).toBe(true);
  }
});

it("a word that is being looked up is said to be so, and forgotten when nothing is known", () => {
  const asked = play({ undecided: "pausing" }, { type: "withdrawal.void", ...by("tg-9") });
  expect(asked.context["voidedBy"]).toBe("tg-9");
  expect(explainWithdrawalRefusal(asked, { type: "withdrawal.void" })).toBe("beingLookedUp");
  const again = play({ voiding: "looking" }, failed("findPurchases"), voided);
  expect(again.context["voidedBy"]).toBe(null);
  // Found much later it is nobody's answer.
  const found = play({ undecided: "claiming" }, done("claimTransaction", { transactionId: "a" }));
  expect(asked.invoked).toEqual(["findPurchases"]);
  expect(asked.tags).not.toContain("resting");
  expect(found.actions.map(([type]) => type)).toEqual(["closeWithdrawal", "notify"]);
});

it("a stored one of before words were looked up, and days counted, goes on", () => {
  const context = { withdrawalId: "wdr_1", amount: stars(15), looks: 3 };
  const stored = { value: { undecided: "pausing" }, context };
  expect(migrations[2](stored)).toEqual({
    value: { undecided: "pausing" },
    context: { ...context, lastDay: stars(15), voidedBy: null },
  });
});

it("who must agree is told how much it makes within a day", () => {
  const { actions, context } = play("opening", opened(1_050), { amount: stars(100) });
  expect(context["lastDay"]).toEqual(stars(1_050));
  const notices = actions.filter(([type]) => type === "notify")
    .map(([, params]) => (params as { notice: { lastDay: unknown } }).notice.lastDay);
  expect(notices).toEqual([stars(1_050), stars(1_050), stars(1_050)]);
});
