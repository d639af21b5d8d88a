/**
 * Tries this code on what is stored: every snapshot is migrated and restored as a step would, every
 * timer has to lead somewhere, every pending effect and message has to mean something. Reads only
 * what schemas of all versions have, and writes nothing.
 */
import { pageEffectNames, pageMessages, pageTrees, type TreeRow } from "../../db/operations.ts";
import { kindOf, rootOf } from "../address.ts";
import { workOf } from "../effect_runner.ts";
import type { Tree } from "../tree.ts";
import { PAGE } from "./list_actors.ts";
import { type OperatorHost, takeScanned, UsageError } from "./operator_host.ts";
import type { CheckCount, CheckFailure, CheckPart, CheckQuery } from "./operator_types.ts";
import { restoreTree, timersOf, treesOf } from "./stored_tree.ts";

type Subject = CheckFailure["subject"];

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

const FIRST_MESSAGE = String(-(2n ** 63n));
const SUBJECTS: readonly {
  readonly subject: Subject;
  readonly first: string;
  readonly check: (host: OperatorHost, after: string, limit: number) => Promise<Page>;
}[] = [
  { subject: "actor", first: "0", check: checkActors },
  { subject: "effect", first: "", check: checkEffects },
  { subject: "message", first: FIRST_MESSAGE, check: checkMessages },
];

/** @throws {UsageError} When `after` is not where another part has ended. */
export async function checkStored(host: OperatorHost, query: CheckQuery): Promise<CheckPart> {
  const maxScanned = takeScanned(query.maxScanned);
  const { subject, first, check } = subjectOf(query.after);
  let after: string | undefined = query.after === undefined
    ? first
    : query.after.slice(subject.length + 1);
  const checked: Checked[] = [];
  while (after !== undefined && checked.length < maxScanned) {
    const page = await check(host, after, Math.min(PAGE, maxScanned - checked.length));
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

function subjectOf(after: string = "actor:0") {
  const found = SUBJECTS.find(({ subject }) => after.startsWith(`${subject}:`));
  const position = after.slice((found?.subject.length ?? 0) + 1);
  if (found !== undefined && (found.subject === "effect" || /^-?\d+$/.test(position))) return found;
  throw new UsageError(`Cannot go on after ${JSON.stringify(after)}: it is no end of another part`);
}

async function checkActors(host: OperatorHost, after: string, limit: number): Promise<Page> {
  const trees = treesOf(await pageTrees(host.database, { after: Number(after), limit }));
  return {
    checked: trees.map(({ root, rows }) => {
      const { tree, problem } = restoreTree({ root: root.address, rows }, host);
      return {
        address: root.address,
        storedVersion: versionOf(root),
        problem: tree === undefined ? problem : timerProblem(host, tree),
      };
    }),
    next: trees.length < limit ? undefined : String(trees.at(-1)?.root.id),
  };
}

/** A timer of a state that no state takes any more, or for a kind that is not known. */
function timerProblem({ definitions }: OperatorHost, tree: Tree): string | undefined {
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

async function checkEffects(host: OperatorHost, after: string, limit: number): Promise<Page> {
  const { database, definitions } = host;
  const rows = await pageEffectNames(database, { after, limit });
  return {
    checked: rows.map(({ address, name, machine }) => {
      const definition = definitions.get(kindOf(address));
      const isKnown = definition !== undefined &&
        workOf(definition, { name, machine }) !== undefined;
      const problem = isKnown ? undefined : `Its effect "${name}" is not known to this code`;
      return { address, storedVersion: null, problem };
    }),
    next: rows.length < limit ? undefined : rows.at(-1)?.key,
  };
}

async function checkMessages(host: OperatorHost, after: string, limit: number): Promise<Page> {
  const { database, definitions } = host;
  const rows = await pageMessages(database, { after: BigInt(after), limit });
  return {
    checked: rows.map(({ address }) => ({
      address,
      storedVersion: null,
      problem: definitions.has(kindOf(address))
        ? undefined
        : `A message waits for ${rootOf(address)}, a kind that this code does not know`,
    })),
    next: rows.length < limit ? undefined : String(rows.at(-1)?.id),
  };
}

function versionOf({ snapshot }: TreeRow): number | null {
  try {
    const { version } = JSON.parse(snapshot) as { version?: unknown };
    return typeof version === "number" ? version : null;
  } catch {
    // What is no JSON has no version; why it cannot be read is reported as its failure.
    return null;
  }
}

function countsOf(
  { definitions }: OperatorHost,
  subject: Subject,
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
