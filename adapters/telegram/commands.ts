/** What people type: commands, and the labels of the menu keyboard that stand for them. */
import { menuLabels } from "./menu_labels.ts";

/** Commands that any player may give. */
export const playerCommands = [
  "start",
  "join_raffle",
  "my_raffles",
  "balance",
  "topup",
  "cashout",
  "email",
  "raffle",
  "stats",
  "rules",
  "help",
  "paysupport",
  "terms",
  "privacy",
  "language",
  "limits",
  "deleteme",
] as const;
/** One of the players' commands. */
export type PlayerCommand = typeof playerCommands[number];

/** A command as typed. */
export interface TypedCommand {
  /** Lower case, without the slash. */
  name: string;
  /** The bot it is meant for, without `@`, when named. */
  botUsername?: string;
  /** The rest of the text, trimmed. */
  args: string;
}

/** Reads a command or a label of the menu; undefined for any other text. */
export function parseCommand(text: string | undefined): TypedCommand | undefined {
  if (text === undefined) return undefined;
  const label = menuLabels.get(text.trim());
  if (label !== undefined) return { ...label };
  const match = /^\/([a-z0-9_]{1,32})(?:@([a-z0-9_]{1,64}))?(?:\s+([\s\S]*))?$/i.exec(text.trim());
  if (match?.[1] === undefined) return undefined;
  return {
    name: match[1].toLowerCase(),
    ...(match[2] === undefined ? {} : { botUsername: match[2] }),
    args: (match[3] ?? "").trim(),
  };
}
