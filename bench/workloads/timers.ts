/** Timers that fall due together while many others are pending. */
import type { EventObject } from "xstate";
import { type Bed, withRuntime } from "../bed.ts";
import type { Figures } from "../figures.ts";
import type { Measurement } from "../line.ts";
import { Samples } from "../samples.ts";

export interface TimersOptions {
  /** Due within one second. */
  readonly due: number;
  /** Due in ten days or later. */
  readonly pending: number;
}

/** From the making of the rows to the first one due: the runtime has started by then. */
const LEAD_MS = 4_000;
const FAR_MS = 10 * 86_400_000;
/** Longer than this nobody waits for the last. */
const PATIENCE_MS = 30_000;
const TEMPLATE = "alarm/template";

export async function measureTimers(
  bed: Bed,
  { due, pending }: TimersOptions,
): Promise<Measurement> {
  const template = await makeTemplate(bed);
  const setAlarms = (name: string, count: number, fromMs: number, stepMs: number) =>
    bed.run(
      `insert into actors (address, revision, snapshot, wake_at)
       select 'alarm/' || $1 || n, 1, replace($2, '"DUE"', due::text), due
       from generate_series(1, $3::int) n, floor($4::float8 + n * $5::float8) due`,
      [name, template, count, fromMs, stepMs],
    );
  await setAlarms("far-", pending, Date.now() + FAR_MS, 1_000);
  await bed.tidy();
  return {
    measure: async () => {
      const firstMs = Date.now() + LEAD_MS;
      await setAlarms("near-", due, firstMs, 1_000 / due);
      const figures = await withRuntime(bed.database, (runtime) => {
        const lateness = new Samples();
        const { promise, resolve, reject } = Promise.withResolvers<Figures>();
        const patience = setTimeout(
          () => reject(new Error(`Only ${lateness.count} of ${due} timers fired`)),
          firstMs - Date.now() + PATIENCE_MS,
        );
        runtime.onEmit((_address, event) => {
          const { dueMs } = event as EventObject & { dueMs: number };
          lateness.add(Date.now() - dueMs);
          if (lateness.count < due) return;
          clearTimeout(patience);
          resolve({
            perSecond: due / ((Date.now() - firstMs) / 1_000),
            p50Ms: lateness.quantile(0.5),
            p99Ms: lateness.quantile(0.99),
          });
        });
        return promise;
      });
      await bed.run("delete from actors where address like 'alarm/near-%'");
      await bed.tidy();
      return figures;
    },
  };
}

/** The stored form of an alarm as the runtime writes it, with "DUE" for its time. */
async function makeTemplate({ database, run }: Bed): Promise<string> {
  const nowMs = Date.now();
  const input = { dueMs: nowMs + FAR_MS, delayMs: FAR_MS };
  await withRuntime(database, (runtime) => runtime.create(TEMPLATE, input));
  const [row] = await run("select snapshot from actors where address = $1", [TEMPLATE]);
  const stored = JSON.parse(row?.["snapshot"] as string);
  if (stored.timers?.length !== 1 || typeof stored.timers[0].dueMs !== "number") {
    throw new Error("The runtime stored something else than one timer");
  }
  stored.timers[0].dueMs = "DUE";
  stored.context.dueMs = "DUE";
  return JSON.stringify(stored);
}
