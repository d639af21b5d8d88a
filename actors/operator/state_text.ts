/** State values in one short line. */
import type { StateValue } from "xstate";

/**
 * `{ open: "waiting" }` as `open.waiting`, parallel regions in brackets: `(left.one, right.two)`.
 * @param value Anything; what is no state value is shown as JSON.
 */
export function stateText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  const regions = Object.entries(value as Record<string, StateValue>).map(([name, inner]) => {
    const rest = stateText(inner);
    return rest === "" || rest === "{}" ? name : `${name}.${rest}`;
  });
  if (regions.length === 0) return "{}";
  return regions.length === 1 ? regions[0] as string : `(${regions.join(", ")})`;
}
