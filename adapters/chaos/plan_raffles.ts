/** What will be played: each raffle's terms, who enters it and how, and how it ends. Chance decides. */
import type { Dice } from "./dice.ts";

/** How one entry goes. */
export type Manner =
  | "plain"
  /** The bot's yes is had, the money comes when the raffle is over. */
  | "late"
  /** The money moves at once; the bot hears of it later. */
  | "toldLate"
  /** Two devices have the form open: two charges for one entry. */
  | "twice"
  /** The form is closed after the bot's yes. */
  | "declined"
  /** Blocks the bot once he has paid. */
  | "blocks"
  /** His bank takes the charge back. */
  | "chargeback"
  /** Telegram delivers the payment a second time. */
  | "redelivered"
  /** Pays with what he has won before. */
  | "balance";

export interface EntryPlan {
  /** Index of the player. */
  readonly player: number;
  readonly manner: Manner;
  /** After the opening, milliseconds. */
  readonly delayMs: number;
}

export interface RafflePlan {
  /** Its title; no other raffle of the run has it. */
  readonly title: string;
  /** Index of the admin. */
  readonly admin: number;
  /** What follows `/admin create`. */
  readonly form: string;
  readonly entries: readonly EntryPlan[];
  /** What an admin does when all entries were tried and the raffle is still open. */
  readonly end: "stop" | "force" | "wait";
  /** An admin stops it after so many entries, although it goes well; null: nobody does. */
  readonly stopAfter: number | null;
  readonly isPausedOnce: boolean;
}

/** Some prizes suffice for Premium, some for no gift. */
const DEAR = 700;
const PRICES = [1, 7, 10, 33, 33, DEAR];
/** So many raffles go well and fast, so that soon somebody can afford Premium. */
const FIRST_DEAR = 3;
const SHARES = ["100", "70/30", "50/30/20"];
const MANNERS: readonly Manner[] = [
  ...Array<Manner>(8).fill("plain"),
  "late",
  "toldLate",
  "twice",
  "declined",
  "blocks",
  "chargeback",
  "redelivered",
  "balance",
  "balance",
];
const LONGEST_DELAY_MS = 1_500;

/** @param number From 1; the same number gives the same raffle under the same seed. */
export function planRaffle(
  seeded: Dice,
  { number, players, admins, mayWait }: {
    number: number;
    players: number;
    admins: number;
    /** Whether there is time for a deadline; a minute is the shortest. */
    mayWait: boolean;
  },
): RafflePlan {
  const dice = seeded.of(`raffle ${number}`);
  if (number <= FIRST_DEAR) return planDear(dice, { number, players, admins });
  const drawAt = dice.pick(["minimum", "maximum", "maximum", "deadline"]);
  const count = dice.integer(3, 9);
  const min = dice.integer(2, 3);
  const tickets = dice.integer(1, 2);
  const entrants = dice.shuffle(Array.from({ length: players }, (_, index) => index))
    .slice(0, count);
  const entries = entrants.map((player): EntryPlan => ({
    player,
    manner: dice.pick(MANNERS),
    delayMs: dice.integer(0, LONGEST_DELAY_MS),
  }));
  // Some come again: with two tickets a player that is allowed, with one it is refused.
  if (dice.chance(0.3)) entries.push({ ...dice.pick(entries), manner: "plain" });
  const max = drawAt === "maximum" ? Math.max(min, count - 2) : count + 2;
  const title = `Chaos ${number}`;
  const isStopped = dice.chance(0.2);
  return {
    title,
    admin: dice.integer(0, admins - 1),
    form: `price=${dice.pick(PRICES)} min=${min} max=${max} tickets=${tickets} minutes=1 ` +
      `draw=${drawAt} shares=${dice.pick(SHARES)} window=${dice.integer(1, 3)} ` +
      `pause=${dice.integer(0, 1)} reserves=${dice.integer(0, 2)} title=${title}`,
    entries,
    end: drawAt === "deadline" && mayWait ? "wait" : dice.chance(0.15) ? "stop" : "force",
    stopAfter: isStopped ? dice.integer(1, count) : null,
    isPausedOnce: dice.chance(0.1),
  };
}

function planDear(
  dice: Dice,
  { number, players, admins }: { number: number; players: number; admins: number },
): RafflePlan {
  const title = `Chaos ${number}`;
  const entrants = dice.shuffle(Array.from({ length: players }, (_, index) => index)).slice(0, 4);
  return {
    title,
    admin: dice.integer(0, admins - 1),
    form: `price=${DEAR} min=2 max=${entrants.length} tickets=1 minutes=1 draw=maximum ` +
      `shares=100 window=1 pause=0 reserves=0 title=${title}`,
    entries: entrants.map((player) => ({ player, manner: "plain", delayMs: 0 })),
    end: "force",
    stopAfter: null,
    isPausedOnce: false,
  };
}
