/** Rows for what players write and press, and for blocking and unblocking the bot. */
import type {
  EntryMethod,
  RaffleEvent,
  RaffleId,
  UserEvent,
} from "../../machines/domain/events.ts";
import { type Button, decodeButton, isRaffleId } from "../telegram/callback_data.ts";
import { parseCommand, type PlayerCommand, type TypedCommand } from "../telegram/commands.ts";
import type { TelegramUser } from "../telegram/update_schema.ts";
import type { Answer, Incoming, Route, RouteContext, Row } from "./incoming.ts";
import { playerIdOf, seenBy, userAddressOf, userInputOf } from "./telegram_person.ts";

/** A command in a private chat, and who gave it. */
export function privateCommand(
  { update }: Incoming,
): { command: TypedCommand; from: TelegramUser } | undefined {
  const message = update.message;
  if (message?.from === undefined || message.chat.type !== "private") return undefined;
  const command = parseCommand(message.text);
  return command === undefined ? undefined : { command, from: message.from };
}

/** A route that says that he was here, and answers. */
export function answered(
  incoming: Incoming,
  options: { from: TelegramUser; context: RouteContext; answer: Answer },
): Route {
  const seen = seenBy(options.from, {
    updateId: incoming.update.update_id,
    context: options.context,
  });
  return { sends: [seen], answer: options.answer };
}

/** The raffle's id in a command's words, also behind `join_`, as deep links carry it. */
function raffleIdIn(args: string): RaffleId | undefined {
  const id = args.split(/\s+/)[0] ?? "";
  return isRaffleId(id) ? id : undefined;
}

const answersOfCommands: Record<Exclude<PlayerCommand, "start">, (args: string) => Answer> = {
  join_raffle: (args) => {
    const raffleId = raffleIdIn(args);
    if (raffleId !== undefined) return { kind: "joinRaffle", raffleId };
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
  help: () => ({ kind: "help" }),
  paysupport: () => ({ kind: "paysupport" }),
  terms: () => ({ kind: "terms" }),
  privacy: () => ({ kind: "privacy" }),
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
      // The player's machine greets him, with the raffle whose link he followed.
      return { sends: [started], answer: { kind: "none" } };
    },
  },
  ...commandRows,
  {
    name: "unknown command",
    matches: (incoming) => privateCommand(incoming) !== undefined,
    route: (incoming, context) => replyTo(incoming, context, { kind: "unknownCommand" }),
  },
  {
    name: "other private message",
    matches: ({ update }) =>
      update.message?.from !== undefined && update.message.chat.type === "private",
    route: (incoming, context) => replyTo(incoming, context, { kind: "unknownText" }),
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

function routeButton(
  incoming: Incoming,
  options: { button: Button; from: TelegramUser; context: RouteContext },
): Route {
  const { button } = options;
  switch (button.verb) {
    case "menu":
      return answered(incoming, { ...options, answer: { kind: "menu" } });
    case "open":
      return answered(incoming, { ...options, answer: { kind: "openRaffles" } });
    case "join":
      return answered(incoming, {
        ...options,
        answer: { kind: "joinRaffle", raffleId: button.raffleId },
      });
    case "raffle":
      return answered(incoming, {
        ...options,
        answer: { kind: "raffle", raffleId: button.raffleId },
      });
    case "proof":
      return answered(incoming, {
        ...options,
        answer: { kind: "proof", raffleId: button.raffleId },
      });
    case "stars":
      return askEntry(incoming, { ...options, raffleId: button.raffleId, method: "stars" });
    case "balance":
      return askEntry(incoming, { ...options, raffleId: button.raffleId, method: "balance" });
    case "admopen":
      return adminOpen(incoming, { ...options, raffleId: button.raffleId });
  }
}

function askEntry(
  { update }: Incoming,
  options: { from: TelegramUser; context: RouteContext; raffleId: RaffleId; method: EntryMethod },
): Route {
  const { from, context, raffleId, method } = options;
  const paymentId = context.ids.paymentId();
  const event: UserEvent = {
    type: "entry.requested",
    raffleId,
    paymentId,
    salt: context.ids.salt(),
    method,
    atMs: context.nowMs,
  };
  return {
    sends: [{
      address: userAddressOf(from.id),
      event,
      key: `tg:${update.update_id}`,
      create: userInputOf(from, context),
    }],
    answer: { kind: "entryAsked", raffleId, method, paymentId },
  };
}

/** The button under a raffle just made; it stays in the chat, so the right is checked again. */
function adminOpen(
  { update }: Incoming,
  options: { from: TelegramUser; context: RouteContext; raffleId: RaffleId },
): Route {
  const { from, context, raffleId } = options;
  if (!context.isAdmin(from.id)) return { sends: [], answer: { kind: "adminRefused" } };
  const event: RaffleEvent = {
    type: "raffle.open",
    by: playerIdOf(from.id),
    atMs: context.nowMs,
  };
  return {
    sends: [{
      address: `raffle/${raffleId}`,
      event,
      key: `tg:${update.update_id}`,
      mustExist: true,
    }],
    answer: { kind: "adminDone", command: "open", raffleId },
  };
}

function ignored(reason: string): Route {
  return { sends: [], answer: { kind: "none" }, ignored: reason };
}
