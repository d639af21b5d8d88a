/**
 * Rows for what admins say of prizes that leave: `/admin approve`, `decline`, `settle`, `void`. Who
 * runs raffles may agree; what became of money that nobody can find, owners alone say.
 */
import type { WithdrawalEvent } from "../../machines/domain/withdrawal.ts";
import type { TelegramUser } from "../telegram/update_schema.ts";
import { isWithdrawalId } from "../telegram/withdrawal_buttons.ts";
import { type AdminDeed, mayDo, rolesFor } from "./admins.ts";
import { answered } from "./answered.ts";
import type { Answer, Incoming, Route, RouteContext, Row } from "./incoming.ts";
import { privateCommand } from "./player_rows.ts";
import { playerIdOf } from "./telegram_person.ts";
import type { WithdrawalCommand } from "./withdrawal_answer.ts";

/** Longest reason; the player reads it. */
const MAX_REASON_UNITS = 500;

const deeds: Record<WithdrawalCommand, AdminDeed> = {
  approve: "own",
  decline: "own",
  settle: "own",
  void: "own",
};

interface Words {
  from: TelegramUser;
  command: WithdrawalCommand;
  rest: string;
}

function wordsOf(incoming: Incoming, { admins }: RouteContext): Words | undefined {
  const typed = privateCommand(incoming);
  // A stranger is answered by the rows of all admin commands.
  if (typed?.command.name !== "admin" || admins.roleOf(typed.from.id) === undefined) {
    return undefined;
  }
  const [verb = ""] = typed.command.args.split(/\s+/);
  const command = (Object.keys(deeds) as WithdrawalCommand[])
    .find((known) => known === verb.toLowerCase());
  if (command === undefined) return undefined;
  return { from: typed.from, command, rest: typed.command.args.slice(verb.length).trim() };
}

/** The rows. */
export const withdrawalRows: readonly Row[] = [
  {
    name: "admin on a withdrawal",
    matches: (incoming, context) => wordsOf(incoming, context) !== undefined,
    route: (incoming, context) => {
      const words = wordsOf(incoming, context);
      if (words === undefined) return { sends: [], answer: { kind: "none" } };
      return routeWords(incoming, { ...words, context });
    },
  },
];

function routeWords(
  incoming: Incoming,
  { from, command, rest, context }: Words & { context: RouteContext },
): Route {
  const say = (answer: Answer): Route => answered(incoming, { from, context, answer });
  if (!mayDo(context.admins.roleOf(from.id), deeds[command])) {
    return say({ kind: "adminNotAllowed", roles: rolesFor(deeds[command]) });
  }
  const withdrawalId = rest.split(/\s+/)[0] ?? "";
  if (!isWithdrawalId(withdrawalId)) {
    return {
      ...say({ kind: "withdrawal", show: { what: "unknown", given: withdrawalId } }),
      audit: { outcome: "refused: unknownWithdrawal" },
    };
  }
  const reason = rest.slice(withdrawalId.length).trim().slice(0, MAX_REASON_UNITS);
  if (command === "decline" && reason === "") {
    return {
      ...say({ kind: "withdrawal", show: { what: "needsReason", withdrawalId } }),
      audit: { outcome: "refused: noReason" },
    };
  }
  return {
    sends: [{
      address: `withdrawal/${withdrawalId}`,
      event: eventOf(command, {
        by: playerIdOf(from.id),
        reason,
        adminIds: [...context.admins.owners],
        atMs: context.nowMs,
      }),
      key: `tg:${incoming.update.update_id}`,
      mustExist: true,
    }],
    answer: { kind: "withdrawal", show: { what: "noted", command, withdrawalId } },
  };
}

function eventOf(
  command: WithdrawalCommand,
  { reason, adminIds, ...said }: {
    by: string;
    reason: string;
    adminIds: string[];
    atMs: number;
  },
): WithdrawalEvent {
  switch (command) {
    case "approve":
      return { type: "withdrawal.approve", adminIds, ...said };
    case "decline":
      return { type: "withdrawal.decline", reason, ...said };
    case "settle":
      return { type: "withdrawal.settle", ...said };
    case "void":
      return { type: "withdrawal.void", ...said };
  }
}
