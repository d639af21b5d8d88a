/** What YooKassa says, and what it asks of players, in plain words of both languages. */
import type { Language } from "../../machines/domain/events.ts";
import type { DestinationProblem } from "../../machines/domain/payout_destination.ts";
import { cancellationReasons, type YooKassaOperation } from "../yookassa/cancellation_reasons.ts";
import { readableMoney } from "./readable.ts";
import { plain } from "./texts.ts";

/** Why a payment, refund or payout came to nothing, and what to do; also for reasons that are new. */
export function cancellationWords(
  language: Language,
  { operation, reason }: { readonly operation: YooKassaOperation; readonly reason: string },
): string {
  const known: readonly string[] = cancellationReasons[operation];
  return plain(language, `yookassa-${operation}-${known.includes(reason) ? reason : "other"}`);
}

/** What was wrong with a phone, bank, wallet or amount, and which form is allowed. */
export function destinationProblemWords(
  language: Language,
  { problem, allowed }: DestinationProblem,
): string {
  const isBound = problem === "tooLittle" || problem === "tooMuch";
  return plain(language, `payout-destination-${problem}`, {
    allowed: isBound ? readableMoney({ minor: allowed, currency: "RUB" }) : allowed,
  });
}
