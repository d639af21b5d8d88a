/**
 * A typed client of the sandbox's doors: the demo and the end-to-end tests play people with it.
 * It waits by long polls, never by busy loops. Guards against tests that talk to the store behind
 * the sandbox's back, or that sleep.
 */
import { createAskDoor, type DoorClientOptions, type DoorQuery } from "./door_client.ts";
import type {
  BotCall,
  Chat,
  ChatMessage,
  Checkout,
  DeliverySettings,
  Fault,
  FaultOrder,
  NewPerson,
  PayOrder,
  Person,
  Pressed,
  PressOrder,
  SandboxUpdate,
  Sent,
  Violations,
} from "./door_types.ts";
import type { NewRoom, Room, RoomBotChange, RoomPosts, RoomView } from "./room_types.ts";
import type { AcceptedGiftTypes, Books, PersonGifts, StrangeTransaction } from "./star_types.ts";

export type * from "./door_types.ts";
export type * from "./room_types.ts";
export type * from "./star_types.ts";

/** What was waited for did not come in time. */
export class WaitTimeoutError extends Error {
  override readonly name = "WaitTimeoutError";
}

/** How the client reaches the sandbox. */
export interface PeopleOptions extends DoorClientOptions {
  /** Which bot the people talk to: token or id. Default: the first one the sandbox knows. */
  readonly bot?: string | number;
}

/** How long to wait, and from which revision of the chat on. */
export interface WaitOptions {
  /** By the system's clock. Default 10,000. */
  readonly timeoutMs?: number;
  /** Only what changed after this revision. Default 0: the whole chat. */
  readonly since?: number;
}

/** The people, their hands and eyes. Every method throws `DoorRefusedError` when refused. */
export interface People {
  /** Makes a person (or updates the one with this id). */
  person(person?: NewPerson): Promise<Person>;
  /** All people with their Stars. */
  everybody(): Promise<readonly Person[]>;
  /** Gives Stars to a person (or takes them, when negative). */
  giveStars(personId: number, amount: number): Promise<Person>;
  /** Writes a text or `/command` to the bot. */
  write(personId: number, text: string): Promise<Sent>;
  /** Presses a button; with `waitMs` waits for the bot's answer. */
  press(personId: number, order: PressOrder): Promise<Pressed>;
  /** Pays an invoice; see {@link PayOrder} for late, forwarded and declined payments. */
  pay(personId: number, order: PayOrder): Promise<Checkout>;
  /** Looks at a checkout; with `waitMs` waits until it is at rest. */
  checkout(checkoutId: string, options?: { readonly waitMs?: number }): Promise<Checkout>;
  /** Lets a held payment go on. */
  deliverPayment(checkoutId: string): Promise<Checkout>;
  block(personId: number): Promise<Sent>;
  unblock(personId: number): Promise<Sent>;
  /** The chat as the person sees it. With `waitMs` waits for a change after `since`. */
  chat(
    personId: number,
    options?: { readonly since?: number; readonly waitMs?: number },
  ): Promise<Chat>;
  /** The first message that fits, existing or yet to come. @throws {WaitTimeoutError} */
  waitForMessage(
    personId: number,
    predicate: (message: ChatMessage & { readonly revision: number }) => boolean,
    options?: WaitOptions,
  ): Promise<ChatMessage & { readonly revision: number }>;
  /** The Stars' books, per bot and person. */
  books(): Promise<Books>;
  /** The buyer's bank takes a payment back. */
  chargeback(chargeId: string): Promise<void>;
  /** The bot's owner takes Stars out through Fragment. */
  withdraw(amount: number): Promise<void>;
  /** The bot's owner buys Stars for the bot. */
  topUp(amount: number): Promise<void>;
  /** Writes a row into the bot's books that the product cannot know. @returns Its id. */
  addTransaction(transaction: StrangeTransaction): Promise<string>;
  /** Switches paid broadcasts on or off for the bot. */
  payForBroadcasts(enabled: boolean): Promise<void>;
  /** Makes a channel or a group. */
  room(room: NewRoom): Promise<RoomView>;
  rooms(): Promise<readonly Room[]>;
  /** Adds the bot to a room, removes it, or changes its rights. */
  setBot(roomId: number, change: RoomBotChange): Promise<RoomView>;
  /** Makes a basic group a supergroup. @returns The supergroup. */
  upgrade(groupId: number): Promise<RoomView>;
  /** Goes into a room, by id or `@username`. @returns The updates that bots got of it. */
  join(personId: number, room: number | string): Promise<readonly number[]>;
  leave(personId: number, room: number | string): Promise<readonly number[]>;
  /** What stands in a room. With `waitMs` waits for a change after `since`. */
  posts(
    roomId: number,
    options?: { readonly since?: number; readonly waitMs?: number },
  ): Promise<RoomPosts>;
  /** Gifts and Premium the person was given, and which ones he takes. */
  gifts(personId: number): Promise<PersonGifts>;
  /** Changes which gifts the person takes; what is not named stays. */
  acceptGifts(personId: number, change: Partial<AcceptedGiftTypes>): Promise<PersonGifts>;
  /** Bot API calls after an id, with `waitMs` waiting for one. */
  calls(
    options?: { readonly after?: number; readonly method?: string; readonly waitMs?: number },
  ): Promise<readonly BotCall[]>;
  updates(): Promise<readonly SandboxUpdate[]>;
  /** Delivers an update again, whether or not it was delivered. */
  redeliver(updateId: number): Promise<void>;
  /** Changes how webhooks are delivered; what is not named stays. */
  delivery(settings: Partial<DeliverySettings>): Promise<DeliverySettings>;
  fault(order: FaultOrder): Promise<Fault>;
  faults(): Promise<readonly Fault[]>;
  clearFaults(): Promise<void>;
  violations(): Promise<Violations>;
}

const POLL_MS = 20_000;

/**
 * Makes the client.
 *
 * @param url Base address of the sandbox, as `listen` gave it.
 * @example
 * const people = createPeople(sandbox.url);
 * const anna = await people.person({ first_name: "Anna", stars: 500 });
 * await people.write(anna.id, "/start");
 * const invoice = await people.waitForMessage(anna.id, (m) => m.invoice !== undefined);
 * await people.pay(anna.id, { message_id: invoice.message_id });
 */
export function createPeople(url: string, options: PeopleOptions = {}): People {
  const askDoor = createAskDoor(`${url.replace(/\/$/, "")}/sandbox`, options);
  const ask = <T>(
    method: "get" | "post" | "delete",
    path: string,
    body?: unknown,
    query: DoorQuery = {},
  ): Promise<T> => askDoor<T>(method, path, body, { bot: options.bot, ...query });

  const people: People = {
    person: (person = {}) => ask("post", "people", person),
    everybody: () => ask("get", "people"),
    giveStars: (id, amount) => ask("post", `people/${id}/stars`, { amount }),
    write: (id, text) => ask("post", `people/${id}/write`, { text }),
    press: (id, order) => ask("post", `people/${id}/press`, order),
    pay: (id, order) => ask("post", `people/${id}/pay`, order),
    checkout: (id, { waitMs } = {}) => ask("get", `checkouts/${id}`, undefined, { waitMs }),
    deliverPayment: (id) => ask("post", `checkouts/${id}/deliver`, {}),
    block: (id) => ask("post", `people/${id}/block`, {}),
    unblock: (id) => ask("post", `people/${id}/unblock`, {}),
    chat: (id, { since, waitMs } = {}) =>
      ask("get", `people/${id}/chat`, undefined, { since, waitMs }),
    waitForMessage: (id, predicate, wait = {}) => waitForMessage(people, id, predicate, wait),
    books: () => ask("get", "books"),
    chargeback: async (chargeId) => void await ask("post", "chargebacks", { chargeId }),
    withdraw: async (amount) => void await ask("post", "withdrawals", { amount }),
    topUp: async (amount) => void await ask("post", "topups", { amount }),
    addTransaction: async (transaction) =>
      (await ask<{ id: string }>("post", "transactions", transaction)).id,
    payForBroadcasts: async (enabled) => void await ask("post", "paid-broadcasts", { enabled }),
    room: (room) => ask("post", "rooms", room),
    rooms: () => ask("get", "rooms"),
    setBot: (id, change) => ask("post", `rooms/${id}/bot`, change),
    upgrade: (id) => ask("post", `rooms/${id}/upgrade`, {}),
    join: async (id, room) =>
      (await ask<{ updates: number[] }>("post", `people/${id}/join`, { room: String(room) }))
        .updates,
    leave: async (id, room) =>
      (await ask<{ updates: number[] }>("post", `people/${id}/leave`, { room: String(room) }))
        .updates,
    posts: (id, { since, waitMs } = {}) =>
      ask("get", `rooms/${id}/posts`, undefined, { since, waitMs }),
    gifts: (id) => ask("get", `people/${id}/gifts`),
    acceptGifts: (id, change) => ask("post", `people/${id}/gifts`, change),
    calls: ({ after, method, waitMs } = {}) =>
      ask("get", "calls", undefined, { after, method, waitMs }),
    updates: () => ask("get", "updates"),
    redeliver: async (id) => void await ask("post", `updates/${id}/redeliver`, {}),
    delivery: (settings) => ask("post", "delivery", settings),
    fault: (order) => ask("post", "faults", order),
    faults: () => ask("get", "faults"),
    clearFaults: async () => void await ask("delete", "faults"),
    violations: () => ask("get", "violations"),
  };
  return people;
}

async function waitForMessage(
  people: People,
  personId: number,
  predicate: (message: ChatMessage & { readonly revision: number }) => boolean,
  { timeoutMs = 10_000, since = 0 }: WaitOptions,
): Promise<ChatMessage & { readonly revision: number }> {
  const endsAtMs = Date.now() + timeoutMs;
  let seen = since;
  for (;;) {
    const leftMs = Math.max(0, endsAtMs - Date.now());
    const chat = await people.chat(personId, { since: seen, waitMs: Math.min(POLL_MS, leftMs) });
    const found = chat.messages.find(predicate);
    if (found !== undefined) return found;
    seen = chat.revision;
    if (leftMs === 0) {
      throw new WaitTimeoutError(`Person ${personId} saw no such message within ${timeoutMs} ms`);
    }
  }
}
