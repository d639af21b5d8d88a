/**
 * Which actors several nodes step at once, and which node keeps them. Any node may step any actor, but
 * two that take turns at one wait for each other's locks; so the one that holds the actor's lease goes
 * on, and the others hand their messages over to it.
 *
 * The lease is a hint, not a fence: with a wrong one messages only take longer.
 */
import { claimLease } from "../db/nodes.ts";
import type { Database } from "../db/connection.ts";
import type { Log } from "./log.ts";

/** A step of another node so shortly after one of ours is a collision. */
const COLLISION_MS = 50;
/** So many in a row make an actor hot. */
const COLLISIONS = 3;
/** How long the holder keeps it without asking again. */
const LEASE_SECONDS = 2;
const ASK_AGAIN_MS = 1_000;
/** Actors remembered. */
const REMEMBERED = 2_000;

interface Stepped {
  /** To which revision this node brought it. */
  readonly revision: number;
  /** By `performance.now()`, as all times here. */
  readonly atMs: number;
  readonly collisions: number;
}

interface Holder {
  nodeId: string;
  askAgainAtMs: number;
  isAsking: boolean;
}

export class HotActors {
  readonly #options: { database: Database; nodeId: string; log: Log };
  readonly #stepped = new Map<string, Stepped>();
  readonly #holders = new Map<string, Holder>();

  constructor(options: { database: Database; nodeId: string; log: Log }) {
    this.#options = options;
  }

  /** The other node that this actor's messages are for, or undefined when it is anybody's. */
  holderOf(root: string): string | undefined {
    const holder = this.#holders.get(root);
    if (holder === undefined || holder.nodeId === this.#options.nodeId) return undefined;
    if (performance.now() >= holder.askAgainAtMs) this.#ask(root, holder);
    return holder.nodeId;
  }

  /**
   * This node has stepped an actor.
   * @param from The revision that it found.
   * @param isOwnLoad Whether messages of its own were among the causes.
   */
  noticeStep(
    { root, from, to, isOwnLoad }: { root: string; from: number; to: number; isOwnLoad: boolean },
  ): void {
    const nowMs = performance.now();
    const last = this.#stepped.get(root);
    const isRecent = last !== undefined && nowMs - last.atMs < COLLISION_MS;
    const collisions = isRecent ? last.collisions + (last.revision === from ? 0 : 1) : 0;
    remember(this.#stepped, root, { revision: to, atMs: nowMs, collisions });
    if (!isOwnLoad) return;
    const holder = this.#holders.get(root);
    if (holder === undefined) {
      if (collisions < COLLISIONS) return;
      // Until the answer is here, everybody goes on as before.
      this.#ask(root, { nodeId: this.#options.nodeId, askAgainAtMs: 0, isAsking: false });
    } else if (nowMs >= holder.askAgainAtMs && isRecent) this.#ask(root, holder);
  }

  #ask(root: string, holder: Holder): void {
    if (holder.isAsking) return;
    const { database, nodeId, log } = this.#options;
    remember(this.#holders, root, holder);
    holder.isAsking = true;
    claimLease(database, { name: `hot ${root}`, owner: nodeId, seconds: LEASE_SECONDS })
      .then((owner) => {
        holder.nodeId = owner;
      }, (error) => {
        log({ level: "warn", message: `Cannot ask who keeps ${root}`, error });
        holder.nodeId = nodeId;
      })
      .finally(() => {
        holder.isAsking = false;
        holder.askAgainAtMs = performance.now() + ASK_AGAIN_MS;
      });
  }
}

/** Sets an entry as the youngest, and forgets the oldest of too many. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= REMEMBERED) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
