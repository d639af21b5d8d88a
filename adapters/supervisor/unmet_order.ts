/**
 * Orders that a raffle takes and then cannot carry out: what it had to ask for was refused within the
 * same commit. For the one who ordered it, and for the log, such an order is refused.
 */
import type { CommandRefusal } from "../../machines/domain/refusals.ts";
import type { RaffleContext } from "../../machines/raffle_machine.ts";
import type { Send } from "./incoming.ts";
import type { View } from "./runtime_port.ts";

/** Why an order that was taken did not come about; undefined when it did. */
export function unmetOrder(
  { address, event }: Send,
  view: View | undefined,
): CommandRefusal | undefined {
  const isOfPrize = event.type === "raffle.open" || event.type === "raffle.edit";
  if (!address.startsWith("raffle/") || !isOfPrize) return undefined;
  const { guaranteeRefusal = null } = (view?.context ?? {}) as Partial<RaffleContext>;
  const { atMs } = event as { atMs?: number };
  return guaranteeRefusal?.atMs === atMs ? "reserveTooLow" : undefined;
}
