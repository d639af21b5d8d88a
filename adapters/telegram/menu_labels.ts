/** The buttons of the menu under the text field: their labels and the commands they stand for. */
import type { Language } from "../../machines/domain/events.ts";
import { languages, plain } from "./texts.ts";

/** A button of the menu. */
interface MenuButton {
  /** Key of its label. */
  readonly label: string;
  readonly name: string;
  /** What stands behind the command. */
  readonly args: string;
}

const button = (name: string): MenuButton => ({
  label: `menu-${name.replaceAll("_", "-")}`,
  name,
  args: "",
});
const joinWithStars: MenuButton = { ...button("join_raffle"), args: "stars" };
const joinWithRubles: MenuButton = {
  label: "menu-join-rubles",
  name: "join_raffle",
  args: "rub",
};

/** The menu, row by row. Where no rubles are taken nothing speaks of them. */
function menuRows(hasRubles: boolean): readonly (readonly MenuButton[])[] {
  return [
    // Side by side a phone would cut them before the word that tells them apart.
    ...(hasRubles ? [[joinWithStars], [joinWithRubles]] : [[joinWithStars]]),
    [button("stats"), button("rules")],
    [button("balance"), button("my_raffles")],
  ];
}

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

/** The labels of the menu, row by row. */
export function menuLabelsOf(language: Language, hasRubles: boolean): string[][] {
  return menuRows(hasRubles).map((row) => row.map(({ label }) => plain(language, label)));
}

/** Every label in every language, to its command: the keyboard outlives a change of language. */
export const menuLabels: ReadonlyMap<string, { readonly name: string; readonly args: string }> =
  new Map([
    ...earlierLabels.map(([label, name]) => [label, { name, args: "" }] as const),
    ...languages.flatMap((language) =>
      menuRows(true).flat().map(({ label, name, args }) =>
        [plain(language, label), { name, args }] as const
      )
    ),
  ]);
