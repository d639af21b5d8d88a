/** The timers of a tree: plain data in the states of its members, so that they are stored with them. */
import type { EventObject } from "xstate";
import { type Member, nextKey } from "./member.ts";
import type { StoredTimer } from "./snapshot.ts";

/** A longer delay (10,000 years) is for ever. */
const MAX_DELAY_MS = 10_000 * 366 * 86_400_000;

/**
 * Sets a timer. As in XState one with the same id stays, but can no longer be cancelled; without an id
 * nothing can cancel it by name.
 */
export function addTimer(
  member: Member,
  timer: {
    event: EventObject;
    delayMs: number;
    sendId?: string | undefined;
    to?: { address: string; births: string };
  },
  { nowMs, order }: { nowMs: number; order: number },
): void {
  // Infinity means never, as in XState; a timer that never fires needs no row.
  if (timer.delayMs > MAX_DELAY_MS) return;
  const sendId = timer.sendId ?? `~${nextKey(member)}`;
  const { to } = timer;
  const stored: StoredTimer = {
    sendId,
    // Due times are whole milliseconds, delays need not be.
    dueMs: Math.ceil(nowMs + Math.max(0, timer.delayMs || 0)),
    ...(order === 0 ? {} : { order }),
    event: timer.event,
    ...(to === undefined || to.address === member.address ? {} : { to: to.address }),
    ...(to === undefined || to.births === "" ? {} : { births: to.births }),
  };
  const timers = [...withoutHandle(member.state.timers, sendId), stored];
  member.state = { ...member.state, timers };
}

/** Births of a receiver that does not exist. */
export const NOBODY = "-";
/** Births of a receiver that the same step spawns later. */
export const UNBORN = "?";

/** Tells timers that were set for a child before its birth which one is meant. */
export function addressTimers(member: Member, births: string, to?: string): void {
  if (!member.state.timers.some((timer) => timer.births === UNBORN)) return;
  const timers = member.state.timers.map((timer) =>
    timer.births === UNBORN && (to ?? timer.to) === timer.to ? { ...timer, births } : timer
  );
  member.state = { ...member.state, timers };
}

/** Cancels the timer with this id, if there is one. */
export function cancelTimer(member: Member, sendId: string): void {
  const timers = member.state.timers.filter((timer) => timer.sendId !== sendId || timer.isLost);
  if (timers.length !== member.state.timers.length) member.state = { ...member.state, timers };
}

/** Removes a timer that fires. */
export function takeTimer(member: Member, fired: StoredTimer): void {
  const others = member.state.timers.filter((timer) => timer !== fired);
  member.state = { ...member.state, timers: withoutHandle(others, fired.sendId) };
}

/** XState keeps one handle for each id: after this the timers with this id fire whatever is cancelled. */
function withoutHandle(timers: readonly StoredTimer[], sendId: string): StoredTimer[] {
  return timers.map((timer) =>
    timer.sendId === sendId && !timer.isLost ? { ...timer, isLost: true } : timer
  );
}

/** A timer that fires, told from all others of its tree. */
export interface FiredTimer {
  /** Of the actor that set it. */
  readonly address: string;
  /** Of the one it is for; empty for a root. */
  readonly births: string;
  readonly timer: StoredTimer;
}

export function firedTimer(member: Member, timer: StoredTimer): FiredTimer {
  const births = timer.to === undefined ? member.births : timer.births ?? "";
  return { address: member.address, births, timer };
}

/** The member's timer that is the same as one of another load. */
export function findTimer(
  { state: { timers } }: Member,
  { sendId, dueMs, order }: StoredTimer,
): StoredTimer | undefined {
  return timers.find((timer) =>
    timer.sendId === sendId && timer.dueMs === dueMs && timer.order === order
  );
}

/** The timer that is due first, whether or not its time has come; of several the one set first. */
export function earliestTimer(
  members: Iterable<Member>,
): { member: Member; timer: StoredTimer } | undefined {
  let earliest: { member: Member; timer: StoredTimer } | undefined;
  for (const member of members) {
    if (member.isRemoved) continue;
    for (const timer of member.state.timers) {
      if (earliest === undefined || isBefore(timer, earliest.timer)) earliest = { member, timer };
    }
  }
  return earliest;
}

/** A number for the next timer of the tree: higher than that of any that waits. */
export function nextOrder(members: Iterable<Member>): number {
  let next = 0;
  for (const { state } of members) {
    for (const { order = 0 } of state.timers) next = Math.max(next, order + 1);
  }
  return next;
}

function isBefore(one: StoredTimer, other: StoredTimer): boolean {
  return one.dueMs < other.dueMs ||
    (one.dueMs === other.dueMs && (one.order ?? 0) < (other.order ?? 0));
}
