/** The operator's functions, put together; `operator_types.ts` says what each gives. */
import type { ActorDefinition } from "../define_actor.ts";
import { logToStderr } from "../log.ts";
import { type CheckHost, checkStored, readStored } from "./check_stored.ts";
import { findStuck } from "./find_stuck.ts";
import { listActors } from "./list_actors.ts";
import { drop, listLetters, redrive, redriveOutcome } from "./mend.ts";
import type { OperatorHost } from "./operator_host.ts";
import type { Operator, OperatorOptions } from "./operator_types.ts";
import { showActor } from "./show_actor.ts";

export { UsageError } from "./operator_host.ts";
export type * from "./operator_types.ts";
export { stateText } from "./state_text.ts";

/**
 * Makes the operator over an open database. It works beside runtimes, in their processes or others,
 * and without any. What is asked wrongly is answered with a `UsageError`.
 */
export function createOperator(options: OperatorOptions): Operator {
  const { database, actors, nowMs, log = logToStderr } = options;
  const host: OperatorHost = {
    database,
    definitions: byKind(actors),
    nowMs,
    log,
    postingsOf: options.postingsOf ?? (() => Promise.resolve([])),
  };
  return {
    list: (query = {}) => listActors(host, query),
    show: (address, query = {}) => showActor(host, address, query),
    deadLetters: (query = {}) => listLetters(host, query),
    redrive: (id) => redrive(host, id),
    redriveOutcome: (redriven) => redriveOutcome(host, redriven),
    drop: (id) => drop(host, id),
    stuck: (query = {}) => findStuck(host, query),
    check: createCheck({ actors, stored: (query) => readStored(database, query) }),
    stored: (query) => readStored(database, query),
  };
}

/**
 * Tries actors of this code on what is stored, wherever it is read: `check` of an operator that has
 * its own code and another's `stored`.
 */
export function createCheck(
  { actors, stored }: Pick<CheckHost, "stored"> & { actors: readonly ActorDefinition[] },
): Operator["check"] {
  const definitions = byKind(actors);
  return (query = {}) => checkStored({ definitions, stored }, query);
}

function byKind(actors: readonly ActorDefinition[]): ReadonlyMap<string, ActorDefinition> {
  return new Map(actors.map((definition) => [definition.kind, definition]));
}
