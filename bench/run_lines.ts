/** Measures lines in rounds, with pgbench before and after each. */
import type { Figures } from "./figures.ts";
import type { Line, Measurement } from "./line.ts";
import { median } from "./samples.ts";
import type { OwnedSite } from "./site.ts";

export interface RunOptions {
  readonly seconds: number;
  readonly rounds: number;
  /** Told of each measurement. */
  readonly onMeasured: (text: string) => void;
}

/** Medians of all rounds by the line's name; pgbench's own are among them on a server. */
export async function runLines(
  site: OwnedSite,
  lines: readonly Line[],
  { seconds, rounds, onMeasured }: RunOptions,
): Promise<Map<string, Figures>> {
  const taken = new Map<string, Figures[]>();
  const note = (name: string, figures: Figures): void => {
    const all = taken.get(name);
    if (all === undefined) taken.set(name, [figures]);
    else all.push(figures);
    onMeasured(`${name} ${sketch(figures)}`);
  };
  const neighbours = site.isEmbedded ? undefined : new Neighbours(site, seconds, note);
  // What the last ones need would be in the way of the first.
  for (const line of lines) {
    const measurement = await line.open(site);
    for (let round = 0; round < rounds; round++) {
      note(line.name, await measureBeside(line, { measurement, seconds, neighbours }));
    }
    await measurement.close?.();
    neighbours?.forget();
  }
  return new Map([...taken].map(([name, figures]) => [name, medians(figures)]));
}

async function measureBeside(
  line: Line,
  { measurement, seconds, neighbours }: {
    measurement: Measurement;
    seconds: number;
    neighbours: Neighbours | undefined;
  },
): Promise<Figures> {
  await measurement.prepare?.(seconds);
  const before = await neighbours?.before(line.beside);
  const figures = await measurement.measure(seconds);
  const after = await neighbours?.after(line.beside);
  if (before === undefined || after === undefined) return figures;
  const own = line.beside === "latency" ? figures.p50Ms : figures.perSecond;
  return { ...figures, ratio: own / ((before + after) / 2) };
}

/** pgbench before and after each line; what came after one comes before the next. */
class Neighbours {
  readonly #site: OwnedSite;
  readonly #seconds: number;
  readonly #note: (name: string, figures: Figures) => void;
  #last: number | undefined;

  constructor(site: OwnedSite, seconds: number, note: (name: string, figures: Figures) => void) {
    this.#site = site;
    this.#seconds = seconds;
    this.#note = note;
  }

  async before(kind: Line["beside"]): Promise<number | undefined> {
    return this.#last ?? await this.after(kind);
  }

  async after(kind: Line["beside"]): Promise<number | undefined> {
    if (kind === "nothing") return undefined;
    const pgbench = await this.#site.pgbench();
    if (kind === "latency") {
      const { averageMs, ...figures } = await pgbench.latency(this.#seconds);
      this.#note("pgbenchLatency", { ...figures, extra: { averageMs } });
      return this.#last = averageMs;
    }
    const { perSecond, p50Ms, p99Ms } = await pgbench.throughput(this.#seconds);
    this.#note("pgbench", { perSecond, p50Ms, p99Ms });
    return this.#last = perSecond;
  }

  forget(): void {
    this.#last = undefined;
  }
}

/** The median of each figure by itself. */
export function medians(rounds: readonly Figures[]): Figures {
  const of = (pick: (figures: Figures) => number | undefined): number =>
    median(rounds.map((figures) => pick(figures) ?? NaN));
  const [first] = rounds;
  return {
    perSecond: of((figures) => figures.perSecond),
    p50Ms: of((figures) => figures.p50Ms),
    p99Ms: of((figures) => figures.p99Ms),
    ...(first?.ratio === undefined ? {} : { ratio: of((figures) => figures.ratio) }),
    ...(first?.extra === undefined ? {} : {
      extra: Object.fromEntries(
        Object.keys(first.extra).map((name) => [name, of((figures) => figures.extra?.[name])]),
      ),
    }),
  };
}

function sketch({ perSecond, p50Ms, p99Ms, ratio, extra }: Figures): string {
  const figures = { perSecond, p50Ms, p99Ms, ...(ratio === undefined ? {} : { ratio }), ...extra };
  return Object.entries(figures).map(([name, figure]) => `${name} ${rounded(figure)}`).join(" ");
}

/** Three digits that count. */
export function rounded(figure: number): number {
  return figure >= 1_000 ? Math.round(figure) : Number(figure.toPrecision(3));
}
