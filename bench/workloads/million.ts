/** `counter` over a million stored actors beside `counter` over few, each in a new process. */
import type { Bed } from "../bed.ts";
import type { Figures } from "../figures.ts";
import type { Measurement, Site } from "../line.ts";
import type { CountQuestion } from "../programs/count.ts";
import { openProgram } from "../programs/open_program.ts";

/** A process that has just started runs its code slowly. */
const WARM_UP_SECONDS = 1;
/** Until nearly each page has been touched. */
const WARMING_SECONDS = 20;

interface Counted {
  readonly figures: Figures;
  readonly rssMb: number;
}

export async function measureMillion(site: Site): Promise<Measurement> {
  const [small, large] = [await site.small(), await site.large()];
  return {
    measure: async (seconds) => {
      const before = await countFew(small, seconds);
      await large.tidy();
      await site.chill();
      const { cold, warm } = await countMany(large, seconds);
      const after = await countFew(small, seconds);
      const ratioWarm = warm.figures.perSecond /
        ((before.figures.perSecond + after.figures.perSecond) / 2);
      return {
        ...warm.figures,
        ratio: ratioWarm,
        extra: {
          ratioWarm,
          ratioCold: cold.figures.perSecond / before.figures.perSecond,
          memoryMb: warm.rssMb - Math.max(before.rssMb, after.rssMb),
        },
      };
    },
  };
}

async function countFew(bed: Bed, seconds: number): Promise<Counted> {
  await bed.tidy();
  const program = await openProgram("count", [bed.url as string]);
  const { actors } = bed;
  // As long as the others have run when they are counted: memory grows with time, too.
  const warming: CountQuestion = { seconds: 1, warmUpSeconds: WARM_UP_SECONDS, actors };
  await program.ask(warming);
  const counted = await program.ask<Counted>({ ...warming, seconds });
  await program.close();
  return counted;
}

async function countMany(bed: Bed, seconds: number): Promise<{ cold: Counted; warm: Counted }> {
  const program = await openProgram("count", [bed.url as string]);
  const { actors } = bed;
  const question: CountQuestion = { seconds, warmUpSeconds: WARM_UP_SECONDS, actors };
  const cold = await program.ask<Counted>(question);
  await program.ask(
    { ...question, seconds: 1, warmUpSeconds: WARMING_SECONDS } satisfies CountQuestion,
  );
  const warm = await program.ask<Counted>(question);
  await program.close();
  return { cold, warm };
}
