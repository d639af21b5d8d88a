/** The templates' rules, one row each: what is kept, what is refused, and why. */
import { describe, expect, it } from "vitest";
import { MAX_SERIES, MAX_TEMPLATES, type TemplatesEvent } from "./domain/series.ts";
import { explainTemplatesRefusal } from "./explain_refusal.ts";
import { begin, type Step, step, told } from "./testing/step.ts";
import { testTerms } from "./testing/world.ts";
import { isUsed, type TemplatesContext, templatesMachine } from "./templates_machine.ts";

const by = { by: "tg-9", atMs: 7 };
const terms = testTerms();
const friday = { templateId: "tpl_1", name: "Friday" } as const;
const saturday = { templateId: "tpl_2", name: "Saturday" } as const;
const plan = {
  rule: { unit: "days", count: 1, time: "18:00", zone: "UTC" },
  limit: null,
} as const;
const both: TemplatesContext = {
  templates: [friday, saturday],
  series: [{ seriesId: "ser_1", templateId: "tpl_1" }],
};
const full: TemplatesContext = {
  templates: Array.from({ length: MAX_TEMPLATES }, (_, index) => ({
    templateId: `tpl_${index}` as const,
    name: `Name ${index}`,
  })),
  series: Array.from({ length: MAX_SERIES }, (_, index) => ({
    seriesId: `ser_${index}` as const,
    templateId: "tpl_1" as const,
  })),
};

function play(event: TemplatesEvent, context: TemplatesContext = both): Step {
  return step(templatesMachine, { input: {}, value: "kept", context, event: event as never });
}

const save = (changes: object): TemplatesEvent => ({
  type: "template.save",
  templateId: "tpl_3",
  name: "Sunday",
  terms,
  ...by,
  ...changes,
});
const start = (changes: object): TemplatesEvent => ({
  type: "series.begin",
  seriesId: "ser_2",
  templateId: "tpl_2",
  plan,
  ...by,
  ...changes,
});

describe("templates", () => {
  it("begin with none", () => {
    expect(begin(templatesMachine, {})).toMatchObject({
      value: "kept",
      context: { templates: [], series: [] },
    });
  });

  it("keep new terms under a name of their own", () => {
    const taken = play(save({}));
    expect(taken.context["templates"]).toEqual([
      friday,
      saturday,
      { templateId: "tpl_3", name: "Sunday" },
    ]);
    expect(taken.actions).toEqual([
      ["recordTemplate", { templateId: "tpl_3", name: "Sunday", terms }],
    ]);
  });

  it("keep other terms under the old name, also when there is no room", () => {
    const other = testTerms({ price: { minor: "25", currency: "XTR" } });
    const event = save({ templateId: "tpl_1", name: "Ignored", terms: other });
    expect(play(event).actions).toEqual([["recordTemplate", { ...friday, terms: other }]]);
    expect(play(event).context).toEqual(both);
    expect(play(event, full).actions).toHaveLength(1);
  });

  it("get another name", () => {
    const event: TemplatesEvent = { type: "template.rename", ...saturday, name: "Weekend", ...by };
    const taken = play(event);
    expect(taken.context["templates"]).toEqual([friday, { ...saturday, name: "Weekend" }]);
    expect(taken.actions).toEqual([
      ["recordTemplate", { ...saturday, name: "Weekend", terms: null }],
    ]);
    // The same name in other letters is still its own.
    expect(play({ ...event, name: "SATURDAY" }).isAccepted).toBe(true);
  });

  it("are deleted when no series uses them", () => {
    const taken = play({ type: "template.delete", templateId: "tpl_2", ...by });
    expect(taken.context["templates"]).toEqual([friday]);
    expect(taken.actions).toEqual([
      ["recordTemplate", { templateId: "tpl_2", isDeleted: true }],
    ]);
  });

  it("begin a series that is called like them", () => {
    const taken = play(start({}));
    expect(taken.context["series"]).toEqual([
      ...both.series,
      { seriesId: "ser_2", templateId: "tpl_2" },
    ]);
    expect(isUsed(taken.context as unknown as TemplatesContext, "tpl_2")).toBe(true);
    expect(told(taken)).toEqual(["series/ser_2 series.start"]);
    expect(taken.actions[0]?.[1]).toMatchObject({
      create: { seriesId: "ser_2", templateId: "tpl_2", name: "Saturday", plan, createdBy: "tg-9" },
    });
  });

  it("are free of a series that has ended, once", () => {
    const taken = play({ type: "series.ended", seriesId: "ser_1" });
    expect(taken.context["series"]).toEqual([]);
    const again = play({ type: "series.ended", seriesId: "ser_1" }, { ...both, series: [] });
    expect(again.isAccepted).toBe(true);
  });

  it.each<[string, TemplatesEvent, TemplatesContext?]>([
    ["badTerms", save({ terms: { ...terms, minPlayers: 1 } })],
    ["badTerms", save({ terms: { ...terms, title: "" } })],
    // With the number and the day it would be longer than a title may be.
    ["badTerms", save({ terms: { ...terms, title: "x".repeat(20) + "{date}{n}" } })],
    ["badTerms", save({ templateId: "tpl_1", terms: { ...terms, maxTickets: 1 } })],
    ["nameTaken", save({ name: "Friday" })],
    ["nameTaken", save({ name: "FRIDAY" })],
    ["badName", save({ name: "" })],
    ["badName", save({ name: "x".repeat(33) })],
    ["badName", save({ name: " Sunday" })],
    ["tooManyTemplates", save({ templateId: "tpl_new" }), full],
    ["unknownTemplate", { type: "template.rename", templateId: "tpl_9", name: "New", ...by }],
    ["nameTaken", { type: "template.rename", templateId: "tpl_1", name: "saturday", ...by }],
    ["badName", { type: "template.rename", templateId: "tpl_1", name: "", ...by }],
    ["unknownTemplate", { type: "template.delete", templateId: "tpl_9", ...by }],
    ["templateInUse", { type: "template.delete", templateId: "tpl_1", ...by }],
    ["unknownTemplate", start({ templateId: "tpl_9" })],
    ["badPlan", start({ plan: { ...plan, limit: 0 } })],
    ["badPlan", start({ plan: { ...plan, rule: { ...plan.rule, zone: "No/Where" } } })],
    ["tooManySeries", start({ seriesId: "ser_new", templateId: "tpl_1" }), full],
    ["oldQuestion", start({ seriesId: "ser_1" })],
  ])("refuse: %s", (reason, event, context = both) => {
    const taken = play(event, context);
    expect([taken.isAccepted, taken.actions]).toEqual([false, []]);
    expect(explainTemplatesRefusal({ value: "kept", context, tags: ["resting"] }, event))
      .toBe(reason);
  });

  it("take a title that is as long as it may be with number and day", () => {
    expect(play(save({ terms: { ...terms, title: "x".repeat(17) + "{date}{n}" } })).isAccepted)
      .toBe(true);
  });
});
