/** Carries out the plan of blows while the raffles are played. */
import type { Fault, FaultOrder, People } from "../sandbox/people.ts";
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

export interface Striking {
  /** Faults that were ordered. */
  readonly faults: number;
  /** What was done outside just before all nodes were killed. */
  readonly cut: {
    /** Gifts and Premium that were given. */
    readonly prizes: number;
    /** Payouts in rubles that were made. */
    readonly payouts: number;
    /** Updates that were confirmed. */
    readonly confirmations: number;
  };
  /** Ends the blows, also those that wait for their moment. */
  beginNoMore(): void;
  /** Resolves when the last one has fallen. */
  readonly over: Promise<void>;
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
/** Calls are held for longer than that, or never answered. */
const MEETING_EVERY_MS = 20;
const PRIZE_CALLS = ["sendGift", "giftPremiumSubscription"];

/** Begins with the first of the blows. */
export function startStriking(
  surroundings: Battlefield,
  strikes: readonly Strike[],
): Striking {
  const ending = new AbortController();
  const signal = AbortSignal.any([surroundings.signal, ending.signal]);
  const field = { ...surroundings, signal };
  const cut = { prizes: 0, payouts: 0, confirmations: 0 };
  let faults = 0;

  async function strikeAll(): Promise<void> {
    let beganAtMs = performance.now();
    const falling: Promise<void>[] = [];
    for (const strike of strikes) {
      await pause(Math.max(0, beganAtMs + strike.atMs - performance.now()), signal);
      if (strike.kind !== "faults") beganAtMs += await stand(field);
      if (signal.aborted) break;
      if (strike.kind === "faults") faults += strike.orders.length;
      const blow = strike.kind === "killAfter" ? killAfter(strike) : fall(field, strike);
      // A failure is awaited with the others; until then it is nobody's unhandled rejection.
      blow.catch(() => {});
      falling.push(blow);
    }
    await Promise.all(falling);
  }

  /** Its moment is waited for as long as it takes: few calls are as telling. */
  async function killAfter({ calls, downMs }: Extract<Strike, { kind: "killAfter" }>) {
    const orders = calls.map((call) => ({ ...call, kind: "timeoutAfterSuccess" as const }));
    const method = await untilMet(field, { orders, timeoutMs: Infinity });
    if (method === undefined || !killAll(field, downMs, `after ${method} was done`)) return;
    if (PRIZE_CALLS.includes(method)) cut.prizes++;
    if (method === "createPayout") cut.payouts++;
    if (method === "getUpdates") cut.confirmations++;
  }

  const over = strikeAll();
  // A failure is awaited later; until then it is nobody's unhandled rejection.
  over.catch(() => {});
  return {
    get faults() {
      return faults;
    },
    cut,
    beginNoMore: () => ending.abort(),
    over,
  };
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

async function fall(
  field: Battlefield,
  strike: Exclude<Strike, { kind: "killAfter" }>,
): Promise<void> {
  const { nodes, postgres, people, tell } = field;
  switch (strike.kind) {
    case "kill":
      return killOne(field, strike.node, strike.downMs, "at random");
    case "killAll":
      killAll(field, strike.downMs, "at random");
      return;
    case "killAt": {
      const isSeen = await untilSeen(field, strike.status);
      const when = isSeen
        ? `a raffle has entered ${strike.status}`
        : `none entered ${strike.status}`;
      return killOne(field, strike.node, strike.downMs, when);
    }
    case "killIn": {
      const order = { ...strike.call, kind: "delay", delayMs: HELD_CALL_MS } as const;
      const isIn = await untilMet(field, { orders: [order], timeoutMs: AIM_MS }) !== undefined;
      // Which node asked, nobody outside can know.
      killAll(field, strike.downMs, isIn ? `within ${strike.call.method}` : "at random");
      return;
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

/**
 * Orders faults for one call each, and waits until one is met; the others wait on.
 * @returns The method of the call that met it; undefined when none did.
 */
async function untilMet(
  { people, signal }: Battlefield,
  { orders, timeoutMs }: { orders: readonly FaultOrder[]; timeoutMs: number },
): Promise<string | undefined> {
  const faults: Fault[] = [];
  for (const order of orders) faults.push(await people.fault(order));
  const findMet = async (): Promise<string | undefined> => {
    const waiting = new Set((await people.faults()).map(({ id }) => id));
    return faults.find(({ id }) => !waiting.has(id))?.method;
  };
  const everyMs = MEETING_EVERY_MS;
  return await until(findMet, (method) => method !== undefined, { timeoutMs, everyMs, signal });
}

function killOne({ nodes, tell }: Battlefield, index: number, downMs: number, when: string): void {
  if (nodes.kill(index, downMs)) tell(`kill -9 of node ${index + 1}, ${when}`);
}

/** @returns Whether any was up. */
function killAll({ nodes, tell }: Battlefield, downMs: number, when: string): boolean {
  const indexes = Array.from({ length: nodes.count }, (_, index) => index);
  const killed = indexes.filter((index) => nodes.kill(index, downMs));
  if (killed.length === 0) return false;
  tell(`kill -9 of all nodes (${killed.length} were up), ${when}`);
  return true;
}

async function untilSeen({ watch, signal }: Battlefield, status: string): Promise<boolean> {
  let isSeen = false;
  const giveUp = watch.onceIn(status, () => (isSeen = true));
  await until(() => isSeen, (isYes) => isYes, { timeoutMs: AIM_MS, everyMs: 5, signal });
  giveUp();
  return isSeen;
}
