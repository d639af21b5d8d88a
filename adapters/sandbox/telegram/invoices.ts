/**
 * sendInvoice and createInvoiceLink for Telegram Stars. Guards against invoices that Telegram would
 * refuse (lengths, one price, whole Stars up to 100,000, the Pay button first) and, in the checkout,
 * against forwarded copies that anybody can pay because `start_parameter` was forgotten.
 *
 * Source: Bot API 10.3; the highest amount was measured by others on 2026-09-09
 * (CURRENCY_TOTAL_AMOUNT_INVALID above 100,000). Where Telegram's words for a wrong length are not
 * known, the refusal names the field.
 */
import { checkReplyMarkup } from "./keyboard.ts";
import { admit, readReply, SENDING_PARAMETERS } from "./message_text.ts";
import type { ParameterRules, Parameters } from "./parameters.ts";
import { placeOf } from "./places.ts";
import { randomHex } from "../random.ts";
import type { MethodCall, Methods } from "./telegram_context.ts";
import { badRequest } from "./telegram_error.ts";

const INVOICE_PARAMETERS: ParameterRules = {
  title: "string",
  description: "string",
  payload: "string",
  provider_token: "string",
  currency: "string",
  prices: "json",
  photo_url: "string",
  photo_size: "integer",
  photo_width: "integer",
  photo_height: "integer",
};
const MAX_STARS = 100_000;

/** Methods that make invoices. */
export const invoiceMethods: Methods = {
  sendInvoice: {
    parameters: { ...INVOICE_PARAMETERS, ...SENDING_PARAMETERS, start_parameter: "string" },
    handle: sendInvoice,
  },
  createInvoiceLink: { parameters: INVOICE_PARAMETERS, handle: createInvoiceLink },
};

/** A checked invoice. */
interface Invoice {
  readonly title: string;
  readonly description: string;
  readonly payload: string;
  readonly amount: number;
}

function sendInvoice(call: MethodCall): unknown {
  const { params, world } = call;
  const invoice = readInvoice(params);
  const startParameter = String(params["start_parameter"] ?? "");
  if (!/^[A-Za-z0-9_-]{0,64}$/.test(startParameter)) throw badRequest("START_PARAM_INVALID");
  const markup = checkReplyMarkup(params["reply_markup"], "invoice") ?? {
    inline_keyboard: [[{ text: `Pay ⭐️${invoice.amount}`, pay: true }]],
  };
  const place = placeOf(call, "send");
  // Telegram's two descriptions contradict each other about rooms: the stricter one is taken, its
  // words are unconfirmed.
  if (place.person === null) throw badRequest("CHAT_INVALID");
  const reply = readReply(call, place);
  admit(call, place);
  const invoiceId = saveInvoice(call, invoice, { personId: place.person.id, startParameter });
  const message = place.add({
    invoice: {
      title: invoice.title,
      description: invoice.description,
      start_parameter: startParameter,
      currency: "XTR",
      total_amount: invoice.amount,
    },
    ...reply,
    reply_markup: markup,
  }, invoiceId);
  world.store.run(
    "update invoices set message_id = ? where id = ?",
    message.message_id,
    invoiceId,
  );
  return message;
}

function createInvoiceLink(call: MethodCall): string {
  const invoice = readInvoice(call.params);
  const link = `https://t.me/$${randomHex(call.world.random, 12)}`;
  saveInvoice(call, invoice, { link, startParameter: "" });
  return link;
}

function saveInvoice(
  { bot, world }: MethodCall,
  invoice: Invoice,
  where: {
    readonly personId?: number;
    readonly link?: string;
    readonly startParameter: string;
  },
): string {
  const id = `inv${world.store.next("invoice")}`;
  world.store.run(
    `insert into invoices (id, bot_id, person_id, link, payload, amount, start_parameter)
     values (?, ?, ?, ?, ?, ?, ?)`,
    id,
    bot.id,
    where.personId ?? null,
    where.link ?? null,
    invoice.payload,
    invoice.amount,
    where.startParameter,
  );
  return id;
}

function readInvoice(params: Parameters): Invoice {
  const title = text(params, "title", 32);
  const description = text(params, "description", 255);
  const payload = String(params["payload"] ?? "");
  const payloadBytes = new TextEncoder().encode(payload).length;
  if (payloadBytes < 1 || payloadBytes > 128) throw badRequest("INVOICE_PAYLOAD_INVALID");
  if (params["currency"] !== "XTR" || (params["provider_token"] ?? "") !== "") {
    throw badRequest("PAYMENT_PROVIDER_INVALID");
  }
  const photo = params["photo_url"];
  if (photo !== undefined && !/^https?:\/\//.test(String(photo))) {
    throw badRequest("WEBDOCUMENT_URL_INVALID");
  }
  return { title, description, payload, amount: readAmount(params["prices"]) };
}

function readAmount(prices: unknown): number {
  if (!Array.isArray(prices)) throw badRequest("can't parse prices JSON object");
  if (prices.length !== 1) throw badRequest("STARS_INVOICE_INVALID");
  const { label, amount } = prices[0] as { label?: unknown; amount?: unknown };
  const strange = Object.keys(prices[0]).find((name) => name !== "label" && name !== "amount");
  if (strange !== undefined || typeof label !== "string" || label.trim() === "") {
    throw badRequest("can't parse labeled price");
  }
  if (typeof amount !== "number" || !Number.isSafeInteger(amount)) {
    throw badRequest('can\'t parse labeled price: Field "amount" must be of type Number');
  }
  if (amount < 1 || amount > MAX_STARS) throw badRequest("CURRENCY_TOTAL_AMOUNT_INVALID");
  return amount;
}

function text(params: Parameters, field: string, max: number): string {
  const value = String(params[field] ?? "").trim();
  const length = [...value].length;
  if (length < 1) throw badRequest(`invoice ${field} must be non-empty`);
  if (length > max) throw badRequest(`invoice ${field} is too long`);
  return value;
}
