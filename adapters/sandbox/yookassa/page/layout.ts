/** What the payment page and the widget's form have in common: the frame of a page, and money in words. */
import { type Html, markup } from "../../page/markup.ts";
import type { Amount } from "../../yookassa_types.ts";
import { type PageLanguage, WORDS } from "./words.ts";

/** The parts of a page. */
export interface PageParts {
  readonly language: PageLanguage;
  readonly title: string;
  readonly body: Html;
  /** The address of this page, to which the language is added. */
  readonly address: string;
  /** It stands in a page of the shop's, which has a ground and a heading of its own. */
  readonly isFramed?: boolean;
  /** A script of `static/`. */
  readonly script?: string;
}

/** A whole page. */
export function renderLayout(
  { language, title, body, address, isFramed = false, script }: PageParts,
): Html {
  const other = language === "ru" ? "en" : "ru";
  const otherName = language === "ru" ? "English" : "Русский";
  return markup`
    <!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>${title}</title>
        <link rel="icon" href="/page/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/yookassa/static/pay.css">
        ${
    script === undefined
      ? markup``
      : markup`<script type="module" src="/yookassa/static/${script}"></script>`
  }
      </head>
      <body class="${isFramed ? "framed" : ""}">
        <header><b>${language === "ru" ? "ЮKassa" : "YooKassa"}</b>
          <a href="${address}&lang=${other}" hreflang="${other}" lang="${other}">${otherName}</a></header>
        <main>${body}</main>
        <footer>${WORDS[language].notReal}</footer>
      </body>
    </html>
  `;
}

const SIGNS: Readonly<Record<string, string>> = { RUB: "₽" };

/** 100.00 → `100 ₽` in either language, as the bot writes it; kopecks only where there are some. */
export function amountInWords({ value, currency }: Amount, language: PageLanguage): string {
  const number = new Intl.NumberFormat(language, {
    minimumFractionDigits: value.endsWith(".00") ? 0 : 2,
  }).format(Number(value));
  return `${number}\u00a0${SIGNS[currency] ?? currency}`;
}
