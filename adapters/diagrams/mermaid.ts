/** A machine's picture as Mermaid text (https://mermaid.js.org/syntax/stateDiagram.html). */
import type { ChartState, ChartTransition, MachineChart } from "../inspector/machine_chart.ts";

/** @returns A `stateDiagram-v2`, its lines with newlines between them. */
export function mermaidOf({ root, transitions }: MachineChart): string {
  const edges = edgesOf(transitions, idsWithChildren(root));
  const standIns = new Set(edges.map(({ from }) => from).filter(isStandIn));
  return [
    "stateDiagram-v2",
    ...inside(root, standIns),
    ...edges.map(({ from, to, labels }) =>
      `${nameOf(from)} --> ${nameOf(to)} : ${labels.join("<br/>")}`
    ),
  ].join("\n  ");
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly labels: string[];
}

/** One arrow for all transitions between the same two states; those without a target have none. */
function edgesOf(transitions: readonly ChartTransition[], parents: ReadonlySet<string>): Edge[] {
  const edges = new Map<string, Edge>();
  for (const transition of transitions) {
    for (const to of transition.to) {
      const isInward = parents.has(transition.from) &&
        `${to}.`.startsWith(`${transition.from}.`);
      const from = isInward ? standInOf(transition.from) : transition.from;
      const edge = edges.get(`${from} ${to}`) ?? { from, to, labels: [] };
      edges.set(`${from} ${to}`, edge);
      edge.labels.push(labelOf(transition));
    }
  }
  return [...edges.values()];
}

const STAND_IN = "#any";

/** Mermaid cannot draw an arrow from a state into itself; this stands for all that is inside it. */
function standInOf(id: string): string {
  return `${id}${STAND_IN}`;
}

function isStandIn(id: string): boolean {
  return id.endsWith(STAND_IN);
}

function idsWithChildren(state: ChartState): Set<string> {
  if (state.children.length === 0) return new Set();
  return new Set([state.id, ...state.children.flatMap((child) => [...idsWithChildren(child)])]);
}

function inside(state: ChartState, standIns: ReadonlySet<string>): string[] {
  const standIn = standInOf(state.id);
  const lines = standIns.has(standIn) ? [`state "in any of these" as ${nameOf(standIn)}`] : [];
  if (state.initial !== undefined) lines.push(`[*] --> ${nameOf(state.initial)}`);
  for (const [index, child] of state.children.entries()) {
    if (state.type === "parallel" && index > 0) lines.push("--");
    lines.push(...declared(child, standIns));
  }
  return lines;
}

function declared(state: ChartState, standIns: ReadonlySet<string>): string[] {
  const name = nameOf(state.id);
  const title = state.type !== "history" ? state.key : state.isDeepHistory ? "H*" : "H";
  const lines = [`state "${title}" as ${name}`];
  if (state.children.length > 0) {
    lines.push(`state ${name} {`, ...inside(state, standIns).map((line) => `  ${line}`), "}");
  }
  if (state.type === "final") lines.push(`${name} --> [*]`);
  return lines;
}

function labelOf({ label, guard }: ChartTransition): string {
  const text = guard === undefined ? label : `${label} [${guard}]`;
  // Mermaid would take these for the end of the label, or for a comment.
  return text.replace(/[;#:%<>]/g, (sign) => `#${sign.charCodeAt(0)};`);
}

/** Letters, digits and underscores; another id has another name. */
function nameOf(id: string): string {
  return id.replace(/[^A-Za-z0-9]/g, (sign) => sign === "." ? "__" : `_${sign.charCodeAt(0)}_`);
}
