/**
 * Random machines with random events and random time, stepped through JSON by our tree and at the
 * same time by XState in memory: value, context, status, output, children and the order of plain
 * actions must be the same after every event.
 */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { type AnyActor, createActor, SimulatedClock } from "xstate";
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
      again({ numRuns: Number(Deno.env.get("ZHREB_RANDOM_MACHINES") ?? 1_500) }),
    );
    // Otherwise the generator would have become useless without anybody noticing.
    expect(compared).toBeGreaterThan(setAside);
  });
});

/** The run that a failure has printed as seed and path, when the environment names it. */
function again<Parameters extends object>(parameters: Parameters) {
  const seed = Deno.env.get("ZHREB_RANDOM_SEED");
  const path = Deno.env.get("ZHREB_RANDOM_PATH");
  return {
    ...parameters,
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(path === undefined ? {} : { path }),
  };
}

/** @returns Whether the two could be compared to the end. */
function compare(seed: number, inputs: readonly Input[]): boolean {
  const liveLog: string[] = [];
  const clock = new SimulatedClock();
  const children = new Children();
  const live = createActor(randomMachine(seed, (name) => liveLog.push(name)), {
    clock,
    inspect: (inspected) => {
      const isBirth = inspected.type === "@xstate.event" && inspected.event.type === "xstate.init";
      if (isBirth) children.add(inspected.actorRef as AnyActor);
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
    if (!step()) return true;
    if (children.hadNamesakes()) return false;
    const where = `after step ${index} of machine ${seed}`;
    expect(Object.fromEntries(ours(tree)), where).toEqual(Object.fromEntries(theirs(live)));
    expect(ourLog, where).toEqual(liveLog);
    if (live.getSnapshot().status !== "active") return true;
  }
  return true;
}

/**
 * Two living children of one name: XState loses sight of the first and lets it run on (it enters a
 * state again without leaving it, for a history target that has nothing to remember), we stop it.
 */
class Children {
  readonly #actors: AnyActor[] = [];
  #hadNamesakes = false;

  add(child: AnyActor): void {
    this.#hadNamesakes ||= this.#actors.some((other) =>
      other._parent === child._parent && other.id === child.id &&
      other.getSnapshot().status === "active"
    );
    this.#actors.push(child);
  }

  hadNamesakes(): boolean {
    return this.#hadNamesakes || this.#actors.some((child) => {
      const isKnown = child._parent?.getSnapshot().children[child.id] === child;
      return child._parent !== undefined && !isKnown && child.getSnapshot().status === "active";
    });
  }
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
