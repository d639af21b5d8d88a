/**
 * One whole raffle against the sandbox, played by people over HTTP as Telegram delivers it: N pay
 * and join, one update comes twice, one more pays too late and gets his Stars back; then the seal,
 * the draw, the prize, a second raffle that the winner enters from his balance, and the gift that he
 * takes.
 */
import { allCalls } from "./all_calls.ts";
import { checkBooks } from "../../db/ledger_books.ts";
import { readBalances } from "../../db/ledger_balances.ts";
import { payoutHeld, userAvailable } from "../../machines/domain/accounts.ts";
import { checkProof } from "../../machines/domain/draw/check_proof.ts";
import { payoutIdOf } from "../../machines/domain/ids.ts";
import type { PlayerId, RaffleId } from "../../machines/domain/events.ts";
import type { Platform } from "../platform/start_platform.ts";
import { pinnedKeys } from "../randomorg/keys.ts";
import type { ChatMessage, Checkout, People, Person } from "../sandbox/people.ts";
import { askEntry, askInvoice, buttonOf, joinByStars, openRaffle } from "./entries.ts";
import type { PlayersOptions } from "./demo_options.ts";
import { brokenPromises, type DemoResult, PRICE } from "./demo_promises.ts";
import { askChoices, askGift } from "./prize_buttons.ts";

export interface DemoWorld {
  readonly platform: Platform;
  readonly people: People;
  readonly sandboxUrl: string;
  readonly adminId: number;
  readonly options: PlayersOptions;
  /** Tells the story, a line at a time. */
  readonly tell: (line: string) => void;
  readonly writeFile: (path: string, text: string) => Promise<void>;
}

/** Seconds for which a yes to a pre-checkout keeps a place in the demo. */
const WINDOW_SECONDS = 2;
/** People who pay at the same time; Telegram's limits hold for the rest. */
const AT_ONCE = 16;
/** How long the winner waits for each of the bot's answers. */
const GIFT_MS = 30_000;

/**
 * Plays the demo.
 * @returns What came of it, and every promise that was not kept.
 */
export async function runDemo(world: DemoWorld): Promise<{ result: DemoResult; broken: string[] }> {
  const { platform, people, adminId, options, tell } = world;
  const receivedBefore = await starsOf(people);
  const callsBefore = (await allCalls(people)).at(-1)?.id ?? 0;
  await people.person({ id: adminId, first_name: "Olga", language_code: "en" });
  await people.write(adminId, "/start");

  tell(
    `Admin Olga creates a raffle: ${PRICE} Stars a ticket, drawn at ${options.players} tickets.`,
  );
  const raffle = await openRaffle(people, {
    adminId,
    form: formOf(options.players),
    title: "Demo raffle",
  });
  tell(`  It is open: ${raffle}.`);

  const late = await invite(people, { id: adminId + 1, name: "Leo" });
  const lateInvoice = await askInvoice(people, late, raffle);
  const approved = await people.pay(late.id, {
    message_id: lateInvoice.message_id,
    hold: "payment",
    wait: false,
  });
  const held = await untilAtRest(people, approved, "held");
  const lapsedAtMs = Date.now() + WINDOW_SECONDS * 1_000 + 200;
  tell(`Leo gets a yes for his payment, and then his phone is offline.`);

  const players: Person[] = [];
  for (let number = 1; number <= options.players; number++) {
    const name = `${NAMES[(number - 1) % NAMES.length]}${
      number > NAMES.length ? ` ${number}` : ""
    }`;
    players.push(await invite(people, { id: adminId + 1 + number, name }));
  }
  const first = players.slice(0, -1);
  const last = players.at(-1) as Person;
  const checkouts = await inParallel(first, (player) => joinByStars(people, player, raffle));
  tell(`${first.length} players pay ${PRICE} Stars each and get their tickets.`);
  const twice = checkouts[0]?.payment_update_id;
  if (typeof twice === "number") {
    await people.redeliver(twice);
    tell(`Telegram delivers update ${twice}, a payment, a second time. Nothing changes.`);
  }

  await new Promise((resolve) => setTimeout(resolve, Math.max(0, lapsedAtMs - Date.now())));
  tell(
    `Leo's place has lapsed after ${WINDOW_SECONDS} seconds; ${last.first_name} takes the last one.`,
  );
  await joinByStars(people, last, raffle);

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
  tell(`Only now Leo's money arrives.`);
  await people.deliverPayment(held.id);

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
  const refundNotice = await people.waitForMessage(
    late.id,
    ({ refunded_payment }) => refunded_payment !== undefined,
    { timeoutMs: 30_000 },
  );
  tell(`Leo's ${PRICE} Stars went back, charge ${chargeOf(refundNotice)}.`);

  const winner = players.find(({ id }) => `tg-${id}` === won?.playerId);
  const proof = await keepProof(world, raffle);
  tell(`${winner?.first_name} won ${won?.prize.minor} Stars; the proof is in ${proof.path}.`);
  const secondRaffle = winner === undefined ? undefined : await spendPrize(world, winner);
  if (secondRaffle !== undefined) {
    tell(`${winner?.first_name} enters a second raffle, ${secondRaffle}, from the balance.`);
    tell(`It is stopped, and the entry is on the balance again.`);
  }
  const gift = winner === undefined ? null : await takeGift(world, winner);
  if (gift !== null) {
    tell(`${winner?.first_name} takes a gift for ${gift.stars} Stars of the prize.`);
  }
  // Notices leave at Telegram's pace; those that wait for it count as under way.
  await platform.runtime.settled();

  const books = await checkBooks(platform.database);
  const stars = await starsOf(people);
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
    refunded: stars.refunds - receivedBefore.refunds,
    proof: proof.path,
    proofValid: proof.isValid,
    ledger: { balanced: books.balanced },
    gift,
    sandbox: {
      received: stars.received - receivedBefore.received,
      refunded: stars.refunded - receivedBefore.refunded,
      spentOnGifts: stars.spentOnGifts - receivedBefore.spentOnGifts,
    },
    messages: calls.filter(({ method, answer }) => method.startsWith("send") && answer.ok).length,
  };
  return {
    result,
    broken: [
      ...brokenPromises(result, {
        players: options.players,
        secondRaffle,
        left: await leftOn(platform, result.winner),
      }),
      ...books.problems,
    ],
  };
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

function formOf(max: number): string {
  return `price=${PRICE} min=2 max=${max} draw=maximum commission=1500 window=${WINDOW_SECONDS} ` +
    "pause=0";
}

async function invite(
  people: People,
  { id, name }: { id: number; name: string },
): Promise<Person> {
  return await people.person({ id, first_name: name, language_code: id % 2 === 0 ? "ru" : "en" });
}

async function untilAtRest(
  people: People,
  { id }: Checkout,
  wanted: Checkout["status"],
): Promise<Checkout> {
  const checkout = await people.checkout(id, { waitMs: 12_000 });
  if (checkout.status === wanted) return checkout;
  throw new Error(`A checkout is ${checkout.status}, wanted ${wanted}: ${checkout.error ?? ""}`);
}

/** The winner pays for a ticket of another raffle with the prize; then that raffle is stopped. */
async function spendPrize(world: DemoWorld, winner: Person): Promise<RaffleId | undefined> {
  const { platform, people, adminId } = world;
  const raffle = await openRaffle(people, { adminId, form: formOf(2), title: "Second raffle" });
  await askEntry(people, winner, { raffle, way: "balance" });
  const joined = await platform.runtime.waitFor(
    `raffle/${raffle}`,
    ({ context }) => context.tickets === 1,
    { timeoutMs: 20_000 },
  );
  const { revision } = await people.chat(adminId);
  await people.write(adminId, `/admin stop ${raffle} end of the demo`);
  await people.waitForMessage(adminId, ({ from }) => from.is_bot, { since: revision });
  await platform.runtime.waitFor(
    `raffle/${raffle}`,
    ({ value }) => value === "refunded",
    { timeoutMs: 20_000 },
  );
  return joined.context.tickets === 1 ? raffle : undefined;
}

/** The winner takes the dearest gift that he is offered first, by the bot's buttons. */
async function takeGift({ people }: DemoWorld, winner: Person): Promise<DemoResult["gift"]> {
  const hand = { people, person: winner, timeoutMs: GIFT_MS };
  const question = await askGift(hand, {
    choices: await askChoices(hand),
    choose: (offered) => offered.at(-1) ?? "",
  });
  const data = buttonOf(question.reply_markup, "sendgift:") ?? "";
  await people.press(winner.id, { message_id: question.message_id, data });
  await people.waitForMessage(winner.id, ({ text }) => text?.startsWith("🎁") === true, {
    since: question.revision,
    timeoutMs: GIFT_MS,
  });
  const [given, ...more] = (await people.gifts(winner.id)).gifts;
  if (given === undefined || given.gift_id === null || more.length > 0) return null;
  return { id: given.gift_id, stars: given.stars };
}

async function leftOn({ database }: Platform, winner: PlayerId): Promise<bigint> {
  const [balance] = await readBalances(database, [userAvailable(winner)]);
  return balance?.balanceMinor ?? 0n;
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
  const winner = view?.context.playerId;
  const balances = await readBalances(platform.database, [
    payoutHeld(payoutId),
    userAvailable(winner),
  ]);
  const isHeld = balances.some(({ account, balanceMinor }) =>
    account === payoutHeld(payoutId) && balanceMinor !== 0n
  );
  return view?.status === "done" && !isHeld ? "paid" : String(view?.value);
}

async function starsOf(people: People) {
  const [books] = (await people.books()).bots;
  return {
    received: books?.received ?? 0,
    refunded: books?.refunded ?? 0,
    spentOnGifts: books?.spentOnGifts ?? 0,
    refunds: books?.charges.filter(({ refundedAtMs }) => refundedAtMs !== null).length ?? 0,
  };
}

function chargeOf(message: ChatMessage): string {
  return String(message.refunded_payment?.telegram_payment_charge_id).slice(0, 20) + "…";
}

async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let index = next++; index < items.length; index = next++) {
      results[index] = await work(items[index] as T);
    }
  }));
  return results;
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
