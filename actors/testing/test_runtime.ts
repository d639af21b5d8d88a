/** The test kit for vitest: on a fresh test database, ended with the test. */
import { onTestFinished } from "vitest";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import type { ActorDefinition } from "../define_actor.ts";
import { startTestRuntime as start, type TestRuntime, type TestRuntimeOptions } from "./kit.ts";

/** @see {start} */
export async function startTestRuntime(
  actors: readonly ActorDefinition[],
  options: TestRuntimeOptions = {},
): Promise<TestRuntime> {
  const database = options.database ?? await openTestDatabase();
  const test = await start(actors, { ...options, database });
  onTestFinished(() => test.stop());
  return test;
}
