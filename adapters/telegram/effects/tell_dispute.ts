/**
 * Effect `tellDispute`: one admin who may answer is shown a player's question, with its payment. One
 * effect for each of them, so that a second try tells nobody twice who has read it. Whom the bot may not
 * write to misses it: the question stays in `/admin disputes` until it is answered.
 */
import type { EffectDefinition } from "../../../actors/define_actor.ts";
import type { EffectActions } from "../../../machines/domain/effects.ts";
import { telegramUserIdOf } from "../../../machines/domain/ids.ts";
import type { Queries } from "../queries_port.ts";
import { disputeReply } from "../replies/dispute_replies.ts";
import type { Reply } from "../reply.ts";
import { retryWhenAway } from "./retry_when_away.ts";
import { type AdminWriterOptions, writeToAdmin } from "./write_to_admin.ts";

/** What older code asked for names no admin: those find the question in `/admin disputes`. */
type TellDispute = Partial<EffectActions["tellDispute"]> & Pick<Told, "disputeId">;
type Told = EffectActions["tellDispute"];

/** What the effect stands on. */
export interface TellDisputeOptions extends AdminWriterOptions {
  queries: Pick<Queries, "dispute" | "player">;
}

const whenAway = retryWhenAway("read the question");

/** Creates the effect. */
export function createTellDispute(options: TellDisputeOptions): EffectDefinition<TellDispute> {
  const { queries } = options;

  /** @returns Undefined when it is answered already. */
  async function prepare({ admin, disputeId }: Told): Promise<Reply | undefined> {
    const dispute = await queries.dispute(disputeId);
    if (dispute === undefined || !dispute.isOpen) return undefined;
    return disputeReply((await queries.player(admin))?.language ?? "en", dispute);
  }

  return {
    async run({ admin, disputeId }, { signal }) {
      if (admin === undefined) return;
      const reply = await prepare({ admin, disputeId }).catch(whenAway);
      if (reply === undefined) return;
      await writeToAdmin(options, { adminId: telegramUserIdOf(admin), reply, signal });
    },
    lane: ({ admin }) => `tellDispute/${admin}`,
    timeoutMs: 120_000,
    maxAttempts: 1_500,
  };
}
