/**
 * The doors around YooKassa: what payers do on its page, what is set in its cabinet, what it knows and
 * has told; and the things that go wrong outside, such as a notice that it never sent.
 */
import { type Context, Hono } from "hono";
import { requireObject } from "../yookassa/objects.ts";
import { readBooks } from "../yookassa/books.ts";
import { tokenize } from "../yookassa/card_tokens.ts";
import { ENDPOINTS } from "../yookassa/endpoints.ts";
import { pay, PayerError } from "../yookassa/payer.ts";
import { TEST_WALLETS } from "../yookassa/payout_rules.ts";
import { settlePayout } from "../yookassa/payouts.ts";
import { settleRefund } from "../yookassa/refunds.ts";
import { testCards } from "../yookassa/test_cards.ts";
import { topUp, type YooKassa } from "../yookassa/yookassa.ts";
import { YooKassaError } from "../yookassa/yookassa_error.ts";
import type {
  ForgedNotice,
  PayerOrder,
  PhoneOwner,
  SettleOrder,
  YooKassaSettings,
} from "../yookassa_types.ts";
import { DoorError, readBody, readNumber } from "./door_request.ts";

/** Builds the doors, to be mounted at `/sandbox/yookassa`. */
export function createYooKassaDoors({ context, calls }: YooKassa): Hono {
  const { world, objects, notices, settings } = context;
  const doors = new Hono();

  doors.get("/books", (c) => c.json(readBooks(context)));
  doors.get("/methods", (c) => c.json(ENDPOINTS.map(({ name }) => name)));
  doors.get("/test-cards", (c) => c.json({ cards: testCards(), wallets: TEST_WALLETS }));
  doors.get("/settings", (c) => c.json(settings.read()));
  doors.post("/settings", async (c) => {
    const change = await readSettings(c);
    const changed = world.store.transaction(() => settings.change(change));
    notices.reschedule();
    return c.json(changed);
  });
  doors.get("/calls", async (c) => {
    const method = c.req.query("method");
    const filter = {
      after: readNumber(c, "after", 0),
      ...(method === undefined ? {} : { method }),
    };
    const found = await world.signals.until("yookassa/calls", readNumber(c, "waitMs", 0), () => {
      const list = calls.list(filter);
      return list.length === 0 ? null : list;
    }, c.req.raw.signal);
    return c.json(found ?? []);
  });
  doors.get("/notices", (c) => c.json(notices.list()));
  doors.post("/notices", async (c) => {
    const notice = await readBody<ForgedNotice>(c, { event: "string", object: "object" });
    if (notice.event === undefined || notice.object === undefined) {
      throw new DoorError(400, 'Fields "event" and "object" are needed');
    }
    return c.json({ id: world.store.transaction(() => notices.forge(notice)) });
  });
  doors.post("/notices/:id/redeliver", (c) => {
    const isThere = world.store.transaction(() => notices.redeliver(Number(c.req.param("id"))));
    if (!isThere) throw new DoorError(404, "There is no such notice");
    return c.json({ ok: true });
  });
  doors.post("/payments/:id/pay", async (c) => {
    const order: PayerOrder = await readBody<Required<PayerOrder>>(c, {
      method: "string",
      card: "string",
      bankId: "string",
      wallet: "string",
      passes3ds: "boolean",
      decline: "boolean",
    });
    return inDoor(c, () => pay(context, requireObject(objects, "payment", idOf(c)), order));
  });
  doors.post("/refunds/:id/settle", (c) =>
    settle(c, (id, reason) => {
      const refund = requireObject(objects, "refund", id);
      requirePending(refund.object);
      return settleRefund(context, refund, reason);
    }));
  doors.post("/payouts/:id/settle", (c) =>
    settle(c, (id, reason) => {
      const payout = requireObject(objects, "payout", id);
      requirePending(payout.object);
      return settlePayout(context, payout, reason);
    }));
  doors.post("/topups", async (c) => {
    const { amount } = await readBody<{ amount: number }>(c, { amount: "number" });
    if (amount === undefined || amount === 0) throw new DoorError(400, "An amount is needed");
    if (context.entries.balance("gateway") + amount < 0) {
      throw new DoorError(409, "There is less on the balance");
    }
    world.store.transaction(() => topUp(context, amount));
    return c.json({ ok: true });
  });
  doors.post("/phones", async (c) => {
    const { phone, ...owner }: PhoneOwner = await readBody<Required<PhoneOwner>>(c, {
      phone: "string",
      last_name: "string",
      first_name: "string",
      middle_name: "string",
    });
    if (!phone || !owner.last_name || !owner.first_name) {
      throw new DoorError(400, 'Fields "phone", "last_name" and "first_name" are needed');
    }
    world.store.run(
      `insert into yookassa_phones (phone, owner) values (?, ?)
       on conflict (phone) do update set owner = excluded.owner`,
      phone,
      JSON.stringify(owner),
    );
    return c.json({ ok: true });
  });
  doors.post("/cards", async (c) => {
    const { number } = await readBody<{ number: string }>(c, { number: "string" });
    const card = tokenize(world, number ?? "");
    if (card === undefined) throw new DoorError(400, "This is no card's number");
    return c.json(card);
  });

  function inDoor(c: Context, work: () => object): Response {
    try {
      return c.json(world.store.transaction(work));
    } catch (error: unknown) {
      if (error instanceof PayerError) throw new DoorError(409, error.message);
      if (error instanceof YooKassaError) throw new DoorError(404, error.description);
      throw error;
    }
  }

  async function settle(
    c: Context,
    work: (id: string, reason: string | null) => object,
  ): Promise<Response> {
    const { reason }: SettleOrder = await readBody<Required<SettleOrder>>(c, { reason: "string" });
    return inDoor(c, () => work(idOf(c), reason ?? null));
  }

  return doors;
}

function idOf(c: Context): string {
  return c.req.param("id") ?? "";
}

function requirePending({ id, status }: { readonly id: string; readonly status: string }): void {
  if (status !== "pending") throw new DoorError(409, `${id} is ${status} already`);
}

/** @throws {DoorError} 400 for what cannot be set. */
async function readSettings(c: Context): Promise<Partial<YooKassaSettings>> {
  // Delays may be numbers or "held", an address may be null: those are looked at by hand.
  const body = await c.req.json<unknown>().catch(() => undefined);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new DoorError(400, "The body must be an object");
  }
  const isDelay = (value: unknown): boolean =>
    value === "held" || (Number.isSafeInteger(value) && Number(value) >= 0);
  const checks: { readonly [Name in keyof YooKassaSettings]: (value: unknown) => boolean } = {
    noticeUrl: (value) => value === null || (typeof value === "string" && isNoticeUrl(value)),
    noticeDelays: (value) =>
      typeof value === "object" && value !== null && Object.values(value).every(isDelay),
    deliverTwice: isBoolean,
    isTest: isBoolean,
    needsReceipts: isBoolean,
    feeBps: isShare,
    vatBps: isShare,
    refundDelayMs: isDelay,
    payoutDelayMs: isDelay,
  };
  for (const [name, value] of Object.entries(body)) {
    const check = Object.hasOwn(checks, name) ? checks[name as keyof typeof checks] : undefined;
    if (check === undefined) throw new DoorError(400, `Unknown field "${name}"`);
    if (!check(value)) throw new DoorError(400, `Field "${name}" cannot be that`);
  }
  return body;
}

function isBoolean(value: unknown): boolean {
  return typeof value === "boolean";
}

function isShare(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= 10_000;
}

/** YooKassa sends to https on two ports alone; the sandbox to this machine too. */
function isNoticeUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, port, hostname } = new URL(url);
  return protocol === "https:"
    ? ["", "443", "8443"].includes(port)
    : protocol === "http:" && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
