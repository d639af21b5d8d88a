/**
 * The texts of the bot, in both languages, from Fluent files. Variables are escaped for HTML here, so
 * that no caller can forget it; `plain` is for places that know no HTML: buttons, invoices, toasts.
 */
import { I18n, type TranslationVariables } from "@grammyjs/i18n";
import type { Language } from "../../machines/domain/events.ts";
import { escapeHtml } from "./safe_text.ts";

/** Values for the places in a text; numbers choose plural forms. */
export type TextVariables = Record<string, string | number>;

/** Both languages that the bot speaks. */
export const languages: readonly Language[] = ["ru", "en"];

// Direction marks around variables (Fluent's isolation) would be copied with ids and links.
const i18n = new I18n({
  defaultLocale: "en",
  fluentBundleOptions: { useIsolating: false },
  // A missing text throws below; the library's own warning would go past the log.
  fluentOptions: { warningHandler: () => {} },
});
for (const language of languages) {
  i18n.loadLocaleSync(language, { source: readLocale(language) });
}

/** The sources of one language, a file for each part of the bot. */
export function readLocale(language: Language): string {
  const folder = new URL(`./locales/${language}/`, import.meta.url);
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  return files.map((name) => Deno.readTextFileSync(new URL(name, folder))).join("\n");
}

/**
 * A text as HTML.
 * @param key Key of the Fluent files.
 * @param variables Raw values, escaped here.
 * @throws {RangeError} When there is no such text.
 */
export function html(language: Language, key: string, variables: TextVariables = {}): string {
  const escaped = Object.entries(variables).map(([name, value]) => [
    name,
    typeof value === "string" ? escapeHtml(value) : value,
  ]);
  return translate(language, key, Object.fromEntries(escaped));
}

/** A text for places that know no HTML; see `html`. */
export function plain(language: Language, key: string, variables: TextVariables = {}): string {
  return translate(language, key, variables);
}

function translate(language: Language, key: string, variables: TextVariables): string {
  const text = i18n.t(language, key, variables as TranslationVariables);
  // The library answers `{key}` for a text it does not have.
  if (text === `{${key}}`) throw new RangeError(`No text "${key}" in "${language}"`);
  return text;
}
