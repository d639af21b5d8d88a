/**
 * The order in which the commands of a step are done. As in XState, actions come first; then, in their
 * order, what concerns other actors of the tree, timers and emitted events.
 */
import { childAddress, rootOf } from "./address.ts";
import type { Command } from "./step.ts";

/**
 * @param address Of the actor that made the step.
 * @param isBirth Whether it is the actor's first step: then children begin before anything else.
 */
export function inOrder(
  commands: readonly Command[],
  { address, isBirth }: { address: string; isBirth: boolean },
): Command[] {
  const first: Command[] = [];
  let deferred: Command[] = [];
  for (const command of commands) {
    if (isAtOnce(command, rootOf(address))) first.push(command);
    else if (command.type === "stop") deferred = withStop(deferred, command, address);
    else deferred.push(command);
  }
  if (!isBirth) return [...first, ...deferred];
  const spawns = deferred.filter(({ type }) => type === "spawn");
  // Whom a first step stops has not begun.
  const others = deferred.filter(({ type }) => type !== "spawn" && type !== "stop");
  return [...spawns, ...first, ...others.map(toBorn)];
}

function toBorn(command: Command): Command {
  if (command.type !== "send" || command.receiver !== "unborn") return command;
  const { receiver: _, ...send } = command;
  return send;
}

/** What is sent to other trees keeps its order among the actions, which may be sends as well. */
function isAtOnce(command: Command, root: string): boolean {
  return command.type === "action" ||
    (command.type === "send" && command.delayMs === undefined && rootOf(command.to) !== root);
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
  if (spawned <= commands.findLastIndex(isOf("stop"))) return [...commands, stop];
  const address = childAddress(parent, stop.childId);
  return commands.flatMap((command, index): Command[] => {
    if (index === spawned) return [stop];
    if (command.type !== "send" || command.to !== address) return [command];
    if (index < spawned && command.receiver === undefined) return [command];
    return command.delayMs === undefined ? [] : [{ ...command, receiver: "nobody" }];
  });
}
