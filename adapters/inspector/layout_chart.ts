/**
 * Where everything of a machine's picture goes: boxes in boxes, arrows around them, each label at a
 * place of its own. The layered layout is ELK's; here stands what it is told and what is made of its
 * answer. Sizes are pixels at 100 %; the page must use the same fonts.
 */
// The whole library in one file: no worker of its own is looked for.
import elk, { type ElkExtendedEdge, type ElkNode } from "elkjs/lib/elk.bundled.js";
import type { ChartState, ChartTransition, MachineChart } from "./machine_chart.ts";

/** A rectangle of the picture. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A state's box with what is written in it; the children are boxes of their own. */
export interface PlacedState extends Box, Omit<ChartState, "children"> {
  readonly parent: string | undefined;
  readonly depth: number;
  /** Transitions that leave the state as it is, by their event: drawn as lines in the box. */
  readonly inner: readonly InnerLine[];
}

export interface InnerLine {
  readonly label: string;
  readonly transitions: readonly string[];
}

/** One arrow for all transitions from one state to another. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly lines: readonly { readonly text: string; readonly transition: string }[];
  readonly label: Box | undefined;
  /** Corners, from the source to the tip. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** The picture of a machine. */
export interface Picture {
  readonly machine: string;
  readonly width: number;
  readonly height: number;
  /** Parents before their children. */
  readonly states: readonly PlacedState[];
  readonly arrows: readonly Arrow[];
  /** The black dots, each the start of an arrow to an initial state. */
  readonly dots: readonly { readonly x: number; readonly y: number; readonly to: string }[];
  readonly transitions: readonly ChartTransition[];
}

const NAME_CHARACTER = 7.7;
const SMALL_CHARACTER = 6.1;
const LINE = 15;
const HEAD = 26;
const SIDE = 12;
const DOT = 10;

const LAYOUT = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.json.shapeCoords": "ROOT",
  "elk.json.edgeCoords": "ROOT",
  "elk.spacing.nodeNode": "28",
  "elk.spacing.edgeNode": "14",
  "elk.spacing.edgeEdge": "12",
  "elk.spacing.edgeLabel": "4",
  "elk.layered.spacing.nodeNodeBetweenLayers": "28",
  "elk.layered.spacing.edgeNodeBetweenLayers": "14",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "12",
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
  "elk.layered.nodePlacement.bk.fixedAlignment": "BALANCED",
  "elk.layered.thoroughness": "20",
};

/** Its types are those of another module system. */
const Elk = elk as unknown as typeof elk.default;

/** Lays a machine out; about a tenth of a second for thirty states. */
export async function layoutChart(chart: MachineChart): Promise<Picture> {
  const arrows = arrowsOf(chart.transitions);
  const inner = innerLines(chart.transitions);
  const states = new Map<string, PlacedState>();
  const order = orderOf(chart.root);
  const isForward = ({ from, to }: { from: string; to: string }): boolean =>
    order.indexOf(from) < order.indexOf(to);
  const graph = {
    id: "picture",
    layoutOptions: LAYOUT,
    children: [toNode(chart.root, inner)],
    edges: [
      ...arrows.map((arrow, index) => toEdge(arrow, { index, isForward: isForward(arrow) })),
      ...initialEdges(chart.root),
    ],
  };
  const laid = await new Elk().layout(graph) as ElkNode & { edges: ElkExtendedEdge[] };
  const boxes = new Map<string, Box>();
  collectBoxes(laid, boxes);
  place(chart.root, { parent: undefined, depth: 0, inner, boxes, states });
  const edges = new Map(laid.edges.map((edge) => [edge.id, edge]));
  return {
    machine: chart.machine,
    width: Math.ceil(laid.width ?? 0),
    height: Math.ceil(laid.height ?? 0),
    states: [...states.values()],
    arrows: [
      ...arrows.map((arrow, index) => ({
        ...arrow,
        label: labelOf(edges.get(`arrow ${index}`)),
        points: pointsOf(edges.get(`arrow ${index}`)),
      })),
      ...initialEdges(chart.root).map((edge) => ({
        from: "",
        to: edge.targets[0] as string,
        lines: [],
        label: undefined,
        points: pointsOf(edges.get(edge.id)),
      })),
    ],
    dots: initialEdges(chart.root).map(({ sources: [dot], targets: [to] }) => {
      const { x, y } = boxes.get(dot as string) as Box;
      return { x: x + DOT / 2, y: y + DOT / 2, to: to as string };
    }),
    transitions: chart.transitions,
  };
}

/** The states in the order in which they were written. */
function orderOf(state: ChartState): string[] {
  return [state.id, ...state.children.flatMap(orderOf)];
}

type Lines = ReadonlyMap<string, readonly InnerLine[]>;

/** One line for each event that a state takes without leaving. */
function innerLines(transitions: readonly ChartTransition[]): Lines {
  const stays = transitions.filter(({ to }) => to.length === 0);
  return new Map(
    [...Map.groupBy(stays, ({ from }) => from)].map(([from, own]) => [
      from,
      [...Map.groupBy(own, ({ label }) => label)].map(([label, same]) => ({
        label,
        transitions: same.map(({ id }) => id),
      })),
    ]),
  );
}

/** Transitions with the same two ends share an arrow; one to several targets has several. */
function arrowsOf(
  transitions: readonly ChartTransition[],
): Pick<Arrow, "from" | "to" | "lines">[] {
  const ends = transitions.flatMap((transition) => transition.to.map((to) => ({ to, transition })));
  return [...Map.groupBy(ends, ({ to, transition }) => `${transition.from}\n${to}`).values()]
    .map((same) => {
      const { to, transition: { from } } = same[0] as typeof ends[number];
      const lines = same.map(({ transition: { id, label, guard } }) => ({
        text: guard === undefined ? label : `${label} [${guard}]`,
        transition: id,
      }));
      return { from, to, lines };
    });
}

function toNode(state: ChartState, inner: Lines): ElkNode {
  const { width, height } = sizeOf(state, inner.get(state.id) ?? []);
  if (state.children.length === 0) return { id: state.id, width, height };
  return {
    id: state.id,
    layoutOptions: {
      "elk.padding": `[top=${height + 10},left=16,bottom=16,right=16]`,
      "elk.nodeSize.constraints": "MINIMUM_SIZE",
      "elk.nodeSize.minimum": `(${width}, ${height})`,
    },
    children: [
      ...(state.initial === undefined ? [] : [{ id: dotOf(state), width: DOT, height: DOT }]),
      ...state.children.map((child) => toNode(child, inner)),
    ],
  };
}

function dotOf(state: ChartState): string {
  return `${state.id} initial`;
}

function initialEdges(state: ChartState): ElkExtendedEdge[] {
  const own = state.initial === undefined
    ? []
    : [{ id: `${state.id} begin`, sources: [dotOf(state)], targets: [state.initial] }];
  return [...own, ...state.children.flatMap(initialEdges)];
}

/** Room for what is written in a state: its name, tags, invokes, and events it takes and stays. */
function sizeOf(
  { key, tags, invokes, type }: ChartState,
  inner: readonly InnerLine[],
): { width: number; height: number } {
  if (type === "history") return { width: 26, height: 26 };
  const small = [
    tags.join("  "),
    ...invokes.map(({ id, source }) => `⟳ ${invokeText({ id, source })}`),
    ...inner.map(({ label }) => `↺ ${label}`),
  ].filter((line) => line !== "");
  const width = Math.max(
    70,
    key.length * NAME_CHARACTER + (type === "final" ? 22 : 0),
    ...small.map((line) => line.length * SMALL_CHARACTER),
  );
  return {
    width: Math.ceil(width + 2 * SIDE),
    height: HEAD + small.length * LINE + (small.length === 0 ? 2 : 8),
  };
}

/** An invoke as it is written in a box. */
export function invokeText({ id, source }: { id: string; source: string }): string {
  return id === source || /^\d+\./.test(id) ? source : `${id}: ${source}`;
}

function toEdge(
  { from, to, lines }: Pick<Arrow, "from" | "to" | "lines">,
  { index, isForward }: { index: number; isForward: boolean },
) {
  const width = Math.max(...lines.map(({ text }) => text.length)) * SMALL_CHARACTER + 8;
  return {
    id: `arrow ${index}`,
    sources: [from],
    targets: [to],
    // Of a loop that arrow points up which goes back in the order in which the states were written.
    layoutOptions: { "elk.layered.priority.direction": isForward ? "10" : "0" },
    labels: [{
      text: String(index),
      width: Math.ceil(width),
      height: lines.length * LINE + 2,
      layoutOptions: { "elk.edgeLabels.inline": "true", "elk.edgeLabels.placement": "CENTER" },
    }],
  };
}

function collectBoxes(node: ElkNode, boxes: Map<string, Box>): void {
  const { id, x = 0, y = 0, width = 0, height = 0, children = [] } = node;
  boxes.set(id, { x, y, width, height });
  for (const child of children) collectBoxes(child, boxes);
}

function place(
  { children, ...state }: ChartState,
  { parent, depth, inner, boxes, states }: {
    parent: string | undefined;
    depth: number;
    inner: Lines;
    boxes: ReadonlyMap<string, Box>;
    states: Map<string, PlacedState>;
  },
): void {
  const box = boxes.get(state.id) as Box;
  states.set(state.id, { ...state, ...box, parent, depth, inner: inner.get(state.id) ?? [] });
  for (const child of children) {
    place(child, { parent: state.id, depth: depth + 1, inner, boxes, states });
  }
}

function labelOf(edge: ElkExtendedEdge | undefined): Box | undefined {
  const label = edge?.labels?.[0];
  if (label === undefined) return undefined;
  const { x = 0, y = 0, width = 0, height = 0 } = label;
  return { x, y, width, height };
}

function pointsOf(edge: ElkExtendedEdge | undefined): { x: number; y: number }[] {
  return (edge?.sections ?? []).flatMap(({ startPoint, bendPoints = [], endPoint }) => [
    startPoint,
    ...bendPoints,
    endPoint,
  ]);
}
