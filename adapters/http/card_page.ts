/**
 * The page on which a player types his card for a payout. The form is YooKassa's, in a frame of its own:
 * the number goes to YooKassa, and we get a token. Whom the page is for, its address proves: it holds a key
 * that nobody can guess, good once and as long as the dialogue in the chat waits for it.
 */
import { type Context, Hono } from "hono";
import { html } from "hono/html";
import { secureHeaders } from "hono/secure-headers";
import type { Language } from "../../machines/domain/events.ts";
import type { MoneyJson } from "../../machines/domain/money.ts";
import type { Log } from "../supervisor/log_port.ts";
import { readableMoney } from "../telegram/readable.ts";
import { plain } from "../telegram/texts.ts";
import { readBody } from "./read_body.ts";

/** Where it is mounted. */
export const CARD_PAGE_PATH = "/payout/card";

/** Whose page, and the proof of it. */
export interface CardPageKey {
  readonly playerId: string;
  readonly key: string;
}

/** A card as the widget gives it. */
export interface WidgetCard {
  readonly token: string;
  readonly last4: string;
}

/** A payout that waits for its card. */
export interface AwaitedCard {
  readonly language: Language;
  readonly amount: MoneyJson;
}

/** What the page stands on. */
export interface CardPageOptions {
  /** Base of YooKassa's payout widget: `https://yookassa.ru/payouts-data`, or a stand-in. */
  readonly widgetUrl: string;
  readonly gatewayId: string;
  /** What the page is for; undefined when nobody waits for it. */
  find(page: CardPageKey): Promise<AwaitedCard | undefined>;
  /** Hands the card over; false when it is not waited for any more. */
  take(page: CardPageKey, card: WidgetCard): Promise<boolean>;
  readonly log: Log;
}

/** Version of the widget. Source: yookassa.ru/developers (payout widget, versions), July 2026. */
const WIDGET_VERSION = "3.1.0";
/** Where the real widget's parts come from. Source: the widget's own addresses, unconfirmed. */
const WIDGET_HOSTS = ["https://yookassa.ru", "https://*.yookassa.ru", "https://*.yoomoney.ru"];
const MAX_BYTES = 2_000;
const FILES: Readonly<Record<string, string>> = {
  "card.js": "text/javascript",
  "card.css": "text/css",
  "icon.svg": "image/svg+xml",
};

/** The page's path. */
export function cardPagePath(playerId: string, key: string): string {
  return `${CARD_PAGE_PATH}/${playerId.slice("tg-".length)}.${key}`;
}

/** The routes, to be mounted at `CARD_PAGE_PATH`. */
export function createCardPage(
  { widgetUrl, gatewayId, find, take, log }: CardPageOptions,
): Hono {
  const { origin } = new URL(widgetUrl);
  const hosts = widgetUrl.startsWith("https://yookassa.ru/") ? WIDGET_HOSTS : [origin];
  const page = new Hono();
  page.use(
    "*",
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'", ...hosts],
        styleSrc: ["'self'"],
        connectSrc: ["'self'"],
        imgSrc: ["'self'"],
        frameSrc: hosts,
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
      // The address is a secret: it goes to nobody.
      referrerPolicy: "no-referrer",
      xFrameOptions: "DENY",
    }),
    async (c, next) => {
      await next();
      c.header("cache-control", "no-store");
    },
  );
  page.get("/static/:file", async (c) => {
    const file = c.req.param("file");
    const type = Object.hasOwn(FILES, file) ? FILES[file] : undefined;
    if (type === undefined) return c.json({ error: "not found" }, 404);
    const text = await Deno.readTextFile(new URL(`./page/${file}`, import.meta.url));
    return c.body(text, 200, { "content-type": `${type}; charset=utf-8` });
  });
  page.get("/:key", async (c) => {
    const key = readKey(c.req.param("key"));
    const awaited = key === undefined ? undefined : await find(key);
    if (awaited === undefined) return c.html(note(askedLanguage(c), "gone"), 404);
    const { language, amount } = awaited;
    const words = (name: string, variables = {}) => plain(language, `card-page-${name}`, variables);
    const [beforeCard, afterCard] = words("taken", { card: "\u0000" }).split("\u0000");
    return c.html(layout(
      language,
      html`
        <div id="ask">
          <p>${words("hint", { amount: readableMoney(amount) })}</p>
          <p id="loading" class="note" role="status" hidden>${words("loading")}</p>
          <div id="form" data-account="${gatewayId}" data-language="${language === "ru"
            ? "ru_RU"
            : "en_US"}"></div>
        </div>
        <div id="taken" class="end good" role="status" tabindex="-1" hidden>
          <p>${beforeCard}<b id="card"></b>${afterCard}</p>
        </div>
        <div id="gone" class="end bad" role="alert" tabindex="-1" hidden>
          <p>${words("gone")}</p>
        </div>
        <div id="failed" class="end bad" role="alert" tabindex="-1" hidden>
          <p>${words("failed")}</p>
          <p><button type="button" id="again">${words("again")}</button></p>
        </div>
        <noscript>
          <p class="end bad">${words("script")}</p>
        </noscript>
        <script src="${widgetUrl}/${WIDGET_VERSION}/widget.js"></script>
        <script src="${CARD_PAGE_PATH}/static/card.js"></script>
      `,
    ));
  });
  page.post("/:key", async (c) => {
    const key = readKey(c.req.param("key"));
    const isOwnPage = (c.req.header("sec-fetch-site") ?? "same-origin") === "same-origin";
    if (key === undefined || !isOwnPage) return c.json({ error: "not found" }, 404);
    const body = await readBody(c.req.raw, MAX_BYTES);
    if (body === undefined) return c.json({ error: "too long" }, 413);
    const card = readCard(body);
    if (card === undefined) return c.json({ error: "not a card's token" }, 400);
    return await take(key, card) ? c.json({ ok: true }) : c.json({ error: "not found" }, 404);
  });
  page.onError((error, c) => {
    // Its path is a secret and is not written down.
    log("error", "The page for a card failed", { error: error.message });
    return c.req.method === "GET"
      ? c.html(note(askedLanguage(c), "failed"), 500)
      : c.json({ error: "internal error" }, 500);
  });
  return page;
}

/** The language of a reader of whom nothing is known. */
function askedLanguage(c: Context): Language {
  return /\bru\b/i.test(c.req.header("accept-language") ?? "") ? "ru" : "en";
}

/** A page that says one thing. */
function note(language: Language, name: string) {
  return layout(language, html`<p class="end bad">${plain(language, `card-page-${name}`)}</p>`);
}

function layout(language: Language, body: unknown) {
  return html`
    <!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>${plain(language, "card-page-title")}</title>
        <link rel="icon" href="${CARD_PAGE_PATH}/static/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="${CARD_PAGE_PATH}/static/card.css">
      </head>
      <body>
        <main>
              <h1>${plain(language, "card-page-title")}</h1>
              ${body}
            </main>
      </body>
    </html>
  `;
}

function readKey(text: string): CardPageKey | undefined {
  const [, id, key] = /^([1-9]\d{0,15})\.([A-Za-z0-9_-]{43})$/.exec(text) ?? [];
  return id === undefined || key === undefined ? undefined : { playerId: `tg-${id}`, key };
}

/** Anything that looks like a card's number is refused, whoever sends it: it must never come here. */
function readCard(body: string): WidgetCard | undefined {
  let read: unknown;
  try {
    read = JSON.parse(body);
  } catch {
    return undefined;
  }
  const { payout_token: token, last4 } = (read ?? {}) as Record<string, unknown>;
  if (typeof token !== "string" || typeof last4 !== "string") return undefined;
  const isToken = /^[0-9A-Za-z._-]{10,200}$/.test(token) && !/^[\d._-]+$/.test(token);
  return isToken && /^\d{4}$/.test(last4) ? { token, last4 } : undefined;
}
