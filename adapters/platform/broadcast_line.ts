/** A stored broadcast as admins are shown it. */
import type { BroadcastListRow } from "../../db/broadcasts.ts";
import type { RaffleId } from "../../machines/domain/events.ts";
import type { BroadcastLine } from "../telegram/queries_port.ts";

export function toBroadcastLine(row: BroadcastListRow): BroadcastLine {
  const { sent, blocked, uncertain, failed } = row;
  const title: string | undefined = row.terms === null ? undefined : JSON.parse(row.terms).title;
  const status = row.status as BroadcastLine["status"];
  return {
    raffleId: row.raffle_id as RaffleId,
    ...(title === undefined ? {} : { title }),
    notice: row.notice as BroadcastLine["notice"],
    status,
    counts: { sent, blocked, uncertain, failed },
    left: status === "told" ? 0 : Math.max(0, row.recipients - sent - blocked - uncertain - failed),
    startedAtMs: Number(row.started_at_ms),
  };
}
