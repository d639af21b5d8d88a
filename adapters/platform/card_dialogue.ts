/**
 * The way from the page for a card to the dialogue that waits for it. Guards against guesses: who does not
 * know the page's key writes nothing here.
 */
import { Buffer } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";
import type { CashOutContext } from "../../machines/cash_out_machine.ts";
import type { CashOutEvent } from "../../machines/domain/cash_out.ts";
import type { MoneyJson } from "../../machines/domain/money.ts";
import type { CardPageKey, WidgetCard } from "../http/card_page.ts";
import type { RuntimePort, View } from "../supervisor/runtime_port.ts";

/** How much shall go to the card, if the dialogue waits for this very page. */
export function amountAwaited(view: View | undefined, page: CardPageKey): MoneyJson | undefined {
  if (view?.tags.includes("takesCard") !== true || !isHisKey(view, page)) return undefined;
  return (view.context as CashOutContext).amount ?? undefined;
}

/**
 * Hands a card over.
 *
 * @returns Whether it is the dialogue's card now; the same card again is.
 * @throws {Error} When the dialogue is busy: it may be sent again.
 */
export async function takeCard(
  { runtime, nowMs }: { runtime: Pick<RuntimePort, "read" | "send">; nowMs: () => number },
  page: CardPageKey,
  card: WidgetCard,
): Promise<boolean> {
  const address = `cashOut/${page.playerId}`;
  const view = await runtime.read(address);
  if (view === undefined || !isHisKey(view, page)) return false;
  const atMs = nowMs();
  const event: CashOutEvent = {
    type: "cashOut.card",
    key: page.key,
    ...card,
    // Of the question that follows; no update has such a one.
    turn: `c${atMs.toString(36)}`,
    atMs,
  };
  const key = `card:${hashOf([page.key, card.token, card.last4])}`;
  const { status, reason } = await runtime.send(address, event, { key });
  if (reason === "busy") throw new Error(`${address} is busy`);
  return status !== "refused";
}

/** The dialogue keeps the key until the card is confirmed, so that an answer that was lost is given again. */
function isHisKey({ context }: View, { key }: CardPageKey): boolean {
  const known = Buffer.from((context as CashOutContext).cardKey);
  const given = Buffer.from(key);
  return known.length === given.length && timingSafeEqual(known, given);
}

function hashOf(parts: readonly string[]): string {
  return createHash("sha256").update(parts.join(" ")).digest("hex");
}
