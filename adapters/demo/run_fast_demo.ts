/**
 * Plays the fast demo: starts its process, kills it with -9 when half have paid, starts it again over
 * the same folder, and hears how it ends.
 */
import { TextLineStream } from "./text_line_stream.ts";
import type { FastResult } from "./fast_story.ts";

/** What the process is started with. */
export interface FastOrder {
  /** Of the product's and the sandbox's books; they outlive a kill. */
  readonly folder: string;
  readonly players: number;
  readonly adminId: number;
  readonly seed: string | undefined;
  /** Epoch milliseconds at which its clock begins. */
  readonly startMs: number;
}

/** A line that the process says. */
export interface FastWord {
  readonly atMs: number;
  readonly joined?: number;
  readonly error?: string;
  readonly result?: FastResult;
}

export interface FastDemo extends FastResult {
  readonly kills: number;
  /** Seconds that have passed for those in the demo, and for those who watched. */
  readonly virtualSeconds: number;
  readonly seconds: number;
}

type FastOptions = Omit<FastOrder, "startMs"> & { readonly tell: (line: string) => void };

/** @throws {Error} When the process ends without a result. */
export async function runFastDemo({ tell, ...order }: FastOptions): Promise<FastDemo> {
  const startedMs = performance.now();
  const startMs = Date.now();
  tell(`${order.players} players join one raffle; time jumps whenever all are waiting.`);
  const first = await hear({ ...order, startMs }, (word, kill) => {
    tellOf(word);
    if ((word.joined ?? 0) * 2 >= order.players) kill();
  });
  let last = first;
  const kills = first.result === undefined ? 1 : 0;
  if (first.result === undefined) {
    tell("Killed with -9. Started again over the same books.");
    last = await hear({ ...order, startMs: first.atMs }, tellOf);
  }
  if (last.result === undefined) throw new Error("The demo's process ended before its story did");
  return {
    ...last.result,
    kills,
    virtualSeconds: Math.round((last.atMs - startMs) / 1_000),
    seconds: Math.round((performance.now() - startedMs) / 1_000),
  };

  function tellOf({ joined, error, atMs }: FastWord): void {
    if (error !== undefined) tell(`  [error] ${error}`);
    if (joined === undefined) return;
    tell(`  ${joined} have paid, ${Math.round((atMs - startMs) / 1_000)} s of their time later.`);
  }
}

/** Runs the process and hears it to its end. @returns Its last word. */
async function hear(
  order: FastOrder,
  onWord: (word: FastWord, kill: () => void) => void,
): Promise<FastWord> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      new URL("./fast_program.ts", import.meta.url).pathname,
      JSON.stringify(order),
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let last: FastWord = { atMs: order.startMs };
  let isKilled = false;
  const kill = (): void => {
    if (isKilled) return;
    isKilled = true;
    child.kill("SIGKILL");
  };
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const line of lines) {
    if (isKilled) continue;
    last = JSON.parse(line);
    onWord(last, kill);
  }
  const { code } = await child.status;
  if (code !== 0 && !isKilled) throw new Error(`The demo's process ended with ${code}`);
  return last;
}
