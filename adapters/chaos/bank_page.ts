/** How a person comes to YooKassa's page, and what he does there. */
import { bankPaymentIn, type SeenMessage } from "../demo/entries.ts";
import { DoorRefusedError } from "../sandbox/door_client.ts";
import type { PayerOrder } from "../sandbox/payers.ts";
import { WaitTimeoutError } from "../sandbox/people.ts";
import type { Player, Stage } from "./stage.ts";

const LINK_MS = 8_000;
/** The bot may be away for ten seconds; then people ask again. */
const TRIES = 3;

export interface AskedPage {
  readonly player: Player;
  readonly ask: () => Promise<unknown>;
  /** Whether it still makes sense. */
  readonly isWanted: () => boolean;
  /** Whether a message with a link is the one that was asked for. */
  readonly words: (message: SeenMessage) => boolean;
  readonly isRefused?: (message: SeenMessage) => boolean;
}

/** @returns The payment, and the message with its link; undefined when none came. */
export async function askBankPage(
  { people, signal }: Stage,
  { player: { person: { id } }, ask, isWanted, words, isRefused = () => false }: AskedPage,
): Promise<{ payment: string; message: SeenMessage } | undefined> {
  for (let attempt = 0; attempt < TRIES && isWanted() && !signal.aborted; attempt++) {
    // He may have blocked the bot elsewhere meanwhile, and gets no link then.
    await people.unblock(id);
    const { revision } = await people.chat(id);
    await ask();
    try {
      const message = await people.waitForMessage(
        id,
        (one) => bankPaymentIn(one) !== undefined && words(one) || isRefused(one),
        { since: revision, timeoutMs: LINK_MS },
      );
      const payment = bankPaymentIn(message);
      return payment === undefined ? undefined : { payment, message };
    } catch (error) {
      if (!(error instanceof WaitTimeoutError)) throw error;
    }
  }
  return undefined;
}

/** @returns Whether the page took it; it may be paid already, or its hour may be over. */
export async function payHow(
  { payers }: Stage,
  payment: string,
  how: PayerOrder,
): Promise<boolean> {
  try {
    await payers.pay(payment, how);
    return true;
  } catch (error) {
    if (error instanceof DoorRefusedError) return false;
    throw error;
  }
}
