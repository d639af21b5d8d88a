/**
 * What a machine's picture shows, as plain data: its states, one in another, and its transitions.
 * Functions never leave; they are shown by their names. Imports only xstate's types.
 */
import type { AnyStateMachine, AnyStateNode } from "xstate";

/** A state with everything inside it. */
export interface ChartState {
  /** XState's own id: machine and path with dots between them. */
  readonly id: string;
  readonly key: string;
  readonly type: "atomic" | "compound" | "parallel" | "final" | "history";
  readonly isDeepHistory: boolean;
  readonly description: string;
  readonly tags: readonly string[];
  readonly entry: readonly string[];
  readonly exit: readonly string[];
  readonly invokes: readonly { readonly id: string; readonly source: string }[];
  /** The child that is entered first; undefined without children, or when all are. */
  readonly initial: string | undefined;
  readonly children: readonly ChartState[];
}

/** One transition; `to` is empty when it leaves the state as it is. */
export interface ChartTransition {
  /** Of the source, the event and its place among the event's transitions. */
  readonly id: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly event: string;
  /** The event as a person says it: "after sealPause", "done countPlayers", "always". */
  readonly label: string;
  readonly guard: string | undefined;
  readonly actions: readonly string[];
  readonly description: string;
}

export interface MachineChart {
  readonly machine: string;
  readonly root: ChartState;
  readonly transitions: readonly ChartTransition[];
}

/** Describes a machine. */
export function chartOf(machine: AnyStateMachine): MachineChart {
  const nodes = nodesOf(machine.root);
  return {
    machine: machine.id,
    root: stateOf(machine.root),
    transitions: nodes.flatMap((node) =>
      transitionsOf(node).map(({ id, transition }) => ({
        id,
        from: node.id,
        to: (transition.target ?? []).map((target) => target.id),
        event: transition.eventType,
        label: eventLabel(transition.eventType),
        guard: transition.guard === undefined ? undefined : nameOf(transition.guard),
        actions: transition.actions.map(nameOf),
        description: transition.description ?? "",
      }))
    ),
  };
}

type Transition = AnyStateNode["always"] extends (infer T)[] | undefined ? T : never;

/** The transitions of one state with the ids that the chart gives them. */
export function transitionsOf(node: AnyStateNode): { id: string; transition: Transition }[] {
  const listed = [...node.transitions.values()].flat().concat(node.always ?? []);
  const count = new Map<string, number>();
  return listed.map((transition) => {
    const place = count.get(transition.eventType) ?? 0;
    count.set(transition.eventType, place + 1);
    return { id: `${node.id}|${transition.eventType}|${place}`, transition };
  });
}

/** An event type as a person says it. */
export function eventLabel(type: string): string {
  if (type === "") return "always";
  if (type === "*") return "any other event";
  if (type.endsWith(".*")) return `${type} (any)`;
  const inner = /^xstate\.(after|done\.actor|done\.state|error\.actor|snapshot)\.(.*)$/s.exec(type);
  if (inner === null) return type.replace(/^xstate\./, "");
  const [, what, rest = ""] = inner;
  switch (what) {
    case "after":
      return `after ${delayLabel(rest.slice(0, rest.indexOf(".")))}`;
    case "done.state":
      return "done";
    case "done.actor":
      return `done ${invokeLabel(rest)}`;
    case "error.actor":
      return `error ${invokeLabel(rest)}`;
    default:
      return `snapshot ${invokeLabel(rest)}`;
  }
}

function delayLabel(delay: string): string {
  return /^\d+$/.test(delay) ? `${delay} ms` : delay;
}

/** An invoke without an id has one of the form "0.machine.path". */
function invokeLabel(id: string): string {
  return /^\d+\./.test(id) ? "" : id;
}

function nodesOf(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodesOf)];
}

function stateOf(node: AnyStateNode): ChartState {
  const children = Object.values(node.states) as AnyStateNode[];
  return {
    id: node.id,
    key: node.key,
    type: node.type,
    isDeepHistory: node.history === "deep",
    description: node.description ?? "",
    tags: node.tags,
    entry: node.entry.map(nameOf),
    exit: node.exit.map(nameOf),
    invokes: node.invoke.map(({ id, src }) => ({ id, source: sourceName(src) })),
    initial: node.type === "compound" ? node.initial.target[0]?.id : undefined,
    children: children.map(stateOf),
  };
}

function sourceName(source: unknown): string {
  return typeof source === "string" && !source.startsWith("xstate.invoke.") ? source : "(inline)";
}

/** The name of an action or a guard, however it was written. */
function nameOf(named: unknown): string {
  if (typeof named === "string") return named;
  const { type, name } = named as { type?: unknown; name?: string };
  // Built-in actions are functions that carry their type.
  if (typeof type === "string") return type.replace(/^xstate\./, "");
  return name || "(inline)";
}
