/** Starts `load_process.ts` for a test and reads what it says; it ends with the test. */
import { onTestFinished } from "vitest";

export interface Load {
  /** What it has said up to now. */
  readonly lines: readonly string[];
  /** Keys that it was told were taken. */
  accepted(): string[];
  /** Stops it where it stands, as a host does that swaps or moves a machine. */
  freeze(): void;
  thaw(): void;
  /** Ends it with -9 and waits until all it said is read. */
  kill(): Promise<void>;
}

const PROCESS = new URL("./load_process.ts", import.meta.url).pathname;

/** @param env `LOAD_URL` or `LOAD_DATA_DIR`. */
export function startLoad(env: Record<string, string>): Load {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", PROCESS],
    env,
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const lines: string[] = [];
  let isDead = false;
  const reading = (async () => {
    let rest = "";
    for await (const text of process.stdout.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + text).split("\n");
      rest = parts.pop() as string;
      lines.push(...parts);
    }
  })();
  const kill = async (): Promise<void> => {
    if (isDead) return;
    isDead = true;
    process.kill("SIGKILL");
    await process.status;
    await reading;
  };
  onTestFinished(kill);
  return {
    lines,
    accepted: () =>
      lines.filter((line) => line.startsWith("accepted "))
        .map((line) => line.slice("accepted ".length)),
    freeze: () => process.kill("SIGSTOP"),
    thaw: () => process.kill("SIGCONT"),
    kill,
  };
}
