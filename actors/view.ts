/** What may be read of an actor. */
import type { AnyMachineSnapshot } from "xstate";

export interface View {
  readonly address: string;
  // deno-lint-ignore no-explicit-any
  readonly value: any;
  // deno-lint-ignore no-explicit-any
  readonly context: any;
  readonly status: "active" | "done" | "error" | "stopped";
  // deno-lint-ignore no-explicit-any
  readonly output: any;
  readonly tags: readonly string[];
  /** Counts the steps of the actor; 1 after its creation. */
  readonly revision: number;
}

export function viewOf(
  { address, revision, snapshot }: {
    address: string;
    revision: number;
    snapshot: AnyMachineSnapshot;
  },
): View {
  return {
    address,
    value: snapshot.value,
    context: snapshot.context,
    status: snapshot.status,
    output: snapshot.output,
    tags: [...snapshot.tags] as string[],
    revision,
  };
}

/**
 * A view that also answers what machines ask of a snapshot (`matches`, `hasTag`, `can`, `getMeta`); only
 * its data is kept.
 */
export function readable(view: View, snapshot: AnyMachineSnapshot): View {
  const methods = ["matches", "hasTag", "can", "getMeta"] as const;
  return Object.defineProperties(
    { ...view },
    Object.fromEntries(methods.map((name) => [name, { value: snapshot[name].bind(snapshot) }])),
  );
}
