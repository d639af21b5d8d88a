/**
 * The sandbox as a program: what `deno task sandbox` calls. It listens on loopback only, so that
 * nobody else reaches it, and says where.
 */
import type { CastMember } from "./page/cast.ts";
import { createSandbox } from "./sandbox.ts";

/** How it is started. */
export interface RunSandboxOptions {
  /** 0 for any free one. */
  readonly port: number;
  /** Folder of the books; without it they live in memory. */
  readonly dataDir?: string;
  readonly seed?: string;
  /** A bot known from the start. */
  readonly token?: string;
  /** People there from the start. */
  readonly cast?: readonly CastMember[];
  /** Where the one line goes. Default: standard output. */
  readonly print?: (line: string) => void;
}

/** A running sandbox. */
export interface RunningSandbox {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts the sandbox.
 *
 * @returns When it listens.
 */
export async function runSandbox(
  { port, print = printLine, ...options }: RunSandboxOptions,
): Promise<RunningSandbox> {
  const sandbox = createSandbox(options);
  const running = await sandbox.listen(port);
  // Making the key takes seconds, beside which the caller can do other things; who needs it waits.
  void sandbox.fetch(new Request(`${running.url}/randomorg/key.pem`)).catch(() => {});
  print(`Sandbox for Telegram, RANDOM.ORG and YooKassa, to play in a browser: ${running.url}`);
  return running;
}

function printLine(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
