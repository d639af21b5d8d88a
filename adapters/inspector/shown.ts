/** What the page is given, as JSON. All data in it is sanitised; times are epoch milliseconds. */
import type {
  ActorSummary,
  DeadLetter,
  EffectDetail,
  MemberDetail,
  MessageDetail,
} from "../../actors/operator/operator.ts";
import type { CausedTransfer } from "../../db/inspection.ts";
import type { ReplayedState } from "./replay.ts";

/** What there is to find. */
export interface KindInfo {
  readonly kind: string;
  /** The root's machine first. */
  readonly machines: readonly string[];
  /** Of the root's machine, with dots between the levels. */
  readonly states: readonly string[];
  readonly tags: readonly string[];
}

type FromOperator =
  | "address"
  | "kind"
  | "status"
  | "tags"
  | "revision"
  | "isHeld"
  | "timers"
  | "effects"
  | "inbox"
  | "deadLetters"
  | "children";

export interface ShownActor extends Pick<ActorSummary, FromOperator> {
  /** In one line; of an unreadable one the reason. */
  readonly state: string;
}

export interface FoundPage {
  readonly actors: readonly ShownActor[];
  /** Where to go on; null at the end. */
  readonly next: number | null;
}

/** A tree as it is now. */
export interface ShownTree extends ShownActor {
  readonly problem: string | null;
  readonly members: readonly (MemberDetail & { readonly state: string })[];
  readonly pendingEffects: readonly EffectDetail[];
  readonly pendingMessages: readonly (Omit<MessageDetail, "event"> & { event: unknown })[];
  readonly letters: readonly (Omit<DeadLetter, "event"> & { event: unknown })[];
}

/** A line of the log: a step, or a refused event. */
export interface ShownLine {
  readonly id: number;
  readonly address: string;
  /** Null when it was refused. */
  readonly revision: number | null;
  /** The event's. */
  readonly type: string;
  readonly event: unknown;
  /** An address, "timer", "effect", "operator"; null for the outside. */
  readonly source: string | null;
  readonly sourceRevision: number | null;
  /** State value after the step; null when it was refused or not kept. */
  readonly value: unknown;
  /** The same in one line. */
  readonly state: string | null;
  readonly status: string;
  readonly refusal: string | null;
  readonly atMs: number;
}

export interface ShownTransfer
  extends Omit<CausedTransfer, "id" | "minor" | "decimals" | "causeRevision"> {
  readonly id: string;
  /** With its point: the page needs no arithmetic. */
  readonly amount: string;
  readonly causeRevision: number | null;
}

export interface HistoryPage {
  /** Oldest first. */
  readonly lines: readonly (ShownLine & { readonly postings: readonly ShownTransfer[] })[];
  readonly hasOlder: boolean;
}

/** A step from all sides. */
export interface ShownStep extends ShownLine {
  /** The id of the actor's machine; null when it is not known any more. */
  readonly machine: string | null;
  /** Why the step could not be replayed, so that only what was stored is shown; or null. */
  readonly problem: string | null;
  /** Null for a creation, and when it could not be replayed. */
  readonly before: ReplayedState | null;
  readonly after: ReplayedState | null;
  /** Of the picture, those that were taken. */
  readonly transitions: readonly string[];
  readonly asked: readonly Readonly<Record<string, unknown>>[];
  readonly postings: readonly ShownTransfer[];
  /** What it caused in other actors, within `causedWithinMs`. */
  readonly caused: readonly ShownLine[];
  readonly causedWithinMs: number;
}

/** All that followed from one beginning, in the order of the log. */
export interface ShownChain {
  readonly lines: readonly (ShownLine & {
    /** Work outside that the step asked for. */
    readonly asked: readonly Readonly<Record<string, unknown>>[];
  })[];
  /** Whether nothing was left out. */
  readonly isWhole: boolean;
}
