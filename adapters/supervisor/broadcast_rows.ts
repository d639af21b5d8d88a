/** Rows for what all are told: an admin asks how it stands, an observer wants to hear no more. */
import type { RaffleId, UserEvent } from "../../machines/domain/events.ts";
import { decodeButton } from "../telegram/callback_data.ts";
import { answered } from "./answered.ts";
import type { Incoming, Row } from "./incoming.ts";
import { privateCommand } from "./player_rows.ts";
import { userAddressOf, userInputOf } from "./telegram_person.ts";

/** The rows, in the order in which they are tried; strangers' `/admin` is answered elsewhere. */
export const broadcastRows: readonly Row[] = [
  {
    name: "admin broadcasts",
    matches: (incoming, { admins }) => {
      const typed = privateCommand(incoming);
      return typed?.command.name === "admin" && admins.roleOf(typed.from.id) !== undefined &&
        /^broadcasts$/i.test(typed.command.args);
    },
    route: (incoming, context) => {
      const from = privateCommand(incoming)?.from;
      if (from === undefined) return { sends: [], answer: { kind: "adminHelp" } };
      return answered(incoming, { from, context, answer: { kind: "adminBroadcasts" } });
    },
  },
  {
    name: "button unwatch",
    matches: (incoming) => unwatched(incoming) !== undefined,
    route: (incoming, context) => {
      const from = incoming.update.callback_query?.from;
      const raffleId = unwatched(incoming);
      if (from === undefined || raffleId === undefined) {
        return { sends: [], answer: { kind: "oldButton" } };
      }
      const event: UserEvent = { type: "observing.stopped", raffleId, atMs: context.nowMs };
      return {
        sends: [{
          address: userAddressOf(from.id),
          event,
          key: `tg:${incoming.update.update_id}`,
          create: userInputOf(from, context),
        }],
        answer: { kind: "unwatched" },
      };
    },
  },
];

function unwatched({ update }: Incoming): RaffleId | undefined {
  const button = decodeButton(update.callback_query?.data);
  return button?.verb === "unwatch" ? button.raffleId : undefined;
}
