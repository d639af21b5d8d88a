/** Rules in words that an admin can check before he says yes. */
import { describe, expect, it } from "vitest";
import { readPlan } from "../../machines/domain/series_form.ts";
import { renderAdminNotice } from "./admin_notice_text.ts";
import { nextWords, openingRefusals, openingRefusalWords, planWords } from "./series_words.ts";
import { languages } from "./texts.ts";

function planOf(text: string) {
  const read = readPlan(text, "Europe/Moscow");
  if ("problem" in read) throw new Error(`No plan: ${text}`);
  return read.plan;
}

it.each([
  ["1d 18:00", "every day at 18:00 (Europe/Moscow)", "каждый день в 18:00 (Europe/Moscow)"],
  ["2d 18:00", "every 2 days at 18:00 (Europe/Moscow)", "каждые 2 дня в 18:00 (Europe/Moscow)"],
  ["21d 9:00 utc", "every 21 days at 09:00 (UTC)", "каждый 21 день в 09:00 (UTC)"],
  ["1w fri 18:00 utc", "on Fridays at 18:00 (UTC)", "по пятницам в 18:00 (UTC)"],
  [
    "5w mon 18:00 utc",
    "every 5 weeks, on Mondays, at 18:00 (UTC)",
    "раз в 5 недель по понедельникам в 18:00 (UTC)",
  ],
  [
    "1h 18:00 utc x1",
    "every hour, the first at 18:00 (UTC); 1 raffle in all",
    "каждый час, первый в 18:00 (UTC); всего 1 розыгрыш",
  ],
  [
    "6h 18:00 utc x12",
    "every 6 hours, the first at 18:00 (UTC); 12 raffles in all",
    "каждые 6 часов, первый в 18:00 (UTC); всего 12 розыгрышей",
  ],
  ["end", "again as soon as the last one has ended", "снова, как только закончится прежний"],
])("says %s", (text, en, ru) => {
  expect(planWords("en", planOf(text))).toBe(en);
  expect(planWords("ru", planOf(text))).toBe(ru);
});

it("says by the series' own clocks when the next one comes", () => {
  const nextAtMs = Date.UTC(2026, 10, 20, 22, 30);
  const plan = planOf("1d 18:00 Asia/Tokyo");
  expect(nextWords("en", { plan, nextAtMs })).toBe("Sat 21 Nov, 07:30 (Asia/Tokyo)");
  expect(nextWords("ru", { plan, nextAtMs })).toMatch(/21 нояб.* 07:30 \(Asia\/Tokyo\)$/);
});

describe.each(languages)("what admins are told in %s", (language) => {
  const about = { seriesId: "ser_1" as const, name: "A <b>" };

  it("names every reason for which a raffle was not opened", () => {
    const said = Object.keys(openingRefusals).map((reason) => {
      const { html } = renderAdminNotice({
        key: "seriesRefused",
        ...about,
        reason: reason as keyof typeof openingRefusals,
        nextAtMs: 5,
      }, { language });
      expect(html).not.toMatch(/A <b>|\{|undefined/);
      return openingRefusalWords(language, reason as keyof typeof openingRefusals);
    });
    expect(new Set(said).size).toBe(said.length);
    expect(said).not.toContain(openingRefusalWords(language, "somethingNew" as never));
  });

  it("leads to the series", () => {
    for (
      const notice of [
        { key: "seriesStopped", ...about, raffleId: "rfl_1" },
        { key: "seriesEnded", ...about, opened: 12 },
      ] as const
    ) {
      const { html, buttons } = renderAdminNotice(notice, { language, title: "T <i>" });
      expect(html).not.toMatch(/A <b>|T <i>|\{|undefined/);
      expect(buttons).toMatchObject([[{
        button: { verb: "p", panel: { page: "series", seriesId: "ser_1" } },
      }]]);
    }
  });
});
