/**
 * The yardstick: one machine, the same deeds, once with `createActor` in memory and once on the durable
 * runtime, which begins anew between any two deeds. What can be seen afterwards must be the same.
 */
import { expect } from "vitest";
import {
  type AnyActor,
  type AnyStateMachine,
  createActor,
  type EventObject,
  SimulatedClock,
} from "xstate";
import { childAddress } from "../address.ts";
import { type ActorOptions, defineActor } from "../define_actor.ts";
import { startTestRuntime } from "./test_runtime.ts";

/** An event, or milliseconds that pass. */
export type Deed = EventObject | number;

/** What can be seen of an actor and its child machines after a deed. */
export interface Seen {
  /** By address; the root is `it/1`. */
  actors: Record<string, SeenActor>;
  /** Emitted by the root so far. */
  emitted: EventObject[];
  /** What plain actions have told `log` so far. */
  logged: unknown[];
}

interface SeenActor {
  value: unknown;
  context: unknown;
  status: string;
  output: unknown;
  tags: string[];
}

/** Makes the machine; its plain actions and promises may tell `log` what they do. */
export type Build = (log: (entry: unknown) => void) => AnyStateMachine;

/**
 * Fails when the two differ after any deed.
 * @returns What was seen after each deed; first after the creation.
 */
export async function expectSame(
  build: Build,
  deeds: readonly Deed[],
  { input, ...options }: { input?: unknown } & Partial<ActorOptions> = {},
): Promise<Seen[]> {
  const memory = await inMemory(build, deeds, input);
  const durable = await onTheRuntime(build, deeds, { input, options });
  for (const [index, seen] of durable.entries()) {
    const deed = index === 0 ? "the creation" : JSON.stringify(deeds[index - 1]);
    expect(seen, `after ${deed}, deed ${index}`).toEqual(memory[index]);
  }
  return durable;
}

async function inMemory(build: Build, deeds: readonly Deed[], input: unknown): Promise<Seen[]> {
  const logged: unknown[] = [];
  const emitted: EventObject[] = [];
  const clock = new SimulatedClock();
  const actor = createActor(build((entry) => logged.push(entry)), { clock, input, id: "1" });
  // XState would report what ends the actor as an uncaught error.
  actor.subscribe({ error: () => {} });
  actor.on("*", (event) => emitted.push(event));
  const seen: Seen[] = [];
  const look = (): void => {
    seen.push(structuredClone({ actors: seenInMemory(actor), emitted, logged }));
  };
  actor.start();
  await promisesEnd();
  look();
  for (const deed of deeds) {
    if (typeof deed === "number") await pass(clock, deed);
    else actor.send(deed);
    await promisesEnd();
    look();
  }
  actor.stop();
  return seen;
}

/** From one due time to the next, as durable timers fire. */
async function pass(clock: SimulatedClock, ms: number): Promise<void> {
  const untilMs = clock.now() + ms;
  for (;;) {
    const { timeouts } = clock as unknown as {
      timeouts: Map<number, { start: number; timeout: number }>;
    };
    const nextMs = Math.min(...[...timeouts.values()].map(({ start, timeout }) => start + timeout));
    if (nextMs > untilMs) break;
    clock.set(nextMs);
    await promisesEnd();
  }
  clock.set(untilMs);
}

/** Promises in these machines are settled, or settle by one another: some turns of the loop are enough. */
async function promisesEnd(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve));
}

async function onTheRuntime(
  build: Build,
  deeds: readonly Deed[],
  { input, options }: { input: unknown; options: Partial<ActorOptions> },
): Promise<Seen[]> {
  const logged: unknown[] = [];
  const emitted: EventObject[] = [];
  const machine = build((entry) => logged.push(entry));
  const test = await startTestRuntime([defineActor({ kind: "it", machine, ...options })]);
  const listen = (): void => {
    test.runtime.onEmit((address, event) => {
      if (address === "it/1") emitted.push(event);
    });
  };
  const seen: Seen[] = [];
  const look = async (): Promise<void> => {
    await test.settled();
    const { rows } = await test.database.query<{ address: string }>("select address from actors");
    const actors: Record<string, SeenActor> = {};
    for (const { address } of rows) {
      const view = await test.runtime.read(address);
      if (view !== undefined) actors[address] = seenActor(view);
    }
    seen.push(structuredClone({ actors, emitted, logged }));
  };
  listen();
  await test.create("it/1", input);
  await look();
  for (const deed of deeds) {
    await test.restart();
    listen();
    if (typeof deed === "number") await test.advance(deed);
    else await test.send("it/1", deed);
    await look();
  }
  await test.stop();
  return seen;
}

function seenInMemory(actor: AnyActor, address = "it/1"): Record<string, SeenActor> {
  const snapshot = actor.getSnapshot();
  const seen = { [address]: seenActor(snapshot) };
  for (const [id, child] of Object.entries(snapshot.children ?? {})) {
    const inner = child as AnyActor | undefined;
    const { status, context } = inner?.getSnapshot() ?? {};
    // A promise has no row, and what is stopped keeps none.
    if (inner === undefined || context === undefined || status === "stopped") continue;
    Object.assign(seen, seenInMemory(inner, childAddress(address, id)));
  }
  return seen;
}

/** Transition logic has neither states nor tags. */
function seenActor(
  { value = {}, context, status, output, tags = [] }: Omit<SeenActor, "tags"> & {
    tags?: Iterable<string>;
  },
): SeenActor {
  return {
    value,
    context: comparable(context),
    status,
    output: comparable(output),
    tags: [...tags].sort(),
  };
}

/** References are compared by their ids, errors by what they say. */
function comparable(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(comparable);
  if ("sessionId" in value) return { actor: (value as unknown as { id: string }).id };
  if (value instanceof Error) return { error: value.message, ...value, name: value.name };
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, comparable(each)]));
}
