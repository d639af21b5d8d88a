import { expect, it } from "vitest";
import { stateText } from "./state_text.ts";

it.each([
  ["paying", "paying"],
  [{ open: "waiting" }, "open.waiting"],
  [{ open: { deep: "er" } }, "open.deep.er"],
  [{ left: "one", right: { two: "three" } }, "(left.one, right.two.three)"],
  [{ work: { left: "one", right: {} } }, "work.(left.one, right)"],
  [{}, "{}"],
  [null, "null"],
])("%j is shown as %s", (value, text) => {
  expect(stateText(value)).toBe(text);
});
