/** Figures for people: medians, and ratios to what was measured beside them. */

interface Line {
  readonly name: string;
  readonly words: string;
  /** What the ratios are to. */
  readonly beside: readonly string[];
}

const LINES: readonly Line[] = [
  { name: "pgbench", words: "pgbench -N -c 32 -j 2, transactions/s", beside: [] },
  { name: "groups", words: "groups, events/s", beside: ["pgbench", "single", "singleParallel"] },
  { name: "single", words: "a transaction per event, 1 connection", beside: ["pgbench"] },
  { name: "singleParallel", words: "a transaction per event, 8 connections", beside: ["pgbench"] },
  { name: "hotActor", words: "one hot actor, events/s", beside: ["pgbench"] },
  { name: "invoke", words: "event → effect → result, rounds/s", beside: ["pgbench"] },
  { name: "pgbenchLatencyMs", words: "pgbench -N -c 1, average ms", beside: [] },
  { name: "askLatencyMs", words: "one sender, p50 ms", beside: ["pgbenchLatencyMs"] },
  { name: "embeddedGroups", words: "embedded: groups, events/s", beside: ["embeddedSingle"] },
  { name: "embeddedSingle", words: "embedded: a transaction per event", beside: [] },
  { name: "embeddedHotActor", words: "embedded: one hot actor, events/s", beside: [] },
  { name: "embeddedInvoke", words: "embedded: event → effect → result, rounds/s", beside: [] },
  { name: "embeddedAskLatencyMs", words: "embedded: one sender, p50 ms", beside: [] },
];

/**
 * A line for each measurement: median, the range of all rounds, and the median of the ratios within
 * each round.
 */
export function table(samples: Readonly<Record<string, readonly number[]>>): string[] {
  const rows = LINES.flatMap(({ name, words, beside }) => {
    const figures = samples[name];
    if (figures === undefined) return [];
    const ratios = beside.flatMap((other) => {
      const others = samples[other];
      if (others === undefined) return [];
      const ratio = median(figures.map((figure, round) => figure / (others[round] ?? NaN)));
      return [`${ratio.toFixed(2)} × ${other}`];
    });
    const range = `${shown(Math.min(...figures))} – ${shown(Math.max(...figures))}`;
    return [[words, shown(median(figures)), range, ratios.join(", ")]];
  });
  const all = [["", "median", "of", "in the same round"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map(([words = "", middle = "", range = "", ratios = ""]) =>
    [
      words.padEnd(widths[0] ?? 0),
      middle.padStart(widths[1] ?? 0),
      range.padStart(widths[2] ?? 0),
      ratios,
    ].join("  ").trimEnd()
  );
}

/** The middle one, or the mean of the two in the middle. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
  return (upper + lower) / 2;
}

function shown(figure: number): string {
  return figure >= 100 ? Math.round(figure).toLocaleString("en") : figure.toFixed(2);
}
