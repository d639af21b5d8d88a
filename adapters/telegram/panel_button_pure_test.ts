import { describe, expect, it } from "vitest";
import { CALLBACK_DATA_MAX_BYTES, decodeButton, encodeButton } from "./callback_data.ts";
import type { PanelButton } from "./panel_button.ts";

const raffleId = "rfl_abcdefghij" as const;
const templateId = `tpl_${"x".repeat(24)}` as const;
const seriesId = `ser_${"x".repeat(24)}` as const;
/** One of every page; a missing one does not compile. */
const suspicionId = "sus_0123456789abcdef0123" as const;
const buttons: { [Page in PanelButton["page"]]: PanelButton & { page: Page } } = {
  home: { page: "home" },
  raffles: { page: "raffles", of: "disputed", number: 999 },
  raffle: { page: "raffle", raffleId },
  edit: { page: "edit", raffleId },
  people: { page: "people", raffleId, number: 9_999 },
  file: { page: "file", raffleId },
  statistics: { page: "statistics" },
  reserve: { page: "reserve" },
  findings: { page: "findings" },
  broadcasts: { page: "broadcasts" },
  questions: { page: "questions" },
  commission: { page: "commission" },
  letters: { page: "letters", after: 999_999_999 },
  letter: { page: "letter", letterId: 999_999_999 },
  stuck: { page: "stuck", after: 999_999_999 },
  audit: { page: "audit", before: 999_999_999 },
  create: { page: "create" },
  do: { page: "do", command: "resume", raffleId },
  ask: { page: "ask", command: "refund", raffleId },
  change: { page: "change", term: "ticketsPerPlayer", raffleId },
  agree: { page: "agree", raffleId, askedAtMs: Date.UTC(2100, 0) },
  agreeRedraw: { page: "agreeRedraw", raffleId, askedAtMs: Date.UTC(2100, 0) },
  setCommission: { page: "setCommission", bps: 5_000 },
  checks: { page: "checks", number: 1_000 },
  check: { page: "check", suspicionId },
  clear: { page: "clear", suspicionId, seen: "upheld" },
  exclude: { page: "exclude", suspicionId },
  redrive: { page: "redrive", letterId: 999_999_999 },
  drop: { page: "drop", letterId: 999_999_999 },
  answer: { page: "answer", turn: "zzzzzzzzzz", value: "50/30/20" },
  back: { page: "back", turn: "zzzzzzzzzz" },
  cancel: { page: "cancel", turn: "zzzzzzzzzz" },
  confirm: { page: "confirm", turn: "zzzzzzzzzz" },
  open: { page: "open", turn: "zzzzzzzzzz" },
  templates: { page: "templates", number: 9_999 },
  template: { page: "template", templateId },
  seriesList: { page: "seriesList", number: 0 },
  series: { page: "series", seriesId },
  use: { page: "use", templateId },
  keepRaffle: { page: "keepRaffle", raffleId },
  keep: { page: "keep", turn: "zzzzzzzzzz" },
  replace: { page: "replace", turn: "zzzzzzzzzz" },
  askTemplate: { page: "askTemplate", order: "repeat", templateId },
  doSeries: { page: "doSeries", command: "resume", seriesId },
  askSeries: { page: "askSeries", order: "change", seriesId },
};

describe("buttons of the panel", () => {
  it.each(Object.values(buttons))("come back as they went: $page", (panel) => {
    const data = encodeButton({ verb: "p", panel });
    expect(new TextEncoder().encode(data).length).toBeLessThanOrEqual(CALLBACK_DATA_MAX_BYTES);
    expect(decodeButton(data)).toEqual({ verb: "p", panel });
  });

  it.each([
    "p",
    "p:",
    "p:zz",
    "p:r",
    "p:r:rfl_",
    "p:r:rfl_1:2:3",
    "p:rs:none:1",
    "p:rs:all:-1",
    "p:rs:all:1e9",
    "p:l:NaN",
    "p:l:",
    "p:do:stop:rfl_1",
    "p:as:open:rfl_1",
    "p:ch:price:rfl_1",
    "p:ag:rfl_1:",
    "p:ag:rfl_1:ZZ",
    "p:v:1:",
    "p:ks:",
    "p:k:sus_1",
    `p:kc:${suspicionId}:cleared`,
    `p:kc:${suspicionId}`,
    "p:kx:",
    "p:y:",
    "p:ts:-1",
    "p:tm:tpl_",
    "p:tm:rfl_1",
    `p:tm:tpl_${"x".repeat(25)}`,
    "p:sr:tpl_1",
    "p:tk:",
    "p:ta:burn:tpl_1",
    "p:ta:delete:ser_1",
    "p:sd:end:ser_1",
    "p:sa:pause:ser_1",
    "p:sa:end:",
  ])("are old ones when they cannot be read: %s", (data) => {
    expect(decodeButton(data)).toBeUndefined();
  });
});
