/** `chaos`: breaks everything that can break while raffles are played, and compares the books. */
import { type ChaosOptions, chaosUsage, readChaosOptions } from "../chaos/chaos_options.ts";
import { isEnough, isGood, tableOf } from "../chaos/report.ts";
import { type ChaosRun, runChaos } from "../chaos/run_chaos.ts";
import type { CommandIo } from "./command.ts";

const NOT_ENOUGH = 3;
/** Findings that are told; the rest is counted. */
const SHOWN = 40;

/**
 * @returns The exit code: 0 when all books agree, 1 when not, 2 for wrong usage, 3 when they agree and
 *   the run did not put everything to the test, 130 interrupted.
 */
export async function chaosCommand(args: string[], io: CommandIo): Promise<number> {
  let options: ChaosOptions;
  try {
    options = readChaosOptions(args);
  } catch (error) {
    io.err(`${(error as Error).message}\n\n${chaosUsage}`);
    return 2;
  }
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, onSignal);
  }
  try {
    const run = await runChaos(options, { tell: io.err, signal: interrupt.signal });
    if (run === undefined) return 130;
    tell(run, options, io);
    if (!isGood(run.result)) return 1;
    return isEnough(run.result) ? 0 : NOT_ENOUGH;
  } catch (error) {
    if (interrupt.signal.aborted) return 130;
    io.err(`Chaos failed: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

function tell({ result, findings, letters }: ChaosRun, options: ChaosOptions, io: CommandIo): void {
  for (const { kind, text } of findings.slice(0, SHOWN)) io.err(`${kind}: ${text}`);
  if (findings.length > SHOWN) io.err(`and ${findings.length - SHOWN} more`);
  for (const [text, count] of letters) io.err(`dead letters: ${count} × ${text}`);
  if (!isEnough(result)) {
    io.err(`Not put to the test, try a longer run: ${result.untested.join(", ")}`);
  }
  if (options.isJson) return io.out(JSON.stringify(result));
  io.out(tableOf(result));
  io.out(isGood(result) ? "All books agree." : "The books do not agree: see above.");
}
