/**
 * What a machine names and the runtime supplies. Here it only throws: a machine that is started
 * without the runtime says so at once. Imports only xstate and `machines/domain`.
 */
import { fromPromise, type NonReducibleUnknown, type PromiseActorLogic } from "xstate";
import type { RuntimeAction } from "./domain/effects.ts";

/** Body of an action that the runtime supplies. */
export function suppliedByRuntime(): never {
  throw new Error("Supplied by the runtime");
}

/** Invoked work that the runtime supplies, typed as its contract says. */
export function supplied<
  Source extends { input: NonReducibleUnknown; output: unknown },
>(): PromiseActorLogic<Source["output"], Source["input"]> {
  return fromPromise<Source["output"], Source["input"]>(suppliedByRuntime);
}

/** What a failure of invoked work is called. */
export function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code;
}

/** Within `setup` an enqueued action has no type of its own; this holds it to the contract. */
export function ask(action: RuntimeAction): never {
  return action as never;
}
