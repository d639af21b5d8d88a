/** People who do one thing after the other beside the raffles, several at a time, until the time is up. */
import type { Dice } from "./dice.ts";
import type { Player, Stage } from "./stage.ts";
import { pause } from "./wait.ts";

export interface Errands {
  /** Nobody begins any more. */
  beginNoMore(): void;
  /** Resolves when all who began are through. */
  readonly over: Promise<void>;
}

export interface ErrandsOptions {
  /** Names its stream of chance. */
  readonly name: string;
  readonly dice: Dice;
  /** How many at the same time. */
  readonly atOnce: number;
  readonly everyMs: number;
  /** Who is at something; shared by all who must not do two things at once. */
  readonly busy: Set<Player>;
  /** Who could do it, as players of the product. */
  readonly whoCan: () => Promise<ReadonlySet<string>>;
  /** @param number From 1. */
  readonly go: (player: Player, number: number) => Promise<void>;
}

export function startErrands(stage: Stage, options: ErrandsOptions): Errands {
  const { name, dice, atOnce, everyMs, busy, whoCan, go } = options;
  const chance = dice.of(name);
  let begun = 0;
  let isEnding = false;

  async function goOn(): Promise<void> {
    while (!isEnding && !stage.signal.aborted) {
      const can = await whoCan();
      const able = stage.players.filter((player) =>
        can.has(`tg-${player.person.id}`) && !busy.has(player)
      );
      if (able.length > 0 && !isEnding) {
        const player = chance.pick(able);
        busy.add(player);
        await go(player, ++begun).finally(() => busy.delete(player));
      }
      await pause(everyMs, stage.signal);
    }
  }

  const over = Promise.all(Array.from({ length: atOnce }, goOn)).then(() => {});
  // A failure is awaited later; until then it is nobody's unhandled rejection.
  over.catch(() => {});
  return { beginNoMore: () => void (isEnding = true), over };
}
