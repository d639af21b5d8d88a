/**
 * One way of rubles out as a person takes it: by the bot's buttons and questions, to the last yes. When it
 * comes back he tries another way; when nothing follows he lets it be.
 */
import { buttonOf, type SeenMessage } from "../demo/entries.ts";
import type { Hand } from "../demo/prize_buttons.ts";
import { DoorRefusedError } from "../sandbox/door_client.ts";
import { WaitTimeoutError } from "../sandbox/people.ts";
import { askCashOut, type CashOutOrder } from "./ask_cash_out.ts";
import type { CashOutPlan, ReceiverPlan } from "./plan_rubles.ts";
import type { Player, Stage } from "./stage.ts";
import { pause } from "./wait.ts";

/** Somebody who sees no answer presses again after this, so often in all. */
const ANSWER_MS = 5_000;
const TRIES = 3;
/** A payout takes a second; who reads later that it came back lets it be. */
const RETURN_MS = 10_000;

/** @returns Whether he has said yes at all. */
export async function cashOut(
  stage: Stage,
  { player: { person }, plan }: { player: Player; plan: CashOutPlan },
): Promise<boolean> {
  const { people, signal } = stage;
  const hand: Hand = { people, person, timeoutMs: ANSWER_MS, tries: TRIES };
  let hasSaidYes = false;
  await people.unblock(person.id);
  try {
    const { amount, receiver, next } = plan;
    const question = await askCashOut(hand, { receiver: receiverOf(stage, receiver), amount });
    const yes = { message_id: question.message_id, data: yesOf(question) };
    await people.press(person.id, yes);
    hasSaidYes = true;
    if (plan.isPressedTwice) {
      await pause(plan.delayMs, signal);
      await people.press(person.id, yes);
    }
    if (next === undefined && !plan.isCancelled) return true;
    const after = await hear(stage, { hand, question, isCancelled: plan.isCancelled });
    if (after === undefined || next === undefined) return true;
    const again = await askCashOut(hand, { receiver: receiverOf(stage, next), amount, after });
    await people.press(person.id, { message_id: again.message_id, data: yesOf(again) });
  } catch (error) {
    // No answer in time, or a button that is gone: he lets it be.
    if (!(error instanceof WaitTimeoutError || error instanceof DoorRefusedError)) throw error;
  }
  return hasSaidYes;
}

/** @returns The message that says that nothing was sent; undefined when it was, or nothing is said. */
async function hear(
  { people }: Stage,
  { hand: { person, timeoutMs }, question, isCancelled }: {
    hand: Hand;
    question: SeenMessage;
    isCancelled: boolean;
  },
): Promise<SeenMessage | undefined> {
  const since = { since: question.revision, timeoutMs: isCancelled ? timeoutMs : RETURN_MS };
  const message = await people.waitForMessage(
    person.id,
    ({ text = "", reply_markup }) =>
      text.includes("– sent") || text.startsWith("Nothing was sent") ||
      isCancelled && buttonOf(reply_markup, "wdrno:") !== undefined,
    since,
  );
  const data = buttonOf(message.reply_markup, "wdrno:");
  if (data === undefined) return message.text?.startsWith("Nothing") === true ? message : undefined;
  await people.press(person.id, { message_id: message.message_id, data });
  return undefined;
}

function yesOf({ reply_markup }: SeenMessage): string {
  return buttonOf(reply_markup, "c:y:") ?? "";
}

function receiverOf(
  { payers, productUrl }: Stage,
  receiver: ReceiverPlan,
): CashOutOrder["receiver"] {
  if (receiver.kind !== "card") return receiver;
  return {
    kind: "card",
    async type(page) {
      const { payout_token, last4 } = await payers.tokenize(receiver.number);
      // Of several nodes any shows the page, and none may be there just now.
      const url = productUrl();
      if (url === undefined) return;
      const response = await fetch(new URL(new URL(page).pathname, url), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ payout_token, last4 }),
      }).catch(() => undefined);
      await response?.body?.cancel();
    },
  };
}
