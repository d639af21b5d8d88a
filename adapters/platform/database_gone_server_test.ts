/** The database goes in the middle of a step and comes back: the update counts once. */
import { expect, it } from "vitest";
import { openDatabase } from "../../db/open_database.ts";
import { createServerDatabase } from "../../db/testing/test_database.ts";
import type { RaffleId } from "../../machines/domain/events.ts";
import { askInvoice, joinByStars } from "../demo/entries.ts";
import type { ChatMessage, People, Person } from "../sandbox/people.ts";
import { openCuttingProxy } from "./testing/cutting_proxy.ts";
import {
  ADMIN,
  eventually,
  findProblems,
  openTestSandbox,
  starsOf,
} from "./testing/platform_world.ts";
import { isReady, startProduct } from "./testing/product_process.ts";

const says = (words: RegExp) => ({ text, from }: ChatMessage) =>
  from.is_bot && words.test(text ?? "");

async function command(people: People, text: string): Promise<string> {
  const { revision } = await people.chat(ADMIN);
  await people.write(ADMIN, text);
  const isAnswer = ({ from }: ChatMessage): boolean => from.is_bot;
  const answer = await people.waitForMessage(ADMIN, isAnswer, {
    since: revision,
    timeoutMs: 20_000,
  });
  return answer.text ?? "";
}

it.each([
  { where: "before the commit", words: "insert into tickets" },
  { where: "with the commit on its way", words: "commit" },
])(
  "a payment counts once when the database goes $where",
  { timeout: 60_000 },
  async ({ words }) => {
    const { url, people } = await openTestSandbox();
    const databaseUrl = await createServerDatabase();
    const proxy = openCuttingProxy(databaseUrl);
    const environment = { SANDBOX_URL: url, DATABASE_URL: proxy.url };
    await people.person({ id: ADMIN, first_name: "Olga", language_code: "en" });
    const product = await startProduct(environment);
    const created = await command(
      people,
      "/admin create price=10 min=2 max=2 draw=maximum pause=0 window=60",
    );
    const raffle = /rfl_\w+/.exec(created)?.[0] as RaffleId;
    await command(people, `/admin open ${raffle}`);
    const [anna, boris] = await Promise.all(
      ["Anna", "Boris"].map((first_name) => people.person({ first_name, language_code: "en" })),
    ) as [Person, Person];
    const invoice = await askInvoice(people, anna, raffle);
    const held = await people.pay(anna.id, { message_id: invoice.message_id, hold: "payment" });
    const isCut = proxy.cutAfter(words);
    await people.deliverPayment(held.id);
    await isCut;

    expect(await eventually(() => isReady(product.url), (isYes) => !isYes)).toBe(false);
    expect((await fetch(`${product.url}/healthz`)).status).toBe(200);
    proxy.mend();
    await eventually(() => isReady(product.url), (isYes) => isYes, { what: "readiness" });
    await people.waitForMessage(anna.id, says(/No\. 1/), { timeoutMs: 20_000 });
    await joinByStars(people, boris, raffle);
    await Promise.race(
      [anna, boris].map(({ id }) =>
        people.waitForMessage(id, says(/is on your balance/), { timeoutMs: 20_000 })
      ),
    );
    expect(await starsOf(people)).toEqual({ received: 20, refunded: 0, refunds: 0 });
    await product.kill();
    const database = await openDatabase({ url: databaseUrl });
    try {
      expect(await findProblems(database, people)).toEqual([]);
      const { rows } = await database.query("select number from tickets order by number");
      expect(rows).toEqual([{ number: 1 }, { number: 2 }]);
      const { rows: stored } = await database.query("select error from dead_letters");
      expect(stored).toEqual([]);
    } finally {
      await database.close();
    }
  },
);
