/** What waits for an actor in the memory of a node, and what becomes of it. */
import type { EventObject } from "xstate";
import type { View } from "./view.ts";

/** What `send` and `create` answer after the commit. */
export interface Receipt {
  /** `duplicate`: the key was used before and the event was accepted then. */
  readonly status: "accepted" | "duplicate" | "refused";
  /** Why it was refused, in words. */
  readonly reason?: string;
  /** The actor after the commit; undefined when there is none, or none that can be read here. */
  readonly view: View | undefined;
}

/** What somebody outside asks of an actor. */
export type Request =
  /** An event; with `create` the actor is made first when there is none. */
  | {
    readonly type: "event";
    readonly address: string;
    readonly event: EventObject;
    readonly key?: string | undefined;
    readonly create?: { readonly input: unknown } | undefined;
  }
  | {
    readonly type: "create";
    readonly address: string;
    readonly input: unknown;
    readonly key?: string | undefined;
  };

/** What an effect has come to. */
export interface Answer {
  readonly childId: string;
  readonly effectKey: string;
  readonly outcome: { readonly output: unknown } | { readonly error: unknown };
}

export type Message =
  | Request & { readonly caller: Caller }
  | Answer & { readonly type: "answer"; readonly address: string; readonly fence: number }
  /** A timer of the tree is due. */
  | { readonly type: "wake"; readonly address: string }
  /** Messages wait in the inbox of the tree. */
  | { readonly type: "drain"; readonly address: string };

export interface Caller {
  resolve(receipt: Receipt): void;
  reject(error: unknown): void;
}
