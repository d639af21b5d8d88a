/**
 * Winners of raffles whose prizes must be taken take them: each presses the button, and again when nothing
 * follows, also after nothing is broken any more.
 */
import type { Database } from "../../db/connection.ts";
import { keepLooking, type Looking } from "./keep_looking.ts";
import type { Stage } from "./stage.ts";

const LOOK_EVERY_MS = 700;
/** A minute is the shortest time to take a prize. */
const PRESS_AGAIN_MS = 4_000;

const WAITING = `
  select raffle_id as "raffleId", player_id as "playerId" from prize_claims
  where state = 'waiting' order by raffle_id, place`;

export function startClaiming(stage: Stage, database: Database): Looking {
  const pressedAtMs = new Map<string, number>();

  async function look(): Promise<void> {
    const { rows } = await database.query<{ raffleId: string; playerId: string }>(WAITING)
      // While the database is away nobody sees anything.
      .catch(() => ({ rows: [] }));
    for (const { raffleId, playerId } of rows) {
      const player = stage.players.find(({ person }) => `tg-${person.id}` === playerId);
      const about = `${raffleId} ${playerId}`;
      const againAtMs = (pressedAtMs.get(about) ?? -Infinity) + PRESS_AGAIN_MS;
      if (player === undefined || performance.now() < againAtMs) continue;
      pressedAtMs.set(about, performance.now());
      const { person, homeMessageId: message_id } = player;
      await stage.people.press(person.id, { message_id, data: `claim:${raffleId}` });
    }
  }

  return keepLooking(look, { everyMs: LOOK_EVERY_MS, signal: stage.signal });
}
