/**
 * What the page asks for, sanitised and ready to be JSON. Actors and their state come from the
 * operator's functions, the past and the books from the log.
 */
import { kindOf, rootOf } from "../../actors/address.ts";
import type { ActorDefinition } from "../../actors/define_actor.ts";
import {
  type ActorSummary,
  type MemberDetail,
  type Operator,
  stateText,
  UsageError,
} from "../../actors/operator/operator.ts";
import type { Database } from "../../db/connection.ts";
import {
  type CausedTransfer,
  findPageStart,
  findTransfers,
  findTransfersOf,
  type LoggedStep,
  readLines,
} from "../../db/inspection.ts";
import { chartOf, type ChartState } from "./machine_chart.ts";
import type { Sanitize } from "./sanitize.ts";
import type {
  FoundPage,
  HistoryPage,
  KindInfo,
  ShownActor,
  ShownLine,
  ShownTransfer,
  ShownTree,
} from "./shown.ts";

/** What all questions stand on. */
export interface InspectionHost {
  readonly database: Database;
  readonly operator: Operator;
  /** By their kinds. */
  readonly actors: ReadonlyMap<string, ActorDefinition>;
  /** The rule for what belongs to a kind of actor. */
  readonly sanitize: (kind: string) => Sanitize;
}

export function listKinds({ actors }: InspectionHost): KindInfo[] {
  return [...actors.values()].map(({ kind, machine, machines }) => {
    const states = statesOf(chartOf(machine).root);
    return {
      kind,
      machines: [machine.id, ...[...machines.keys()].filter((id) => id !== machine.id)],
      states: states.flatMap(({ path }) => path === "" ? [] : [path]),
      tags: [...new Set(states.flatMap(({ state }) => state.tags))].sort(),
    };
  });
}

function statesOf(state: ChartState, path = ""): { path: string; state: ChartState }[] {
  const inner = state.children.filter(({ type }) => type !== "history");
  return [
    { path, state },
    ...inner.flatMap((child) => statesOf(child, path === "" ? child.key : `${path}.${child.key}`)),
  ];
}

export interface FindQuery {
  readonly kind?: string | undefined;
  readonly state?: string | undefined;
  readonly tag?: string | undefined;
  /** Part of the address, or a whole one. */
  readonly text?: string | undefined;
  /** `next` of the page before. */
  readonly before?: number | undefined;
}

/** Actors shown at once. */
const PAGE = 50;
/** With a filter, roots looked at in one part, and parts in one call. */
const PART = 500;
const PARTS = 6;

/**
 * The newest roots that fit.
 * @throws {UsageError} When the kind is not known.
 */
export async function findActors(host: InspectionHost, query: FindQuery): Promise<FoundPage> {
  const { operator, database } = host;
  const { kind, state, tag, text = "" } = query;
  if (kind !== undefined && !host.actors.has(kind)) {
    throw new UsageError(
      `There is no kind "${kind}", known are ${[...host.actors.keys()].join(", ")}`,
    );
  }
  const isFiltered = state !== undefined || tag !== undefined || text !== "";
  const size = isFiltered ? PART : PAGE;
  const found: ShownActor[] = query.before === undefined ? await exactly(host, query) : [];
  let before = query.before ?? Number.MAX_SAFE_INTEGER;
  for (let part = 0; part < PARTS && found.length < PAGE; part++) {
    const start = await findPageStart(database, { before, size, kind });
    if (start === undefined) return { actors: found, next: null };
    const page = await operator.list({
      after: start.first - 1,
      limit: start.count,
      maxScanned: start.count,
      ...(kind === undefined ? {} : { kind }),
      ...(state === undefined ? {} : { state }),
      ...(tag === undefined ? {} : { tag }),
    });
    const fitting = page.actors.toReversed().filter(({ address }) =>
      address.includes(text) && !found.some((other) => other.address === address)
    );
    found.push(...fitting.map(summaryOf));
    if (start.count < size) return { actors: found, next: null };
    before = start.first;
  }
  return { actors: found, next: before };
}

/** The actor whose address was typed in full, however old it is. */
async function exactly({ operator, actors }: InspectionHost, { text = "" }: FindQuery) {
  if (!actors.has(kindOf(text)) || text !== rootOf(text)) return [];
  const detail = await operator.show(text).catch((error) => {
    if (error instanceof UsageError) return undefined;
    throw error;
  });
  return detail === undefined ? [] : [summaryOf(detail)];
}

function summaryOf(actor: ActorSummary): ShownActor {
  const { address, kind, status, tags, revision, isHeld } = actor;
  const { timers, effects, inbox, deadLetters, children } = actor;
  return {
    address,
    kind,
    status,
    tags,
    revision,
    isHeld,
    timers,
    effects,
    inbox,
    deadLetters,
    children,
    state: actor.status === "unreadable" ? actor.problem ?? "" : stateText(actor.value),
  };
}

/** One tree as it is now; undefined when there is none. */
export async function showTree(
  host: InspectionHost,
  address: string,
): Promise<ShownTree | undefined> {
  const root = rootOf(address);
  const detail = await host.operator.show(root);
  if (detail === undefined) return undefined;
  const sanitize = host.sanitize(kindOf(root));
  return {
    ...summaryOf(detail),
    problem: detail.problem,
    members: detail.members.map((member) => shownMember(member, sanitize)),
    pendingEffects: detail.pendingEffects.map((effect) => ({
      ...effect,
      input: sanitize(effect.input),
    })),
    pendingMessages: detail.pendingMessages.map((message) => ({
      ...message,
      event: sanitize(message.event),
    })),
    letters: detail.letters.map((letter) => ({ ...letter, event: sanitize(letter.event) })),
  };
}

function shownMember(member: MemberDetail, sanitize: Sanitize): ShownTree["members"][number] {
  return {
    ...member,
    state: stateText(member.value),
    context: sanitize(member.context),
    output: sanitize(member.output),
    error: sanitize(member.error),
    timers: member.timers.map((timer) => ({
      ...timer,
      event: sanitize(timer.event) as typeof timer.event,
    })),
  };
}

/** The newest lines of one actor's log, oldest first, with what each step posted. */
export async function readHistory(
  host: InspectionHost,
  { address, before = Number.MAX_SAFE_INTEGER, limit }: {
    address: string;
    before?: number | undefined;
    limit: number;
  },
): Promise<HistoryPage> {
  const root = rootOf(address);
  const rows = await readLines(host.database, { root, address, before, limit });
  const transfers = await transfersOf(host, rows);
  const sanitize = host.sanitize(kindOf(address));
  return {
    lines: rows.map((row) => ({
      ...lineOf(row, sanitize),
      postings: transfers.filter(({ causeRevision }) => causeRevision === row.revision)
        .map(shownTransfer),
    })),
    hasOlder: rows.length === limit,
  };
}

async function transfersOf({ database }: InspectionHost, rows: readonly LoggedStep[]) {
  const steps = rows.flatMap(({ address, revision }) =>
    revision === null ? [] : [{ address, revision: Number(revision) }]
  );
  return steps.length === 0 ? [] : await findTransfersOf(database, steps);
}

/** A line of the log as the page shows it. */
export function lineOf(row: LoggedStep, sanitize: Sanitize): ShownLine {
  const event = JSON.parse(row.event) as { type?: unknown } | null;
  return {
    id: Number(row.id),
    address: row.address,
    revision: row.revision === null ? null : Number(row.revision),
    type: String(event?.type ?? "xstate.init"),
    event: sanitize(event),
    source: row.source,
    sourceRevision: row.sourceRevision === null ? null : Number(row.sourceRevision),
    value: row.state === null ? null : JSON.parse(row.state) as unknown,
    state: row.state === null ? null : stateText(JSON.parse(row.state)),
    status: row.status ?? "active",
    refusal: row.refusal,
    atMs: Number(row.atMs),
  };
}

export function shownTransfer(transfer: CausedTransfer): ShownTransfer {
  const { id, minor, decimals, causeRevision, ...rest } = transfer;
  const digits = minor.toString().padStart(decimals + 1, "0");
  const amount = decimals === 0
    ? digits
    : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return {
    ...rest,
    id: id.toString(),
    amount,
    causeRevision: causeRevision === null ? null : Number(causeRevision),
  };
}

/** Transfers by number, key, outside id, account or actor, the newest first. */
export async function findPostings(
  { database }: InspectionHost,
  text: string,
): Promise<ShownTransfer[]> {
  return (await findTransfers(database, { text, limit: PAGE })).map(shownTransfer);
}
