/**
 * Tickets: single use, each use makes the next of its chain. They are the proof that one draw was
 * made and not several. Guards against a draw repeated with a used ticket (422).
 *
 * Source: api.random.org/json-rpc/4/signed: createTickets, listTickets, getTicket, revealTickets.
 */
import { randomHex } from "../random.ts";
import type { World } from "../world.ts";
import { timeText } from "./api_keys.ts";
import { RpcError } from "./rpc_error.ts";

/** One ticket. */
export interface TicketRow {
  readonly ticket_id: string;
  readonly api_key: string;
  readonly show_result: number;
  readonly created_at: number;
  readonly expires_at: number;
  readonly used_at: number | null;
  readonly serial: number | null;
  readonly previous_id: string | null;
  readonly next_id: string | null;
}

/** What a signed answer says about its ticket. */
export interface TicketData {
  readonly ticketId: string;
  readonly previousTicketId: string | null;
  readonly nextTicketId: string;
}

const LIFE_MS = 30 * 24 * 60 * 60 * 1000;
const MAX_LIST = 2000;
const COLUMNS = `ticket_id, api_key, show_result, created_at, expires_at, used_at, serial,
  previous_id, next_id`;
const TYPES: Readonly<Record<string, string>> = {
  singleton: "previous_id is null and next_id is null",
  head: "previous_id is null and next_id is not null",
  tail: "previous_id is not null and next_id is null",
};

/** Makes a ticket, alone or as the next of a chain. */
export function createTicket(
  { store, clock, random }: World,
  { apiKey, showResult, previousId }: {
    readonly apiKey: string;
    readonly showResult: boolean;
    readonly previousId?: string;
  },
): TicketRow {
  const ticket: TicketRow = {
    ticket_id: randomHex(random, 8),
    api_key: apiKey,
    show_result: showResult ? 1 : 0,
    created_at: clock.nowMs(),
    expires_at: clock.nowMs() + LIFE_MS,
    used_at: null,
    serial: null,
    previous_id: previousId ?? null,
    next_id: null,
  };
  store.run(
    `insert into random_tickets (ticket_id, api_key, show_result, created_at, expires_at,
     previous_id) values (?, ?, ?, ?, ?, ?)`,
    ticket.ticket_id,
    ticket.api_key,
    ticket.show_result,
    ticket.created_at,
    ticket.expires_at,
    ticket.previous_id,
  );
  return ticket;
}

/**
 * Finds a ticket of any key.
 *
 * @throws {RpcError} 420 when there is no such ticket, or it expired unused.
 */
export function findTicket({ store, clock }: World, ticketId: string): TicketRow {
  const ticket = store.one<TicketRow>(
    `select ${COLUMNS} from random_tickets where ticket_id = ?`,
    ticketId,
  );
  const isGone = ticket === undefined ||
    (ticket.used_at === null && ticket.expires_at < clock.nowMs());
  if (isGone) throw new RpcError(420, "The ticket you specified does not exist", [ticketId]);
  return ticket;
}

/**
 * Finds a ticket that this key may still use.
 *
 * @throws {RpcError} 420, 421 (another key's), 422 (used).
 */
export function usableTicket(world: World, apiKey: string, ticketId: string): TicketRow {
  const ticket = ownTicket(world, apiKey, ticketId);
  if (ticket.used_at !== null) {
    throw new RpcError(422, "The ticket you specified has already been used", [ticketId]);
  }
  return ticket;
}

/** Uses a ticket up and makes the next. */
export function useTicket(world: World, ticket: TicketRow, serial: number): TicketData {
  const next = createTicket(world, {
    apiKey: ticket.api_key,
    showResult: ticket.show_result === 1,
    previousId: ticket.ticket_id,
  });
  world.store.run(
    "update random_tickets set used_at = ?, serial = ?, next_id = ? where ticket_id = ?",
    world.clock.nowMs(),
    serial,
    next.ticket_id,
    ticket.ticket_id,
  );
  return {
    ticketId: ticket.ticket_id,
    previousTicketId: ticket.previous_id,
    nextTicketId: next.ticket_id,
  };
}

/**
 * Lists a key's tickets by their place in a chain.
 *
 * @throws {RpcError} 200 when the type is none of singleton, head, tail.
 */
export function listTickets({ store }: World, apiKey: string, type: string): TicketRow[] {
  const condition = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (condition === undefined) {
    throw new RpcError(200, "Parameter 'ticketType' is malformed", ["ticketType"]);
  }
  return store.all<TicketRow>(
    `select ${COLUMNS} from random_tickets where api_key = ? and ${condition}
     order by rowid limit ${MAX_LIST}`,
    apiKey,
  );
}

/** Shows the results of a used ticket and of all before it. @returns How many tickets that are. */
export function revealTickets(world: World, apiKey: string, ticketId: string): number {
  let ticket: TicketRow | undefined = ownTicket(world, apiKey, ticketId);
  if (ticket.used_at === null) {
    throw new RpcError(426, "The ticket you specified has not yet been used", [ticketId]);
  }
  let count = 0;
  while (ticket !== undefined) {
    count++;
    world.store.run(
      "update random_tickets set show_result = 1 where ticket_id = ?",
      ticket.ticket_id,
    );
    ticket = ticket.previous_id === null ? undefined : findTicket(world, ticket.previous_id);
  }
  return count;
}

/** As createTickets answers. */
export function newTicketView(ticket: TicketRow): Record<string, unknown> {
  return {
    ticketId: ticket.ticket_id,
    creationTime: timeText(ticket.created_at),
    previousTicketId: ticket.previous_id,
    nextTicketId: ticket.next_id,
  };
}

/** As getTicket and listTickets answer, without the result. */
export function ticketView(ticket: TicketRow, hashedApiKey: string): Record<string, unknown> {
  return {
    ticketId: ticket.ticket_id,
    hashedApiKey,
    showResult: ticket.show_result === 1,
    creationTime: timeText(ticket.created_at),
    usedTime: ticket.used_at === null ? null : timeText(ticket.used_at),
    serialNumber: ticket.serial,
    expirationTime: timeText(ticket.expires_at),
    previousTicketId: ticket.previous_id,
    nextTicketId: ticket.next_id,
  };
}

function ownTicket(world: World, apiKey: string, ticketId: string): TicketRow {
  const ticket = findTicket(world, ticketId);
  if (ticket.api_key !== apiKey) {
    throw new RpcError(421, "The ticket you specified belongs to another API key", [ticketId]);
  }
  return ticket;
}
