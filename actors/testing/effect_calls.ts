/** Effects that are watched: each call is noted, and is a point at which a life can end. */
import type { ActorDefinition, EffectContext, EffectDefinition } from "../define_actor.ts";
import { type Life, never } from "./life.ts";

/** One call of an effect's `run`. */
export interface EffectCall {
  readonly key: string;
  /** Address of the actor that asked. */
  readonly address: string;
  /** Name of the effect. */
  readonly name: string;
  readonly params: unknown;
  readonly attempt: number;
  /** `lost`: the node ended before it had the answer. */
  status: "running" | "done" | "failed" | "lost";
}

/** The same definition, with effects that tell `calls` and end with the life. */
export function watchEffects(
  definition: ActorDefinition,
  { life, calls }: { life: Life; calls: EffectCall[] },
): ActorDefinition {
  const watched = [...definition.effects].map(([name, effect]) =>
    [name, watch(name, effect, { life, calls })] as const
  );
  return { ...definition, effects: new Map(watched) };
}

function watch(
  name: string,
  effect: EffectDefinition,
  { life, calls }: { life: Life; calls: EffectCall[] },
): EffectDefinition {
  const run = async (params: unknown, context: EffectContext): Promise<unknown> => {
    if (!life.passes(`before effect ${name}`)) return await never();
    const { idempotencyKey: key, address, attempt } = context;
    const call: EffectCall = { key, address, name, params, attempt, status: "running" };
    calls.push(call);
    void life.over.then(() => {
      if (call.status === "running") call.status = "lost";
    });
    try {
      const output = await life.outlived(effect.run(params, context));
      if (!life.passes(`after effect ${name}`)) return await never();
      call.status = "done";
      return output;
    } catch (error) {
      if (!life.passes(`after effect ${name}`)) return await never();
      call.status = "failed";
      throw error;
    }
  };
  const reconcile = async (params: unknown, context: EffectContext) => {
    if (!life.passes(`before reconcile ${name}`)) return await never<never>();
    const found = await life.outlived(effect.reconcile?.(params, context) as Promise<never>);
    return life.passes(`after reconcile ${name}`) ? found : await never<never>();
  };
  const isAsked = effect.reconcile === undefined ? {} : { reconcile };
  return Object.assign(Object.create(effect), { run, ...isAsked });
}
