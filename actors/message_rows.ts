/**
 * What becomes of messages, as rows to write: those taken from an inbox, those put into one, those
 * refused, and those that no actor can take.
 */
import type { EventObject } from "xstate";
import type { EventInsert } from "../db/event_log.ts";
import type { DeadLetter, InboxRow } from "../db/inbox.ts";
import { rootOf } from "./address.ts";
import { toJson } from "./json.ts";
import type { Tell } from "./outbox.ts";

/** An event that an actor does not accept. */
export interface Refused {
  readonly address: string;
  readonly event: EventObject;
  readonly key?: string | undefined;
  readonly source?: string;
  readonly refusal: string;
}

export class MessageRows {
  /** Ids of inbox rows. */
  readonly taken: bigint[] = [];
  readonly queued: Omit<InboxRow, "id">[] = [];
  readonly refused: EventInsert[] = [];
  readonly deadLetters: DeadLetter[] = [];
  readonly #nowMs: number;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  /** Puts a message into the inbox of its actor. */
  queue({ from, to, event, create }: Tell): void {
    this.queued.push({
      root: rootOf(to),
      address: to,
      event: toJson(event, `event "${event.type}"`),
      create_input: create === undefined ? null : toJson(create, "the input"),
      source: from,
    });
  }

  /** @param actorId Id of the root's row. */
  refuse(actorId: bigint, { address, event, key, source, refusal }: Refused): void {
    this.refused.push({
      actorId,
      address: address === rootOf(address) ? null : address,
      revision: null,
      key: key ?? null,
      event: toJson(event, `event "${event.type}"`),
      source: source ?? null,
      refusal,
      atMs: this.#nowMs,
    });
  }

  setAside({ from, to, event }: Tell, error: string): void {
    this.deadLetters.push({
      address: to,
      event: toJson(event, `event "${event.type}"`),
      key: null,
      source: from,
      error,
      atMs: this.#nowMs,
    });
  }
}
