/** Lists that fit into one message: whole lines, as many as there is room for. */
import { MESSAGE_MAX_UNITS } from "../safe_text.ts";

/** Room that is left for the words around a list. */
const RESERVED_UNITS = 600;

/**
 * Joins lines; when they do not fit, the last one says that there are more.
 * @param lines HTML, one entry a line.
 * @param more The line in place of those left out.
 */
export function joinLines(lines: readonly string[], more: string): string {
  let room = MESSAGE_MAX_UNITS - RESERVED_UNITS;
  const kept: string[] = [];
  for (const line of lines) {
    room -= line.length + 1;
    if (room < 0) return [...kept, more].join("\n");
    kept.push(line);
  }
  return kept.join("\n");
}
