/** The way to an admin's panel: who says what to it, and when. */
import type { PanelEvent, PanelInput } from "../../machines/domain/panel_dialogue.ts";
import type { TelegramUser } from "../telegram/update_schema.ts";
import type { Incoming, RouteContext, Send } from "./incoming.ts";
import { playerIdOf } from "./telegram_person.ts";

/** Who says it, and with what. */
export interface Saying {
  from: TelegramUser;
  context: RouteContext;
}

/** Address of an admin's panel. */
export function panelAddressOf(from: TelegramUser): string {
  return `panel/${playerIdOf(from.id)}`;
}

/** New in every update, and so on the buttons of every answer. */
export function turnOf({ update }: Incoming): string {
  return update.update_id.toString(36);
}

/** An event without its time. */
export type PanelSaying = PanelEvent extends infer Event
  ? Event extends PanelEvent ? Omit<Event, "atMs"> : never
  : never;

/** Says it to his panel, which is made when it is the first thing that he says. */
export function sayToPanel(
  incoming: Incoming,
  { from, context }: Saying,
  said: PanelSaying,
): Send {
  const event = { ...said, atMs: context.nowMs };
  const input: PanelInput = { adminId: playerIdOf(from.id) };
  const mayBegin = event.type === "panel.create" || event.type === "panel.use" ||
    event.type === "panel.ask";
  return {
    address: panelAddressOf(from),
    event,
    key: `tg:${incoming.update.update_id}`,
    ...(mayBegin ? { create: input } : { mustExist: true }),
  };
}
