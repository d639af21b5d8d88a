/**
 * One raffle as people play it: an admin makes and opens it, players enter as the plan says, and an
 * admin sees to its end. Nobody gives up because an answer is late; what could not be had is tried
 * again as people do, and what then fails is no fault of the load's.
 */
import type { EnterContext, Entry } from "./entry.ts";
import { enterByStars } from "./play_entry.ts";
import { enterByRubles } from "./play_ruble_entry.ts";
import type { EntryPlan, RafflePlan } from "./plan_raffles.ts";
import type { SeenRaffle } from "./raffle_watch.ts";
import type { Stage } from "./stage.ts";
import { pause, until } from "./wait.ts";

const ENDS = new Set(["settled", "refunded"]);
/** An admin who sees nothing happen writes again. */
const WRITE_AGAIN_MS = 5_000;
const CREATE_MS = 60_000;
/** A deadline is a minute after the opening. */
const DEADLINE_MS = 66_000;
/** Promised money does not wait for ever. */
const LATE_MS = 30_000;

/** One raffle while it is played. */
interface Play {
  readonly stage: Stage;
  readonly plan: RafflePlan;
  readonly raffleId: string;
  readonly status: () => string;
  /** Whether entries may be possible. */
  readonly isOpen: () => boolean;
  /** Its admin writes a command about it. */
  readonly order: (command: string, words?: string) => Promise<unknown>;
}

/** @returns Resolves when the raffle has reached its end, or the signal aborts. */
export async function playRaffle(stage: Stage, plan: RafflePlan): Promise<void> {
  const play = await create(stage, plan);
  if (play === undefined) return;
  const { order, status } = play;
  const openedAtMs = performance.now();
  await insist(stage, () => order("open"), () => status() !== "draft");
  const [entries] = await Promise.all([enterAll(play), plan.isPausedOnce ? pauseOnce(play) : null]);
  if (plan.end === "wait") {
    const leftMs = openedAtMs + DEADLINE_MS - performance.now();
    await until(play.isOpen, (isYes) => !isYes, { timeoutMs: leftMs, signal: stage.signal });
  }
  await close(play);
  await Promise.all([finishLate(play, entries), seeToEnd(play)]);
}

/** @returns Undefined when it did not come about. */
async function create(stage: Stage, plan: RafflePlan): Promise<Play | undefined> {
  const { people, watch, signal } = stage;
  const admin = stage.admins[plan.admin] ?? 0;
  await people.write(admin, `/admin create ${plan.form}`);
  const seen = (): SeenRaffle | undefined => watch.byTitle(plan.title);
  const raffle = await until(seen, (one) => one !== undefined, { timeoutMs: CREATE_MS, signal });
  if (raffle === undefined) return undefined;
  const { raffleId } = raffle;
  const status = (): string => seen()?.status ?? "";
  return {
    stage,
    plan,
    raffleId,
    status,
    isOpen: () => ["open", "paused"].includes(status()),
    order: (command, words = "") =>
      people.write(admin, `/admin ${command} ${raffleId} ${words}`.trim()),
  };
}

async function enterAll({ stage, plan, raffleId, isOpen, order }: Play): Promise<Entry[]> {
  let tried = 0;
  return await Promise.all(plan.entries.map(async (entry) => {
    await pause(entry.delayMs, stage.signal);
    const entered = await enter(stage, entry, { raffleId, title: plan.title, isOpen });
    if (++tried === plan.stopAfter) await order("stop", "as planned");
    return entered;
  }));
}

function enter(stage: Stage, entry: EntryPlan, context: EnterContext): Promise<Entry> {
  return entry.currency === "RUB"
    ? enterByRubles(stage, { ...context, entry })
    : enterByStars(stage, { ...context, entry });
}

async function pauseOnce({ stage, status, order }: Play): Promise<void> {
  await order("pause");
  const isPaused = (): boolean => status() === "paused";
  await until(isPaused, (isYes) => isYes, { timeoutMs: WRITE_AGAIN_MS, signal: stage.signal });
  await insist(stage, () => order("resume"), () => !isPaused());
}

/** The draw is forced; with too few players that cannot be, and the raffle is stopped. */
async function close({ stage, plan, raffleId, isOpen, order }: Play): Promise<void> {
  await insist(stage, async () => {
    if (!isOpen()) return;
    // Two admins must want it.
    for (const admin of plan.end === "stop" ? [] : stage.admins.slice(0, 2)) {
      await stage.people.write(admin, `/admin force ${raffleId}`);
    }
    if (plan.end === "stop" || await staysOpen(stage, isOpen)) await order("stop", "as planned");
  }, () => !isOpen());
}

/** A draw that cannot be trusted is refunded when two admins say so. */
async function seeToEnd({ stage, raffleId, status }: Play): Promise<void> {
  await insist(stage, async () => {
    if (status() !== "disputed") return;
    for (const admin of stage.admins.slice(0, 2)) {
      await stage.people.write(admin, `/admin refund ${raffleId} as planned`);
    }
  }, () => ENDS.has(status()));
}

/** Money that was promised arrives when the raffle is over. */
async function finishLate({ stage, status }: Play, entries: readonly Entry[]): Promise<void> {
  const { signal } = stage;
  const late = entries.flatMap((entry) => entry.late);
  if (late.length === 0) return;
  await until(() => ENDS.has(status()), (isOver) => isOver, { timeoutMs: LATE_MS, signal });
  for (const pay of late) await pay();
}

/** Does it, and again after a while, until it has come about. */
async function insist(
  { signal }: Stage,
  act: () => Promise<unknown>,
  isDone: () => boolean,
): Promise<void> {
  while (!isDone() && !signal.aborted) {
    await act();
    await until(isDone, (isYes) => isYes, { timeoutMs: WRITE_AGAIN_MS, signal });
  }
}

/** With too few players a draw cannot be forced. */
async function staysOpen({ signal }: Stage, isOpen: () => boolean): Promise<boolean> {
  const closed = await until(isOpen, (isYes) => !isYes, { timeoutMs: 3_000, signal });
  return closed === undefined;
}
