/**
 * What a run has put to the test: a run in which no Premium was given, say, proves nothing of Premium,
 * however green it is.
 */
import type { Database } from "../../db/connection.ts";
import type { Payers } from "../sandbox/payers.ts";
import type { BotCall, People } from "../sandbox/people.ts";
import { type BankExercise, readBankExercise } from "./bank_exercise.ts";
import type { Deciding } from "./decide_withdrawals.ts";
import type { Striking } from "./strike.ts";

/** How often each thing was done outside. */
export interface Exercise extends BankExercise {
  /** That Telegram gave. */
  readonly gifts: number;
  readonly premiums: number;
  /** Gifts and Premium of which Telegram's answer never came, although it had given them. */
  readonly unansweredPrizes: number;
  /** Withdrawals by which own payments came back. */
  readonly ownPayments: number;
  /** Prizes that had to be taken, and were; and pots that the owner has topped up. */
  readonly claimed: number;
  readonly guaranteed: number;
  /** Mass notices told to the end. */
  readonly broadcasts: number;
  /** Posts that stand in the announcement channel. */
  readonly posts: number;
  /** How often all nodes were killed when Telegram had just given a prize, and nobody knew. */
  readonly cutPrizes: number;
  /** The same when they had just confirmed updates. */
  readonly cutConfirmations: number;
}

/** Faults after which it was done all the same. */
const UNANSWERED = ["lostAnswer", "timeoutAfterSuccess"];

/** Prizes that Telegram gave without anybody hearing of it. */
export function countUnanswered(calls: readonly BotCall[]): number {
  return calls.filter(({ method, answer, fault }) =>
    /^(sendGift|giftPremiumSubscription)$/i.test(method) && answer["ok"] === true &&
    UNANSWERED.includes(fault ?? "")
  ).length;
}

export interface ExerciseSources {
  readonly database: Database;
  readonly people: People;
  readonly payers: Payers;
  readonly channelId: number;
  readonly striking: Pick<Striking, "cut">;
  readonly deciding: Pick<Deciding, "askedRubles">;
}

/** What only the product's books tell. */
type OwnFigure = "ownPayments" | "claimed" | "guaranteed" | "broadcasts";

/** Asks both sides while a run goes on; undefined while the database is away. */
export async function readExercise(
  { database, people, payers, channelId, striking: { cut }, deciding }: ExerciseSources,
): Promise<Exercise | undefined> {
  const own = await database.query<Pick<Exercise, OwnFigure>>(
    `select
       (select count(*) from withdrawals
        where status = 'done' and choice::json ->> 'kind' = 'refund')::int as "ownPayments",
       (select count(*) from prize_claims where state = 'claimed')::int as claimed,
       (select count(*) from ledger_transfers
        where kind = 'post' and key like 'raffle/%/guarantee/%')::int as guaranteed,
       (select count(*) from broadcasts where status = 'told' and sent > 0)::int as broadcasts`,
  ).catch(() => undefined);
  const [row] = own?.rows ?? [];
  if (row === undefined) return undefined;
  const given = (await people.books()).bots[0]?.gifts ?? [];
  const [gifts, premiums] = await Promise.all(
    ["sendGift", "giftPremiumSubscription"].map((method) => people.calls({ method })),
  ) as [readonly BotCall[], readonly BotCall[]];
  return {
    ...row,
    gifts: given.filter(({ month_count }) => month_count === null).length,
    premiums: given.filter(({ month_count }) => month_count !== null).length,
    unansweredPrizes: countUnanswered([...gifts, ...premiums]),
    posts: (await people.posts(channelId)).posts.length,
    cutPrizes: cut.prizes,
    cutConfirmations: cut.confirmations,
    ...await readBankExercise(payers),
    payoutsDecided: deciding.askedRubles,
    cutPayouts: cut.payouts,
  };
}

/** What was never done. */
export function findUntested(exercise: Exercise | undefined): string[] {
  if (exercise === undefined) return ["everything"];
  return Object.entries(exercise).flatMap(([name, count]) => count === 0 ? [name] : []);
}
