/** `start`: runs the product until it is asked to end. */
import { logToStderr } from "../../actors/log.ts";
import { DataDirLockedError } from "../../db/embedded.ts";
import { SchemaTooNewError } from "../../db/migrate.ts";
import { ConfigError, readConfig } from "../config/read_config.ts";
import { StartError } from "../platform/start_error.ts";
import { type PlatformOptions, startPlatform } from "../platform/start_platform.ts";
import type { CommandIo } from "./command.ts";

const usage = `Usage: deno task start [--inspect | --inspect=ws://HOST:PORT]

  --inspect        serves /inspect, the page that shows stored actors; its link is printed
  --inspect=WS     also sends every step to a server of the Stately inspector's protocol

Settings are environment variables, see .env.example`;

/**
 * @returns The exit code: 0 after a signal, 1 when it could not start, 2 for wrong usage.
 */
export async function startCommand(args: string[], io: CommandIo): Promise<number> {
  const options = readArguments(args);
  if (options === undefined) {
    io.err(`start got ${args.join(" ")}\n\n${usage}`);
    return 2;
  }
  try {
    const config = readConfig(io.environment);
    const platform = await startPlatform(config, { ...options, log: logToStderr, print: io.out });
    await ended();
    io.out("Finishing what was begun");
    await platform.stop();
    return 0;
  } catch (error) {
    io.err(reasonOf(error));
    return 1;
  }
}

function readArguments(args: readonly string[]): Pick<PlatformOptions, "inspect"> | undefined {
  const [first, ...others] = args;
  if (first === undefined) return {};
  const flag = /^--inspect(?:=(.+))?$/.exec(first);
  if (flag === null || others.length > 0) return undefined;
  const connectTo = flag[1];
  if (connectTo === undefined) return { inspect: {} };
  return isSocketUrl(connectTo) ? { inspect: { connectTo } } : undefined;
}

function isSocketUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hash } = new URL(text);
  return /^wss?:$/.test(protocol) && hash === "";
}

/** Resolves at the first SIGINT or SIGTERM; the second ends the process at once. */
export function ended(): Promise<void> {
  return new Promise((resolve) => {
    let isAsked = false;
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      Deno.addSignalListener(signal, () => {
        if (isAsked) Deno.exit(1);
        isAsked = true;
        resolve();
      });
    }
  });
}

/** What went wrong, for a person: own errors speak for themselves, others get their kind before. */
export function reasonOf(error: unknown): string {
  if (
    error instanceof ConfigError || error instanceof DataDirLockedError ||
    error instanceof SchemaTooNewError || error instanceof StartError
  ) {
    return error.message;
  }
  if (error instanceof Deno.errors.AddrInUse) {
    return "Cannot start: the port is taken. Set PORT to another one (the sandbox uses the next)";
  }
  return `Cannot start: ${error instanceof Error ? error.message : String(error)}`;
}
