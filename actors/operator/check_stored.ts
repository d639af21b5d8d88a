/**
 * Tries this code on what is stored: every snapshot is migrated and restored as a step would, every
 * timer has to lead somewhere, every pending effect and message has to mean something. It reads only
 * what schemas of all versions have, and writes nothing.
 *
 * Reading and trying are apart, for what is stored may be in the hands of a process with other code.
 */
import type { Database } from "../../db/connection.ts";
import { pageEffectNames, pageMessages, pageTrees } from "../../db/operations.ts";
import { kindOf, rootOf } from "../address.ts";
import type { ActorDefinition } from "../define_actor.ts";
import { workOf } from "../effect_runner.ts";
import type { Tree } from "../tree.ts";
import { PAGE } from "./list_actors.ts";
import { takeLimit, takeScanned, UsageError } from "./operator_host.ts";
import type {
  CheckCount,
  CheckPart,
  CheckQuery,
  CheckSubject,
  StoredPage,
  StoredQuery,
} from "./operator_types.ts";
import { restoreTree, timersOf, treesOf } from "./stored_tree.ts";

/** The code that is tried, and where what is stored comes from. */
export interface CheckHost {
  readonly definitions: ReadonlyMap<string, ActorDefinition>;
  readonly stored: (query: StoredQuery) => Promise<StoredPage>;
}

/** What one page gives: each thing that was checked, and where the next page begins. */
interface Page {
  readonly checked: readonly Checked[];
  /** Undefined at the end. */
  readonly next: string | undefined;
}

interface Checked {
  readonly address: string;
  readonly storedVersion: number | null;
  readonly problem: string | undefined;
}

/** Where each subject begins, in the order in which they are checked. */
const SUBJECTS: readonly { readonly subject: CheckSubject; readonly first: string }[] = [
  { subject: "actor", first: "0" },
  { subject: "effect", first: "" },
  { subject: "message", first: String(-(2n ** 63n)) },
];

/** @throws {UsageError} When the query cannot be. */
export async function readStored(
  database: Database,
  { subject, after, limit: given }: StoredQuery,
): Promise<StoredPage> {
  assertPosition(subject, after);
  const limit = takeLimit(given);
  const page: StoredPage = { actors: [], effects: [], messages: [] };
  switch (subject) {
    case "actor": {
      const rows = await pageTrees(database, { after: Number(after), limit });
      const actors = rows.map((row) => ({
        ...row,
        id: Number(row.id),
        root_id: row.root_id === null ? null : Number(row.root_id),
        revision: Number(row.revision),
      }));
      return { ...page, actors };
    }
    case "effect":
      return { ...page, effects: await pageEffectNames(database, { after, limit }) };
    case "message": {
      const rows = await pageMessages(database, { after: BigInt(after), limit });
      return { ...page, messages: rows.map((row) => ({ ...row, id: String(row.id) })) };
    }
  }
}

/** @throws {UsageError} When `after` is not where another part has ended. */
export async function checkStored(host: CheckHost, query: CheckQuery): Promise<CheckPart> {
  const maxScanned = takeScanned(query.maxScanned);
  const { subject, position } = positionOf(query.after);
  let after: string | undefined = position;
  const checked: Checked[] = [];
  while (after !== undefined && checked.length < maxScanned) {
    const limit = Math.min(PAGE, maxScanned - checked.length);
    const stored = await host.stored({ subject, after, limit });
    const page = check[subject](host, stored, limit);
    checked.push(...page.checked);
    after = page.next;
  }
  const following = SUBJECTS[SUBJECTS.findIndex((each) => each.subject === subject) + 1];
  return {
    failures: checked.flatMap(({ address, storedVersion, problem }) =>
      problem === undefined ? [] : [{
        address,
        subject,
        storedVersion,
        codeVersion: host.definitions.get(kindOf(address))?.version ?? null,
        error: problem,
      }]
    ),
    counts: countsOf(host, subject, checked),
    next: after !== undefined
      ? `${subject}:${after}`
      : following === undefined
      ? null
      : `${following.subject}:${following.first}`,
  };
}

function positionOf(
  after: string = "actor:0",
): { subject: CheckSubject; position: string } {
  const found = SUBJECTS.find(({ subject }) => after.startsWith(`${subject}:`));
  if (found === undefined) throw wrongPosition(after);
  const position = after.slice(found.subject.length + 1);
  assertPosition(found.subject, position);
  return { subject: found.subject, position };
}

function assertPosition(subject: CheckSubject, position: string): void {
  const isRight = subject === "effect" ||
    (subject === "actor" ? /^\d+$/ : /^-?\d+$/).test(position);
  if (!isRight) throw wrongPosition(`${subject}:${position}`);
}

function wrongPosition(after: string): UsageError {
  return new UsageError(
    `Cannot go on after ${JSON.stringify(after)}: it is no end of another part`,
  );
}

const check: Record<CheckSubject, (host: CheckHost, stored: StoredPage, limit: number) => Page> = {
  actor: checkActors,
  effect: checkEffects,
  message: checkMessages,
};

function checkActors(host: CheckHost, { actors }: StoredPage, limit: number): Page {
  const trees = treesOf(actors.map((row) => ({
    ...row,
    id: BigInt(row.id),
    root_id: row.root_id === null ? null : BigInt(row.root_id),
    revision: BigInt(row.revision),
  })));
  return {
    checked: trees.map(({ root, rows }) => {
      const { tree, problem } = restoreTree({ root: root.address, rows }, {
        definitions: host.definitions,
        nowMs: () => 0,
      });
      return {
        address: root.address,
        storedVersion: versionOf(root.snapshot),
        problem: tree === undefined ? problem : timerProblem(host, tree),
      };
    }),
    next: trees.length < limit ? undefined : String(trees.at(-1)?.root.id),
  };
}

/** A timer of a state that no state takes any more, or for a kind that is not known. */
function timerProblem({ definitions }: CheckHost, tree: Tree): string | undefined {
  for (const { member, timer: { event, to } } of timersOf(tree.members.values())) {
    if (to !== undefined && !definitions.has(kindOf(to))) {
      return `Its timer "${event.type}" is for ${to}, a kind that this code does not know`;
    }
    const nodes = member.state.snapshot._nodes;
    if (
      to === undefined && event.type.startsWith("xstate.after.") &&
      !nodes.some((node) => node.transitions.has(event.type))
    ) {
      return `Its timer "${event.type}" means nothing in this code: no active state has this delay`;
    }
  }
  return undefined;
}

function checkEffects({ definitions }: CheckHost, { effects }: StoredPage, limit: number): Page {
  return {
    checked: effects.map(({ address, name, machine }) => {
      const definition = definitions.get(kindOf(address));
      const isKnown = definition !== undefined &&
        workOf(definition, { name, machine }) !== undefined;
      const problem = isKnown ? undefined : `Its effect "${name}" is not known to this code`;
      return { address, storedVersion: null, problem };
    }),
    next: effects.length < limit ? undefined : effects.at(-1)?.key,
  };
}

function checkMessages({ definitions }: CheckHost, { messages }: StoredPage, limit: number): Page {
  return {
    checked: messages.map(({ address }) => ({
      address,
      storedVersion: null,
      problem: definitions.has(kindOf(address))
        ? undefined
        : `A message waits for ${rootOf(address)}, a kind that this code does not know`,
    })),
    next: messages.length < limit ? undefined : messages.at(-1)?.id,
  };
}

function versionOf(snapshot: string): number | null {
  try {
    const { version } = JSON.parse(snapshot) as { version?: unknown };
    return typeof version === "number" ? version : null;
  } catch {
    // What is no JSON has no version; why it cannot be read is reported as its failure.
    return null;
  }
}

function countsOf(
  { definitions }: CheckHost,
  subject: CheckSubject,
  checked: readonly Checked[],
): CheckCount[] {
  const groups = Map.groupBy(
    checked,
    ({ address, storedVersion }) => `${kindOf(address)} ${storedVersion}`,
  );
  return [...groups.values()].map((group) => {
    const { address, storedVersion } = group[0] as Checked;
    const kind = kindOf(address);
    return {
      kind,
      subject,
      storedVersion,
      codeVersion: definitions.get(kind)?.version ?? null,
      checked: group.length,
      failing: group.filter(({ problem }) => problem !== undefined).length,
    };
  });
}
