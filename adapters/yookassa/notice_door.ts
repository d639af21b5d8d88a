/**
 * The door for YooKassa's notices, for Hono. It answers 200 once the hint was taken, so that it does not
 * come again; 503 when it could not be, so that it does; and to what is no notice 403, 413 or 400.
 */
import { Hono } from "hono";
import type { Log } from "../supervisor/log_port.ts";
import type { IsNoticeSource } from "./notice_sources.ts";
import { type NoticeHint, NoticeRefusedError, readNotice } from "./read_notice.ts";

/** What the door stands on. */
export interface NoticeDoorOptions {
  readonly isSource: IsNoticeSource;
  /** Takes a hint: resolves when it is stored. A hint of the kind `other` does not come here. */
  readonly take: (hint: NoticeHint) => Promise<void>;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
}

/** Anybody may knock: strangers write no more than a line in this time. */
const STRANGERS_LINE_MS = 60_000;

/** The route, `POST /`, to be mounted where the notices' URL says. */
export function createNoticeDoor({ isSource, take, log, nowMs }: NoticeDoorOptions): Hono {
  const door = new Hono();
  const strangerLine = countStrangers(nowMs);
  door.post("/", async (c) => {
    // Deno.serve gives it; there is none in tests without a port.
    const { remoteAddr } = (c.env ?? {}) as { remoteAddr?: { hostname?: string } };
    let hint: NoticeHint;
    try {
      hint = await readNotice(c.req.raw, { remoteAddress: remoteAddr?.hostname, isSource });
    } catch (error: unknown) {
      if (!(error instanceof NoticeRefusedError)) throw error;
      const { problem } = error;
      const line = problem === "wrongSource" ? strangerLine() : {};
      if (line !== undefined) log("warn", "Refused a notice of YooKassa's", { problem, ...line });
      return c.json({ error: error.message }, error.status);
    }
    const { kind, id, status } = hint;
    if (kind === "other") return c.json({ ok: true });
    try {
      await take(hint);
      return c.json({ ok: true });
    } catch (error: unknown) {
      log("error", "A notice of YooKassa's was not taken and will come again", {
        kind,
        id,
        status,
        error: error instanceof Error ? error.message : "unknown",
      });
      return c.json({ error: "unavailable" }, 503);
    }
  });
  return door;
}

/** @returns What to write of one more; undefined when enough was written. */
function countStrangers(nowMs: () => number): () => { unsaid?: number } | undefined {
  let lineAtMs = -Infinity;
  let unsaid = 0;
  return () => {
    const atMs = nowMs();
    if (atMs - lineAtMs < STRANGERS_LINE_MS) {
      unsaid += 1;
      return undefined;
    }
    const line = unsaid === 0 ? {} : { unsaid };
    [lineAtMs, unsaid] = [atMs, 0];
    return line;
  };
}
