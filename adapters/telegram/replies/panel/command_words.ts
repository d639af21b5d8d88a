/** Why a command was not taken, in words. */
import type { Language } from "../../../../machines/domain/events.ts";
import type { CommandRefusal } from "../../../../machines/domain/refusals.ts";
import { moneyFromJson, moneyToJson, subtractMoney } from "../../../../machines/domain/money.ts";
import type { RaffleContext } from "../../../../machines/raffle_machine.ts";
import type { SendOutcome } from "../../../supervisor/supervisor.ts";
import { readableMoney } from "../../readable.ts";
import { plain } from "../../texts.ts";

/** Every refusal, so that the compiler says when one is added. */
export const commandRefusals: Record<CommandRefusal, true> = {
  alreadyOpened: true,
  notOpen: true,
  notPaused: true,
  alreadyPaused: true,
  entriesClosed: true,
  tooFewPlayers: true,
  drawRequested: true,
  alreadyCancelled: true,
  alreadyFinished: true,
  notDisputed: true,
  needsAnotherAdmin: true,
  changedMeanwhile: true,
  voteLapsed: true,
  entriesBegan: true,
  oldQuestion: true,
  badTerms: true,
  reserveTooLow: true,
  unknownTemplate: true,
  unknownSeries: true,
  nameTaken: true,
  badName: true,
  tooManyTemplates: true,
  templateInUse: true,
  tooManySeries: true,
  badPlan: true,
  openingNow: true,
  notWaiting: true,
  stillLooking: true,
  beingLookedUp: true,
  notUndecided: true,
  ownPrize: true,
  alreadyDecided: true,
  ownSuspicion: true,
  unknownCharge: true,
  notFailing: true,
  nothingDrawn: true,
  prizesTaken: true,
  noRedrawLeft: true,
  listChanged: true,
  reasonMissing: true,
  prizeNotYours: true,
  prizeTaken: true,
  prizeLapsed: true,
  alreadyBlocked: true,
  notBlocked: true,
};

/** Whether a word is one of them. */
export function isCommandRefusal(reason: string | undefined): reason is CommandRefusal {
  return reason !== undefined && Object.hasOwn(commandRefusals, reason);
}

/** Why an order was not carried out, with the figures where they say what to do. */
export function orderRefusalWords(
  language: Language,
  { reason, view }: Pick<SendOutcome, "reason" | "view">,
): string {
  const { guaranteeRefusal } = (view?.context ?? {}) as Partial<RaffleContext>;
  if (reason !== "reserveTooLow" || !guaranteeRefusal) return commandRefusalWords(language, reason);
  const { needed, covered } = guaranteeRefusal;
  const missing = moneyToJson(subtractMoney(moneyFromJson(needed), moneyFromJson(covered)));
  return plain(language, "panel-reserve-too-low", {
    needed: readableMoney(needed),
    covered: readableMoney(covered),
    missing: readableMoney(missing),
    stars: missing.minor,
  });
}

/** Words for a refusal; also for reasons that a newer machine may give. */
export function commandRefusalWords(language: Language, reason: string | undefined): string {
  return plain(language, `panel-refusal-${isCommandRefusal(reason) ? reason : "other"}`);
}
