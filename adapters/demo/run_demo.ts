/**
 * One whole raffle against the sandbox, played by people over HTTP as Telegram delivers it: N pay
 * and join, one more pays too late and gets his money back; then the seal, the draw, the prize, a
 * second raffle that the winner enters from his balance, and the prize that he takes out. How one pays
 * and is paid is its currency's part.
 */
import { allCalls } from "./all_calls.ts";
import { checkBooks } from "../../db/ledger_books.ts";
import { readBalances } from "../../db/ledger_balances.ts";
import { payoutHeld, userAvailable } from "../../machines/domain/accounts.ts";
import { checkProof } from "../../machines/domain/draw/check_proof.ts";
import { payoutIdOf } from "../../machines/domain/ids.ts";
import type { Currency } from "../../machines/domain/money.ts";
import type { PlayerId, RaffleId } from "../../machines/domain/events.ts";
import { pinnedKeys } from "../randomorg/keys.ts";
import type { People, Person } from "../sandbox/people.ts";
import { type DemoCurrency, type DemoWorld, PATIENCE_MS } from "./demo_currency.ts";
import { brokenPromises, type DemoResult } from "./demo_promises.ts";
import { askEntry, openRaffle } from "./entries.ts";

/** Seconds for which a place is kept for who has not paid yet, in the demo. */
const WINDOW_SECONDS = 2;

/**
 * Plays the demo.
 * @param openCurrency Begins its part of the story.
 * @returns What came of it, and every promise that was not kept.
 */
export async function runDemo(
  world: DemoWorld,
  openCurrency: (world: DemoWorld) => Promise<DemoCurrency>,
): Promise<{ result: DemoResult; broken: string[] }> {
  const { platform, people, adminId, options, tell } = world;
  const callsBefore = (await allCalls(people)).at(-1)?.id ?? 0;
  const currency = await openCurrency(world);
  await people.person({ id: adminId, first_name: "Olga", language_code: "en" });
  await people.write(adminId, "/start");

  const price = currency.say(currency.price);
  tell(`Admin Olga creates a raffle: ${price} a ticket, drawn at ${options.players} tickets.`);
  const raffle = await openRaffle(people, {
    adminId,
    form: formOf(currency, options.players),
    title: "Demo raffle",
  });
  tell(`  It is open: ${raffle}.`);

  const late = await invite(people, { id: adminId + 1, name: "Leo" });
  const lateEntry = await currency.beginLate(late, raffle);
  const lapsedAtMs = Date.now() + WINDOW_SECONDS * 1_000 + 200;

  const players: Person[] = [];
  for (let number = 1; number <= options.players; number++) {
    const name = `${NAMES[(number - 1) % NAMES.length]}${
      number > NAMES.length ? ` ${number}` : ""
    }`;
    players.push(await invite(people, { id: adminId + 1 + number, name }));
  }
  const last = players.at(-1) as Person;
  await currency.joinFirst(players.slice(0, -1), raffle);

  await new Promise((resolve) => setTimeout(resolve, Math.max(0, lapsedAtMs - Date.now())));
  tell(
    `Leo's place has lapsed after ${WINDOW_SECONDS} seconds; ${last.first_name} takes the last one.`,
  );
  await currency.joinLast(last, raffle);

  const sealed = await platform.runtime.waitFor(
    `raffle/${raffle}`,
    ({ context }) => context.seal !== null,
    { timeoutMs: 30_000 },
  );
  tell(`The list of ${sealed.context.tickets} tickets is sealed: ${sealed.context.seal}.`);
  const { round, atMs } = sealed.context.beacon;
  tell(
    `It names the round ${round} of drand (the sandbox's), which nobody knows before ${
      isoTime(atMs)
    }.`,
  );
  await lateEntry.pay();

  const settled = await platform.runtime.waitFor(
    `raffle/${raffle}`,
    ({ tags }) => tags.includes("finished") || tags.includes("disputed"),
    { timeoutMs: 60_000 },
  );
  const [won] = settled.context.winners;
  tell(
    `RANDOM.ORG (the sandbox's) draws ticket No. ${won?.number}, signs it; the signature holds.`,
  );
  tell(`The round's value stands in what it signed: the draw was made after it.`);
  tell(`Leo's ${price} went back, ${await lateEntry.hearRefund()}.`);

  const winner = players.find(({ id }) => `tg-${id}` === won?.playerId);
  const proof = await keepProof(world, raffle);
  const prize = won === undefined ? "nothing" : currency.say(won.prize);
  tell(`${winner?.first_name} won ${prize}; the proof is in ${proof.path}.`);
  const secondRaffle = winner === undefined
    ? undefined
    : await spendPrize(world, { winner, currency });
  if (secondRaffle !== undefined) {
    tell(`${winner?.first_name} enters a second raffle, ${secondRaffle}, from the balance.`);
    tell(`It is stopped, and the entry is on the balance again.`);
  }
  if (winner !== undefined) await currency.takePrize(winner);
  // Notices leave at Telegram's pace; those that wait for it count as under way.
  await platform.runtime.settled();

  const books = await checkBooks(platform.database);
  const { refunded, taken, shown, problems } = await currency.end();
  const calls = await allCalls(people, callsBefore);
  const payout = await payoutOf(world, raffle);
  const result: DemoResult = {
    raffle,
    tickets: settled.context.tickets,
    pot: settled.context.pot,
    commission: settled.context.commission,
    prize: won?.prize,
    winner: won?.playerId,
    payout,
    refunded,
    proof: proof.path,
    proofValid: proof.isValid,
    ledger: { balanced: books.balanced },
    ...shown,
    messages: calls.filter(({ method, answer }) => method.startsWith("send") && answer.ok).length,
  };
  const left = await leftOn(world, { winner: result.winner, currency: currency.price.currency });
  return {
    result,
    broken: [
      ...brokenPromises(result, {
        players: options.players,
        price: currency.price,
        secondRaffle,
        taken,
        left,
      }),
      ...books.problems,
      ...problems,
    ],
  };
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

function formOf({ typedPrice }: DemoCurrency, max: number): string {
  return `price=${typedPrice} min=2 max=${max} draw=maximum commission=1500 ` +
    `window=${WINDOW_SECONDS} pause=0`;
}

async function invite(
  people: People,
  { id, name }: { id: number; name: string },
): Promise<Person> {
  return await people.person({ id, first_name: name, language_code: id % 2 === 0 ? "ru" : "en" });
}

/** The winner pays for a ticket of another raffle with the prize; then that raffle is stopped. */
async function spendPrize(
  { platform, people, adminId }: DemoWorld,
  { winner, currency }: { winner: Person; currency: DemoCurrency },
): Promise<RaffleId | undefined> {
  const raffle = await openRaffle(people, {
    adminId,
    form: formOf(currency, 2),
    title: "Second raffle",
  });
  await askEntry(people, winner, { raffle, way: "balance" });
  const joined = await platform.runtime.waitFor(
    `raffle/${raffle}`,
    ({ context }) => context.tickets === 1,
    { timeoutMs: PATIENCE_MS },
  );
  const { revision } = await people.chat(adminId);
  await people.write(adminId, `/admin stop ${raffle} end of the demo`);
  await people.waitForMessage(adminId, ({ from }) => from.is_bot, { since: revision });
  await platform.runtime.waitFor(
    `raffle/${raffle}`,
    ({ value }) => value === "refunded",
    { timeoutMs: PATIENCE_MS },
  );
  return joined.context.tickets === 1 ? raffle : undefined;
}

/** On the winner's balance in that currency. */
async function leftOn(
  { platform }: DemoWorld,
  { winner, currency }: { winner: PlayerId; currency: Currency },
): Promise<bigint> {
  const balances = await readBalances(platform.database, [userAvailable(winner)]);
  return balances.find((balance) => balance.currency === currency)?.balanceMinor ?? 0n;
}

/** Fetches the proof as anybody would, keeps it, and checks it with the sandbox's key. */
async function keepProof(
  { platform, sandboxUrl, options, writeFile }: DemoWorld,
  raffle: RaffleId,
) {
  const proof = await (await fetch(`${platform.url}/raffles/${raffle}/proof.json`)).text();
  const key = await (await fetch(`${sandboxUrl}/randomorg/key.pem`)).text();
  const path = options.proofPath ?? `${options.folder}/${raffle}.proof.json`;
  await writeFile(path, proof);
  await writeFile(`${path}.key.pem`, key);
  const report = await checkProof(JSON.parse(proof), { pinnedKeys, givenKeys: [key] });
  return { path, isValid: report.ok };
}

async function payoutOf({ platform }: DemoWorld, raffleId: RaffleId): Promise<string> {
  const payoutId = payoutIdOf({ raffleId, place: 1 });
  const view = await platform.runtime.read(`payout/${payoutId}`);
  const balances = await readBalances(platform.database, [payoutHeld(payoutId)]);
  const isHeld = balances.some(({ balanceMinor }) => balanceMinor !== 0n);
  return view?.status === "done" && !isHeld ? "paid" : String(view?.value);
}

const NAMES = [
  "Anna",
  "Boris",
  "Vera",
  "Gleb",
  "Daria",
  "Egor",
  "Zhanna",
  "Ivan",
  "Kira",
  "Lev",
  "Maria",
  "Nikita",
  "Polina",
  "Roman",
  "Sofia",
  "Timur",
  "Ulyana",
  "Fyodor",
  "Yana",
  "Yakov",
];
