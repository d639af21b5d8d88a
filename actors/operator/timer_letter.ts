/** Letters of timers: for whom their events are, and whether that one is still there. */
import { readTree } from "../../db/actor_rows.ts";
import type { Connection } from "../../db/connection.ts";
import type { LetterRow } from "../../db/dead_letters.ts";
import { rootOf } from "../address.ts";
import type { TimerDetail } from "../message_rows.ts";
import { eventFromText, type OperatorHost } from "./operator_host.ts";
import { restoreTree } from "./stored_tree.ts";

/** To whom the message of a letter goes: to another than it is kept for only from a timer. */
export function receiverOf(letter: LetterRow): string {
  return timerDetail(letter).to ?? letter.address;
}

/** Why the event of a timer cannot be given to the one it was meant for, or undefined. */
export async function whyNotFired(
  host: OperatorHost,
  tx: Connection,
  letter: LetterRow,
): Promise<string | undefined> {
  const { address, event } = letter;
  const { to, births } = timerDetail(letter);
  const { type } = eventFromText(event);
  if (to !== undefined && type.startsWith("xstate.")) {
    return `an actor cannot send "${type}" to another; it can be dropped`;
  }
  if (births === undefined) return undefined;
  const root = rootOf(address);
  const { tree, problem } = restoreTree({ root, rows: await readTree(tx, root) }, host);
  if (tree === undefined) return problem;
  return tree.members.get(address)?.births === births
    ? undefined
    : `the "${address}" that it was meant for is gone; it can be dropped`;
}

function timerDetail({ kind, detail }: LetterRow): TimerDetail {
  return kind === "timer" && detail !== null ? JSON.parse(detail) : {};
}
