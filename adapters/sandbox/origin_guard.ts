/**
 * Who may reach the sandbox: programs of this machine, and its own page. It listens on loopback, but
 * a browser carries requests of any web page there. Guards against a page elsewhere that plays people
 * or calls the Bot API (whose methods answer GET too), and against names that point here (DNS
 * rebinding).
 *
 * Source: Fetch Metadata (w3.org/TR/fetch-metadata), `Sec-Fetch-Site`: sent by browsers alone.
 */
import type { Context, Next } from "hono";

const LOOPBACK_NAME = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?$/i;

/** Refuses with 403 what a page of another origin, or another name of this machine, asks for. */
export async function originGuard(c: Context, next: Next): Promise<Response | void> {
  const reason = whyRefused(c);
  return reason === undefined ? await next() : c.json({ error: reason }, 403);
}

function whyRefused(c: Context): string | undefined {
  const host = c.req.header("host");
  // Without a port in between there is no Host: such a request comes from this very process.
  if (host !== undefined && !LOOPBACK_NAME.test(host)) {
    return "This name is not the sandbox's: it answers to localhost and 127.0.0.1 only";
  }
  const origin = c.req.header("origin");
  if (origin !== undefined && !isSameOrigin(origin, host)) {
    return "The sandbox takes nothing from pages of another origin";
  }
  const site = c.req.header("sec-fetch-site");
  if (site === undefined || site === "same-origin" || site === "none" || isForOthers(c)) {
    return undefined;
  }
  return "The sandbox gives nothing to pages of another origin";
}

function isSameOrigin(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).protocol === "http:" &&
    new URL(origin).host === host?.toLowerCase();
}

/** Pages to which other pages may link; that shows them to whoever follows and tells others nothing. */
const LINKED = ["/", "/yookassa/payments/external/confirmation", "/yookassa/payouts-data/form"];
/** What the shop's page takes from YooKassa: the widget's form in a frame, and its script. */
const FRAMED = "/yookassa/payouts-data/form";
const WIDGET_SCRIPT = /^\/yookassa\/payouts-data\/[\d.]+\/widget\.js$/;

/** Somebody followed a link to a page, or looks at a shop's page with the payout widget in it. */
function isForOthers({ req }: Context): boolean {
  if (req.method !== "GET") return false;
  const dest = req.header("sec-fetch-dest");
  if (dest === "script") return WIDGET_SCRIPT.test(req.path);
  if (req.header("sec-fetch-mode") !== "navigate") return false;
  return dest === "document" ? LINKED.includes(req.path) : dest === "iframe" && req.path === FRAMED;
}
