/** Every page of the panel in both languages and for every role, over fakes. */
import { describe, expect, it } from "vitest";
import type { PanelDeed } from "../../../../machines/domain/panel_dialogue.ts";
import { firstTerms, wantsWords } from "../../../../machines/domain/panel_dialogue.ts";
import type { RecordSeries, Template } from "../../../../machines/domain/series.ts";
import { type EditableTerm, editableTerms } from "../../../../machines/domain/panel.ts";
import { type FormProblem, raffleQuestions } from "../../../../machines/domain/terms_form.ts";
import { type Signal, signals } from "../../../../machines/domain/suspicion.ts";
import { adminRoles } from "../../../supervisor/admins.ts";
import { mayDo } from "../../../supervisor/admins.ts";
import { deedOfPage } from "../../../supervisor/route_panel_button.ts";
import type { View } from "../../../supervisor/runtime_port.ts";
import { decodeButton } from "../../callback_data.ts";
import type { Check } from "../../panel_port.ts";
import { readableMoney } from "../../readable.ts";
import { createBotWorld } from "../../testing/bot_world.ts";
import { noFigures } from "../../testing/fake_panel.ts";
import { NOW_MS, testRaffle } from "../../testing/fake_queries.ts";
import { buttonUpdate } from "../../testing/updates.ts";
import { commandRefusals, commandRefusalWords, orderRefusalWords } from "./command_words.ts";
import { dialogueReply } from "./dialogue_reply.ts";
import type { PanelContext } from "./panel_context.ts";

const people = {
  owner: { id: 1, first_name: "O", language_code: "en" },
  operator: { id: 2, first_name: "P", language_code: "ru" },
  viewer: { id: 3, first_name: "V", language_code: "ru" },
};
const letter = {
  id: 4,
  address: "user/tg-1",
  kind: "event" as const,
  event: { type: "go" },
  key: null,
  error: "TypeError: <odd>",
  atMs: NOW_MS,
  source: null,
  sourceRevision: null,
};

const weekly = { unit: "weeks", weekday: 5, count: 2, time: "18:00", zone: "Asia/Tokyo" } as const;
const series: RecordSeries = {
  seriesId: "ser_1",
  templateId: "tpl_1",
  name: "<u>Series",
  plan: { rule: weekly, limit: 12 },
  status: "active",
  opened: 2,
  skipped: 1,
  nextAtMs: NOW_MS,
  refusal: null,
};
const seriesOfAll: RecordSeries[] = [
  series,
  {
    ...series,
    seriesId: "ser_2",
    plan: { rule: { unit: "end", zone: "UTC" }, limit: null },
    nextAtMs: 0,
    refusal: "templateGone",
  },
  { ...series, seriesId: "ser_3", status: "paused", refusal: "tooManyRunning" },
  { ...series, seriesId: "ser_4", status: "ended", nextAtMs: 0, refusal: "badTerms" },
];
const figures: Record<Signal, Record<string, number>> = {
  velocity: { perMinute: 12, perHour: 14, knownHours: 3, newUserId: 1 },
  burst: { players: 31, seconds: 10, knownHours: 0 },
  sharedDestination: { players: 2 },
  foreignInvoices: { players: 3, invoices: 5 },
};
const checks = (["open", "cleared", "upheld"] as const).flatMap((status, at) =>
  signals.map((signal, kind): Check => ({
    suspicionId: `sus_${String(at * 10 + kind).padStart(20, "0")}`,
    playerId: "tg-9",
    name: kind === 0 ? "" : "<b>Bob",
    ...(kind % 2 === 0
      ? {}
      : { raffle: { raffleId: "rfl_1", title: "A <odd>", status: "open" } as const }),
    signal,
    evidence: status === "upheld" && kind === 3 ? {} : figures[signal],
    status,
    raisedAtMs: NOW_MS,
    ...(status === "open" ? {} : { decided: { by: "tg-1", atMs: NOW_MS } }),
    barredUntilMs: status === "upheld" ? NOW_MS + 1 : 0,
    tickets: 1,
    excluded: 2,
  }))
);

function createWorld() {
  const world = createBotWorld({ owners: [1], operators: [2], viewers: [3] });
  world.queries.raffles.push(
    ...["open", "paused", "draft", "disputed", "settled", "closing"].map((status, at) =>
      testRaffle({ raffleId: `rfl_${at}`, status, tickets: at % 2 })
    ),
  );
  world.panel.checkList.push(...checks);
  world.panel.letterList.push(letter);
  world.panel.stuckList.push({ address: "raffle/rfl_<b>", trouble: "idle", reason: "waits" });
  world.panel.figureDays.push({
    ...noFigures,
    tickets: 5n,
    money: (["XTR", "RUB"] as const).map((currency) => ({
      pots: { minor: "500000", currency },
      commission: { minor: "75000", currency },
      prizes: { minor: "425000", currency },
      refunds: { minor: "0", currency },
    })),
    dayMs: NOW_MS,
  });
  world.panel.participantList.push({
    number: 1,
    playerId: "tg-9",
    name: "<b>Bob",
    atMs: NOW_MS,
    paymentId: "pay_1",
    payment: "ticketed",
    chargeId: null,
  });
  const names = Array.from(
    { length: 9 },
    (_, at) => ({ templateId: `tpl_${at}`, name: `<u>${at}` }),
  );
  world.panel.templateList.push(
    ...names.map((named) => ({ ...named, terms: firstTerms(1_500) }) as Template),
  );
  world.panel.seriesOfAll.push(...seriesOfAll);
  world.panel.occurrenceList.push(
    { raffleId: "rfl_0", number: 2, title: "<u>Two", status: "open" },
    { raffleId: "rfl_4", number: 1, title: "One", status: "settled" },
  );
  const outcomes = ["accepted", "asked", "cancelled", "failed", null, "refused: role"];
  for (const [at, outcome] of [...outcomes, "refused: drawRequested"].entries()) {
    world.panel.log.push({
      key: `tg:${at}`,
      by: "tg-1",
      role: "owner",
      what: "stop",
      target: "rfl_1",
      detail: "<i>",
      atMs: NOW_MS,
      outcome,
    });
  }
  return world;
}

const pages = [
  "p:h",
  ...["running", "draft", "disputed", "over", "all"].map((of) => `p:rs:${of}:0`),
  "p:rs:all:1",
  ...Array.from({ length: 6 }, (_, at) => `p:r:rfl_${at}`),
  "p:r:rfl_none",
  "p:pp:rfl_1:0",
  "p:pp:rfl_none:3",
  "p:st",
  "p:co",
  "p:ls:0",
  "p:l:4",
  "p:l:99",
  "p:sk:0",
  "p:au:0",
  "p:au:5",
  "p:rv",
  "p:fi",
  "p:bc",
  "p:qu",
  "p:ts:0",
  "p:ts:1",
  "p:ts:9",
  "p:tm:tpl_1",
  "p:tm:tpl_none",
  "p:sl:0",
  "p:sl:7",
  ...seriesOfAll.map(({ seriesId }) => `p:sr:${seriesId}`),
  "p:sr:ser_none",
  "p:ks:0",
  "p:ks:9",
  ...checks.map(({ suspicionId }) => `p:k:${suspicionId}`),
  "p:k:sus_ffffffffffffffffffff",
];

describe.each(adminRoles)("the panel of an %s", (role) => {
  it.each(pages)("shows %s with buttons that he may press", async (data) => {
    const world = createWorld();
    const calls = await world.take(buttonUpdate(data, people[role]));
    const [shown] = calls.filter(({ method }) => method === "editMessageText");
    expect(shown?.payload.text).not.toMatch(
      /\{(?!n\}|date\})|undefined|NaN|<odd>|<b>Bob|<u>|<i>r/,
    );
    const buttons = shown?.payload.reply_markup.inline_keyboard.flat() as {
      text: string;
      callback_data: string;
    }[];
    for (const { text, callback_data } of buttons) {
      expect(text).not.toBe("");
      const button = decodeButton(callback_data);
      expect([callback_data, button]).not.toEqual([callback_data, undefined]);
      if (button?.verb === "p") {
        expect([callback_data, mayDo(role, deedOfPage(button.panel.page))])
          .toEqual([callback_data, true]);
      }
    }
  });
});

describe("dialogues in words", () => {
  const terms = firstTerms(1_500);
  const promising = { ...terms, guaranteedPrize: { minor: "500", currency: "XTR" as const } };
  const world = createWorld();
  const contextOf = (language: "en" | "ru"): PanelContext => ({
    queries: world.queries,
    panel: world.panel,
    role: "owner",
    language,
    playerId: "tg-1",
    nowMs: NOW_MS,
    supportContact: "",
  } as unknown as PanelContext);
  const view = (tag: string, context: object): View => ({
    value: tag,
    context: { turn: "a", problem: null, draft: null, deed: null, words: "<words>", ...context },
    status: "active",
    output: undefined,
    tags: [tag],
    revision: 1,
  });
  const problems: FormProblem["problem"][] = [
    "missing",
    "unknown",
    "notANumber",
    "notWhole",
    "tooSmall",
    "tooLarge",
    "badChoice",
    "badDuration",
    "badRule",
    "badZone",
    "badName",
    "rule",
  ];
  const title = "A <b>";
  const about = { raffleId: "rfl_1" as const, title, entries: 17 };
  const deeds: PanelDeed[] = [
    { kind: "stop", ...about, seen: "open" },
    { kind: "refund", ...about },
    { kind: "force", ...about, seen: "open" },
    { kind: "drop", letterId: 4 },
    { kind: "saveTemplate", templateId: "tpl_1", title, terms },
    { kind: "replaceTemplate", templateId: "tpl_1", title, terms },
    { kind: "renameTemplate", templateId: "tpl_1", title },
    { kind: "deleteTemplate", templateId: "tpl_1", title },
    { kind: "beginSeries", seriesId: "ser_1", templateId: "tpl_1", title, zone: "Asia/Tokyo" },
    { kind: "changeSeries", seriesId: "ser_1", title, zone: "Asia/Tokyo" },
    { kind: "endSeries", seriesId: "ser_1", title },
    { kind: "exclude", suspicionId: "sus_1", playerId: "tg-9" },
    ...editableTerms.flatMap((term): PanelDeed[] =>
      [terms, promising].map((each) => ({
        kind: "change",
        raffleId: "rfl_1",
        title,
        term,
        terms: each,
      }))
    ),
  ];
  const views = [
    ...raffleQuestions.flatMap((field, step) =>
      [null, ...problems.map((problem) => ({ field, problem, allowed: "<1>" }))].map((problem) =>
        view("asking", { draft: { raffleId: "rfl_1", terms, step }, problem })
      )
    ),
    ...[terms, promising].map((each) =>
      view("previewing", { draft: { raffleId: "rfl_1", terms: each, step: 8 } })
    ),
    view("previewing", {
      draft: { raffleId: "rfl_1", terms, step: 7, template: { templateId: "tpl_1", name: "B" } },
    }),
    ...deeds.map((deed) => view("confirming", { deed })),
    ...deeds.filter(wantsWords).map((deed) =>
      view("wording", {
        deed,
        problem: {
          field: deed.kind === "change" ? deed.term : "zone" in deed ? "rule" : "reason",
          problem: "missing",
        },
      })
    ),
    view("wording", {
      deed: deeds.find(({ kind }) => kind === "renameTemplate"),
      problem: { field: "name", problem: "badName" },
    }),
    view("resting", {}),
    view("resting", { problem: { field: "template", problem: "unknown" } }),
  ];

  it.each(["en", "ru"] as const)("have them all in %s", async (language) => {
    for (const each of views) {
      const { html, buttons = [] } = await dialogueReply(contextOf(language), each);
      expect(html).not.toMatch(/\{(?!n\}|date\})|undefined|<words>|<1>|A <b>/);
      expect(buttons.flat().length).toBeGreaterThan(0);
      if (language === "ru") expect(html).toMatch(/[а-я]/);
    }
  });

  it.each<[EditableTerm, string, string]>([
    ["guaranteedPrize", "0", "Guaranteed prize: 500 ⭐ → none"],
    ["guaranteedPrize", "+750", "Guaranteed prize: 500 ⭐ → 750 ⭐"],
    ["commissionBps", "12,5 %", "Commission: 15% → 12.5%"],
    ["drawAt", "Maximum", "When it is drawn: when the time is up → when all tickets are sold"],
    ["durationMs", "120", "Duration: 1d → 2h"],
  ])("name the new value of %s %j as the raffle will have it", async (term, words, want) => {
    const deed: PanelDeed = { kind: "change", raffleId: "rfl_1", title, term, terms: promising };
    const { html } = await dialogueReply(contextOf("en"), view("confirming", { deed, words }));
    expect(html.replaceAll("&gt;", ">")).toContain(want);
  });

  it("offer buttons for a new value, with a tick at the present one", async () => {
    const deed: PanelDeed = {
      kind: "change",
      raffleId: "rfl_1",
      title,
      term: "guaranteedPrize",
      terms: promising,
    };
    const { html, buttons = [] } = await dialogueReply(contextOf("en"), view("wording", { deed }));
    expect(html).toContain("now: 500 ⭐");
    expect(buttons.flat().map(({ label }) => label))
      .toEqual(["✓ 500 ⭐", "none", "100 ⭐", "1000 ⭐", "✖️ Cancel"]);
  });

  it.each(["en", "ru"] as const)("say in %s what the reserve lacks", (language) => {
    const stars = (minor: string) => ({ minor, currency: "XTR" as const });
    const { context } = view("draft", {
      guaranteeRefusal: { needed: stars("500"), covered: stars("-20"), atMs: 1 },
    });
    const refused = { reason: "reserveTooLow", view: { ...view("draft", {}), context } };
    const words = orderRefusalWords(language, refused);
    expect(words).toMatch(/500 ⭐.*−20 ⭐.*520 ⭐.*\/admin topup 520.*\/admin reserve/s);
    // Whoever has no figures still hears the reason, and others hear theirs.
    expect(orderRefusalWords(language, { reason: "reserveTooLow" }))
      .toBe(commandRefusalWords(language, "reserveTooLow"));
    expect(orderRefusalWords(language, { ...refused, reason: "alreadyOpened" }))
      .toBe(commandRefusalWords(language, "alreadyOpened"));
  });

  it("names how many entries a stop gives back", async () => {
    const { html } = await dialogueReply(contextOf("en"), view("confirming", { deed: deeds[0] }));
    expect(html).toContain("Really stop “A &lt;b&gt;”? 17 tickets: all entries go back.");
  });

  it("has words for every refusal", () => {
    expect(Object.keys(commandRefusals).length).toBeGreaterThan(15);
  });
});

it("statistics show each currency by itself", async () => {
  const calls = await createWorld().take(buttonUpdate("p:st", people.owner));
  const text = calls.find(({ method }) => method === "editMessageText")?.payload.text;
  const [stars, rubles] = [
    readableMoney({ minor: "500000", currency: "XTR" }),
    readableMoney({ minor: "500000", currency: "RUB" }),
  ];
  expect(text).toContain(`Pots: ${stars}\n`);
  expect(text).toContain(`Pots: ${rubles}\n`);
  expect(text).toMatch(new RegExp(`20 Nov:.*\n +pots ${stars},.*\n +pots ${rubles},`));
});
