/** What the buttons of prizes that leave become. */
import { describe, expect, it } from "vitest";
import { decodeWithdrawalButton } from "../telegram/withdrawal_buttons.ts";
import { admin, anna, buttonUpdate, type TestUpdate } from "../telegram/testing/updates.ts";
import { decodeUpdate } from "../telegram/update_schema.ts";
import { createAdmins } from "./admins.ts";
import { freshIds } from "./fresh_ids.ts";
import type { RouteContext } from "./incoming.ts";
import { routeWithdrawalButton } from "./route_withdrawal_button.ts";

const NOW_MS = 1_790_000_000_000;
const viewer = { ...anna, id: 78 };
const context: RouteContext = {
  nowMs: NOW_MS,
  ids: freshIds,
  isAdmin: () => false,
  admins: createAdmins({ owners: [admin.id], operators: [5], viewers: [viewer.id] }),
  botUsername: "TestBot",
  entriesPerDay: 50,
  withdrawalLimit: 700,
  timeZone: "UTC",
  exclusionDays: 30,
  commissionBps: 1500,
};

/** A press on a message that was sent so long ago. */
function press(
  data: string,
  { from = anna, messageId = 5, ageSeconds = 60 } = {},
): TestUpdate {
  const update = buttonUpdate(data, from);
  const { message } = update["callback_query"];
  Object.assign(message, { message_id: messageId, date: NOW_MS / 1000 - ageSeconds });
  return update;
}

function route(update: TestUpdate) {
  const button = decodeWithdrawalButton(update["callback_query"].data);
  if (button === undefined) throw new Error("No button");
  const decoded = decodeUpdate(update);
  const from = decoded.callback_query?.from ?? anna;
  return routeWithdrawalButton({ source: "telegram", update: decoded }, { button, from, context });
}

const gift = { kind: "gift", giftId: "517" };

describe("a prize's button", () => {
  it.each([
    ["prize", { what: "choices" }],
    ["keep", { what: "kept" }],
    ["gifts:3", { what: "gifts", page: 3 }],
    ["gift:517:15", { what: "question", choice: gift, stars: 15 }],
    ["premium:12", {
      what: "question",
      choice: { kind: "premium", months: 12 },
      stars: 2500,
    }],
    ["ownback:40", { what: "question", choice: { kind: "refund" }, stars: 40 }],
  ])("%s only shows", (data, show) => {
    const { sends, answer } = route(press(data));
    expect(answer).toEqual({ kind: "withdrawal", show });
    expect(sends.map(({ event }) => event.type)).toEqual(["user.seen"]);
  });

  it.each([
    ["sendgift:517:15", gift, "15"],
    ["sendpremium:3", { kind: "premium", months: 3 }, "1000"],
    ["sendback:40", { kind: "refund" }, "40"],
  ])("%s asks for it", (data, choice, minor) => {
    const { sends, answer } = route(press(data));
    expect(answer).toEqual({ kind: "withdrawal", show: { what: "asked" } });
    const [, send] = sends;
    const { withdrawalId } = send?.create as { withdrawalId: string };
    expect(send).toMatchObject({
      address: `withdrawal/${withdrawalId}`,
      event: { type: "withdrawal.start" },
      create: {
        playerId: "tg-42",
        telegramUserId: 42,
        choice,
        amount: { minor, currency: "XTR" },
        limit: { minor: "700", currency: "XTR" },
        adminIds: ["tg-77"],
        atMs: NOW_MS,
      },
    });
    expect(withdrawalId).toMatch(/^wdr_[A-Za-z0-9]{16}$/);
  });

  it("makes one withdrawal of one question, another of another, and one for each person", () => {
    const idOf = (update: TestUpdate) => route(update).sends.at(-1)?.address;
    const first = idOf(press("sendgift:517:15"));
    expect(idOf(press("sendgift:517:15"))).toBe(first);
    expect(idOf(press("sendgift:517:15", { messageId: 6 }))).not.toBe(first);
    expect(idOf(press("sendgift:517:15", { from: admin }))).not.toBe(first);
  });

  it.each([3_601, NOW_MS / 1000])("does nothing %i seconds after the question", (ageSeconds) => {
    const { sends, answer } = route(press("sendgift:517:15", { ageSeconds }));
    expect(answer).toEqual({ kind: "withdrawal", show: { what: "old" } });
    expect(sends.map(({ event }) => event.type)).toEqual(["user.seen"]);
  });

  it("is as old as can be when the message cannot be seen any more", () => {
    const update = press("sendgift:517:15");
    delete update["callback_query"].message;
    expect(route(update).answer).toEqual({ kind: "withdrawal", show: { what: "old" } });
  });

  it("is cancelled in the name of the one who presses", () => {
    expect(route(press("wdrno:wdr_one")).sends).toMatchObject([{
      address: "withdrawal/wdr_one",
      event: { type: "withdrawal.cancel", by: "tg-42" },
      mustExist: true,
    }]);
  });

  it("is approved by those alone who may", () => {
    expect(route(press("wdryes:wdr_one")).answer.kind).toBe("adminRefused");
    const looking = route(press("wdryes:wdr_one", { from: viewer }));
    expect([looking.answer.kind, looking.sends]).toEqual(["adminNotAllowed", []]);
    expect(route(press("wdryes:wdr_one", { from: admin })).sends).toMatchObject([{
      address: "withdrawal/wdr_one",
      event: { type: "withdrawal.approve", by: "tg-77", adminIds: ["tg-77"] },
      mustExist: true,
    }]);
  });
});
