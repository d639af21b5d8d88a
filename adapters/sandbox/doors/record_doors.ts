/**
 * The doors by which a test asks the outside world what happened: calls, books, updates, violated
 * limits; and by which it orders faults and the manner of delivery.
 */
import { Hono } from "hono";
import type { Calls } from "../calls.ts";
import type { DeliverySettings, FaultOrder, Violations } from "../door_types.ts";
import type { Books } from "../star_types.ts";
import { FAULT_KINDS, type Faults, SERVICE_NAMES } from "../faults.ts";
import { booksOf } from "../telegram/star_books.ts";
import type { Telegram } from "../telegram/telegram.ts";
import { DoorError, readBody, readBot, readNumber } from "./door_request.ts";

/**
 * Builds the doors for asking and ordering.
 *
 * @param parts What is asked and told.
 */
export function createRecordDoors(
  { telegram, calls, faults }: {
    readonly telegram: Telegram;
    readonly calls: Calls;
    readonly faults: Faults;
  },
): Hono {
  const { context, delivery } = telegram;
  const { world, updates } = context;
  const doors = new Hono();

  doors.post("/bots", async (c) => {
    const { token } = await readBody<{ token: string }>(c, { token: "string" });
    const { id, username } = context.bots.byToken(token ?? "");
    return c.json({ id, username });
  });
  doors.get(
    "/bots",
    (c) => c.json(context.bots.all().map(({ id, username }) => ({ id, username }))),
  );
  doors.get("/calls", async (c) => {
    const method = c.req.query("method");
    const filter = {
      after: readNumber(c, "after", 0),
      limit: readNumber(c, "limit", 1000),
      ...(method === undefined ? {} : { method }),
    };
    const look = (): ReturnType<Calls["list"]> | null => {
      const found = calls.list(filter);
      return found.length === 0 ? null : found;
    };
    const waitMs = readNumber(c, "waitMs", 0);
    return c.json(await world.signals.until("calls", waitMs, look, c.req.raw.signal) ?? []);
  });
  doors.get("/books", (c) =>
    c.json<Books>({
      bots: context.bots.all().map((bot) => booksOf(world, bot)),
      people: context.chats.people().map(({ id, stars }) => ({ id, stars })),
    }));
  doors.get("/updates", (c) => c.json(updates.list(readBot(c, context))));
  doors.post("/updates/:id/redeliver", (c) => {
    const bot = readBot(c, context);
    const row = updates.one(bot, Number(c.req.param("id")));
    if (row === undefined) throw new DoorError(404, "There is no such update");
    world.store.transaction(() => {
      world.store.run(
        // What was not delivered yet must stay until it is confirmed: a repeat is handed out once.
        `update updates set state = case state when 'pending' then state else 'again' end,
         wake_at = ?, failures = 0, delay = 1000,
         expires_at = max(expires_at, ?) where bot_id = ? and update_id = ?`,
        world.clock.nowMs(),
        world.clock.nowMs() + 150_000,
        bot.id,
        row.update_id,
      );
    });
    delivery.enqueue(bot, row.update_id);
    world.signals.raise(`updates/${bot.id}`);
    return c.json({ ok: true });
  });
  doors.get("/delivery", (c) => c.json(updates.settings()));
  doors.post("/delivery", async (c) => {
    const change = await readBody<DeliverySettings>(c, {
      delays: "object",
      deliverTwice: "boolean",
    });
    for (const [type, delay] of Object.entries(change.delays ?? {})) {
      if (delay !== "held" && !(Number.isSafeInteger(delay) && delay >= 0)) {
        throw new DoorError(400, `The delay of "${type}" must be milliseconds or "held"`);
      }
    }
    const settings = updates.setSettings(change);
    delivery.reschedule();
    return c.json(settings);
  });
  doors.get("/violations", (c) => {
    const rows = world.store.all<{ chat_id: number | null }>("select chat_id from violations");
    const byChat: Record<string, number> = {};
    for (const { chat_id } of rows) {
      if (chat_id !== null) byChat[chat_id] = (byChat[chat_id] ?? 0) + 1;
    }
    const perBot = rows.filter((row) => row.chat_id === null).length;
    return c.json<Violations>({
      total: rows.length,
      perBot,
      perChat: rows.length - perBot,
      byChat,
    });
  });
  doors.get("/faults", (c) => c.json(faults.list()));
  doors.delete("/faults", (c) => {
    faults.clear();
    return c.json({ ok: true });
  });
  doors.delete("/faults/:id", (c) => {
    if (!faults.remove(Number(c.req.param("id")))) {
      throw new DoorError(404, "There is no such fault");
    }
    return c.json({ ok: true });
  });
  doors.post("/faults", async (c) => {
    const order = await readBody<Required<FaultOrder>>(c, {
      service: "string",
      method: "string",
      kind: "string",
      times: "number",
      chatId: "number",
      retryAfter: "number",
      delayMs: "number",
      code: "number",
      description: "string",
    });
    checkFault(order);
    return c.json(faults.add(order));
  });
  return doors;
}

function checkFault(order: FaultOrder): void {
  if (!Object.hasOwn(SERVICE_NAMES, order.service)) {
    const services = Object.keys(SERVICE_NAMES).map((service) => `"${service}"`).join(", ");
    throw new DoorError(400, `Field "service" must be one of ${services}`);
  }
  if (typeof order.method !== "string" || order.method === "") {
    throw new DoorError(400, 'Field "method" is needed');
  }
  const services = Object.hasOwn(FAULT_KINDS, order.kind) ? FAULT_KINDS[order.kind] : undefined;
  if (services === undefined) throw new DoorError(400, `Unknown fault "${order.kind}"`);
  if ((order.times ?? 1) < 1) throw new DoorError(400, 'Field "times" must be at least 1');
  if (!services.includes(order.service)) {
    const whose = services.map((service) => SERVICE_NAMES[service]).join(", ");
    throw new DoorError(400, `"${order.kind}" is a fault of ${whose}`);
  }
  const isStatus = order.code !== undefined && order.code >= 400 && order.code <= 599;
  if (order.kind === "error" && order.service === "drand" && !isStatus) {
    throw new DoorError(400, 'The "code" of an "error" of drand is an HTTP status from 400 to 599');
  }
  if (order.kind === "error" && order.code === undefined) {
    throw new DoorError(400, 'An "error" needs a "code"');
  }
  const isLater = order.kind === "delay" || order.kind === "noticeLate";
  if (isLater && order.delayMs === undefined) {
    throw new DoorError(400, `A "${order.kind}" needs "delayMs"`);
  }
}
