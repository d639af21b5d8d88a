/**
 * The drand round beside the draw, from the seal's message to the proof, over the sandbox's chain; and
 * relays that are away, late, or lie.
 */
import { expect, it } from "vitest";
import { checkProof } from "../../machines/domain/draw/check_proof.ts";
import type { RaffleId } from "../../machines/domain/events.ts";
import { joinByStars } from "../demo/entries.ts";
import type { ChatMessage, FaultOrder, Person } from "../sandbox/people.ts";
import { openPlatformWorld, type PlatformWorld } from "./testing/platform_world.ts";

const says = (words: RegExp) => ({ text, from }: ChatMessage) =>
  from.is_bot && words.test(text ?? "");

/** Two players in a raffle for two, so that the draw follows at once. */
async function fullRaffle(
  world: PlatformWorld,
): Promise<{ raffle: RaffleId; players: Person[] }> {
  const players = await world.players(2);
  const raffle = await world.openRaffle({ maxTickets: 2 });
  for (const player of players) await joinByStars(world.people, player, raffle);
  return { raffle, players };
}

/** Fetches the proof as anybody would, and checks it with the sandbox's key alone. */
async function judge({ platform, sandboxUrl }: PlatformWorld, raffle: RaffleId) {
  const proof = await (await fetch(`${platform.url}/raffles/${raffle}/proof.json`)).json();
  const key = await (await fetch(`${sandboxUrl}/randomorg/key.pem`)).text();
  return await checkProof(proof, { pinnedKeys: [], givenKeys: [key] });
}

/** Why relays were not believed. */
function warningsOf({ log }: PlatformWorld): unknown[] {
  return log.filter(({ message }) => message === "A drand relay gives no round")
    .map((record) => (record as { reason?: unknown }).reason);
}

it("a draw is asked for after the round that its seal named, as everybody can see", async () => {
  const world = await openPlatformWorld();
  const { raffle, players } = await fullRaffle(world);
  const { context } = await world.waitUntilFinished(raffle);
  const { round, signature } = context.beacon;
  expect(signature).toMatch(/^[0-9a-f]{96}$/);
  for (const { id } of players) {
    await world.people.waitForMessage(
      id,
      says(new RegExp(`drand round No\\. ${round} is made at`)),
    );
  }
  const report = await judge(world, raffle);
  expect(report).toMatchObject({
    ok: true,
    proof: { seal: { hash: context.seal }, beacon: { round, signature } },
  });
  expect(await world.command(`/raffle ${raffle}`))
    .toMatch(
      new RegExp(`drand round No\\. ${round}, .*: its value stands in what RANDOM.ORG signed`),
    );
  expect(warningsOf(world)).toEqual([]);
  expect(await world.problems()).toEqual([]);
});

it.each<{ what: string; warning?: RegExp } & Pick<FaultOrder, "kind" | "code">>([
  { what: "a wrong signature", kind: "wrongSignature", warning: /signature is wrong/ },
  { what: "another round", kind: "wrongRequest", warning: /It is round \d+/ },
  { what: "half an answer", kind: "lostAnswer", warning: /./ },
  { what: "silence", kind: "timeoutBefore", warning: /./ },
  { what: "an error", kind: "500", warning: /500/ },
  { what: "that it is not there yet", kind: "error", code: 404 },
])("a relay gives $what, and the round comes all the same", async ({
  what: _,
  warning,
  ...fault
}) => {
  const world = await openPlatformWorld();
  await world.people.fault({ service: "drand", method: "public", ...fault });
  const { raffle } = await fullRaffle(world);
  const { context } = await world.waitUntilFinished(raffle);
  expect(context.beacon.signature).toMatch(/^[0-9a-f]{96}$/);
  expect(await judge(world, raffle)).toMatchObject({ ok: true });
  expect(warningsOf(world))
    .toEqual(warning === undefined ? [] : [expect.stringMatching(warning)]);
  expect(await world.problems()).toEqual([]);
});

it.each<[string, FaultOrder["kind"], RegExp]>([
  ["are away", "500", /500/],
  ["sign wrongly", "wrongSignature", /signature is wrong/],
  ["show another round", "wrongRequest", /It is round \d+/],
])(
  "while all relays %s the draw waits, the card says for what, and an admin may still stop",
  async (
    _,
    kind,
    warning,
  ) => {
    const world = await openPlatformWorld();
    await world.people.fault({ service: "drand", method: "public", kind, times: 1_000 });
    const { raffle, players } = await fullRaffle(world);
    await world.waitForRaffle(raffle, ({ value }) => {
      return typeof value === "object" && value !== null && "awaitingBeacon" in value;
    });
    expect(await world.command(`/raffle ${raffle}`)).toMatch(/nobody can know it before/);
    await world.command(`/admin stop ${raffle} drand is away`);
    expect((await world.waitUntilFinished(raffle)).value).toBe("refunded");
    expect(warningsOf(world)).toContainEqual(expect.stringMatching(warning));
    expect(await world.stars()).toEqual({ received: 20, refunded: 20, refunds: players.length });
    expect(await world.problems()).toEqual([]);
  },
);

it("a restart while the round is waited for changes nothing", async () => {
  const world = await openPlatformWorld();
  await world.people.fault({ service: "drand", method: "public", kind: "500", times: 1_000 });
  const { raffle } = await fullRaffle(world);
  const { context: before } = await world.waitForRaffle(
    raffle,
    ({ value }) => typeof value === "object" && value !== null && "awaitingBeacon" in value,
  );
  await world.restart(() => world.people.clearFaults());
  const { context } = await world.waitUntilFinished(raffle);
  expect(context.beacon).toMatchObject({ round: before.beacon.round });
  expect(context.beacon.signature).toMatch(/^[0-9a-f]{96}$/);
  expect(context.seal).toBe(before.seal);
  expect(await judge(world, raffle)).toMatchObject({ ok: true });
});
