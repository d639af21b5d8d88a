/** The common route of commands and buttons: note that he was here, and answer. */
import type { TelegramUser } from "../telegram/update_schema.ts";
import type { Answer, Incoming, Route, RouteContext } from "./incoming.ts";
import { seenBy } from "./telegram_person.ts";

/** A route that says that he was here, and answers. */
export function answered(
  incoming: Incoming,
  options: { from: TelegramUser; context: RouteContext; answer: Answer },
): Route {
  const seen = seenBy(options.from, {
    updateId: incoming.update.update_id,
    context: options.context,
  });
  return { sends: [seen], answer: options.answer };
}
