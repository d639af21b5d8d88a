/**
 * Effect `tellAdmin`: one admin is told what the treasury has to say. In order per admin, repeated
 * until it is known to have arrived, or that the bot may not write to him.
 */
import type { EffectDefinition } from "../../../actors/define_actor.ts";
import type { TreasuryEffectActions } from "../../../machines/domain/treasury.ts";
import { playerIdOf } from "../../supervisor/telegram_person.ts";
import type { Queries } from "../queries_port.ts";
import { readGateway, renderTreasuryNotice } from "../replies/treasury_replies.ts";
import type { PayoutDesk } from "../payout_desk_port.ts";
import type { Reply } from "../reply.ts";
import { retryWhenAway } from "./retry_when_away.ts";
import { type AdminWriterOptions, writeToAdmin } from "./write_to_admin.ts";

type TellAdmin = TreasuryEffectActions["tellAdmin"];

/** What `tellAdmin` stands on. */
export interface TellAdminOptions extends AdminWriterOptions {
  queries: Pick<Queries, "player" | "treasuryReport">;
  /** Absent where no rubles are paid out. */
  payouts?: Pick<PayoutDesk, "gateway"> | undefined;
}

const whenAway = retryWhenAway("read what an admin is told");

/** Creates the effect. */
export function createTellAdmin(options: TellAdminOptions): EffectDefinition<TellAdmin> {
  const { queries, payouts } = options;

  async function prepare({ adminId, notice }: TellAdmin): Promise<Reply> {
    const admin = await queries.player(playerIdOf(adminId));
    const language = admin?.language ?? "en";
    if (notice.key !== "dailyReport") return renderTreasuryNotice(notice, { language });
    const report = await queries.treasuryReport();
    const gateway = await readGateway(payouts);
    return renderTreasuryNotice(notice, { language, report, gateway });
  }

  return {
    async run(params, { signal }) {
      const reply = await prepare(params).catch(whenAway);
      await writeToAdmin(options, { adminId: params.adminId, reply, signal });
    },
    lane: ({ adminId }) => `tellAdmin/${adminId}`,
    timeoutMs: 10 * 60_000,
    // About a day of an outage at the runtime's longest pause of a minute.
    maxAttempts: 1_500,
  };
}
