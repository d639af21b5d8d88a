/** Series as players and admins meet them in the bot, over fakes. */
import { describe, expect, it } from "vitest";
import { firstTerms } from "../../machines/domain/panel_dialogue.ts";
import { renderMassNotice } from "./broadcast_text.ts";
import { createBotWorld } from "./testing/bot_world.ts";
import { NOW_MS, testRaffle } from "./testing/fake_queries.ts";
import { admin, anna, buttonUpdate, textUpdate } from "./testing/updates.ts";

const series = { name: "<u>Fridays", number: 3, isOver: false, isFollowed: false };
const dataIn = (markup: unknown): string[] =>
  [...JSON.stringify(markup).matchAll(/"callback_data":"([^"]+)"/g)].map(([, data]) => data ?? "");

describe("a raffle of a series", () => {
  it.each([
    [series, "🔁 &lt;u&gt;Fridays No. 3", "follow:rfl_one"],
    [{ ...series, isFollowed: true }, "🔁 &lt;u&gt;Fridays No. 3", "unfollow:rfl_one"],
    [{ ...series, isOver: true }, "No. 3, the last one", undefined],
    [undefined, undefined, undefined],
  ])("says so on its card, and can be followed: %j", async (found, words, button) => {
    const world = createBotWorld();
    world.queries.raffles.push(
      found === undefined ? testRaffle() : testRaffle({ series: found }),
    );
    const [call] = await world.take(textUpdate("/raffle rfl_one"));
    if (words === undefined) expect(call?.payload.text).not.toContain("🔁");
    else expect(call?.payload.text).toContain(words);
    expect(dataIn(call?.payload.reply_markup).find((data) => data.includes("follow")))
      .toBe(button);
  });

  it("says so in a player's history", async () => {
    const world = createBotWorld();
    world.queries.tickets = [{
      raffleId: "rfl_one",
      title: "Draw 3",
      status: "open",
      number: 7,
      paymentId: "pay_1",
      atMs: NOW_MS,
      series: { name: "<u>Fridays", number: 3 },
    }];
    const [call] = await world.take(textUpdate("/my_raffles"));
    expect(call?.payload.text).toMatch(/<b>Draw 3<\/b> – ticket No\. 7, .+ · 🔁 &lt;u&gt;Fridays/);
  });

  it.each([
    ["follow", "You are told when the next raffle"],
    ["unfollow", "You are told of no further raffle"],
  ])("answers %s with its card and a line", async (verb, words) => {
    const world = createBotWorld();
    world.queries.raffles.push(testRaffle({ series }));
    const calls = await world.take(buttonUpdate(`${verb}:rfl_one`));
    expect(calls.map(({ method }) => method)).toEqual(["editMessageText", "answerCallbackQuery"]);
    expect(calls[0]?.payload.text).toContain("Fridays");
    expect(calls[1]?.payload.text).toContain(words);
  });

  it("has an old button when it belongs to none, or is unknown", async () => {
    const world = createBotWorld();
    world.queries.raffles.push(testRaffle());
    for (const data of ["follow:rfl_one", "unfollow:rfl_one", "follow:rfl_none"]) {
      const calls = await world.take(buttonUpdate(data));
      expect(calls.map(({ method }) => method)).toEqual(["answerCallbackQuery"]);
      expect(calls[0]?.payload.text).toContain("out of date");
    }
  });

  it("is nobody's to follow whose data is deleted", async () => {
    const world = createBotWorld();
    world.queries.raffles.push(testRaffle({ series }));
    world.runtime.refusals.set("user/tg-42", "dataDeleted");
    const calls = await world.take(buttonUpdate("follow:rfl_one", anna));
    expect(calls).toHaveLength(1);
    expect(calls[0]?.payload.text).toContain("deleted");
  });

  it("is told to followers with the way out", () => {
    const notice = { key: "seriesOpened", raffleId: "rfl_one", name: "<u>F", number: 4 } as const;
    const { html, buttons } = renderMassNotice(notice, {
      language: "en",
      isObserver: false,
      title: "Draw 4",
    });
    expect(html).toContain("🔁 &lt;u&gt;F No. 4 is open: <b>Draw 4</b>");
    expect(buttons?.flat().map((one) => "button" in one ? one.button : undefined)).toEqual([
      { verb: "raffle", raffleId: "rfl_one" },
      { verb: "unfollow", raffleId: "rfl_one" },
    ]);
  });
});

describe("an admin", () => {
  it("is shown a template, with its title as it was typed", async () => {
    const world = createBotWorld();
    const terms = { ...firstTerms(1_500), title: "Draw {n}" };
    world.panel.templateList.push({ templateId: "tpl_1", name: "Fridays", terms });
    const [call] = await world.take(textUpdate("/admin template tpl_1", admin));
    expect(call?.payload.text).toContain("Title: Draw {n}");
    expect(call?.payload.text).toContain("Commission: 15%");
    expect(dataIn(call?.payload.reply_markup)).toEqual([
      "p:tu:tpl_1",
      "p:ta:repeat:tpl_1",
      "p:ta:rename:tpl_1",
      "p:ta:delete:tpl_1",
      "p:ts:0",
      "p:h",
    ]);
  });

  it.each([
    ["template rename tpl_1", "Name: is missing"],
    ["series begin tpl_1 daily", "Rule: must be a rule, for example: 1d 18:00"],
    ["series begin tpl_1 1d 18:00 A/B", "must name a time zone"],
    ["series begin tpl_1 91d 18:00", "Rule: must be at most 90d"],
    ["series dance", "/admin series begin"],
  ])("learns how %j is written", async (words, hint) => {
    const world = createBotWorld();
    const [call] = await world.take(textUpdate(`/admin ${words}`, admin));
    expect(call?.payload.text).toContain(hint);
    expect(world.panel.log[0]?.outcome).toBe("refused: badForm");
    expect(world.runtime.sent.map(({ address }) => address)).toEqual(["user/tg-77"]);
  });

  it("is told of what is not there", async () => {
    const world = createBotWorld();
    for (
      const [data, words] of [
        ["p:ta:delete:tpl_none", "there is no such template"],
        ["p:sa:end:ser_none", "there is no such series"],
        ["p:sd:pause:ser_none", "there is no such series"],
        ["p:tk:old", "out of date"],
        ["p:tp:old", "out of date"],
        ["p:tr:rfl_none", "no raffle"],
      ] as const
    ) {
      const calls = await world.take(buttonUpdate(data, admin));
      expect([data, JSON.stringify(calls)]).toEqual([data, expect.stringContaining(words)]);
    }
    expect(world.runtime.sent).toEqual([]);
  });

  it("is in the log with what he did, in words and by buttons", async () => {
    const world = createBotWorld();
    world.runtime.actors.add("series/ser_1").add("templates/platform");
    await world.take(textUpdate("/admin series pause ser_1", admin));
    await world.take(buttonUpdate("p:sd:resume:ser_1", admin));
    await world.take(textUpdate("/admin template rename tpl_1 New name", admin));
    await world.take(buttonUpdate("p:tu:tpl_1", admin));
    await world.take(buttonUpdate("p:sl:0", admin));
    expect(
      world.panel.log.map(({ what, target, detail, outcome }) =>
        [what, target, detail, outcome].join("|")
      ),
    ).toEqual([
      "series pause|ser_1||accepted",
      "resumeSeries|ser_1||accepted",
      "template rename|tpl_1|New name|accepted",
      "useTemplate|tpl_1||asked",
    ]);
  });
});
