/** What waits for an actor in the memory of a node, and what becomes of it. */
import type { EventObject } from "xstate";
import type { View } from "./view.ts";

/** What `send` and `create` answer after the commit. */
export interface Receipt {
  /** `duplicate`: the key was used before and the event was accepted then. */
  readonly status: "accepted" | "duplicate" | "refused";
  /** Why it was refused, in words. */
  readonly reason?: string;
  /** The actor after the commit; undefined when there is none. */
  readonly view: View | undefined;
}

export type Message =
  /** An event from outside; with `create` the actor is made first when there is none. */
  | {
    readonly type: "event";
    readonly address: string;
    readonly event: EventObject;
    readonly key?: string | undefined;
    readonly create?: { readonly input: unknown } | undefined;
    readonly caller: Caller;
  }
  | {
    readonly type: "create";
    readonly address: string;
    readonly input: unknown;
    readonly key?: string | undefined;
    readonly caller: Caller;
  }
  /** The answer of an effect. */
  | {
    readonly type: "answer";
    readonly address: string;
    readonly childId: string;
    readonly effectKey: string;
    readonly fence: number;
    readonly outcome: { readonly output: unknown } | { readonly error: unknown };
  }
  /** A timer of the tree is due. */
  | { readonly type: "wake"; readonly address: string }
  /** Messages wait in the inbox of the tree. */
  | { readonly type: "drain"; readonly address: string };

export interface Caller {
  resolve(receipt: Receipt): void;
  reject(error: unknown): void;
}
