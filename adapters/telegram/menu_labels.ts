/** The buttons of the menu under the text field: their labels and the commands they stand for. */
import type { Language } from "../../machines/domain/events.ts";
import { languages, plain } from "./texts.ts";

/** Commands on the menu, row by row. */
export const menuRows = [["join_raffle", "my_raffles"], ["balance", "help"]] as const;

/** Label of a menu button. */
export function menuLabel(language: Language, command: string): string {
  return plain(language, `menu-${command.replaceAll("_", "-")}`);
}

/** Every label in every language, to its command: the keyboard outlives a change of language. */
export const menuLabels: ReadonlyMap<string, string> = new Map(
  languages.flatMap((language) =>
    menuRows.flat().map((command) => [menuLabel(language, command), command] as const)
  ),
);
