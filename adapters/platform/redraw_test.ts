/**
 * Another draw in place of one, as admins and players live through it: a dispute, or a result that
 * nobody has anything of yet; the earlier draw stays public, in one chain of seals.
 */
import { expect, it } from "vitest";
import type { RaffleId, RaffleTerms } from "../../machines/domain/events.ts";
import { verifyCommand } from "../cli/verify.ts";
import { joinByStars } from "../demo/entries.ts";
import type { ChatMessage, Person } from "../sandbox/people.ts";
import { takePanel } from "./testing/panel_hand.ts";
import {
  ADMIN,
  openPlatformWorld,
  type PlatformWorld,
  SECOND_ADMIN,
} from "./testing/platform_world.ts";

const HOUR_MS = 3_600_000;
const REASON = "The answer was not RANDOM.ORG's";

const says = (words: RegExp) => ({ text, from }: ChatMessage) =>
  from.is_bot && words.test(text ?? "");

async function fullRaffle(
  world: PlatformWorld,
  terms: Partial<RaffleTerms> = {},
): Promise<{ raffle: RaffleId; players: Person[] }> {
  // Telegram lets a bot write to those alone who have written to it.
  for (const admin of [undefined, SECOND_ADMIN]) await world.command("/start", admin);
  const raffle = await world.openRaffle({ maxTickets: 2, ...terms });
  const players = await world.players(2);
  for (const player of players) await joinByStars(world.people, player, raffle);
  return { raffle, players };
}

/** The first admin asks; the second presses the button under what he is told. */
async function redraw(world: PlatformWorld, raffle: RaffleId): Promise<void> {
  const { people } = world;
  const { revision } = await people.chat(SECOND_ADMIN);
  expect(await world.command(`/admin redraw ${raffle} ${REASON}`)).toContain("is noted");
  const asked = await people.waitForMessage(SECOND_ADMIN, says(/wants .* drawn again/), {
    since: revision,
  });
  expect(asked.text).toContain(REASON);
  const button = asked.reply_markup?.inline_keyboard?.flat()
    .find(({ text }) => text === "Yes, draw again");
  await people.press(SECOND_ADMIN, {
    message_id: asked.message_id,
    data: button?.callback_data ?? "",
    waitMs: 10_000,
  });
}

async function verify(world: PlatformWorld, raffle: RaffleId): Promise<string> {
  const get = async (url: string): Promise<string> => await (await fetch(url)).text();
  const files: Record<string, string> = {
    "proof.json": await get(`${world.platform.url}/raffles/${raffle}/proof.json`),
    "key.pem": await get(`${world.sandboxUrl}/randomorg/key.pem`),
  };
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  await verifyCommand(["proof.json", "--key", "key.pem"], {
    out: say,
    err: say,
    readTextFile: (path) => Promise.resolve(files[path] ?? ""),
  });
  return lines.join("\n");
}

it("a disputed raffle is drawn again under a new seal, and the proof shows both", async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  await people.fault({
    service: "randomorg",
    method: "generateSignedIntegers",
    kind: "wrongSignature",
  });
  const { raffle, players } = await fullRaffle(world);
  const { context: before } = await world.waitForRaffle(
    raffle,
    ({ tags }) => tags.includes("disputed"),
  );
  expect(await world.command(`/admin redraw ${raffle}`)).toContain("Please give the reason");
  await people.clearFaults();
  await redraw(world, raffle);
  for (const { id } of players) {
    const told = await people.waitForMessage(id, says(/is drawn again/));
    expect(told.text).toContain(REASON);
    expect(told.text).toContain(before.seal);
  }
  const { value, context } = await world.waitUntilFinished(raffle);
  expect(value).toHaveProperty("settled");
  expect(context.seal).not.toBe(before.seal);
  expect(context.drawTicketId).not.toBe(before.drawTicketId);
  expect(await world.command(`/admin redraw ${raffle} again`)).toContain("somebody has his prize");

  const account = await verify(world, raffle);
  expect(account).toContain(`Redraw     1. of seal ${before.seal}, over the same list and terms`);
  expect(account).toContain(REASON);
  expect(account).toContain("without a valid signature");
  expect(account).toContain("The draw holds.");
  expect(await world.command(`/raffle ${raffle}`)).toContain(
    `Draw 1 does not count (seal ${before.seal})`,
  );
  const own = await world.platform.queries.ticketProof(raffle, `tg-${players[0]?.id}`);
  expect(own?.text).toContain(`redrawOf ${before.seal}`);
  await world.platform.runtime.settled();
  expect(await world.problems()).toEqual([]);
  expect(await world.deadLetters()).toEqual([]);
});

it("a result that nobody has taken anything of is drawn again, twice, across restarts", async () => {
  const world = await openPlatformWorld();
  const { raffle } = await fullRaffle(world, { claimWithinMs: HOUR_MS });
  const seals: string[] = [];
  for (let draw = 1; draw <= 3; draw++) {
    const { context } = await world.waitForRaffle(
      raffle,
      ({ tags, context }) => tags.includes("claiming") && !seals.includes(context.seal),
    );
    seals.push(context.seal);
    if (draw === 3) break;
    await redraw(world, raffle);
    // The proof of the draw that does not count stays public until there is another one.
    expect(await world.platform.queries.proof(raffle)).toContain("zhreb-draw-proof");
    await world.restart();
  }
  const { context } = await world.raffle(raffle);
  expect(context.redraw).toEqual({ count: 2, reason: REASON });
  const [holder] = context.claims.holders;
  const claim = { type: "prize.claim", playerId: holder.playerId, atMs: Date.now() };
  await world.platform.runtime.send(`raffle/${raffle}`, claim);
  await world.waitUntilFinished(raffle);
  const account = await verify(world, raffle);
  for (const seal of seals) expect(account).toContain(seal);
  expect(account.match(/with a valid signature/g)).toHaveLength(2);
  const { rows } = await world.database.query<{ line: string }>(
    "select draw || ' ' || state as line from prize_claims order by draw",
  );
  expect(rows.map(({ line }) => line)).toEqual(["1 lapsed", "2 lapsed", "3 claimed"]);
  await world.platform.runtime.settled();
  expect(await world.problems()).toEqual([]);
});

it("is asked for in the panel by owners alone, once anything was drawn, with a reason", async () => {
  const operator = 900_003;
  const world = await openPlatformWorld({ operators: [operator] });
  await world.people.person({ id: operator, first_name: "Ivan", language_code: "en" });
  const { raffle } = await fullRaffle(world, { claimWithinMs: HOUR_MS });
  await world.waitForRaffle(raffle, ({ tags }) => tags.includes("claiming"));
  const open = async (id: number) => {
    const panel = takePanel(world.people, id);
    await panel.write("/admin");
    await panel.press(/Under way/);
    await panel.press(/Friday draw/);
    return panel;
  };
  const his = await open(operator);
  expect(await his.labels()).not.toContain("🔁 Draw again");
  const panel = await open(ADMIN);
  const button = await panel.dataOf(/Draw again/);
  expect(await panel.press(/Draw again/)).toContain("Why?");
  expect(await panel.write(REASON)).toContain(`Everybody reads: ${REASON}`);
  expect(await panel.press(/Yes, draw again/)).toContain("With the second admin's word");
  const { context } = await world.raffle(raffle);
  expect(context.redrawVote).toMatchObject({ by: `tg-${ADMIN}`, reason: REASON });

  const [holder] = context.claims.holders;
  const claim = { type: "prize.claim", playerId: holder.playerId, atMs: Date.now() };
  await world.platform.runtime.send(`raffle/${raffle}`, claim);
  await panel.pressData(button);
  expect(await panel.shown()).toContain("somebody has his prize");
  const { rows } = await world.database.query<{ line: string }>(
    "select what || ' ' || outcome as line from audit_log where target = $1 order by id",
    [raffle],
  );
  expect(rows.map(({ line }) => line)).toEqual([
    "redraw asked",
    "redraw accepted",
    "redraw refused: prizesTaken",
  ]);
});
