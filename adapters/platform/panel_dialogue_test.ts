/** An admin's dialogue as a durable actor: a node is killed at every point of it, and time passes. */
import { expect, it } from "vitest";
import { defineActor } from "../../actors/define_actor.ts";
import { everywhere, startTestRuntime } from "../../actors/testing/mod.ts";
import { answerOf, raffleQuestions } from "../../machines/domain/terms_form.ts";
import { firstTerms } from "../../machines/domain/panel_dialogue.ts";
import { panelMachine, version } from "../../machines/panel_machine.ts";

const template = {
  templateId: "tpl_1",
  name: "Fridays",
  terms: { ...firstTerms(1_500), title: "A" },
};
const panel = defineActor({
  kind: "panel",
  machine: panelMachine,
  version,
  transactional: {
    readTemplate: (items) =>
      Promise.resolve(items.map(({ params: { templateId }, atMs }) => ({
        output: {
          template: templateId === "tpl_1" ? template : null,
          isCovered: true,
          hasRubles: true,
          atMs,
        },
      }))),
  },
});
const address = "panel/tg-9";
const terms = firstTerms(1_500);
const HOUR_MS = 3_600_000;

const create = {
  type: "panel.create",
  raffleId: "rfl_1",
  commissionBps: 1_500,
  turn: "0",
  atMs: 1,
};
const answers = raffleQuestions.map((question, step) => ({
  type: "panel.said",
  text: answerOf(question, terms),
  of: String(step),
  turn: String(step + 1),
  atMs: step + 2,
}));

const ask = {
  type: "panel.ask",
  deed: { kind: "stop", raffleId: "rfl_1", title: "Friday", entries: 2, seen: "open" },
  turn: "10",
  atMs: 10,
};
const reason = { type: "panel.said", text: "Because", turn: "11", atMs: 11 };
const confirm = { type: "panel.confirm", of: "11", opens: false, turn: "12", atMs: 12 };

it("survives a kill, and every button pressed twice", { timeout: 120_000 }, async () => {
  const report = await everywhere([panel], [
    { create: address, input: { adminId: "tg-9" } },
    ...[create, ...answers.slice(0, 2)].map((event) => ({ send: event, to: address })),
    async (kit) => {
      expect((await kit.runtime.read(address))?.context.draft).toMatchObject({ step: 2 });
    },
    ...[ask, reason, confirm].map((event) => ({ send: event, to: address })),
    async (kit) => {
      const view = await kit.runtime.read(address);
      expect(view?.value).toBe("idle");
      expect(view?.context.confirmed).toMatchObject({ of: "11", deed: ask.deed, words: "Because" });
    },
  ], { crash: 12 });
  expect(report.crashes).toBeGreaterThan(7);
});

it(
  "begins with a template in one commit, wherever the node ends",
  { timeout: 120_000 },
  async () => {
    const use = { type: "panel.use", raffleId: "rfl_2", day: "01.01.2026", atMs: 1 };
    const report = await everywhere([panel], [
      { create: address, input: { adminId: "tg-9" } },
      { send: Object.assign({ templateId: "tpl_none", turn: "0" }, use), to: address },
      async (kit) => {
        expect(await kit.runtime.read(address)).toMatchObject({
          value: "idle",
          context: { draft: null, problem: { field: "template", problem: "unknown" } },
        });
      },
      { send: Object.assign({ templateId: "tpl_1", turn: "1" }, use), to: address },
      async (kit) => {
        expect(await kit.runtime.read(address)).toMatchObject({
          value: "asking",
          context: { turn: "1", draft: { raffleId: "rfl_2", step: 0, terms: { title: "A" } } },
        });
      },
    ], { crash: 12 });
    expect(report.crashes).toBeGreaterThan(3);
  },
);

it.each([
  ["a dialogue after an hour", create, HOUR_MS],
  ["a question after ten minutes", {
    type: "panel.ask",
    deed: { kind: "drop", letterId: 1 },
    turn: "0",
    atMs: 1,
  }, HOUR_MS / 6],
])("ends %s, and not before", async (_, event, lifeMs) => {
  await using kit = await startTestRuntime([panel]);
  await kit.create(address, { adminId: "tg-9" });
  await kit.send(address, event);
  await kit.advance(lifeMs - 1);
  expect((await kit.runtime.read(address))?.value).not.toBe("idle");
  await kit.advance(1);
  const view = await kit.runtime.read(address);
  expect(view?.value).toBe("idle");
  expect(view?.context).toMatchObject({ draft: null, deed: null, turn: "" });
  expect((await kit.send(address, reason)).status).toBe("refused");
});

it("lives on with every answer", async () => {
  await using kit = await startTestRuntime([panel]);
  await kit.create(address, { adminId: "tg-9" });
  await kit.send(address, create);
  for (const event of answers.slice(0, 4)) {
    await kit.advance(HOUR_MS - 1);
    expect((await kit.send(address, event)).status).toBe("accepted");
  }
});
