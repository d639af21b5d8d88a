/** The operator's functions, put together; `operator_types.ts` says what each gives. */
import { logToStderr } from "../log.ts";
import { checkStored } from "./check_stored.ts";
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
    definitions: new Map(actors.map((definition) => [definition.kind, definition])),
    nowMs,
    log,
    postingsOf: options.postingsOf ?? (() => Promise.resolve([])),
  };
  return {
    list: (query = {}) => listActors(host, query),
    show: (address, query = {}) => showActor(host, address, query),
    deadLetters: (query = {}) => listLetters(host, query),
    redrive: (id) => redrive(host, id),
    redriveOutcome: (letter) => redriveOutcome(host, letter),
    drop: (id) => drop(host, id),
    stuck: (query = {}) => findStuck(host, query),
    check: (query = {}) => checkStored(host, query),
  };
}
