/**
 * `deno task bench`: how fast the durable runtime is, in rounds that alternate with pgbench on the same
 * server, because the ratio of neighbours says more than a figure of a busy machine.
 */
import { describeServer } from "./bench_database.ts";
import { type BenchOptions, readBenchOptions, usage } from "./bench_options.ts";
import { measureCosts } from "./costs.ts";
import { measureDraw } from "./draw.ts";
import type { Figures } from "./figures.ts";
import { lines } from "./lines.ts";
import { jsonLines, missedTargets, reportOf, tableLines } from "./report.ts";
import { runLines } from "./run_lines.ts";
import { openSite, type OwnedSite } from "./site.ts";

const options = readOptions();
const sites: OwnedSite[] = [];
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => void removeAll().then(() => Deno.exit(130)));
}
let exitCode = 0;
try {
  exitCode = await run(options);
} catch (error) {
  warn(error instanceof Error ? error.message : String(error));
  exitCode = 1;
}
await removeAll();
Deno.exit(exitCode);

async function run(options: BenchOptions): Promise<number> {
  const { url, isJson } = options;
  if (options.isDraw) {
    const figures = await measureDraw(options.rounds);
    if (isJson) print(JSON.stringify(figures));
    else for (const [name, figure] of Object.entries(figures)) print(`${name}  ${figure}`);
    return 0;
  }
  if (url !== undefined) warn(await describeServer(url));
  if (options.isCosts) {
    const costs = await measureCosts(openOwnSite(url), options);
    for (const line of costs) print(line);
    return 0;
  }
  const [server, embedded] = [new Map<string, Figures>(), new Map<string, Figures>()];
  const wanted = lines.filter(({ name }) => options.only?.includes(name) ?? true);
  if (url !== undefined) await measure(openOwnSite(url), wanted, server);
  if (options.isEmbedded) {
    await measure(openOwnSite(undefined), wanted.filter((line) => line.isEmbedded), embedded);
  }
  const report = reportOf(lines, { server, embedded });
  for (const line of isJson ? jsonLines(report) : tableLines(report)) print(line);
  return options.isCheck && missedTargets(report).length > 0 ? 1 : 0;
}

async function measure(
  site: OwnedSite,
  wanted: typeof lines,
  into: Map<string, Figures>,
): Promise<void> {
  const { seconds, rounds } = options;
  const startedMs = Date.now();
  const onMeasured = (text: string): void =>
    warn(`${((Date.now() - startedMs) / 1_000).toFixed(0).padStart(5)} s  ${text}`);
  for (const [name, figures] of await runLines(site, wanted, { seconds, rounds, onMeasured })) {
    into.set(name, figures);
  }
}

function openOwnSite(server: string | undefined): OwnedSite {
  const site = openSite(server);
  sites.push(site);
  return site;
}

async function removeAll(): Promise<void> {
  for (const site of sites.splice(0)) {
    await site.remove().catch((error) => warn(`Cannot clear away: ${error}`));
  }
}

function readOptions(): BenchOptions {
  try {
    const { DATABASE_URL } = Deno.env.toObject();
    return readBenchOptions(Deno.args, {
      environment: DATABASE_URL === undefined ? {} : { DATABASE_URL },
      names: lines.map(({ name }) => name),
    });
  } catch (error) {
    warn(`${(error as Error).message}\n\n${usage}`);
    Deno.exit(2);
  }
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

function warn(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}
