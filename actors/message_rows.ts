/**
 * What becomes of messages, as rows to write: those taken from an inbox, those put into one, those
 * refused, and those that no actor can take.
 */
import type { EventObject } from "xstate";
import type { EventInsert } from "../db/event_log.ts";
import type { DeadLetter, InboxMessage, InboxRow } from "../db/inbox.ts";
import { rootOf } from "./address.ts";
import { toJson } from "./json.ts";
import type { Answer, Request } from "./message.ts";
import type { Source, Tell } from "./outbox.ts";
import type { FiredTimer } from "./timers.ts";

/** An event that an actor does not accept. */
export interface Refused {
  readonly address: string;
  readonly event: EventObject;
  readonly key?: string | undefined;
  readonly source?: Source | undefined;
  readonly refusal: string;
}

export class MessageRows {
  /** Ids of inbox rows. */
  readonly taken: bigint[] = [];
  readonly queued: InboxMessage[] = [];
  readonly refused: EventInsert[] = [];
  readonly deadLetters: DeadLetter[] = [];
  readonly #nowMs: number;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  /** Puts a message into the inbox of its actor. */
  queue(tell: Tell): void {
    this.queued.push(inboxOfTell(tell, this.#nowMs));
  }

  /** @param actorId Id of the root's row. */
  refuse(actorId: bigint, { address, event, key, source, refusal }: Refused): void {
    this.refused.push({
      actorId,
      address: address === rootOf(address) ? null : address,
      revision: null,
      key: key ?? null,
      event: toJson(event, `event "${event.type}"`),
      source: source?.from ?? null,
      sourceRevision: source?.revision ?? null,
      refusal,
      state: null,
      status: null,
      atMs: this.#nowMs,
    });
  }

  setAside(tell: Tell, error: string): void {
    this.deadLetters.push(deadLetterOf(inboxOfTell(tell, this.#nowMs), error));
  }

  /** Sets aside what was taken from an inbox. */
  setAsideRow(row: InboxRow, error: string): void {
    this.deadLetters.push(letterOfRow(row, error, this.#nowMs));
  }
}

function inboxOfTell({ from, revision, to, event, create }: Tell, nowMs: number): InboxMessage {
  return {
    root: rootOf(to),
    address: to,
    kind: "event",
    event: toJson(event, `event "${event.type}"`),
    create_input: create === undefined ? null : toJson(create, "the input"),
    source: from,
    source_revision: revision ?? null,
    key: null,
    reply_to: null,
    at_ms: nowMs,
  };
}

/** A request from outside as it waits in an inbox. */
export function inboxOfRequest(
  request: Request,
  { replyTo, nowMs }: { replyTo: string | null; nowMs: number },
): InboxMessage {
  const { type, address } = request;
  const create = type === "create" ? { input: request.input } : request.create;
  return {
    root: rootOf(address),
    address,
    kind: type,
    event: type === "create" ? "null" : toJson(request.event, `event "${request.event.type}"`),
    create_input: create?.input === undefined ? null : toJson(create.input, "the input"),
    source: null,
    source_revision: null,
    key: request.key ?? null,
    reply_to: replyTo,
    at_ms: nowMs,
  };
}

/** The answer of an effect as it waits in an inbox. */
export function inboxOfAnswer(
  { address, childId, effectKey, outcome }: Answer & { address: string },
  nowMs: number,
): InboxMessage {
  return {
    root: rootOf(address),
    address,
    kind: "answer",
    event: `{"type":${JSON.stringify(`answer of ${childId}`)},` +
      `"childId":${JSON.stringify(childId)},"effectKey":${JSON.stringify(effectKey)},` +
      `"outcome":${outcomeJson(outcome)}}`,
    create_input: null,
    source: "effect",
    source_revision: null,
    key: null,
    reply_to: null,
    at_ms: nowMs,
  };
}

/** Of a field that is undefined JSON would forget the name, which says whether the work failed. */
function outcomeJson(outcome: Answer["outcome"]): string {
  return "error" in outcome
    ? `{"error":${toJson(outcome.error, "the error")}}`
    : `{"output":${toJson(outcome.output, "the output")}}`;
}

/** The letter that keeps what was taken from an inbox. */
export function letterOfRow(row: InboxRow, error: string, nowMs: number): DeadLetter {
  const { source_revision: revision } = row;
  const sourceRevision = revision === null ? null : Number(revision);
  return deadLetterOf({ ...row, source_revision: sourceRevision, at_ms: nowMs }, error);
}

/** The letter that keeps a message, with what is needed to put it back. */
export function deadLetterOf(message: InboxMessage, error: string): DeadLetter {
  const { kind, address, key, source, source_revision: sourceRevision, at_ms: atMs } = message;
  const letter = { address, key, source, sourceRevision, error, atMs };
  const { event, create_input: input } = message;
  switch (kind) {
    case "create":
      return {
        ...letter,
        kind,
        event: `{"type":"xstate.init","input":${input}}`,
        detail: `{"input":${input}}`,
      };
    case "answer": {
      const { type, outcome } = JSON.parse(event) as { type: string; outcome: object };
      return { ...letter, kind, event: JSON.stringify({ type, ...outcome }), detail: event };
    }
    case "event":
      return {
        ...letter,
        kind: source === "timer" ? "timer" : kind,
        event,
        detail: input === null ? null : `{"create":{"input":${input}}}`,
      };
  }
}

/** What the letter of a timer keeps besides its event. */
export interface TimerDetail {
  /** Another actor that the event is for. */
  readonly to?: string;
  /** Of the child that the event is for: a later one of its name is not meant. */
  readonly births?: string;
}

/** The letter that keeps the event of a timer: at its receiver, but always with the actor it is kept for. */
export function letterOfTimer(fired: FiredTimer, error: string, atMs: number): DeadLetter {
  const { address, births, timer: { event, to = address } } = fired;
  const isWithin = rootOf(to) === rootOf(address);
  const detail: TimerDetail = !isWithin ? { to } : births === "" ? {} : { births };
  return {
    kind: "timer",
    address: isWithin ? to : address,
    event: toJson(event, `event "${event.type}"`),
    key: null,
    source: "timer",
    detail: Object.keys(detail).length === 0 ? null : JSON.stringify(detail),
    error,
    atMs,
  };
}
