/**
 * How a person says where his rubles shall go: by the bot's buttons and questions, up to the last yes. He
 * answers the newest question, and begins anew when none follows. It knows the buttons and nothing of the
 * bot's inside.
 */
import type { PayoutDestination } from "../../machines/domain/payout_destination.ts";
import { buttonOf, type SeenMessage } from "../demo/entries.ts";
import { buttonsOf, type Hand } from "../demo/prize_buttons.ts";
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

/** A dialogue has six questions at most; some may have to be answered again. */
const MAX_ANSWERS = 12;

/**
 * @returns The last question, with the button that does it.
 * @throws {WaitTimeoutError} When he has no rubles, or the bot does not go on.
 */
export async function askCashOut(hand: Hand, order: CashOutOrder): Promise<SeenMessage> {
  const { people, person, tries = 1 } = hand;
  const begin = (isFirst: boolean): Promise<unknown> =>
    isFirst && order.after !== undefined
      ? press(hand, order.after, `c:n:${order.receiver.kind}`)
      : people.write(person.id, "/cashout");
  let question: SeenMessage | undefined;
  let vain = 0;
  for (let count = 0; count < MAX_ANSWERS && vain < tries; count++) {
    const { revision } = await people.chat(person.id);
    await (question === undefined ? begin(count === 0) : answer(hand, question, order));
    question = await newestQuestion(hand, revision);
    if (question === undefined) vain++;
    else if (buttonOf(question.reply_markup, "c:y:") !== undefined) return question;
  }
  throw new WaitTimeoutError(`Person ${person.id} was not asked for the last yes`);
}

async function answer(
  hand: Hand,
  question: SeenMessage,
  { receiver, amount }: CashOutOrder,
): Promise<unknown> {
  const { people, person } = hand;
  const has = (prefix: string): boolean => buttonOf(question.reply_markup, prefix) !== undefined;
  if (has("c:w:")) return await press(hand, question, "c:w:", receiver.kind);
  if (has("c:a:")) {
    return amount === undefined
      ? await press(hand, question, "c:a:")
      : await people.write(person.id, amount);
  }
  switch (receiver.kind) {
    case "sbp":
      return has("c:b:")
        ? await press(hand, question, "c:b:", receiver.bankId)
        : await people.write(person.id, receiver.phone);
    case "yooMoney":
      return await people.write(person.id, receiver.wallet);
    case "card": {
      const page = pageIn(question);
      return page === undefined ? undefined : await receiver.type(page);
    }
  }
}

/** Presses the button that begins and ends so. */
async function press(
  { people, person }: Hand,
  message: SeenMessage,
  prefix: string,
  suffix = "",
): Promise<void> {
  const data = buttonsOf(message, prefix).find((each) => each.endsWith(suffix));
  if (data !== undefined) await people.press(person.id, { message_id: message.message_id, data });
}

/** Of several that follow the one that came or was changed last; undefined when none follows in time. */
async function newestQuestion(
  { people, person, timeoutMs }: Hand,
  since: number,
): Promise<SeenMessage | undefined> {
  const isQuestion = ({ reply_markup, revision }: SeenMessage): boolean =>
    revision > since && buttonOf(reply_markup, "c:x:") !== undefined;
  try {
    await people.waitForMessage(person.id, isQuestion, { since, timeoutMs });
  } catch (error) {
    if (error instanceof WaitTimeoutError) return undefined;
    throw error;
  }
  const { messages } = await people.chat(person.id);
  return messages.filter(isQuestion).toSorted((left, right) => left.revision - right.revision)
    .at(-1);
}

/** The address of the page for a card. */
function pageIn({ reply_markup }: SeenMessage): string | undefined {
  return reply_markup?.inline_keyboard?.flat().find(({ url }) => url !== undefined)?.url;
}
