/** Hears notifications on a session of its own, which is opened again whenever it is lost. */
import type { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import type { Notification } from "./notifications.ts";

/** Must not throw: there is nobody who could do anything about it. */
export interface Listener {
  onMessage(notification: Notification): void;
  /** Called whenever the session has begun to hear; what was said before may be missed. */
  onListening(): void;
}

/** Pause before the session is opened again. */
const REOPEN_MS = 250;

interface Hearing {
  readonly url: string;
  readonly channels: readonly string[];
  readonly listener: Listener;
  readonly answerTimeoutMs: number;
}

/**
 * @param url Connection string of a server.
 * @param answerTimeoutMs A session is asked so often whether it still answers, and has as long to.
 * @returns Ends it, whether or not the server answers.
 */
export function listenOn(
  url: string,
  channels: readonly string[],
  listener: Listener,
  answerTimeoutMs = 5_000,
): () => Promise<void> {
  const ending = new AbortController();
  const { signal } = ending;
  const listening = (async () => {
    while (!signal.aborted) {
      await hear({ url, channels, listener, answerTimeoutMs }, signal);
      await pause(REOPEN_MS, undefined, { signal }).catch(() => {});
    }
  })();
  return () => {
    ending.abort();
    return listening;
  };
}

/** Hears on one session until it is lost, or until the signal. */
async function hear(
  { url, channels, listener, answerTimeoutMs }: Hearing,
  signal: AbortSignal,
): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    query_timeout: answerTimeoutMs,
    keepAlive: true,
  });
  const lost = new AbortController();
  client.on("error", () => lost.abort());
  client.on("end", () => lost.abort());
  client.on("notification", ({ channel, payload = "" }) => {
    if (payload !== "") listener.onMessage({ channel, payload });
  });
  // Without a farewell, for which a peer that is gone would be waited for.
  const close = (): unknown => streamOf(client).destroy();
  signal.addEventListener("abort", close);
  try {
    await client.connect();
    for (const channel of channels) await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    listener.onListening();
    for (;;) {
      await pause(answerTimeoutMs, undefined, { signal: lost.signal });
      // A network may never say that the peer is gone, and to a listener silence is nothing strange.
      await client.query("select 1");
    }
  } catch {
    // Whoever needs the database says that it is away; here it is only tried again.
  } finally {
    signal.removeEventListener("abort", close);
    close();
  }
}

/** The socket, which is another one when it has become a TLS socket. */
function streamOf(client: pg.Client): Duplex {
  return (client as unknown as { connection: { stream: Duplex } }).connection.stream;
}
