/** `diagrams`: draws the machines anew into the page that shows them. */
import { MACHINES_PAGE, machinesPage } from "../diagrams/machines_page.ts";
import type { CommandIo } from "./command.ts";

const usage = "Usage: deno task diagrams, in the root of the repository";

/** @returns The exit code: 1 when the page cannot be written, 2 for wrong usage. */
export async function diagramsCommand(args: string[], io: CommandIo): Promise<number> {
  if (args.length > 0) {
    io.err(`"${args.join(" ")}" is not expected\n${usage}`);
    return 2;
  }
  try {
    const before = await io.readTextFile(MACHINES_PAGE).catch(() => "");
    const page = machinesPage();
    if (page !== before) await Deno.writeTextFile(MACHINES_PAGE, page);
    io.out(page === before ? `${MACHINES_PAGE} is up to date` : `${MACHINES_PAGE} is drawn anew`);
    return 0;
  } catch (error) {
    io.err(`Cannot write ${MACHINES_PAGE}: ${(error as Error).message}`);
    return 1;
  }
}
