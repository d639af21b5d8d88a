/** Where people write when the bot cannot help. */
import { plain } from "../texts.ts";
import type { ReplyContext } from "./reply_context.ts";

/** A name or an address, never empty. */
export function contactOf(
  { language, supportContact }: Pick<ReplyContext, "language" | "supportContact">,
): string {
  return supportContact === "" ? plain(language, "support-default") : supportContact;
}
