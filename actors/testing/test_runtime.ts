/** A started runtime on a fresh database with a clock that stands still, for one test. */
import { onTestFinished } from "vitest";
import type { Database } from "../../db/connection.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import type { ActorDefinition } from "../define_actor.ts";
import type { LogRecord } from "../log.ts";
import { createRuntime, type Runtime, type RuntimeOptions } from "../runtime.ts";
import { FakeClock } from "./fake_clock.ts";

export interface TestRuntime {
  readonly runtime: Runtime;
  readonly database: Database;
  readonly clock: FakeClock;
  readonly logged: LogRecord[];
  /** Moves the clock from one due time to the next and waits until all that follows is done. */
  advance(byMs: number): Promise<void>;
  /** Ends this runtime and starts another on the same database, as after a deploy. */
  restart(actors?: readonly ActorDefinition[]): Promise<Runtime>;
}

export async function startTestRuntime(
  actors: readonly ActorDefinition[],
  options: Partial<RuntimeOptions> = {},
): Promise<TestRuntime> {
  const database = options.database ?? await openTestDatabase();
  const clock = new FakeClock();
  const logged: LogRecord[] = [];
  const start = async (definitions: readonly ActorDefinition[]): Promise<Runtime> => {
    const runtime = await createRuntime({
      log: (record) => logged.push(record),
      clock,
      ...options,
      database,
      actors: definitions,
    });
    await runtime.start();
    return runtime;
  };
  let runtime = await start(actors);
  onTestFinished(() => runtime.stop());
  return {
    get runtime() {
      return runtime;
    },
    database,
    clock,
    logged,
    advance: async (byMs) => {
      const untilMs = clock.nowMs() + byMs;
      await runtime.settled();
      for (
        let nextMs = clock.nextDueMs();
        nextMs !== undefined && nextMs <= untilMs;
        nextMs = clock.nextDueMs()
      ) {
        clock.advance(Math.max(0, nextMs - clock.nowMs()));
        await runtime.settled();
      }
      clock.advance(untilMs - clock.nowMs());
      await runtime.settled();
    },
    restart: async (definitions = actors) => {
      await runtime.stop();
      runtime = await start(definitions);
      return runtime;
    },
  };
}
