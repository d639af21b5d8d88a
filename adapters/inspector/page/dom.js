/** The few helpers that all views share: elements, questions to the server, times. */

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element; `on…` properties are listeners, the rest attributes; no markup is ever parsed. */
export function h(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** An SVG element. */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined),
  );
  return element;
}

export function byId(id) {
  return document.getElementById(id);
}

/**
 * Asks the server; undefined when what was asked for is not there (any more).
 * @throws {Error} With the server's own words.
 */
export async function ask(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const response = await fetch(`/inspect/api/${path}?${new URLSearchParams(given)}`);
  if (response.status === 404) return undefined;
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `The server answers ${response.status}`);
  return answer;
}

const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
});
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

export function timeText(atMs) {
  return clock.format(atMs);
}

export function dayText(atMs) {
  return `${day.format(atMs)} ${clock.format(atMs)}`;
}

/** "in 12 s", "3 min ago". */
export function distanceText(atMs) {
  const seconds = Math.round((atMs - Date.now()) / 1000);
  const size = Math.abs(seconds);
  const text = size < 120
    ? `${size} s`
    : size < 7200
    ? `${Math.round(size / 60)} min`
    : size < 172_800
    ? `${Math.round(size / 3600)} h`
    : `${Math.round(size / 86_400)} d`;
  return seconds >= 0 ? `in ${text}` : `${text} ago`;
}

/** An event type without XState's own prefixes, as the picture says it. */
export function eventText(type) {
  const inner = /^xstate\.(after|done\.actor|done\.state|error\.actor|snapshot)\.(.*)$/.exec(type);
  if (inner === null) return type.replace(/^xstate\./, "");
  const [, what, rest] = inner;
  const name = /^\d+\./.test(rest) ? "" : rest;
  if (what === "after") {
    const delay = rest.slice(0, rest.indexOf("."));
    return `after ${/^\d+$/.test(delay) ? `${delay} ms` : delay}`;
  }
  if (what === "done.state") return "done";
  return `${what.split(".")[0]} ${name}`.trim();
}

/** The part of an address that tells it from its neighbours. */
export function shortAddress(address) {
  const [kind, id = ""] = address.split("/");
  const rest = address.slice(kind.length + id.length + 1);
  return `${kind}/${id.length > 16 ? `${id.slice(0, 7)}…${id.slice(-5)}` : id}${rest}`;
}

/** Where a step is shown. */
export function stepLink(address, revision, view) {
  const query = new URLSearchParams({ actor: address });
  if (revision !== undefined && revision !== null) query.set("step", revision);
  if (view !== undefined) query.set("view", view);
  return `#${query}`;
}

/** A link to a step of an actor. */
export function stepAnchor(address, revision) {
  const text = revision === null || revision === undefined
    ? shortAddress(address)
    : `${shortAddress(address)} @${revision}`;
  return h("a", { href: stepLink(address, revision), title: address, class: "address" }, text);
}

/** Scrolls a panel, and nothing around it, so that what is looked for stands in its middle. */
export function reveal(panel, selector) {
  const element = panel.querySelector(selector);
  if (element === null) return;
  const inner = element.getBoundingClientRect();
  const outer = panel.getBoundingClientRect();
  panel.scrollBy({
    top: inner.top + inner.height / 2 - outer.top - outer.height / 2,
    left: inner.left + inner.width / 2 - outer.left - outer.width / 2,
  });
}

/** Calls once after the last call has been quiet for a while. */
export function settle(work, waitMs) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, waitMs);
  };
}

/** After work of a second so many seconds of rest: the page only looks, the server has more to do. */
const REST = 4;

/**
 * Calls soon after it was asked for, never twice at once, and once more when it was asked for
 * meanwhile: under a stream of steps something is always shown, and nothing piles up. After long work
 * it waits longer.
 */
export function oneAtATime(work, waitMs) {
  let mode = "idle";
  let restUntilMs = 0;
  const begin = () => {
    mode = "waiting";
    setTimeout(run, Math.max(waitMs, restUntilMs - performance.now()));
  };
  const run = async () => {
    mode = "running";
    const beginMs = performance.now();
    await work();
    const endMs = performance.now();
    restUntilMs = endMs + REST * (endMs - beginMs);
    if (mode === "again") begin();
    else mode = "idle";
  };
  return () => {
    if (mode === "idle") begin();
    else if (mode === "running") mode = "again";
  };
}
