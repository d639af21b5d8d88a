/** People with something on their balance take it, several at a time, until the time is up. */
import type { Database } from "../../db/connection.ts";
import type { Dice } from "./dice.ts";
import { planPrize } from "./plan_prizes.ts";
import { takePrize } from "./play_withdrawal.ts";
import type { Player, Stage } from "./stage.ts";
import { pause } from "./wait.ts";

export interface Taking {
  /** How many have said yes to what they chose. */
  readonly asked: number;
  /** How many of them to Premium. */
  readonly askedPremium: number;
  /** People who are choosing now. */
  readonly busy: number;
  /** Nobody begins any more. */
  beginNoMore(): void;
  /** Resolves when all who began are through. */
  readonly over: Promise<void>;
}

/** People who choose at the same time. */
const AT_ONCE = 8;
const LOOK_EVERY_MS = 300;
/** The cheapest of Telegram's gifts. */
const LEAST_STARS = 15;

const RICH = `
  select split_part(a.name, '/', 2) as "playerId" from ledger_accounts a
  where a.name like 'user/%/available' and a.balance_minor - a.held_minor >= ${LEAST_STARS}
    and not exists (select from withdrawals w
      where w.is_open and w.player_id = split_part(a.name, '/', 2))
  order by a.name`;

export function startTaking(
  stage: Stage,
  { database, dice }: { database: Database; dice: Dice },
): Taking {
  const chance = dice.of("takers");
  const busy = new Set<Player>();
  let begun = 0;
  let asked = 0;
  let askedPremium = 0;
  let isEnding = false;

  async function takeOn(): Promise<void> {
    while (!isEnding && !stage.signal.aborted) {
      const rich = new Set(await findRich(database));
      const able = stage.players.filter((player) =>
        rich.has(`tg-${player.person.id}`) && !busy.has(player)
      );
      if (able.length > 0 && !isEnding) {
        const player = chance.pick(able);
        busy.add(player);
        const kind = await takePrize(stage, { player, plan: planPrize(dice, ++begun) })
          .finally(() => busy.delete(player));
        if (kind !== undefined) asked++;
        if (kind === "premium") askedPremium++;
      }
      await pause(LOOK_EVERY_MS, stage.signal);
    }
  }

  const over = Promise.all(Array.from({ length: AT_ONCE }, takeOn)).then(() => {});
  // A failure is awaited later; until then it is nobody's unhandled rejection.
  over.catch(() => {});
  return {
    get asked() {
      return asked;
    },
    get askedPremium() {
      return askedPremium;
    },
    get busy() {
      return busy.size;
    },
    beginNoMore: () => void (isEnding = true),
    over,
  };
}

async function findRich(database: Database): Promise<string[]> {
  try {
    return (await database.query<{ playerId: string }>(RICH)).rows.map(({ playerId }) => playerId);
  } catch {
    // The database is away, as it is meant to be.
    return [];
  }
}
