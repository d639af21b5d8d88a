/** One entry in Stars as a person makes it: a button, an invoice, a payment, in one of the planned manners. */
import { DoorRefusedError } from "../sandbox/door_client.ts";
import { type Checkout, type PayOrder, type Person, WaitTimeoutError } from "../sandbox/people.ts";
import { type EnterContext, type Entry, NOTHING } from "./entry.ts";
import type { StarEntryPlan } from "./plan_raffles.ts";
import type { Stage } from "./stage.ts";
import { pause } from "./wait.ts";

interface StarContext extends EnterContext {
  readonly entry: StarEntryPlan;
}

const INVOICE_MS = 8_000;
/** The bot may be away for ten seconds; then people press again. */
const TRIES = 3;

export async function enterByStars(stage: Stage, context: StarContext): Promise<Entry> {
  const { people } = stage;
  const player = stage.players[context.entry.player];
  if (player === undefined) return NOTHING;
  const { person, homeMessageId } = player;
  const { raffleId } = context;
  if (context.entry.manner === "balance") {
    await people.press(person.id, { message_id: homeMessageId, data: `balance:${raffleId}` });
    return NOTHING;
  }
  const messageId = await askInvoice(stage, { ...context, person, homeMessageId });
  if (messageId === undefined) return NOTHING;
  try {
    return await payAs(stage, { ...context, person, messageId });
  } catch (error) {
    // What Telegram's client would not let him do: the invoice is paid, say.
    if (error instanceof DoorRefusedError) return NOTHING;
    throw error;
  }
}

/** @returns The invoice's message, or undefined when none came. */
async function askInvoice(
  { people, signal }: Stage,
  { raffleId, title, isOpen, person, homeMessageId }: StarContext & {
    person: Person;
    homeMessageId: number;
  },
): Promise<number | undefined> {
  for (let attempt = 0; attempt < TRIES && isOpen() && !signal.aborted; attempt++) {
    // He may have blocked the bot elsewhere meanwhile, and gets no invoice then.
    await people.unblock(person.id);
    const { revision } = await people.chat(person.id);
    await people.press(person.id, {
      message_id: homeMessageId,
      data: `stars:${raffleId}`,
    });
    try {
      const { message_id, invoice } = await people.waitForMessage(
        person.id,
        ({ invoice, text }) =>
          invoice?.title === title || text?.startsWith(`“${title}”: no ticket`) === true,
        { since: revision, timeoutMs: INVOICE_MS },
      );
      return invoice === undefined ? undefined : message_id;
    } catch (error) {
      if (!(error instanceof WaitTimeoutError)) throw error;
    }
  }
  return undefined;
}

async function payAs(
  stage: Stage,
  context: StarContext & { person: Person; messageId: number },
): Promise<Entry> {
  const { people, signal } = stage;
  const { person, messageId, entry } = context;
  const pay = (order: Omit<PayOrder, "message_id"> = {}): Promise<Checkout> =>
    people.pay(person.id, { message_id: messageId, ...order });
  switch (entry.manner) {
    case "late": {
      const { id, status } = await pay({ hold: "payment" });
      return status === "held" ? { late: [() => people.deliverPayment(id)] } : NOTHING;
    }
    case "toldLate":
      await pay({ hold: "update", holdPaymentMs: entry.delayMs });
      return NOTHING;
    case "twice": {
      const forms = [await pay({ hold: "payment" }), await pay({ hold: "payment" })];
      for (const { id, status } of forms) if (status === "held") await people.deliverPayment(id);
      return NOTHING;
    }
    case "declined":
      await pay({ decline: "after" });
      return NOTHING;
    default: {
      const paid = await payPatiently(stage, { ...context, pay });
      if (paid === undefined) return NOTHING;
      if (entry.manner === "blocks") await people.block(person.id);
      if (entry.manner === "redelivered" && paid.payment_update_id !== null) {
        await pause(entry.delayMs, signal);
        await people.redeliver(paid.payment_update_id);
      }
      if (entry.manner === "chargeback" && paid.telegram_payment_charge_id !== null) {
        await pause(entry.delayMs, signal);
        await people.chargeback(paid.telegram_payment_charge_id);
      }
      return NOTHING;
    }
  }
}

/** Without an answer within ten seconds Telegram gives up, and the person tries again. */
async function payPatiently(
  { signal }: Stage,
  { pay, isOpen }: StarContext & { pay: () => Promise<Checkout> },
): Promise<Checkout | undefined> {
  for (let attempt = 0; attempt < TRIES && isOpen() && !signal.aborted; attempt++) {
    const checkout = await pay();
    if (checkout.status === "paid") return checkout;
    if (checkout.status !== "failed") return undefined;
  }
  return undefined;
}
