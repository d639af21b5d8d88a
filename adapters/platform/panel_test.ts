/** The admin panel in the whole product, played through the sandbox as an admin would. */
import { describe, expect, it } from "vitest";
import type { RaffleId } from "../../machines/domain/events.ts";
import { joinByStars } from "../demo/entries.ts";
import type { Person } from "../sandbox/people.ts";
import { takePanel } from "./testing/panel_hand.ts";
import {
  ADMIN,
  openPlatformWorld,
  type PlatformWorld,
  SECOND_ADMIN,
} from "./testing/platform_world.ts";

const OPERATOR = 900_003;
const VIEWER = 900_004;

async function audit(world: PlatformWorld): Promise<string[]> {
  const { rows } = await world.database.query<Record<string, string>>(
    "select admin_id, role, what, target, detail, outcome from audit_log order by id",
  );
  return rows.map((row) =>
    [row["admin_id"], row["what"], row["target"], row["detail"], row["outcome"]]
      .filter((part) => part !== "").join(" ")
  );
}

async function raffleIds(world: PlatformWorld): Promise<RaffleId[]> {
  const { rows } = await world.database.query<{ raffle_id: RaffleId }>(
    "select raffle_id from raffles order by seq",
  );
  return rows.map((row) => row.raffle_id);
}

describe("a new raffle by the dialogue", () => {
  it("takes defaults by buttons and values by words, shows the card, and opens it", {
    timeout: 120_000,
  }, async () => {
    const world = await openPlatformWorld();
    const panel = takePanel(world.people, ADMIN);
    expect(await panel.write("/admin")).toContain("you are owner");
    expect(await panel.press(/New raffle/)).toContain("1 of 11");
    expect(await panel.write("a lot")).toContain("Price: must be a number");
    expect(await panel.write("0")).toContain("must be at least 1");
    expect(await panel.write("25")).toContain("2 of 11");
    expect(await panel.press(/^3$/)).toContain("3 of 11");
    expect(await panel.press(/Back/)).toContain("2 of 11");
    expect(await panel.press(/^✓ 3$/)).toContain("3 of 11");
    expect(await panel.write("2")).toContain("must be at least 3");
    expect(await panel.press(/^10$/)).toContain("4 of 11");
    expect(await panel.write("6h")).toContain("5 of 11");
    expect(await panel.press(/all tickets are sold/)).toContain("6 of 11");
    expect(await panel.write("25h")).toContain("Time for checks: must be at most 1d");
    expect(await panel.press(/^✓ 5m$/)).toContain("7 of 11");
    expect(await panel.write("/admin commission")).toContain("15%");
    expect(await panel.write("20%")).toContain("8 of 11");
    expect(await panel.press(/70\/30/)).toContain("9 of 11");
    expect(await panel.write("much")).toContain("must be a number");
    expect(await panel.press(/^✓ none$/)).toContain("10 of 11");
    expect(await panel.write("soon")).toContain("must be a time");
    expect(await panel.press(/^2d$/)).toContain("11 of 11");
    expect(await panel.write("x".repeat(40))).toContain("must be at most 32");
    const preview = await panel.write("Friday <b>draw");
    expect(preview).toContain("Friday <b>draw");
    expect(preview).toContain("Entry: 25 ⭐");
    expect(preview).toContain("the list may be checked for 5 min");
    expect(preview).toContain("A winner has 2 days to take the prize");
    expect(preview).toContain("At 3 tickets: pot 75 ⭐, commission 15 ⭐, prize 42 ⭐ + 18 ⭐");
    expect(preview).toContain("At 10 tickets: pot 250 ⭐, commission 50 ⭐, prize 140 ⭐ + 60 ⭐");
    expect(await raffleIds(world)).toEqual([]);
    const confirm = await panel.dataOf(/open entries/);
    expect(await panel.press(/open entries/)).toContain("Entries are open");
    const [raffle] = await raffleIds(world) as [RaffleId];
    const { context, tags } = await world.raffle(raffle);
    expect(tags).toContain("acceptingEntries");
    expect(context.terms).toMatchObject({
      title: "Friday <b>draw",
      minPlayers: 3,
      maxTickets: 10,
      durationMs: 21_600_000,
      drawAt: "maximum",
      reviewMs: 300_000,
      commissionBps: 2_000,
      sharesBps: [7_000, 3_000],
      claimWithinMs: 172_800_000,
    });
    // The old button makes no second one.
    await panel.pressData(confirm);
    expect(await panel.shown()).toContain("out of date");
    expect(await raffleIds(world)).toEqual([raffle]);
    expect(await audit(world)).toEqual([
      `tg-${ADMIN} panel accepted`,
      `tg-${ADMIN} create asked`,
      `tg-${ADMIN} commission accepted`,
      `tg-${ADMIN} create and open ${raffle} accepted`,
      `tg-${ADMIN} create and open ${raffle} refused: oldQuestion`,
    ]);
  });

  it("goes on after a restart in the middle, for this admin alone", async () => {
    const world = await openPlatformWorld();
    const panel = takePanel(world.people, ADMIN);
    const other = takePanel(world.people, SECOND_ADMIN);
    await panel.write("/admin create");
    await panel.write("50");
    const button = await panel.dataOf(/^✓ 2$/);
    await world.restart();
    // The other admin has no dialogue: his words are no answer, and the button is not his.
    expect(await other.write("7")).toContain("commands and buttons");
    expect(await other.pressData(button).catch(() => "gone")).toMatch(/out of date|gone/);
    expect(await panel.press(/^✓ 2$/)).toContain("3 of 11");
    await panel.press(/Cancel/);
    expect(await panel.write("10")).toContain("commands and buttons");
    expect(await raffleIds(world)).toEqual([]);
    expect(await audit(world)).toContainEqual(
      expect.stringMatching(new RegExp(`^tg-${ADMIN} cancel create rfl_\\w+ cancelled$`)),
    );
  });

  it("makes a draft that is opened later, and begins with the commission that was set", async () => {
    const world = await openPlatformWorld();
    const old = await world.openRaffle();
    const panel = takePanel(world.people, ADMIN);
    expect(await panel.write("/admin commission 51")).toContain("at most 50%");
    expect(await panel.write("/admin commission 7.5")).toContain("7.5%");
    await panel.write("/admin create");
    for (let step = 0; step < 11; step++) await panel.press(/^✓/);
    expect(await panel.shown()).toContain("7.5% commission");
    expect(await panel.press(/draft/)).toContain("draft is made");
    const [, raffle] = await raffleIds(world) as [RaffleId, RaffleId];
    expect((await world.raffle(raffle)).value).toBe("draft");
    expect(await panel.press(/Open entries/)).toContain("Entries are open");
    expect((await world.raffle(raffle)).context.terms.commissionBps).toBe(750);
    expect((await world.raffle(old)).context.terms.commissionBps).toBe(1_500);
    await world.command("/admin create price=5");
    const [, , byText] = await raffleIds(world) as [RaffleId, RaffleId, RaffleId];
    expect((await world.raffle(byText)).context.terms.commissionBps).toBe(750);
  });
});

describe("one raffle", () => {
  it("is stopped after one question, with a reason that players read", async () => {
    const world = await openPlatformWorld();
    const players = await world.players(2);
    const raffle = await world.openRaffle({ maxTickets: 5 });
    for (const player of players) await joinByStars(world.people, player, raffle);
    await world.waitForRaffle(raffle, ({ context }) => context.tickets === 2);
    const panel = takePanel(world.people, ADMIN);
    await panel.write("/admin");
    await panel.press(/Under way/);
    await panel.press(/Friday draw/);
    expect(await panel.press(/Stop/)).toContain("Why?");
    expect(await panel.write("x".repeat(301))).toContain("at most 300");
    expect(await panel.write("the hall <burnt>")).toContain("2 tickets: all entries go back");
    const old = await panel.dataOf(/Yes, stop/);
    expect(await panel.press(/Cancel/)).toContain("Nothing is asked");
    expect(await panel.pressData(old)).toContain("out of date");
    expect((await world.raffle(raffle)).tags).toContain("acceptingEntries");
    await panel.press(/Under way/);
    await panel.press(/Friday draw/);
    await panel.press(/Stop/);
    await panel.write("the hall <burnt>");
    expect(await panel.press(/Yes, stop/)).toContain("Stopped");
    expect((await world.waitUntilFinished(raffle)).value).toBe("refunded");
    for (const { id } of players) {
      await world.people.waitForMessage(id, ({ text }) => text?.includes("<burnt>") ?? false);
    }
    const log = await audit(world);
    expect(log.slice(1)).toEqual([
      `tg-${ADMIN} stop ${raffle} asked`,
      `tg-${ADMIN} cancel stop ${raffle} cancelled`,
      `tg-${ADMIN} confirm refused: oldQuestion`,
      `tg-${ADMIN} stop ${raffle} asked`,
      `tg-${ADMIN} stop ${raffle} the hall <burnt> accepted`,
    ]);
    expect(await world.problems()).toEqual([]);
  });

  it("is drawn now when a second admin agrees by the button", async () => {
    const world = await openPlatformWorld();
    const [anna, boris] = await world.players(2) as [Person, Person];
    const raffle = await world.openRaffle({ maxTickets: 5, minPlayers: 3 });
    await joinByStars(world.people, anna, raffle);
    await world.waitForRaffle(raffle, ({ context }) => context.tickets === 1);
    const panel = takePanel(world.people, ADMIN);
    await world.people.write(SECOND_ADMIN, "/start");
    await panel.write("/admin");
    await panel.press(/Under way/);
    await panel.press(/Friday draw/);
    // Forcing is not offered to one player.
    expect((await panel.labels()).join()).not.toContain("Draw now");
    await joinByStars(world.people, boris, raffle);
    await world.waitForRaffle(raffle, ({ context }) => context.tickets === 2);
    await panel.press(/Refresh/);
    expect(await panel.press(/Draw now/)).toContain("Really draw");
    const since = { since: (await world.people.chat(SECOND_ADMIN)).revision };
    expect(await panel.press(/Yes, draw now/)).toContain("needs a second admin");
    await world.people.waitForMessage(
      SECOND_ADMIN,
      ({ text }) => text?.includes("Olga wants") ?? false,
      since,
    );
    await panel.press(/Draw now/);
    expect(await panel.press(/Yes, draw now/)).toContain("you have said it already");
    const second = takePanel(world.people, SECOND_ADMIN);
    expect(await second.write(`/admin force ${raffle}`)).toContain("done");
    expect((await world.waitUntilFinished(raffle)).value).toHaveProperty("settled");
  });

  it("is edited until somebody has entered", async () => {
    const world = await openPlatformWorld();
    const raffle = await world.openRaffle({ maxTickets: 5 });
    const panel = takePanel(world.people, ADMIN);
    await panel.write("/admin");
    await panel.press(/Under way/);
    await panel.press(/Friday draw/);
    await panel.press(/Edit/);
    expect(await panel.press(/Duration/)).toContain("now: 1h");
    expect(await panel.write("never")).toContain("must be a time");
    expect(await panel.write("2h")).toContain("1h → 2h");
    expect(await panel.press(/Yes, change/)).toContain("Changed");
    const { context } = await world.raffle(raffle);
    expect(context.closesAtMs - context.openedAtMs).toBe(7_200_000);
    // The deadline itself moves with it.
    const soon = await world.openRaffle();
    const edit = {
      type: "raffle.edit",
      by: "tg-1",
      changes: { durationMs: 2_000 },
      atMs: Date.now(),
    };
    expect((await world.platform.runtime.send(`raffle/${soon}`, edit)).status).toBe("accepted");
    expect((await world.waitUntilFinished(soon)).context.cancelReason).toBe("minimumNotReached");
    await panel.press(/Edit/);
    await panel.press(/Title/);
    await panel.write("Saturday");
    const confirm = await panel.dataOf(/Yes, change/);
    const [anna] = await world.players(1) as [Person];
    await joinByStars(world.people, anna, raffle);
    await world.waitForRaffle(raffle, ({ context }) => context.tickets === 1);
    await panel.pressData(confirm);
    expect(await panel.shown()).toContain("somebody has entered");
    expect((await world.raffle(raffle)).context.terms.title).toBe("Friday draw");
    expect((await panel.labels()).join()).not.toContain("Edit");
  });

  it("shows who takes part, and gives a file that no spreadsheet runs", async () => {
    const world = await openPlatformWorld();
    const raffle = await world.openRaffle({ maxTickets: 50 });
    const anna = await world.people.person({ first_name: '=HYPERLINK("x")', language_code: "en" });
    await joinByStars(world.people, anna, raffle);
    await world.waitForRaffle(raffle, ({ context }) => context.tickets === 1);
    const panel = takePanel(world.people, ADMIN);
    await panel.write("/admin");
    await panel.press(/Under way/);
    await panel.press(/Friday draw/);
    expect(await panel.press(/Participants/)).toMatch(/1\. =HYPERLINK\("x"\) · .* · paid/);
    const { revision } = await world.people.chat(ADMIN);
    await panel.press(/As a file/);
    const { document } = await world.people.waitForMessage(
      ADMIN,
      (message) => message.document !== undefined,
      { since: revision },
    );
    expect(document?.file_name).toBe(`${raffle}.csv`);
    expect(await audit(world)).toContain(`tg-${ADMIN} file ${raffle} accepted`);
  });
});

describe("roles", () => {
  it("let a viewer look and an operator run, and say who may", async () => {
    const world = await openPlatformWorld({ operators: [OPERATOR], viewers: [VIEWER] });
    const raffle = await world.openRaffle();
    for (const id of [OPERATOR, VIEWER]) {
      await world.people.person({ id, first_name: "Pavel", language_code: "ru" });
    }
    const viewer = takePanel(world.people, VIEWER);
    expect(await viewer.write("/admin")).toContain("вы наблюдатель");
    expect((await viewer.labels()).join()).not.toContain("Новый");
    await viewer.press(/Идут/);
    await viewer.press(/Friday draw/);
    expect((await viewer.labels()).join()).not.toMatch(/Остановить|Пауза|Изменить/);
    const pressed = [
      `p:do:pause:${raffle}`,
      `p:as:stop:${raffle}`,
      "p:cr",
      "p:cs:0",
      "p:ld:1",
      `p:ag:${raffle}:k`,
    ];
    for (const data of pressed) {
      const { revision } = await world.people.chat(VIEWER);
      await viewer.pressData(data);
      const answer = await world.people.waitForMessage(VIEWER, ({ from }) => from.is_bot, {
        since: revision,
      });
      expect(answer.text).toContain("Могут: владельцы");
    }
    const operator = takePanel(world.people, OPERATOR);
    await operator.write("/admin");
    await operator.press(/Идут/);
    await operator.press(/Friday draw/);
    expect(await operator.press(/Пауза/)).toContain("новых взносов нет");
    expect(await operator.write("/admin commission 0")).toContain("Могут: владельцы.");
    expect((await world.raffle(raffle)).tags).toContain("paused");
    const log = await audit(world);
    expect(log.filter((line) => line.includes("refused: role"))).toHaveLength(pressed.length + 1);
    expect(log).toContain(`tg-${OPERATOR} pause ${raffle} accepted`);
  });

  it("strangers learn nothing, by words or by buttons", async () => {
    const world = await openPlatformWorld();
    const [mallory] = await world.players(1) as [Person];
    const raffle = await world.openRaffle();
    const stranger = takePanel(world.people, mallory.id);
    const answer = await stranger.write("/admin");
    expect(answer).toContain("for admins only");
    for (
      const data of ["p:h", "p:au:0", `p:pf:${raffle}`, `p:as:stop:${raffle}`, "p:y:1", "p:cr"]
    ) {
      const { revision } = await world.people.chat(mallory.id);
      await stranger.pressData(data);
      const said = await world.people.waitForMessage(mallory.id, ({ from }) => from.is_bot, {
        since: revision,
      });
      expect(said.text).toBe(answer);
    }
    expect(await audit(world)).toEqual([]);
  });
});

it("shows figures, letters, stuck actors and the log, and sets letters right", async () => {
  const world = await openPlatformWorld();
  const players = await world.players(3);
  const raffle = await world.openRaffle();
  for (const player of players) await joinByStars(world.people, player, raffle);
  await world.waitUntilFinished(raffle);
  await world.database.query(
    `insert into dead_letters (address, event, error, at_ms)
     values ('user/tg-1', '{"type":"go"}', 'TypeError: <odd>', 1),
       ('user/tg-1', '{"type":"go"}', 'TypeError: second', 2)`,
  );
  const panel = takePanel(world.people, ADMIN);
  await panel.write("/admin");
  const figures = await panel.press(/Statistics/);
  expect(figures).toContain("3 tickets of 3 players");
  expect(figures).toContain("Pots: 30 ⭐");
  expect(figures).toContain("Commission: 4 ⭐");
  expect(figures).toContain("Prizes credited: 26 ⭐");
  await panel.press(/Panel/);
  expect(await panel.press(/Stuck/)).toContain("All is well");
  await panel.press(/Panel/);
  expect(await panel.press(/Dead letters/)).toContain("user/tg-1");
  expect(await panel.press(/^1 · /)).toContain("TypeError: <odd>");
  expect(await panel.press(/Drop/)).toContain("Really drop letter 1?");
  expect(await panel.press(/Yes, drop/)).toContain("Dropped");
  expect(await world.deadLetters()).toEqual(["user/tg-1: TypeError: second"]);
  await panel.press(/Panel/);
  const log = await panel.press(/Audit/);
  expect(log).toContain("drop 1 – done");
  expect(log).toContain("drop 1 – asked");
  await expect(world.database.query("delete from audit_log")).rejects.toThrow("only added to");
  await expect(world.database.query("update audit_log set outcome = 'x'")).rejects.toThrow(
    "only added to",
  );
});
