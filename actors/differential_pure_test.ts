/**
 * Random machines with random events and random time, stepped through JSON by our tree and at the
 * same time by XState in memory: value, context, status, output, children and the order of plain
 * actions must be the same after every event.
 */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import {
  type AnyActor,
  type AnyStateMachine,
  createActor,
  type EventObject,
  SimulatedClock,
} from "xstate";
import { childAddress } from "./address.ts";
import { MemoryTree } from "./testing/memory_tree.ts";
import { answer, EVENTS, randomMachine } from "./testing/random_machine.ts";

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
  tags: string[];
}

describe("a tree stepped through JSON", () => {
  it("does what XState does in memory, for random machines", async () => {
    // XState warns of every event for an actor that is done.
    vi.spyOn(console, "warn").mockImplementation(() => {});
    let compared = 0;
    let setAside = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.array(input, { minLength: 4, maxLength: 12 }),
        async (seed, inputs) => {
          if (await compare(seed, inputs)) compared++;
          else setAside++;
        },
      ),
      again({ numRuns: Number(Deno.env.get("ZHREB_RANDOM_MACHINES") ?? 4_000) }),
    );
    // Otherwise the generator would have become useless without anybody noticing.
    expect(compared).toBeGreaterThan(setAside * 10);
  });
});

/**
 * The same machines each time, or those of the seed (and the one of the path) that the environment
 * names: of some 60,000 by chance one did not return from a step, and nothing can end such a test.
 */
function again<Parameters extends object>(parameters: Parameters) {
  const path = Deno.env.get("ZHREB_RANDOM_PATH");
  return {
    ...parameters,
    seed: Number(Deno.env.get("ZHREB_RANDOM_SEED") ?? 20_261_120),
    ...(path === undefined ? {} : { path }),
  };
}

/** @returns Whether the two could be compared to the end. */
async function compare(seed: number, inputs: readonly Input[]): Promise<boolean> {
  const liveLog: string[] = [];
  const emitted: EventObject[] = [];
  const clock = new SimulatedClock();
  const children = new Children();
  const live = createActor(randomMachine(seed, (name) => liveLog.push(name)), {
    clock,
    inspect: (inspected) => {
      const isBirth = inspected.type === "@xstate.event" && inspected.event.type === "xstate.init";
      if (isBirth) children.add(inspected.actorRef as AnyActor);
    },
  });
  // XState would report what ends the actor as an uncaught error.
  live.subscribe({ error: () => {} });
  live.on("*", (event) => emitted.push(event));

  const ourLog: string[] = [];
  const tree = new MemoryTree(randomMachine(seed, (name) => ourLog.push(name)), answer);

  const steps: { live: () => void; ours: () => void }[] = [
    { live: () => live.start(), ours: () => tree.create() },
    ...inputs.map((each) =>
      each.type === "event"
        ? {
          live: () => live.send({ type: each.name }),
          ours: () => tree.send({ type: each.name }),
        }
        : { live: () => clock.increment(each.ms), ours: () => tree.advance(each.ms) }
    ),
  ];
  for (const [index, step] of steps.entries()) {
    const where = `after step ${index} of machine ${seed}`;
    const threw = thrownBy(() => {
      step.ours();
      tree.settle();
    });
    // In memory a parent and a child that begin each other again for ever never return.
    if (String(threw).includes("inner messages")) return false;
    step.live();
    await promisesEnd();
    if (children.hadNamesakes()) return false;
    // A step that throws ends a live actor, ours stays as it was.
    const hasFailed = live.getSnapshot().status === "error";
    if (threw !== undefined) {
      expect(hasFailed, `only ours threw ${threw}, ${where}`).toBe(true);
      return true;
    }
    expect(Object.fromEntries(ours(tree)), where).toEqual(Object.fromEntries(theirs(live)));
    expect(ourLog, where).toEqual(liveLog);
    expect(tree.emitted, where).toEqual(emitted);
    if (live.getSnapshot().status !== "active" || !isLegal(live)) return true;
  }
  return true;
}

/**
 * XState can reach configurations that no `value` describes (a compound state with two active children, a
 * parallel state without one of its regions), and now and then never returns from their next step.
 */
function isLegal(actor: AnyActor): boolean {
  const { value, context, _nodes: active } = actor.getSnapshot();
  const usual = (actor.logic as AnyStateMachine).resolveState({ value, context })._nodes;
  return usual.length === active.length && usual.every((node) => active.includes(node));
}

function thrownBy(work: () => void): unknown {
  try {
    return void work();
  } catch (error) {
    return error;
  }
}

/** Promises of random machines are settled when they are made, or never. */
async function promisesEnd(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await Promise.resolve();
}

/**
 * Two living children of one name: XState loses sight of the first and lets it run on (it enters a
 * state again without leaving it, for a history target that has nothing to remember), we stop it.
 */
class Children {
  readonly #actors: AnyActor[] = [];
  #hadNamesakes = false;

  add(child: AnyActor): void {
    this.#hadNamesakes ||= isUnknown(child) ||
      this.#actors.some((other) =>
        other._parent === child._parent && other.id === child.id &&
        other.getSnapshot().status === "active"
      );
    this.#actors.push(child);
  }

  hadNamesakes(): boolean {
    return this.#hadNamesakes ||
      this.#actors.some((child) => isUnknown(child) && child.getSnapshot().status === "active");
  }
}

/** Whether its parent has another child of its name, or none. */
function isUnknown(child: AnyActor): boolean {
  return child._parent !== undefined &&
    child._parent.getSnapshot().children[child.id] !== child;
}

function ours(tree: MemoryTree): Map<string, Seen> {
  return new Map([...tree.views()].map(([address, view]) => [address, seenOf(view)]));
}

function theirs(actor: AnyActor, address = "tree/1", seen = new Map<string, Seen>()) {
  const snapshot = actor.getSnapshot();
  seen.set(address, seenOf(snapshot));
  for (const [id, inner] of Object.entries(snapshot.children)) {
    const child = inner as AnyActor | undefined;
    const { context, status } = child?.getSnapshot() ?? {};
    // A promise has no row, and what is stopped keeps none.
    if (child === undefined || context === undefined || status === "stopped") continue;
    theirs(child, childAddress(address, id), seen);
  }
  return seen;
}

function seenOf(
  { value, context, status, output, tags }: Omit<Seen, "tags"> & { tags: Iterable<string> },
): Seen {
  return { value, context, status, output, tags: [...tags].sort() };
}
