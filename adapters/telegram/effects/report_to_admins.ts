/**
 * Effect `reportToAdmins`: every admin is told something that needs no answer. One who cannot be reached
 * misses it, and holds up nobody; a refusal for the pace is waited out. After an unknown outcome it
 * is not repeated: what matters stays in the lists that admins can ask for.
 */
import type { EffectDefinition } from "../../../actors/define_actor.ts";
import type { AdminNotice, EffectActions } from "../../../machines/domain/effects.ts";
import type { Log } from "../../supervisor/log_port.ts";
import { playerIdOf } from "../../supervisor/telegram_person.ts";
import { renderAdminNotice } from "../admin_notice_text.ts";
import type { Queries } from "../queries_port.ts";
import { type AdminWriterOptions, writeToAdmin } from "./write_to_admin.ts";

/** What `reportToAdmins` stands on. */
export interface ReportToAdminsOptions extends AdminWriterOptions {
  queries: Pick<Queries, "player" | "raffleTitle">;
  adminIds: readonly number[];
  log: Log;
}

/** Tries of one message that Telegram refuses with 429. */
const MAX_ATTEMPTS = 5;

/** Tells them now; resolves when each was tried once. */
export async function tellEveryAdmin(
  { queries, adminIds, log, ...writer }: ReportToAdminsOptions,
  { notice, signal }: { notice: AdminNotice; signal: AbortSignal },
): Promise<void> {
  const title = "raffleId" in notice ? await queries.raffleTitle(notice.raffleId) : undefined;
  for (const adminId of adminIds) {
    const language = (await queries.player(playerIdOf(adminId)))?.language ?? "en";
    const reply = renderAdminNotice(notice, { language, title });
    await writeToAdmin(writer, { adminId, reply, signal, maxAttempts: MAX_ATTEMPTS })
      .catch((error: unknown) => {
        log("error", `Cannot tell admin ${adminId}`, {
          notice: notice.key,
          error: error instanceof Error ? error.message : "unknown",
        });
      });
  }
}

/** Creates the effect. */
export function createReportToAdmins(
  options: ReportToAdminsOptions,
): EffectDefinition<EffectActions["reportToAdmins"]> {
  return {
    run: ({ notice }, { signal }) => tellEveryAdmin(options, { notice, signal }),
    lane: () => "reportToAdmins",
    isRepeatable: () => false,
    timeoutMs: 5 * 60_000,
  };
}
