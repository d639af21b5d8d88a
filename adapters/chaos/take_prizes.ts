/**
 * People with something on their balance take it, Stars and rubles, and others put rubles on it, several
 * at a time, until the time is up.
 */
import type { Database } from "../../db/connection.ts";
import { askBankPage, payHow } from "./bank_page.ts";
import type { Dice } from "./dice.ts";
import { startErrands } from "./errands.ts";
import { planPrize } from "./plan_prizes.ts";
import { LEAST_KOPECKS, planCashOut, planTopUp } from "./plan_rubles.ts";
import { cashOut } from "./play_cash_out.ts";
import { takePrize } from "./play_withdrawal.ts";
import type { Player, Stage } from "./stage.ts";

export interface Taking {
  /** How many have said yes to what they chose. */
  readonly asked: number;
  /** How many of them to Premium. */
  readonly askedPremium: number;
  /** How many have said yes to rubles by bank. */
  readonly askedRubles: number;
  /** People who are choosing now. */
  readonly busy: number;
  /** Nobody begins any more. */
  beginNoMore(): void;
  /** Resolves when all who began are through. */
  readonly over: Promise<void>;
}

/** The cheapest of Telegram's gifts. */
const LEAST_STARS = 15;

const RICH = `
  select split_part(a.name, '/', 2) as "playerId" from ledger_accounts a
  where a.name like 'user/%/available' and a.currency = $1
    and a.balance_minor - a.held_minor >= $2
    and not exists (select from withdrawals w
      where w.is_open and w.player_id = split_part(a.name, '/', 2))
  order by a.name`;

export function startTaking(
  stage: Stage,
  { database, dice }: { database: Database; dice: Dice },
): Taking {
  const busy = new Set<Player>();
  const asked = { stars: 0, premium: 0, rubles: 0 };
  const everybody = new Set(stage.players.map(({ person }) => `tg-${person.id}`));
  const errands = [
    startErrands(stage, {
      name: "takers",
      dice,
      atOnce: 8,
      everyMs: 300,
      busy,
      whoCan: () => findRich(database, ["XTR", LEAST_STARS]),
      async go(player, number) {
        const kind = await takePrize(stage, { player, plan: planPrize(dice, number) });
        if (kind !== undefined) asked.stars++;
        if (kind === "premium") asked.premium++;
      },
    }),
    startErrands(stage, {
      name: "ruble takers",
      dice,
      atOnce: 6,
      everyMs: 300,
      busy,
      whoCan: () => findRich(database, ["RUB", LEAST_KOPECKS]),
      async go(player, number) {
        if (await cashOut(stage, { player, plan: planCashOut(dice, number) })) asked.rubles++;
      },
    }),
    startErrands(stage, {
      name: "top-ups",
      dice,
      atOnce: 2,
      everyMs: 1_000,
      busy,
      whoCan: () => Promise.resolve(everybody),
      go: (player, number) => topUp(stage, { player, number, dice }),
    }),
  ];
  const over = Promise.all(errands.map((errand) => errand.over)).then(() => {});
  // A failure is awaited later; until then it is nobody's unhandled rejection.
  over.catch(() => {});
  return {
    get asked() {
      return asked.stars;
    },
    get askedPremium() {
      return asked.premium;
    },
    get askedRubles() {
      return asked.rubles;
    },
    get busy() {
      return busy.size;
    },
    beginNoMore: () => errands.forEach((errand) => errand.beginNoMore()),
    over,
  };
}

/** Somebody puts rubles on his balance. */
async function topUp(
  stage: Stage,
  { player, number, dice }: { player: Player; number: number; dice: Dice },
): Promise<void> {
  const { amount, how, isAbandoned } = planTopUp(dice, number);
  const page = await askBankPage(stage, {
    player,
    isWanted: () => true,
    ask: () => stage.people.write(player.person.id, `/topup ${amount}`),
    words: ({ text = "" }) => text.startsWith("Pay "),
    isRefused: ({ text = "" }) => text.startsWith("Three payments of yours wait"),
  });
  if (page !== undefined && !isAbandoned) await payHow(stage, page.payment, how);
}

async function findRich(
  database: Database,
  least: readonly [string, number],
): Promise<ReadonlySet<string>> {
  try {
    const { rows } = await database.query<{ playerId: string }>(RICH, [...least]);
    return new Set(rows.map(({ playerId }) => playerId));
  } catch {
    // The database is away, as it is meant to be.
    return new Set();
  }
}
