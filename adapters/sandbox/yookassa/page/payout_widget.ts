/**
 * The payout widget: a script for the shop's page, with the interface of YooKassa's own, and the form
 * that it frames. The number is typed into our page, within the frame; the shop's page is told a token.
 *
 * Source: yookassa.ru/developers/payouts/making-payouts/bank-card/using-payout-widget, July 2026.
 */
import { type Context, Hono } from "hono";
import { type Html, markup, nothing } from "../../page/markup.ts";
import { pageHeaders } from "../../page/page_headers.ts";
import type { WidgetCard } from "../../yookassa_types.ts";
import { accountId } from "../accounts.ts";
import { tokenize } from "../card_tokens.ts";
import type { YooKassaContext } from "../yookassa_context.ts";
import { renderLayout } from "./layout.ts";
import { choosePageLanguage, type PageWords, WORDS } from "./words.ts";

/** Pages of this machine may frame the form, whatever their port. */
const LOCAL_PAGES = ["http://127.0.0.1:*", "http://localhost:*"];

interface FormState {
  /** What was typed and is no card's number. */
  readonly rejected?: string;
  readonly card?: WidgetCard;
}

/** Builds it, to be mounted at `/payouts-data`: `/3.1.0/widget.js`, `/form`. */
export function createPayoutWidget({ world }: YooKassaContext): Hono {
  const widget = new Hono();
  widget.use("*", pageHeaders({ formsTo: [], framedBy: LOCAL_PAGES }));
  widget.get("/:version{\\d+\\.\\d+\\.\\d+}/widget.js", async (c) => {
    const script = await Deno.readTextFile(new URL("./static/widget.js", import.meta.url));
    return c.body(script, 200, { "content-type": "text/javascript; charset=utf-8" });
  });
  widget.get("/form", (c) => show(c, {}));
  widget.post("/form", async (c) => {
    const typed = new URLSearchParams(await c.req.text()).get("number") ?? "";
    const card = world.store.transaction(() => tokenize(world, typed));
    return show(c, card === undefined ? { rejected: typed } : { card });
  });
  return widget;
}

function show(c: Context, state: FormState): Response | Promise<Response> {
  const language = choosePageLanguage({
    asked: c.req.query("lang"),
    accepted: c.req.header("accept-language"),
  });
  const words = WORDS[language];
  const account = c.req.query("account_id") ?? "";
  const origin = c.req.query("origin") ?? "";
  const address = `${c.req.path}?${new URLSearchParams({ account_id: account, origin })}`;
  const isKnown = account === accountId("gateway");
  const body = markup`<h1>${words.card}</h1>${
    isKnown
      ? renderForm(words, state)
      : markup`<p class="error" role="alert">${words.wrongAccount}</p>`
  }<div id="told" hidden data-origin="${origin}" data-problem="${
    isKnown ? "" : "account_id"
  }" data-card="${state.card === undefined ? "" : JSON.stringify(state.card)}"></div>`;
  return c.html(
    renderLayout({
      language,
      title: words.widgetTitle,
      body,
      address,
      isFramed: true,
      script: "form.js",
    }),
  );
}

function renderForm(words: PageWords, { rejected, card }: FormState): Html {
  if (card !== undefined) {
    const { payout_token, first6, last4 } = card;
    return markup`<p class="end succeeded" role="status">${words.saved}:
      <code>${first6}••••••${last4}</code></p>
      <p class="token">${words.token}: <code>${payout_token}</code></p>`;
  }
  return markup`${
    rejected === undefined
      ? nothing
      : markup`<p class="error" id="problem" role="alert">${words.widgetProblem}</p>`
  }<form method="post" autocomplete="off">
    <label class="wide">${words.cardNumber} <input name="number" inputmode="numeric" required
      maxlength="25" placeholder="0000 0000 0000 0000" ${
    rejected === undefined
      ? nothing
      : markup`value="${rejected}" aria-invalid="true" aria-describedby="problem"`
  }></label>
    <div class="buttons"><button class="primary">${words.save}</button></div>
    <p class="note">${words.widgetNote}</p></form>`;
}
