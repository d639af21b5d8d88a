/** The machine's picture: boxes in boxes, arrows, what is lit; moved and zoomed by hand. */
import { byId, h, s } from "./dom.js";

const LINE = 15;
const ZOOM = { least: 0.12, most: 2.5 };

/** Draws into `svg`. */
export function createChart(svg) {
  let picture;
  let view = { x: 0, y: 0, scale: 1 };
  let lit = [];
  const layer = s("g");
  svg.append(arrowHeads(), layer);
  moveByHand(svg, {
    view: () => view,
    to: (next) => show(next),
  });
  new ResizeObserver(() => show(view)).observe(svg);

  function show(next) {
    view = next;
    layer.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
  }

  /** Shows a part of the picture as large as it fits. */
  function look({ x, y, width, height }, { most = 1.15, least = ZOOM.least } = {}) {
    const { clientWidth, clientHeight } = svg;
    if (clientWidth === 0) return;
    const fitting = Math.min(clientWidth / (width + 40), clientHeight / (height + 40));
    const scale = Math.min(most, Math.max(least, fitting));
    show({
      scale,
      x: clientWidth / 2 - (x + width / 2) * scale,
      y: clientHeight / 2 - (y + height / 2) * scale,
    });
  }

  return {
    /** Another machine; undefined for none. */
    draw(next) {
      picture = next;
      layer.replaceChildren();
      if (picture === undefined) return;
      layer.append(
        ...picture.states.map(stateBox),
        ...picture.arrows.map(arrowLine),
        ...picture.dots.map(({ x, y }) => s("circle", { class: "dot", cx: x, cy: y, r: 5 })),
        ...picture.arrows.map(arrowLabel),
      );
    },
    /**
     * Lights states and the transitions that led to them.
     * @param before State value before the step, to show what was left; undefined for none.
     */
    light({ value, before, transitions = [] }) {
      if (picture === undefined) return;
      lit = activeIds(picture, value);
      const was = before === undefined ? [] : activeIds(picture, before);
      const taken = new Set(transitions);
      for (const element of layer.querySelectorAll(".state")) {
        const { id } = element.dataset;
        const isLit = lit.includes(id);
        const isInner = lit.some((other) => other !== id && other.startsWith(`${id}.`));
        element.classList.toggle("lit", isLit && !isInner);
        element.classList.toggle("around", isLit && isInner);
        element.classList.toggle("left", !isLit && was.includes(id));
      }
      for (const element of layer.querySelectorAll("[data-transitions]")) {
        const own = element.dataset.transitions.split("\n");
        element.classList.toggle("taken", own.some((id) => taken.has(id)));
      }
      layer.append(...layer.querySelectorAll(".arrow.taken"), ...layer.querySelectorAll(".label"));
    },
    fit() {
      if (picture !== undefined) look({ x: 0, y: 0, ...picture });
    },
    /** The lit states and the way to them, large enough to be read. */
    here() {
      if (picture === undefined) return;
      const boxes = picture.states.filter(({ id }) =>
        lit.includes(id) && !lit.some((other) => other !== id && other.startsWith(`${id}.`))
      );
      const arrows = [...layer.querySelectorAll(".label.taken")].map((label) => label.getBBox());
      const all = [...boxes, ...arrows];
      const { clientWidth, clientHeight } = svg;
      const isSmall = picture.width < clientWidth / 0.7 && picture.height < clientHeight / 0.7;
      if (all.length === 0 || isSmall) return this.fit();
      const x = Math.min(...all.map((box) => box.x)) - 60;
      const y = Math.min(...all.map((box) => box.y)) - 90;
      const right = Math.max(...all.map((box) => box.x + box.width)) + 60;
      const bottom = Math.max(...all.map((box) => box.y + box.height)) + 90;
      look({ x, y, width: right - x, height: bottom - y }, { most: 1, least: 0.55 });
    },
    zoom(factor) {
      const { clientWidth, clientHeight } = svg;
      show(zoomed(view, factor, { x: clientWidth / 2, y: clientHeight / 2 }));
    },
  };
}

/** The states that a value names, with all around them. */
function activeIds({ states }, value) {
  const root = states[0];
  const found = [];
  enter(root, value);
  return found;

  function enter(state, inner) {
    found.push(state.id);
    const children = states.filter(({ parent }) => parent === state.id);
    const names = typeof inner === "string" ? { [inner]: undefined } : inner ?? {};
    for (const child of children) {
      if (Object.hasOwn(names, child.key)) enter(child, names[child.key]);
    }
  }
}

function stateBox(state) {
  const { x, y, width, height, type } = state;
  const classes = `state ${type} depth${state.depth % 2}`;
  if (type === "history") {
    return s(
      "g",
      { class: classes, "data-id": state.id },
      s("circle", { cx: x + 13, cy: y + 13, r: 12 }),
      s(
        "text",
        { class: "name", x: x + 13, y: y + 17, "text-anchor": "middle" },
        state.isDeepHistory ? "H*" : "H",
      ),
    );
  }
  const box = s(
    "g",
    { class: classes, "data-id": state.id },
    s("title", {}, tooltip(state)),
    s("rect", { x, y, width, height, rx: 9 }),
    type === "final"
      ? s("rect", {
        class: "inside",
        x: x + 3,
        y: y + 3,
        width: width - 6,
        height: height - 6,
        rx: 6,
      })
      : null,
    s("text", { class: "name", x: x + 12, y: y + 19 }, state.key),
  );
  let line = y + 36;
  const write = (text, attributes) => {
    box.append(s("text", { x: x + 12, y: line, ...attributes }, text));
    line += LINE;
  };
  if (state.tags.length > 0) write(state.tags.join("  "), { class: "tags" });
  for (const { id, source } of state.invokes) {
    write(`⟳ ${id === source || /^\d+\./.test(id) ? source : `${id}: ${source}`}`, {
      class: "invoke",
    });
  }
  for (const { label, transitions } of state.inner) {
    write(`↺ ${label}`, { class: "inner", "data-transitions": transitions.join("\n") });
  }
  return box;
}

function tooltip({ id, description, entry, exit, tags }) {
  return [
    id,
    description,
    tags.length > 0 ? `tags: ${tags.join(", ")}` : "",
    entry.length > 0 ? `entry: ${entry.join(", ")}` : "",
    exit.length > 0 ? `exit: ${exit.join(", ")}` : "",
  ].filter((line) => line !== "").join("\n");
}

function arrowLine({ points, lines }) {
  return s("path", {
    class: lines.length === 0 ? "arrow begin" : "arrow",
    d: rounded(points),
    "data-transitions": lines.map(({ transition }) => transition).join("\n"),
  });
}

/** Corners are rounded off, so that crossings and corners look different. */
function rounded(points) {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  const parts = [`M${first.x} ${first.y}`];
  rest.forEach((point, index) => {
    const next = rest[index + 1];
    if (next === undefined) return parts.push(`L${point.x} ${point.y}`);
    const before = towards(point, points[index], 7);
    const after = towards(point, next, 7);
    parts.push(`L${before.x} ${before.y} Q${point.x} ${point.y} ${after.x} ${after.y}`);
  });
  return parts.join(" ");
}

function towards(from, to, distance) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const part = Math.min(distance, length / 2) / length;
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

function arrowLabel({ label, lines }) {
  if (label === undefined || label === null) return s("g");
  const { x, y, width, height } = label;
  return s(
    "g",
    { class: "label", "data-transitions": lines.map(({ transition }) => transition).join("\n") },
    s("rect", { x, y, width, height, rx: 4 }),
    lines.map(({ text, transition }, index) =>
      s("text", {
        x: x + 4,
        y: y + 12 + index * LINE,
        "data-transitions": transition,
      }, text)
    ),
  );
}

function arrowHeads() {
  const head = (id) =>
    s(
      "marker",
      {
        id,
        viewBox: "0 0 10 10",
        refX: 9,
        refY: 5,
        markerWidth: 8,
        markerHeight: 8,
        orient: "auto-start-reverse",
        markerUnits: "userSpaceOnUse",
      },
      s("path", { d: "M0 1 L10 5 L0 9 z" }),
    );
  return s("defs", {}, head("tip"), head("tip-taken"));
}

function zoomed(view, factor, at) {
  const scale = Math.min(ZOOM.most, Math.max(ZOOM.least, view.scale * factor));
  const part = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * part, y: at.y - (at.y - view.y) * part };
}

/** Wheel and pinch zoom, a drag moves. */
function moveByHand(svg, { view, to }) {
  const pointers = new Map();
  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    const { left, top } = svg.getBoundingClientRect();
    const at = { x: event.clientX - left, y: event.clientY - top };
    if (event.ctrlKey || !event.shiftKey) {
      const step = event.deltaMode === 0 ? event.deltaY : event.deltaY * 20;
      to(zoomed(view(), Math.exp(-step / 500), at));
    } else to({ ...view(), x: view().x - event.deltaY });
  }, { passive: false });
  svg.addEventListener("pointerdown", (event) => {
    svg.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  svg.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) return;
    const now = { x: event.clientX, y: event.clientY };
    const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    pointers.set(event.pointerId, now);
    const { left, top } = svg.getBoundingClientRect();
    const moved = { ...view(), x: view().x + (now.x - before.x) / pointers.size };
    moved.y += (now.y - before.y) / pointers.size;
    if (other === undefined) return to(moved);
    const factor = distance(now, other) / (distance(before, other) || 1);
    const middle = { x: (now.x + other.x) / 2 - left, y: (now.y + other.y) / 2 - top };
    to(zoomed(moved, factor, middle));
  });
  const release = (event) => pointers.delete(event.pointerId);
  svg.addEventListener("pointerup", release);
  svg.addEventListener("pointercancel", release);
}

function distance(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** What stands instead of a picture. */
export function showHint(text) {
  byId("hint").replaceChildren(h("span", {}, text));
}
