/**
 * Product, sandbox and players in one process on one clock, to be killed from outside and started
 * again over the same folder. It says each tenth of what has happened as a line of JSON.
 */
import type { Database } from "../../db/connection.ts";
import { openDatabase } from "../../db/open_database.ts";
import { readConfig, SANDBOX_TOKEN } from "../config/read_config.ts";
import { startPlatform } from "../platform/start_platform.ts";
import { createPeople } from "../sandbox/people.ts";
import { createSandbox } from "../sandbox/sandbox.ts";
import { playFast } from "./fast_story.ts";
import type { FastOrder, FastWord } from "./run_fast_demo.ts";
import { createVirtualClock, type VirtualClock } from "./virtual_clock.ts";

const order: FastOrder = JSON.parse(Deno.args[0] ?? "");
const clock = createVirtualClock(order.startMs);
const sandbox = createSandbox({
  dataDir: `${order.folder}/sandbox`,
  clock,
  token: SANDBOX_TOKEN,
  ...(order.seed === undefined ? {} : { seed: order.seed }),
});
const { url } = await sandbox.listen(0);
// Its key takes seconds to make, while which nothing is to be waited for.
await (await fetch(`${url}/randomorg/key.pem`)).body?.cancel();
const direct = (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
  const request = new Request(input, init);
  // After a kill the product waits for its dead self's lease, by the machine's clock.
  if (request.url.endsWith("/getUpdates")) clock.start();
  return sandbox.fetch(request);
};
const database = counted(
  await openDatabase({ dataDir: order.folder }),
  clock,
);
const platform = await startPlatform(
  readConfig({
    PORT: "0",
    DATA_DIR: order.folder,
    SANDBOX_URL: url,
    ADMIN_IDS: String(order.adminId),
  }),
  {
    log: ({ level, message, error }) => {
      if (level === "error") say({ error: `${message}: ${(error as Error | undefined)?.message}` });
    },
    print: () => {},
    database,
    clock,
    fetch: direct,
  },
);
const UNCERTAIN = "select key from effects where is_uncertain";
const SET_ASIDE = "select key from dead_letters where kind = 'effect'";
const uncertainAtStart = await keysOf(UNCERTAIN);
const result = await playFast({
  platform,
  people: createPeople(url, { bot: SANDBOX_TOKEN, fetch: direct }),
  adminId: order.adminId,
  players: order.players,
  uncertain: async () =>
    uncertainAtStart.union(await keysOf(SET_ASIDE)).size + await broadcastDoubts(),
  setAside: async () => (await keysOf(SET_ASIDE)).size + await broadcastDoubts(),
  onJoined: (joined) => {
    if (joined % Math.ceil(order.players / 10) === 0) say({ joined });
  },
});
say({ result });
await platform.stop();
await database.close();
clock.stop();
await sandbox.close();
Deno.exit(0);

async function keysOf(statement: string): Promise<Set<string>> {
  const { rows } = await database.query<{ key: string }>(statement);
  return new Set(rows.map(({ key }) => key));
}

/** What was told to everybody counts for itself whom it may not have reached. */
async function broadcastDoubts(): Promise<number> {
  const { rows: [row] } = await database.query<{ uncertain: number }>(
    "select coalesce(sum(b.uncertain), 0)::int as uncertain from broadcasts b",
  );
  return row?.uncertain ?? 0;
}

/** No time passes while the database is at work. */
function counted(database: Database, clock: VirtualClock): Database {
  return {
    ...database,
    query: (text, values) => clock.track(database.query(text, values)),
    transaction: (work, options) => clock.track(database.transaction(work, options)),
    withConnection: (work) => clock.track(database.withConnection(work)),
  };
}

function say(word: Omit<FastWord, "atMs">): void {
  const line = JSON.stringify({ ...word, atMs: clock.nowMs() } satisfies FastWord);
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
