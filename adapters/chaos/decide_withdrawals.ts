/**
 * The admins: two say yes to a large prize or one says no, and when nobody knows after a day whether
 * one was sent, an owner looks at the person's gifts, or into YooKassa's cabinet, and says what he sees.
 */
import type { Database } from "../../db/connection.ts";
import { buttonOf } from "../demo/entries.ts";
import type { Dice } from "./dice.ts";
import type { OwnWithdrawal } from "./evidence.ts";
import { keepLooking, type Looking } from "./keep_looking.ts";
import { wasGiven } from "./match_gifts.ts";
import { isByBank } from "./judge_bank_payouts.ts";
import { planDecision } from "./plan_prizes.ts";
import { readBank } from "./read_bank.ts";
import { asOutsideGift } from "./read_outside.ts";
import { readWithdrawals } from "./read_own.ts";
import type { Stage } from "./stage.ts";

const LOOK_EVERY_MS = 500;
/** An admin who sees nothing happen says it again. */
const SAY_AGAIN_MS = 5_000;

export interface Deciding extends Looking {
  /** Of how many withdrawals in rubles the admins were asked for their yes. */
  readonly askedRubles: number;
}

export function startDeciding(
  stage: Stage,
  { database, dice }: { database: Database; dice: Dice },
): Deciding {
  const saidAtMs = new Map<string, number>();
  const rubles = new Set<string>();

  async function look(): Promise<void> {
    // While the database is away nobody sees anything.
    const withdrawals = await readWithdrawals(database).catch((): OwnWithdrawal[] => []);
    for (const withdrawal of withdrawals) {
      const { withdrawalId, status } = withdrawal;
      if (status !== "waiting" && status !== "undecided") continue;
      const about = `${withdrawalId} ${status}`;
      if (performance.now() - (saidAtMs.get(about) ?? -Infinity) < SAY_AGAIN_MS) continue;
      saidAtMs.set(about, performance.now());
      if (status === "waiting" && isByBank(withdrawal)) rubles.add(withdrawalId);
      if (status === "waiting") await decide(stage, { withdrawalId, dice });
      else await settleDoubt(stage, { withdrawal, withdrawals });
    }
  }

  const looking = keepLooking(look, { everyMs: LOOK_EVERY_MS, signal: stage.signal });
  return {
    get askedRubles() {
      return rubles.size;
    },
    stop: looking.stop,
  };
}

async function decide(
  { people, admins }: Stage,
  { withdrawalId, dice }: { withdrawalId: string; dice: Dice },
): Promise<void> {
  const [first = 0, second = 0] = admins;
  if (planDecision(dice, withdrawalId) === "no") {
    await people.write(first, `/admin decline ${withdrawalId} as planned`);
    return;
  }
  await people.write(first, `/admin approve ${withdrawalId}`);
  // The other one presses the button, when he has seen the notice already.
  const { messages } = await people.chat(second);
  const yes = `wdryes:${withdrawalId}`;
  const notice = messages.findLast(({ reply_markup }) => buttonOf(reply_markup, yes) === yes);
  if (notice === undefined) await people.write(second, `/admin approve ${withdrawalId}`);
  else await people.press(second, { message_id: notice.message_id, data: yes });
}

async function settleDoubt(
  { people, payers, admins }: Stage,
  { withdrawal, withdrawals }: {
    withdrawal: OwnWithdrawal;
    withdrawals: readonly OwnWithdrawal[];
  },
): Promise<void> {
  const gifts = ((await people.books()).bots[0]?.gifts ?? []).map(asOutsideGift);
  const hasArrived = isByBank(withdrawal)
    ? (await readBank(payers)).payouts.some(({ actor, status }) =>
      actor === `bankPayout/${withdrawal.withdrawalId}` && status === "succeeded"
    )
    : wasGiven(withdrawal, { gifts, withdrawals });
  const word = hasArrived ? "settle" : "void";
  await people.write(admins[0] ?? 0, `/admin ${word} ${withdrawal.withdrawalId}`);
}
