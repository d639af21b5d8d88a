/** `fromTransition` logic as a machine without states, so that it is kept and stepped like others. */
import {
  type AnyActorLogic,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createMachine,
  type EventObject,
} from "xstate";

type Scope = Parameters<AnyStateMachine["transition"]>[2];

/** Made by `fromTransition`: it has a reducer and, unlike promises, callbacks and observables, no start. */
export function isTransition(logic: AnyActorLogic | undefined): logic is AnyActorLogic {
  return logic !== undefined && !("start" in logic) && !("__xstatenode" in logic) &&
    typeof (logic as { config?: unknown }).config === "function";
}

const machines = new WeakMap<AnyActorLogic, Map<string, AnyStateMachine>>();

/**
 * The same machine for the same logic and id.
 * @param id Of the machine.
 */
export function asMachine(logic: AnyActorLogic, id: string): AnyStateMachine {
  const known = machines.get(logic) ?? new Map<string, AnyStateMachine>();
  machines.set(logic, known);
  const machine = known.get(id) ?? reducerMachine(logic, id);
  known.set(id, machine);
  return machine;
}

function reducerMachine(logic: AnyActorLogic, id: string): AnyStateMachine {
  const machine: AnyStateMachine = createMachine({ id });
  const resolve = machine.resolveState.bind(machine);
  // A state that is no object, such as a number, is kept as it is.
  const resolveState = (config: Parameters<typeof resolve>[0]): AnyMachineSnapshot =>
    Object.assign(resolve(config), { context: config.context });
  const reduce = (context: unknown, event: EventObject, scope: Scope): unknown => {
    const step = { type: "@xstate.microstep", actorRef: scope.self, _transitions: [event] };
    const { system } = scope as unknown as { system: { _sendInspectionEvent(step: object): void } };
    system._sendInspectionEvent(step);
    return logic.transition({ status: "active", context } as never, event, scope as never).context;
  };
  return Object.assign(machine, {
    resolveState,
    getInitialSnapshot: (scope: Scope, input?: unknown) =>
      resolveState({
        value: {},
        context: logic.getInitialSnapshot(scope as never, input as never).context as never,
      }),
    transition: (snapshot: AnyMachineSnapshot, event: EventObject, scope: Scope) =>
      Object.assign(resolveState({ value: {}, context: snapshot.context }), {
        ...(event.type === "xstate.stop"
          ? { status: "stopped" }
          : { context: reduce(snapshot.context, event, scope) }),
      }),
  });
}
