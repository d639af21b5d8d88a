/** What the pages of the admin panel are rendered from, and the parts that they share. */
import type { AdminDeed } from "../../../supervisor/admins.ts";
import { mayDo } from "../../../supervisor/admins.ts";
import type { AdminRole } from "../../../supervisor/admins.ts";
import type { PanelButton } from "../../panel_button.ts";
import type { PanelQueries } from "../../panel_port.ts";
import type { ReplyButton } from "../../reply.ts";
import { plain, type TextVariables } from "../../texts.ts";
import type { ReplyContext } from "../reply_context.ts";

/** The admin who looks. */
export interface PanelContext extends ReplyContext {
  panel: PanelQueries;
  role: AdminRole;
}

/** A button of the panel. @param key Behind `panel-button-`. */
export function button(
  { language }: Pick<ReplyContext, "language">,
  key: string,
  panel: PanelButton,
  variables: TextVariables = {},
): ReplyButton {
  return { label: plain(language, `panel-button-${key}`, variables), button: { verb: "p", panel } };
}

/** The buttons, if he may do it: there are none that only refuse. */
export function forWhoMay(
  { role }: Pick<PanelContext, "role">,
  deed: AdminDeed,
  buttons: ReplyButton[],
): ReplyButton[] {
  return mayDo(role, deed) ? buttons : [];
}

/** Rows with something in them. */
export function filled(rows: ReplyButton[][]): ReplyButton[][] {
  return rows.filter((row) => row.length > 0);
}

/** Back and forth in a list. Undefined: there is nothing that way. */
export function turner(
  context: Pick<ReplyContext, "language">,
  pages: { back?: PanelButton | undefined; next?: PanelButton | undefined },
): ReplyButton[] {
  return [
    ...(pages.back === undefined ? [] : [button(context, "earlier", pages.back)]),
    ...(pages.next === undefined ? [] : [button(context, "later", pages.next)]),
  ];
}
