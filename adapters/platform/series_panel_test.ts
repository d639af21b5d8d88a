/** Templates and series in the whole product, played through the sandbox by admins and a player. */
import { describe, expect, it } from "vitest";
import type { RaffleId } from "../../machines/domain/events.ts";
import { raffleQuestions } from "../../machines/domain/terms_form.ts";
import type { Person } from "../sandbox/people.ts";
import { type PanelHand, takePanel } from "./testing/panel_hand.ts";
import {
  ADMIN,
  openPlatformWorld,
  type PlatformWorld,
  SECOND_ADMIN,
} from "./testing/platform_world.ts";

const OPERATOR = 900_003;
const VIEWER = 900_004;
const QUESTIONS = raffleQuestions.length;

async function audit(world: PlatformWorld): Promise<string[]> {
  const { rows } = await world.database.query<Record<string, string>>(
    "select what, detail, outcome from audit_log order by id",
  );
  return rows.map((row) =>
    [row["what"], row["detail"], row["outcome"]].filter((part) => part !== "").join(" ")
  );
}

async function raffles(world: PlatformWorld): Promise<{ id: RaffleId; title: string }[]> {
  const { rows } = await world.database.query<{ raffle_id: RaffleId; terms: string }>(
    "select raffle_id, terms from raffles order by seq",
  );
  return rows.map(({ raffle_id: id, terms }) => ({ id, title: JSON.parse(terms).title }));
}

/** A button whose question was answered. */
async function pressAgain(panel: PanelHand, data: string): Promise<string> {
  await panel.pressData(data);
  return await panel.shown();
}

/** From the first question to the preview: all defaults, and a title. */
async function answerAll(panel: PanelHand, title: string): Promise<string> {
  for (let step = 1; step < QUESTIONS; step++) await panel.press(/^✓/);
  return await panel.write(title);
}

it("an admin keeps terms, lets raffles of them come again, and ends that", {
  timeout: 180_000,
}, async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  const [anna] = await world.players(1) as [Person];
  const panel = takePanel(people, ADMIN);
  await panel.write("/admin create");
  expect(await answerAll(panel, "Draw {n}")).toContain("Draw 1");
  expect(await panel.press(/Keep as a new template/)).toContain("template of “Draw {n}” called");
  expect(await panel.write("x".repeat(33))).toContain("Name: must be at most 32");
  expect(await panel.write("Evenings <i>")).toContain("as template “Evenings <i>”?");
  const keep = await panel.dataOf(/Yes, keep/);
  expect(await panel.press(/Yes, keep/)).toContain("Kept.");
  expect(await panel.shown()).toContain("Title: Draw {n}");
  expect(await pressAgain(panel, keep)).toContain("out of date");
  expect(await raffles(world)).toEqual([]);

  expect(await panel.press(/New series/)).toContain("When do raffles of “Evenings <i>” come?");
  expect(await panel.write("every now and then")).toContain("Rule: must be a rule");
  expect(await panel.write("1d 18:00 Europe/Atlantis")).toContain("must name a time zone");
  expect(await panel.press(/as soon as/)).toContain(
    "Begin a series of “Evenings <i>”: again as soon as the last one has ended?",
  );
  const begin = await panel.dataOf(/Yes, begin/);
  // The node ends before he answers.
  await world.restart();
  expect(await panel.press(/Yes, begin/)).toContain("The series has begun");
  expect(await pressAgain(panel, begin)).toContain("out of date");
  const series = /ser_\w+/.exec(await panel.shown())?.[0] ?? "";
  await world.platform.runtime.waitFor(`series/${series}`, ({ value }) => value === "running");
  const [first] = await raffles(world) as [{ id: RaffleId; title: string }];
  expect(first.title).toBe("Draw 1");

  // A player finds it on the card, and follows.
  const card = takePanel(people, anna.id);
  expect(await card.write(`/raffle ${first.id}`)).toContain("🔁 Evenings <i> No. 1");
  expect(await card.press(/Tell me of the next/)).toContain("You are told when");
  expect((await card.labels()).join()).toContain("Tell me of no next one");

  // What an admin stops does not come again by itself.
  const since = { since: (await people.chat(ADMIN)).revision };
  await takePanel(people, SECOND_ADMIN).write(`/admin stop ${first.id} The price is wrong`);
  await people.waitForMessage(ADMIN, ({ text }) => /is paused/.test(text ?? ""), since);
  await panel.write(`/admin series ${series}`);
  expect(await panel.shown()).toContain("paused, again as soon as");
  expect(await panel.press(/Go on/)).toContain("It goes on.");
  await people.waitForMessage(
    anna.id,
    ({ text }) => /Evenings <i> No\. 2 is open: Draw 2/.test(text ?? ""),
  );
  await panel.press(/Refresh/);
  expect(await panel.shown()).toMatch(/Raffles opened: 2[\s\S]*No\. 2 Draw 2 – entries are open/i);

  expect(await panel.press(/Another rule/)).toContain("When do raffles");
  expect(await panel.write("1w fri 18:00 x2")).toContain("on Fridays at 18:00 (UTC)");
  // As many as that it has had.
  expect(await panel.press(/Yes, change/)).toContain("has had as many raffles already");
  await panel.press(/Another rule/);
  await panel.write("1w fri 18:00 x3");
  expect(await panel.press(/Yes, change/)).toContain("Changed");
  expect(await panel.shown()).toMatch(/on Fridays at 18:00 \(UTC\); 3 raffles in all/);
  expect(await panel.shown()).toMatch(/Next: Fri .*18:00 \(UTC\)/);
  expect(await panel.press(/Its template/)).toContain("Its series:");
  expect(await panel.press(/Delete/)).toContain("a series makes its raffles of it");
  await panel.press(/ser_/);
  expect(await panel.press(/End the series/)).toContain("Really end series “Evenings <i>”?");
  expect(await panel.press(/Cancel/)).toContain("Nothing is asked");
  await panel.write(`/admin series end ${series}`);
  const end = await panel.dataOf(/Yes, end/);
  expect(await panel.press(/Yes, end/)).toContain("Ended.");
  expect(await pressAgain(panel, end)).toContain("out of date");
  expect((await panel.labels()).join()).not.toContain("Pause");
  const [, second] = await raffles(world) as [unknown, { id: RaffleId }];
  expect((await world.raffle(second.id)).tags).toContain("acceptingEntries");
  expect(await card.write(`/raffle ${second.id}`)).toContain("No. 2, the last one");
  expect((await card.labels()).join()).not.toContain("next one");
  await panel.press(/Its template/);
  await panel.press(/Delete/);
  expect(await panel.press(/Yes, delete/)).toContain("Deleted.");
  expect(await panel.shown()).toContain("There is nothing here");

  expect(await audit(world)).toEqual([
    "create asked",
    "saveTemplate asked",
    "saveTemplate Evenings <i> accepted",
    "saveTemplate Evenings <i> refused: oldQuestion",
    "beginSeries asked",
    "beginSeries end UTC accepted",
    "beginSeries end UTC refused: oldQuestion",
    "stop The price is wrong accepted",
    "series accepted",
    "resumeSeries accepted",
    "changeSeries asked",
    "changeSeries 1w fri 18:00 UTC x2 refused: badPlan",
    "changeSeries asked",
    "changeSeries 1w fri 18:00 UTC x3 accepted",
    "deleteTemplate refused: templateInUse",
    "endSeries asked",
    "cancel endSeries cancelled",
    "series end asked",
    "endSeries accepted",
    "endSeries refused: oldQuestion",
    "deleteTemplate asked",
    "deleteTemplate accepted",
  ]);
  expect(await world.deadLetters()).toEqual([]);
  expect(await world.problems()).toEqual([]);
});

it("a template is made of a raffle, used, changed and renamed, by buttons and by words", {
  timeout: 120_000,
}, async () => {
  const world = await openPlatformWorld();
  const raffle = await world.openRaffle({ ticketsPerPlayer: 2, minPlayers: 2 });
  const panel = takePanel(world.people, ADMIN);
  await panel.write("/admin");
  await panel.press(/Under way/);
  await panel.press(/Friday draw/);
  expect(await panel.press(/Keep as template/)).toContain("template of “Friday draw” called");
  await panel.write("Fridays");
  expect(await panel.press(/Yes, keep/)).toContain("Kept.");
  const template = /tpl_\w+/.exec(await panel.shown())?.[0] ?? "";

  // A new raffle begins with its terms, also those that no question is about.
  expect(await panel.press(/New raffle of it/)).toContain(`1 of ${QUESTIONS}`);
  expect(await panel.write("25")).toContain(`2 of ${QUESTIONS}`);
  expect(await panel.press(/^✓ 2$/)).toContain(`3 of ${QUESTIONS}`);
  expect(await panel.press(/^✓ 3$/)).toContain(`4 of ${QUESTIONS}`);
  for (let step = 3; step < QUESTIONS; step++) await panel.press(/^✓/);
  expect(await panel.shown()).toContain("Friday draw");
  expect(await panel.press(/Change template “Fridays”/)).toContain("Give template “Fridays”");
  expect(await panel.press(/Yes, change/)).toContain("Kept.");
  expect(await panel.shown()).toContain("Price: 25 ⭐");
  expect(await panel.write(`/admin template use ${template}`)).toContain(`1 of ${QUESTIONS}`);
  for (let step = 0; step < QUESTIONS; step++) await panel.press(/^✓/);
  expect(await panel.press(/open entries/)).toContain("Entries are open");
  const [, used] = await raffles(world) as [unknown, { id: RaffleId }];
  expect((await world.raffle(used.id)).context.terms).toEqual({
    ...(await world.raffle(raffle)).context.terms,
    price: { minor: "25", currency: "XTR" },
  });

  expect(await panel.write(`/admin template save ${raffle} fridays`)).toContain(
    "another template is called so",
  );
  expect(await panel.write(`/admin template save ${raffle} Second`)).toContain("Kept.");
  expect(await panel.write(`/admin template rename ${template} Second`)).toContain(
    "another template is called so",
  );
  expect(await panel.write(`/admin template rename ${template} Third`)).toContain("Renamed.");
  await panel.write("/admin templates");
  expect((await panel.labels()).slice(0, 2)).toEqual(["Second", "Third"]);
  await panel.write(`/admin template delete ${template}`);
  // He has seen the question; another admin's dialogue is not touched by it, nor this one by his.
  const other = takePanel(world.people, SECOND_ADMIN);
  await other.write("/admin");
  expect(await other.pressData(await panel.dataOf(/Yes, delete/))).toMatch(/out of date/);
  expect(await panel.press(/Yes, delete/)).toContain("Deleted.");
  expect(await panel.write(`/admin template ${template}`)).toContain("There is no such template");
  expect(await panel.write(`/admin template use ${template}`)).toContain("Template: is not known");
});

describe("roles", () => {
  it("a viewer looks, an operator does, a player does neither", async () => {
    const world = await openPlatformWorld({ operators: [OPERATOR], viewers: [VIEWER] });
    for (const id of [OPERATOR, VIEWER]) {
      await world.people.person({ id, first_name: "Vera", language_code: "en" });
    }
    const raffle = await world.openRaffle();
    const operator = takePanel(world.people, OPERATOR);
    const viewer = takePanel(world.people, VIEWER);
    expect(await operator.write(`/admin template save ${raffle} Fridays`)).toContain("Kept.");
    const template = /tpl_\w+/.exec(await operator.shown())?.[0] ?? "";
    await operator.write(`/admin series begin ${template} 1d 18:00 Europe/Moscow`);
    const series = /ser_\w+/.exec(await operator.shown())?.[0] ?? "";
    const deeds = [
      `p:tu:${template}`,
      `p:tr:${raffle}`,
      `p:ta:delete:${template}`,
      `p:sd:pause:${series}`,
      `p:sa:end:${series}`,
    ];
    expect(await viewer.write(`/admin series ${series}`)).toContain(
      "every day at 18:00 (Europe/Moscow)",
    );
    expect(await viewer.labels()).toEqual([
      "📋 Its template",
      "🔄 Refresh",
      "🔁 Series",
      "🏠 Panel",
    ]);
    for (const data of deeds) {
      const { revision } = await world.people.chat(VIEWER);
      await viewer.pressData(data);
      const answer = await world.people.waitForMessage(
        VIEWER,
        ({ from }) => from.is_bot,
        { since: revision },
      );
      expect(answer.text).toContain("Your role does not allow this");
    }
    for (const words of [`template delete ${template}`, `series pause ${series}`]) {
      expect(await viewer.write(`/admin ${words}`)).toContain("Your role does not allow this");
    }
    const [anna] = await world.players(1) as [Person];
    const player = takePanel(world.people, anna.id);
    expect(await player.write(`/admin series pause ${series}`)).toContain("for admins only");
    expect((await world.platform.runtime.read(`series/${series}`))?.value).toBe("waiting");
    expect(await operator.write(`/admin series pause ${series}`)).toContain("Paused");
    expect(await operator.write(`/admin series pause ${series}`)).toContain("paused already");
    expect(await operator.write(`/admin series resume ${series}`)).toContain("It goes on");
    expect(await operator.write(`/admin series rule ${series} 2d 18:00`)).toContain("Changed");
    expect(await operator.write("/admin series")).toContain(
      "every 2 days at 18:00 (Europe/Moscow)",
    );
  });
});
