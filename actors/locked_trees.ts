/**
 * The trees that one transaction has locked, loaded into memory.
 *
 * A row may be locked without a tree: of a kind that only newer code knows, or with a snapshot that
 * this code cannot read. Nothing of such an actor is written.
 */
import * as actorRows from "../db/actor_rows.ts";
import type { ActorRow, LockedRow } from "../db/actor_rows.ts";
import type { Connection } from "../db/connection.ts";
import { type InboxRow, readInbox } from "../db/inbox.ts";
import { kindOf, rootOf } from "./address.ts";
import { allOf } from "./all_of.ts";
import { SnapshotError } from "./snapshot.ts";
import { StepError } from "./step_error.ts";
import { Tree, type TreeOptions } from "./tree.ts";

export interface LockedTreesOptions extends Pick<TreeOptions, "nowMs" | "sendLater"> {
  readonly definitions: ReadonlyMap<string, TreeOptions["definition"]>;
  /** Most messages read from one actor's inbox. */
  readonly inboxLimit: number;
}

interface Waits {
  readonly waits: boolean;
}

/** What a lock finds. */
export interface Found {
  readonly rows: readonly LockedRow[];
  readonly children: readonly ActorRow[];
  readonly inbox: readonly InboxRow[];
}

export class LockedTrees {
  readonly #options: LockedTreesOptions;
  readonly #rows = new Map<string, ActorRow>();
  readonly #trees = new Map<string, Tree>();
  readonly #unreadable = new Map<string, SnapshotError>();
  readonly #reserved = new Set<string>();

  constructor(options: LockedTreesOptions) {
    this.#options = options;
  }

  /** Makes rows without a state for roots that may have to be created. */
  async reserve(tx: Connection, roots: readonly string[]): Promise<void> {
    for (const root of roots) this.#reserved.add(root);
    if (roots.length > 0) await actorRows.reserveRoots(tx, roots);
  }

  /**
   * Locks roots in the order of their ids and reads, in statements of their own, what depends on the
   * lock. All are sent at once.
   * @param waits Whether to wait for locked roots, or to leave them out.
   */
  async lock(tx: Connection, roots: readonly string[], { waits }: Waits): Promise<Found> {
    const { rows, children, inbox } = this.#sendLock(tx, roots, { waits });
    const found = await allOf([rows, children, inbox]);
    return { rows: found[0], children: found[1], inbox: found[2] };
  }

  /**
   * The same, and loads the trees while the server is still reading their inboxes.
   * @throws {StepError} As `load`.
   */
  async lockAndLoad(
    tx: Connection,
    roots: readonly string[],
    { waits }: Waits,
  ): Promise<Pick<Found, "rows" | "inbox">> {
    const sent = this.#sendLock(tx, roots, { waits });
    const loaded = allOf([sent.rows, sent.children]).then(([rows, children]) => {
      this.load({ rows, children });
      return rows;
    });
    const [rows, inbox] = await allOf([loaded, sent.inbox]);
    return { rows, inbox };
  }

  #sendLock(tx: Connection, roots: readonly string[], { waits }: Waits) {
    const { definitions, inboxLimit: limitPerRoot } = this.#options;
    const withChildren = roots.filter((root) => definitions.get(kindOf(root))?.mayHaveChildren);
    return {
      rows: waits ? actorRows.lockRoots(tx, roots) : actorRows.lockFreeRoots(tx, roots),
      children: withChildren.length === 0 ? [] : actorRows.readChildren(tx, withChildren),
      inbox: readInbox(tx, { roots, limitPerRoot }),
    };
  }

  /** @throws {StepError} When a tree fails for another reason than an unreadable snapshot. */
  load({ rows, children }: Pick<Found, "rows" | "children">): void {
    const { definitions, nowMs, sendLater } = this.#options;
    const childrenOf = Map.groupBy(children, (child) => rootOf(child.address));
    for (const row of rows) {
      const root = row.address;
      this.#rows.set(root, row);
      const definition = definitions.get(kindOf(root));
      // A kind of newer code: its actors are left for the nodes that know it.
      if (definition === undefined) continue;
      const tree = new Tree({ root, definition, nowMs, sendLater });
      const stored = row.revision === 0n ? [] : [row, ...(childrenOf.get(root) ?? [])];
      try {
        tree.load(stored);
        this.#trees.set(root, tree);
      } catch (error) {
        if (!(error instanceof SnapshotError)) throw new StepError(root, error);
        // Nothing of it is written: newer or mended code will find it, and what it waits for.
        this.#unreadable.set(root, error);
      }
    }
  }

  /** The locked row of a root, whether or not its tree could be loaded. */
  row(root: string): ActorRow | undefined {
    return this.#rows.get(root);
  }

  tree(root: string): Tree | undefined {
    return this.#trees.get(root);
  }

  /** All loaded trees, in the order in which they were locked. */
  trees(): Tree[] {
    return [...this.#trees.values()];
  }

  /** Roots whose snapshot this code cannot read, and why. */
  get unreadable(): ReadonlyMap<string, SnapshotError> {
    return this.#unreadable;
  }

  /** Whether the actor is locked, readable and not held. */
  canStep(root: string): boolean {
    return this.#trees.has(root) && this.#rows.get(root)?.is_held === false;
  }

  /** Rows that were reserved for actors nobody has created after all; never one that has a state. */
  reservedInVain(): ActorRow[] {
    return [...this.#reserved].flatMap((root) => {
      const row = this.#rows.get(root);
      return row?.revision === 0n && this.#trees.get(root)?.exists !== true ? [row] : [];
    });
  }
}
