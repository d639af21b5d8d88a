/** What admins have set for new raffles, and how they set it. */
import type { SettingsEvent } from "../../machines/domain/panel.ts";
import type { SettingsContext } from "../../machines/settings_machine.ts";
import type { TelegramUser } from "../telegram/update_schema.ts";
import type { Incoming, RouteContext, Send } from "./incoming.ts";
import type { View } from "./runtime_port.ts";
import { playerIdOf } from "./telegram_person.ts";

/** The one actor that has them. */
export const SETTINGS = "settings/platform";

/** Commission of new raffles, basis points. @param view Of `SETTINGS`; absent as long as nothing is set. */
export function commissionOf(view: View | undefined, configured: number): number {
  const set = (view?.context as Partial<SettingsContext> | undefined)?.commissionBps;
  return typeof set === "number" ? set : configured;
}

/** Sets it for raffles that are made from now on. */
export function setCommission(
  { update }: Incoming,
  { bps, from, context }: { bps: number; from: TelegramUser; context: RouteContext },
): Send {
  const event: SettingsEvent = {
    type: "commission.set",
    bps,
    by: playerIdOf(from.id),
    atMs: context.nowMs,
  };
  return {
    address: SETTINGS,
    event,
    key: `tg:${update.update_id}`,
    create: { commissionBps: null },
  };
}
