/** What was measured, for programs and for people. */
import type { Figures } from "./figures.ts";
import type { Line, Target } from "./line.ts";
import { rounded } from "./run_lines.ts";

/** A line as it is printed. */
export interface Reported {
  readonly name: string;
  readonly words: string;
  readonly targets: readonly Target[];
  readonly figures: Figures;
  /** The same on the embedded database. */
  readonly embedded: Figures | undefined;
}

const PGBENCH: Pick<Line, "words" | "targets"> = {
  words: "pgbench -N -c 32 -j 2, scale 50",
  targets: [],
};
const PGBENCH_LATENCY: Pick<Line, "words" | "targets"> = {
  words: "pgbench -N -c 1, scale 50",
  targets: [],
};

/** Puts what was measured in the order of the lines, pgbench first. */
export function reportOf(
  lines: readonly Line[],
  { server, embedded }: {
    server: ReadonlyMap<string, Figures>;
    embedded: ReadonlyMap<string, Figures>;
  },
): Reported[] {
  const all = [
    { name: "pgbench", ...PGBENCH },
    { name: "pgbenchLatency", ...PGBENCH_LATENCY },
    ...lines,
  ];
  return all.flatMap(({ name, words, targets }) => {
    const [onServer, onEmbedded] = [server.get(name), embedded.get(name)];
    const figures = onServer ?? onEmbedded;
    if (figures === undefined) return [];
    if (onServer !== undefined) return [{ name, words, targets, figures, embedded: onEmbedded }];
    return [{ name: `embedded.${name}`, words, targets: [], figures, embedded: undefined }];
  });
}

/** `{name, perSecond, p50Ms, p99Ms, ratio}` and the line's own figures; those embedded apart. */
export function jsonLines(report: readonly Reported[]): string[] {
  return report.flatMap(({ name, figures, embedded }) => [
    jsonLine(name, figures),
    ...(embedded === undefined ? [] : [jsonLine(`embedded.${name}`, embedded)]),
  ]);
}

function jsonLine(name: string, { perSecond, p50Ms, p99Ms, ratio, extra }: Figures): string {
  const figures = Object.entries({ perSecond, p50Ms, p99Ms, ratio: ratio ?? null, ...extra })
    .map(([key, figure]) => [key, figure === null ? null : rounded(figure)]);
  return JSON.stringify({ name, ...Object.fromEntries(figures) });
}

/** Whether the figures are as the target wants them; one that was not measured is not. */
export function isMet(target: Target, figures: Figures): boolean {
  const figure = figureOf(target, figures) ?? NaN;
  return figure >= (target.atLeast ?? -Infinity) && figure <= (target.atMost ?? Infinity);
}

export function missedTargets(report: readonly Reported[]): string[] {
  return report.flatMap(({ name, targets, figures }) =>
    targets.filter((target) => !isMet(target, figures)).map((target) =>
      `${name}: ${verdict(target, figures)}`
    )
  );
}

/** A line for each line, with its targets. */
export function tableLines(report: readonly Reported[]): string[] {
  const hasEmbedded = report.some(({ embedded }) => embedded !== undefined);
  const rows = report.map(({ name, words, targets, figures, embedded }) => [
    name,
    shown(figures.perSecond),
    shown(figures.p50Ms),
    shown(figures.p99Ms),
    figures.ratio === undefined ? "" : shown(figures.ratio),
    ...(hasEmbedded
      ? [embedded === undefined ? "" : shown(embedded.perSecond), shown(embedded?.p50Ms)]
      : []),
    [targets.map((target) => verdict(target, figures)).join(", "), words].filter((text) =>
      text !== ""
    ).join(" · "),
  ]);
  const embeddedHead = hasEmbedded ? ["embedded/s", "p50 ms"] : [];
  const all = [["", "per second", "p50 ms", "p99 ms", "ratio", ...embeddedHead, ""], ...rows];
  const widths = (all[0] ?? []).map((_, column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0))
  );
  return all.map((row) =>
    row.map((cell, column) => {
      const width = widths[column] ?? 0;
      const isText = column === 0 || column === row.length - 1;
      return isText ? cell.padEnd(width) : cell.padStart(width);
    }).join("  ").trimEnd()
  );
}

function verdict(target: Target, figures: Figures): string {
  const figure = figureOf(target, figures);
  const bound = target.atLeast === undefined ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`;
  return `${target.figure} ${shown(figure)} ${
    isMet(target, figures) ? "met" : "MISSED"
  } (${bound})`;
}

function figureOf({ figure }: Target, figures: Figures): number | undefined {
  const { extra, ...own } = figures;
  const all: Readonly<Record<string, number | undefined>> = { ...own, ...extra };
  return all[figure];
}

function shown(figure: number | undefined): string {
  return figure === undefined ? "" : rounded(figure).toLocaleString("en");
}
