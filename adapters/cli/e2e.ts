/** `e2e`: plays the product in Chromium, on a desk's and on a phone's screen. */
import { parseArgs } from "node:util";
import type { CommandIo } from "./command.ts";

const usage = `Usage: deno task e2e [--screenshots]

  --screenshots   keeps pictures in docs/sandbox

Chromium is /usr/bin/chromium, or what CHROMIUM_PATH names`;

const PICTURES = "docs/sandbox";
const FAILURES = ".data/e2e";

/** @returns The exit code: 0 when every step went well, 1 when not, 2 for wrong usage. */
export async function e2eCommand(args: string[], io: CommandIo): Promise<number> {
  let isShooting: boolean;
  try {
    const { values } = parseArgs({ args, options: { screenshots: { type: "boolean" } } });
    isShooting = values.screenshots === true;
  } catch (error) {
    io.err(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  try {
    // Only this command needs a browser's driver, which takes its time to load.
    const { runE2e } = await import("../e2e/run_e2e.ts");
    const { played, failed } = await runE2e({
      pictures: isShooting ? PICTURES : undefined,
      failures: FAILURES,
      chromiumPath: io.environment.CHROMIUM_PATH,
      tell: io.out,
    });
    io.out(`e2e: ${played} steps, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  } catch (error) {
    io.err(error instanceof Error ? error.message : String(error));
    io.out("e2e: 0 steps, 1 failed");
    return 1;
  }
}
