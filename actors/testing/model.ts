/**
 * The model of what the runtime does: XState's own transition in memory, fed with the events that
 * the log holds. What the database says of an actor, and what was asked of the world, must be what
 * the model says.
 */
import { type AnyMachineSnapshot, type AnyStateMachine, createActor, createMachine } from "xstate";
import type { Database } from "../../db/connection.ts";
import { kindOf, rootOf } from "../address.ts";
import type { ActorDefinition } from "../define_actor.ts";
import { fromJson } from "../json.ts";
import { detachedReference } from "../reference.ts";
import type { EffectCall } from "./effect_calls.ts";

interface ActorRow {
  address: string;
  snapshot: string;
}

interface LoggedStep {
  address: string;
  event: string;
  /** JSON of the state value, where the log has it. */
  state: string | null;
}

/** What the machine asked for: an effect's name and its parameters as JSON. */
interface Asked {
  readonly address: string;
  readonly name: string;
  readonly params: string;
  /** Whether an invoke asked; one that is left early may never have been called. */
  readonly isAwaited: boolean;
}

/**
 * Compares every actor with the model, and the calls of effects with what the model asks for: each
 * at least once, and none that it did not ask for. Call it when nothing is on its way.
 * @returns One sentence for each deviation; none when all is as it should be.
 */
export async function findDeviations(
  database: Database,
  actors: readonly ActorDefinition[],
  calls: readonly EffectCall[] = [],
): Promise<string[]> {
  const definitions = new Map(actors.map((definition) => [definition.kind, definition]));
  const { rows: steps } = await database.query<LoggedStep>(
    `select coalesce(e.address, a.address) as address, e.event, e.state
     from events e join actors a on a.id = e.actor_id where e.revision is not null order by e.id`,
  );
  const { rows } = await database.query<ActorRow>(
    "select a.address, a.snapshot from actors a where a.revision > 0 order by a.address",
  );
  const deviations: string[] = [];
  const asked: Asked[] = [];
  const found = new Map(rows.map((row) => [row.address, JSON.parse(row.snapshot)]));
  for (const [address, logged] of Map.groupBy(steps, (step) => step.address)) {
    const definition = definitions.get(kindOf(address));
    // A child that was stopped has no row and no machine's name any more.
    const machine = definition?.machines.get(found.get(address)?.machine);
    if (definition === undefined || machine === undefined) continue;
    const replayed = replay(address, { logged, machine, definition });
    asked.push(...replayed.asked);
    deviations.push(...replayed.deviations);
    const { value, context, status, output } = found.get(address);
    const isSame = canonical({ value, context, status, output }) ===
      canonical(viewOf(replayed.snapshot));
    if (isSame) continue;
    deviations.push(
      `${address} is ${canonical({ value, context, status, output })}, the model says ` +
        canonical(viewOf(replayed.snapshot)),
    );
  }
  const known = new Set(steps.map(({ address }) => address));
  for (const { address } of rows) {
    if (!known.has(address)) deviations.push(`${address} exists without a step in the log`);
  }
  return [
    ...deviations,
    ...await findDoubles(database),
    ...compareCalls(asked, calls, definitions),
  ];
}

function replay(
  address: string,
  { logged, machine, definition }: {
    logged: readonly LoggedStep[];
    machine: AnyStateMachine;
    definition: ActorDefinition;
  },
): { snapshot: AnyMachineSnapshot | undefined; asked: Asked[]; deviations: string[] } {
  const asked: Asked[] = [];
  const deviations: string[] = [];
  let snapshot: AnyMachineSnapshot | undefined;
  for (const [index, step] of logged.entries()) {
    const event = fromJson(step.event, (to) => detachedReference(to, () => {})) as {
      type: string;
      input?: unknown;
    };
    const { scope, actions } = inertScope(address, snapshot);
    if (event.type === "xstate.init") {
      snapshot = machine.getInitialSnapshot(scope, event.input);
    } else if (snapshot === undefined) {
      deviations.push(`${address} was sent "${event.type}" before it was created`);
      continue;
    } else {
      snapshot = attempt(machine, snapshot, { event, scope });
    }
    asked.push(...actions.flatMap((action) => askedBy(action, { address, definition, machine })));
    const value = canonical(snapshot.value);
    if (step.state !== null && canonical(JSON.parse(step.state)) !== value) {
      deviations.push(
        `${address} was in ${step.state} after step ${index + 1} ("${event.type}"), ` +
          `the model says ${value}`,
      );
    }
  }
  return { snapshot, asked, deviations };
}

/** A child machine that throws is its parent's to handle; it ends with its step undone. */
function attempt(
  machine: AnyStateMachine,
  snapshot: AnyMachineSnapshot,
  { event, scope }: { event: { type: string }; scope: Scope },
): AnyMachineSnapshot {
  try {
    return machine.transition(snapshot, event as never, scope) as AnyMachineSnapshot;
  } catch {
    return { ...snapshot, status: "error" } as AnyMachineSnapshot;
  }
}

type Scope = Parameters<AnyStateMachine["transition"]>[2];

interface ExecutableAction {
  readonly type: string;
  // deno-lint-ignore no-explicit-any
  readonly params: any;
}

const NOBODY = createMachine({});

/** What XState's `transition()` makes for itself, with the actor's own name in it. */
function inertScope(
  address: string,
  snapshot: AnyMachineSnapshot | undefined,
): { scope: Scope; actions: ExecutableAction[] } {
  const actions: ExecutableAction[] = [];
  const id = decodeURIComponent(
    address === rootOf(address)
      ? encodeURIComponent(address.slice(address.indexOf("/") + 1))
      : address.slice(address.lastIndexOf("/") + 1),
  );
  const self = createActor(NOBODY, { id });
  Object.assign(self, { address }, snapshot === undefined ? {} : { _snapshot: snapshot });
  const nothing = (): void => {};
  const scope = {
    self,
    id,
    sessionId: address,
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    system: self.system,
    actionExecutor: (action: ExecutableAction) => actions.push(action),
  };
  return { scope: scope as unknown as Scope, actions };
}

/** What an action means outside, if it means an effect that the definition lists. */
function askedBy(
  { type, params }: ExecutableAction,
  { address, definition }: {
    address: string;
    definition: ActorDefinition;
    machine: AnyStateMachine;
  },
): Asked[] {
  const isAwaited = type === "xstate.spawnChild";
  const name: unknown = isAwaited ? params.actorRef?.src : type;
  if (typeof name !== "string" || !definition.effects.has(name)) return [];
  const input = isAwaited ? params.actorRef.options.input : params;
  return [{ address, name, params: canonical(input), isAwaited }];
}

/** The answer of one effect, taken twice. */
async function findDoubles(database: Database): Promise<string[]> {
  const { rows } = await database.query<{ address: string; event: string; count: bigint }>(
    `select coalesce(e.address, a.address) as address, min(e.event) as event, count(*) as count
     from events e join actors a on a.id = e.actor_id
     where e.source = 'effect' and e.source_revision is not null and e.revision is not null
     group by 1, e.event::json ->> 'type', e.source_revision having count(*) > 1`,
  );
  return rows.map(({ address, event, count }) => `${address} took ${count} answers: ${event}`);
}

/** The end of a key that the runtime makes: the step, and which of its effects. */
const STEP_KEY = /[#/]\d+\.\d+$/;

function compareCalls(
  asked: readonly Asked[],
  calls: readonly EffectCall[],
  definitions: ReadonlyMap<string, ActorDefinition>,
): string[] {
  const deviations: string[] = [];
  const byKey = Map.groupBy(calls, ({ key }) => key);
  const nameOf = (call: EffectCall): string =>
    `${call.name} of ${call.address} with ${canonical(call.params)}`;
  for (const [key, same] of byKey) {
    const meanings = new Set(same.map(nameOf));
    if (meanings.size > 1) {
      deviations.push(`Key ${key} was used for ${[...meanings].join(" and ")}`);
    }
  }
  // A handler may queue effects under keys of its own, of which the machine says nothing.
  const once = [...byKey.values()].map(([call]) => call as EffectCall)
    .filter(({ key }) => STEP_KEY.test(key));
  const called = Map.groupBy(once, nameOf);
  const wanted = Map.groupBy(
    asked,
    (each) => `${each.name} of ${each.address} with ${each.params}`,
  );
  for (const [what, each] of called) {
    const most = wanted.get(what)?.length ?? 0;
    if (each.length > most) {
      deviations.push(`${what} was called with ${each.length} keys, asked for ${most} times`);
    }
  }
  for (const [what, each] of wanted) {
    const { address, name, isAwaited } = each[0] as Asked;
    const effect = definitions.get(kindOf(address))?.effects.get(name);
    // What is coalesced is replaced, and what nobody waits for any more is given up.
    if (isAwaited || effect?.coalesce !== undefined) continue;
    const count = called.get(what)?.length ?? 0;
    if (count < each.length) {
      deviations.push(`${what} was called with ${count} keys, asked for ${each.length} times`);
    }
  }
  return deviations;
}

function viewOf(snapshot: AnyMachineSnapshot | undefined): unknown {
  if (snapshot === undefined) return undefined;
  const { value, context, status, output } = snapshot;
  return { value, context, status, output };
}

/** JSON with sorted keys; references to actors by their ids, for the model knows no addresses. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each) => {
    if (typeof each !== "object" || each === null || Array.isArray(each)) return each;
    if (each.xstate$$type === 1) return `the actor ${each.id}`;
    const error = each instanceof Error ? { name: each.name, message: each.message } : each;
    const plain = error.zhreb$$error ?? error;
    return Object.fromEntries(
      Object.keys(plain).sort().filter((key) => plain[key] !== undefined)
        .map((key) => [key, plain[key]]),
    );
  }) ?? "undefined";
}
