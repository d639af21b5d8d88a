/** What is measured: machines, and senders that keep a runtime busy. */
import { assign, emit, fromPromise, setup } from "xstate";
import { type ActorDefinition, defineActor } from "../actors/define_actor.ts";
import { createRuntime, type Runtime } from "../actors/runtime.ts";
import type { Database } from "../db/connection.ts";

const counter = setup({
  types: { context: {} as { count: number }, events: {} as { type: "add"; by: number } },
  actions: {
    add: assign({ count: ({ context, event }) => context.count + event.by }),
  },
}).createMachine({
  id: "counter",
  context: { count: 0 },
  initial: "counting",
  states: { counting: { on: { add: { actions: "add" } } } },
});

const worker = setup({
  types: {
    context: {} as { sum: number },
    events: {} as { type: "work"; n: number },
    emitted: {} as { type: "worked" },
  },
  actors: { double: fromPromise(({ input }: { input: number }) => Promise.resolve(input * 2)) },
  actions: {
    add: assign({ sum: ({ context }, { result }: { result: number }) => context.sum + result }),
    tell: emit({ type: "worked" }),
  },
}).createMachine({
  id: "worker",
  context: { sum: 0 },
  initial: "idle",
  states: {
    idle: { on: { work: "working" } },
    working: {
      invoke: {
        id: "double",
        src: "double",
        input: ({ event }) => event.n,
        onDone: {
          target: "idle",
          actions: [{ type: "add", params: ({ event }) => ({ result: event.output }) }, "tell"],
        },
      },
    },
  },
});

const definitions: readonly ActorDefinition[] = [
  defineActor({ kind: "counter", machine: counter }),
  defineActor({ kind: "worker", machine: worker }),
];

/** Senders at once, as many as a busy bot has updates in hand. */
export const SENDERS = 64;
/** Actors that the senders spread over. */
export const ACTORS = 1_000;
const WARM_UP_MS = 500;

/** Creates the actors that all measurements share. */
export async function createActors(database: Database): Promise<void> {
  const runtime = await startRuntime(database);
  const numbers = Array.from({ length: ACTORS }, (_, number) => number);
  await Promise.all(numbers.flatMap((number) => [
    runtime.create(`counter/${number}`),
    runtime.create(`worker/${number}`),
  ]));
  await runtime.stop();
}

/** Events per second, each awaited by its sender, in transactions of many. */
export async function measureGroups(database: Database, seconds: number): Promise<number> {
  const runtime = await startRuntime(database);
  const rate = await perSecond(seconds, SENDERS, () => add(runtime, randomBelow(ACTORS)));
  await runtime.stop();
  return rate;
}

/**
 * Events per second with a transaction for each.
 * @param nodes Runtimes side by side, each with a connection at work and its share of the actors.
 */
export async function measureSingles(
  database: Database,
  { seconds, nodes }: { seconds: number; nodes: number },
): Promise<number> {
  const runtimes = await Promise.all(
    Array.from({ length: nodes }, () => startRuntime(database, 1)),
  );
  const share = Math.floor(ACTORS / nodes);
  const rate = await perSecond(seconds, SENDERS, (sender) => {
    const node = sender % nodes;
    return add(runtimes[node] as Runtime, node * share + randomBelow(share));
  });
  await Promise.all(runtimes.map((runtime) => runtime.stop()));
  return rate;
}

/** Events per second of one actor to which all send. */
export async function measureHotActor(database: Database, seconds: number): Promise<number> {
  const runtime = await startRuntime(database);
  const rate = await perSecond(seconds, SENDERS, () => add(runtime, 0));
  await runtime.stop();
  return rate;
}

/** Rounds per second of event, effect, and its result stored: two commits and a promise each. */
export async function measureInvoke(database: Database, seconds: number): Promise<number> {
  const runtime = await startRuntime(database);
  const waiting = new Map<string, () => void>();
  const stopListening = runtime.onEmit((address) => waiting.get(address)?.());
  let sent = 0;
  const rate = await perSecond(seconds, SENDERS, async (sender) => {
    // Each sender has workers of its own, so that none is asked while it works.
    const address = `worker/${(sent++ * SENDERS + sender) % ACTORS_OF_SENDERS}`;
    const worked = new Promise<void>((resolve) => waiting.set(address, resolve));
    await expectAccepted(runtime.send(address, { type: "work", n: 21 } as never));
    await worked;
  });
  stopListening();
  await runtime.stop();
  return rate;
}

/** Workers that can be dealt out evenly. */
const ACTORS_OF_SENDERS = Math.floor(ACTORS / SENDERS) * SENDERS;

/** Milliseconds that half the events of a lonely sender take at most. */
export async function measureLatency(database: Database, seconds: number): Promise<number> {
  const runtime = await startRuntime(database);
  const tookMs: number[] = [];
  await perSecond(seconds, 1, async () => {
    const startedMs = performance.now();
    await add(runtime, randomBelow(ACTORS));
    tookMs.push(performance.now() - startedMs);
  });
  await runtime.stop();
  return tookMs.sort((a, b) => a - b)[Math.floor(tookMs.length / 2)] ?? NaN;
}

async function startRuntime(database: Database, maxBatchSize?: number): Promise<Runtime> {
  const options = maxBatchSize === undefined ? {} : { maxBatchSize };
  const runtime = await createRuntime({ database, actors: definitions, ...options });
  await runtime.start();
  return runtime;
}

async function add(runtime: Runtime, number: number): Promise<void> {
  await expectAccepted(runtime.send(`counter/${number}`, { type: "add", by: 1 } as never));
}

async function expectAccepted(receipt: ReturnType<Runtime["send"]>): Promise<void> {
  const { status, reason } = await receipt;
  if (status !== "accepted") throw new Error(`An event was ${status}: ${reason}`);
}

/** How often `work` is done per second by so many at once, after a short warm-up. */
async function perSecond(
  seconds: number,
  senders: number,
  work: (sender: number) => Promise<void>,
): Promise<number> {
  const fromMs = performance.now() + WARM_UP_MS;
  const untilMs = fromMs + seconds * 1_000;
  let done = 0;
  await Promise.all(Array.from({ length: senders }, async (_, sender) => {
    for (let nowMs = 0; nowMs < untilMs;) {
      await work(sender);
      nowMs = performance.now();
      if (nowMs >= fromMs && nowMs < untilMs) done++;
    }
  }));
  return done / seconds;
}

function randomBelow(limit: number): number {
  return Math.floor(Math.random() * limit);
}
