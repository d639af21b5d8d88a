/** The word of one admin for a draw now, with what the raffle has to know of the others. */
import type { ForceVote } from "../../machines/domain/panel.ts";
import type { TelegramUser } from "../telegram/update_schema.ts";
import type { RouteContext } from "./incoming.ts";
import { nameOf, playerIdOf } from "./telegram_person.ts";

/** The edge knows who the admins are; the raffle decides how many of them it takes. */
export function forceVoteOf(from: TelegramUser, { admins }: RouteContext): ForceVote {
  const by = playerIdOf(from.id);
  return {
    needed: admins.votesNeeded,
    others: admins.runners.filter((runner) => runner !== by),
    name: nameOf(from),
  };
}
