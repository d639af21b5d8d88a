/** What a parent hears of its children, in XState's words. */
import type { EventObject } from "xstate";
import type { View } from "./view.ts";

export function doneEvent(childId: string, output: unknown): EventObject {
  return { type: `xstate.done.actor.${childId}`, output, actorId: childId } as EventObject;
}

export function errorEvent(childId: string, error: unknown): EventObject {
  return { type: `xstate.error.actor.${childId}`, error, actorId: childId } as EventObject;
}

export function snapshotEvent(
  childId: string,
  snapshot: View | { status: "active"; input: unknown },
): EventObject {
  return { type: `xstate.snapshot.${childId}`, snapshot } as EventObject;
}
