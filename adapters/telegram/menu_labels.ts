/** The buttons of the menu under the text field: their labels and the commands they stand for. */
import type { Language } from "../../machines/domain/events.ts";
import { languages, plain } from "./texts.ts";

/** Commands on the menu, row by row. Entries are in Stars, so there is one way to join. */
export const menuRows = [["join_raffle"], ["stats", "rules"], ["balance", "my_raffles"]] as const;

/** Labels of earlier menus, which stay under the text field until a new one is sent. */
const earlierLabels: readonly (readonly [string, string])[] = [
  ["🎟 Join a raffle", "join_raffle"],
  ["🎟 Участвовать", "join_raffle"],
  ["🏆 My raffles", "my_raffles"],
  ["🏆 Мои розыгрыши", "my_raffles"],
  ["💰 Balance", "balance"],
  ["💰 Баланс", "balance"],
  ["❓ Help", "help"],
  ["❓ Помощь", "help"],
];

/** Label of a menu button. */
export function menuLabel(language: Language, command: string): string {
  return plain(language, `menu-${command.replaceAll("_", "-")}`);
}

/** Every label in every language, to its command: the keyboard outlives a change of language. */
export const menuLabels: ReadonlyMap<string, string> = new Map([
  ...earlierLabels,
  ...languages.flatMap((language) =>
    menuRows.flat().map((command) => [menuLabel(language, command), command] as const)
  ),
]);
