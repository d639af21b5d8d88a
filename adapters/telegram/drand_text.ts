/** The drand round of a seal in words: what it is before it is made, and what came of it. */
import type { Language } from "../../machines/domain/events.ts";
import type { RaffleBeacon } from "./queries_port.ts";
import { readableSecond } from "./readable.ts";
import { html } from "./texts.ts";

/** One line of HTML; none where the seal names no round. */
export function drandLines(
  language: Language,
  beacon: Pick<RaffleBeacon, "round" | "atMs"> | undefined,
  state: RaffleBeacon["state"],
): string[] {
  if (beacon === undefined) return [];
  const time = readableSecond(language, beacon.atMs);
  return [html(language, `drand-${state}`, { round: String(beacon.round), time })];
}
