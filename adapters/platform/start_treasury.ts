/** Makes the one treasury, or tells the one that there is what is configured now. */
import type { Runtime } from "../../actors/runtime.ts";
import {
  TREASURY,
  type TreasuryEvent,
  type TreasuryInput,
} from "../../machines/domain/treasury.ts";
import type { Config } from "../config/read_config.ts";

export async function startTreasury(
  runtime: Pick<Runtime, "send">,
  { adminIds, reserveAlarm, isBroadcastPaid }: Pick<
    Config,
    "adminIds" | "reserveAlarm" | "isBroadcastPaid"
  >,
): Promise<void> {
  const create: TreasuryInput = {
    admins: adminIds,
    alarmBelow: String(reserveAlarm),
    paysBroadcasts: isBroadcastPaid,
  };
  const event: TreasuryEvent = { type: "treasury.configured", ...create };
  await runtime.send(TREASURY, event, { create });
}
