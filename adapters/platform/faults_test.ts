/**
 * Telegram and RANDOM.ORG at their worst: refusals, silence, answers that are lost after the work was
 * done, signatures that do not fit. Money moves once or not at all, and the sandbox's books say so.
 */
import { expect, it } from "vitest";
import type { RaffleId } from "../../machines/domain/events.ts";
import { askInvoice, joinByStars } from "../demo/entries.ts";
import type { ChatMessage, FaultKind, Person } from "../sandbox/people.ts";
import { openPlatformWorld, type PlatformWorld, SECOND_ADMIN } from "./testing/platform_world.ts";

const says = (words: RegExp) => ({ text, from }: ChatMessage) =>
  from.is_bot && words.test(text ?? "");
const isRefund = ({ refunded_payment }: ChatMessage) => refunded_payment !== undefined;
/** Telegram's client shows invoices; after a lost answer there may be two of one payment. */
const isInvoice = ({ invoice }: ChatMessage) => invoice !== undefined;

async function expectBooksAgree(world: PlatformWorld): Promise<void> {
  await world.platform.runtime.settled();
  expect(await world.problems()).toEqual([]);
}

/** Two players in a raffle for two, so that the draw follows at once. */
async function fullRaffle(
  world: PlatformWorld,
  terms: Parameters<PlatformWorld["openRaffle"]>[0] = {},
): Promise<{ raffle: RaffleId; players: Person[] }> {
  const players = await world.players(2);
  const raffle = await world.openRaffle({ maxTickets: 2, ...terms });
  for (const player of players) await joinByStars(world.people, player, raffle);
  return { raffle, players };
}

it.each<FaultKind>(["429", "500", "timeoutBefore", "timeoutAfterSuccess", "lostAnswer"])(
  "an invoice arrives and is paid once although Telegram answers %s",
  async (kind) => {
    const world = await openPlatformWorld();
    const { people } = world;
    const [anna] = await world.players(1) as [Person];
    const raffle = await world.openRaffle();
    await people.fault({ service: "telegram", method: "sendInvoice", kind });
    const invoice = await askInvoice(people, anna, raffle);
    expect((await people.pay(anna.id, { message_id: invoice.message_id })).status).toBe("paid");
    await world.waitForRaffle(raffle, ({ context }) => context.tickets === 1);
    // A second copy of the invoice may have come: it pays nothing more.
    await world.platform.runtime.settled();
    const copies = (await people.chat(anna.id)).messages.filter(isInvoice);
    for (const { message_id } of copies.filter((copy) => copy.message_id !== invoice.message_id)) {
      const second = await people.pay(anna.id, { message_id });
      expect(second.status).toBe("refused");
    }
    expect((await world.stars()).received).toBe(10);
    await expectBooksAgree(world);
  },
);

it.each<FaultKind>(["429", "500", "timeoutBefore", "timeoutAfterSuccess", "lostAnswer"])(
  "a pre-checkout is answered within Telegram's time although it answers %s",
  async (kind) => {
    const world = await openPlatformWorld();
    const { people } = world;
    const [anna] = await world.players(1) as [Person];
    const raffle = await world.openRaffle();
    const invoice = await askInvoice(people, anna, raffle);
    await people.fault({ service: "telegram", method: "answerPreCheckoutQuery", kind });
    expect((await people.pay(anna.id, { message_id: invoice.message_id })).status).toBe("paid");
    await world.waitForRaffle(raffle, ({ context }) => context.tickets === 1);
    await expectBooksAgree(world);
  },
);

it.each<FaultKind>(["429", "500", "timeoutBefore", "timeoutAfterSuccess", "lostAnswer"])(
  "every refund is made, and made once, although Telegram answers %s",
  async (kind) => {
    const world = await openPlatformWorld();
    const { people } = world;
    const players = await world.players(2);
    const raffle = await world.openRaffle({ maxTickets: 5 });
    for (const player of players) await joinByStars(people, player, raffle);
    await people.fault({ service: "telegram", method: "refundStarPayment", kind });
    await world.command(`/admin stop ${raffle} over`);
    const { value } = await world.waitUntilFinished(raffle);
    expect(value).toBe("refunded");
    for (const { id } of players) await people.waitForMessage(id, isRefund);
    expect(await world.stars()).toEqual({ received: 20, refunded: 20, refunds: 2 });
    // The sandbox would refuse a second refund; it is not even asked for one.
    const calls = await people.calls({ method: "refundStarPayment" });
    const again = calls.filter(({ answer }) => /ALREADY/.test(String(answer.description)));
    expect(again).toEqual([]);
    await expectBooksAgree(world);
  },
);

it.each<{ method: string; kind: FaultKind; code?: number }>([
  { method: "createTickets", kind: "500" },
  { method: "createTickets", kind: "timeoutBefore" },
  { method: "createTickets", kind: "timeoutAfterSuccess" },
  { method: "generateSignedIntegers", kind: "429" },
  { method: "generateSignedIntegers", kind: "500" },
  { method: "generateSignedIntegers", kind: "error", code: -32_000 },
  { method: "generateSignedIntegers", kind: "timeoutBefore" },
  { method: "generateSignedIntegers", kind: "timeoutAfterSuccess" },
  { method: "generateSignedIntegers", kind: "lostAnswer" },
])("the draw waits and is made once although $method meets $kind", async (fault) => {
  const world = await openPlatformWorld();
  await world.people.fault({ service: "randomorg", ...fault });
  const { raffle } = await fullRaffle(world);
  const { value, context } = await world.waitUntilFinished(raffle);
  expect(value).toHaveProperty("settled");
  expect(context.winners[0].prize.minor).toBe("17");
  await expectBooksAgree(world);
});

it("the draw waits and says so when RANDOM.ORG refuses", { timeout: 40_000 }, async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  await people.fault({
    service: "randomorg",
    method: "generateSignedIntegers",
    kind: "error",
    code: 400,
    times: 1,
  });
  const { raffle, players } = await fullRaffle(world);
  for (const { id } of players) await people.waitForMessage(id, says(/draw.*wait|wait.*draw/is));
  const { value } = await world.platform.runtime.waitFor(
    `raffle/${raffle}`,
    ({ tags }) => tags.includes("finished"),
    { timeoutMs: 20_000 },
  );
  expect(value).toHaveProperty("settled");
  await expectBooksAgree(world);
});

it.each<FaultKind>(["wrongSignature", "wrongRequest"])(
  "an answer with %s is disputed and pays nobody; two admins give everything back",
  async (kind) => {
    const world = await openPlatformWorld();
    const { people } = world;
    await people.fault({ service: "randomorg", method: "generateSignedIntegers", kind });
    const { raffle, players } = await fullRaffle(world);
    await world.waitForRaffle(raffle, ({ tags }) => tags.includes("disputed"));
    for (const { id } of players) await people.waitForMessage(id, says(/could not be verified/));
    const proof = await fetch(`${world.platform.url}/raffles/${raffle}/proof.json`);
    expect(proof.status).toBe(404);
    await proof.body?.cancel();
    // A look under the same keys changes nothing, and tells nobody a second time.
    await world.command(`/admin recheck ${raffle}`);
    await world.waitForRaffle(raffle, ({ tags, revision }) => {
      return tags.includes("disputed") && revision > 0;
    });
    await world.command(`/admin stop ${raffle} no`);
    expect((await world.raffle(raffle)).tags).toContain("disputed");
    await world.command(`/admin refund ${raffle} the answer is not RANDOM.ORG's`);
    await world.command(`/admin refund ${raffle} once more, the same admin`);
    expect((await world.raffle(raffle)).tags).toContain("disputed");
    expect((await world.stars()).refunded).toBe(0);
    await world.command(`/admin refund ${raffle} two of us saw it`, SECOND_ADMIN);
    expect((await world.waitUntilFinished(raffle)).value).toBe("refunded");
    expect(await world.stars()).toEqual({ received: 20, refunded: 20, refunds: 2 });
    await expectBooksAgree(world);
  },
);

it("a RANDOM.ORG ticket that was used for something else is disputed", async () => {
  // Waiting would be for ever: no draw can follow, and from the request on nobody can stop it.
  const world = await openPlatformWorld();
  const { raffle } = await fullRaffle(world, { sealPauseMs: 2_000 });
  const { context } = await world.waitForRaffle(raffle, ({ tags }) => tags.includes("sealed"));
  const answer = await fetch(`${world.sandboxUrl}/randomorg/json-rpc/4/invoke`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      jsonrpc: "2.0",
      method: "generateSignedIntegers",
      params: {
        apiKey: "00000000-0000-4000-8000-000000000000",
        n: 2,
        min: 1,
        max: 2,
        replacement: false,
        userData: "somebody else's",
        ticketId: context.drawTicketId,
      },
      id: 1,
    }),
  });
  expect(await answer.json()).toHaveProperty("result");
  await world.waitForRaffle(raffle, ({ tags }) => tags.includes("disputed"));
  expect((await world.raffle(raffle)).context.winners).toEqual([]);
  await expectBooksAgree(world);
});
