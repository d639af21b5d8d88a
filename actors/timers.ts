/** The timers of a tree: plain data in the states of its members, so that they are stored with them. */
import type { EventObject } from "xstate";
import { type Member, nextKey } from "./member.ts";
import type { StoredTimer } from "./snapshot.ts";

/** A longer delay (10,000 years) is for ever. */
const MAX_DELAY_MS = 10_000 * 366 * 86_400_000;

/** Sets a timer; one with the same id is replaced. Without an id nothing can cancel it by name. */
export function addTimer(
  member: Member,
  timer: { event: EventObject; delayMs: number; sendId?: string; to?: string },
  { nowMs }: { nowMs: number },
): void {
  // Infinity means never, as in XState; a timer that never fires needs no row.
  if (timer.delayMs > MAX_DELAY_MS) return;
  const sendId = timer.sendId ?? `~${nextKey(member)}`;
  const stored: StoredTimer = {
    sendId,
    // Due times are whole milliseconds, delays need not be.
    dueMs: Math.ceil(nowMs + Math.max(0, timer.delayMs || 0)),
    event: timer.event,
    ...(timer.to === undefined || timer.to === member.address ? {} : { to: timer.to }),
  };
  const others = member.state.timers.filter((other) => other.sendId !== sendId);
  member.state = { ...member.state, timers: [...others, stored] };
}

/** Removes the timer with this id, if there is one. */
export function removeTimer(member: Member, sendId: string): void {
  const timers = member.state.timers.filter((timer) => timer.sendId !== sendId);
  if (timers.length !== member.state.timers.length) member.state = { ...member.state, timers };
}

/** The timer that is due first, whether or not its time has come. */
export function earliestTimer(
  members: Iterable<Member>,
): { member: Member; timer: StoredTimer } | undefined {
  let earliest: { member: Member; timer: StoredTimer } | undefined;
  for (const member of members) {
    if (member.isRemoved) continue;
    for (const timer of member.state.timers) {
      if (earliest === undefined || timer.dueMs < earliest.timer.dueMs) {
        earliest = { member, timer };
      }
    }
  }
  return earliest;
}
