/** What the bot knows of the bank: lists and balances that are read for words only, and kept for a while. */
import type { MoneyJson } from "../../machines/domain/money.ts";
import type { PayoutChannel } from "../../machines/domain/payout_destination.ts";
import { cardPagePath } from "../http/card_page.ts";
import type { GatewayState, PayoutDesk } from "../telegram/payout_desk_port.ts";
import type { YooKassaGateway } from "../yookassa/objects.ts";
import type { Outcome } from "../yookassa/outcome.ts";
import type { YooKassa } from "../yookassa/yookassa_port.ts";

/** Banks join the SBP seldom. */
const BANKS_MS = 10 * 60_000;
/** So long a balance is good for words. */
const GATEWAY_MS = 15_000;
/** Somebody waits for the answer. */
const PATIENCE_MS = 5_000;

const channels: Readonly<Record<string, PayoutChannel>> = {
  bank_card: "card",
  sbp: "sbp",
  yoo_money: "yooMoney",
};

/** Creates it. @param options.publicUrl From where people reach our pages. */
export function createPayoutDesk(
  { yooKassa, publicUrl, nowMs }: {
    yooKassa: Pick<YooKassa, "listSbpBanks" | "readPayoutBalance">;
    publicUrl: () => string | undefined;
    nowMs: () => number;
  },
): PayoutDesk {
  return {
    banks: kept(BANKS_MS, nowMs, async (signal) => {
      const banks = objectOf(await yooKassa.listSbpBanks({ signal }));
      return banks?.map(({ bankId, name }) => ({ bankId, name }))
        .toSorted((left, right) => left.name.localeCompare(right.name, "ru"));
    }),
    gateway: kept(GATEWAY_MS, nowMs, async (signal) => {
      const gateway = objectOf(await yooKassa.readPayoutBalance({ signal }));
      return gateway && stateOf(gateway);
    }),
    cardPage(playerId, key) {
      const url = publicUrl();
      return url === undefined ? undefined : `${url}${cardPagePath(playerId, key)}`;
    },
  };
}

function stateOf({ isEnabled, methods, balance }: YooKassaGateway): GatewayState {
  const rubles: MoneyJson = { minor: balance.minor, currency: "RUB" };
  return { isEnabled, balance: rubles, channels: methods.flatMap((one) => channels[one] ?? []) };
}

/** A refusal is as good as no answer: nobody can be paid now. */
function objectOf<T>(outcome: Outcome<T>): T | undefined {
  return outcome.kind === "done" ? outcome.object : undefined;
}

/** Reads once in a while; what was not answered is read again at once. */
function kept<T>(
  lifeMs: number,
  nowMs: () => number,
  read: (signal: AbortSignal) => Promise<T | undefined>,
): () => Promise<T | undefined> {
  let known: { value: T; untilMs: number } | undefined;
  return async () => {
    if (known !== undefined && nowMs() < known.untilMs) return known.value;
    const value = await read(AbortSignal.timeout(PATIENCE_MS));
    known = value === undefined ? undefined : { value, untilMs: nowMs() + lifeMs };
    return value;
  };
}
