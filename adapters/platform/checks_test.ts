/** Signs in the whole product: how they are seen, what an admin decides, what the player hears. */
import { describe, expect, it } from "vitest";
import { startTestRuntime } from "../../actors/testing/mod.ts";
import { recordForeignPayers } from "../../db/suspicions.ts";
import { recordPlayers, recordTickets } from "../../db/raffles.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import type { RaffleTerms } from "../../machines/domain/events.ts";
import { type CheckLimits, CHECKS } from "../../machines/domain/suspicion.ts";
import { buttonOf, joinByStars } from "../demo/entries.ts";
import type { ChatMessage, Person } from "../sandbox/people.ts";
import { defineRaffleActors, withRest } from "./raffle_actors.ts";
import { startChecks } from "./start_checks.ts";
import { takePanel } from "./testing/panel_hand.ts";
import {
  ADMIN,
  eventually,
  openPlatformWorld,
  type PlatformWorld,
  SECOND_ADMIN,
} from "./testing/platform_world.ts";
import { suspect } from "./testing/suspect.ts";

const OPERATOR = 900_003;
const VIEWER = 900_004;
const limits: CheckLimits = {
  newHours: 24,
  newUserId: 0,
  entriesPerMinute: 3,
  entriesPerHour: 0,
  burstPlayers: 4,
  burstSeconds: 10,
  sharedDestination: 2,
  foreignInvoices: 2,
};

// ── the look ─────────────────────────────────────────────────────────────────────────────────────

async function openLook(checks: CheckLimits = limits) {
  const database = await openTestDatabase();
  const reports: unknown[] = [];
  const report = { run: (params: unknown) => Promise.resolve(void reports.push(params)) };
  const nothing = { run: () => Promise.resolve() };
  const actors = defineRaffleActors(withRest({ reportToAdmins: report }, nothing));
  const kit = await startTestRuntime(actors, { database });
  const configure = (given: CheckLimits) =>
    startChecks(kit.runtime, { checks: given }, kit.clock.nowMs());
  await configure(checks);
  const signs = async () => {
    const { rows } = await database.query<{ sign: string }>(
      `select signal || ' ' || player_id as sign from suspicions order by signal, player_id`,
    );
    return rows.map(({ sign }) => sign);
  };
  let tickets = 0;
  /** Tickets at so many seconds after now; one each. */
  const enter = (playerIds: readonly string[], raffleId = "rfl_one") =>
    recordTickets(
      database,
      playerIds.map((playerId, index) => ({
        raffleId,
        number: ++tickets,
        playerId,
        paymentId: `pay_${String(tickets).padStart(6, "0")}`,
        salt: "5a",
        atMs: kit.clock.nowMs() + index,
      })),
    );
  const meet = (playerIds: readonly string[]) =>
    recordPlayers(
      database,
      playerIds.map((playerId) => ({
        playerId,
        chatId: 1,
        name: "N",
        language: "en",
        isBlocked: false,
        atMs: kit.clock.nowMs(),
      })),
    );
  const look = async () => {
    await kit.advance(61_000);
    await kit.settled();
  };
  return { kit, database, reports, signs, enter, meet, look, configure };
}

describe("the look", () => {
  it("raises every sign once, however often it looks, and tells admins of new ones", async () => {
    const world = await openLook();
    await using _ = world.kit;
    const four = ["tg-1", "tg-2", "tg-3", "tg-4"];
    await world.meet(four);
    await world.enter([...four, "tg-9", "tg-9", "tg-9"]);
    const atMs = world.kit.clock.nowMs();
    await recordForeignPayers(
      world.database,
      ["tg-1", "tg-2"].map((playerId, index) => ({
        payerId: "tg-8",
        paymentId: `pay_${index}`,
        playerId,
        raffleId: "rfl_one",
        atMs,
      })),
    );
    for (const playerId of ["tg-6", "tg-7"]) {
      await world.database.query(
        `insert into withdrawals (withdrawal_id, player_id, choice, minor, currency, status,
           is_open, asked_at_ms, destination_hash)
         values ('wdr_' || $1, $1, '{}', 1, 'RUB', 'done', false, $2, 'aa')`,
        [playerId, atMs],
      );
    }
    await world.look();
    const signs = [
      "burst tg-1",
      "burst tg-2",
      "burst tg-3",
      "burst tg-4",
      "foreignInvoices tg-8",
      "sharedDestination tg-6",
      "sharedDestination tg-7",
      "velocity tg-9",
    ];
    expect(await world.signs()).toEqual(signs);
    expect(world.reports).toEqual([{ notice: { key: "suspicionsFound", count: 8 } }]);
    await world.look();
    await world.look();
    expect(await world.signs()).toEqual(signs);
    expect(world.reports).toHaveLength(1);
  });

  it("sees what was recorded late, and what many pages hold", async () => {
    const world = await openLook({ ...limits, burstPlayers: 0 });
    await using _ = world.kit;
    await world.look();
    const players = Array.from({ length: 1_200 }, (_, at) => `tg-${at + 1}`);
    await world.enter([...players, "tg-5", "tg-5"], "rfl_big");
    await world.look();
    await world.look();
    expect(await world.signs()).toEqual(["velocity tg-5"]);
  });

  it("looks for nothing when it is switched off, and not for what was before", async () => {
    const off = Object.fromEntries(Object.keys(limits).map((name) => [name, 0]));
    const world = await openLook(off as unknown as CheckLimits);
    await using _ = world.kit;
    expect((await world.kit.runtime.read(CHECKS))?.value).toBe("off");
    await world.enter(["tg-9", "tg-9", "tg-9"]);
    await world.look();
    await world.configure(limits);
    await world.look();
    expect(await world.signs()).toEqual([]);
    await world.enter(["tg-7", "tg-7", "tg-7"]);
    await world.look();
    expect(await world.signs()).toEqual(["velocity tg-7"]);
  });
});

// ── what is decided ──────────────────────────────────────────────────────────────────────────────

const says = (words: RegExp) => ({ text, from }: ChatMessage) =>
  from.is_bot && words.test(text ?? "");

async function expectInOrder(world: PlatformWorld): Promise<void> {
  await world.platform.runtime.settled();
  expect(await world.problems()).toEqual([]);
  expect(await world.deadLetters()).toEqual([]);
  expect(world.log.filter(({ level }) => level === "error")).toEqual([]);
}

async function audit({ database }: PlatformWorld, target: string): Promise<string[]> {
  const { rows } = await database.query<{ line: string }>(
    `select admin_id || ' ' || what || ' ' || outcome as line from audit_log
     where target = $1 order by id`,
    [target],
  );
  return rows.map(({ line }) => line);
}

async function openWithCrowd(terms: Partial<RaffleTerms> = {}) {
  const world = await openPlatformWorld({ operators: [OPERATOR], viewers: [VIEWER] });
  const { people } = world;
  for (const id of [OPERATOR, VIEWER]) {
    await people.person({ id, first_name: "Vera", language_code: "en" });
  }
  const raffle = await world.openRaffle({ maxTickets: 4, minPlayers: 2, ...terms });
  const players = await world.players(3) as [Person, Person, Person];
  for (const player of players) await joinByStars(people, player, raffle);
  await world.waitForRaffle(raffle, ({ context }) => context.tickets === 3);
  return { world, people, raffle, players };
}

describe("a check", () => {
  it(
    "is decided in the panel, asked about once; the player hears why, appeals, and is let in again",
    {
      timeout: 120_000,
    },
    async () => {
      const { world, people, raffle, players: [anna] } = await openWithCrowd();
      const suspicionId = await suspect(world, anna.id, raffle);
      const panel = takePanel(people, OPERATOR);
      await panel.write("/admin");
      expect(await panel.labels()).toContain("🛡 Checks (1)");
      expect(await panel.press(/Checks/)).toContain("waits: Player 1");
      const page = await panel.press(/Player 1/);
      expect(page).toContain("new players within 10 s: 20");
      expect(page).toContain("1 ticket on the list, 0 tickets taken off");
      expect(await panel.press(/Exclude/)).toContain(`Really exclude tg-${anna.id}?`);
      expect(await world.count("tickets")).toBe(3);

      const { revision } = await people.chat(anna.id);
      const confirm = await panel.dataOf(/Yes, exclude/);
      expect(await panel.press(/Yes, exclude/)).toContain("Excluded.");
      expect(await panel.shown()).toContain("0 tickets on the list, 1 ticket taken off");
      const told = await people.waitForMessage(anna.id, says(/has excluded you/), {
        since: revision,
      });
      expect(told.text).toContain("Friday draw");
      expect(told.text).toContain("many new accounts that joined within seconds");
      await people.waitForMessage(anna.id, says(/10 ⭐.*taken off the list after a check/s), {
        since: revision,
      });
      await eventually(() => world.stars(), ({ refunded }) => refunded === 10);
      expect((await world.raffle(raffle)).context).toMatchObject({ tickets: 2, players: 2 });
      // Everybody sees that it was done, and why.
      const card = await world.command(`/raffle ${raffle}`);
      expect(card).toContain("Taken off the list before the seal: 1 ticket");

      // The old question, and a second press, do nothing.
      await panel.pressData(confirm);
      expect(await panel.shown()).toContain("out of date");

      // He cannot enter, and learns where to write.
      await people.write(anna.id, `/join_raffle ${raffle}`);
      const offer = await people.waitForMessage(
        anna.id,
        ({ reply_markup }) => buttonOf(reply_markup, "stars:") !== undefined,
        { since: told.revision },
      );
      await people.press(anna.id, { message_id: offer.message_id, data: `stars:${raffle}` });
      await people.waitForMessage(anna.id, says(/after a check you cannot enter/), {
        since: told.revision,
      });
      await people.write(anna.id, "/paysupport");
      await people.waitForMessage(
        anna.id,
        ({ reply_markup }) => buttonOf(reply_markup, `u:e:${suspicionId}`) !== undefined,
        { since: offer.revision },
      );

      // His appeal names the check, and is answered as every question.
      const before = await people.chat(OPERATOR);
      await people.press(anna.id, { message_id: told.message_id, data: `u:e:${suspicionId}` });
      await people.waitForMessage(anna.id, says(/Please write/), { since: offer.revision });
      await people.write(anna.id, "We are a class of one school");
      const asked = await people.waitForMessage(OPERATOR, says(/Appeal against a check/), {
        since: before.revision,
      });
      expect(asked.text).toContain("We are a class of one school");
      expect(asked.text).toContain("(excluded)");
      expect(buttonOf(asked.reply_markup, `p:k:${suspicionId}`)).toBeDefined();
      await people.press(OPERATOR, {
        message_id: asked.message_id,
        data: buttonOf(asked.reply_markup, "u:a:") as string,
      });
      await people.waitForMessage(OPERATOR, says(/answer/i), { since: asked.revision });
      await people.write(OPERATOR, "You are right");
      await people.waitForMessage(anna.id, says(/You are right/), { since: offer.revision });

      await panel.write("/admin");
      await panel.press(/Checks/);
      await panel.press(/Player 1/);
      expect(await panel.press(/Lift/)).toContain("Cleared.");
      await people.waitForMessage(anna.id, says(/may enter raffles again/), {
        since: offer.revision,
      });
      await joinByStars(people, anna, raffle);
      await world.waitForRaffle(raffle, ({ context }) => context.tickets === 3);
      expect(await audit(world, suspicionId)).toEqual([
        `tg-${OPERATOR} exclude asked`,
        `tg-${OPERATOR} exclude accepted`,
        `tg-${OPERATOR} exclude refused: oldQuestion`,
        `tg-${OPERATOR} clear accepted`,
      ]);
      await expectInOrder(world);
    },
  );

  it("is decided by the right person once, and by no button that says nonsense", {
    timeout: 60_000,
  }, async () => {
    const { world, people, raffle, players: [anna, boris] } = await openWithCrowd();
    const suspicionId = await suspect(world, anna.id, raffle);
    const viewer = takePanel(people, VIEWER);
    await viewer.write("/admin");
    await viewer.press(/Checks/);
    await viewer.press(/Player 1/);
    expect((await viewer.labels()).join()).not.toMatch(/Exclude|Nothing is wrong/);
    const own = takePanel(people, boris.id);
    await own.write("/help");
    for (const data of [`p:kx:${suspicionId}`, `p:kc:${suspicionId}:open`]) {
      const since = (await people.chat(VIEWER)).revision;
      await viewer.pressData(data);
      await people.waitForMessage(VIEWER, says(/does not allow/), { since });
      const before = (await people.chat(boris.id)).revision;
      await own.pressData(data);
      await people.waitForMessage(boris.id, says(/for admins/i), { since: before });
    }
    const panel = takePanel(people, ADMIN);
    await panel.write("/admin");
    for (const data of ["p:kx:sus_1", `p:kc:${suspicionId}:cleared`, "p:k:", "p:ks:x"]) {
      expect(await panel.pressData(data)).toContain("out of date");
    }
    const nobody = `sus_${"f".repeat(20)}`;
    for (const data of [`p:kx:${nobody}`, `p:k:${nobody}`, `p:kc:${nobody}:open`]) {
      await panel.pressData(data);
      expect(await panel.shown()).toContain("That one is gone");
    }

    // Two admins on one page: the first word counts, and the second is told so.
    const other = takePanel(people, SECOND_ADMIN);
    await other.write("/admin");
    for (const hand of [panel, other]) await hand.pressData(`p:k:${suspicionId}`);
    expect(await other.press(/Exclude/)).toContain("Really exclude");
    expect(await panel.press(/Nothing is wrong/)).toContain("Cleared.");
    expect(await other.press(/Yes, exclude/)).toContain("another admin has decided already");
    await panel.pressData(`p:kx:${suspicionId}`);
    expect(await panel.shown()).toContain("another admin has decided already");
    expect(await audit(world, suspicionId)).toEqual([
      `tg-${VIEWER} exclude refused: role`,
      `tg-${VIEWER} clear refused: role`,
      `tg-${SECOND_ADMIN} exclude asked`,
      `tg-${ADMIN} clear accepted`,
      `tg-${SECOND_ADMIN} exclude refused: alreadyDecided`,
      `tg-${ADMIN} exclude refused: alreadyDecided`,
    ]);
    expect(await world.count("tickets")).toBe(3);
    expect((await world.stars()).refunds).toBe(0);
    await expectInOrder(world);
  });

  it("is kept through a restart in the middle, with all that follows from it", async () => {
    const { world, raffle, players: [anna] } = await openWithCrowd();
    const suspicionId = await suspect(world, anna.id, raffle);
    const address = `suspicion/${suspicionId}`;
    const order = { type: "suspicion.exclude", by: `tg-${ADMIN}`, days: 30, atMs: Date.now() };
    const sent = () => world.platform.runtime.send(address, order, { key: "tg:77" });
    expect((await sent()).status).toBe("accepted");
    await world.restart();
    expect((await sent()).status).toBe("duplicate");
    await eventually(() => world.stars(), ({ refunded }) => refunded === 10);
    await eventually(() => world.count("tickets"), (count) => count === 2);
    expect((await world.platform.runtime.read(address))?.value).toEqual({ upheld: "excluded" });
    await expectInOrder(world);
  });

  it("of who waits when entries end is asked for before the seal, and decides who is on the list", {
    timeout: 60_000,
  }, async () => {
    const { world, people, raffle, players: [anna, boris, vera] } = await openWithCrowd({
      reviewMs: 3_600_000,
    });
    expect(await world.command(`/raffle ${raffle}`)).toContain("may be checked for 1 h");
    await suspect(world, anna.id, raffle);
    const { revision } = await people.chat(ADMIN);
    const [, , , last] = await world.players(4) as Person[];
    await joinByStars(people, last as Person, raffle);
    await world.waitForRaffle(raffle, ({ tags }) => tags.includes("reviewing"));
    await people.waitForMessage(ADMIN, says(/One player on its list waits for your decision/), {
      since: revision,
    });
    expect(await world.command(`/raffle ${raffle}`)).toMatch(/may be checked until .*; then it is/);
    await world.restart();

    const panel = takePanel(people, OPERATOR);
    await panel.write("/admin");
    await panel.press(/Checks/);
    await panel.press(/Player 1/);
    await panel.press(/Exclude/);
    expect(await panel.press(/Yes, exclude/)).toContain("Excluded.");
    await eventually(() => world.stars(), ({ refunded }) => refunded === 10);
    await world.waitForRaffle(
      raffle,
      ({ tags, context }) => tags.includes("reviewing") && context.tickets === 3,
    );
    expect(await world.command(`/raffle ${raffle}`)).toContain("before the seal: 1 ticket");

    // Two more are too many: one player is left.
    for (const { id } of [boris, vera]) {
      const address = `suspicion/${await suspect(world, id, raffle)}`;
      const order = { type: "suspicion.exclude", by: `tg-${ADMIN}`, days: 30, atMs: Date.now() };
      await world.platform.runtime.send(address, order, { key: `tg:${id}` });
    }
    await world.waitForRaffle(raffle, ({ value }) => value === "refunded");
    expect((await world.stars()).refunded).toBe(40);
    await expectInOrder(world);
  });
});
