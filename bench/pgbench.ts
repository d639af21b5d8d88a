/** PostgreSQL's own measure, beside which ours stands: small transactions of one row each. */
import { join } from "node:path";
import { type Figures, figuresOf } from "./figures.ts";
import { Samples } from "./samples.ts";

export interface Pgbench {
  /** Transactions of 32 clients. */
  throughput(seconds: number): Promise<Figures>;
  /** Transactions of one client; `averageMs` is pgbench's own figure. */
  latency(seconds: number): Promise<Figures & { averageMs: number }>;
}

/** 100,000 accounts each. */
const SCALE = 50;
/** Of the transactions one in ten is logged for the quantiles: all would slow pgbench down. */
const LOGGED_SHARE = 0.1;

/**
 * Fills pgbench's tables in the database.
 * @throws {Error} When pgbench is not installed.
 */
export async function preparePgbench(url: string): Promise<Pgbench> {
  const program = await findPgbench();
  if (program === undefined) {
    throw new Error("Cannot find pgbench: install it (Debian: postgresql-contrib, or postgresql)");
  }
  await run(program, ["-i", "-q", "-s", String(SCALE), url]);
  const measure = async (clients: string[], seconds: number) => {
    const folder = await Deno.makeTempDir({ prefix: "zhreb-pgbench-" });
    try {
      const log = ["-l", `--sampling-rate=${LOGGED_SHARE}`, `--log-prefix=${join(folder, "log")}`];
      const text = await run(program, ["-N", ...clients, "-T", String(seconds), ...log, url]);
      const figures = figuresOf(readLogs(folder), seconds);
      return {
        ...figures,
        perSecond: figure(text, /^tps = ([\d.]+)/m),
        averageMs: figure(text, /^latency average = ([\d.]+) ms/m),
      };
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  };
  return {
    throughput: (seconds) => measure(["-c", "32", "-j", "2"], seconds),
    latency: (seconds) => measure(["-c", "1"], seconds),
  };
}

/** Each line: client, number, microseconds it took, script, and when. */
function readLogs(folder: string): Samples {
  const samples = new Samples();
  for (const { name } of Deno.readDirSync(folder)) {
    for (const line of Deno.readTextFileSync(join(folder, name)).split("\n")) {
      const tookUs = line.split(" ")[2];
      if (tookUs !== undefined) samples.add(Number(tookUs) / 1_000);
    }
  }
  return samples;
}

async function run(program: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, stdin: "null" })
    .output();
  if (success) return new TextDecoder().decode(stdout);
  throw new Error(`pgbench failed: ${new TextDecoder().decode(stderr).trim()}`);
}

function figure(text: string, pattern: RegExp): number {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`pgbench said nothing of the kind: ${text}`);
  return Number(found);
}

async function findPgbench(): Promise<string | undefined> {
  const onPath = (Deno.env.get("PATH") ?? "").split(":").filter((folder) => folder !== "");
  for (const folder of [...debianFolders(), ...onPath]) {
    const path = join(folder, "pgbench");
    if (await Deno.stat(path).then(() => true, () => false)) return path;
  }
  return undefined;
}

function debianFolders(): string[] {
  const parent = "/usr/lib/postgresql";
  try {
    return [...Deno.readDirSync(parent)].map(({ name }) => name)
      .sort((a, b) => Number(b) - Number(a)).map((version) => join(parent, version, "bin"));
  } catch {
    // Not Debian, or no Postgres.
    return [];
  }
}
