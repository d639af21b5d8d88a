/** Plays raffles, several at a time, one after the other, until the time is up. */
import type { Dice } from "./dice.ts";
import { planRaffle } from "./plan_raffles.ts";
import { playRaffle } from "./play_raffle.ts";
import type { Stage } from "./stage.ts";
import { pause } from "./wait.ts";

export interface Load {
  /** Raffles begun. */
  readonly begun: number;
  /** Raffles being played now. */
  readonly playing: number;
  /** Begins no more raffles. */
  beginNoMore(): void;
  /** Resolves when all that were begun are over. */
  readonly over: Promise<void>;
}

/** Raffles played at the same time. */
const AT_ONCE = 8;
const PAUSE_MS = 400;
/** A deadline takes a minute; with less time left one does not wait for it. */
const DEADLINE_MS = 45_000;

export function startLoad(
  stage: Stage,
  { dice, seconds }: { dice: Dice; seconds: number },
): Load {
  const beganAtMs = performance.now();
  let begun = 0;
  let playing = 0;
  let isEnding = false;

  async function playOn(): Promise<void> {
    while (!isEnding && !stage.signal.aborted) {
      const number = ++begun;
      const leftMs = seconds * 1_000 - (performance.now() - beganAtMs);
      const plan = planRaffle(dice, {
        number,
        players: stage.players.length,
        admins: stage.admins.length,
        mayWait: leftMs > DEADLINE_MS,
      });
      playing++;
      await playRaffle(stage, plan).finally(() => playing--);
      await pause(PAUSE_MS, stage.signal);
    }
  }

  const over = Promise.all(Array.from({ length: AT_ONCE }, playOn)).then(() => {});
  // A failure of the load is awaited later; until then it is nobody's unhandled rejection.
  over.catch(() => {});
  return {
    get begun() {
      return begun;
    },
    get playing() {
      return playing;
    },
    beginNoMore: () => void (isEnding = true),
    over,
  };
}
