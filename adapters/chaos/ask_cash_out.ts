/**
 * How a person says where his rubles shall go: by the bot's buttons and questions, up to the last yes. It
 * knows the buttons and nothing of the bot's inside.
 */
import type { PayoutDestination } from "../../machines/domain/payout_destination.ts";
import { buttonOf, type SeenMessage } from "../demo/entries.ts";
import { buttonsOf, follow, type Hand, insist } from "../demo/prize_buttons.ts";
import { WaitTimeoutError } from "../sandbox/people.ts";

/** Where to, and how much. */
export interface CashOutOrder {
  readonly receiver: Exclude<PayoutDestination, { kind: "card" }> | CardReceiver;
  /** As he types it; undefined: all he has. */
  readonly amount?: string | undefined;
  /** The message that says that it did not go through, with buttons for other ways. */
  readonly after?: SeenMessage | undefined;
}

/** A card is typed on a page of its own. */
export interface CardReceiver {
  readonly kind: "card";
  /** Fills in the form of the page at this address. */
  readonly type: (page: string) => Promise<unknown>;
}

/**
 * @returns The question, with the button that does it.
 * @throws {WaitTimeoutError} When he has no rubles, or the bot does not go on as he thought.
 */
export async function askCashOut(
  hand: Hand,
  { receiver, amount, after }: CashOutOrder,
): Promise<SeenMessage> {
  const { people, person } = hand;
  const write = (text: string, until: string): Promise<SeenMessage> =>
    insist(hand, until, () => people.write(person.id, text));
  const press = (message: SeenMessage, data: string, until: string): Promise<SeenMessage> =>
    follow(hand, { message, data, until });

  const begin = `c:n:${receiver.kind}`;
  let amounts: SeenMessage;
  if (after === undefined) {
    const ways = await write("/cashout", "c:w:");
    const way = buttonsOf(ways, "c:w:").find((data) => data.endsWith(`:${receiver.kind}`)) ?? "";
    amounts = await press(ways, way, "c:a:");
  } else amounts = await press(after, begin, "c:a:");
  const all = buttonOf(amounts.reply_markup, "c:a:") ?? "";
  const asked = amount === undefined
    ? await press(amounts, all, "c:x:")
    : await write(amount, "c:x:");
  switch (receiver.kind) {
    case "sbp": {
      const banks = await write(receiver.phone, "c:b:");
      const bank = buttonsOf(banks, "c:b:").find((data) => data.endsWith(`:${receiver.bankId}`));
      return await press(banks, bank ?? "", "c:y:");
    }
    case "yooMoney":
      return await write(receiver.wallet, "c:y:");
    case "card": {
      const page = pageIn(asked);
      if (page === undefined) throw new WaitTimeoutError("There is no page for a card");
      return await insist(hand, "c:y:", () => receiver.type(page));
    }
  }
}

/** The address of the page for a card. */
function pageIn({ reply_markup }: SeenMessage): string | undefined {
  return reply_markup?.inline_keyboard?.flat().find(({ url }) => url !== undefined)?.url;
}
