/**
 * The command line. Each command is a function under `adapters/cli`; this file reads the environment,
 * prints, and sets the exit code.
 */
import { actorsCommand } from "./adapters/cli/actors.ts";
import { chaosCommand } from "./adapters/cli/chaos.ts";
import { demoCommand } from "./adapters/cli/demo.ts";
import { e2eCommand } from "./adapters/cli/e2e.ts";
import { diagramsCommand } from "./adapters/cli/diagrams.ts";
import { type CommandIo, usage } from "./adapters/cli/command.ts";
import { printLine } from "./adapters/cli/print_line.ts";
import { sandboxCommand } from "./adapters/cli/sandbox.ts";
import { startCommand } from "./adapters/cli/start.ts";
import { verifyCommand } from "./adapters/cli/verify.ts";

const commands: Record<string, (args: string[], io: CommandIo) => Promise<number>> = {
  start: startCommand,
  demo: demoCommand,
  sandbox: sandboxCommand,
  verify: verifyCommand,
  chaos: chaosCommand,
  actors: actorsCommand,
  diagrams: diagramsCommand,
  e2e: e2eCommand,
};

const io: CommandIo = {
  out: (line) => printLine(Deno.stdout, line),
  err: (line) => printLine(Deno.stderr, line),
  readTextFile: (path) => Deno.readTextFile(path),
  environment: Deno.env.toObject(),
};

const [name = "", ...args] = Deno.args;
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command === undefined) {
  io.err(usage);
  Deno.exit(2);
}
Deno.exit(await command(args, io));
