/**
 * What the edge needs of the durable runtime. The runtime satisfies it structurally; nothing here
 * imports it, so that the edge is tested with a fake of thirty lines.
 */

/** What may be read of an actor. */
export interface View {
  value: unknown;
  context: unknown;
  status: string;
  output: unknown;
  tags: readonly string[];
  revision: number;
}

/** The answer to a sent event, given after the commit. */
export interface Receipt {
  /** `duplicate`: the key was seen before, and nothing was changed now. */
  status: "accepted" | "duplicate" | "refused";
  /** Stable word for why it was refused. */
  reason?: string | undefined;
  /** Absent when there is no such actor. */
  view?: View | undefined;
}

/** An event as it goes through the door. */
export interface OutsideEvent {
  type: string;
}

/** The durable runtime, as far as the edge uses it. */
export interface RuntimePort {
  /**
   * Resolves after the commit.
   * @throws {UnavailableError} When it could not be committed now, for example without a database.
   */
  send(
    address: string,
    event: OutsideEvent,
    options?: { key?: string; create?: unknown },
  ): Promise<Receipt>;
  /** Idempotent: a second create changes nothing. */
  create(address: string, input: unknown, options?: { key?: string }): Promise<unknown>;
  /** Never queues behind writes. */
  read(address: string): Promise<View | undefined>;
}
