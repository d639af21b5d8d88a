/** Effects by which many are told, by the names the machines use. */
import type { EffectDefinition } from "../../../actors/define_actor.ts";
import type { SendLimiter } from "../send_limiter.ts";
import { type AnnounceOptions, createAnnounce } from "./announce.ts";
import { createSendPage, type SendPageOptions } from "./send_page.ts";
import { createReportToAdmins } from "./report_to_admins.ts";

/** Effects for `defineActor`. */
export interface BroadcastEffects {
  sendPage: EffectDefinition;
  reportToAdmins: EffectDefinition;
  announce: EffectDefinition;
}

/** What they stand on. */
export interface BroadcastEffectsOptions extends AnnounceOptions, SendPageOptions {
  queries: AnnounceOptions["queries"];
  /** The pace of paid broadcasts. @default the common one */
  paidLimiter?: SendLimiter;
}

/** Creates all of them. */
export function createBroadcastEffects(options: BroadcastEffectsOptions): BroadcastEffects {
  const { limiter, paidLimiter, isPaid } = options;
  return {
    sendPage: createSendPage({ ...options, limiter: isPaid ? paidLimiter ?? limiter : limiter }),
    reportToAdmins: createReportToAdmins(options),
    announce: createAnnounce(options),
  };
}
