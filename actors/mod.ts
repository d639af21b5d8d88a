/**
 * The durable runtime as a part of its own: ordinary XState v5 machines as actors on Postgres, where
 * one commit holds the state, the messages, the timers and whatever else a step writes.
 *
 * ```ts ignore
 * import { createMachine } from "xstate";
 * import { createRuntime, defineActor, openDatabase } from "./actors/mod.ts";
 *
 * const machine = createMachine({
 *   id: "order",
 *   initial: "open",
 *   states: { open: { on: { pay: "paid" } }, paid: { type: "final" } },
 * });
 * const database = await openDatabase({}); // embedded, in memory
 * const runtime = await createRuntime({ database, actors: [defineActor({ kind: "order", machine })] });
 * await runtime.start();
 * await runtime.create("order/1");
 * const receipt = await runtime.send("order/1", { type: "pay" }, { key: "payment-7" });
 * // receipt.status === "accepted", receipt.view.value === "paid"
 * await runtime.stop();
 * await database.close();
 * ```
 *
 * @module
 */
export { type Clock, systemClock } from "./clock.ts";
export {
  type ActorDefinition,
  type ActorOptions,
  defineActor,
  type EffectContext,
  type EffectDefinition,
  type Reconciled,
  type TransactionalHandler,
  type TransactionalItem,
  type TransactionalVerdict,
} from "./define_actor.ts";
export { RetryableError, TerminalError, UnavailableError } from "./errors.ts";
export { type Log, logToStderr } from "./log.ts";
export {
  createRuntime,
  type Receipt,
  type Runtime,
  type RuntimeOptions,
  type SendOptions,
  type StepRecord,
  type View,
} from "./runtime.ts";
export type { Connection, Database } from "../db/connection.ts";
export { openDatabase, type OpenDatabaseOptions } from "../db/open_database.ts";
