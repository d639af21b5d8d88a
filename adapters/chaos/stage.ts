/** What those who play a run stand on. */
import type { Payers } from "../sandbox/payers.ts";
import type { People, Person } from "../sandbox/people.ts";
import type { RaffleWatch } from "./raffle_watch.ts";

export interface Stage {
  readonly people: People;
  readonly payers: Payers;
  /** Where the product's pages are now: at any node that is there. */
  readonly productUrl: () => string | undefined;
  readonly watch: RaffleWatch;
  /** Telegram's numbers of the admins; two at least. */
  readonly admins: readonly number[];
  /** Persons with a message of the bot's, on which they press. */
  readonly players: readonly Player[];
  /** Ends all waiting. */
  readonly signal: AbortSignal;
}

export interface Player {
  readonly person: Person;
  readonly homeMessageId: number;
}

/** Stars are no matter here; a chargeback may cost the bot some. */
const STARS = 1_000_000;

/** Makes people and has each of them greeted by the bot, so that there is a message to press on. */
export async function gatherPlayers(people: People, count: number): Promise<Player[]> {
  return await Promise.all(Array.from({ length: count }, async (_, index) => {
    const person = await people.person({
      first_name: `Player ${index + 1}`,
      language_code: "en",
      stars: STARS,
    });
    await people.write(person.id, "/start");
    const { message_id: homeMessageId } = await people.waitForMessage(
      person.id,
      ({ from }) => from.is_bot,
      { timeoutMs: 60_000 },
    );
    return { person, homeMessageId };
  }));
}
