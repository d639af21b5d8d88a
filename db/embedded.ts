/**
 * The embedded Postgres: PGlite in a worker, behind a Unix socket that only this user can open.
 *
 * The folder is locked by the operating system, because two processes may open the same PGlite
 * folder without noticing each other; the kernel frees the lock even after `kill -9`.
 */
import { join } from "node:path";

export class DataDirLockedError extends Error {
  override readonly name = "DataDirLockedError";
}

export interface Embedded {
  /** The folder that holds the socket, as the driver's `host`. */
  readonly socketFolder: string;
  stop(): Promise<void>;
}

/**
 * @param dataDir Folder of the database, created when absent; in memory without it.
 * @throws {DataDirLockedError} When another process has the folder open.
 */
export async function startEmbedded(dataDir?: string): Promise<Embedded> {
  const lock = dataDir === undefined ? undefined : lockFolder(dataDir);
  // A socket path may have 107 bytes at most, so it does not live in the data folder.
  const socketFolder = await Deno.makeTempDir({ prefix: "zhreb-" });
  const worker = new Worker(new URL("./embedded_worker.ts", import.meta.url), { type: "module" });
  const release = async (): Promise<void> => {
    worker.terminate();
    lock?.close();
    await Deno.remove(socketFolder, { recursive: true });
  };
  try {
    await ask(worker, {
      dataDir: dataDir === undefined ? undefined : join(dataDir, "postgres"),
      socketPath: join(socketFolder, ".s.PGSQL.5432"),
    });
  } catch (error) {
    await release();
    throw error;
  }
  return {
    socketFolder,
    stop: async () => {
      await ask(worker, "stop");
      await release();
    },
  };
}

function lockFolder(dataDir: string): Deno.FsFile {
  Deno.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = Deno.openSync(join(dataDir, "lock"), { create: true, write: true });
  if (file.tryLockSync(true)) return file;
  file.close();
  throw new DataDirLockedError(
    `Cannot open the embedded database in "${dataDir}": another process has it open. ` +
      `Stop that process, or set DATA_DIR to another folder, or set DATABASE_URL to a Postgres ` +
      `server, which several processes can share`,
  );
}

/** Sends one message to the worker and waits for its one answer. */
function ask(worker: Worker, message: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<{ error?: string }>) =>
      data.error === undefined ? resolve() : reject(new Error(data.error));
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`The embedded database stopped: ${event.message}`));
    };
    worker.postMessage(message);
  });
}
