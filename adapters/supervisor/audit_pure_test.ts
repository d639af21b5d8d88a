/** Orders of admins: in the log before they are done, done once, and completed with their outcome. */
import { describe, expect, it } from "vitest";
import { UnavailableError } from "../../actors/errors.ts";
import { WORDS_WINDOW_MS } from "../../machines/domain/player.ts";
import { createBotWorld } from "../telegram/testing/bot_world.ts";
import { NOW_MS } from "../telegram/testing/fake_queries.ts";
import { admin, anna, buttonUpdate, textUpdate } from "../telegram/testing/updates.ts";
import { decodeUpdate } from "../telegram/update_schema.ts";

const incoming = (update: unknown) => ({
  source: "telegram" as const,
  update: decodeUpdate(update),
});
const lines = ({ panel }: ReturnType<typeof createBotWorld>) =>
  panel.log.map(({ by, what, target, detail, outcome }) =>
    [by, what, target, detail, outcome].join("|")
  );

describe("the audit log", () => {
  it.each<[string, string, number, string]>([
    ["open", "this opening", 0, "refused: reserveTooLow"],
    ["open", "an earlier one", -1, "accepted"],
    ["pause", "an opening just now", 0, "accepted"],
  ])("has %s refused or not when the reserve was too low at %s", async (verb, _, by, want) => {
    const world = createBotWorld();
    world.runtime.actors.add("raffle/rfl_one");
    const money = { minor: "5", currency: "XTR" };
    const guaranteeRefusal = { needed: money, covered: money, atMs: NOW_MS + by };
    world.runtime.context = { guaranteeRefusal };
    const outcome = await world.supervisor.handle(
      incoming(textUpdate(`/admin ${verb} rfl_one`, admin)),
    );
    expect(outcome.sends[0]?.status).toBe(want === "accepted" ? want : "refused");
    expect(lines(world)).toEqual([`tg-77|${verb}|rfl_one||${want}`]);
  });

  it("has every command with its outcome, in the order in which they came", async () => {
    const world = createBotWorld();
    world.runtime.actors.add("raffle/rfl_one");
    const say = (text: string) => world.supervisor.handle(incoming(textUpdate(text, admin)));
    await say("/admin");
    await say("/admin list");
    await say("/admin pause rfl_one");
    world.runtime.refusals.set("raffle/rfl_one", "drawRequested");
    await say("/admin stop rfl_one it is over");
    await say("/admin stop rfl_one");
    await say("/admin stop rfl_none x");
    await say("/admin create price=0");
    await say("/admin commission 99");
    await say("/admin dance");
    expect(lines(world)).toEqual([
      "tg-77|panel|||accepted",
      "tg-77|list|||accepted",
      "tg-77|pause|rfl_one||accepted",
      "tg-77|stop|rfl_one|it is over|refused: drawRequested",
      "tg-77|stop|rfl_one||refused: noReason",
      "tg-77|stop|rfl_none|x|refused: missing",
      "tg-77|create||price=0|refused: badForm",
      "tg-77|commission||99|refused: badForm",
      "tg-77|dance|||accepted",
    ]);
  });

  it("has no players in it, no strangers, and nothing that an admin only looks at", async () => {
    const world = createBotWorld();
    for (
      const update of [
        textUpdate("/admin stop rfl_one x", anna),
        buttonUpdate("p:cr", anna),
        textUpdate("/balance", admin),
        textUpdate("hello", admin),
        buttonUpdate("p:h", admin),
        buttonUpdate("p:au:0", admin),
        buttonUpdate("raffle:rfl_one", admin),
      ]
    ) await world.supervisor.handle(incoming(update));
    expect(world.panel.log).toEqual([]);
  });

  it("has a repeated update once", async () => {
    const world = createBotWorld();
    world.runtime.actors.add("raffle/rfl_one");
    const update = incoming(textUpdate("/admin pause rfl_one", admin));
    await world.supervisor.handle(update);
    await world.supervisor.handle(update);
    expect(lines(world)).toEqual(["tg-77|pause|rfl_one||accepted"]);
  });

  it("is written first: what cannot be logged is not done", async () => {
    const world = createBotWorld();
    world.runtime.actors.add("raffle/rfl_one");
    world.panel.logFailure = new UnavailableError("no database");
    const update = incoming(textUpdate("/admin pause rfl_one", admin));
    await expect(world.supervisor.handle(update)).rejects.toThrow("no database");
    expect(world.runtime.sent).toEqual([]);
  });

  it("says of a failing command that it failed", async () => {
    const world = createBotWorld();
    world.runtime.actors.add("raffle/rfl_one");
    for (let i = 0; i < 3; i++) world.runtime.failures.push(new TypeError("poison"));
    await world.supervisor.handle(incoming(textUpdate("/admin pause rfl_one", admin)));
    expect(lines(world)).toEqual(["tg-77|pause|rfl_one||failed"]);
  });

  it("has what became of a letter", async () => {
    const world = createBotWorld();
    await world.supervisor.handle(incoming(buttonUpdate("p:lr:4", admin)));
    expect(world.panel.orders).toEqual(["redrive 4"]);
    expect(lines(world)).toEqual(["tg-77|redrive|4||refused: already"]);
  });
});

describe("what is confirmed", () => {
  it("is not done when the panel does not ask it any more", async () => {
    const world = createBotWorld();
    world.runtime.actors.add("panel/tg-77").add("raffle/rfl_one");
    world.runtime.refusals.set("panel/tg-77", "oldQuestion");
    const { sends } = await world.supervisor.handle(incoming(buttonUpdate("p:y:abc", admin)));
    expect(sends.map(({ send, status }) => [send.address, status])).toEqual([
      ["panel/tg-77", "refused"],
    ]);
    expect(world.panel.orders).toEqual([]);
    expect(lines(world)).toEqual(["tg-77|confirm|||refused: oldQuestion"]);
  });

  it("of a panel that was never used is old", async () => {
    const world = createBotWorld();
    for (const data of ["p:y:abc", "p:yo:abc", "p:x:abc", "p:b:abc", "p:v:abc:10"]) {
      const calls = await world.take(buttonUpdate(data, admin));
      expect(JSON.stringify(calls)).toContain("out of date");
    }
    expect(world.runtime.sent).toEqual([]);
  });
});

describe("an admin's words", () => {
  const said = (view: Record<string, unknown>, dialogue: object | null) => {
    const world = createBotWorld();
    const read = (address: string) =>
      Promise.resolve(
        address === "panel/tg-77"
          ? { ...base, tags: ["takesWords"], context: view }
          : { ...base, context: { dialogue } },
      );
    world.runtime.actors.add("panel/tg-77");
    Object.assign(world.runtime, { read });
    return world.supervisor.handle(incoming(textUpdate("It went back today", admin)));
  };
  const base = {
    value: "x",
    status: "active",
    output: undefined,
    tags: [],
    revision: 1,
    context: {},
  };
  const question = (askedAtMs: number) => ({
    kind: "answer",
    disputeId: "dsp_1_a",
    untilMs: askedAtMs + WORDS_WINDOW_MS,
  });

  it.each([
    ["the panel, when it alone asks", null, "words for an admin's panel"],
    ["the panel, when it asked later", question(NOW_MS - 2_000), "words for an admin's panel"],
    ["who asked after the panel", question(NOW_MS - 500), "words in a private chat"],
    [
      "the panel, when the other has lapsed",
      question(NOW_MS - WORDS_WINDOW_MS - 1),
      "words for an admin's panel",
    ],
  ])("are for %s", async (_, dialogue, row) => {
    expect((await said({ turn: "a", askedAtMs: NOW_MS - 1_000 }, dialogue)).row).toBe(row);
  });
});
