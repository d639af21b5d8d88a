/** The product as a process of its own, as `deno task start` runs it, to be killed and started again. */
import { onTestFailed, onTestFinished } from "vitest";
import { fileURLToPath } from "node:url";
import { ADMIN, eventually, SECOND_ADMIN } from "./platform_world.ts";

export interface ProductProcess {
  readonly url: string;
  /** Milliseconds from the start to the first 200 of `/readyz`. */
  readonly readyMs: number;
  /** `performance.now()` at that moment. */
  readonly readyAtMs: number;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
}

/** What a process that did not start has left. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string>>;

/** Starts it and waits until it is ready; it is killed with the test. */
export async function startProduct(environment: Environment): Promise<ProductProcess> {
  const startedAtMs = performance.now();
  const child = spawn(environment);
  let stderr = "";
  const reading = pour(child.stderr, (text) => void (stderr += text));
  onTestFailed(() => void Deno.stderr.writeSync(new TextEncoder().encode(stderr)));
  let isGone = false;
  const kill = async (): Promise<void> => {
    if (!isGone) child.kill("SIGKILL");
    isGone = true;
    await Promise.all([child.status, reading, printing]);
  };
  onTestFinished(kill);
  const address = Promise.withResolvers<string>();
  const printing = pour(child.stdout, (text) => {
    const url = /^Zhreb: (\S+)$/m.exec(text)?.[1];
    if (url !== undefined) address.resolve(url);
  });
  void child.status.then(({ code }) => {
    isGone = true;
    address.reject(new Error(`The product ended with ${code}: ${stderr}`));
  });
  const url = await address.promise;
  await eventually(() => isReady(url), (isYes) => isYes, { what: "readiness" });
  const readyAtMs = performance.now();
  return { url, readyMs: readyAtMs - startedAtMs, readyAtMs, kill };
}

/** Starts it and waits for its end, for starts that must fail. */
export async function runProduct(environment: Environment): Promise<Ended> {
  const child = spawn(environment);
  onTestFinished(() => {
    try {
      child.kill("SIGKILL");
    } catch {
      // Gone, as it should be.
    }
  });
  const { code, stdout, stderr } = await child.output();
  const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return { code, stdout: decode(stdout), stderr: decode(stderr) };
}

/** A folder that is removed with the test. */
export async function makeTestFolder(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "zhreb-test-" });
  onTestFinished(() => Deno.remove(folder, { recursive: true }));
  return folder;
}

export async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`);
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}

function spawn(environment: Environment): Deno.ChildProcess {
  const { PATH = "", HOME = "", DENO_DIR } = Deno.env.toObject();
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "main.ts", "start"],
    cwd: fileURLToPath(new URL("../../..", import.meta.url)),
    clearEnv: true,
    env: {
      PATH,
      HOME,
      ...(DENO_DIR === undefined ? {} : { DENO_DIR }),
      PORT: "0",
      ADMIN_IDS: `${ADMIN},${SECOND_ADMIN}`,
      ...environment,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function pour(
  stream: ReadableStream<Uint8Array>,
  take: (text: string) => void,
): Promise<void> {
  for await (const text of stream.pipeThrough(new TextDecoderStream())) take(text);
}
