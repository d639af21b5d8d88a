/**
 * Finds who does not go on by himself, and says why. An actor *rests* when a state of its tree has
 * the tag `resting`; one that is active, does not rest, and for which no timer, effect or message is
 * on its way will stay as it is until somebody thinks of it.
 */
import { readTree } from "../../db/actor_rows.ts";
import { pageLetters } from "../../db/dead_letters.ts";
import {
  findLateEffects,
  findLateInboxes,
  type LateEffectRow,
  pageTrees,
  readPendingEffects,
  readPendingMessages,
} from "../../db/operations.ts";
import { kindOf } from "../address.ts";
import { workOf } from "../effect_runner.ts";
import type { Member } from "../member.ts";
import type { Tree } from "../tree.ts";
import { PAGE } from "./list_actors.ts";
import {
  atOneMoment,
  eventFromText,
  type OperatorHost,
  takeAfter,
  takeScanned,
} from "./operator_host.ts";
import type { PartQuery, Stuck, StuckPage } from "./operator_types.ts";
import { stateText } from "./state_text.ts";
import { restoreTree, type StoredTree, timersOf, treesOf } from "./stored_tree.ts";

const RESTING = "resting";
/** What should be done at once is late after this. */
const LATE_MS = 10_000;
const MANY_ATTEMPTS = 5;
/** Effects and inboxes reported at once. */
const MAX_LATE = 1_000;
/** As long as an effect without a time-out of its own may take. */
const EFFECT_TIMEOUT_MS = 30_000;

/** @throws {UsageError} When a number cannot be. */
export async function findStuck(host: OperatorHost, query: PartQuery): Promise<StuckPage> {
  const maxScanned = takeScanned(query.maxScanned);
  let after = takeAfter(query.after);
  const stuck: Stuck[] = after === 0
    ? [...await lateEffects(host), ...await lateInboxes(host)]
    : [];
  let scanned = 0;
  while (scanned < maxScanned) {
    const limit = Math.min(PAGE, maxScanned - scanned);
    const trees = treesOf(await pageTrees(host.database, { after, limit }));
    for (const stored of trees) {
      const found = await troubleOf(host, stored);
      if (found !== undefined) stuck.push({ address: stored.root.address, ...found });
      after = Number(stored.root.id);
    }
    scanned += trees.length;
    if (trees.length < limit) return { stuck, scanned, next: null };
  }
  return { stuck, scanned, next: after };
}

type Trouble = Omit<Stuck, "address">;

async function troubleOf(host: OperatorHost, stored: StoredTree): Promise<Trouble | undefined> {
  const { address: root, is_held: isHeld } = stored.root;
  if (isHeld) return { trouble: "held", reason: await whyHeld(host, root) };
  const { tree, problem } = restoreTree({ root, rows: stored.rows }, host);
  if (tree === undefined) return { trouble: "unreadable", reason: problem };
  const [earliest] = timersOf(tree.members.values());
  if (earliest === undefined) {
    return isSuspect(tree) ? await whyIdle(host, root) : undefined;
  }
  const { member: { address }, timer: { event, dueMs } } = earliest;
  const lateMs = host.nowMs() - dueMs;
  if (lateMs <= LATE_MS) return undefined;
  const whose = address === root ? "its timer" : `the timer of ${address}`;
  return {
    trouble: "timer",
    reason: `${whose} "${event.type}" was due ${isoTime(dueMs)}, ${seconds(lateMs)} ago`,
  };
}

async function whyHeld({ database }: OperatorHost, root: string): Promise<string> {
  const letters = await pageLetters(database, { address: root, after: 0, limit: MAX_LATE });
  const numbers = letters.filter(({ kind }) => kind !== "effect").map(({ id }) => id);
  return numbers.length === 0
    ? "it is held, and there is no dead letter to redrive or drop"
    : `it is held until dead letter ${numbers.join(", ")} is redriven or dropped`;
}

/** Whether the tree itself knows of nothing that is to come. */
function isSuspect(tree: Tree): boolean {
  const members = [...tree.members.values()];
  return tree.members.get(tree.root)?.state.snapshot.status === "active" &&
    members.every(({ state: { snapshot, timers } }) =>
      timers.length === 0 && !snapshot.tags.has(RESTING)
    );
}

/** Looks again at a tree with all that is on its way, at one moment: it may have gone on meanwhile. */
async function whyIdle(host: OperatorHost, root: string): Promise<Trouble | undefined> {
  const { rows, effects, messages } = await atOneMoment(host.database, async (tx) => ({
    rows: await readTree(tx, root),
    effects: await readPendingEffects(tx, { address: root, limit: 1 }),
    messages: await readPendingMessages(tx, { root, limit: 1 }),
  }));
  if (rows.length === 0 || effects.length > 0 || messages.length > 0) return undefined;
  const { tree } = restoreTree({ root, rows }, host);
  if (tree === undefined || !isSuspect(tree)) return undefined;
  const active = [...tree.members.values()]
    .filter(({ state }) => state.snapshot.status === "active");
  const parts = active.map((member) => {
    const who = member.address === root ? "" : `${member.address} `;
    return `${who}in state \`${stateText(member.state.snapshot.value)}\`, ${expectation(member)}`;
  });
  return { trouble: "idle", reason: `${parts.join("; ")}; nothing is on its way` };
}

function expectation(member: Member): string {
  const { snapshot, children } = member.state;
  const answers = Object.entries(children).filter(([, { kind }]) => kind === "effect")
    .map(([id]) => `the answer of ${id}`);
  // The innermost states first: what is particular to them tells most.
  const nodes = snapshot._nodes.toSorted((a, b) => b.path.length - a.path.length);
  const events = [...new Set(nodes.flatMap((node) => node.ownEvents as string[]))]
    .filter((type) => !type.startsWith("xstate."));
  const awaited = [...answers, ...events];
  return awaited.length === 0 ? "waits for no event at all" : `waits for: ${awaited.join(", ")}`;
}

async function lateInboxes({ database, nowMs }: OperatorHost): Promise<Stuck[]> {
  const rows = await findLateInboxes(database, { beforeMs: nowMs() - LATE_MS, limit: MAX_LATE });
  return rows.map(({ root, count, oldest_ms, event }) => ({
    address: root,
    trouble: "inbox",
    reason: `${count} ${count === 1 ? "message waits" : "messages wait"} since ` +
      `${isoTime(Number(oldest_ms))}, the first is "${eventFromText(event).type}"`,
  }));
}

async function lateEffects(host: OperatorHost): Promise<Stuck[]> {
  const rows = await findLateEffects(host.database, {
    beforeMs: host.nowMs() - LATE_MS,
    maxAttempts: MANY_ATTEMPTS,
    limit: MAX_LATE,
  });
  return rows.flatMap((row) => {
    const reason = whyLate(host, row);
    const behind = row.behind === 0 ? "" : `; ${row.behind} wait behind it in lane "${row.lane}"`;
    return reason === undefined ? [] : [{
      address: row.address,
      trouble: "effect",
      reason: `effect ${row.name} ${reason}${behind}`,
    }];
  });
}

/** @returns Undefined when it takes long and may. */
function whyLate(
  { definitions, nowMs }: OperatorHost,
  { address, name, machine, owner, is_owned, lane, attempt, run_at, last_error }: LateEffectRow,
): string | undefined {
  const definition = definitions.get(kindOf(address));
  const work = definition === undefined ? undefined : workOf(definition, { name, machine });
  if (work === undefined) return "is not known to this code";
  const lateMs = nowMs() - Number(run_at);
  const tries = attempt > MANY_ATTEMPTS
    ? `was tried ${attempt} times${last_error === null ? "" : `, the last error: ${last_error}`}`
    : undefined;
  if (owner !== null && !is_owned && lateMs > LATE_MS) {
    return `waits for ${seconds(lateMs)}: its node is gone and no other has taken it over`;
  }
  if (tries !== undefined) return tries;
  if (owner === null && lane !== null) {
    return `waits for ${seconds(lateMs)}: nobody takes what is in its lane`;
  }
  return lateMs > (work.timeoutMs ?? EFFECT_TIMEOUT_MS) + LATE_MS
    ? `is under way for ${seconds(lateMs)}, longer than it may take`
    : undefined;
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}
