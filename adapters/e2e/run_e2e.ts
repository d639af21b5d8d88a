/**
 * Plays the product in a real browser: a fresh product with its sandbox, the sandbox's page, at the
 * width of a desk and of a phone. What is asserted is what is seen.
 */
import type { Browser } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { type Outcome, runSteps } from "./run_steps.ts";
import { seat } from "./seat.ts";
import type { Stage } from "./stage.ts";
import { startProduct } from "./start_product.ts";
import { story } from "./story.ts";
import { watchPages } from "./watch_page.ts";

export interface E2eOptions {
  /** Where pictures go, `<folder>/<name>-<width>.png`; without it none are kept. */
  readonly pictures?: string | undefined;
  /** Where a picture of a failure goes. */
  readonly failures: string;
  /** Path of Chromium. Default: where systems usually have it. */
  readonly chromiumPath?: string | undefined;
  /** Tells how it goes, a line at a time. */
  readonly tell: (line: string) => void;
}

const SCREENS = [{ width: 1280, height: 800 }, { width: 390, height: 844 }];
/** On a busy machine a raffle's draw takes a few seconds. */
const PATIENCE_MS = 30_000;

/**
 * Plays the story once on each screen, each with a product of its own.
 *
 * @returns Steps that were played, and how many failed.
 * @throws {NoChromiumError} When there is no browser.
 */
export async function runE2e(options: E2eOptions): Promise<Outcome> {
  const browser = await launchChromium(options.chromiumPath);
  try {
    // Side by side: most of a story is waiting for what the product may not do faster.
    const outcomes = await Promise.all(
      SCREENS.map((screen) => playOn(screen, browser, options)),
    );
    return {
      played: outcomes.reduce((sum, { played }) => sum + played, 0),
      failed: outcomes.reduce((sum, { failed }) => sum + failed, 0),
    };
  } finally {
    await browser.close();
  }
}

async function playOn(
  viewport: typeof SCREENS[number],
  browser: Browser,
  { pictures, failures, tell }: E2eOptions,
): Promise<Outcome> {
  const { width } = viewport;
  const product = await startProduct();
  const context = await browser.newContext({ viewport, colorScheme: "light", locale: "en" });
  try {
    const watch = watchPages(context);
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const shoot = async (folder: string, name: string): Promise<void> => {
      await Deno.mkdir(folder, { recursive: true });
      // What was opened last is looked at.
      const seen = context.pages().at(-1) ?? page;
      await seen.screenshot({ path: `${folder}/${name}-${width}.png`, animations: "disabled" });
    };
    await page.goto(product.pageUrl);
    const stage: Stage = {
      page,
      width,
      watch,
      seat: (name) => seat(page, name),
      shoot: (name) => pictures === undefined ? Promise.resolve() : shoot(pictures, name),
      async shootFailure() {
        await shoot(failures, "failure");
        tell(`    Picture: ${failures}/failure-${width}.png`);
      },
    };
    return await runSteps(story, stage, tell);
  } finally {
    await context.close();
    await product.stop();
  }
}
