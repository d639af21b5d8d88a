/**
 * A large raffle on the clock that waits for everybody: all join and pay, the list is sealed, drawn,
 * and everyone is told at Telegram's pace. It begins where the sandbox's books say it was, so that
 * it may be killed anywhere and played on.
 */
import { checkBooks } from "../../db/ledger_books.ts";
import type { RaffleId } from "../../machines/domain/events.ts";
import type { Platform } from "../platform/start_platform.ts";
import { DoorRefusedError } from "../sandbox/door_client.ts";
import type { People, Person } from "../sandbox/people.ts";
import { allCalls } from "./all_calls.ts";
import { askInvoice, openRaffle } from "./entries.ts";
import { type Told, whatWasTold } from "./what_was_told.ts";

/** What came of a fast demo, beside times and kills. */
export interface FastResult extends Told {
  readonly raffle: RaffleId;
  readonly players: number;
  readonly tickets: number;
  readonly payout: "paid" | "open";
  readonly ledgerBalanced: boolean;
  /** Stars by the sandbox's own books. */
  readonly received: number;
  /** Messages the bot has sent. */
  readonly messages: number;
  /** Times at which Telegram's limits were exceeded, by the sandbox. */
  readonly violations: number;
}

export interface FastWorld {
  readonly platform: Platform;
  readonly people: People;
  readonly adminId: number;
  readonly players: number;
  /** Messages whose outcome nobody knows, of those that were under way at a kill. */
  readonly uncertain: () => Promise<number>;
  /** Of these, those that were not repeated. */
  readonly setAside: () => Promise<number>;
  readonly onJoined: (count: number) => void;
}

const PRICE = 10;
/** People who pay at the same time. */
const AT_ONCE = 64;
/** Times he presses "pay". */
const MAX_ATTEMPTS = 3;
/** By the machine's clock; the demo's own is not to be waited for. */
const TIMEOUT_MS = 110_000;

/** Plays it to its end. */
export async function playFast(world: FastWorld): Promise<FastResult> {
  const { platform, people, players } = world;
  const [running] = await platform.queries.recentRaffles(1);
  const raffle = running?.raffleId ?? await begin(world);
  const guests = await gather(world);
  await joinAll(world, { raffle, guests });
  const { context } = await platform.runtime.waitFor(
    `raffle/${raffle}`,
    ({ tags }) => tags.includes("finished") || tags.includes("disputed"),
    { timeoutMs: TIMEOUT_MS },
  );
  // Notices leave at Telegram's pace; those that wait for it count as under way.
  await platform.runtime.settled();
  const calls = await allCalls(people);
  const [books] = (await people.books()).bots;
  const [won] = context.winners;
  const [balance] = await platform.queries.balanceOf(won?.playerId);
  const { balanced } = await checkBooks(platform.database);
  return {
    raffle,
    players,
    tickets: context.tickets,
    payout: balance?.available.minor === won?.prize.minor ? "paid" : "open",
    ledgerBalanced: balanced,
    received: books?.received ?? 0,
    messages: calls.filter(({ method, answer }) => method.startsWith("send") && answer.ok).length,
    violations: (await people.violations()).total,
    ...whatWasTold(calls, {
      raffle,
      chats: guests.map(({ id }) => id),
      uncertain: await world.uncertain(),
      setAside: await world.setAside(),
    }),
  };
}

/** Every promise of the fast demo that was not kept, in words. */
export function brokenFastPromises(result: FastResult): string[] {
  const { players } = result;
  const promises: [boolean, string][] = [
    [result.tickets === players, `${players} tickets`],
    [result.received === players * PRICE, "the sandbox's receipts"],
    [result.payout === "paid", "the prize credited"],
    [result.ledgerBalanced, "a balanced ledger"],
    [result.violations === 0, "Telegram's limits"],
    [result.toldTwice <= result.uncertain, "nobody told twice but for the uncertain ones"],
    [result.missed <= result.setAside, "nobody left untold but for the uncertain ones"],
  ];
  return promises.filter(([isKept]) => !isKept).map(([, promise]) => promise);
}

async function begin({ people, adminId, players }: FastWorld): Promise<RaffleId> {
  await people.person({ id: adminId, first_name: "Olga", language_code: "en" });
  await people.write(adminId, "/start");
  return await openRaffle(people, {
    adminId,
    form: `price=${PRICE} min=2 max=${players} draw=maximum commission=1500 pause=0`,
    title: "Great raffle",
  });
}

async function gather({ people, adminId, players }: FastWorld): Promise<Person[]> {
  const known = new Map((await people.everybody()).map((person) => [person.id, person]));
  const guests: Person[] = [];
  for (let number = 1; number <= players; number++) {
    const id = adminId + number;
    guests.push(
      known.get(id) ??
        await people.person({
          id,
          first_name: `Player ${number}`,
          language_code: number % 2 === 0 ? "ru" : "en",
        }),
    );
  }
  return guests;
}

async function joinAll(
  { people, onJoined }: FastWorld,
  { raffle, guests }: { raffle: RaffleId; guests: readonly Person[] },
): Promise<void> {
  const paid = await whoPaid(people);
  const waiting = guests.filter(({ id }) => !paid.has(id));
  let joined = guests.length - waiting.length;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let guest = waiting.shift(); guest !== undefined; guest = waiting.shift()) {
      await join(people, guest, raffle);
      onJoined(++joined);
    }
  }));
}

/** Pays the invoice he has, or asks for one. */
async function join(people: People, guest: Person, raffle: RaffleId): Promise<void> {
  const { messages } = await people.chat(guest.id);
  const invoice = messages.findLast((message) => message.invoice !== undefined) ??
    await askInvoice(people, guest, raffle);
  for (let attempt = 1;; attempt++) {
    try {
      const { status, error } = await people.pay(guest.id, { message_id: invoice.message_id });
      if (status === "paid") return;
      // While the product was dead nobody said yes in time; he presses again.
      if (attempt === MAX_ATTEMPTS) {
        throw new Error(`${guest.first_name} could not pay: ${status} ${error}`);
      }
    } catch (error) {
      // His payment was under way at the kill, and has gone through since.
      const isPaid = (await whoPaid(people)).has(guest.id);
      if (!(error instanceof DoorRefusedError) || !isPaid) throw error;
      return;
    }
  }
}

async function whoPaid(people: People): Promise<Set<number>> {
  const [books] = (await people.books()).bots;
  return new Set(books?.charges.map(({ person_id }) => person_id));
}
