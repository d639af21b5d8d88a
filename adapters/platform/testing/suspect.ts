/** Raises a sign by hand, as the look would. */
import type { RaffleId } from "../../../machines/domain/events.ts";
import { suspicionIdOf } from "../../../machines/domain/ids.ts";
import { raiseSuspicion, type SuspicionId } from "../../../machines/domain/suspicion.ts";
import type { PlatformWorld } from "./platform_world.ts";

/** @returns Its id. */
export async function suspect(
  { platform }: Pick<PlatformWorld, "platform">,
  telegramId: number,
  raffleId: RaffleId | null,
): Promise<SuspicionId> {
  const playerId = `tg-${telegramId}`;
  const sign = { signal: "burst" as const, playerId, raffleId };
  const suspicionId = suspicionIdOf({ ...sign, about: "" });
  const evidence = { players: 20, seconds: 10, knownHours: 0 };
  const { to, event, create } = raiseSuspicion({ suspicionId, ...sign, evidence }, Date.now());
  await platform.runtime.send(to, event, { create });
  return suspicionId;
}
