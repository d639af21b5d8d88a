/**
 * YooKassa's payment page, to which a shop sends its payers: card, SBP or YooMoney; the bank's question;
 * and back to the shop. Plain forms, so that it works without a script.
 */
import { type Context, Hono } from "hono";
import { pageHeaders } from "../../page/page_headers.ts";
import { answer3ds, payByCard, payBySbp, payByWallet, PayerError } from "../payer.ts";
import { methodsFor, type StoredPayment } from "../payments.ts";
import type { YooKassaContext } from "../yookassa_context.ts";
import { type PaymentPage, renderPayment, renderUnknownPayment } from "./render_payment.ts";
import { returnAddress } from "./return_address.ts";
import { choosePageLanguage } from "./words.ts";

type Typed = Readonly<Record<string, string>>;

/** Builds the page, to be mounted where `confirmation_url` says. */
export function createPaymentPage(context: YooKassaContext): Hono {
  const page = new Hono();
  page.use("/", (c, next) => {
    const payment = paymentOf(c, context);
    // A browser follows a form's redirect only where the page's policy lets its forms lead.
    const back = payment === undefined ? "/" : returnAddress(payment.hidden.returnUrl);
    return pageHeaders({ formsTo: back === "/" ? [] : [new URL(back).origin] })(c, next);
  });
  page.get("/", (c) => show(c, context));
  page.post("/", async (c) => {
    const payment = paymentOf(c, context);
    if (payment === undefined) return await show(c, context);
    const typed = Object.fromEntries(new URLSearchParams(await c.req.text()));
    try {
      context.world.store.transaction(() => act(context, payment, typed));
    } catch (error: unknown) {
      if (!(error instanceof PayerError)) throw error;
      const method = typed["method"] ?? "";
      return await show(c, context, { problem: error.problem, method, typed });
    }
    // Whoever has paid goes back by himself; who has not, reads why, or answers his bank.
    const { pathname, search } = new URL(c.req.url);
    const isPaid = paymentOf(c, context)?.object.paid === true;
    return c.redirect(
      isPaid ? returnAddress(payment.hidden.returnUrl) : `${pathname}${search}`,
      303,
    );
  });
  return page;
}

function act(context: YooKassaContext, payment: StoredPayment, typed: Typed): void {
  const decline = typed["action"] === "decline";
  switch (typed["method"]) {
    case "sbp":
      payBySbp(context, payment, { bankId: typed["bank"], decline });
      return;
    case "yoo_money":
      payByWallet(context, payment, { wallet: typed["wallet"], decline });
      return;
    case "3ds":
      answer3ds(context, payment, !decline);
      return;
    default: {
      const [month = "", year = ""] = (typed["date"] ?? "").split(/[/.\s-]+/);
      const { number = "", code = "" } = typed;
      payByCard(context, payment, { number, month, year, code });
    }
  }
}

function show(
  c: Context,
  context: YooKassaContext,
  rejected?: PaymentPage["rejected"],
): Response | Promise<Response> {
  const payment = paymentOf(c, context);
  const language = choosePageLanguage({
    asked: c.req.query("lang"),
    locale: payment?.hidden.locale,
    accepted: c.req.header("accept-language"),
  });
  const address = `${c.req.path}?orderId=${encodeURIComponent(c.req.query("orderId") ?? "")}`;
  if (payment === undefined) return c.html(renderUnknownPayment(language, address), 404);
  const html = renderPayment({
    payment,
    methods: methodsFor(payment, context.settings.read().isTest),
    language,
    address,
    ...(rejected === undefined ? {} : { rejected }),
  });
  return c.html(html);
}

function paymentOf(c: Context, { objects }: YooKassaContext): StoredPayment | undefined {
  return objects.find("payment", c.req.query("orderId") ?? "");
}
