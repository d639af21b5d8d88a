/**
 * Random machines with random events and random time, stepped through JSON by our tree and at the
 * same time by XState in memory: value, context, status, output, children and the order of plain
 * actions must be the same after every event.
 */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { type AnyActor, type AnyStateMachine, createActor, SimulatedClock } from "xstate";
import { childAddress } from "./address.ts";
import { MemoryTree } from "./testing/memory_tree.ts";
import { EVENTS, randomMachine } from "./testing/random_machine.ts";

type Input = { type: "event"; name: string } | { type: "time"; ms: number };

const input: fc.Arbitrary<Input> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(...EVENTS).map((name) => ({ type: "event", name } as const)),
  },
  { weight: 1, arbitrary: fc.constantFrom(4, 9, 40).map((ms) => ({ type: "time", ms } as const)) },
);

interface Seen {
  value: unknown;
  context: unknown;
  status: string;
  output: unknown;
}

describe("a tree stepped through JSON", () => {
  it("does what XState does in memory, for random machines", () => {
    // XState warns of every event for an actor that is done.
    vi.spyOn(console, "warn").mockImplementation(() => {});
    let compared = 0;
    let setAside = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.array(input, { minLength: 4, maxLength: 12 }),
        (seed, inputs) => {
          if (compare(seed, inputs)) compared++;
          else setAside++;
        },
      ),
      { numRuns: Number(Deno.env.get("ZHREB_RANDOM_MACHINES") ?? 1_500) },
    );
    // Otherwise the generator would have become useless without anybody noticing.
    expect(compared).toBeGreaterThan(setAside);
  });
});

/** @returns Whether the two could be compared to the end. */
function compare(seed: number, inputs: readonly Input[]): boolean {
  const liveLog: string[] = [];
  const clock = new SimulatedClock();
  const made: AnyActor[] = [];
  const live = createActor(randomMachine(seed, (name) => liveLog.push(name)), {
    clock,
    inspect: (inspected) => {
      if (inspected.type === "@xstate.actor") made.push(inspected.actorRef as AnyActor);
    },
  });
  const errors: unknown[] = [];
  live.subscribe({ error: (error) => errors.push(error) });

  const ourLog: string[] = [];
  const tree = new MemoryTree(randomMachine(seed, (name) => ourLog.push(name)));

  const steps: (() => boolean)[] = [
    () => act(() => live.start(), () => tree.create()),
    ...inputs.map((each) => () =>
      each.type === "event"
        ? act(() => live.send({ type: each.name }), () => tree.send({ type: each.name }))
        : act(() => clock.increment(each.ms), () => tree.advance(each.ms))
    ),
  ];
  /** @returns Whether both went on; a step that throws ends a live actor, ours stays as it was. */
  function act(stepLive: () => void, stepOurs: () => void): boolean {
    stepLive();
    const liveFailed = errors.length > 0 || live.getSnapshot().status === "error";
    try {
      stepOurs();
    } catch (error) {
      expect(liveFailed, `only ours threw ${error}`).toBe(true);
      return false;
    }
    expect(liveFailed, `only XState threw ${errors[0]}`).toBe(false);
    return true;
  }

  for (const [index, step] of steps.entries()) {
    if (hasTie(tree, inputs[index - 1])) return false;
    if (!step()) return true;
    if (!isLegal(live) || hasNamesakes(made) || hasDoubleTimers(live, clock)) return false;
    const where = `after step ${index} of machine ${seed}`;
    expect(Object.fromEntries(ours(tree)), where).toEqual(Object.fromEntries(theirs(live)));
    expect(ourLog, where).toEqual(liveLog);
    if (live.getSnapshot().status !== "active") return true;
  }
  return true;
}

/**
 * Timers of different actors of one tree that are due in the same millisecond: XState fires them in
 * the order in which they were set, we the parent's first.
 */
function hasTie(tree: MemoryTree, next: Input | undefined): boolean {
  if (next?.type !== "time") return false;
  const due = tree.timers().filter(({ dueMs }) => dueMs <= tree.nowMs + next.ms);
  return due.some((one) =>
    due.some((other) => other.dueMs === one.dueMs && other.address !== one.address)
  );
}

/**
 * XState can reach configurations that no `value` describes (a compound state with two active
 * children, a parallel state without one of its regions); its own restore changes them, too.
 */
function isLegal(actor: AnyActor): boolean {
  const snapshot = actor.getSnapshot();
  const machine = actor.logic as AnyStateMachine;
  const restored = machine.resolveState({ value: snapshot.value, context: snapshot.context });
  const idsOf = (nodes: { id: string }[]): string[] => nodes.map(({ id }) => id).sort();
  return idsOf(restored._nodes).join() === idsOf(snapshot._nodes).join();
}

/**
 * Two living children of one name: XState loses sight of the first and lets it run on (it enters the
 * root again without leaving it), we stop it.
 */
function hasNamesakes(actors: readonly AnyActor[]): boolean {
  const living = actors.filter((actor) => actor.getSnapshot().status === "active");
  const names = living.map((actor) => `${actor._parent?.sessionId} ${actor.id}`);
  return new Set(names).size < names.length;
}

/**
 * Two timers of one name: XState lets both fire and can cancel the newer only, we keep the newer. It
 * comes about when XState enters a state again without leaving it (a history target that has nothing
 * to remember).
 */
function hasDoubleTimers(actor: AnyActor, clock: SimulatedClock): boolean {
  const { timeouts } = clock as unknown as { timeouts: Map<number, unknown> };
  const { _scheduledEvents: known } = actor.system.getSnapshot();
  return timeouts.size > Object.keys(known).length;
}

function ours(tree: MemoryTree): Map<string, Seen> {
  return new Map(
    [...tree.views()].map(([address, { value, context, status, output }]) => [
      address,
      { value, context, status, output },
    ]),
  );
}

function theirs(actor: AnyActor, address = "tree/1", seen = new Map<string, Seen>()) {
  const { value, context, status, output, children } = actor.getSnapshot();
  seen.set(address, { value, context, status, output });
  for (const [id, inner] of Object.entries(children)) {
    if (inner !== undefined) theirs(inner as AnyActor, childAddress(address, id), seen);
  }
  return seen;
}
