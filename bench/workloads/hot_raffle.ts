/**
 * All pay for one raffle: from the confirmed payment by way of the payment's, the player's and the
 * raffle's actors to the ticket, the ledger and the notices, with the product's own machines and
 * writes. Of the product only the HTTP call to Telegram is a stand-in, which answers at once, and
 * leave to send is given at once, so that every notice is sent and none waits for Telegram's pace.
 */
import { createRuntime, type Runtime } from "../../actors/runtime.ts";
import { readConfig } from "../../adapters/config/read_config.ts";
import { createPlatformBroadcasts } from "../../adapters/platform/platform_broadcasts.ts";
import { defineRaffleActors, withRest } from "../../adapters/platform/raffle_actors.ts";
import { createSqlCards } from "../../adapters/platform/sql_cards.ts";
import { createSqlQueries } from "../../adapters/platform/sql_queries.ts";
import { createTelegramEffects } from "../../adapters/telegram/effects/telegram_effects.ts";
import { systemLimiterClock } from "../../adapters/telegram/send_limiter.ts";
import { createTelegramApi } from "../../adapters/telegram/telegram_api.ts";
import { checkBooks } from "../../db/ledger_books.ts";
import type { RaffleId, RaffleTerms } from "../../machines/domain/events.ts";
import { type Bed, expectAccepted } from "../bed.ts";
import { type Figures, keepBusy } from "../figures.ts";
import type { Measurement } from "../line.ts";
import { SENDERS } from "./counter.ts";

const PLAYERS = 2_000;
/** More than can be confirmed, so that each is confirmed once. */
const PAYMENTS_PER_SECOND = 10_000;
const WARM_UP_SECONDS = 1;
/** The raffle's own window: so long after the first ticket all are told how many have joined. */
const NOTICE_WINDOW_MS = 10_000;
const PRICE = { minor: "10", currency: "XTR" } as const;
const CHAT = 1_000_000;

const terms: RaffleTerms = {
  title: "Friday draw",
  price: PRICE,
  minPlayers: 2,
  maxTickets: 10_000_000,
  ticketsPerPlayer: 1_000_000,
  durationMs: 86_400_000,
  drawAt: "deadline",
  closingWindowMs: 60_000,
  sealPauseMs: 0,
  commissionBps: 1_500,
  sharesBps: [10_000],
  reserves: 2,
};

/** One raffle that is ready to be paid for. */
interface Round {
  readonly runtime: Runtime;
  readonly raffleId: RaffleId;
  readonly payments: number;
  readonly firstTicketAtMs: number;
}

let raffles = 0;

export async function measureHotRaffle(bed: Bed): Promise<Measurement> {
  const sent = { notices: 0 };
  let round: Round | undefined;
  await makePlayers(bed);
  return {
    prepare: async (seconds) => {
      const runtime = await startProduct(bed, () => sent.notices++);
      round = await makeRound(bed, { runtime, seconds });
    },
    measure: async (seconds) => {
      if (round === undefined) throw new Error("No round was prepared");
      await untilNoticeIsMidway(round, seconds);
      const figures = await confirmPayments(round, { bed, seconds, sent });
      await round.runtime.stop();
      return figures;
    },
    close: async () => {
      const { problems } = await checkBooks(bed.database);
      if (problems.length > 0) throw new Error(`The books are wrong: ${problems[0]}`);
    },
  };
}

async function startProduct({ database }: Bed, onSent: () => void): Promise<Runtime> {
  const api = createTelegramApi({
    token: "1:bench",
    fetch: () => {
      onSent();
      const result = { message_id: 1, date: 1, chat: { id: 1, type: "private" } };
      return Promise.resolve(Response.json({ ok: true, result }));
    },
  });
  const telegram = {
    api,
    limiter: {
      acquire: () => Promise.resolve(),
      afterPause: () => Promise.resolve(),
      pause: () => {},
    },
    queries: createSqlQueries(database),
    onBlocked: () => Promise.reject(new Error("Nobody blocks the bot here")),
    reach: { reached: () => Promise.resolve(), unreached: () => Promise.resolve() },
  };
  const neverDrawn = { run: () => Promise.reject(new Error("No raffle is drawn here")) };
  const runtime: Runtime = await createRuntime({
    database,
    actors: defineRaffleActors(withRest({
      ...createTelegramEffects({ ...telegram, cards: createSqlCards(database) }),
      ...createPlatformBroadcasts(readConfig({}), database, {
        ...telegram,
        clock: systemLimiterClock,
        botUsername: () => "bench",
        stopping: new AbortController().signal,
        log: () => {},
      }),
    }, neverDrawn)),
  });
  await runtime.start();
  return runtime;
}

async function makePlayers(bed: Bed): Promise<void> {
  const runtime = await startProduct(bed, () => {});
  await Promise.all(
    Array.from({ length: PLAYERS }, (_, player) =>
      runtime.create(`user/tg-${player}`, {
        playerId: `tg-${player}`,
        chatId: CHAT + player,
        name: `Player ${player}`,
        language: "en",
        atMs: Date.now(),
        entriesPerDay: 1_000_000,
      })),
  );
  await runtime.settled();
  await runtime.stop();
}

async function makeRound(
  bed: Bed,
  { runtime, seconds }: { runtime: Runtime; seconds: number },
): Promise<Round> {
  const raffleId: RaffleId = `rfl_bench${++raffles}`;
  const payments = (seconds + WARM_UP_SECONDS) * PAYMENTS_PER_SECOND;
  const atMs = Date.now();
  await runtime.create(`raffle/${raffleId}`, { raffleId, terms, createdBy: "tg-1", atMs });
  await expectAccepted(
    runtime.send(`raffle/${raffleId}`, { type: "raffle.open", by: "tg-1", atMs } as never),
  );
  for (const number of ["first", "template"]) await request(runtime, { raffleId, number });
  await runtime.settled();
  await copyPayments(bed, { raffleId, payments });
  await bed.tidy();
  const firstTicketAtMs = Date.now();
  await confirm(runtime, { raffleId, number: "first", player: 0 });
  return { runtime, raffleId, payments, firstTicketAtMs };
}

/** The player's wish: it ends with an invoice. */
async function request(
  runtime: Runtime,
  { raffleId, number }: { raffleId: RaffleId; number: string },
): Promise<void> {
  const paymentId = paymentOf(raffleId, number);
  await expectAccepted(
    runtime.send("user/tg-0", {
      type: "entry.requested",
      raffleId,
      paymentId,
      salt: "0".repeat(32),
      method: "stars",
      atMs: Date.now(),
    } as never),
  );
  await runtime.waitFor(
    `payment/${paymentId}`,
    ({ value }) => JSON.stringify(value) === '{"payable":"invoiced"}',
  );
}

/** Makes payments by the row of one that has its invoice: each for another player in turn. */
async function copyPayments(
  { run }: Bed,
  { raffleId, payments }: { raffleId: RaffleId; payments: number },
): Promise<void> {
  const id = paymentOf(raffleId, "template");
  const [row] = await run("select snapshot, revision, wake_at from actors where address = $1", [
    `payment/${id}`,
  ]);
  const stored = JSON.parse(row?.["snapshot"] as string);
  Object.assign(stored.context, { paymentId: "PAYMENT", playerId: "PLAYER", chatId: "CHAT" });
  const template = JSON.stringify(stored);
  if (template.includes(id)) throw new Error("The payment's snapshot names it in another place");
  await run(
    `insert into actors (address, revision, snapshot, wake_at)
     select 'payment/' || id, $2, replace(replace(replace($3, 'PAYMENT', id), 'PLAYER', 'tg-' || player),
       '"CHAT"', ($4::int + player)::text), $5
     from generate_series(0, $6::int - 1) n, concat($1::text, n) id, mod(n, $7::int) player`,
    [
      paymentOf(raffleId, ""),
      row?.["revision"],
      template,
      CHAT,
      row?.["wake_at"],
      payments,
      PLAYERS,
    ],
  );
  await run(
    `insert into payments (payment_id, raffle_id, player_id, status)
     select concat($1::text, n), raffle_id, 'tg-' || mod(n, $4::int), status
     from payments, generate_series(0, $3::int - 1) n where payment_id = $2`,
    [paymentOf(raffleId, ""), id, payments, PLAYERS],
  );
}

async function untilNoticeIsMidway(
  { firstTicketAtMs }: Round,
  seconds: number,
): Promise<void> {
  const startAtMs = firstTicketAtMs + NOTICE_WINDOW_MS - (WARM_UP_SECONDS + seconds / 2) * 1_000;
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, startAtMs - Date.now())));
}

async function confirmPayments(
  { runtime, raffleId, payments }: Round,
  { bed, seconds, sent }: { bed: Bed; seconds: number; sent: { notices: number } },
): Promise<Figures> {
  let confirmed = 0;
  const figures = await keepBusy({
    seconds,
    warmUpSeconds: WARM_UP_SECONDS,
    senders: SENDERS,
    work: () => {
      if (confirmed === payments) throw new Error(`More than ${payments} payments are wanted`);
      const number = confirmed++;
      return confirm(runtime, { raffleId, number: String(number), player: number % PLAYERS });
    },
  });
  const [waiting] = await bed.run("select count(*)::int as count from effects");
  await untilNoEffects(bed);
  await runtime.settled();
  const [tickets] = await bed.run(
    "select count(*)::int as count from tickets where raffle_id = $1",
    [raffleId],
  );
  // The one at the beginning has a ticket, too.
  if (tickets?.["count"] !== confirmed + 1) {
    throw new Error(`${confirmed + 1} payments have ${tickets?.["count"]} tickets`);
  }
  const extra = { noticesWaiting: Number(waiting?.["count"]), noticesSent: sent.notices };
  sent.notices = 0;
  return { ...figures, extra };
}

async function untilNoEffects({ run }: Bed): Promise<void> {
  for (;;) {
    const [row] = await run("select count(*)::int as count from effects");
    if (row?.["count"] === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function confirm(
  runtime: Runtime,
  { raffleId, number, player }: { raffleId: RaffleId; number: string; player: number },
): Promise<void> {
  const paymentId = paymentOf(raffleId, number);
  const chargeId = `charge-${paymentId}`;
  const event = {
    type: "payment.confirmed",
    chargeId,
    payerId: `tg-${player}`,
    amount: PRICE,
    atMs: Date.now(),
  };
  return expectAccepted(
    runtime.send(`payment/${paymentId}`, event, { key: `charge:${chargeId}` }),
  );
}

function paymentOf(raffleId: RaffleId, number: string): string {
  return `pay_${raffleId}-${number}`;
}
