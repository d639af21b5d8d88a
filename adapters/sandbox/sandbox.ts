/**
 * The sandbox: stand-ins for Telegram, RANDOM.ORG, drand and YooKassa over HTTP, with books of their own. It imports
 * nothing of the project, and the project reads it only through HTTP: it is the outside world.
 * Guards against tests that are content because nobody on the other side objects.
 */
import { Hono } from "hono";
import { createCalls } from "./calls.ts";
import { type Clock, systemClock } from "./clock.ts";
import { DoorError } from "./doors/door_request.ts";
import { createDrand } from "./drand/drand.ts";
import { createPaymentDoors } from "./doors/payment_doors.ts";
import { createPeopleDoors } from "./doors/people_doors.ts";
import { createRecordDoors } from "./doors/record_doors.ts";
import { createRoomDoors } from "./doors/room_doors.ts";
import { createStarDoors } from "./doors/star_doors.ts";
import { createYooKassaDoors } from "./doors/yookassa_doors.ts";
import { createFaults } from "./faults.ts";
import { originGuard } from "./origin_guard.ts";
import { createPage } from "./page/create_page.ts";
import { addCast, type CastMember } from "./page/cast.ts";
import { createSeededRandom, type Random, systemRandom } from "./random.ts";
import { createRandomOrg } from "./randomorg/randomorg.ts";
import { createSigningKey } from "./randomorg/signing_key.ts";
import { createSignals } from "./signals.ts";
import { openStore, type Store } from "./store.ts";
import { createTelegram } from "./telegram/telegram.ts";
import { TelegramError } from "./telegram/telegram_error.ts";
import type { Deliver } from "./telegram/webhook_attempt.ts";
import type { FloodLimits, RandomTerms, World } from "./world.ts";
import { readSums } from "./yookassa/books.ts";
import { createYooKassa } from "./yookassa/yookassa.ts";

/** All optional: as it stands it lives in memory, on the system's clock and chance. */
export interface SandboxOptions {
  /** Folder of `sandbox.sqlite`. Default: in memory. */
  readonly dataDir?: string;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Makes ids and draws repeatable; another stream after each opening of the same books. */
  readonly seed?: string;
  /** Takes precedence over `seed`. */
  readonly random?: Random;
  /** A bot known from the start, so that people can write before its first call. */
  readonly token?: string;
  /** PKCS#8 key for RANDOM.ORG's signatures. Default: one of its own, made when first needed. */
  readonly privateKeyPem?: string;
  /** How webhook requests and YooKassa's notices go out. Default: `fetch`. */
  readonly deliver?: Deliver;
  /** People who are there from the start; who is known by the id already stays as he is. */
  readonly cast?: readonly CastMember[];
  readonly flood?: Partial<FloodLimits>;
  readonly randomTerms?: Partial<RandomTerms>;
}

/** A running sandbox. */
export interface Sandbox {
  /** All of it without a port: `/bot<token>/…`, `/randomorg/…`, `/drand/…`, `/yookassa/…`, `/sandbox/…`. */
  fetch(request: Request): Promise<Response>;
  /** Listens on loopback. @param port 0 for any free one. */
  listen(port: number): Promise<{ readonly url: string; stop(): Promise<void> }>;
  /** Resolves when no webhook request and no notice is in flight. */
  idle(): Promise<void>;
  /** Ends timers and waiters and closes the books. */
  close(): Promise<void>;
}

/** About thirty a second over all chats, one a second to one chat with a few forgiven. */
const FLOOD: FloodLimits = {
  perSecond: 30,
  perChatPerSecond: 1,
  chatBurst: 4,
  perGroupPerMinute: 20,
  paidPerSecond: 1000,
};
/** A developer key's day, as in real answers; the delay is far below the real 1–2 s. */
const TERMS: RandomTerms = { advisoryDelayMs: 10, requestsPerDay: 1000, bitsPerDay: 250_000 };

const DOORS = [
  "GET / (the page)",
  "ANY /bot<token>/<method>",
  "POST /randomorg/json-rpc/4/invoke",
  "GET /randomorg/key.pem",
  "GET /drand/info",
  "GET /drand/:chain/public/:round",
  "GET|POST /sandbox/bots",
  "GET|POST /sandbox/people",
  "GET /sandbox/people/:id",
  "POST /sandbox/people/:id/stars",
  "POST /sandbox/people/:id/write",
  "POST /sandbox/people/:id/press",
  "POST /sandbox/people/:id/pay",
  "POST /sandbox/people/:id/block",
  "POST /sandbox/people/:id/unblock",
  "GET /sandbox/people/:id/chat?since=&waitMs=",
  "GET|POST /sandbox/people/:id/gifts",
  "POST /sandbox/people/:id/join",
  "POST /sandbox/people/:id/leave",
  "GET|POST /sandbox/rooms",
  "GET /sandbox/rooms/:id",
  "POST /sandbox/rooms/:id/bot",
  "POST /sandbox/rooms/:id/upgrade",
  "GET /sandbox/rooms/:id/posts?since=&waitMs=",
  "GET /sandbox/files/:id",
  "GET /sandbox/checkouts/:id?waitMs=",
  "POST /sandbox/checkouts/:id/deliver",
  "POST /sandbox/chargebacks",
  "POST /sandbox/withdrawals",
  "POST /sandbox/topups",
  "POST /sandbox/transactions",
  "POST /sandbox/paid-broadcasts",
  "GET /sandbox/calls?after=&method=&limit=&waitMs=",
  "GET /sandbox/books",
  "GET /sandbox/updates",
  "POST /sandbox/updates/:id/redeliver",
  "GET|POST /sandbox/delivery",
  "GET /sandbox/violations",
  "GET|POST|DELETE /sandbox/faults",
  "DELETE /sandbox/faults/:id",
  "ANY /yookassa/v3/…",
  "GET|POST /yookassa/payments/external/confirmation?orderId= (the payment page)",
  "GET /yookassa/payouts-data/3.1.0/widget.js (the payout widget)",
  "GET /sandbox/yookassa/books",
  "GET|POST /sandbox/yookassa/settings",
  "GET /sandbox/yookassa/methods",
  "GET /sandbox/yookassa/test-cards",
  "GET /sandbox/yookassa/calls?after=&method=&waitMs=",
  "GET|POST /sandbox/yookassa/notices",
  "POST /sandbox/yookassa/notices/:id/redeliver",
  "POST /sandbox/yookassa/payments/:id/pay",
  "POST /sandbox/yookassa/refunds/:id/settle",
  "POST /sandbox/yookassa/payouts/:id/settle",
  "POST /sandbox/yookassa/topups",
  "POST /sandbox/yookassa/phones",
  "POST /sandbox/yookassa/cards",
];

/**
 * Opens the books and puts the sandbox together; nothing listens yet.
 *
 * @example
 * const sandbox = createSandbox({ dataDir: ".data/demo" });
 * const { url, stop } = await sandbox.listen(0);
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const store = openStore(options.dataDir);
  const clock = stoppable(options.clock ?? systemClock);
  const stopped = new AbortController();
  const world: World = {
    store,
    clock,
    random: options.random ?? chooseRandom(store, options.seed),
    signals: createSignals(clock),
    flood: { ...FLOOD, ...options.flood },
    randomTerms: { ...TERMS, ...options.randomTerms },
    stopped: stopped.signal,
  };
  const faults = createFaults(world);
  const calls = createCalls(world);
  const deliver = options.deliver ?? fetch;
  const telegram = createTelegram(world, { faults, calls, deliver });
  const yookassa = createYooKassa(world, { faults, deliver });
  if (options.token !== undefined) telegram.context.bots.byToken(options.token);
  addCast(telegram.context, options.cast ?? []);
  const key = createSigningKey(world, options.privateKeyPem);

  const app = new Hono();
  app.use(originGuard);
  app.get(
    "/sandbox",
    (c) => c.json({ sandbox: "Telegram, RANDOM.ORG, drand and YooKassa", doors: DOORS }),
  );
  app.route(
    "/",
    createPage(telegram.context, { faults, readRubles: () => readSums(yookassa.context) }),
  );
  app.route("/randomorg", createRandomOrg(world, { faults, key }));
  app.route("/drand", createDrand(world, faults));
  app.route("/yookassa", yookassa.routes);
  app.route("/sandbox/yookassa", createYooKassaDoors(yookassa));
  app.route("/sandbox", createPeopleDoors(telegram.context));
  app.route("/sandbox", createPaymentDoors(telegram.context));
  app.route("/sandbox", createStarDoors(telegram.context));
  app.route("/sandbox", createRoomDoors(telegram.context));
  app.route("/sandbox", createRecordDoors({ telegram, calls, faults }));
  app.route("/", telegram.routes);
  app.notFound((c) => c.json({ ok: false, error_code: 404, description: "Not Found" }, 404));
  app.onError((error, c) => {
    if (error instanceof DoorError) return c.json({ error: error.message }, error.status);
    if (error instanceof TelegramError) return c.json({ error: error.description }, 400);
    return c.json(
      { ok: false, error_code: 500, description: `Sandbox fault: ${error.stack}` },
      500,
    );
  });

  const inFlight = new Set<Promise<Response>>();
  function handle(request: Request): Promise<Response> {
    const answer = Promise.resolve(app.fetch(request)).finally(() => inFlight.delete(answer));
    inFlight.add(answer);
    return answer;
  }

  async function idle(): Promise<void> {
    await telegram.delivery.idle();
    await yookassa.context.notices.idle();
  }

  async function close(): Promise<void> {
    if (stopped.signal.aborted) return;
    stopped.abort();
    world.signals.stop();
    await Promise.allSettled(inFlight);
    await idle();
    clock.stop();
    store.close();
  }

  return {
    fetch: handle,
    listen(port) {
      const server = Deno.serve(
        { port, hostname: "127.0.0.1", onListen: () => {} },
        (request) => handle(withoutSignal(request)),
      );
      return Promise.resolve({
        url: `http://127.0.0.1:${server.addr.port}`,
        async stop() {
          await close();
          await server.shutdown();
        },
      });
    },
    idle,
    close,
  };
}

/**
 * The same request without Deno's signal, which also fires after each good answer (and says so on
 * standard error). A caller who goes away is noticed by nobody then: his poll ends by its own time,
 * and what it held stays pending until an offset confirms it.
 */
function withoutSignal({ url, method, headers, body }: Request): Request {
  return new Request(url, { method, headers, body });
}

function chooseRandom(store: Store, seed: string | undefined): Random {
  return seed === undefined ? systemRandom : createSeededRandom(seed, store.next("openings"));
}

/** No timer of a closed sandbox may touch its closed books. */
function stoppable(clock: Clock): Clock & { stop(): void } {
  const running = new Set<() => void>();
  return {
    nowMs: clock.nowMs,
    setTimer(task, delayMs) {
      const cancel = clock.setTimer(() => {
        running.delete(forget);
        task();
      }, delayMs);
      const forget = (): void => {
        running.delete(forget);
        cancel();
      };
      running.add(forget);
      return forget;
    },
    stop() {
      for (const forget of [...running]) forget();
    },
  };
}
