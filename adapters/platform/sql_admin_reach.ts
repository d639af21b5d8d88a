/** Whom of the admins the bot may write to, over SQL and in the log. */
import type { Database } from "../../db/connection.ts";
import { dropUnreached, keepUnreached } from "../../db/unreached_admins.ts";
import type { Log } from "../supervisor/log_port.ts";
import type { AdminReach } from "../telegram/effects/write_to_admin.ts";

/** Implements the port; see there. */
export function createSqlAdminReach(
  { database, log, nowMs }: { database: Database; log: Log; nowMs: () => number },
): AdminReach {
  const keep = async (adminId: number, work: Promise<void>): Promise<void> => {
    await work.catch((error: unknown) => {
      log("error", `Cannot keep whether admin ${adminId} can be written to`, {
        error: error instanceof Error ? error.message : "unknown",
      });
    });
  };
  return {
    reached: (adminId) => keep(adminId, dropUnreached(database, adminId)),
    async unreached(adminId, reason) {
      log("warn", `Admin ${adminId} has to open the bot and press Start: he hears nothing`, {
        reason,
      });
      await keep(adminId, keepUnreached(database, { adminId, sinceMs: nowMs() }));
    },
  };
}
