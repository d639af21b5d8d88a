/** What the demo's one story has of each currency: how entries are paid, and how the prize leaves. */
import type { RaffleId } from "../../machines/domain/events.ts";
import type { MoneyJson } from "../../machines/domain/money.ts";
import type { Platform } from "../platform/start_platform.ts";
import type { People, Person } from "../sandbox/people.ts";
import type { PlayersOptions } from "./demo_options.ts";
import type { RublesShown } from "./ruble_promises.ts";
import type { StarsShown } from "./star_promises.ts";

/** Everything the demo plays with. */
export interface DemoWorld {
  readonly platform: Platform;
  readonly people: People;
  readonly sandboxUrl: string;
  readonly adminId: number;
  readonly options: PlayersOptions;
  /** Tells the story, a line at a time. */
  readonly tell: (line: string) => void;
  readonly writeFile: (path: string, text: string) => Promise<void>;
}

/** Parts of the story that are another with each currency. */
export interface DemoCurrency {
  /** Of a ticket. */
  readonly price: MoneyJson;
  /** The same as the admin types it: `10`, `100₽`. */
  readonly typedPrice: string;
  /** An amount in the story's words: `10 Stars`, `100 ₽`. */
  say(amount: MoneyJson): string;
  /** One asks for an entry, and his money does not come yet. */
  beginLate(late: Person, raffle: RaffleId): Promise<LateEntry>;
  /** All but the last of the players pay and get their tickets. */
  joinFirst(players: readonly Person[], raffle: RaffleId): Promise<void>;
  /** The last of the players pays. */
  joinLast(player: Person, raffle: RaffleId): Promise<void>;
  /** The winner takes what he can of the prize out, by the bot's buttons. */
  takePrize(winner: Person): Promise<void>;
  /** When all is over. */
  end(): Promise<CurrencyEnd>;
}

/** An entry whose money comes too late. */
export interface LateEntry {
  /** Now it comes. */
  pay(): Promise<void>;
  /** Waits until he is told that it went back. @returns Which payment, in the story's words. */
  hearRefund(): Promise<string>;
}

/** What a currency has to say at the end. */
export interface CurrencyEnd {
  /** Payments that went back. */
  readonly refunded: number;
  /** What left the winner's balance, minor units. */
  readonly taken: bigint;
  /** Its part of the demo's last line. */
  readonly shown: StarsShown | RublesShown;
  /** Where the sandbox's books differ from ours; none is right. */
  readonly problems: readonly string[];
}

/** How long a person waits for what the bot says, milliseconds. */
export const PATIENCE_MS = 30_000;

/** People who pay at the same time; Telegram's limits hold for the rest. */
const AT_ONCE = 16;

/** Does it for each, some at a time. */
export async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let index = next++; index < items.length; index = next++) {
      results[index] = await work(items[index] as T);
    }
  }));
  return results;
}
