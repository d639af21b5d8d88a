/** What will be played: each raffle's terms, who enters it and how, and how it ends. Chance decides. */
import type { PayerOrder } from "../sandbox/payers.ts";
import type { Dice } from "./dice.ts";
import { planDecline, planManner, planPayment, type RubleManner } from "./plan_rubles.ts";

/** How one entry in Stars goes. */
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

interface Entrant {
  /** Index of the player. */
  readonly player: number;
  /** After the opening, milliseconds. */
  readonly delayMs: number;
}

export interface StarEntryPlan extends Entrant {
  readonly currency: "XTR";
  readonly manner: Manner;
}

export interface RubleEntryPlan extends Entrant {
  readonly currency: "RUB";
  readonly manner: RubleManner;
  /** How he pays when he pays. */
  readonly how: PayerOrder;
  /** How it does not go through, when it does not. */
  readonly decline: PayerOrder;
}

export type EntryPlan = StarEntryPlan | RubleEntryPlan;

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
const RUBLE_PRICES = ["50", "99.90", "100", "250", "333,33"];
const RUBLES = 0.35;
const DEAR_RUBLES = "250₽";
/** After them one in rubles goes well, and one is stopped, so that soon something goes back. */
const FIRST_STOPPED = FIRST_DEAR + 2;
/** The next has a guaranteed prize, which the owner tops up, and it must be taken. */
const FIRST_GUARANTEED = FIRST_STOPPED + 1;
const GUARANTEED = "33 prize=400 claim=1m";
const GUARANTEES = ["60", "250"];
/** Of so many one is dear, and one in rubles is stopped: prizes and refunds are else rare. */
const ROUND = 8;
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
  const isStoppedEarly = number % ROUND === FIRST_STOPPED;
  const first = { number, players, admins, isStopped: isStoppedEarly };
  if (number <= FIRST_DEAR || number % ROUND === 1) {
    return planFirst(dice, { ...first, price: DEAR });
  }
  if (number <= FIRST_STOPPED || isStoppedEarly) {
    return planFirst(dice, { ...first, price: DEAR_RUBLES });
  }
  if (number === FIRST_GUARANTEED) return planFirst(dice, { ...first, price: GUARANTEED });
  const isInRubles = dice.chance(RUBLES);
  const drawAt = dice.pick(["minimum", "maximum", "maximum", "deadline"]);
  const count = dice.integer(3, 9);
  const min = dice.integer(2, 3);
  const tickets = dice.integer(1, 2);
  const entries = pickPlayers(dice, players, count).map((player): EntryPlan =>
    isInRubles ? inRubles(dice, player) : {
      currency: "XTR",
      player,
      manner: dice.pick(MANNERS),
      delayMs: dice.integer(0, LONGEST_DELAY_MS),
    }
  );
  // Some come again: with two tickets a player that is allowed, with one it is refused.
  if (dice.chance(0.3)) entries.push(comesAgain(dice.pick(entries)));
  const max = drawAt === "maximum" ? Math.max(min, count - 2) : count + 2;
  const title = `Chaos ${number}`;
  const isStopped = dice.chance(0.2);
  const price = isInRubles ? `${dice.pick(RUBLE_PRICES)}₽` : dice.pick(PRICES);
  const claim = dice.chance(0.15) ? "claim=1m " : "";
  const guarantee = !isInRubles && dice.chance(0.15) ? `prize=${dice.pick(GUARANTEES)} ` : "";
  // A bank takes longer than Telegram; who pays later gets a ticket if there is room.
  const window = isInRubles ? dice.integer(3, 8) : dice.integer(1, 3);
  return {
    title,
    admin: dice.integer(0, admins - 1),
    form: `price=${price} min=${min} max=${max} tickets=${tickets} minutes=1 ` +
      `draw=${drawAt} shares=${dice.pick(SHARES)} window=${window} ${claim}${guarantee}` +
      `pause=${dice.integer(0, 1)} reserves=${dice.integer(0, 2)} title=${title}`,
    entries,
    end: drawAt === "deadline" && mayWait ? "wait" : dice.chance(0.15) ? "stop" : "force",
    stopAfter: isStopped ? dice.integer(1, count) : null,
    isPausedOnce: dice.chance(0.1),
  };
}

/** A raffle that goes well and fast, or is stopped when all but one have paid. */
function planFirst(
  dice: Dice,
  { number, players, admins, price, isStopped }: {
    number: number;
    players: number;
    admins: number;
    price: typeof DEAR | typeof DEAR_RUBLES | typeof GUARANTEED;
    isStopped: boolean;
  },
): RafflePlan {
  const title = `Chaos ${number}`;
  const entrants = pickPlayers(dice, players, 4);
  return {
    title,
    admin: dice.integer(0, admins - 1),
    form: `price=${price} min=2 max=${entrants.length} tickets=1 minutes=1 draw=maximum ` +
      `shares=100 window=${price === DEAR_RUBLES ? 5 : 1} pause=0 reserves=0 title=${title}`,
    entries: entrants.map((player): EntryPlan =>
      price === DEAR_RUBLES
        ? { ...inRubles(dice, player), manner: "paid", delayMs: 0 }
        : { currency: "XTR", player, manner: "plain", delayMs: 0 }
    ).slice(0, isStopped ? -1 : undefined),
    end: "force",
    stopAfter: isStopped ? entrants.length - 1 : null,
    isPausedOnce: false,
  };
}

function pickPlayers(dice: Dice, players: number, count: number): number[] {
  return dice.shuffle(Array.from({ length: players }, (_, index) => index)).slice(0, count);
}

function inRubles(dice: Dice, player: number): RubleEntryPlan {
  return {
    currency: "RUB",
    player,
    manner: planManner(dice),
    how: planPayment(dice),
    decline: planDecline(dice),
    delayMs: dice.integer(0, LONGEST_DELAY_MS),
  };
}

function comesAgain(entry: EntryPlan): EntryPlan {
  return entry.currency === "RUB" ? { ...entry, manner: "paid" } : { ...entry, manner: "plain" };
}
