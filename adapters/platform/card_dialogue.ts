/** The way from the page for a card to the dialogue that waits for it. */
import { timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import type { CashOutContext } from "../../machines/cash_out_machine.ts";
import type { CashOutEvent } from "../../machines/domain/cash_out.ts";
import type { CardPageKey, WidgetCard } from "../http/card_page.ts";
import type { OutsideEvent, View } from "../supervisor/runtime_port.ts";

/** Whether the dialogue waits for this very page. */
export function isCardAwaited(view: View | undefined, { key }: CardPageKey): boolean {
  if (view?.tags.includes("takesCard") !== true) return false;
  const known = Buffer.from((view.context as CashOutContext).cardKey);
  const given = Buffer.from(key);
  return known.length === given.length && timingSafeEqual(known, given);
}

/** The card on its way; the same for every time that the page sends it. */
export function toCardEvent(
  { playerId, key: pageKey }: CardPageKey,
  { card, nowMs }: { card: WidgetCard; nowMs: number },
): { address: string; event: OutsideEvent; key: string } {
  const event: CashOutEvent = {
    type: "cashOut.card",
    key: pageKey,
    ...card,
    // Of the question that follows; no update has such a one.
    turn: `c${nowMs.toString(36)}`,
    atMs: nowMs,
  };
  return { address: `cashOut/${playerId}`, event, key: `card:${pageKey}` };
}
