/**
 * `deno task test`: everything on the embedded database, and everything again, with the
 * `*_server_test.ts`, on a Postgres server if one can be had.
 *
 * The last line is `N passed, N failed` over both; what was skipped is said on the line before.
 * `--no-skips` makes a skipped test a reason to fail. All other arguments go to vitest: parts of
 * file names, or `-t` and part of a test's name.
 */
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { findServer, NoServerError, type TestServer } from "./find_server.ts";
import { beginTestRun, RUN_VARIABLE, SERVER_VARIABLE, type TestRun } from "./test_run.ts";

interface Counts {
  passed: number;
  failed: number;
  /** Names of the tests that ran in no project. */
  skipped: string[];
}

/** What vitest's JSON reporter writes, as far as it is read here. */
interface Report {
  testResults: {
    /** The file. */
    name: string;
    status: string;
    assertionResults: { fullName: string; status: string }[];
  }[];
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const KILL_AFTER_MS = 5_000;
const NAMED_SKIPS = 5;

const isStrict = Deno.args.includes("--no-skips");
const filters = Deno.args.filter((each) => each !== "--no-skips");
const folder = await Deno.makeTempDir({ prefix: "zhreb-tests-" });
const report = join(folder, "report.json");
const ends: (() => Promise<void>)[] = [() => Deno.remove(folder, { recursive: true })];

let running: Deno.ChildProcess | undefined;
let interruptedBy: Deno.Signal | undefined;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.addSignalListener(signal, () => {
    interruptedBy ??= signal;
    endRunning();
  });
}

let exitCode = 1;
try {
  exitCode = await runAll();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  say("0 passed, 1 failed");
} finally {
  for (const end of ends.toReversed()) await end().catch((error) => say(String(error)));
}
Deno.exit(exitCode);

async function runAll(): Promise<number> {
  const { server, missing } = await findServerOrReason();
  const environment = Deno.env.toObject();
  // The product would take it for its own.
  delete environment.DATABASE_URL;
  // A pipe or a file is no place for colours.
  if (!Deno.stdout.isTerminal()) environment.NO_COLOR = "1";
  let projects = ["--project", "embedded"];
  if (server !== undefined) {
    ends.push(() => server.stop());
    const run: TestRun = await beginTestRun(server.url);
    ends.push(() => run.end());
    environment[SERVER_VARIABLE] = server.url;
    environment[RUN_VARIABLE] = run.id;
    projects = [];
    say(`On the embedded database and on a server (${server.origin})`);
  }
  const isDone = await vitest(["run", ...projects, "--silent=passed-only"], environment, [
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ]);
  if (interruptedBy !== undefined) {
    say(`Ended by ${interruptedBy}`);
    return 130;
  }
  const counts = await readCounts(report);
  const leftOut = missing === undefined ? 0 : await countServerTests(environment);
  if (counts.failed === 0 && (!isDone || counts.passed === 0)) {
    say(`${counts.passed === 0 ? "No test ran" : "The run itself failed"}: see above`);
    counts.failed = 1;
  }
  const skipped = counts.skipped.length + leftOut;
  if (server !== undefined && counts.skipped.length === 0) {
    say("What vitest calls skipped on one database ran on the other");
  }
  if (leftOut > 0) say(`${leftOut} skipped for want of a Postgres server: ${missing}`);
  if (counts.skipped.length > 0) {
    say(`${counts.skipped.length} skipped by their own condition or by -t, among them`);
    for (const name of counts.skipped.slice(0, NAMED_SKIPS)) say(`  ${relative(ROOT, name)}`);
  }
  if (isStrict && skipped > 0) say("Failed: with --no-skips nothing may be skipped");
  say(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed > 0 || (isStrict && skipped > 0) ? 1 : 0;
}

async function findServerOrReason(): Promise<{ server?: TestServer; missing?: string }> {
  try {
    return { server: await findServer(Deno.env.toObject()) };
  } catch (error) {
    if (error instanceof NoServerError) return { missing: error.message };
    throw error;
  }
}

/** @returns Whether vitest was content. */
async function vitest(
  command: string[],
  environment: Record<string, string>,
  options: string[],
): Promise<boolean> {
  running = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", await pinnedVitest(), ...command, ...options, ...filters],
    cwd: ROOT,
    env: environment,
    clearEnv: true,
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  if (interruptedBy !== undefined) endRunning();
  const { success } = await running.status;
  running = undefined;
  return success;
}

function endRunning(): void {
  const child = running;
  if (child === undefined) return;
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
  child.status.finally(() => clearTimeout(timer));
}

/** The very version of `deno.json`: any other specifier would change the lock file. */
async function pinnedVitest(): Promise<string> {
  const { imports } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  return imports.vitest;
}

/**
 * The sums of a report. A file that cannot be loaded has no tests and counts as one that failed; a
 * test that is for one of the databases only is not skipped when it ran on that one.
 */
async function readCounts(path: string): Promise<Counts> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch {
    // Vitest ended before it could write one.
    return { passed: 0, failed: 0, skipped: [] };
  }
  const { testResults }: Report = JSON.parse(text);
  const tests = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test) => ({ name: `${name} ${test.fullName}`, status: test.status }))
  );
  const hasRun = new Set<string>();
  for (const { name, status } of tests) {
    if (status === "passed" || status === "failed") hasRun.add(name);
  }
  const unloadable = testResults.filter(({ status, assertionResults }) =>
    status === "failed" && assertionResults.every((test) => test.status !== "failed")
  );
  return {
    passed: tests.filter(({ status }) => status === "passed").length,
    failed: tests.filter(({ status }) => status === "failed").length + unloadable.length,
    skipped: [...new Set(tests.map(({ name }) => name))].filter((name) => !hasRun.has(name)),
  };
}

/** How many tests would run on a server. */
async function countServerTests(environment: Record<string, string>): Promise<number> {
  const list = join(folder, "list.json");
  await vitest(["list", "--project", "server", `--json=${list}`], environment, []);
  const text = await Deno.readTextFile(list).catch(() => "[]");
  return (JSON.parse(text) as unknown[]).length;
}

function say(line: string): void {
  const bytes = new TextEncoder().encode(`${line}\n`);
  for (let written = 0; written < bytes.length;) {
    written += Deno.stdout.writeSync(bytes.subarray(written));
  }
}
