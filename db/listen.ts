/** Hears notifications on a session of its own, which is opened again whenever it is lost. */
import pg from "pg";

export interface Listener {
  onMessage(payload: string): void;
  /** Called whenever the session has begun to hear; what was said before may be missed. */
  onListening(): void;
}

/** Pause before the session is opened again. */
const REOPEN_MS = 250;

/**
 * @param url Connection string of a server.
 * @returns Ends it.
 */
export function listenOn(
  url: string,
  channels: readonly string[],
  listener: Listener,
): () => Promise<void> {
  let isEnded = false;
  let client: pg.Client | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const open = async (): Promise<void> => {
    const opened = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    client = opened;
    let isLost = false;
    const onLost = (): void => {
      if (isLost) return;
      isLost = true;
      opened.end().catch(() => {});
      if (!isEnded) timer = setTimeout(() => void open(), REOPEN_MS);
    };
    opened.on("error", onLost);
    opened.on("end", onLost);
    opened.on("notification", ({ payload }) => {
      if (payload !== undefined && payload !== "") listener.onMessage(payload);
    });
    try {
      await opened.connect();
      for (const channel of channels) await opened.query(`listen ${pg.escapeIdentifier(channel)}`);
      if (!isEnded && !isLost) listener.onListening();
    } catch {
      // Whoever needs the database says that it is away; here it is only tried again.
      onLost();
    }
  };

  const opening = open();
  return async () => {
    isEnded = true;
    clearTimeout(timer);
    await opening;
    await client?.end().catch(() => {});
  };
}
