/** Chromium as it is on this machine; nothing is downloaded. */
import { type Browser, chromium } from "playwright-core";

/** There is no Chromium, or it does not start. */
export class NoChromiumError extends Error {
  override readonly name = "NoChromiumError";
}

const USUAL_PATHS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const HOW_TO_GET_IT =
  "Install it (Debian: apt-get install chromium fonts-noto-color-emoji) or set CHROMIUM_PATH";

/**
 * Starts Chromium without a window.
 *
 * @param path Where it is. Default: where systems usually have it.
 * @throws {NoChromiumError} With words on how to get it.
 */
export async function launchChromium(path: string | undefined): Promise<Browser> {
  const executablePath = path ?? USUAL_PATHS.find(isFile);
  if (executablePath === undefined) {
    throw new NoChromiumError(
      `There is no Chromium at ${USUAL_PATHS.join(", ")}. ${HOW_TO_GET_IT}`,
    );
  }
  if (!isFile(executablePath)) {
    throw new NoChromiumError(`There is no Chromium at ${executablePath}. ${HOW_TO_GET_IT}`);
  }
  try {
    return await chromium.launch({
      executablePath,
      // As root, which is common in containers, Chromium refuses to start with its own sandbox.
      args: Deno.uid() === 0 ? ["--no-sandbox"] : [],
    });
  } catch (error: unknown) {
    const words = error instanceof Error ? error.message : String(error);
    throw new NoChromiumError(`${executablePath} does not start: ${words}`, { cause: error });
  }
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    // Not there, or not for us to see: either way it cannot be started.
    return false;
  }
}
