/** Rows for what players write and press, and for blocking and unblocking the bot. */
import type { RaffleId, UserEvent } from "../../machines/domain/events.ts";
import { decodeButton, isRaffleId } from "../telegram/callback_data.ts";
import { parseCommand, type PlayerCommand, type TypedCommand } from "../telegram/commands.ts";
import type { TelegramUser } from "../telegram/update_schema.ts";
import { routeCashOutCommand } from "./cash_out_rows.ts";
import { routeEmailCommand, routeTopUpCommand, wish, wordRows } from "./player_wish_rows.ts";
import { answered } from "./answered.ts";
import { routeButton } from "./route_button.ts";
import type { Answer, Incoming, Route, RouteContext, Row } from "./incoming.ts";
import { seenBy, userAddressOf, userInputOf } from "./telegram_person.ts";

/** A command in a private chat, and who gave it. */
export function privateCommand(
  { update }: Incoming,
): { command: TypedCommand; from: TelegramUser } | undefined {
  const message = update.message;
  if (message?.from === undefined || message.chat.type !== "private") return undefined;
  const command = parseCommand(message.text);
  return command === undefined ? undefined : { command, from: message.from };
}

/** The raffle's id in a command's words, also behind `join_`, as deep links carry it. */
function raffleIdIn(args: string): RaffleId | undefined {
  const id = args.split(/\s+/)[0] ?? "";
  return isRaffleId(id) ? id : undefined;
}

/** By these words of `/join_raffle` one joins with one currency alone. */
const currencies: ReadonlyMap<string, "XTR" | "RUB"> = new Map([["stars", "XTR"], ["rub", "RUB"]]);

const answersOfCommands: Record<
  Exclude<PlayerCommand, "start" | "limits" | "topup" | "email" | "cashout">,
  (args: string) => Answer
> = {
  join_raffle: (args) => {
    const raffleId = raffleIdIn(args);
    if (raffleId !== undefined) return { kind: "joinRaffle", raffleId };
    const currency = currencies.get(args.toLowerCase());
    if (currency !== undefined) return { kind: "openRaffles", currency };
    return args === "" ? { kind: "openRaffles" } : { kind: "whichRaffle", given: args };
  },
  raffle: (args) => {
    const raffleId = raffleIdIn(args);
    return raffleId === undefined
      ? { kind: "whichRaffle", given: args }
      : { kind: "raffle", raffleId };
  },
  my_raffles: () => ({ kind: "myRaffles" }),
  balance: () => ({ kind: "balance" }),
  stats: () => ({ kind: "statistics" }),
  rules: () => ({ kind: "rules" }),
  help: () => ({ kind: "help" }),
  paysupport: () => ({ kind: "paysupport" }),
  terms: () => ({ kind: "terms" }),
  privacy: () => ({ kind: "privacy" }),
  language: () => ({ kind: "language" }),
  deleteme: () => ({ kind: "deleteMe" }),
};

const commandRows = (Object.keys(answersOfCommands) as (keyof typeof answersOfCommands)[])
  .map((name): Row => ({
    name: `command /${name}`,
    matches: (incoming) => privateCommand(incoming)?.command.name === name,
    route: (incoming, context) => {
      const typed = privateCommand(incoming);
      if (typed === undefined) return ignored("no command");
      return answered(incoming, {
        from: typed.from,
        context,
        answer: answersOfCommands[name](typed.command.args),
      });
    },
  }));

/** The rows, in the order in which they are tried. */
export const playerRows: readonly Row[] = [
  {
    name: "command /start",
    matches: (incoming) => privateCommand(incoming)?.command.name === "start",
    route: (incoming, context) => {
      const typed = privateCommand(incoming);
      if (typed === undefined) return ignored("no command");
      const raffleId = raffleIdIn(typed.command.args);
      const started = seenBy(typed.from, {
        updateId: incoming.update.update_id,
        context,
        started: raffleId === undefined ? {} : { raffleId },
      });
      // The player's machine greets him; besides he is shown the raffle whose link he followed.
      return {
        sends: [started],
        answer: raffleId === undefined ? { kind: "none" } : { kind: "raffle", raffleId },
      };
    },
  },
  ...commandRows,
  {
    name: "command /limits",
    matches: (incoming) => privateCommand(incoming)?.command.name === "limits",
    route: (incoming, context) => {
      const typed = privateCommand(incoming);
      if (typed === undefined) return ignored("no command");
      // His machine knows them, and tells him.
      const event = { type: "rules.asked" as const, atMs: context.nowMs };
      return wish(incoming, { from: typed.from, context, event });
    },
  },
  {
    name: "command /topup",
    matches: (incoming) => privateCommand(incoming)?.command.name === "topup",
    route: (incoming, context) => {
      const typed = privateCommand(incoming);
      if (typed === undefined) return ignored("no command");
      const { from, command: { args } } = typed;
      return routeTopUpCommand(incoming, { from, context, args });
    },
  },
  {
    name: "command /cashout",
    matches: (incoming) => privateCommand(incoming)?.command.name === "cashout",
    route: (incoming, context) => {
      const typed = privateCommand(incoming);
      if (typed === undefined) return ignored("no command");
      return routeCashOutCommand(incoming, { from: typed.from, context });
    },
  },
  {
    name: "command /email",
    matches: (incoming) => privateCommand(incoming)?.command.name === "email",
    route: (incoming, context) => {
      const typed = privateCommand(incoming);
      if (typed === undefined) return ignored("no command");
      return routeEmailCommand(incoming, { from: typed.from, context });
    },
  },
  {
    name: "unknown command",
    matches: (incoming) => privateCommand(incoming) !== undefined,
    route: (incoming, context) => replyTo(incoming, context, { kind: "unknownCommand" }),
  },
  ...wordRows,
  {
    name: "other private message",
    matches: ({ update }) =>
      update.message?.from !== undefined && update.message.chat.type === "private",
    route: (incoming, context) => replyTo(incoming, context, { kind: "wordsOnly" }),
  },
  {
    name: "command in a group",
    matches: ({ update }, { botUsername }) => {
      const command = parseCommand(update.message?.text);
      const named = command?.botUsername?.toLowerCase();
      return update.message?.from !== undefined && named === botUsername.toLowerCase();
    },
    route: () => ({ sends: [], answer: { kind: "privateChatOnly" } }),
  },
  {
    name: "button outside a private chat",
    matches: ({ update: { callback_query: query } }) =>
      query?.message !== undefined && query.message.chat.type !== "private",
    // What it would show is his own affair and nobody else's.
    route: () => ({ sends: [], answer: { kind: "privateButtonOnly" } }),
  },
  {
    name: "button",
    matches: ({ update }) => decodeButton(update.callback_query?.data) !== undefined,
    route: (incoming, context) => {
      const query = incoming.update.callback_query;
      const button = decodeButton(query?.data);
      if (query === undefined || button === undefined) return ignored("no button");
      return routeButton(incoming, { button, from: query.from, context });
    },
  },
  {
    name: "old button",
    matches: ({ update }) => update.callback_query !== undefined,
    route: () => ({ sends: [], answer: { kind: "oldButton" } }),
  },
  {
    name: "bot blocked or unblocked",
    matches: ({ update }) => update.my_chat_member?.chat.type === "private",
    route: ({ update }, context) => {
      const change = update.my_chat_member;
      if (change === undefined) return ignored("no change");
      const isBlocked = change.new_chat_member.status === "kicked";
      const event: UserEvent = {
        type: isBlocked ? "bot.blocked" : "bot.unblocked",
        atMs: context.nowMs,
      };
      return {
        sends: [{
          address: userAddressOf(change.from.id),
          event,
          key: `tg:${update.update_id}`,
          create: userInputOf(change.from, context),
          isCourtesy: true,
        }],
        answer: { kind: "none" },
      };
    },
  },
];

function replyTo(incoming: Incoming, context: RouteContext, answer: Answer): Route {
  const from = incoming.update.message?.from;
  return from === undefined ? ignored("no sender") : answered(incoming, { from, context, answer });
}

function ignored(reason: string): Route {
  return { sends: [], answer: { kind: "none" }, ignored: reason };
}
