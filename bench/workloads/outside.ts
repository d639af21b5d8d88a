/** Load from another process, over HTTP, on one node or on two. */
import type { Bed } from "../bed.ts";
import type { Figures } from "../figures.ts";
import type { Measurement } from "../line.ts";
import type { LoadQuestion } from "../programs/load.ts";
import { openProgram, type Program } from "../programs/open_program.ts";

/** `counter` through the door of one node; with `perSecond` at a steady pace. */
export async function measureHttp(
  bed: Bed,
  options: { perSecond?: number } = {},
): Promise<Measurement> {
  const load = await openProgram("load", []);
  return {
    measure: (seconds) => sendTo(bed, { load, nodes: 1, seconds, actors: bed.actors, ...options }),
    close: () => load.close(),
  };
}

/** The same load on two nodes, beside that on one. @param actors 1 for a hot one. */
export async function measureTwoNodes(bed: Bed, actors: number): Promise<Measurement> {
  const load = await openProgram("load", []);
  let turns = 0;
  return {
    measure: async (seconds) => {
      const measure = (nodes: number) => sendTo(bed, { load, nodes, seconds, actors });
      // What comes second has a warmer server: they take turns.
      const isOneFirst = turns++ % 2 === 0;
      const first = await measure(isOneFirst ? 1 : 2);
      const second = await measure(isOneFirst ? 2 : 1);
      const [one, two] = isOneFirst ? [first, second] : [second, first];
      return {
        ...two,
        ratio: two.perSecond / one.perSecond,
        extra: { onePerSecond: one.perSecond, oneP99Ms: one.p99Ms },
      };
    },
    close: () => load.close(),
  };
}

async function sendTo(
  bed: Bed,
  { load, nodes, ...question }: Omit<LoadQuestion, "ports"> & { load: Program; nodes: number },
): Promise<Figures> {
  await bed.tidy();
  const programs = await Promise.all(
    Array.from({ length: nodes }, () => openProgram("node", [bed.url as string])),
  );
  try {
    const ports = await Promise.all(
      programs.map(async (program) => (await program.ask<{ port: number }>({})).port),
    );
    return await load.ask<Figures>({ ports, ...question } satisfies LoadQuestion);
  } finally {
    await Promise.all(programs.map((program) => program.close()));
  }
}
