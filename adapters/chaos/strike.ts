/** Carries out the plan of blows while the raffles are played. */
import type { People } from "../sandbox/people.ts";
import type { Nodes } from "./nodes.ts";
import type { Strike } from "./plan_strikes.ts";
import type { Postgres } from "./postgres.ts";
import type { RaffleWatch } from "./raffle_watch.ts";
import { pause, until } from "./wait.ts";

export interface Battlefield {
  readonly nodes: Nodes;
  readonly postgres: Postgres;
  readonly people: People;
  readonly watch: RaffleWatch;
  /** Ends the strikes. */
  readonly signal: AbortSignal;
  readonly tell: (line: string) => void;
}

/**
 * A blow on a product that is not up proves little: one node has to have been there for so long. On a
 * slow machine the plan then takes longer, and what is later than the run's end is left out.
 */
const STANDING_MS = 1_000;
/** It falls all the same after this; a start has to stand it too. */
const MERCY_MS = 10_000;
/** How long a blow waits for its moment before it falls anyway. */
const AIM_MS = 5_000;
/** The call lasts so long that a node can be killed within it. */
const HELD_CALL_MS = 700;

/** @returns The number of faults that were ordered, when the last blow has fallen. */
export async function strikeAll(
  field: Battlefield,
  { strikes, seconds }: { strikes: readonly Strike[]; seconds: number },
): Promise<number> {
  const endsAtMs = performance.now() + seconds * 1_000;
  let beganAtMs = performance.now();
  let faults = 0;
  const falling: Promise<void>[] = [];
  for (const strike of strikes) {
    await pause(beganAtMs + strike.atMs - performance.now(), field.signal);
    if (strike.kind !== "faults") beganAtMs += await stand(field);
    if (field.signal.aborted || performance.now() > endsAtMs) break;
    if (strike.kind === "faults") faults += strike.orders.length;
    falling.push(fall(field, strike));
  }
  await Promise.all(falling);
  return faults;
}

/** @returns How long it took, milliseconds. */
async function stand({ nodes, signal }: Battlefield): Promise<number> {
  const sinceMs = performance.now();
  await until(() => nodes.isStanding(STANDING_MS), (isYes) => isYes, {
    timeoutMs: MERCY_MS,
    signal,
  });
  return performance.now() - sinceMs;
}

async function fall(field: Battlefield, strike: Strike): Promise<void> {
  const { nodes, postgres, people, tell } = field;
  switch (strike.kind) {
    case "kill":
      return killOne(field, strike.node, strike.downMs, "at random");
    case "killAll":
      return killAll(field, strike.downMs, "at random");
    case "killAt": {
      const isSeen = await untilSeen(field, strike.status);
      const when = isSeen
        ? `a raffle has entered ${strike.status}`
        : `none entered ${strike.status}`;
      return killOne(field, strike.node, strike.downMs, when);
    }
    case "killIn": {
      const { service, method } = strike.call;
      const { id } = await people.fault({
        service,
        method,
        kind: "delay",
        delayMs: HELD_CALL_MS,
      });
      const isIn = await until(
        async () => (await people.faults()).some((fault) => fault.id === id),
        (isWaiting) => !isWaiting,
        { timeoutMs: AIM_MS, everyMs: 25, signal: field.signal },
      );
      // Which node asked, nobody outside can know.
      return killAll(field, strike.downMs, isIn === undefined ? "at random" : `within ${method}`);
    }
    case "freeze":
      tell(`node ${strike.node + 1} stands still for ${strike.forMs} ms`);
      await nodes.freeze(strike.node, strike.forMs);
      return;
    case "postgres":
      tell(postgres.describe(strike.how, strike.downMs));
      return await postgres.strike(strike.how, strike.downMs);
    case "faults":
      for (const order of strike.orders) await people.fault(order);
      tell(`faults: ${strike.orders.map(({ method, kind }) => `${method} ${kind}`).join(", ")}`);
  }
}

function killOne({ nodes, tell }: Battlefield, index: number, downMs: number, when: string): void {
  if (nodes.kill(index, downMs)) tell(`kill -9 of node ${index + 1}, ${when}`);
}

function killAll({ nodes, tell }: Battlefield, downMs: number, when: string): void {
  const indexes = Array.from({ length: nodes.count }, (_, index) => index);
  const killed = indexes.filter((index) => nodes.kill(index, downMs));
  if (killed.length > 0) tell(`kill -9 of all nodes (${killed.length} were up), ${when}`);
}

async function untilSeen({ watch, signal }: Battlefield, status: string): Promise<boolean> {
  let isSeen = false;
  const giveUp = watch.onceIn(status, () => (isSeen = true));
  await until(() => isSeen, (isYes) => isYes, { timeoutMs: AIM_MS, everyMs: 5, signal });
  giveUp();
  return isSeen;
}
