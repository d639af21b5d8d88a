/**
 * One process of the product that dies with this one, however this one ends: a shell stands between,
 * whose input the kernel closes, and it kills the process then.
 */
import { fileURLToPath } from "node:url";

export interface NodeProcess {
  /** Of the product itself. */
  readonly pid: number;
  /** Resolves when it has ended, with its exit code. */
  readonly ended: Promise<number>;
  /** Resolves when it has said where it listens; rejects when it ends before. */
  readonly listening: Promise<string>;
  /** The last of what it said on standard error. */
  lastWords(): string;
  signal(signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void;
}

export interface NodeProcessOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** Takes what it logs. */
  readonly onLog?: (text: string) => void;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LAST_CHARACTERS = 2_000;

/** Ctrl-C reaches all of a terminal's processes; who ends the run decides what becomes of them. */
const KEEPER = `
trap '' INT TERM HUP
exec 3<&0 </dev/null
"$@" 3<&- &
child=$!
echo "pid $child"
{ cat <&3; kill -9 "$child"; } >/dev/null 2>&1 &
watch=$!
exec 3<&-
wait "$child"
code=$?
kill "$watch"
exit "$code"
`;

/** @throws {Error} When the process could not even begin. */
export async function startNode(
  { environment, onLog = () => {} }: NodeProcessOptions,
): Promise<NodeProcess> {
  const { PATH = "", HOME = "", DENO_DIR } = Deno.env.toObject();
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", KEEPER, "sh", Deno.execPath(), "run", "-A", "--no-check", "main.ts", "start"],
    cwd: ROOT,
    clearEnv: true,
    env: { PATH, HOME, ...DENO_DIR === undefined ? {} : { DENO_DIR }, ...environment },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let errors = "";
  let output = "";
  const began = Promise.withResolvers<number>();
  const listening = Promise.withResolvers<string>();
  // Nobody may be waiting for it when the process is killed while it starts.
  listening.promise.catch(() => {});
  const pouring = Promise.all([
    pour(child.stdout, (text) => {
      output = (output + text).slice(-LAST_CHARACTERS);
      const pid = /^pid (\d+)$/m.exec(output)?.[1];
      if (pid !== undefined) began.resolve(Number(pid));
      const url = /^Zhreb: (\S+)$/m.exec(output)?.[1];
      if (url !== undefined) listening.resolve(url);
    }),
    pour(child.stderr, (text) => {
      errors = (errors + text).slice(-LAST_CHARACTERS);
      onLog(text);
    }),
  ]);
  let isOver = false;
  const ended = (async () => {
    const [{ code }] = await Promise.all([child.status, pouring]);
    isOver = true;
    await child.stdin.close();
    const error = new Error(`A node ended with ${code}: ${errors}`);
    began.reject(error);
    listening.reject(error);
    return code;
  })();
  const pid = await began.promise;
  return {
    pid,
    ended,
    listening: listening.promise,
    lastWords: () => errors,
    signal(signal) {
      if (isOver) return;
      try {
        Deno.kill(pid, signal);
      } catch (error) {
        // It has ended by itself, and nobody has told us yet.
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    },
  };
}

async function pour(
  stream: ReadableStream<Uint8Array>,
  take: (text: string) => void,
): Promise<void> {
  for await (const text of stream.pipeThrough(new TextDecoderStream())) take(text);
}
