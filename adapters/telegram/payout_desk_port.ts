/** What the bot must know of the bank to ask where rubles shall go. Types only. */
import type { PayoutBank, PayoutChannel } from "../../machines/domain/payout_destination.ts";
import type { MoneyJson } from "../../machines/domain/money.ts";

/** How the gateway stands. */
export interface GatewayState {
  readonly isEnabled: boolean;
  readonly balance: MoneyJson;
  readonly channels: readonly PayoutChannel[];
}

/** Rubles out, as far as they can be read without moving any. */
export interface PayoutDesk {
  /** Banks of the SBP, by name; undefined when the bank does not answer. */
  banks(): Promise<readonly PayoutBank[] | undefined>;
  /** Undefined when the bank does not answer. */
  gateway(): Promise<GatewayState | undefined>;
  /** The page on which a card is typed; undefined where people cannot reach our pages. */
  cardPage(playerId: string, key: string): string | undefined;
}
