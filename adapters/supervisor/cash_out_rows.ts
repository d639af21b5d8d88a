/**
 * The way to a player's dialogue about his rubles: its command, what he types while it asks, its buttons.
 * A withdrawal's id is made from the question that was confirmed: however often and on however many
 * devices that is pressed, it is one withdrawal.
 */
import type { CashOutContext } from "../../machines/cash_out_machine.ts";
import type { CashOutEvent, CashOutInput } from "../../machines/domain/cash_out.ts";
import type { PayoutChannel } from "../../machines/domain/payout_destination.ts";
import { WORDS_WINDOW_MS } from "../../machines/domain/player.ts";
import type { UserContext } from "../../machines/user_machine.ts";
import type { CashOutButton } from "../telegram/cash_out_button.ts";
import { parseCommand } from "../telegram/commands.ts";
import type { TelegramUser } from "../telegram/update_schema.ts";
import { answered } from "./answered.ts";
import type { Answer, Incoming, PayoutTerms, Route, RouteContext, Row, Send } from "./incoming.ts";
import type { View } from "./runtime_port.ts";
import { playerIdOf, seenBy, userAddressOf } from "./telegram_person.ts";

interface Asker {
  from: TelegramUser;
  context: RouteContext;
}

/** Address of a player's dialogue. */
export function cashOutAddressOf(telegramUserId: number): string {
  return `cashOut/${playerIdOf(telegramUserId)}`;
}

/** An event without its time and turn. */
type Saying = CashOutEvent extends infer Event
  ? Event extends CashOutEvent ? Omit<Event, "atMs" | "turn"> : never
  : never;

function say({ update }: Incoming, { from, context }: Asker, said: Saying): Send {
  const create: CashOutInput = { playerId: playerIdOf(from.id) };
  // New in every update, and so on the buttons of every answer.
  const turn = update.update_id.toString(36);
  const event = { ...said, turn, atMs: context.nowMs } as CashOutEvent;
  return {
    address: cashOutAddressOf(from.id),
    event,
    key: `tg:${update.update_id}`,
    ...(said.type === "cashOut.begin" ? { create } : { mustExist: true }),
  };
}

/** A command that begins the dialogue. */
export function routeCashOutCommand(incoming: Incoming, asker: Asker): Route {
  return begin(incoming, asker);
}

/** A button of the dialogue. */
export function routeCashOutButton(
  incoming: Incoming,
  { cash, ...asker }: Asker & { cash: CashOutButton },
): Route {
  const { payouts } = asker.context;
  if (payouts === undefined || cash.step === "begin") {
    return begin(incoming, asker, cash.step === "begin" ? cash.channel : undefined);
  }
  const tell = (said: Saying, answer: Answer = { kind: "cashOut", isEdit: true }): Route => ({
    sends: [say(incoming, asker, said)],
    answer,
  });
  const { of } = cash;
  switch (cash.step) {
    case "channel":
      return tell({ type: "cashOut.channel", channel: cash.channel, of });
    case "all":
      return tell({ type: "cashOut.all", of });
    case "bank":
      return tell({ type: "cashOut.bank", bankId: cash.bankId, of });
    case "page":
      return tell({ type: "cashOut.page", page: cash.page, of });
    case "cancel":
      return tell({ type: "cashOut.cancel", of }, { kind: "cashOutCancelled" });
    case "confirm":
      return tell(
        {
          type: "cashOut.confirm",
          of,
          withdrawal: withdrawalOf(incoming, { ...asker, of, payouts }),
        },
        { kind: "cashOutConfirmed" },
      );
  }
}

function begin(incoming: Incoming, asker: Asker, channel?: PayoutChannel): Route {
  const { context, from } = asker;
  if (context.payouts === undefined) {
    return answered(incoming, { ...asker, answer: { kind: "noPayouts" } });
  }
  const seen = seenBy(from, { updateId: incoming.update.update_id, context });
  return {
    sends: [
      seen,
      say(incoming, asker, {
        type: "cashOut.begin",
        ...(channel === undefined ? {} : { channel }),
        asksName: context.payouts.asksName,
        cardKey: context.ids.cardKey(),
      }),
    ],
    answer: { kind: "cashOut", isEdit: false },
  };
}

function withdrawalOf(
  { update }: Incoming,
  { from, context, of, payouts }: Asker & { of: string; payouts: PayoutTerms },
) {
  const { message_id, date } = update.callback_query?.message ?? {};
  return {
    withdrawalId: context.ids.withdrawalId(`rubles ${from.id} ${of} ${message_id} ${date}`),
    telegramUserId: from.id,
    limit: { minor: payouts.limitMinor, currency: "RUB" as const },
    adminIds: [...context.admins.owners],
    gatewayId: payouts.gatewayId,
  };
}

function wordsIn(
  { update: { message } }: Incoming,
): { from: TelegramUser; text: string } | undefined {
  if (message?.from === undefined || message.chat.type !== "private") return undefined;
  const { text } = message;
  if (text === undefined || parseCommand(text) !== undefined) return undefined;
  return { from: message.from, text };
}

/** Longest text that is looked at: no answer is longer. */
const LOOKED_AT = 200;

/** Whether it was after the dialogue that he was asked to write something else. */
function isAskedLater(user: View | undefined, cashOut: View, nowMs: number): boolean {
  const { dialogue = null } = (user?.context ?? {}) as Partial<UserContext>;
  if (dialogue === null || dialogue.untilMs < nowMs) return false;
  return dialogue.untilMs - WORDS_WINDOW_MS > (cashOut.context as CashOutContext).askedAtMs;
}

/** The rows, in the order in which they are tried. */
export const cashOutRows: readonly Row[] = [
  {
    name: "words for the dialogue about rubles",
    matches: (incoming, { payouts }) => payouts !== undefined && wordsIn(incoming) !== undefined,
    route: (incoming, context) => {
      const { from, text } = wordsIn(incoming) as { from: TelegramUser; text: string };
      return {
        sends: [],
        answer: { kind: "none" },
        look: {
          address: cashOutAddressOf(from.id),
          // When nothing is asked his words are meant for others.
          route: (cashOut) =>
            cashOut?.tags.includes("takesWords") !== true ? undefined : {
              sends: [],
              answer: { kind: "none" },
              look: {
                address: userAddressOf(from.id),
                route: (user) =>
                  isAskedLater(user, cashOut, context.nowMs) ? undefined : {
                    sends: [
                      say(incoming, { from, context }, {
                        type: "cashOut.said",
                        text: text.slice(0, LOOKED_AT).toWellFormed(),
                      }),
                    ],
                    answer: { kind: "cashOut", isEdit: false },
                  },
              },
            },
        },
      };
    },
  },
];
