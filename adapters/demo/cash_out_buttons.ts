/**
 * How a person takes his rubles out through the SBP: by the bot's buttons and questions, from /balance to
 * the last yes. It knows the buttons and nothing of the bot's inside.
 */
import { buttonOf, type SeenMessage } from "./entries.ts";
import { buttonsOf, follow, type Hand, insist } from "./prize_buttons.ts";

/** To whom they go, as he types it. */
export interface SbpReceiver {
  readonly phone: string;
  /** A part of the bank's name. */
  readonly bank: string;
  /** Last name, first name; asked for where the receiver is checked. */
  readonly name: string;
}

/**
 * Asks for all his rubles.
 * @returns The question, with the button that does it.
 * @throws {WaitTimeoutError} When there are none, or the bot does not go on.
 */
export async function askSbp(
  hand: Hand,
  { phone, bank, name }: SbpReceiver,
): Promise<SeenMessage> {
  const { people, person } = hand;
  const write = (text: string, until: string) =>
    insist(hand, until, () => people.write(person.id, text));
  const balance = await write("/balance", "c:n:");
  const ways = await follow(hand, { message: balance, data: "c:n:", until: "c:w:" });
  const sbp = buttonsOf(ways, "c:w:").find((data) => data.endsWith(":sbp")) ?? "";
  const amounts = await follow(hand, { message: ways, data: sbp, until: "c:a:" });
  const all = buttonOf(amounts.reply_markup, "c:a:") ?? "";
  await follow(hand, { message: amounts, data: all, until: "c:x:" });
  await write(phone, "c:b:");
  const banks = await write(bank, "c:b:");
  const found = buttonOf(banks.reply_markup, "c:b:") ?? "";
  const named = await follow(hand, { message: banks, data: found, until: "c:x:" });
  const isAsked = buttonOf(named.reply_markup, "c:y:") === undefined;
  return isAsked ? await write(name, "c:y:") : named;
}

/** Says the last yes, and waits until the bot says that the money is sent. */
export async function confirmCashOut(
  { people, person, timeoutMs }: Hand,
  question: SeenMessage,
): Promise<void> {
  const data = buttonOf(question.reply_markup, "c:y:") ?? "";
  await people.press(person.id, { message_id: question.message_id, data });
  await people.waitForMessage(person.id, ({ text }) => text?.startsWith("💸") === true, {
    since: question.revision,
    timeoutMs,
  });
}
