/**
 * The product's processes. Each place holds one: *starting* → *ready* → *killed* → (after its time)
 * *starting* again; one that ends by itself is started again too, and told of, for it must not.
 */
import { type NodeProcess, startNode } from "./node_process.ts";
import { pause, until } from "./wait.ts";

export interface Nodes {
  readonly count: number;
  readonly kills: number;
  readonly freezes: number;
  /** What those said that ended by themselves although the database was there. */
  readonly crashes: readonly string[];
  /** Kills it with -9; it is started again after `downMs`. Nothing when it is down already. */
  kill(index: number, downMs: number): boolean;
  /** It stands still for so long. Nothing when it is down. */
  freeze(index: number, forMs: number): Promise<boolean>;
  /** @returns Whether all are ready within the time, and none ended by itself meanwhile. */
  areReady(timeoutMs: number): Promise<boolean>;
  /** Where those listen that are there, in turn, as a proxy before them would choose. */
  nextUrl(): string | undefined;
  /** Whether one of them has been there for so long. */
  isStanding(forMs: number): boolean;
  /** Kills all for good. */
  stop(): Promise<void>;
}

export interface NodesOptions {
  readonly count: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Whether a node may fail to start now: its database is being restarted. */
  readonly isDatabaseAway: () => boolean;
  readonly tell: (line: string) => void;
  readonly onLog: (index: number, text: string) => void;
}

const START_AGAIN_MS = 500;

interface Place {
  process: NodeProcess | undefined;
  url: string | undefined;
  listeningSinceMs: number;
  /** Set when it was killed: how long it stays away. */
  downMs: number | undefined;
}

export function startNodes(options: NodesOptions): Nodes {
  const { count, environment, isDatabaseAway, tell, onLog } = options;
  const stopping = new AbortController();
  const places: Place[] = Array.from({ length: count }, () => ({
    process: undefined,
    url: undefined,
    listeningSinceMs: Infinity,
    downMs: undefined,
  }));
  const crashes: string[] = [];
  let kills = 0;
  let freezes = 0;
  let turn = 0;

  async function keep(place: Place, index: number): Promise<void> {
    while (!stopping.signal.aborted) {
      const started = await startNode({ environment, onLog: (text) => onLog(index, text) });
      place.process = started;
      place.downMs = undefined;
      if (stopping.signal.aborted) started.signal("SIGKILL");
      let hasListened = false;
      started.listening.then((url) => {
        place.url = url;
        place.listeningSinceMs = performance.now();
        hasListened = true;
      }, () => {
        // It ended before; the code below tells.
      });
      const code = await started.ended;
      place.process = undefined;
      place.url = undefined;
      place.listeningSinceMs = Infinity;
      if (stopping.signal.aborted) return;
      const { downMs } = place;
      if (downMs === undefined && (hasListened || !isDatabaseAway())) {
        crashes.push(`Node ${index + 1} ended by itself with ${code}: ${started.lastWords()}`);
        tell(crashes.at(-1) ?? "");
      }
      await pause(downMs ?? START_AGAIN_MS, stopping.signal);
    }
  }

  const keeping = places.map(keep);
  return {
    count,
    get kills() {
      return kills;
    },
    get freezes() {
      return freezes;
    },
    crashes,
    kill(index, downMs) {
      const place = places[index];
      if (place?.process === undefined || place.downMs !== undefined) return false;
      place.downMs = downMs;
      place.process.signal("SIGKILL");
      kills++;
      return true;
    },
    async freeze(index, forMs) {
      const frozen = places[index]?.process;
      if (frozen === undefined) return false;
      frozen.signal("SIGSTOP");
      freezes++;
      await pause(forMs, stopping.signal);
      frozen.signal("SIGCONT");
      return true;
    },
    async areReady(timeoutMs) {
      const crashedBefore = crashes.length;
      const ready = await until(
        () => Promise.all(places.map(({ url }) => isReady(url))),
        (answers) => answers.every((answer) => answer) || crashes.length > crashedBefore,
        { timeoutMs, everyMs: 100, signal: stopping.signal },
      );
      return ready?.every((answer) => answer) ?? false;
    },
    nextUrl() {
      const urls = places.flatMap(({ url }) => url ?? []);
      return urls[turn++ % urls.length];
    },
    isStanding: (forMs) =>
      places.some(({ listeningSinceMs }) => performance.now() - listeningSinceMs >= forMs),
    async stop() {
      stopping.abort();
      for (const { process } of places) process?.signal("SIGKILL");
      await Promise.all(keeping);
    },
  };
}

async function isReady(url: string | undefined): Promise<boolean> {
  if (url === undefined) return false;
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    // Not listening any more, or frozen.
    return false;
  }
}
