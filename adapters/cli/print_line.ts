/** Lines to a terminal, a file or a pipe. */

/** `Deno.stdout` or `Deno.stderr`. */
export interface LineStream {
  writeSync(bytes: Uint8Array): number;
}

/**
 * Writes a whole line. When the reader of a pipe has gone (`actors ls | head`) nothing is written:
 * what a command does, and its exit code, do not depend on who reads.
 * @throws {Error} When it cannot be written for another reason.
 */
export function printLine(stream: LineStream, line: string): void {
  const bytes = new TextEncoder().encode(`${line}\n`);
  try {
    for (let written = 0; written < bytes.length;) {
      written += stream.writeSync(bytes.subarray(written));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
