/**
 * The actor of one row, in memory for one batch: how it is loaded, and the keys of what it makes.
 */
import type { AnyStateMachine, EventObject } from "xstate";
import { childAddress, idOf } from "./address.ts";
import type { ActorDefinition } from "./define_actor.ts";
import { isMachine, resolveLogic } from "./logic.ts";
import type { Source } from "./outbox.ts";
import type { ActorReference, ToReference } from "./reference.ts";
import { type View, viewOf } from "./view.ts";
import { type ActorState, restoreSnapshot, SnapshotError, type StoredChild } from "./snapshot.ts";

/** A row of a tree as it is stored. */
export interface StoredActor {
  readonly id: bigint;
  readonly address: string;
  readonly revision: bigint;
  readonly snapshot: string;
}

export interface Member {
  readonly address: string;
  readonly childId: string;
  readonly parent: Member | undefined;
  readonly machine: AnyStateMachine;
  readonly self: ActorReference;
  readonly systemId: string | undefined;
  /** Its parent wants its snapshots as events. */
  readonly isSynced: boolean;
  /**
   * The steps that spawned it and its parents. A later child of the same name begins again at
   * revision 1; without its birth the keys of its effects would be those of the earlier one, and a
   * provider would take a new payment for a repeat.
   */
  readonly births: string;
  /** Undefined until the row is written. */
  readonly rowId: bigint | undefined;
  readonly storedRevision: number;
  revision: number;
  state: ActorState;
  isRemoved: boolean;
  /** Its parent has stopped it in the middle of its own step: nothing reaches it any more. */
  isStopping?: boolean;
  readonly mailbox: { event: EventObject; source: Source | undefined; isThrown: boolean }[];
  isBusy: boolean;
  /** Counts what is made in one revision, for stable ids. */
  made: number;
}

/**
 * The actors of the stored rows by their addresses, parents before their children.
 * @throws {SnapshotError} When one cannot be restored.
 */
export function loadMembers(
  rows: readonly StoredActor[],
  { root, definition, toReference }: {
    root: string;
    definition: ActorDefinition;
    toReference: ToReference;
  },
): Map<string, Member> {
  const members = new Map<string, Member>();
  const byDepth = rows.length === 1
    ? rows
    : rows.toSorted((a, b) =>
      a.address.length - b.address.length || (a.address < b.address ? -1 : 1)
    );
  for (const row of byDepth) {
    const parent = members.get(row.address.slice(0, row.address.lastIndexOf("/")));
    if (parent === undefined && row.address !== root) continue;
    const childId = idOf(row.address);
    const stored = parent?.state.children[childId];
    // A row whose parent has forgotten it is the rest of an orphan.
    if (parent !== undefined && stored?.kind !== "machine") continue;
    const machine = parent === undefined
      ? definition.machine
      : childMachine(parent.machine, stored as StoredChild);
    const self = toReference(row.address);
    const revision = Number(row.revision);
    const { version, childMigrations } = definition;
    const migrations = parent === undefined
      ? definition.migrations
      : childMigrations[machine.id] ?? {};
    const state = restoreSnapshot(
      row.snapshot,
      { machine, version, migrations },
      {
        byAddress: toReference,
        child: (id) => toReference(childAddress(row.address, id)),
      },
    );
    members.set(row.address, {
      address: row.address,
      childId,
      parent,
      machine,
      self,
      systemId: stored?.systemId,
      isSynced: stored?.isSynced === true,
      births: birthsOf(parent, stored?.birth),
      rowId: row.id,
      storedRevision: revision,
      revision,
      state,
      isRemoved: false,
      mailbox: [],
      isBusy: false,
      made: 0,
    });
  }
  return members;
}

/** The living members that have a system id, by it. */
export function systemIdsOf(members: Iterable<Member>): Map<string, ActorReference> {
  const named = new Map<string, ActorReference>();
  for (const { systemId, self, isRemoved, isStopping, state } of members) {
    const isLiving = !isRemoved && isStopping !== true && state.snapshot.status === "active";
    if (systemId !== undefined && isLiving) named.set(systemId, self);
  }
  return named;
}

/** @param birth The stamp of the parent's step that spawns it; undefined for a root. */
export function birthsOf(parent: Member | undefined, birth: string | undefined): string {
  return parent === undefined ? "" : `${parent.births}${birth ?? ""}/`;
}

/** A key that is the same in every repeat of the step, and of no other step. */
export function nextKey(member: Member): string {
  return `${member.address}#${member.births}${nextStamp(member)}`;
}

/** The step that made a key. */
export function revisionOfKey(key: string): number {
  return Number.parseInt(key.slice(Math.max(key.lastIndexOf("#"), key.lastIndexOf("/")) + 1), 10);
}

/** A stamp that the member gives once only. */
export function nextStamp(member: Member): string {
  return `${member.revision}.${member.made++}`;
}

function childMachine(parent: AnyStateMachine, child: StoredChild): AnyStateMachine {
  const logic = resolveLogic(parent, child.source);
  if (isMachine(logic)) return logic;
  throw new SnapshotError(
    `Machine "${parent.id}" has no child machine "${child.source}" any more`,
  );
}

export function viewOfMember({ address, revision, state: { snapshot } }: Member): View {
  return viewOf({ address, revision, snapshot });
}
