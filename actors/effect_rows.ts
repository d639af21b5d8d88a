/** From what the steps of trees ask for outside to the rows of effects. */
import type { EffectInsert } from "../db/effects.ts";
import { toJson } from "./json.ts";
import type { NewEffect } from "./outbox.ts";
import { blame } from "./step_error.ts";
import type { Tree } from "./tree.ts";

/**
 * The effects to insert; those that were asked for and dropped in the same batch are left out.
 * @param dropped Keys.
 * @throws {StepError} When a lane or a coalescing key cannot be found, or an input is no JSON.
 */
export function effectRows(
  trees: readonly Tree[],
  { dropped, ...owner }: { nodeId: string; nowMs: number; dropped: ReadonlySet<string> },
): EffectInsert[] {
  const rows = trees.flatMap((tree) =>
    tree.outbox.effects.map((effect) => blame(tree.root, () => effectRow(tree, effect, owner)))
  );
  return coalesced(rows.filter(({ key }) => !dropped.has(key)));
}

/** Keys of the effects whose answer nobody wants any more. */
export function droppedEffects(trees: readonly Tree[]): Set<string> {
  return new Set(trees.flatMap((tree) => tree.outbox.droppedEffects));
}

function effectRow(
  { definition }: Tree,
  { key, address, childId, name, machine, input }: NewEffect,
  { nodeId, nowMs }: { nodeId: string; nowMs: number },
): EffectInsert {
  const effect = definition.effects.get(name);
  const lane = childId === undefined ? effect?.lane?.(input) ?? null : null;
  const coalesceKey = lane === null ? undefined : effect?.coalesce?.(input);
  return {
    key,
    address,
    child_id: childId ?? null,
    name,
    machine: machine ?? null,
    input: toJson(input, `the input of "${name}"`),
    lane,
    coalesce_key: coalesceKey === undefined ? null : `${definition.kind} ${name} ${coalesceKey}`,
    // The row itself records that a first try may have begun, unless it has to queue.
    owner: lane === null ? nodeId : null,
    fence: lane === null ? 1 : 0,
    attempt: lane === null ? 1 : 0,
    run_at: nowMs,
  };
}

/** Of the effects with one coalescing key only the newest, at the place of the first. */
function coalesced(effects: readonly EffectInsert[]): EffectInsert[] {
  const places = new Map<string, number>();
  const kept: EffectInsert[] = [];
  for (const effect of effects) {
    const place = effect.coalesce_key === null ? undefined : places.get(effect.coalesce_key);
    if (place !== undefined) {
      kept[place] = effect;
      continue;
    }
    if (effect.coalesce_key !== null) places.set(effect.coalesce_key, kept.length);
    kept.push(effect);
  }
  return kept;
}
