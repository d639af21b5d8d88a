/** PostgreSQL's own measure, beside which ours stands: small transactions of one row each. */
import { join } from "node:path";

export interface Pgbench {
  /** Transactions per second of 32 clients. */
  throughput(seconds: number): Promise<number>;
  /** Average milliseconds of one transaction of one client. */
  latencyMs(seconds: number): Promise<number>;
}

/** 100,000 accounts a step: with `-N` the clients meet on none of them. */
const SCALE = 4;

/**
 * Fills pgbench's tables in the database.
 * @returns Undefined when pgbench is not installed.
 */
export async function preparePgbench(url: string): Promise<Pgbench | undefined> {
  const program = await findPgbench();
  if (program === undefined) return undefined;
  await run(program, ["-i", "-q", "-s", String(SCALE), url]);
  return {
    throughput: async (seconds) => {
      const text = await run(program, ["-N", "-c", "32", "-j", "2", "-T", String(seconds), url]);
      return figure(text, /^tps = ([\d.]+)/m);
    },
    latencyMs: async (seconds) => {
      const text = await run(program, ["-N", "-c", "1", "-T", String(seconds), url]);
      return figure(text, /^latency average = ([\d.]+) ms/m);
    },
  };
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
