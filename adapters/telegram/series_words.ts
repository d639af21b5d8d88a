/** Series in words: when raffles come again, how one stands, why none was opened. */
import type { Language } from "../../machines/domain/events.ts";
import type { OpeningRefusal, RecordSeries } from "../../machines/domain/series.ts";
import type { SeriesPlan } from "../../machines/domain/series_form.ts";
import { plain } from "./texts.ts";

/** `every day at 18:00 (Europe/Moscow); 10 raffles in all`. */
export function planWords(language: Language, { rule, limit }: SeriesPlan): string {
  const plan = rule.unit === "end" ? plain(language, "plan-end") : plain(
    language,
    `plan-${rule.unit}`,
    {
      count: rule.count,
      time: rule.time,
      zone: rule.zone,
      ...(rule.unit === "weeks" ? { weekday: plain(language, `weekday-${rule.weekday}`) } : {}),
    },
  );
  return limit === null ? plan : plain(language, "plan-limited", { plan, count: limit });
}

/** When a series opens its next raffle, by the clocks of its own time zone. */
export function nextWords(
  language: Language,
  { plan: { rule: { zone } }, nextAtMs }: Pick<RecordSeries, "plan" | "nextAtMs">,
): string {
  const time = new Intl.DateTimeFormat(language === "ru" ? "ru-RU" : "en-GB", {
    timeZone: zone,
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  }).format(nextAtMs);
  return `${time} (${zone})`;
}

/** Every refusal, so that the compiler says when one is added. */
export const openingRefusals: Record<OpeningRefusal, true> = {
  templateGone: true,
  badTerms: true,
  tooManyRunning: true,
  reserveTooLow: true,
  noRubles: true,
  notNow: true,
};

/** Why a raffle was not opened; also for reasons that a newer machine may give. */
export function openingRefusalWords(language: Language, reason: OpeningRefusal): string {
  return Object.hasOwn(openingRefusals, reason)
    ? plain(language, `series-refusal-${reason}`)
    : plain(language, "panel-refusal-other");
}
