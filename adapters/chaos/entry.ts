/** What the manners of entering have in common. */

export interface Entry {
  /** What he does when the raffle is over. */
  readonly late: readonly (() => Promise<unknown>)[];
}

export interface EnterContext {
  readonly raffleId: string;
  readonly title: string;
  /** Whether entering still makes sense. */
  readonly isOpen: () => boolean;
}

export const NOTHING: Entry = { late: [] };
