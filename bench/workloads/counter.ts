/** Events for many actors, each awaited by its sender: in groups, and with a commit for each. */
import type { Runtime } from "../../actors/runtime.ts";
import { type Bed, expectAccepted, freshKey, startRuntime, withRuntime } from "../bed.ts";
import { type Figures, keepBusy, randomBelow } from "../figures.ts";
import type { Measurement } from "../line.ts";

/** Senders at once, as many as a busy bot has updates in hand. */
export const SENDERS = 64;
/** Runtimes side by side, each with a connection at work and its share of the actors. */
const NAIVE_NODES = 8;

export const ADD = { type: "add", by: 1 } as const;

/** Keyed events for actors picked by chance. */
export function measureCounter(bed: Bed, kind: "counter" | "counterTimer"): Measurement {
  return {
    measure: async (seconds) => {
      await bed.tidy();
      const figures = await withRuntime(bed.database, (runtime) =>
        keepBusy({
          seconds,
          senders: SENDERS,
          work: () => add(runtime, `${kind}/${randomBelow(bed.actors)}`),
        }));
      await expectNoEffects(bed);
      return figures;
    },
  };
}

/** The same events with a transaction for each; the runtimes meet on no actor. */
export function measureNaive(bed: Bed): Measurement {
  const measure = async (seconds: number): Promise<Figures> => {
    await bed.tidy();
    const runtimes = await Promise.all(
      Array.from({ length: NAIVE_NODES }, () => startRuntime(bed.database, { maxBatchSize: 1 })),
    );
    const share = Math.floor(bed.actors / NAIVE_NODES);
    const figures = await keepBusy({
      seconds,
      senders: SENDERS,
      work: (sender) => {
        const node = sender % NAIVE_NODES;
        return add(runtimes[node] as Runtime, `counter/${node * share + randomBelow(share)}`);
      },
    });
    await Promise.all(runtimes.map((runtime) => runtime.settled()));
    await Promise.all(runtimes.map((runtime) => runtime.stop()));
    await expectNoEffects(bed);
    return figures;
  };
  return { measure };
}

/** One sender, one actor, no key: what a lonely ask takes. */
export function measureAsk(bed: Bed): Measurement {
  return {
    measure: async (seconds) => {
      await bed.tidy();
      return await withRuntime(bed.database, (runtime) =>
        keepBusy({
          seconds,
          senders: 1,
          work: () => expectAccepted(runtime.send("tally/0", ADD)),
        }));
    },
  };
}

export function add(runtime: Runtime, address: string): Promise<void> {
  return expectAccepted(runtime.send(address, ADD, { key: freshKey() }));
}

/** All work that was asked for was done, and its rows are gone. */
export async function expectNoEffects({ run }: Bed): Promise<void> {
  const [row] = await run("select count(*)::int as left from effects");
  if (row?.["left"] !== 0) throw new Error(`${row?.["left"]} effects were left behind`);
}
