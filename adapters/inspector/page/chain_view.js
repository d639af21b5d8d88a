/** One chain of causes as a sequence diagram: a lifeline for each actor, a row for each event. */
import { eventText, h, s, shortAddress, stepLink, timeText } from "./dom.js";

/** Room for the longest names of events. */
const COLUMN = { least: 138, most: 220 };
const ROW = 40;
const TOP = 14;
const OUTSIDE = "outside";

/**
 * @param chain As the server gives it.
 * @param chosen The step that is selected: address and revision.
 * @param room Pixels that there are from left to right.
 */
export function chainView(chain, chosen, room) {
  const names = lifelines(chain.lines);
  const rows = chain.lines.flatMap((line) => [
    { line },
    ...line.asked.map((asked) => ({ line, asked })),
  ]);
  const column = Math.min(COLUMN.most, Math.max(COLUMN.least, room / names.length));
  const width = names.length * column;
  const height = TOP + rows.length * ROW + 20;
  const x = (name) => (names.indexOf(name) + 0.5) * column;
  const drawing = s(
    "svg",
    { width, height, viewBox: `0 0 ${width} ${height}`, class: "sequence" },
    heads(),
    names.map((name) => s("line", { class: "life", x1: x(name), x2: x(name), y1: 0, y2: height })),
    rows.map((row, index) =>
      drawRow(row, { y: TOP + index * ROW + 26, x, chosen, last: names.at(-1) })
    ),
  );
  const header = h(
    "div",
    { class: "lifelines" },
    names.map((name) =>
      h(
        "div",
        { title: name },
        name === OUTSIDE ? h("em", {}, "outside") : [
          h("b", {}, name.slice(0, name.indexOf("/"))),
          h("span", {}, shortAddress(name).slice(name.indexOf("/") + 1)),
        ],
      )
    ),
  );
  header.style.width = `${width}px`;
  return [
    h("div", { class: "diagram" }, header, drawing),
    chain.isWhole ? null : h("p", { class: "note" }, "More followed than is shown here."),
  ];
}

function lifelines(lines) {
  const names = [OUTSIDE];
  for (const { source, address } of lines) {
    for (const name of [source, address]) {
      if (name?.includes("/") && !names.includes(name)) names.push(name);
    }
  }
  return names;
}

function drawRow({ line, asked }, { y, x, chosen, last }) {
  const isChosen = line.address === chosen.address && line.revision === chosen.revision;
  if (asked !== undefined) {
    const label = asked.what === "effect" ? `${asked.name}${noticeOf(asked)}` : `${asked.name} …`;
    return arrow({ from: x(line.address), to: x(OUTSIDE), y, label, classes: "asked" });
  }
  const from = line.source?.includes("/")
    ? x(line.source)
    : line.source === null
    ? x(OUTSIDE)
    : line.source === "effect"
    ? x(OUTSIDE)
    : x(line.address);
  const classes = [
    "message",
    isChosen ? "chosen" : "",
    line.refusal === null ? "" : "refused",
    line.source === "effect" ? "answer" : "",
  ].join(" ");
  const drawn = arrow({ from, to: x(line.address), y, label: eventText(line.type), classes });
  const isLast = line.address === last;
  const note = line.refusal ?? line.state ?? "";
  drawn.append(
    s("title", {}, `${timeText(line.atMs)} ${line.type}\n${note}`),
    s("text", {
      class: "after",
      x: x(line.address) + (isLast ? -8 : 8),
      y: y + 12,
      "text-anchor": isLast ? "end" : "start",
    }, cut(note, 24)),
  );
  if (line.revision === null) return drawn;
  return s("a", { href: stepLink(line.address, line.revision, "chain") }, drawn);
}

/** Which notice a message to a person brings. */
function noticeOf({ params }) {
  const key = params?.notice?.key;
  return typeof key === "string" ? `: ${key}` : "";
}

function arrow({ from, to, y, label, classes }) {
  const path = from === to
    ? `M${from} ${y - 12} h22 v12 h-18`
    : `M${from} ${y} H${to + (to > from ? -4 : 4)}`;
  const middle = from === to ? from + 28 : (from + to) / 2;
  return s(
    "g",
    { class: classes },
    s("rect", {
      class: "hit",
      x: Math.min(from, to) - 4,
      y: y - 22,
      width: Math.abs(to - from) + 40,
      height: 36,
    }),
    s("path", { d: path, "marker-end": "url(#sequence-tip)" }),
    s("text", {
      class: "event",
      x: middle,
      y: y - 6,
      "text-anchor": from === to ? "start" : "middle",
    }, label),
  );
}

function heads() {
  return s(
    "defs",
    {},
    s(
      "marker",
      {
        id: "sequence-tip",
        viewBox: "0 0 10 10",
        refX: 6,
        refY: 5,
        markerWidth: 8,
        markerHeight: 8,
        orient: "auto",
        markerUnits: "userSpaceOnUse",
      },
      s("path", { d: "M0 1 L10 5 L0 9 z" }),
    ),
  );
}

function cut(text, length) {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
