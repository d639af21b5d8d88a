/**
 * A Postgres server for one run of the tests or of the chaos, from installed binaries: in a folder and
 * on a port of its own, as an unprivileged user where we are root (Postgres refuses root).
 *
 * A shell stands between: it stops and starts the server when it is told to, ends it and removes the
 * folder when its input ends, and the kernel ends that input however this process ends, `kill -9`
 * included.
 */
import { join } from "node:path";

/** A running server. */
export interface TemporaryServer {
  readonly url: string;
  /** The folder of its binaries. */
  readonly binaries: string;
  /**
   * Stops it and starts it again at the same address. `fast` ends all sessions and writes a
   * checkpoint; `immediate` is a crash: nothing more is written, and the start recovers from the log.
   * @param downMs How long it stays away. @default 0
   * @throws {Error} When it does not come back.
   */
  restart(how: "fast" | "immediate", downMs?: number): Promise<void>;
  stop(): Promise<void>;
}

/** A running server, or why there is none. */
export type StartedServer = TemporaryServer | { readonly reason: string };

export interface TemporaryServerOptions {
  /**
   * Whether what was committed outlives a crash of the server, as in production. Tests that never
   * crash it are faster without. @default false
   */
  readonly isDurable?: boolean;
}

const SETTINGS = ["max_connections=200", "listen_addresses=127.0.0.1"];
const FORGETFUL = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];
const DURABLE = ["fsync=on", "synchronous_commit=on", "full_page_writes=on"];

/**
 * Ends when its input ends; Ctrl-C reaches it too and must not end it before the server. A line of its
 * input is a signal that the server ends with, and the next line starts it again.
 */
const KEEPER = `
trap '' INT TERM HUP
binaries=$1 folder=$2 port=$3
shift 3
start() {
  "$binaries/postgres" -D "$folder/data" -k "$folder" -p "$port" "$@" >>"$folder/log" 2>&1 &
  server=$!
}
start "$@"
while read -r signal; do
  kill "-$signal" "$server" 2>/dev/null
  wait "$server"
  echo stopped
  read -r go || break
  start "$@"
done
kill -INT "$server" 2>/dev/null
wait "$server"
rm -rf "$folder"
`;

const READY_WITHIN_MS = 20_000;

/** Starts a server; one that cannot be started leaves nothing behind. */
export async function startTemporaryServer(
  { isDurable = false }: TemporaryServerOptions = {},
): Promise<StartedServer> {
  const binaries = await findBinaries();
  if (binaries === undefined) return { reason: "no Postgres binaries are installed" };
  const user = await unprivilegedUser();
  if (user === "none") return { reason: "Postgres does not run as root, and no other user exists" };
  // Another user may not enter a TMPDIR of root's.
  const folder = await Deno.makeTempDir({
    prefix: "zhreb-server-",
    ...(user === undefined ? {} : { dir: "/tmp" }),
  });
  if (user !== undefined) await Deno.chown(folder, user.uid, user.gid);
  const init = await new Deno.Command(join(binaries, "initdb"), {
    args: ["-D", join(folder, "data"), "-U", "postgres", "--auth=trust", "--no-sync"]
      .concat("--encoding=UTF8", "--no-locale"),
    cwd: "/",
    ...user,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!init.success) {
    await Deno.remove(folder, { recursive: true });
    return { reason: `initdb failed: ${new TextDecoder().decode(init.stderr).trim()}` };
  }
  return await start({ binaries, folder, user, isDurable });
}

async function start(
  { binaries, folder, user, isDurable }: {
    binaries: string;
    folder: string;
    user: User | undefined;
    isDurable: boolean;
  },
): Promise<StartedServer> {
  const port = freePort();
  const settings = [...SETTINGS, ...isDurable ? DURABLE : FORGETFUL].flatMap((one) => ["-c", one]);
  const keeper = new Deno.Command("/bin/sh", {
    args: ["-c", KEEPER, "sh", binaries, folder, String(port), ...settings],
    cwd: "/",
    ...user,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const orders = keeper.stdin.getWriter();
  const said = keeper.stdout.getReader();
  const stop = async (): Promise<void> => {
    await orders.close();
    while (!(await said.read()).done);
    await keeper.status;
  };
  const whyDown = async (): Promise<string> => {
    const log = await Deno.readTextFile(join(folder, "log")).catch(() => "");
    return `the server from ${binaries} did not start: ${log.trim().slice(-500)}`;
  };
  if (!await answers(binaries, port)) {
    const reason = await whyDown();
    await stop();
    return { reason };
  }
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    binaries,
    stop,
    async restart(how, downMs = 0) {
      const order = (line: string): Promise<void> => orders.write(new TextEncoder().encode(line));
      await order(how === "fast" ? "INT\n" : "QUIT\n");
      await said.read();
      await new Promise((resolve) => setTimeout(resolve, downMs));
      await order("start\n");
      if (!await answers(binaries, port)) throw new Error(await whyDown());
    },
  };
}

/** Asks until the server takes connections. */
async function answers(binaries: string, port: number): Promise<boolean> {
  const untilMs = Date.now() + READY_WITHIN_MS;
  while (Date.now() < untilMs) {
    const { success } = await new Deno.Command(join(binaries, "pg_isready"), {
      args: ["-q", "-h", "127.0.0.1", "-p", String(port), "-t", "1"],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    if (success) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

/** The folder with `initdb`, `postgres` and `pg_isready`: on the PATH, or Debian's newest. */
async function findBinaries(): Promise<string | undefined> {
  const onPath = (Deno.env.get("PATH") ?? "").split(":").filter((folder) => folder !== "");
  for (const folder of [...onPath, ...debianFolders()]) {
    // Links in the PATH lead to the folder that has them all.
    const initdb = await Deno.realPath(join(folder, "initdb")).catch(() => undefined);
    if (initdb === undefined) continue;
    const real = join(initdb, "..");
    if (await exists(join(real, "postgres")) && await exists(join(real, "pg_isready"))) return real;
  }
  return undefined;
}

function debianFolders(): string[] {
  const parent = "/usr/lib/postgresql";
  try {
    return [...Deno.readDirSync(parent)].map(({ name }) => name)
      .sort((a, b) => Number(b) - Number(a)).map((version) => join(parent, version, "bin"));
  } catch {
    // Not Debian, or no Postgres.
    return [];
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Undefined when we are nobody special ourselves. */
async function unprivilegedUser(): Promise<User | undefined | "none"> {
  if (Deno.uid() !== 0) return undefined;
  const lines = (await Deno.readTextFile("/etc/passwd")).split("\n").map((line) => line.split(":"));
  for (const name of ["postgres", "nobody"]) {
    const found = lines.find((fields) => fields[0] === name);
    if (found !== undefined) return { uid: Number(found[2]), gid: Number(found[3]) };
  }
  return "none";
}
