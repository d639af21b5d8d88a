/**
 * How a person takes what is on his balance: by the bot's buttons, from /balance to the question
 * before it is done. It knows the buttons and nothing of the bot's inside.
 */
import { type ChatMessage, type People, type Person, WaitTimeoutError } from "../sandbox/people.ts";
import { buttonOf, type SeenMessage } from "./entries.ts";

/** Who presses, and how long he waits for what follows, milliseconds. */
export interface Hand {
  readonly people: People;
  readonly person: Person;
  readonly timeoutMs: number;
  /** How often he presses a button when nothing follows. @default 1 */
  readonly tries?: number;
}

/**
 * Writes /balance and opens the choices.
 * @throws {WaitTimeoutError} When there are none: nothing is on the balance, or the bot is away.
 */
export async function askChoices(hand: Hand): Promise<SeenMessage> {
  const { people, person } = hand;
  const balance = await insist(hand, "prize", () => people.write(person.id, "/balance"));
  return await follow(hand, { message: balance, data: "prize", until: "keep" });
}

/**
 * Opens the list of gifts and asks for one of them.
 * @param choose Takes one of the buttons, the cheapest first: `gift:ID:STARS`.
 * @returns The question, with the button that does it.
 * @throws {WaitTimeoutError} When he can afford none, or the bot is away.
 */
export async function askGift(
  hand: Hand,
  { choices, choose }: {
    choices: SeenMessage;
    choose: (offered: readonly string[]) => string;
  },
): Promise<SeenMessage> {
  const list = await follow(hand, { message: choices, data: "gifts:0", until: "gift:" });
  const data = choose(buttonsOf(list, "gift:"));
  return await follow(hand, { message: list, data, until: `send${data}` });
}

/** The data of all buttons that begin so. */
export function buttonsOf({ reply_markup }: ChatMessage, prefix: string): string[] {
  return (reply_markup?.inline_keyboard ?? []).flat()
    .flatMap(({ callback_data: data }) => data?.startsWith(prefix) ? [data] : []);
}

/**
 * Presses a button and waits for a message with another one.
 * @throws {WaitTimeoutError} When none comes.
 */
export async function follow(
  hand: Hand,
  { message, data, until }: { message: SeenMessage; data: string; until: string },
): Promise<SeenMessage> {
  const { people, person } = hand;
  const press = () => people.press(person.id, { message_id: message.message_id, data });
  return await insist(hand, until, press);
}

/** Does it, and again when no message with such a button follows. @throws {WaitTimeoutError} */
export async function insist(
  { people, person, timeoutMs, tries = 1 }: Hand,
  until: string,
  act: () => Promise<unknown>,
): Promise<SeenMessage> {
  const { revision } = await people.chat(person.id);
  for (let attempt = 1;; attempt++) {
    await act();
    try {
      return await people.waitForMessage(
        person.id,
        ({ reply_markup }) => buttonOf(reply_markup, until) !== undefined,
        { since: revision, timeoutMs },
      );
    } catch (error) {
      if (!(error instanceof WaitTimeoutError) || attempt >= tries) throw error;
    }
  }
}
