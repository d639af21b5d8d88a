/**
 * The doors by which people pay: an invoice in their chat, a forwarded one, a link; late, declined,
 * twice. What Telegram's client would not let them do is refused here.
 */
import { type Context, Hono } from "hono";
import type { Checkout, PayOrder, Person } from "../door_types.ts";
import type { Bot } from "../telegram/bots.ts";
import {
  beginCheckout,
  CHECKOUT_DEADLINE_MS,
  deliverPayment,
  hasCheckout,
  type Payable,
  viewCheckout,
} from "../telegram/checkout.ts";
import { chargeOf, giveBack } from "../telegram/stars.ts";
import type { TelegramContext } from "../telegram/telegram_context.ts";
import {
  DoorError,
  readBody,
  readBot,
  readNumber,
  readPerson,
  requirePerson,
} from "./door_request.ts";

interface InvoiceRow {
  readonly id: string;
  readonly person_id: number | null;
  readonly amount: number;
  readonly payload: string;
  readonly start_parameter: string;
  readonly is_paid: number;
}

/**
 * Builds the doors for paying.
 *
 * @param context Telegram's side of the world.
 */
export function createPaymentDoors(context: TelegramContext): Hono {
  const { world } = context;
  const doors = new Hono();

  doors.post("/people/:id/pay", (c) => payDoor(c, context));
  doors.get("/checkouts/:id", async (c) => {
    const id = requireCheckout(c, context);
    return c.json(await atRest(c, context, { id, waitMs: readNumber(c, "waitMs", 0) }));
  });
  doors.post("/checkouts/:id/deliver", (c) => {
    const id = requireCheckout(c, context);
    const { status } = viewCheckout(context, id);
    if (status !== "held") throw new DoorError(409, `Checkout ${id} is ${status}, not held`);
    return c.json(world.store.transaction(() => deliverPayment(context, id)));
  });
  doors.post("/chargebacks", async (c) => {
    const { chargeId } = await readBody<{ chargeId: string }>(c, { chargeId: "string" });
    const bot = readBot(c, context);
    const charge = chargeOf(world, bot, chargeId ?? "");
    if (charge === undefined) throw new DoorError(404, "There is no such charge");
    if (charge.refunded_at !== null) throw new DoorError(409, "This charge was given back already");
    world.store.transaction(() => giveBack(context, bot, charge, "chargeback"));
    return c.json({ ok: true });
  });
  return doors;
}

async function payDoor(c: Context, context: TelegramContext): Promise<Response> {
  const { world } = context;
  const order: PayOrder = await readBody<Required<PayOrder>>(c, {
    message_id: "number",
    link: "string",
    forwardedFrom: "number",
    hold: "string",
    holdPaymentMs: "number",
    decline: "string",
    again: "boolean",
    wait: "boolean",
  });
  if (!["payment", "update", undefined].includes(order.hold)) {
    throw new DoorError(400, 'Field "hold" must be "payment" or "update"');
  }
  if (!["before", "after", undefined].includes(order.decline)) {
    throw new DoorError(400, 'Field "decline" must be "before" or "after"');
  }
  const [bot, payer] = [readBot(c, context), readPerson(c, context)];
  const payable = findPayable(context, { bot, payer, order });
  if (order.decline === "before") {
    return c.json<Checkout>({
      id: "",
      bot_id: bot.id,
      person_id: payer.id,
      amount: payable.amount,
      invoice_payload: payable.payload,
      status: "declined",
      error: null,
      telegram_payment_charge_id: null,
      pre_checkout_update_id: null,
      payment_update_id: null,
    });
  }
  const { id } = world.store.transaction(() =>
    beginCheckout(context, bot, { payer, payable, order })
  );
  const waitMs = order.wait === false ? 0 : CHECKOUT_DEADLINE_MS * 2;
  return c.json(await atRest(c, context, { id, waitMs }));
}

/** @throws {DoorError} When this person cannot pay that. */
function findPayable(
  context: TelegramContext,
  { bot, payer, order }: { bot: Bot; payer: Person; order: PayOrder },
): Payable {
  const { store } = context.world;
  if ((order.message_id === undefined) === (order.link === undefined)) {
    throw new DoorError(400, 'One of "message_id" and "link" is needed');
  }
  const isForwarded = order.forwardedFrom !== undefined || order.link !== undefined;
  const columns = "id, person_id, amount, payload, start_parameter, is_paid";
  const invoice = order.link === undefined
    ? store.one<InvoiceRow>(
      `select ${columns} from invoices where bot_id = ? and message_id = ?`,
      bot.id,
      order.message_id ?? 0,
    )
    : store.one<InvoiceRow>(
      `select ${columns} from invoices where bot_id = ? and link = ?`,
      bot.id,
      order.link,
    );
  const owner = order.forwardedFrom ?? payer.id;
  if (invoice === undefined || (order.link === undefined && invoice.person_id !== owner)) {
    throw new DoorError(404, `Person ${owner} has no such invoice`);
  }
  if (order.forwardedFrom !== undefined) {
    requirePerson(context.chats.person(order.forwardedFrom), order.forwardedFrom);
    if (invoice.start_parameter !== "") {
      throw new DoorError(
        409,
        `The forwarded copy has no Pay button, only a link: https://t.me/${bot.username}?start=${invoice.start_parameter}`,
      );
    }
  } else if (order.link === undefined) {
    if (context.chats.message(bot, order.message_id) === undefined) {
      throw new DoorError(404, "The invoice was deleted");
    }
    if (invoice.is_paid === 1 && order.again !== true) {
      throw new DoorError(409, "The invoice is paid: the button says Receipt");
    }
  }
  if (payer.stars < invoice.amount) {
    throw new DoorError(409, `BALANCE_TOO_LOW: ${payer.stars} Stars, ${invoice.amount} needed`);
  }
  return { invoiceId: invoice.id, amount: invoice.amount, payload: invoice.payload, isForwarded };
}

async function atRest(
  c: Context,
  context: TelegramContext,
  { id, waitMs }: { id: string; waitMs: number },
): Promise<Checkout> {
  const look = (): Checkout | null => {
    const checkout = viewCheckout(context, id);
    return checkout.status === "waiting" ? null : checkout;
  };
  const { signals } = context.world;
  const rested = await signals.until(`checkout/${id}`, waitMs, look, c.req.raw.signal);
  return rested ?? viewCheckout(context, id);
}

function requireCheckout(c: Context, context: TelegramContext): string {
  const id = c.req.param("id") ?? "";
  if (!hasCheckout(context, id)) throw new DoorError(404, `There is no checkout ${id}`);
  return id;
}
