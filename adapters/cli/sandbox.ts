/** `sandbox`: runs the stand-ins alone, for several processes that share them by SANDBOX_URL. */
import { parseArgs } from "node:util";
import { ConfigError, readConfig, SANDBOX_TOKEN } from "../config/read_config.ts";
import { sandboxCast } from "../platform/sandbox_cast.ts";
import { runSandbox } from "../sandbox/run_sandbox.ts";
import type { CommandIo } from "./command.ts";
import { ended, reasonOf } from "./start.ts";

const usage =
  "Usage: deno task sandbox [--port N] [--seed TEXT]; PORT, DATA_DIR and the ids of admins are read too";

/** @returns The exit code: 0 after a signal, 1 when it could not start, 2 for wrong usage. */
export async function sandboxCommand(args: string[], io: CommandIo): Promise<number> {
  let values: { port?: string | undefined; seed?: string | undefined };
  try {
    ({ values } = parseArgs({
      args,
      options: { port: { type: "string" }, seed: { type: "string" } },
    }));
  } catch (error) {
    io.err(`${(error as Error).message}\n${usage}`);
    return 2;
  }
  const { PORT, DATA_DIR, ADMIN_IDS, OPERATOR_IDS, VIEWER_IDS } = io.environment;
  const environment = {
    DATA_DIR,
    ADMIN_IDS,
    OPERATOR_IDS,
    VIEWER_IDS,
    PORT: values.port ?? PORT,
  };
  try {
    const config = readConfig(environment);
    const { port, dataDir } = config;
    const sandbox = await runSandbox({
      port: environment.PORT === undefined ? port + 1 : port,
      dataDir: `${dataDir}/sandbox`,
      token: SANDBOX_TOKEN,
      cast: sandboxCast(config),
      ...(values.seed === undefined ? {} : { seed: values.seed }),
      print: io.out,
    });
    await ended();
    await sandbox.stop();
    return 0;
  } catch (error) {
    io.err(error instanceof ConfigError ? error.message : reasonOf(error));
    return 1;
  }
}
