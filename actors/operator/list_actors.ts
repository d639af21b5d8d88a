/** Finds actors by kind, state and tag. */
import { matchesState, type StateValue } from "xstate";
import { countWaiting, pageTrees, type TreeRow } from "../../db/operations.ts";
import { kindOf } from "../address.ts";
import type { Tree } from "../tree.ts";
import {
  type OperatorHost,
  takeAfter,
  takeLimit,
  takeScanned,
  UsageError,
} from "./operator_host.ts";
import type { ActorPage, ActorSummary, ListQuery } from "./operator_types.ts";
import { type Restored, restoreTree, timersOf, treesOf } from "./stored_tree.ts";

/** Roots read at once. */
export const PAGE = 200;

type Waiting = "effects" | "inbox" | "deadLetters";
type Found = Omit<ActorSummary, Waiting>;

/**
 * @throws {UsageError} When the kind is not known or a number cannot be.
 */
export async function listActors(host: OperatorHost, query: ListQuery): Promise<ActorPage> {
  const { database, definitions } = host;
  const { kind } = query;
  if (kind !== undefined && !definitions.has(kind)) {
    throw new UsageError(
      `There is no kind "${kind}", known are ${[...definitions.keys()].join(", ")}`,
    );
  }
  if (query.state !== undefined) assertState(query.state);
  const limit = takeLimit(query.limit);
  const maxScanned = takeScanned(query.maxScanned);
  const found: Found[] = [];
  let after = takeAfter(query.after);
  for (let scanned = 0; scanned < maxScanned;) {
    const size = Math.min(PAGE, maxScanned - scanned);
    const trees = treesOf(await pageTrees(database, { after, limit: size, kind }));
    for (const [index, stored] of trees.entries()) {
      after = Number(stored.root.id);
      const { root: { address: root }, rows } = stored;
      const restored = restoreTree({ root, rows }, host);
      if (!isWanted(restored.tree, query)) continue;
      found.push(foundOf(stored.root, rows.length - 1, restored));
      if (found.length < limit) continue;
      const isEnd = index === trees.length - 1 && trees.length < size;
      return { actors: await withWaiting(host, found), next: isEnd ? null : after };
    }
    scanned += trees.length;
    if (trees.length < size) return { actors: await withWaiting(host, found), next: null };
  }
  return { actors: await withWaiting(host, found), next: after };
}

/** @throws {UsageError} When it is no state value. */
function assertState(state: unknown): void {
  const isState = typeof state === "string" ||
    (typeof state === "object" && state !== null && !Array.isArray(state));
  if (!isState) {
    throw new UsageError(
      `A state is a name, a path like "open.waiting" or {"open":"waiting"}, got ` +
        JSON.stringify(state),
    );
  }
  if (typeof state === "object") Object.values(state).forEach(assertState);
}

function isWanted(tree: Tree | undefined, { state, tag }: ListQuery): boolean {
  if (state === undefined && tag === undefined) return true;
  const view = tree?.view(tree.root);
  return view !== undefined &&
    (state === undefined || matchesState(state as StateValue, view.value)) &&
    (tag === undefined || view.tags.includes(tag));
}

/** What one row tells of its actor, and what its tree holds. */
export function foundOf(
  row: Omit<TreeRow, "root_id">,
  children: number,
  { tree, problem }: Restored,
): Found {
  const view = tree?.view(row.address);
  const within = [...tree?.members.values() ?? []].filter(({ address }) =>
    address === row.address || address.startsWith(`${row.address}/`)
  );
  const timers = timersOf(within);
  return {
    address: row.address,
    kind: kindOf(row.address),
    value: view?.value ?? null,
    status: view?.status ?? "unreadable",
    problem: problem ?? null,
    tags: view?.tags ?? [],
    revision: Number(row.revision),
    isHeld: row.is_held,
    children,
    timers: timers.length,
    earliestTimerMs: timers[0]?.timer.dueMs ?? null,
  };
}

async function withWaiting(
  { database }: OperatorHost,
  found: readonly Found[],
): Promise<ActorSummary[]> {
  if (found.length === 0) return [];
  const counts = await countWaiting(database, found.map(({ address }) => address));
  const byRoot = Map.groupBy(counts, ({ root }) => root);
  return found.map((each) => {
    const ofIt = byRoot.get(each.address) ?? [];
    const count = (what: string): number => ofIt.find((one) => one.what === what)?.count ?? 0;
    return {
      ...each,
      effects: count("effects"),
      inbox: count("inbox"),
      deadLetters: count("letters"),
    };
  });
}
