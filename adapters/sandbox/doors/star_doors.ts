/**
 * The doors around the Stars: what people were given and which gifts they take; how the bot's owner
 * tops the balance up, withdraws and switches paid broadcasts on; and a row in the books that nobody
 * in the product knows of.
 */
import { Hono } from "hono";
import type { AcceptedGiftTypes, StarPartner, StrangeTransaction } from "../star_types.ts";
import { setPaidBroadcast } from "../telegram/paid_broadcast.ts";
import { acceptGifts, giftsOf } from "../telegram/sent_gifts.ts";
import { addStranger, topUp, withdraw } from "../telegram/star_books.ts";
import type { TelegramContext } from "../telegram/telegram_context.ts";
import { TelegramError } from "../telegram/telegram_error.ts";
import { DoorError, readBody, readBot, readPerson } from "./door_request.ts";

const PARTNERS: readonly StarPartner["type"][] = [
  "user",
  "chat",
  "affiliate_program",
  "fragment",
  "telegram_ads",
  "telegram_api",
  "other",
];

/**
 * Builds the doors around the Stars.
 *
 * @param context Telegram's side of the world.
 */
export function createStarDoors(context: TelegramContext): Hono {
  const { world } = context;
  const doors = new Hono();

  doors.get("/people/:id/gifts", (c) => c.json(giftsOf(world, readPerson(c, context).id)));
  doors.post("/people/:id/gifts", async (c) => {
    const person = readPerson(c, context);
    const change: Partial<AcceptedGiftTypes> = await readBody<AcceptedGiftTypes>(c, {
      unlimited_gifts: "boolean",
      limited_gifts: "boolean",
      unique_gifts: "boolean",
      premium_subscription: "boolean",
      gifts_from_channels: "boolean",
    });
    world.store.transaction(() => acceptGifts(world, person.id, change));
    return c.json(giftsOf(world, person.id));
  });
  doors.post("/withdrawals", async (c) => {
    const { amount } = await readBody<{ amount: number }>(c, { amount: "number" });
    if (!(amount > 0)) throw new DoorError(400, "An amount must be positive");
    const bot = readBot(c, context);
    try {
      world.store.transaction(() => withdraw(world, bot, amount));
    } catch (error: unknown) {
      if (error instanceof TelegramError) throw new DoorError(409, error.description);
      throw error;
    }
    return c.json({ ok: true });
  });
  doors.post("/topups", async (c) => {
    const { amount } = await readBody<{ amount: number }>(c, { amount: "number" });
    if (!(amount > 0)) throw new DoorError(400, "An amount must be positive");
    const bot = readBot(c, context);
    world.store.transaction(() => topUp(world, bot, amount));
    return c.json({ ok: true });
  });
  doors.post("/transactions", async (c) => {
    const { amount, partner }: StrangeTransaction = await readBody<Required<StrangeTransaction>>(
      c,
      {
        amount: "number",
        partner: "object",
      },
    );
    if (amount === undefined || amount === 0) throw new DoorError(400, "An amount is needed");
    if (partner !== undefined && !PARTNERS.includes(partner?.type)) {
      throw new DoorError(400, `The partner's "type" must be one of ${PARTNERS.join(", ")}`);
    }
    const bot = readBot(c, context);
    const id = world.store.transaction(() =>
      addStranger(world, bot, amount, partner ?? { type: "other" })
    );
    return c.json({ id });
  });
  doors.post("/paid-broadcasts", async (c) => {
    const { enabled } = await readBody<{ enabled: boolean }>(c, { enabled: "boolean" });
    if (enabled === undefined) throw new DoorError(400, 'Field "enabled" is needed');
    const bot = readBot(c, context);
    world.store.transaction(() => setPaidBroadcast(world, bot, enabled));
    return c.json({ ok: true });
  });
  return doors;
}
