/**
 * One raffle as people play it: an admin makes and opens it, players enter as the plan says, and an
 * admin sees to its end. Nobody gives up because an answer is late; what could not be had is tried
 * again as people do, and what then fails is no fault of the load's.
 */
import { enter, type Entry } from "./play_entry.ts";
import type { EntryPlan, RafflePlan } from "./plan_raffles.ts";
import type { Stage } from "./stage.ts";
import { pause, until } from "./wait.ts";

const ENDS = new Set(["settled", "refunded"]);
/** An admin who sees nothing happen writes again. */
const WRITE_AGAIN_MS = 5_000;
const CREATE_MS = 60_000;
/** A deadline is a minute after the opening. */
const DEADLINE_MS = 66_000;

/** @returns Resolves when the raffle has reached its end, or the signal aborts. */
export async function playRaffle(stage: Stage, plan: RafflePlan): Promise<void> {
  const { people, watch, signal } = stage;
  const admin = stage.admins[plan.admin] ?? 0;
  const status = (): string => watch.byTitle(plan.title)?.status ?? "";
  await people.write(admin, `/admin create ${plan.form}`);
  const raffle = await until(
    () => watch.byTitle(plan.title),
    (seen) => seen !== undefined,
    { timeoutMs: CREATE_MS, signal },
  );
  if (raffle === undefined) return;
  const { raffleId } = raffle;
  const order = (command: string, words = ""): Promise<unknown> =>
    people.write(admin, `/admin ${command} ${raffleId} ${words}`.trim());
  const openedAtMs = performance.now();
  await insist(stage, () => order("open"), () => status() !== "draft");

  const entries: Entry[] = [];
  let tried = 0;
  const isOpen = (): boolean => ["open", "paused"].includes(status());
  async function play(entry: EntryPlan): Promise<void> {
    await pause(entry.delayMs, signal);
    entries.push(await enter(stage, { raffleId, title: plan.title, entry, isOpen }));
    if (++tried === plan.stopAfter) await order("stop", "as planned");
  }
  const playing = plan.entries.map(play);
  if (plan.isPausedOnce) {
    await order("pause");
    await pause(500, signal);
    await insist(stage, () => order("resume"), () => status() !== "paused");
  }
  await Promise.all(playing);

  if (plan.end === "wait") {
    const leftMs = openedAtMs + DEADLINE_MS - performance.now();
    await until(isOpen, (isYes) => !isYes, { timeoutMs: leftMs, signal });
  }
  await insist(
    stage,
    async () => {
      if (!isOpen()) return;
      if (plan.end !== "stop") await order("force");
      if (plan.end === "stop" || await staysOpen(stage, isOpen)) await order("stop", "as planned");
    },
    () => !isOpen(),
  );
  const finishing = finishLate(stage, entries, () => ENDS.has(status()));
  await insist(
    stage,
    async () => {
      // A draw that cannot be trusted: two admins must say so.
      if (status() !== "disputed") return;
      for (const each of stage.admins.slice(0, 2)) {
        await people.write(each, `/admin refund ${raffleId} as planned`);
      }
    },
    () => ENDS.has(status()),
  );
  await finishing;
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

/** Money that was promised arrives when the raffle is over. */
async function finishLate(
  { people, signal }: Stage,
  entries: readonly Entry[],
  isOver: () => boolean,
): Promise<void> {
  const held = entries.flatMap((entry) => entry.heldUntilOver);
  if (held.length === 0) return;
  await until(isOver, (isYes) => isYes, { timeoutMs: 30_000, signal });
  for (const id of held) await people.deliverPayment(id);
}
