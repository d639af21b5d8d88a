/** Words from session to session, heard after the commit of the one that says them. */
import type { Connection } from "./connection.ts";

export interface Notification {
  readonly channel: string;
  /** Under 8,000 bytes. */
  readonly payload: string;
}

export async function notify(
  tx: Connection,
  notifications: readonly Notification[],
): Promise<void> {
  await tx.query(
    "select pg_notify(n.channel, n.payload) from unnest($1::text[], $2::text[]) as n(channel, payload)",
    [
      notifications.map(({ channel }) => channel),
      notifications.map(({ payload }) => payload),
    ],
  );
}
