/**
 * The messages in which players have a raffle's card open, as the bot and the effect that edits them
 * use them. Implemented over SQL, and by a fake in tests.
 */
import type { Language, PlayerId, RaffleId } from "../../machines/domain/events.ts";

/** A message that shows a raffle. */
export interface OpenCard {
  raffleId: RaffleId;
  playerId: PlayerId;
  chatId: number;
  messageId: number;
  /** When it was opened last, epoch milliseconds. */
  touchedAtMs: number;
}

/** A message that is to be brought up to date, with what its words depend on. */
export interface CardToEdit extends OpenCard {
  language: Language;
  /** His tickets in the raffle, ascending. */
  numbers: number[];
  /** He follows the raffle's series. */
  isFollower: boolean;
}

/** Which cards: those opened since then, the last opened first, after `before`. */
export interface CardPage {
  raffleId: RaffleId;
  sinceMs: number;
  before: OpenCard | undefined;
  limit: number;
}

/** Where open cards are kept. */
export interface Cards {
  /**
   * He has it open now; of one raffle only his last message counts.
   * @param shown The raffle as the message shows it; when it has changed since, the message follows.
   */
  open(card: OpenCard, shown: { status: string; tickets: number }): Promise<void>;
  page(page: CardPage): Promise<CardToEdit[]>;
  /** The message is gone. */
  forget(card: OpenCard): Promise<void>;
  /** The raffle will not change any more. */
  forgetAll(raffleId: RaffleId): Promise<void>;
}
