/** `demo`: starts product and sandbox on free ports, plays one raffle, and checks every promise. */
import { dirname } from "node:path";
import type { Log } from "../../actors/log.ts";
import { openDatabase } from "../../db/open_database.ts";
import { readConfig, SANDBOX_TOKEN } from "../config/read_config.ts";
import { allCalls } from "../demo/all_calls.ts";
import type { DemoResult } from "../demo/demo_promises.ts";
import { type DemoOptions, demoUsage, readDemoOptions } from "../demo/demo_options.ts";
import { brokenFastPromises } from "../demo/fast_story.ts";
import { openRubles, rubleSettings } from "../demo/ruble_demo.ts";
import { runDemo } from "../demo/run_demo.ts";
import { runFastDemo } from "../demo/run_fast_demo.ts";
import { openStars } from "../demo/star_demo.ts";
import { startPlatform } from "../platform/start_platform.ts";
import { createPeople, type People } from "../sandbox/people.ts";
import { runSandbox } from "../sandbox/run_sandbox.ts";
import type { CommandIo } from "./command.ts";
import { reasonOf } from "./start.ts";

const FOLDER = ".data/demo";
/** Of each currency: how its part begins, and what is configured for it. */
const CURRENCIES = {
  XTR: { open: openStars, settings: {} },
  RUB: { open: openRubles, settings: rubleSettings },
} as const;

/** @returns The exit code: 0 when every promise was kept, 1 when not, 2 for wrong usage. */
export async function demoCommand(args: string[], io: CommandIo): Promise<number> {
  let options: DemoOptions;
  try {
    options = readDemoOptions(args, FOLDER);
  } catch (error) {
    io.err(`${(error as Error).message}\n\n${demoUsage}`);
    return 2;
  }
  try {
    if (options.isFast) return await demoFast(options, io);
    const { result, broken } = await play(options, io);
    io.out(`\nCheck it yourself, offline:`);
    io.out(`  npx -y deno@^2.9 task verify ${result.proof} --key ${result.proof}.key.pem\n`);
    for (const promise of broken) io.err(`Not kept: ${promise}`);
    io.out(JSON.stringify(result));
    return broken.length === 0 ? 0 : 1;
  } catch (error) {
    io.err(reasonOf(error));
    return 1;
  }
}

async function demoFast(
  { players, seed }: DemoOptions,
  io: CommandIo,
): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "zhreb-demo-" });
  try {
    const result = await runFastDemo({
      folder,
      players,
      seed,
      adminId: Date.now() * 1_000,
      tell: io.out,
    });
    const broken = brokenFastPromises(result);
    for (const promise of broken) io.err(`Not kept: ${promise}`);
    io.out(JSON.stringify(result));
    return broken.length === 0 ? 0 : 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function play(
  options: DemoOptions,
  io: CommandIo,
): Promise<{ result: DemoResult; broken: string[] }> {
  const { open, settings } = CURRENCIES[options.currency];
  // Telegram's ids go up to 2^52; these are of this run alone, also on a database that is kept.
  const adminId = Date.now() * 1_000;
  const dataDir = await Deno.makeTempDir({ prefix: "zhreb-demo-" });
  const sandbox = await runSandbox({
    port: 0,
    dataDir: `${dataDir}/sandbox`,
    token: SANDBOX_TOKEN,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    print: () => {},
  });
  const people = createPeople(sandbox.url, { bot: SANDBOX_TOKEN });
  try {
    const config = readConfig({
      PORT: "0",
      DATA_DIR: dataDir,
      DATABASE_URL: options.databaseUrl,
      SANDBOX_URL: sandbox.url,
      ADMIN_IDS: String(adminId),
      ...settings,
    });
    // Nothing of it is kept, so the embedded database lives in memory: that starts faster.
    const database = await openDatabase(
      options.databaseUrl === undefined ? {} : { url: options.databaseUrl },
    );
    const platform = await startPlatform(config, {
      log: warningsTo(io),
      print: () => {},
      database,
    }).catch(async (error) => {
      await database.close();
      throw error;
    });
    try {
      return await runDemo({
        platform,
        people,
        sandboxUrl: sandbox.url,
        adminId,
        options,
        tell: io.out,
        writeFile,
      }, open);
    } finally {
      await platform.stop();
      await database.close();
    }
  } finally {
    if (options.recordPath !== undefined) await record(people, options.recordPath);
    await sandbox.stop();
    await Deno.remove(dataDir, { recursive: true });
  }
}

function warningsTo(io: CommandIo): Log {
  return ({ level, message, error }) => {
    if (level === "info") return;
    io.err(`  [${level}] ${message}${error === undefined ? "" : `: ${(error as Error).message}`}`);
  };
}

async function record(people: People, path: string): Promise<void> {
  const calls = await allCalls(people);
  const lines = calls.map(({ method, params }) => JSON.stringify({ method, payload: params }));
  await writeFile(path, lines.map((line) => `${line}\n`).join(""));
}

async function writeFile(path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, text);
}
