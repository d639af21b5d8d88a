/** An admin's panel: each rule of its dialogues, taken and refused. */
import { describe, expect, it } from "vitest";
import {
  firstTerms,
  type PanelDeed,
  type RaffleDraft,
  termsOfDraft,
} from "./domain/panel_dialogue.ts";
import { readRaffleTerms } from "./domain/raffle_terms.ts";
import { answerOf, raffleQuestions, readAnswer } from "./domain/terms_form.ts";
import { type PanelContext, panelMachine } from "./panel_machine.ts";
import { settingsMachine } from "./settings_machine.ts";
import { type Step, step } from "./testing/step.ts";
import { done } from "./testing/world.ts";

const input = { adminId: "tg-9" };
const terms = firstTerms(1_500);
const draft = (at: number) => ({ raffleId: "rfl_1" as const, terms, step: at });
const stop: PanelDeed = {
  kind: "stop",
  raffleId: "rfl_1",
  title: "Friday",
  entries: 17,
  seen: "open",
};
const drop: PanelDeed = { kind: "drop", letterId: 4 };
const LAST = raffleQuestions.length - 1;

function play(
  value: unknown,
  event: { type: string } & Record<string, unknown>,
  context: Partial<PanelContext> = {},
): Step {
  const at = { atMs: 7, ...event };
  return step(panelMachine, { input, value, context: { turn: "a", ...context }, event: at });
}

const said = (text: string, more: object = {}) => ({
  type: "panel.said",
  text,
  turn: "b",
  ...more,
});

describe("the dialogue for a new raffle", () => {
  it("begins from anywhere, and ends the dialogue before", () => {
    const create = { type: "panel.create", raffleId: "rfl_2", commissionBps: 500, turn: "b" };
    for (
      const [value, context] of [
        ["idle", {}],
        ["asking", { draft: draft(3) }],
        ["previewing", { draft: draft(LAST) }],
        ["wording", { deed: stop }],
        ["confirming", { deed: drop }],
      ] as const
    ) {
      const begun = play(value, create, context);
      expect(begun.value).toBe("asking");
      expect(begun.context).toMatchObject({
        turn: "b",
        deed: null,
        draft: { raffleId: "rfl_2", step: 0, terms: { commissionBps: 500 } },
      });
    }
  });

  it("asks everything, takes every default, and shows a raffle that can be", () => {
    let context: Partial<PanelContext> = { draft: draft(0) };
    let value: unknown = "asking";
    for (const question of raffleQuestions) {
      expect(value).toBe("asking");
      const asked = context.draft ?? draft(0);
      const taken = play(value, said(answerOf(question, asked.terms), { of: "a" }), context);
      expect(taken.isAccepted).toBe(true);
      value = taken.value;
      context = { ...taken.context, turn: "a" };
    }
    expect(value).toBe("previewing");
    expect(readRaffleTerms(context.draft?.terms, "rfl_1").isValid).toBe(true);
    expect(context.draft?.terms).toEqual(terms);
  });

  it("remembers when it asked last", () => {
    expect(play("asking", said("25"), { draft: draft(0) }).context["askedAtMs"]).toBe(7);
    expect(play("asking", said("x"), { draft: draft(0) }).context["askedAtMs"]).toBe(7);
    expect(play("idle", { type: "panel.ask", deed: stop, turn: "b" }).context["askedAtMs"]).toBe(7);
  });

  it("leaves a title that was given when the price changes", () => {
    const given = { ...draft(0), terms: { ...terms, title: "Friday" } };
    const taken = play("asking", said("25"), { draft: given });
    expect(taken.context["draft"]).toMatchObject({ terms: { title: "Friday" } });
  });

  it("names a raffle that has no title by its price", () => {
    const taken = play("asking", said("25"), { draft: draft(0) });
    expect(taken.context["draft"]).toMatchObject({ terms: { title: "25 ⭐" }, step: 1 });
  });

  it.each<[typeof raffleQuestions[number], string, string, string?]>([
    ["price", "nothing", "notANumber"],
    ["price", "", "notANumber"],
    ["price", "0", "tooSmall", "1"],
    ["price", "-5", "tooSmall", "1"],
    ["price", "1.5", "notWhole"],
    ["price", "9".repeat(300), "tooLarge", "100000"],
    ["minPlayers", "1", "tooSmall", "2"],
    ["maxTickets", "1", "tooSmall", "2"],
    ["maxTickets", "100001", "tooLarge", "100000"],
    ["durationMs", "soon", "badDuration"],
    ["durationMs", "5 weeks", "badDuration"],
    ["durationMs", "0m", "tooSmall", "1m"],
    ["durationMs", "91d", "tooLarge", "90d"],
    ["drawAt", "never", "badChoice", "minimum, maximum, deadline"],
    ["commissionBps", "51", "tooLarge", "50%"],
    ["commissionBps", "-1", "tooSmall", "0%"],
    ["commissionBps", "1.234", "notANumber"],
    ["sharesBps", "50/60", "badChoice"],
    ["sharesBps", "100/0", "badChoice"],
    ["guaranteedPrize", "much", "notANumber"],
    ["guaranteedPrize", "-1", "tooSmall", "0"],
    ["guaranteedPrize", "0.5", "notWhole"],
    ["guaranteedPrize", "1000001", "tooLarge", "1000000"],
    ["reviewMs", "soon", "badDuration"],
    ["reviewMs", "-5", "badDuration"],
    ["reviewMs", "25h", "tooLarge", "1d"],
    ["claimWithinMs", "soon", "badDuration"],
    ["claimWithinMs", "59s", "tooSmall", "1m"],
    ["claimWithinMs", "31d", "tooLarge", "30d"],
    ["title", " \n ", "missing"],
    ["title", "x".repeat(33), "tooLarge", "32"],
  ])("keeps to %s after %j, and says what is allowed", (question, text, problem, allowed) => {
    const at = draft(raffleQuestions.indexOf(question));
    const taken = play("asking", said(text), { draft: at });
    expect(taken.isAccepted).toBe(true);
    expect(taken.value).toBe("asking");
    expect(taken.context["draft"]).toEqual(at);
    expect(taken.context["problem"]).toMatchObject({
      field: question,
      problem,
      ...(allowed === undefined ? {} : { allowed }),
    });
  });

  it.each<[typeof raffleQuestions[number], string, object]>([
    ["price", "+25", { price: { minor: "25", currency: "XTR" } }],
    ["durationMs", "90", { durationMs: 5_400_000 }],
    ["durationMs", "1d 12h", { durationMs: 129_600_000 }],
    ["durationMs", "6ч 30мин", { durationMs: 23_400_000 }],
    ["commissionBps", "12,5 %", { commissionBps: 1_250 }],
    ["sharesBps", "50 / 30 / 20", { sharesBps: [5_000, 3_000, 2_000] }],
    ["drawAt", "Maximum", { drawAt: "maximum" }],
    ["guaranteedPrize", "500", { guaranteedPrize: { minor: "500", currency: "XTR" } }],
    ["guaranteedPrize", "0", { guaranteedPrize: null }],
    ["reviewMs", "0", { reviewMs: null }],
    ["reviewMs", "5", { reviewMs: 300_000 }],
    ["reviewMs", "1м 30с", { reviewMs: 90_000 }],
    ["reviewMs", "24ч", { reviewMs: 86_400_000 }],
    ["claimWithinMs", "48h", { claimWithinMs: 172_800_000 }],
    ["claimWithinMs", "0", { claimWithinMs: null }],
    ["title", "  Friday \n draw ", { title: "Friday draw" }],
    ["title", "<b>&", { title: "<b>&" }],
  ])("reads %s %j", (question, text, changes) => {
    expect(readAnswer(question, text, { terms })).toEqual({ changes });
  });

  it("takes a price in rubles only where it can be paid", () => {
    const rubles = { ...draft(0), hasRubles: true };
    const taken = play("asking", said("99,50 ₽"), { draft: rubles });
    expect((taken.context["draft"] as RaffleDraft).terms).toMatchObject({
      title: "99.50 ₽",
      price: { minor: "9950", currency: "RUB" },
      closingWindowMs: 300_000,
    });
    const refused = play("asking", said("99,50 ₽"), { draft: draft(0) });
    expect(refused.context).toMatchObject({
      draft: draft(0),
      problem: { field: "price", problem: "noRubles" },
    });
    for (
      const [text, problem, allowed] of [
        ["0,99 ₽", "tooSmall", "1 RUB"],
        ["350000.01 rub", "tooLarge", "350000 RUB"],
        ["many ₽", "notANumber", undefined],
      ]
    ) {
      const bad = play("asking", said(text ?? ""), { draft: rubles });
      expect(bad.context["problem"]).toMatchObject({ problem, ...(allowed && { allowed }) });
    }
  });

  it("guarantees no prize in rubles, also for who goes back and changes the price", () => {
    const priced = { ...terms, price: { minor: "9950", currency: "RUB" as const } };
    const at = { ...draft(raffleQuestions.indexOf("guaranteedPrize")), terms: priced };
    expect(play("asking", said("500"), { draft: at }).context["problem"])
      .toEqual({ field: "guaranteedPrize", problem: "onlyStars" });
    expect(play("asking", said("0"), { draft: at }).context["problem"]).toBeNull();
    const guaranteed = {
      ...draft(0),
      hasRubles: true,
      terms: { ...terms, guaranteedPrize: { minor: "500", currency: "XTR" as const } },
    };
    const changed = play("asking", said("100 ₽"), { draft: guaranteed });
    expect((changed.context["draft"] as RaffleDraft).terms).not.toHaveProperty("guaranteedPrize");
    const again = play("asking", said("100"), {
      draft: { ...(changed.context["draft"] as RaffleDraft), step: 0 },
    });
    expect((again.context["draft"] as RaffleDraft).terms).toMatchObject({
      title: "100 ⭐",
      closingWindowMs: 60_000,
    });
  });

  it("takes a guaranteed prize back with the answer 0", () => {
    const at = draft(raffleQuestions.indexOf("guaranteedPrize"));
    const promised = play("asking", said("500"), { draft: at }).context["draft"] as RaffleDraft;
    expect(promised.terms.guaranteedPrize).toEqual({ minor: "500", currency: "XTR" });
    const none = play("asking", said("0"), { draft: { ...promised, step: at.step } });
    expect((none.context["draft"] as RaffleDraft).terms).toEqual(at.terms);
  });

  it("keeps to the last question when all together can be no raffle", () => {
    const impossible = { ...draft(LAST), terms: { ...terms, minPlayers: 50, maxTickets: 10 } };
    const taken = play("asking", said("Friday"), { draft: impossible });
    expect(taken.value).toBe("asking");
    expect(taken.context["problem"]).toMatchObject({ problem: "rule" });
  });

  it("goes back at every step, out at the first, and is cancelled at every one", () => {
    for (let at = 0; at <= LAST; at++) {
      const back = play("asking", { type: "panel.back", of: "a", turn: "b" }, { draft: draft(at) });
      expect(back.value).toBe(at === 0 ? "idle" : "asking");
      expect((back.context["draft"] as { step: number } | null)?.step)
        .toBe(at === 0 ? undefined : at - 1);
      const gone = play("asking", { type: "panel.cancel", of: "a", turn: "b" }, {
        draft: draft(at),
      });
      expect([gone.value, gone.context["draft"]]).toEqual(["idle", null]);
    }
    const last = { draft: draft(LAST) };
    const fromPreview = play("previewing", { type: "panel.back", of: "a", turn: "b" }, last);
    expect([fromPreview.value, fromPreview.context["draft"]]).toEqual(["asking", draft(LAST)]);
    expect(play("previewing", { type: "panel.cancel", of: "a", turn: "b" }, last).value)
      .toBe("idle");
  });

  it("keeps what was confirmed, for an update that comes again", () => {
    const confirm = { type: "panel.confirm", of: "a", opens: true, turn: "b" };
    const taken = play("previewing", confirm, { draft: draft(LAST) });
    expect(taken.value).toBe("idle");
    expect(taken.context).toMatchObject({
      draft: null,
      confirmed: { of: "a", opens: true, draft: draft(LAST) },
    });
  });

  it("ends by itself", () => {
    for (const value of ["asking", "previewing", "wording", "confirming"]) {
      const after = Object.keys(panelMachine.config.states?.[value as "asking"]?.after ?? {});
      expect(after).toEqual([value === "confirming" ? "questionLife" : "dialogueLife"]);
    }
  });
});

describe("a question before a deed", () => {
  it("wants words first where players will read them", () => {
    const ask = (deed: PanelDeed) => play("idle", { type: "panel.ask", deed, turn: "b" });
    expect(ask(stop).value).toBe("wording");
    expect(ask(drop).value).toBe("confirming");
    expect(ask({ ...stop, kind: "force" }).value).toBe("confirming");
  });

  it.each([["", "missing"], [" \n", "missing"], ["x".repeat(301), "tooLarge"]])(
    "does not take %j for a reason",
    (text, problem) => {
      const taken = play("wording", said(text), { deed: stop });
      expect([taken.value, taken.context["problem"]])
        .toMatchObject(["wording", { field: "reason", problem }]);
    },
  );

  it("asks with the words, and for others", () => {
    const asked = play("wording", said(" The hall <burnt> "), { deed: stop });
    expect([asked.value, asked.context["words"]]).toEqual(["confirming", "The hall <burnt>"]);
    const back = { type: "panel.back", of: "a", turn: "b" };
    expect(play("confirming", back, { deed: stop, words: "x" }).value).toBe("wording");
    expect(play("confirming", back, { deed: drop }).isAccepted).toBe(false);
  });

  it("takes a new value of a term only when it can be one", () => {
    const change: PanelDeed = {
      kind: "change",
      raffleId: "rfl_1",
      title: "Friday",
      term: "maxTickets",
      terms,
    };
    expect(play("wording", said("1"), { deed: change }).value).toBe("wording");
    expect(play("wording", said("12"), { deed: change }).value).toBe("confirming");
  });

  it("is answered once", () => {
    const confirm = { type: "panel.confirm", of: "a", opens: false, turn: "b" };
    const taken = play("confirming", confirm, { deed: drop });
    expect(taken.value).toBe("idle");
    expect(taken.context).toMatchObject({ deed: null, confirmed: { of: "a", deed: drop } });
    expect(play("idle", confirm).isAccepted).toBe(false);
  });
});

describe("what is not asked now", () => {
  const context = { draft: draft(2), deed: stop };
  it.each<[string, { type: string } & Record<string, unknown>]>([
    ["idle", said("10")],
    ["previewing", said("10")],
    ["confirming", said("10")],
    ["asking", said("10", { of: "old" })],
    ["wording", said("10", { of: "old" })],
    ...["asking", "previewing", "wording", "confirming"].flatMap((
      value,
    ): [string, { type: string }][] => [
      [value, { type: "panel.cancel", of: "old", turn: "b" } as { type: string }],
    ]),
    ["asking", { type: "panel.back", of: "old", turn: "b" }],
    ["previewing", { type: "panel.confirm", of: "old", opens: true, turn: "b" }],
    ["confirming", { type: "panel.confirm", of: "old", opens: true, turn: "b" }],
    ["asking", { type: "panel.confirm", of: "a", opens: true, turn: "b" }],
    ["wording", { type: "panel.confirm", of: "a", opens: true, turn: "b" }],
    ["idle", { type: "panel.cancel", of: "a", turn: "b" }],
  ])("is refused in %s: %j", (value, event) => {
    const refused = play(value, event, context);
    expect(refused.isAccepted).toBe(false);
    expect(refused.value).toBe(value);
  });
});

describe("the settings", () => {
  const set = (bps: number) =>
    step(settingsMachine, {
      input: { commissionBps: null },
      value: "set",
      event: { type: "commission.set", bps, by: "tg-9", atMs: 1 },
    });
  it("take a commission that a raffle can have, and no other", () => {
    for (const bps of [0, 1_250, 5_000]) {
      expect(set(bps).context).toEqual({ commissionBps: bps });
    }
    for (const bps of [-1, 5_001, 12.5, NaN]) expect(set(bps).isAccepted).toBe(false);
  });
});

describe("a template", () => {
  const template = {
    templateId: "tpl_1" as const,
    name: "Fridays",
    terms: { ...terms, title: "Draw {n}, {date}", minPlayers: 5 },
  };
  const use = {
    type: "panel.use",
    raffleId: "rfl_2",
    templateId: "tpl_1",
    day: "05.01.2026",
    turn: "b",
  };
  const read = (found: object | null) =>
    done("readTemplate", { template: found, isCovered: true, hasRubles: true, atMs: 7 });
  const begun = {
    raffleId: "rfl_2",
    terms: template.terms,
    step: 0,
    template: { templateId: "tpl_1", name: "Fridays" },
    day: "05.01.2026",
    hasRubles: true,
  };

  it("begins a dialogue with its values, from anywhere", () => {
    for (const value of ["idle", "asking", "previewing", "wording", "confirming"]) {
      const fetching = play(value, use, { draft: draft(0), deed: stop });
      expect([fetching.value, fetching.invoked]).toEqual(["fetching", ["readTemplate"]]);
      const taken = play("fetching", read(template), fetching.context);
      expect(taken.value).toBe("asking");
      expect(taken.context).toMatchObject({ turn: "b", deed: null, wanted: null, draft: begun });
    }
  });

  it("that is deleted begins nothing, and is said to be", () => {
    const { context } = play("idle", use);
    const taken = play("fetching", read(null), context);
    expect(taken.value).toBe("idle");
    expect(taken.context).toMatchObject({
      draft: null,
      turn: "",
      problem: { field: "template", problem: "unknown" },
    });
  });

  it("keeps its title, which a raffle that is no series' has with its first number", () => {
    const typed = "x".repeat(20) + "{date}{n}";
    const last: RaffleDraft = { ...draft(LAST), day: "05.01.2026" };
    const taken = play("asking", said(template.terms.title), { draft: last });
    expect(taken.value).toBe("previewing");
    const context = taken.context as unknown as PanelContext;
    expect(context.draft?.terms.title).toBe("Draw {n}, {date}");
    expect(termsOfDraft(context.draft ?? last).title).toBe("Draw 1, 05.01.2026");
    expect(termsOfDraft(draft(0)).title).toBe(terms.title);
    // What it would be called is what counts.
    expect(play("asking", said(typed), { draft: last }).value).toBe("previewing");
    expect(play("asking", said("x".repeat(23) + "{date}"), { draft: last }).value).toBe("asking");
  });
});

describe("a deed about templates and series", () => {
  const kept = { templateId: "tpl_1", title: "Fridays" } as const;
  const begun = { seriesId: "ser_1", title: "Fridays" } as const;
  const zone = "Europe/Moscow";

  it.each<[PanelDeed, string, string]>([
    [{ kind: "saveTemplate", ...kept, terms }, "  Friday \n evening ", "Friday evening"],
    [{ kind: "renameTemplate", ...kept }, "Saturday", "Saturday"],
    [{ kind: "beginSeries", ...kept, ...begun, zone }, "1Д 18.00", "1d 18:00 Europe/Moscow"],
    [{ kind: "changeSeries", ...begun, zone }, "end x3", "end Europe/Moscow x3"],
  ])("asks for words: $0.kind", (deed, text, words) => {
    const asked = play("idle", { type: "panel.ask", deed, turn: "b" });
    expect(asked.value).toBe("wording");
    const given = play("wording", said(text), { deed });
    expect([given.value, given.context["words"]]).toEqual(["confirming", words]);
    const refused = play("wording", said(""), { deed });
    expect([refused.value, refused.context["words"]]).toEqual(["wording", ""]);
    expect(refused.context["problem"]).not.toBeNull();
    expect(play("confirming", { type: "panel.back", of: "a", turn: "b" }, { deed }).value)
      .toBe("wording");
  });

  it.each<PanelDeed>([
    { kind: "replaceTemplate", ...kept, terms },
    { kind: "deleteTemplate", ...kept },
    { kind: "endSeries", ...begun },
  ])("asks for a yes: $kind", (deed) => {
    const asked = play("idle", { type: "panel.ask", deed, turn: "b" });
    expect(asked.value).toBe("confirming");
    const yes = { type: "panel.confirm", of: "a", opens: false, turn: "b" };
    const confirmed = play("confirming", yes, { deed });
    expect(confirmed.value).toBe("idle");
    expect(confirmed.context["confirmed"]).toMatchObject({ of: "a", deed });
    expect(play("confirming", { ...yes, of: "old" }, { deed }).isAccepted).toBe(false);
  });
});
