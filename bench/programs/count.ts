/** `counter` in a process of its own, for its memory: how much a runtime needs for so many actors. */
import { openDatabase } from "../../db/open_database.ts";
import { startRuntime } from "../bed.ts";
import { keepBusy, randomBelow } from "../figures.ts";
import { add, SENDERS } from "../workloads/counter.ts";
import { answerQuestions } from "./open_program.ts";

export interface CountQuestion {
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly actors: number;
}

const LOOK_MS = 100;

const database = await openDatabase({ url: Deno.args[0] });
const runtime = await startRuntime(database);
await answerQuestions(async ({ actors, ...load }: CountQuestion) => {
  let rssMb = 0;
  const looking = setInterval(
    () => (rssMb = Math.max(rssMb, Deno.memoryUsage().rss / 1e6)),
    LOOK_MS,
  );
  const figures = await keepBusy({
    ...load,
    senders: SENDERS,
    work: () => add(runtime, `counter/${randomBelow(actors)}`),
  });
  clearInterval(looking);
  return { figures, rssMb };
});
await runtime.settled();
await runtime.stop();
await database.close();
