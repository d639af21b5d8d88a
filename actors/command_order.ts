/**
 * The order in which the commands of a step are done. As in XState, what concerns other actors of the
 * tree comes after all other actions.
 */
import { childAddress, rootOf } from "./address.ts";
import type { Command } from "./step.ts";

/** @param address Of the actor that made the step. */
export function inOrder(commands: readonly Command[], address: string): Command[] {
  const first: Command[] = [];
  let deferred: Command[] = [];
  for (const command of commands) {
    if (!isForTree(command, rootOf(address))) first.push(command);
    else if (command.type === "stop") deferred = withStop(deferred, command, address);
    else deferred.push(command);
  }
  return [...first, ...deferred];
}

function isForTree(command: Command, root: string): boolean {
  if (command.type === "spawn" || command.type === "stop") return true;
  return command.type === "send" && command.delayMs === undefined && rootOf(command.to) === root;
}

/**
 * Adds a stop. A child that the same step spawned never begins, and what was sent to it is lost; one
 * of the same name that lived before is stopped.
 */
function withStop(
  commands: readonly Command[],
  stop: Extract<Command, { type: "stop" }>,
  parent: string,
): Command[] {
  const isOf = (type: "spawn" | "stop") => (command: Command): boolean =>
    command.type === type && command.childId === stop.childId;
  const spawned = commands.findLastIndex(isOf("spawn"));
  const stopped = commands.findLastIndex(isOf("stop"));
  if (spawned <= stopped) return [...commands, stop];
  const address = childAddress(parent, stop.childId);
  return commands.filter((command, index) =>
    index <= stopped || (index !== spawned && !(command.type === "send" && command.to === address))
  );
}
