/** What an admin types while his panel asks him something. */
import { WORDS_WINDOW_MS } from "../../machines/domain/player.ts";
import type { PanelContext } from "../../machines/panel_machine.ts";
import type { UserContext } from "../../machines/user_machine.ts";
import { parseCommand } from "../telegram/commands.ts";
import type { TelegramUser } from "../telegram/update_schema.ts";
import { mayDo } from "./admins.ts";
import type { Incoming, Row } from "./incoming.ts";
import { panelAddressOf, sayToPanel, turnOf } from "./panel_saying.ts";
import type { View } from "./runtime_port.ts";
import { userAddressOf } from "./telegram_person.ts";

function wordsIn(
  { update: { message } }: Incoming,
): { from: TelegramUser; text: string } | undefined {
  if (message?.from === undefined || message.chat.type !== "private") return undefined;
  const { text = "" } = message;
  return parseCommand(text) === undefined ? { from: message.from, text } : undefined;
}

/** Whether it was after the panel that he, as a player or for a player, was asked to write something. */
function isAskedLater(user: View | undefined, panel: View, nowMs: number): boolean {
  const { dialogue = null } = (user?.context ?? {}) as Partial<UserContext>;
  if (dialogue === null || dialogue.untilMs < nowMs) return false;
  return dialogue.untilMs - WORDS_WINDOW_MS > (panel.context as PanelContext).askedAtMs;
}

/** The rows, in the order in which they are tried. */
export const panelRows: readonly Row[] = [
  {
    name: "words for an admin's panel",
    matches: (incoming, { admins }) => {
      const words = wordsIn(incoming);
      return words !== undefined && mayDo(admins.roleOf(words.from.id), "run");
    },
    route: (incoming, context) => {
      const { from, text } = wordsIn(incoming) as { from: TelegramUser; text: string };
      return {
        sends: [],
        answer: { kind: "none" },
        look: {
          address: panelAddressOf(from),
          // When nothing is asked his words are meant for others.
          route: (panel) =>
            panel?.tags.includes("takesWords") !== true ? undefined : {
              sends: [],
              answer: { kind: "none" },
              look: {
                address: userAddressOf(from.id),
                route: (user) =>
                  isAskedLater(user, panel, context.nowMs) ? undefined : {
                    sends: [
                      sayToPanel(incoming, { from, context }, {
                        type: "panel.said",
                        text,
                        turn: turnOf(incoming),
                      }),
                    ],
                    answer: { kind: "adminDialogue", isEdit: false },
                  },
              },
            },
        },
      };
    },
  },
];
