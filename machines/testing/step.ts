/** One step of one machine as plain data, for tables of rules. For tests only. */
import { type AnyStateMachine, initialTransition, transition } from "xstate";
import { isAccepted, restore } from "./world.ts";

/** An action as it was asked for. */
export type Asked = [type: string, params: unknown];

/** What came of an event. */
export interface Step {
  isAccepted: boolean;
  value: unknown;
  context: Record<string, unknown>;
  tags: string[];
  /** Without those that are XState's own (timers, invokes). */
  actions: Asked[];
  /** Sources that were invoked. */
  invoked: string[];
  /** What they were given, in the same order. */
  inputs: unknown[];
}

/** The first step of a new actor. */
export function begin(machine: AnyStateMachine, input: unknown): Step {
  const [snapshot, actions] = initialTransition(machine, input as never);
  return describe(snapshot, actions, true);
}

/** An event to a machine that is in this state, with its first context changed so. */
export function step(
  machine: AnyStateMachine,
  { input, value, context = {}, event }: {
    input: unknown;
    value: unknown;
    context?: object;
    event: { type: string } & Record<string, unknown>;
  },
): Step {
  const first = initialTransition(machine, input as never)[0].context;
  const before = restore(machine, {
    value,
    context: { ...first, ...context },
    status: "active",
    children: [],
  });
  const [snapshot, actions] = transition(machine, before as never, event as never);
  return describe(snapshot, actions, isAccepted(machine, before, event));
}

function describe(
  snapshot: { value: unknown; context: unknown; tags: Set<string> },
  actions: readonly { type: string; params: unknown }[],
  accepted: boolean,
): Step {
  const invoked = actions.filter(({ type }) => type === "xstate.spawnChild")
    .map(({ params }) => params as { src: string; input: unknown });
  return {
    isAccepted: accepted,
    value: snapshot.value,
    context: snapshot.context as Record<string, unknown>,
    tags: [...snapshot.tags],
    actions: actions.filter(({ type }) => !type.startsWith("xstate."))
      .map(({ type, params }): Asked => [type, params]),
    invoked: invoked.map(({ src }) => src),
    inputs: invoked.map(({ input }) => input),
  };
}

/** Events that were told, by address: `user/tg-1 ticket.issued`. */
export function told({ actions }: Pick<Step, "actions">): string[] {
  return actions.filter(([type]) => type === "tell").map(([, params]) => {
    const { to, event } = params as { to: string; event: { type: string; reason?: string } };
    return [to, event.type, event.reason].filter((part) => part !== undefined).join(" ");
  });
}

/** Transfers that were asked for: `10 a → b`. */
export function moved({ actions }: Step): string[] {
  return actions.filter(([type]) => type === "postTransfers").flatMap(([, params]) =>
    (params as { transfers: { from: string; to: string; amount: { minor: string } }[] })
      .transfers.map(({ from, to, amount }) => `${amount.minor} ${from} → ${to}`)
  );
}
