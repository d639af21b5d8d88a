/** Roles in words, and the answer to an admin whose role may not do what he asks. */
import type { AdminRole } from "../../../supervisor/admins.ts";
import type { Reply } from "../../reply.ts";
import { html, plain } from "../../texts.ts";
import type { ReplyContext } from "../reply_context.ts";

/** Says which roles may. */
export function adminNotAllowedReply(
  { language }: Pick<ReplyContext, "language">,
  roles: readonly AdminRole[],
): Reply {
  return {
    html: html(language, "panel-not-allowed", { roles: rolesInWords({ language }, roles) }),
  };
}

/** `owners, operators`. */
export function rolesInWords(
  { language }: Pick<ReplyContext, "language">,
  roles: readonly AdminRole[],
): string {
  return roles.map((role) => plain(language, `panel-roles-${role}`)).join(", ");
}
