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
}

/** The route, `POST /`, to be mounted where the notices' URL says. */
export function createNoticeDoor({ isSource, take, log }: NoticeDoorOptions): Hono {
  const door = new Hono();
  door.post("/", async (c) => {
    // Deno.serve gives it; there is none in tests without a port.
    const { remoteAddr } = (c.env ?? {}) as { remoteAddr?: { hostname?: string } };
    let hint: NoticeHint;
    try {
      hint = await readNotice(c.req.raw, { remoteAddress: remoteAddr?.hostname, isSource });
    } catch (error: unknown) {
      if (!(error instanceof NoticeRefusedError)) throw error;
      log("warn", "Refused a notice of YooKassa's", { problem: error.problem });
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
