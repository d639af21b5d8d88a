/**
 * One prize as a person takes it: by the bot's buttons, from /balance to the yes. When nothing follows
 * he presses again, and then lets it be; a person comes again another time.
 */
import { buttonOf, type SeenMessage } from "../demo/entries.ts";
import { askChoices, askGift, buttonsOf, follow, type Hand } from "../demo/prize_buttons.ts";
import { DoorRefusedError } from "../sandbox/door_client.ts";
import { WaitTimeoutError } from "../sandbox/people.ts";
import type { PrizeKind, PrizePlan } from "./plan_prizes.ts";
import type { Player, Stage } from "./stage.ts";
import { pause } from "./wait.ts";

/** Somebody who sees no answer presses again after this, so often in all. */
const ANSWER_MS = 5_000;
const TRIES = 3;

/** @returns What he has said yes to; undefined when he has given up before. */
export async function takePrize(
  { people, signal }: Stage,
  { player: { person }, plan }: { player: Player; plan: PrizePlan },
): Promise<PrizeKind | undefined> {
  const hand: Hand = { people, person, timeoutMs: ANSWER_MS, tries: TRIES };
  let asked: PrizeKind | undefined;
  await people.unblock(person.id);
  if (plan.isPrivate) await people.acceptGifts(person.id, { unlimited_gifts: false });
  try {
    const { kind, question } = await ask(hand, plan);
    const data = buttonOf(question.reply_markup, "send");
    if (data === undefined) return undefined;
    const yes = { message_id: question.message_id, data };
    await people.press(person.id, yes);
    asked = kind;
    if (plan.isPressedTwice) {
      await pause(plan.delayMs, signal);
      await people.press(person.id, yes);
    }
    if (plan.isCancelled) await cancel(hand, question);
  } catch (error) {
    // No answer in time, or a button that is gone: he lets it be.
    if (!(error instanceof WaitTimeoutError || error instanceof DoorRefusedError)) throw error;
  } finally {
    if (plan.isPrivate) {
      await pause(plan.delayMs, signal);
      await people.acceptGifts(person.id, { unlimited_gifts: true });
    }
  }
  return asked;
}

/** To the question before it is done. */
async function ask(
  hand: Hand,
  { likes, which }: PrizePlan,
): Promise<{ kind: PrizeKind; question: SeenMessage }> {
  const choices = await askChoices(hand);
  const choose = (offered: readonly string[]) => offered[Math.floor(which * offered.length)] ?? "";
  const offers = {
    premium: buttonsOf(choices, "premium:"),
    refund: buttonsOf(choices, "ownback:"),
  };
  const kind = likes.find((one) => one !== "gift" && offers[one].length > 0) ?? "gift";
  if (kind === "gift") return { kind, question: await askGift(hand, { choices, choose }) };
  const until = kind === "premium" ? "sendpremium:" : "sendback:";
  const data = choose(offers[kind]);
  return { kind, question: await follow(hand, { message: choices, data, until }) };
}

/** While admins are waited for he may change his mind. */
async function cancel({ people, person, timeoutMs }: Hand, since: SeenMessage): Promise<void> {
  const waits = await people.waitForMessage(
    person.id,
    ({ reply_markup }) => buttonOf(reply_markup, "wdrno:") !== undefined,
    { since: since.revision, timeoutMs },
  );
  const data = buttonOf(waits.reply_markup, "wdrno:") ?? "";
  await people.press(person.id, { message_id: waits.message_id, data });
}
