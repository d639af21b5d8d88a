/** Values as a person reads them: folded trees, and what changed from one to another. */
import { h } from "./dom.js";

/** A value as a tree that can be opened; small ones stand in one line. */
export function jsonTree(value, { isOpen = true } = {}) {
  if (typeof value !== "object" || value === null) return leaf(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return h("span", { class: "mark" }, Array.isArray(value) ? "[]" : "{}");
  return h(
    "div",
    { class: "tree" },
    entries.map(([key, inner]) => branch(key, inner, isOpen)),
  );
}

function branch(key, value, isOpen) {
  const isLeaf = typeof value !== "object" || value === null || Object.keys(value).length === 0;
  const name = h("span", { class: "key" }, key);
  if (isLeaf) return h("div", { class: "pair" }, name, jsonTree(value));
  const text = JSON.stringify(value);
  if (text.length <= 44) return h("div", { class: "pair" }, name, h("span", {}, inline(value)));
  const size = Array.isArray(value) ? `${value.length} items` : `${Object.keys(value).length} keys`;
  return h(
    "details",
    { open: isOpen && text.length < 400 },
    h("summary", {}, name, h("span", { class: "mark" }, size)),
    jsonTree(value, { isOpen }),
  );
}

/** A value in one line. */
export function inline(value) {
  if (Array.isArray(value)) {
    return [mark("["), ...between(value.map((item) => inline(item))), mark("]")];
  }
  if (typeof value === "object" && value !== null) {
    const pairs = Object.entries(value)
      .map(([key, inner]) => [h("span", { class: "key" }, key), mark(" "), inline(inner)]);
    return [mark("{ "), ...between(pairs), mark(" }")];
  }
  return leaf(value);
}

function between(parts) {
  return parts.flatMap((part, index) => index === 0 ? [part] : [mark(", "), part]);
}

function mark(text) {
  return h("span", { class: "mark" }, text);
}

function leaf(value) {
  const kind = value === null || value === undefined ? "null" : typeof value;
  const text = kind === "string" ? value || '""' : String(value);
  const hasTime = kind === "number" && value > 1e12 && value < 1e13;
  return h("span", {
    class: `value ${kind}`,
    title: hasTime ? new Date(value).toISOString() : null,
  }, text);
}

/** What changed, a line for each place; `before` may be missing. */
export function changes(before, after) {
  const found = [];
  compare(before, after, "");
  return found;

  function compare(from, to, path) {
    if (JSON.stringify(from) === JSON.stringify(to)) return;
    const isInner = isPlain(from) && isPlain(to);
    if (!isInner) return found.push({ path, from, to });
    for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
      compare(from[key], to[key], path === "" ? key : `${path}.${key}`);
    }
  }
}

function isPlain(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Changes as lines: place, what was, what is. */
export function changeLines(list) {
  return h(
    "div",
    { class: "changes" },
    list.map(({ path, from, to }) =>
      h(
        "div",
        { class: "change" },
        h("span", { class: "key" }, path),
        h(
          "span",
          {},
          from === undefined ? null : h("del", {}, inline(from)),
          from === undefined || to === undefined ? null : " ",
          to === undefined ? null : h("ins", {}, inline(to)),
        ),
      )
    ),
  );
}
