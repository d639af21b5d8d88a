/**
 * The stored form of one machine: an envelope of format, machine, version and state.
 *
 * A snapshot newer than the code is refused and one that cannot be restored throws: in both cases
 * nothing is written, so rolling the code back or forward finds it as it was.
 */
import type { AnyMachineSnapshot, AnyStateMachine, EventObject, StateValue } from "xstate";
import { fromJson, toJson } from "./json.ts";
import { nodesOf } from "./logic.ts";
import type { Migration } from "./define_actor.ts";
import type { ActorReference } from "./reference.ts";

/** Version of the envelope itself. */
export const SNAPSHOT_FORMAT = 1;
/** A snapshot larger than this belongs into rows; the step that made it fails. */
export const MAX_SNAPSHOT_CHARACTERS = 1_000_000;

/** A child as its parent remembers it. */
export interface StoredChild {
  readonly source: string;
  readonly kind: "machine" | "effect" | "transactional";
  /** Tells it from its namesakes before and after it: the parent's step that spawned it. */
  readonly birth?: string;
  /** Key of the effect row that answers. */
  readonly effectKey?: string;
  readonly systemId?: string;
  readonly isSynced?: boolean;
}

/** An event due later: to the actor itself, or to the actor at `to`. */
export interface StoredTimer {
  readonly sendId: string;
  /** Epoch milliseconds. */
  readonly dueMs: number;
  readonly event: EventObject;
  readonly to?: string;
  /** Of the receiver, when it is a child: a later one of its name is not meant. */
  readonly births?: string;
  /** Tells timers that are due at once apart; 0 when absent. */
  readonly order?: number;
  /** Its id has passed to another timer: nothing cancels it. */
  readonly isLost?: boolean;
}

/** A machine in memory during a batch. */
export interface ActorState {
  readonly snapshot: AnyMachineSnapshot;
  readonly children: Readonly<Record<string, StoredChild>>;
  readonly timers: readonly StoredTimer[];
}

/** The stored snapshot cannot be used by this code; it stays as it is. */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError";
  /** Whether newer code wrote it, and will be able to read it. */
  readonly isNewer: boolean;

  constructor(message: string, { isNewer = false, ...options }: SnapshotErrorOptions = {}) {
    super(message, options);
    this.isNewer = isNewer;
  }
}

interface SnapshotErrorOptions extends ErrorOptions {
  isNewer?: boolean;
}

interface Envelope {
  format: number;
  machine: string;
  version: number;
  status: "active" | "done" | "error" | "stopped";
  // deno-lint-ignore no-explicit-any
  value: any;
  /** The ids of the active states, where the value alone does not tell them in their order. */
  nodes?: string[];
  // deno-lint-ignore no-explicit-any
  context: any;
  output?: unknown;
  error?: unknown;
  history?: Record<string, string[]>;
  children?: Record<string, StoredChild>;
  timers?: StoredTimer[];
}

/** How a stored snapshot is read: by which machine, and through which migrations. */
export interface StoredForm {
  readonly machine: AnyStateMachine;
  readonly version: number;
  /** By the version to which they lead; where one is missing the form has not changed. */
  readonly migrations?: Readonly<Record<number, Migration>>;
}

/**
 * @throws {TypeError} When the context holds what JSON cannot keep, or the snapshot is too large.
 */
export function storeSnapshot(
  { snapshot, children, timers }: ActorState,
  form: StoredForm,
): string {
  const history = Object.entries(snapshot.historyValue ?? {});
  const nodes = unusualNodes(snapshot, form.machine);
  const envelope: Envelope = {
    format: SNAPSHOT_FORMAT,
    machine: form.machine.id,
    version: form.version,
    status: snapshot.status,
    value: snapshot.value,
    ...(nodes === undefined ? {} : { nodes }),
    context: snapshot.context,
    output: snapshot.output,
    error: snapshot.error,
    ...(history.length === 0 ? {} : {
      history: Object.fromEntries(
        history.map(([id, nodes]) => [id, (nodes as { id: string }[]).map((node) => node.id)]),
      ),
    }),
    ...(Object.keys(children).length === 0 ? {} : { children }),
    ...(timers.length === 0 ? {} : { timers: [...timers] }),
  };
  const text = toJson(envelope, `the snapshot of "${form.machine.id}"`);
  if (text.length <= MAX_SNAPSHOT_CHARACTERS) return text;
  throw new TypeError(
    `Cannot keep a snapshot of ${text.length} characters, ${MAX_SNAPSHOT_CHARACTERS} are allowed: ` +
      `lists that grow belong into rows`,
  );
}

/**
 * @param toReference Makes the reference to an address, and to a child by its id.
 * @throws {SnapshotError} When the snapshot is newer than the code, is another machine's, or
 *   names a state that does not exist.
 */
export function restoreSnapshot(
  text: string,
  form: StoredForm,
  toReference: { byAddress(address: string): ActorReference; child(id: string): ActorReference },
): ActorState {
  try {
    const envelope = migrate(fromJson(text, toReference.byAddress) as Envelope, form);
    const { machine } = form;
    const historyValue = Object.fromEntries(
      Object.entries(envelope.history ?? {}).map(([id, nodeIds]) => [
        id,
        nodeIds.map((nodeId) => machine.getStateNodeById(nodeId)),
      ]),
    );
    const { status, output, error } = envelope;
    const usual = usualSnapshot(machine, envelope.value);
    const snapshot = {
      ...usual,
      context: envelope.context ?? {},
      status: usual.status === "done" ? "done" : status,
      output,
      error,
      historyValue,
      children: {},
    } as AnyMachineSnapshot;
    if (envelope.nodes !== undefined) {
      const nodes = envelope.nodes.map((id) => machine.getStateNodeById(id));
      const tags = new Set(nodes.flatMap((node) => node.tags));
      Object.assign(snapshot, { value: envelope.value, _nodes: nodes, tags });
    }
    const children = envelope.children ?? {};
    for (const id of Object.keys(children)) snapshot.children[id] = toReference.child(id);
    return { snapshot, children, timers: envelope.timers ?? [] };
  } catch (error) {
    if (error instanceof SnapshotError) throw error;
    throw new SnapshotError(
      `Cannot restore a snapshot of "${form.machine.id}": ${(error as Error).message}`,
      { cause: error },
    );
  }
}

function migrate(envelope: Envelope, { machine, version, migrations }: StoredForm): Envelope {
  if (envelope.format !== SNAPSHOT_FORMAT) {
    throw new SnapshotError(
      `Cannot restore a snapshot of "${machine.id}": format ${envelope.format} is not ` +
        `${SNAPSHOT_FORMAT}; newer code wrote it`,
      { isNewer: true },
    );
  }
  if (envelope.version > version) {
    throw new SnapshotError(
      `Cannot restore a snapshot of "${machine.id}": version ${envelope.version} is newer than ` +
        `this code's ${version}. Start the newer version`,
      { isNewer: true },
    );
  }
  if (envelope.machine !== machine.id) {
    throw new SnapshotError(
      `Cannot restore a snapshot of machine "${envelope.machine}" as "${machine.id}"`,
    );
  }
  let migrated: Pick<Envelope, "value" | "context"> | undefined;
  for (let step = envelope.version + 1; step <= version; step++) {
    const { value, context } = migrated ?? envelope;
    const migration = migrations?.[step];
    if (migration === undefined) continue;
    migrated = migration({ value, context });
    if (typeof migrated !== "object" || migrated === null || !("value" in migrated)) {
      throw new SnapshotError(
        `Cannot restore a snapshot of "${machine.id}": the migration to ${step} has to return ` +
          `{ value, context }`,
      );
    }
  }
  if (migrated === undefined) return envelope;
  const { nodes: _outdated, history = {}, ...others } = envelope;
  const { value, context } = migrated;
  return { ...others, value, context, history: existing(history, machine) };
}

/** What is remembered of states that the new machine still has; of others its defaults hold. */
function existing(
  history: Record<string, string[]>,
  machine: AnyStateMachine,
): Record<string, string[]> {
  const ids = new Set(nodesOf(machine.root).map(({ id }) => id));
  return Object.fromEntries(
    Object.entries(history).filter(([id, nodes]) => [id, ...nodes].every((each) => ids.has(each))),
  );
}

/** Of each machine the snapshots without context by their values, of which there are few. */
const usualSnapshots = new WeakMap<AnyStateMachine, Map<string, AnyMachineSnapshot>>();
/** Parallel states multiply; what is rare is resolved again. */
const MAX_USUAL_SNAPSHOTS = 1_000;

/**
 * The snapshot that a value alone describes, to be copied: its states and tags, which no step changes in
 * place.
 * @throws {Error} When the machine has no such state.
 */
function usualSnapshot(machine: AnyStateMachine, value: StateValue): AnyMachineSnapshot {
  let known = usualSnapshots.get(machine);
  if (known === undefined) usualSnapshots.set(machine, known = new Map());
  const key = JSON.stringify(value);
  let usual = known.get(key);
  if (usual === undefined) {
    usual = machine.resolveState({ value, context: {} }) as AnyMachineSnapshot;
    if (known.size >= MAX_USUAL_SNAPSHOTS) known.clear();
    known.set(key, usual);
  }
  return usual;
}

const canBeUnusual = new WeakMap<AnyStateMachine, boolean>();

/**
 * XState takes the transitions of parallel states in the order in which these were entered, and can hold
 * configurations that no value describes; a snapshot that is made from the value alone behaves otherwise.
 */
function unusualNodes(
  snapshot: AnyMachineSnapshot,
  machine: AnyStateMachine,
): string[] | undefined {
  let isPossible = canBeUnusual.get(machine);
  if (isPossible === undefined) {
    isPossible = nodesOf(machine.root).some(({ type }) =>
      type === "parallel" || type === "history"
    );
    canBeUnusual.set(machine, isPossible);
  }
  if (!isPossible) return undefined;
  const { value } = snapshot;
  const usual = usualSnapshot(machine, value);
  const active = snapshot._nodes;
  const isUsual = active.length === usual._nodes.length &&
    active.every((node, index) => node === usual._nodes[index]) &&
    JSON.stringify(value) === JSON.stringify(usual.value);
  return isUsual ? undefined : active.map(({ id }) => id);
}
