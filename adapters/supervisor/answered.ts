/** The common route of commands and buttons: note that he was here, and answer. */
import type { TelegramUser } from "../telegram/update_schema.ts";
import type { RaffleId } from "../../machines/domain/events.ts";
import type { Answer, Incoming, Route, RouteContext } from "./incoming.ts";
import { seenBy } from "./telegram_person.ts";

/** A route that says that he was here, at which raffle he looks, and answers. */
export function answered(
  incoming: Incoming,
  options: { from: TelegramUser; context: RouteContext; answer: Answer },
): Route {
  const seen = seenBy(options.from, {
    updateId: incoming.update.update_id,
    context: options.context,
    ...raffleShown(options.answer),
  });
  return { sends: [seen], answer: options.answer };
}

/** The raffle whose card or offer he is shown. */
function raffleShown(answer: Answer): { raffleId?: RaffleId } {
  const isCard = answer.kind === "raffle" || answer.kind === "joinRaffle";
  return isCard ? { raffleId: answer.raffleId } : {};
}
