/**
 * A raffle with a guaranteed prize, as an admin makes it and players live through it: refused while
 * the reserve is too low, opened after a top-up, topped up at the draw, and proved to anybody.
 */
import { expect, it } from "vitest";
import { readBalances } from "../../db/ledger_balances.ts";
import { userAvailable } from "../../machines/domain/accounts.ts";
import type { RaffleId } from "../../machines/domain/events.ts";
import { verifyCommand } from "../cli/verify.ts";
import { joinByStars } from "../demo/entries.ts";
import type { ChatMessage } from "../sandbox/people.ts";
import {
  ADMIN,
  eventually,
  openPlatformWorld,
  type PlatformWorld,
  SECOND_ADMIN,
} from "./testing/platform_world.ts";
import { takePanel } from "./testing/panel_hand.ts";

const says = (words: RegExp) => ({ text, from }: ChatMessage) =>
  from.is_bot && words.test(text ?? "");

/** The owner puts Stars in, says so, and hears that they are found and the books compared. */
async function topUp(world: PlatformWorld, stars: number): Promise<void> {
  await world.people.topUp(stars);
  const { revision } = await world.people.chat(ADMIN);
  await world.people.write(ADMIN, `/admin topup ${stars}`);
  for (const words of [/is in Telegram's books/, /books and Telegram's agree/]) {
    await world.people.waitForMessage(ADMIN, says(words), { since: revision });
  }
}

async function promised(world: PlatformWorld): Promise<string | undefined> {
  const text = await world.command("/admin reserve");
  return /Promised for guaranteed prizes: (\d+)/.exec(text)?.[1];
}

/** What `deno task verify` says of the public proof. */
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

async function lastRaffle(world: PlatformWorld): Promise<RaffleId> {
  const { rows } = await world.database.query<{ raffle_id: RaffleId }>(
    "select raffle_id from raffles order by seq desc limit 1",
  );
  return rows[0]?.raffle_id ?? "rfl_none";
}

async function audit(world: PlatformWorld): Promise<string[]> {
  const { rows } = await world.database.query<{ line: string }>(
    `select concat_ws(' ', what, nullif(detail, ''), outcome) as line from audit_log
     where what in ('create and open', 'open', 'edit guaranteedPrize') order by id`,
  );
  return rows.map(({ line }) => line);
}

it("is made in the dialogue, waits for a top-up, and changes until somebody enters", async () => {
  const world = await openPlatformWorld();
  const panel = takePanel(world.people, ADMIN);
  await panel.write("/admin create");
  const answers = [
    /^✓ 10/,
    /^✓ 2$/,
    "3",
    "6h",
    /all tickets are sold/,
    /^✓ 5m/,
    /^✓ 15%/,
    /^✓ 100$/,
  ];
  for (const answer of answers) {
    if (typeof answer === "string") await panel.write(answer);
    else await panel.press(answer);
  }
  expect(await panel.shown()).toContain("Is a prize guaranteed");
  await panel.press(/^100 ⭐/);
  await panel.press(/^✓ credited at once/);
  const preview = await panel.press(/^✓/);
  expect(preview).toContain("Guaranteed prize: 100 ⭐. Collected now: 0 ⭐");
  expect(preview).toContain(
    "At 2 tickets: pot 20 ⭐, commission 3 ⭐, you add 83 ⭐, prize 100 ⭐",
  );
  const refused = await panel.press(/open entries/);
  expect(refused).toContain("the guaranteed prize needs 100 ⭐, and the reserve can promise 0 ⭐");
  expect(refused).toContain("/admin topup 100");
  const raffle = await lastRaffle(world);
  expect((await world.raffle(raffle)).value).toBe("draft");

  // Too little is not enough; then it opens from the page of the draft.
  await topUp(world, 60);
  expect(await panel.press(/Open entries/)).toContain("Put at least 40 ⭐ more in");
  await topUp(world, 90);
  expect(await panel.press(/Open entries/)).toContain("Entries are open");
  expect(await promised(world)).toBe("100");
  expect(await world.command(`/admin open ${raffle}`)).toContain("it was opened before");

  // Changed before the first entry: up, to what is not there, and down.
  const change = async (words: string) => {
    await panel.write("/admin");
    await panel.press(/Under way/);
    await panel.press(/10 ⭐ · rfl_/);
    await panel.press(/Edit/);
    await panel.press(/Guaranteed prize/);
    await panel.write(words);
    return await panel.press(/Yes, change/);
  };
  expect(await change("150")).toContain("Changed");
  expect(await promised(world)).toBe("150");
  expect(await change("151")).toContain("needs 151 ⭐, and the reserve can promise 150 ⭐ now");
  expect(await promised(world)).toBe("150");
  expect(await change("90")).toContain("Changed");
  expect(await promised(world)).toBe("90");
  expect(await audit(world)).toEqual([
    "create and open refused: reserveTooLow",
    "open refused: reserveTooLow",
    "open accepted",
    "open refused: alreadyOpened",
    "edit guaranteedPrize 150 accepted",
    "edit guaranteedPrize 151 refused: reserveTooLow",
    "edit guaranteedPrize 90 accepted",
  ]);

  await world.command(`/admin stop ${raffle} no more`);
  await world.waitUntilFinished(raffle);
  expect(await promised(world)).toBe("0");
  await world.platform.runtime.settled();
  expect(await world.problems()).toEqual([]);
});

it("is topped up at the draw, told to everybody, and proved to anybody", async () => {
  const world = await openPlatformWorld();
  // Telegram lets a bot write to those alone who have written to it.
  for (const admin of [ADMIN, SECOND_ADMIN]) await world.command("/start", admin);
  await topUp(world, 150);
  const guaranteedPrize = { minor: "90", currency: "XTR" as const };
  const raffle = await world.openRaffle({ guaranteedPrize });
  const players = await world.players(3);
  const [anna] = players;
  for (const player of players.slice(0, 2)) await joinByStars(world.people, player, raffle);
  await world.waitForRaffle(raffle, ({ context }) => context.tickets === 2);
  await world.people.write(anna?.id ?? 0, `/raffle ${raffle}`);
  await world.people.waitForMessage(
    anna?.id ?? 0,
    says(/Guaranteed prize: 90 ⭐\. Collected now: \d+ ⭐ \(pot less 15% commission\)/),
  );
  for (const player of players.slice(2)) await joinByStars(world.people, player, raffle);
  const { context } = await world.waitUntilFinished(raffle);
  const [won] = context.winners;
  expect(won.prize).toEqual({ minor: "90", currency: "XTR" });
  expect(context.topUp).toEqual({ minor: "64", currency: "XTR" });
  const [balance] = await readBalances(world.database, [userAvailable(won.playerId)]);
  expect(balance?.availableMinor).toBe(90n);
  const others = players.filter(({ id }) => `tg-${id}` !== won.playerId);
  for (const { id } of others) {
    await world.people.waitForMessage(
      id,
      says(/Guaranteed prize 90 ⭐: the entries brought 26 ⭐ .*the organizer added 64 ⭐/),
    );
  }
  expect(await promised(world)).toBe("0");
  expect(await world.platform.queries.statistics("tg-1")).toMatchObject({
    drawn: 1,
    prizes: [{ sum: { minor: "90" }, largest: { minor: "90" } }],
  });
  expect(await world.command(`/raffle ${raffle}`)).toContain("the organizer added 64 ⭐");
  expect(await world.command("/admin reserve")).toContain("your capital: 86 ⭐");
  const account = await verify(world, raffle);
  expect(account).toContain("pot 30 XTR less commission 4 XTR (15 %) = 26 XTR");
  expect(account).toContain("guaranteed 90 XTR: 64 XTR added = 90 XTR");
  expect(account).toContain("The draw holds.");
  await world.platform.runtime.settled();
  expect(await world.problems()).toEqual([]);
  expect(await world.deadLetters()).toEqual([]);
});

it("made in one line is refused at its opening, and adds nothing to a pot that is enough", async () => {
  const world = await openPlatformWorld();
  const created = await world.command(
    "/admin create price=50 min=2 max=2 draw=maximum pause=0 window=1 prize=80",
  );
  expect(created).toContain("Guaranteed prize: 80 ⭐. It is held of your capital");
  const raffle = /rfl_\w+/.exec(created)?.[0] as RaffleId;
  expect(await world.command(`/admin open ${raffle}`)).toMatch(
    /open is not possible .*needs 80 ⭐, and the reserve can promise 0 ⭐ now\. Nothing has changed/,
  );
  await topUp(world, 80);
  expect(await world.command(`/admin open ${raffle}`)).toContain("done");
  expect(await promised(world)).toBe("80");
  const players = await world.players(2);
  for (const player of players) await joinByStars(world.people, player, raffle);
  const { context } = await world.waitUntilFinished(raffle);
  expect(context.winners[0].prize).toEqual({ minor: "85", currency: "XTR" });
  const texts = await eventually(
    async () =>
      (await Promise.all(players.map(({ id }) => world.people.chat(id))))
        .flatMap(({ messages }) => messages.map(({ text }) => text ?? "")),
    (all) => all.some((text) => text.includes("is drawn")),
  );
  expect(texts.join()).not.toContain("organizer added");
  expect(await promised(world)).toBe("0");
  expect(await verify(world, raffle)).toContain("guaranteed 80 XTR: 0 XTR added = 85 XTR");
  await world.platform.runtime.settled();
  expect(await world.problems()).toEqual([]);
});
