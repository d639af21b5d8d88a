/**
 * The way to the operator of a running process: a Unix socket in the folder of its embedded database,
 * which one process has open at a time. Only this user can open it; nothing of it goes over TCP.
 */
import { join, resolve } from "node:path";
import { type Operator, UsageError } from "../../actors/operator/operator.ts";
import { atMost } from "../platform/at_most.ts";

/** Longest path of a socket that Linux takes, bytes. */
const MAX_PATH_BYTES = 107;
/** Read and written by this user alone. */
const OTHERS_MAY_NOT = 0o177;
/** At the end questions get so long; a command that was suspended would hold it up for ever. */
const GRACE_MS = 2_000;

const METHODS = [
  "list",
  "show",
  "deadLetters",
  "redrive",
  "redriveOutcome",
  "drop",
  "stuck",
  "check",
  "stored",
] as const satisfies readonly (keyof Operator)[];
type Method = typeof METHODS[number];

interface Request {
  readonly method: Method;
  readonly params: readonly unknown[];
}

/**
 * Serves the operator in `dataDir`, whose lock this process must hold: what a killed one has left
 * there is replaced.
 * @throws {RangeError} When the path is too long for a socket.
 * @returns Ends it.
 */
export async function serveOperator(
  operator: Operator,
  dataDir: string,
  { graceMs = GRACE_MS }: { graceMs?: number } = {},
): Promise<() => Promise<void>> {
  const path = socketPath(dataDir);
  if (isTooLong(path)) {
    throw new RangeError(
      `Cannot let operators in at ${path}: a socket's path may have ${MAX_PATH_BYTES} bytes. ` +
        `Set DATA_DIR to a folder with a shorter path`,
    );
  }
  await removeIfThere(path);
  const mask = Deno.umask(OTHERS_MAY_NOT);
  const server = (() => {
    try {
      return Deno.serve({ path, onListen: () => {} }, (request) => answer(operator, request));
    } finally {
      Deno.umask(mask);
    }
  })();
  return () => atMost(graceMs, server.shutdown());
}

/** The operator of the process that has `dataDir` open; undefined when there is none. */
export async function connectOperator(
  dataDir: string,
): Promise<{ operator: Operator; close(): void } | undefined> {
  const path = socketPath(dataDir);
  // Who has it open runs without a socket, and the folder's lock tells of him.
  if (isTooLong(path)) return undefined;
  try {
    (await Deno.connect({ transport: "unix", path })).close();
  } catch (error) {
    // Nobody has it open, or a killed process has left the file.
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.ConnectionRefused) {
      return undefined;
    }
    throw error;
  }
  const client = Deno.createHttpClient({ proxy: { transport: "unix", path } });
  const call = (method: Method) => (...params: unknown[]) => ask(client, { method, params });
  const operator = Object.fromEntries(METHODS.map((method) => [method, call(method)]));
  return { operator: operator as unknown as Operator, close: () => client.close() };
}

function socketPath(dataDir: string): string {
  return join(resolve(dataDir), "actors.sock");
}

function isTooLong(path: string): boolean {
  return new TextEncoder().encode(path).length > MAX_PATH_BYTES;
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function answer(operator: Operator, request: globalThis.Request): Promise<Response> {
  try {
    const { method, params } = await request.json() as Request;
    if (!METHODS.includes(method)) throw new UsageError(`There is no method "${method}"`);
    const call = operator[method] as (...params: readonly unknown[]) => Promise<unknown>;
    return Response.json({ result: await call(...params) ?? null });
  } catch (error) {
    const status = error instanceof UsageError ? 400 : 500;
    return Response.json({ error: error instanceof Error ? error.message : String(error) }, {
      status,
    });
  }
}

async function ask(client: Deno.HttpClient, request: Request): Promise<unknown> {
  const response = await fetch("http://localhost/", {
    method: "POST",
    body: JSON.stringify(request),
    client,
  });
  const body = await response.json() as { result?: unknown; error?: string };
  if (response.ok) return body.result ?? undefined;
  throw response.status === 400 ? new UsageError(body.error) : new Error(body.error);
}
