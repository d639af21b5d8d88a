/** Text for a terminal: aligned columns, each cell one line and not too long. */

/** Longest cell, characters. */
const MAX_CELL = 60;

/**
 * One line without control characters, cut at the end.
 * @param max Characters, the mark of the cut included.
 */
export function oneLine(text: string, max: number = Infinity): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");
  return line.length <= max ? line : `${line.slice(0, max - 1)}…`;
}

/** The header and the rows, in columns two spaces apart; numbers are aligned to the right. */
export function textTable(
  headers: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string[] {
  const cells = rows.map((row) => row.map((cell) => oneLine(String(cell), MAX_CELL)));
  const widths = headers.map((header, column) =>
    Math.max(header.length, ...cells.map((row) => row[column]?.length ?? 0))
  );
  const isNumber = headers.map((_, column) =>
    rows.length > 0 && rows.every((row) => typeof row[column] === "number")
  );
  const lineOf = (row: readonly string[]): string =>
    row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return isNumber[column] ? cell.padStart(width) : cell.padEnd(width);
    }).join("  ").trimEnd();
  return [lineOf(headers), ...cells.map(lineOf)];
}

/** `1 actor`, `2 actors`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** ISO 8601 in UTC. */
export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
