/**
 * What an operator may see and mend of stored actors: find them, look at one and its past, give a
 * dead letter another try or drop it, learn who is stuck and why, and try this code on everything
 * that is stored before it is deployed.
 *
 * All results can go through JSON as they are. Times are epoch milliseconds. What would have to go
 * through everything stored does a bounded part of it a call and says where to go on (`next`).
 */
import type { Database } from "../../db/connection.ts";
import type { ActorDefinition } from "../define_actor.ts";
import type { Log } from "../log.ts";

export interface OperatorOptions {
  readonly database: Database;
  /** The kinds that are known; nothing of their effects is called. */
  readonly actors: readonly ActorDefinition[];
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
  /** Told of each redrive and drop. @default {logToStderr} */
  readonly log?: Log;
  /** What steps have posted to the host's books. @default nothing */
  readonly postingsOf?: (steps: readonly StepId[]) => Promise<readonly Posting[]>;
}

export interface Operator {
  /** Roots by the number of their row, with what is on its way for them. */
  list(query?: ListQuery): Promise<ActorPage>;
  /**
   * One actor with its child machines and everything that waits for it; undefined when there is none.
   * @throws {TypeError} When the address cannot be one.
   */
  show(address: string, query?: ShowQuery): Promise<ActorDetail | undefined>;
  /** What was set aside, the oldest first. */
  deadLetters(query?: LetterQuery): Promise<LetterPage>;
  /** Puts one dead letter back where it failed, before all that waits for its actor. */
  redrive(id: number): Promise<Mended>;
  /** What became of a letter after its redrive, given what `redrive` returned. */
  redriveOutcome(redriven: MendedLetter): Promise<RedriveOutcome>;
  /** Deletes one dead letter. A key that it used stays used. */
  drop(id: number): Promise<Mended>;
  /** Who does not go on by himself, and why. */
  stuck(query?: PartQuery): Promise<StuckPage>;
  /** Tries this code on what is stored and writes nothing. */
  check(query?: CheckQuery): Promise<CheckPart>;
  /** What is stored as it is, page by page: what `createCheck` of other code wants. */
  stored(query: StoredQuery): Promise<StoredPage>;
}

// ── list ──────────────────────────────────────────────────────────────────────────────────────────

/** Part of the whole: at most `maxScanned` rows are looked at in one call. */
export interface PartQuery {
  /** `next` of the part before. */
  readonly after?: number;
  /** @default {5_000} */
  readonly maxScanned?: number;
}

export interface ListQuery extends PartQuery {
  readonly kind?: string;
  /** A state value as XState's `matches` takes it: `"a.b"` or `{ a: "b" }`. */
  readonly state?: string | Readonly<Record<string, unknown>>;
  readonly tag?: string;
  /** 1 to 1,000. @default {100} */
  readonly limit?: number;
}

export interface ActorPage {
  readonly actors: readonly ActorSummary[];
  /** Where to go on: `after` of the next call; null at the end. */
  readonly next: number | null;
}

export type Status = "active" | "done" | "error" | "stopped";

export interface ActorSummary {
  readonly address: string;
  readonly kind: string;
  /** State value; null when the snapshot cannot be read. */
  readonly value: unknown;
  readonly status: Status | "unreadable";
  /** Why the snapshot cannot be read by this code, or null. */
  readonly problem: string | null;
  readonly tags: readonly string[];
  readonly revision: number;
  readonly isHeld: boolean;
  /** Of the whole tree, as the counts that follow. */
  readonly children: number;
  readonly timers: number;
  readonly earliestTimerMs: number | null;
  readonly effects: number;
  readonly inbox: number;
  readonly deadLetters: number;
}

// ── show ──────────────────────────────────────────────────────────────────────────────────────────

export interface ShowQuery {
  readonly history?: HistoryQuery;
}

export interface HistoryQuery {
  /** Newest entries, 1 to 1,000. @default {100} */
  readonly limit?: number;
  /** Only entries with smaller ids. */
  readonly before?: number;
}

export interface ActorDetail extends ActorSummary {
  /** The actor itself first, then its child machines; empty when the tree cannot be read. */
  readonly members: readonly MemberDetail[];
  /** In the order in which they were asked for. */
  readonly pendingEffects: readonly EffectDetail[];
  readonly pendingMessages: readonly MessageDetail[];
  readonly letters: readonly DeadLetter[];
  /** Oldest first; only when asked for. */
  readonly history?: readonly HistoryEntry[];
}

export interface MemberDetail {
  readonly address: string;
  readonly machine: string;
  readonly value: unknown;
  readonly status: Status;
  readonly tags: readonly string[];
  readonly revision: number;
  readonly context: unknown;
  readonly output: unknown;
  readonly error: unknown;
  readonly timers: readonly TimerDetail[];
}

export interface TimerDetail {
  readonly sendId: string;
  readonly dueMs: number;
  readonly event: EventJson;
  /** Null: to the actor itself. */
  readonly to: string | null;
}

export interface EffectDetail {
  readonly key: string;
  readonly address: string;
  readonly name: string;
  readonly input: unknown;
  /** The invoke that waits for the answer; null for an action. */
  readonly childId: string | null;
  readonly lane: string | null;
  readonly owner: string | null;
  readonly attempt: number;
  readonly runAtMs: number;
  readonly isUncertain: boolean;
  readonly lastError: string | null;
}

export interface MessageDetail {
  readonly id: number;
  readonly address: string;
  readonly kind: string;
  readonly event: EventJson;
  readonly source: string | null;
  readonly key: string | null;
  readonly atMs: number;
}

export type EventJson = { readonly type: string; readonly [field: string]: unknown };

/** One line of the log: a step, or an event that was refused. */
export interface HistoryEntry extends StepSource {
  readonly id: number;
  readonly address: string;
  /** Made by this step; null when the event was refused. */
  readonly revision: number | null;
  readonly atMs: number;
  readonly event: EventJson;
  readonly key: string | null;
  /** State value after the step; null when it was refused, or logged before states were kept. */
  readonly state: unknown;
  readonly status: Status;
  readonly refusal: string | null;
  readonly postings: readonly Posting[];
}

/** Who sent an event. */
export interface StepSource {
  /** An address, "timer", "effect" or "operator"; null for the outside. */
  readonly source: string | null;
  /** The sender's step. */
  readonly sourceRevision: number | null;
}

/** A step that may have posted something. */
export interface StepId {
  readonly address: string;
  readonly revision: number;
}

/** A transfer of the host's books, with the step that caused it. */
export interface Posting extends StepId {
  readonly key: string;
  readonly type: string;
  /** Whether money moved or is only held. */
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  /** Digits, in the smallest unit. */
  readonly minor: string;
  readonly currency: string;
}

// ── dead letters ──────────────────────────────────────────────────────────────────────────────────

export interface LetterQuery {
  /** Only those of this actor and its child machines. */
  readonly address?: string;
  readonly after?: number;
  /** 1 to 1,000. @default {100} */
  readonly limit?: number;
}

export interface LetterPage {
  readonly letters: readonly DeadLetter[];
  readonly next: number | null;
}

export interface DeadLetter extends StepSource {
  readonly id: number;
  readonly address: string;
  readonly kind: "event" | "create" | "answer" | "timer" | "effect";
  readonly event: EventJson;
  readonly key: string | null;
  readonly error: string;
  readonly atMs: number;
}

export interface MendedLetter {
  readonly status: "redriven" | "dropped";
  readonly letter: DeadLetter;
  /** To whom its message goes: the actor that it was kept for, or the one that its timer sends to. */
  readonly receiver: string;
  /** The last number that any letter had got by then: what fails again gets a later one. */
  readonly lastId: number;
  /** Its actor was held for it and goes on now. */
  readonly isFreed: boolean;
  /** Letters that its actor is still held for. */
  readonly heldFor: number;
}

export type Mended =
  | MendedLetter
  /** It is there no more: somebody redrove or dropped it. */
  | { readonly status: "already" }
  | { readonly status: "notFound" }
  /** It cannot be redriven; it stays. */
  | { readonly status: "refused"; readonly reason: string };

export type RedriveOutcome =
  /** Nobody has taken it yet. */
  | { readonly status: "waiting" }
  | { readonly status: "taken" }
  /** It was taken, and the actor does not accept it. */
  | { readonly status: "refused"; readonly reason: string }
  /** It is a dead letter again. */
  | { readonly status: "failed"; readonly letter: DeadLetter };

// ── stuck ─────────────────────────────────────────────────────────────────────────────────────────

export interface StuckPage {
  readonly stuck: readonly Stuck[];
  /** Roots that were looked at. */
  readonly scanned: number;
  readonly next: number | null;
}

export interface Stuck {
  readonly address: string;
  /**
   * `idle`: it waits for an event and nothing is on its way. The others: what does not go on.
   */
  readonly trouble: "idle" | "held" | "unreadable" | "timer" | "effect" | "inbox";
  readonly reason: string;
}

// ── check ─────────────────────────────────────────────────────────────────────────────────────────

export type CheckSubject = "actor" | "effect" | "message";

export interface CheckQuery {
  /** `next` of the part before. */
  readonly after?: string;
  /** @default {5_000} */
  readonly maxScanned?: number;
}

export interface CheckPart {
  readonly failures: readonly CheckFailure[];
  /** What was looked at in this part. */
  readonly counts: readonly CheckCount[];
  readonly next: string | null;
}

export interface CheckFailure {
  readonly address: string;
  readonly subject: CheckSubject;
  /** As it is stored; null where there is none. */
  readonly storedVersion: number | null;
  /** This code's; null for a kind that it does not know. */
  readonly codeVersion: number | null;
  readonly error: string;
}

export interface CheckCount {
  readonly kind: string;
  readonly subject: CheckSubject;
  readonly storedVersion: number | null;
  readonly codeVersion: number | null;
  readonly checked: number;
  readonly failing: number;
}

export interface StoredQuery {
  readonly subject: CheckSubject;
  /** Number of a root or a message, or key of an effect. */
  readonly after: string;
  /** Roots, effects or messages; 1 to 1,000. */
  readonly limit: number;
}

/** Rows of one subject; the others are empty. */
export interface StoredPage {
  /** Roots with their child machines. */
  readonly actors: readonly {
    readonly id: number;
    readonly address: string;
    readonly root_id: number | null;
    readonly revision: number;
    readonly snapshot: string;
    readonly is_held: boolean;
  }[];
  readonly effects: readonly {
    readonly key: string;
    readonly address: string;
    readonly name: string;
    readonly machine: string | null;
  }[];
  readonly messages: readonly { readonly id: string; readonly address: string }[];
}
