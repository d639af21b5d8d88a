/**
 * Payouts by bank, as their machine asks for them, over YooKassa. What nobody knows is thrown and asked for
 * again by the same key; once that key may be forgotten, or YooKassa says no to what an earlier try may
 * have made, nothing is asked for any more: it is only looked up.
 */
import type { EffectDefinition } from "../../actors/define_actor.ts";
import { TerminalError } from "../../actors/errors.ts";
import type {
  BankPayoutEffects as Contract,
  BankPayoutFacts,
} from "../../machines/domain/bank_payout.ts";
import type { Recipient } from "../../machines/domain/cash_out.ts";
import type { MoneyJson } from "../../machines/domain/money.ts";
import type { PayoutDestination } from "../../machines/domain/payout_destination.ts";
import { retryWhenAway } from "../telegram/effects/retry_when_away.ts";
import { plain } from "../telegram/texts.ts";
import { isSameAmount } from "../yookassa/amounts.ts";
import { IDEMPOTENCE_KEY_LIFE_MS, idempotenceKeyOf } from "../yookassa/idempotence_key.ts";
import type { YooKassaPayout } from "../yookassa/objects.ts";
import type { Refused } from "../yookassa/outcome.ts";
import type { YooKassa } from "../yookassa/yookassa_port.ts";
import { ACTOR, doneOf, isNotThere, requireOwn } from "./bank_answers.ts";

/** Where a payout goes, in full. */
export interface PayoutOrder {
  readonly destination: PayoutDestination;
  readonly recipient?: Recipient;
}

/** What they stand on. */
export interface BankPayoutEffectsOptions {
  /** Undefined where no rubles are paid out: what was begun when they were waits. */
  yooKassa: PayoutClient | undefined;
  /** Whether payouts of a gateway for trying out count: beside the sandbox only. */
  takesTests: boolean;
  orderOf(withdrawalId: string): Promise<PayoutOrder | undefined>;
}

/** The part of the client that is used here. */
export type PayoutClient = Pick<
  YooKassa,
  "createPayout" | "createPersonalData" | "getPayout" | "findPayouts" | "gatewayId"
>;

/** Effects for `defineActor`. */
export type BankPayoutEffectDefinitions = {
  readonly [Name in keyof Contract]: EffectDefinition<Contract[Name]["input"]>;
};

/** Longer than the client waits, twice. */
const TIMEOUT_MS = 90_000;
/** The machine goes on asking, with pauses that grow. */
const MAX_ATTEMPTS = 3;
/** A key is not used in its last quarter of an hour: clocks differ, and requests take time. */
const KEY_LIFE_MS = IDEMPOTENCE_KEY_LIFE_MS - 15 * 60_000;

const OTHER_GATEWAY = "otherGateway";
/** What belongs to the receiver in a request. */
const OF_RECEIVER = /^(payout_destination_data|payout_token|personal_data)\b/;
/** YooKassa's own words for payouts that it cancels for the receiver. */
const NO_RECEIVER = "recipient_not_found";
const WRONG_NAME = "recipient_check_failed";

/** Creates them. */
export function createBankPayoutEffects(
  { yooKassa, takesTests, orderOf }: BankPayoutEffectsOptions,
): BankPayoutEffectDefinitions {
  function factsOf(payout: YooKassaPayout, wanted: MoneyJson): BankPayoutFacts {
    const { id, status, amount, cancellation, isTest } = payout;
    const foreign = !isSameAmount(amount, wanted)
      ? "amount"
      : isTest && !takesTests
      ? "test"
      : undefined;
    return {
      payoutId: id,
      status: status === "succeeded" || status === "canceled" ? status : "pending",
      ...(cancellation === null ? {} : { reason: cancellation.reason }),
      ...(foreign === undefined ? {} : { foreign }),
    };
  }

  return {
    createBankPayout: {
      async run(
        input,
        { signal, attempt, nowMs },
      ): Promise<Contract["createBankPayout"]["output"]> {
        const { withdrawalId, actor, amount, firstAskedAtMs, isRepeat, gatewayId } = input;
        const notMade = (
          reason: string,
          receiver?: string,
        ): Contract["createBankPayout"]["output"] =>
          isRepeat || attempt > 1
            ? { kind: "unclear" }
            : { kind: "notMade", reason, ...(receiver === undefined ? {} : { receiver }) };
        // Under the same key it would be another payout by now.
        if (nowMs() - firstAskedAtMs > KEY_LIFE_MS) return { kind: "unclear" };
        if (yooKassa === undefined) return notMade("notConfigured");
        if (isOther(yooKassa, gatewayId)) return notMade(OTHER_GATEWAY);
        const order = await orderOf(withdrawalId)
          .catch(retryWhenAway("read where the payout goes"));
        if (order === undefined) return notMade("noDestination");
        const { destination, recipient } = order;
        const person = recipient === undefined ? undefined : await yooKassa.createPersonalData(
          recipient,
          { key: idempotenceKeyOf(`${actor} recipient`), signal },
        );
        if (person?.kind === "refused") {
          return notMade(reasonOf(person), person.status === 400 ? WRONG_NAME : undefined);
        }
        const personalDataIds = person === undefined ? undefined : [doneOf(person).id];
        const outcome = await yooKassa.createPayout({
          amount,
          destination,
          description: plain("ru", "payout-description"),
          metadata: { [ACTOR]: actor },
          ...(personalDataIds === undefined ? {} : { personalDataIds }),
        }, { key: idempotenceKeyOf(actor), signal });
        if (outcome.kind === "refused") {
          const isReceiver = outcome.status === 400 && OF_RECEIVER.test(outcome.parameter ?? "");
          return notMade(reasonOf(outcome), isReceiver ? NO_RECEIVER : undefined);
        }
        const made = doneOf(outcome);
        requireOwn(made, made.metadata[ACTOR] === actor);
        return { kind: "made", facts: factsOf(made, amount) };
      },
      timeoutMs: TIMEOUT_MS,
      maxAttempts: MAX_ATTEMPTS,
    },
    lookUpBankPayout: {
      async run(
        { payoutId, actor, amount, gatewayId },
        { signal },
      ): Promise<Contract["lookUpBankPayout"]["output"]> {
        if (yooKassa === undefined) {
          throw new TerminalError("notConfigured", "No payout gateway is configured");
        }
        if (isOther(yooKassa, gatewayId)) {
          // That it knows nothing of the payout would say nothing.
          throw new TerminalError(OTHER_GATEWAY, `It was begun at gateway ${gatewayId}`);
        }
        const known = await read(yooKassa, payoutId, signal);
        // What does not carry our mark is another's, whoever has said that it is ours.
        const payout = known?.metadata[ACTOR] === actor
          ? known
          : await find(yooKassa, actor, signal);
        return { facts: payout === undefined ? null : factsOf(payout, amount) };
      },
      timeoutMs: TIMEOUT_MS,
      maxAttempts: MAX_ATTEMPTS,
    },
  };
}

/** Another gateway knows neither the keys nor the payouts of this one. */
function isOther({ gatewayId }: PayoutClient, begunAt: string | undefined): boolean {
  return begunAt !== undefined && begunAt !== gatewayId;
}

/** By its id, where that is known. */
async function read(
  yooKassa: PayoutClient,
  payoutId: string | null,
  signal: AbortSignal,
): Promise<YooKassaPayout | undefined> {
  if (payoutId === null) return undefined;
  const outcome = await yooKassa.getPayout(payoutId, { signal });
  return isNotThere(outcome) ? undefined : doneOf(outcome);
}

/** Of several with one mark, which there should not be, the one that may have arrived. */
async function find(
  yooKassa: PayoutClient,
  actor: string,
  signal: AbortSignal,
): Promise<YooKassaPayout | undefined> {
  const found = doneOf(
    await yooKassa.findPayouts({ metadata: { key: ACTOR, value: actor } }, { signal }),
  ).filter(({ metadata }) => metadata[ACTOR] === actor);
  return found.find(({ status }) => status !== "canceled") ?? found[0];
}

/** For admins; YooKassa's own words may name the receiver. */
function reasonOf({ code, parameter }: Refused): string {
  return parameter === null ? code : `${code}, ${parameter}`;
}
