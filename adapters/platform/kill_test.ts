/**
 * The product is killed with -9 in each state of a raffle and started again. It goes on by itself
 * within five seconds of being ready, nobody is paid or drawn twice, and the sandbox's books are ours.
 */
import { expect, it } from "vitest";
import { createServerDatabase, testDatabaseKind } from "../../db/testing/test_database.ts";
import type { RaffleId } from "../../machines/domain/events.ts";
import { openDatabase } from "../../db/open_database.ts";
import { SANDBOX_TOKEN } from "../config/read_config.ts";
import { askInvoice, joinByStars } from "../demo/entries.ts";
import { type ChatMessage, createPeople, type People, type Person } from "../sandbox/people.ts";
import {
  ADMIN,
  eventually,
  findProblems,
  freePort,
  openTestSandbox,
  SECOND_ADMIN,
  starsOf,
} from "./testing/platform_world.ts";
import { makeTestFolder, type ProductProcess, startProduct } from "./testing/product_process.ts";

/** From being ready to having gone on. */
const RESUME_MS = 5_000;

const says = (words: RegExp) => ({ text, from }: ChatMessage) =>
  from.is_bot && words.test(text ?? "");

/** A product that can be killed and comes back on the same data. */
async function openMortal() {
  const { url, people } = await openTestSandbox();
  const databaseUrl = testDatabaseKind === "server" ? await createServerDatabase() : undefined;
  const dataDir = await makeTestFolder();
  const environment = {
    DATA_DIR: dataDir,
    SANDBOX_URL: url,
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  };
  for (const id of [ADMIN, SECOND_ADMIN]) {
    await people.person({ id, first_name: "Olga", language_code: "en" });
  }
  let product: ProductProcess = await startProduct(environment);
  const resumes: Record<string, number> = {};
  return {
    people,
    resumes,
    /** Kills it, starts it again, and measures from being ready to what `goesOn` waits for. */
    async killIn<T>(state: string, goesOn: () => Promise<T>): Promise<T> {
      await product.kill();
      product = await startProduct(environment);
      const result = await goesOn();
      resumes[state] = Math.round(performance.now() - product.readyAtMs);
      return result;
    },
    /** What the ledger says, once the product has let go of it. */
    async problems(): Promise<string[]> {
      await product.kill();
      const database = await openDatabase(
        databaseUrl === undefined ? { dataDir } : { url: databaseUrl },
      );
      try {
        // What may not be repeated after a kill ends set aside, and a pre-checkout that was answered before
        // it is too old for a second answer: both end set aside, and nothing else does.
        const { rows } = await database.query<{ error: string }>(
          `select error from dead_letters
           where error not like 'uncertain:%' and error not like '%query is too old%'`,
        );
        return [...await findProblems(database, people), ...rows.map(({ error }) => error)];
      } finally {
        await database.close();
      }
    },
  };
}

async function command(people: People, text: string, adminId = ADMIN): Promise<string> {
  const { revision } = await people.chat(adminId);
  await people.write(adminId, text);
  const isAnswer = ({ from }: ChatMessage): boolean => from.is_bot;
  return (await people.waitForMessage(adminId, isAnswer, { since: revision })).text ?? "";
}

async function openRaffle(people: People, form: string): Promise<RaffleId> {
  const created = await command(people, `/admin create ${form}`);
  const raffle = /rfl_\w+/.exec(created)?.[0] as RaffleId;
  await command(people, `/admin open ${raffle}`);
  return raffle;
}

/** Resolves when the ordered fault has hit its call. */
async function untilHit(people: People): Promise<void> {
  await eventually(() => people.faults(), (faults) => faults.length === 0, { what: "the call" });
}

it("goes on by itself after kill -9 in each state of a drawn raffle", {
  timeout: 120_000,
}, async () => {
  const mortal = await openMortal();
  const { people } = mortal;
  const [anna, boris, vera] = await Promise.all(
    ["Anna", "Boris", "Vera"].map((first_name) =>
      people.person({ first_name, language_code: "en" })
    ),
  ) as [Person, Person, Person];
  const raffle = await openRaffle(people, "price=10 min=2 max=5 draw=maximum window=60 pause=1");
  await joinByStars(people, anna, raffle);
  await people.waitForMessage(anna.id, says(/No\. 1/));

  await mortal.killIn("open", () => joinByStars(people, boris, raffle));
  await people.waitForMessage(boris.id, says(/No\. 2/));

  // Vera has a yes; the place must still be hers after the kill, also when entries have ended.
  const invoice = await askInvoice(people, vera, raffle);
  const held = await people.pay(vera.id, { message_id: invoice.message_id, hold: "payment" });
  await mortal.killIn("place reserved", async () => {
    await command(people, `/admin force ${raffle}`);
    await command(people, `/admin force ${raffle}`, SECOND_ADMIN);
  });
  await people.fault({
    service: "randomorg",
    method: "createTickets",
    kind: "timeoutBefore",
  });
  await mortal.killIn("closing", async () => {
    await people.deliverPayment(held.id);
    await people.waitForMessage(vera.id, says(/No\. 3/));
  });
  await untilHit(people);
  await mortal.killIn(
    "taking the draw ticket",
    () => people.waitForMessage(vera.id, says(/[0-9a-f]{64}/)),
  );
  await people.fault({ service: "drand", method: "public", kind: "timeoutAfterSuccess" });
  await mortal.killIn("sealed", () => untilHit(people));
  await people.fault({
    service: "randomorg",
    method: "generateSignedIntegers",
    kind: "timeoutAfterSuccess",
  });
  await mortal.killIn("awaiting the round", () => untilHit(people));
  // The numbers are drawn and signed, and we never got them.
  await mortal.killIn(
    "drawing",
    () => people.waitForMessage(vera.id, says(/won|winning|drawn/i)),
  );
  const players = [anna, boris, vera];
  await mortal.killIn(
    "settling",
    () =>
      Promise.race(players.map(({ id }) => people.waitForMessage(id, says(/is on your balance/)))),
  );
  expect(Object.entries(mortal.resumes).filter(([, ms]) => ms > RESUME_MS)).toEqual([]);
  expect(await starsOf(people)).toEqual({ received: 30, refunded: 0, refunds: 0 });
  const report = await command(people, `/raffle ${raffle}`);
  expect(report).toContain("26");
  expect(await mortal.problems()).toEqual([]);
});

it("asks Telegram's books after kill -9 within a refund and refunds nobody twice", {
  timeout: 60_000,
}, async () => {
  const mortal = await openMortal();
  const { people } = mortal;
  const players = await Promise.all(
    ["Anna", "Boris"].map((first_name) => people.person({ first_name, language_code: "en" })),
  );
  const raffle = await openRaffle(people, "price=10 min=2 max=5 draw=maximum");
  for (const player of players) await joinByStars(people, player, raffle);
  await people.fault({
    service: "telegram",
    method: "refundStarPayment",
    kind: "timeoutAfterSuccess",
  });
  await command(people, `/admin stop ${raffle} over`);
  await untilHit(people);
  await mortal.killIn("refunding", async () => {
    for (const { id } of players) {
      await people.waitForMessage(id, ({ refunded_payment }) => refunded_payment !== undefined);
      await people.waitForMessage(id, says(/went back to your Stars/));
    }
  });
  expect(mortal.resumes.refunding).toBeLessThan(RESUME_MS);
  expect(await starsOf(people)).toEqual({ received: 20, refunded: 20, refunds: 2 });
  const calls = await people.calls({ method: "refundStarPayment" });
  const charges = calls.map(({ params }) => params.telegram_payment_charge_id);
  expect(new Set(charges).size).toBe(charges.length);
  expect((await people.calls({ method: "getStarTransactions" })).length).toBeGreaterThan(0);
  expect(await mortal.problems()).toEqual([]);
});

it("asks Telegram's books after kill -9 within a gift and sends it once", {
  timeout: 60_000,
}, async () => {
  const mortal = await openMortal();
  const { people } = mortal;
  const players = await Promise.all(
    ["Anna", "Boris"].map((first_name) => people.person({ first_name, language_code: "en" })),
  );
  const raffle = await openRaffle(people, "price=10 min=2 max=2 draw=maximum pause=0");
  for (const player of players) await joinByStars(people, player, raffle);
  const credited = await Promise.any(players.map(async ({ id }) => ({
    id,
    message: await people.waitForMessage(id, says(/is on your balance/), { timeoutMs: 20_000 }),
  })));
  const { id } = credited;
  let at = credited.message;
  for (const data of ["prize", "gifts:0", "gift:5170145012310081615:15"]) {
    const { revision } = await people.chat(id);
    await people.press(id, { message_id: at.message_id, data });
    at = await people.waitForMessage(
      id,
      ({ from, reply_markup }) => from.is_bot && reply_markup !== undefined,
      { since: revision },
    );
  }
  await people.fault({ service: "telegram", method: "sendGift", kind: "timeoutAfterSuccess" });
  await people.press(id, {
    message_id: at.message_id,
    data: "sendgift:5170145012310081615:15",
  });
  await untilHit(people);
  await mortal.killIn("sending a gift", async () => {
    await people.waitForMessage(id, says(/Your gift for 15 ⭐ has been sent/));
  });
  expect(mortal.resumes["sending a gift"]).toBeLessThan(RESUME_MS);
  expect((await people.gifts(id)).gifts).toHaveLength(1);
  expect(await people.calls({ method: "sendGift" })).toHaveLength(1);
  expect(await mortal.problems()).toEqual([]);
});

it("goes on after kill -9 beside its own sandbox, which dies and comes back with it", {
  timeout: 60_000,
}, async () => {
  const port = freePort();
  const environment = {
    DATA_DIR: await makeTestFolder(),
    PORT: String(port),
    ...(testDatabaseKind === "server" ? { DATABASE_URL: await createServerDatabase() } : {}),
  };
  const first = await startProduct(environment);
  const people = createPeople(`http://127.0.0.1:${port + 1}`, { bot: SANDBOX_TOKEN });
  await people.person({ id: ADMIN, first_name: "Olga", language_code: "en" });
  const players = await Promise.all(
    ["Anna", "Boris"].map((first_name) => people.person({ first_name, language_code: "en" })),
  ) as [Person, Person];
  const raffle = await openRaffle(people, "price=10 min=2 max=2 draw=maximum pause=0");
  await joinByStars(people, players[0], raffle);
  await first.kill();
  const second = await startProduct(environment);
  await joinByStars(people, players[1], raffle);
  await Promise.race(
    players.map(({ id }) => people.waitForMessage(id, says(/is on your balance/))),
  );
  expect(performance.now() - second.readyAtMs).toBeLessThan(2 * RESUME_MS);
  expect(await starsOf(people)).toEqual({ received: 20, refunded: 0, refunds: 0 });
});
