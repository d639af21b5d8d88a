/** Calls the transactional handlers of a batch: one call for many steps. */
import type { Connection } from "../db/connection.ts";
import { kindOf } from "./address.ts";
import { isConnectionLoss, isLockTimeout, isTransient } from "./database_faults.ts";
import type { ActorDefinition, TransactionalVerdict } from "./define_actor.ts";
import type { TransactionalCall } from "./outbox.ts";
import { StepError } from "./step_error.ts";

/** A handler has not come back; what it still does must not meet anybody else's transaction. */
export class HandlerTimeoutError extends Error {
  override readonly name = "HandlerTimeoutError";
}

/** Longest work of a transactional handler, in which the actors of a batch are locked. */
const HANDLER_TIMEOUT_MS = 10_000;

type Definitions = ReadonlyMap<string, ActorDefinition>;

/**
 * One group for each handler, also where several kinds have the same one: what one actor asks for may
 * rest on what another kind asked for before, and only within a call the order is kept.
 */
export function groupByHandler(
  calls: readonly TransactionalCall[],
  definitions: Definitions,
): TransactionalCall[][] {
  const groups = new Map<string, Map<unknown, TransactionalCall[]>>();
  for (const call of calls) {
    const ofName = groups.get(call.name) ?? new Map<unknown, TransactionalCall[]>();
    groups.set(call.name, ofName);
    const handler = handlerOf(call, definitions);
    const group = ofName.get(handler);
    if (group === undefined) ofName.set(handler, [call]);
    else group.push(call);
  }
  return [...groups.values()].flatMap((ofName) => [...ofName.values()]);
}

/**
 * @param group Calls of one handler, from `groupByHandler`.
 * @throws {StepError} When the handler throws and only one tree has asked.
 * @throws {HandlerTimeoutError} When it does not come back within 10 s.
 * @throws Anything else the handler throws, as it is.
 */
export async function callHandler(
  group: readonly TransactionalCall[],
  { definitions, tx }: { definitions: Definitions; tx: Connection },
): Promise<readonly TransactionalVerdict[] | void> {
  const [first] = group as [TransactionalCall];
  let isOver = false;
  // A handler that comes back late finds the transaction closed to it; the session may have another.
  const lent: Connection = {
    query: (text, values) =>
      isOver
        ? Promise.reject(new HandlerTimeoutError(`"${first.name}" came back too late to write`))
        : tx.query(text, values),
  };
  try {
    const verdicts = handlerOf(first, definitions)?.(group.map((call) => call.item), lent);
    return await inTime(first.name, verdicts);
  } catch (error) {
    const isDatabaseTrouble = isConnectionLoss(error) || isTransient(error) || isLockTimeout(error);
    if (
      error instanceof HandlerTimeoutError || isDatabaseTrouble ||
      group.some((call) => call.root !== first.root)
    ) throw error;
    throw new StepError(first.root, error);
  } finally {
    isOver = true;
  }
}

function handlerOf({ root, name }: TransactionalCall, definitions: Definitions) {
  return definitions.get(kindOf(root))?.transactional.get(name);
}

async function inTime<T>(name: string, work: Promise<T> | undefined): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new HandlerTimeoutError(
      `The transactional handler "${name}" did not come back within ${HANDLER_TIMEOUT_MS} ms`,
    );
    timer = setTimeout(() => reject(error), HANDLER_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
