/** Keeps what the nodes log, a file for each; nothing when no folder is given. */
import { join } from "node:path";

export interface NodeLogs {
  write(index: number, text: string): void;
  close(): Promise<void>;
}

export async function openNodeLogs(folder: string | undefined): Promise<NodeLogs> {
  if (folder === undefined) return { write: () => {}, close: () => Promise.resolve() };
  await Deno.mkdir(folder, { recursive: true });
  const encoder = new TextEncoder();
  const files = new Map<number, Deno.FsFile>();
  return {
    write(index, text) {
      const file = files.get(index) ?? Deno.openSync(join(folder, `node-${index + 1}.log`), {
        create: true,
        write: true,
        truncate: true,
      });
      files.set(index, file);
      const bytes = encoder.encode(text);
      for (let written = 0; written < bytes.length;) {
        written += file.writeSync(bytes.subarray(written));
      }
    },
    close() {
      for (const file of files.values()) file.close();
      return Promise.resolve();
    },
  };
}
