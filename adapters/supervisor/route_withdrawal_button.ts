/**
 * Where the buttons of prizes that leave go. A withdrawal's id is made from the message that asked
 * for the yes: however often and on however many devices that is pressed, it is one withdrawal.
 */
import {
  type PremiumMonths,
  premiumStars,
  type StarChoice,
  type WithdrawalEvent,
  type WithdrawalInput,
} from "../../machines/domain/withdrawal.ts";
import type { TelegramUser } from "../telegram/update_schema.ts";
import type { WithdrawalButton } from "../telegram/withdrawal_buttons.ts";
import { mayDo, rolesFor } from "./admins.ts";
import { answered } from "./answered.ts";
import type { Incoming, Route, RouteContext } from "./incoming.ts";
import { playerIdOf, seenBy } from "./telegram_person.ts";
import type { WithdrawalAnswer } from "./withdrawal_answer.ts";

/** A question is answered within this time; afterwards prices and wishes may be others. */
const QUESTION_LIFETIME_MS = 3_600_000;

interface Options {
  from: TelegramUser;
  context: RouteContext;
}

/** The route of a button about a prize. */
export function routeWithdrawalButton(
  incoming: Incoming,
  options: Options & { button: WithdrawalButton },
): Route {
  const { button } = options;
  const show = (what: WithdrawalAnswer["show"]): Route =>
    answered(incoming, { ...options, answer: { kind: "withdrawal", show: what } });
  switch (button.verb) {
    case "prize":
      return show({ what: "choices" });
    case "keep":
      return show({ what: "kept" });
    case "gifts":
      return show({ what: "gifts", page: button.page });
    case "gift":
      return show({ what: "question", choice: giftOf(button), stars: button.stars });
    case "premium":
      return show({ what: "question", ...premiumOf(button.months) });
    case "ownback":
      return show({ what: "question", choice: { kind: "refund" }, stars: button.stars });
    case "sendgift":
      return askFor(incoming, { ...options, choice: giftOf(button), stars: button.stars });
    case "sendpremium":
      return askFor(incoming, { ...options, ...premiumOf(button.months) });
    case "sendback":
      return askFor(incoming, { ...options, choice: { kind: "refund" }, stars: button.stars });
    case "wdrno":
      return tell(incoming, {
        ...options,
        withdrawalId: button.withdrawalId,
        type: "withdrawal.cancel",
        show: { what: "cancelled" },
      });
    case "wdryes":
      return approve(incoming, { ...options, withdrawalId: button.withdrawalId });
  }
}

function giftOf({ giftId }: { giftId: string }): StarChoice {
  return { kind: "gift", giftId };
}

function premiumOf(months: PremiumMonths): { choice: StarChoice; stars: number } {
  return { choice: { kind: "premium", months }, stars: premiumStars[months] };
}

function askFor(
  incoming: Incoming,
  options: Options & { choice: StarChoice; stars: number },
): Route {
  const { from, context, choice, stars } = options;
  const { update } = incoming;
  const question = update.callback_query?.message;
  const askedAtMs = (question?.date ?? 0) * 1000;
  if (question === undefined || context.nowMs - askedAtMs > QUESTION_LIFETIME_MS) {
    return answered(incoming, {
      ...options,
      answer: { kind: "withdrawal", show: { what: "old" } },
    });
  }
  const input: WithdrawalInput = {
    withdrawalId: context.ids.withdrawalId(`${from.id} ${question.message_id} ${question.date}`),
    playerId: playerIdOf(from.id),
    telegramUserId: from.id,
    choice,
    amount: { minor: String(stars), currency: "XTR" },
    limit: { minor: String(context.withdrawalLimit), currency: "XTR" },
    adminIds: [...context.admins.owners],
    atMs: context.nowMs,
  };
  return {
    sends: [seenBy(from, { updateId: update.update_id, context }), {
      address: `withdrawal/${input.withdrawalId}`,
      event: { type: "withdrawal.start" },
      key: `tg:${update.update_id}`,
      create: input,
    }],
    answer: { kind: "withdrawal", show: { what: "asked" } },
  };
}

/** The button under the admins' notice; it stays in the chat, so the right is checked again. */
function approve(
  incoming: Incoming,
  options: Options & { withdrawalId: WithdrawalInput["withdrawalId"] },
): Route {
  const { from, context, withdrawalId } = options;
  const role = context.admins.roleOf(from.id);
  if (role === undefined) return { sends: [], answer: { kind: "adminRefused" } };
  if (!mayDo(role, "own")) {
    return { sends: [], answer: { kind: "adminNotAllowed", roles: rolesFor("own") } };
  }
  return tell(incoming, {
    ...options,
    type: "withdrawal.approve",
    show: { what: "noted", command: "approve", withdrawalId },
  });
}

function tell(
  { update }: Incoming,
  { from, context, withdrawalId, type, show }: Options & {
    withdrawalId: WithdrawalInput["withdrawalId"];
    type: "withdrawal.cancel" | "withdrawal.approve";
    show: WithdrawalAnswer["show"];
  },
): Route {
  const said = { by: playerIdOf(from.id), atMs: context.nowMs };
  const event: WithdrawalEvent = type === "withdrawal.approve"
    ? { type, adminIds: [...context.admins.owners], ...said }
    : { type, ...said };
  return {
    sends: [{
      address: `withdrawal/${withdrawalId}`,
      event,
      key: `tg:${update.update_id}`,
      mustExist: true,
    }],
    answer: { kind: "withdrawal", show },
  };
}
