/** Plays a story step by step, tells how it goes, and counts. */
import type { Stage } from "./stage.ts";

/** One piece of the story; later ones may stand on what it did. */
export interface Step {
  /** What is shown, as a sentence without its full stop. */
  readonly name: string;
  readonly play: (stage: Stage) => Promise<void>;
}

/** How a story went. */
export interface Outcome {
  readonly played: number;
  readonly failed: number;
}

/**
 * Plays all steps; after one that failed the rest is not played, for it stands on that one.
 *
 * @param tell Gets a line for each step.
 */
export async function runSteps(
  steps: readonly Step[],
  stage: Stage,
  tell: (line: string) => void,
): Promise<Outcome> {
  let played = 0;
  for (const { name, play } of steps) {
    const startedAtMs = performance.now();
    played++;
    try {
      await play(stage);
      const problems = await stage.watch.problems();
      if (problems.length > 0) throw new Error(problems.join("\n"));
      const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
      tell(`  ok ${stage.width} px: ${name} (${seconds} s)`);
    } catch (error: unknown) {
      tell(`  FAILED ${stage.width} px: ${name}`);
      tell(indent(error instanceof Error ? error.message : String(error)));
      for (const problem of await stage.watch.problems().catch(() => [])) tell(indent(problem));
      const left = steps.length - played;
      if (left > 0) tell(`  not played: ${left} steps after it`);
      await stage.shootFailure();
      return { played, failed: 1 };
    }
  }
  return { played, failed: 0 };
}

function indent(text: string): string {
  return text.split("\n").map((line) => `    ${line}`).join("\n");
}
