/**
 * Compares a database with the model: what it says of each actor, and what was asked of the world,
 * must be what XState says in memory.
 */
import type { AnyMachineSnapshot } from "xstate";
import type { Database } from "../../db/connection.ts";
import { kindOf, rootOf } from "../address.ts";
import { doneEvent } from "../child_events.ts";
import type { ActorDefinition } from "../define_actor.ts";
import { revisionOfKey } from "../member.ts";
import type { EffectCall } from "./effect_calls.ts";
import { type Asked, canonical, comparable, type LoggedStep, replay } from "./model.ts";

/** What is read of a stored snapshot. */
interface Stored {
  readonly machine: string;
  readonly status: string;
  readonly value: unknown;
  readonly context: unknown;
  readonly output?: unknown;
  readonly children?: Readonly<
    Record<string, { kind: string; source: string; effectKey?: string }>
  >;
}

/** One actor beside its model. */
interface Pair {
  readonly address: string;
  readonly stored: Stored;
  readonly definition: ActorDefinition;
  readonly model: AnyMachineSnapshot | undefined;
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
  const { rows } = await database.query<{ address: string; snapshot: string }>(
    "select a.address, a.snapshot from actors a where a.revision > 0 order by a.address",
  );
  const stored = new Map<string, Stored>(
    rows.map(({ address, snapshot }) => [address, JSON.parse(snapshot)]),
  );
  const logged = Map.groupBy(steps, ({ address }) => address);
  const deviations: string[] = [];
  const asked: Asked[] = [];
  const pairs: Pair[] = [];
  for (const [address, its] of logged) {
    const found = stored.get(address);
    // A child may be gone, with its machine's name; a root is never removed.
    if (found === undefined && address === rootOf(address)) {
      deviations.push(`${address} has steps in the log and does not exist`);
    }
    const definition = definitions.get(kindOf(address));
    const machine = definition?.machines.get(found?.machine ?? "");
    if (found === undefined || definition === undefined || machine === undefined) continue;
    const replayed = replay(address, { logged: its, machine, definition });
    asked.push(...replayed.asked);
    deviations.push(...replayed.deviations);
    pairs.push({ address, stored: found, definition, model: replayed.snapshot });
  }
  for (const address of stored.keys()) {
    if (!logged.has(address)) deviations.push(`${address} exists without a step in the log`);
  }
  const replayed = new Set(pairs.map(({ address }) => address));
  return [
    ...deviations,
    ...pairs.flatMap(compareState),
    ...await findAbandoned(database, pairs),
    ...await findDoubles(database),
    ...compareCalls(asked, calls.filter(({ address }) => replayed.has(address)), definitions),
  ];
}

function compareState({ address, stored, model }: Pair): string[] {
  const is = canonical(comparable(stored));
  const should = canonical(comparable(model));
  return is === should ? [] : [`${address} is ${is}, the model says ${should}`];
}

/** Actors that wait for an effect which is in no row, and effects whose answer nobody waits for. */
async function findAbandoned(database: Database, pairs: readonly Pair[]): Promise<string[]> {
  const { rows } = await database.query<{ key: string; name: string; address: string }>(
    "select e.key, e.name, e.address from effects e where e.child_id is not null",
  );
  const { rows: answers } = await database.query<{ answer: string }>(
    `select coalesce(e.address, a.address) || ' ' || e.source_revision as answer
     from events e join actors a on a.id = e.actor_id where e.source = 'effect'`,
  );
  const keys = new Set(rows.map(({ key }) => key));
  const answered = new Set(answers.map(({ answer }) => answer));
  const awaited = new Set<string>();
  const deviations: string[] = [];
  for (const pair of pairs) {
    const { address, stored: { status, children = {} } } = pair;
    for (const [childId, { kind, source, effectKey = "" }] of Object.entries(children)) {
      if (status !== "active" || kind !== "effect") continue;
      awaited.add(effectKey);
      const isAnswered = answered.has(`${address} ${revisionOfKey(effectKey)}`);
      if (keys.has(effectKey) || isAnswered || !listens(pair, childId)) continue;
      deviations.push(`${address} waits for "${source}", which nobody is going to do`);
    }
  }
  for (const { key, name, address } of rows) {
    if (awaited.has(key)) continue;
    deviations.push(`"${name}" is still to be done for ${address}, which does not wait for it`);
  }
  return deviations;
}

/** Whether the answer would be taken; one that no state takes is nowhere to be found afterwards. */
function listens({ definition, stored, model }: Pair, childId: string): boolean {
  const machine = definition.machines.get(stored.machine);
  if (machine === undefined || model === undefined) return false;
  try {
    return machine.getTransitionData(model, doneEvent(childId, undefined)).length > 0;
  } catch {
    // A guard that looks into the answer; without one it cannot be asked.
    return false;
  }
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
