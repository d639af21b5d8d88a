/** The statuses that the raffle machine records, in words. */
import { plain } from "../texts.ts";
import type { ReplyContext } from "./reply_context.ts";

const knownStatuses = new Set([
  "draft",
  "open",
  "paused",
  "closing",
  "reviewing",
  "sealed",
  "drawing",
  "disputed",
  "verified",
  "claiming",
  "redrawing",
  "settling",
  "settled",
  "cancelling",
  "refunding",
  "refunded",
]);

/** A raffle's status in words. */
export function statusWords({ language }: Pick<ReplyContext, "language">, status: string): string {
  return plain(language, `status-${knownStatuses.has(status) ? status : "other"}`);
}
