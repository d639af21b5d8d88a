/**
 * Messages as bubbles: texts, documents, invoices, payments and refunds, with the buttons under
 * them. Everything that came over the wire is a value of a template, so it is escaped.
 */
import type { ChatMessage, InlineButton, TelegramMessage } from "../door_types.ts";
import type { SeenMessage } from "./chat_view.ts";
import { type Html, markup, nothing } from "./markup.ts";
import { renderLink, renderText } from "./render_text.ts";
import { renderService } from "./render_service.ts";

/** Renders one message of a person's chat. */
export function renderMessage(personId: number, message: SeenMessage): Html {
  const service = renderService(message);
  const side = service !== null ? "service" : message.from.is_bot ? "theirs" : "own";
  return markup`
    <li id="${messageElementId(personId, message.message_id)}" class="message ${side}"
      data-message="${message.message_id}">
      <div class="bubble">
        ${renderReply(message.reply_to_message)}${service ?? renderBody(message)}
        ${renderStamp(message)}
      </div>
      ${renderButtons(message)}
    </li>
  `;
}

/** The id of a message on the page. */
export function messageElementId(personId: number, messageId: number): string {
  return `m-${personId}-${messageId}`;
}

/** A message in one line, for the list of people. */
export function summarize(message: TelegramMessage | undefined): string {
  if (message === undefined) return "";
  const { text, caption, document, invoice, successful_payment, refunded_payment } = message;
  if (invoice !== undefined) return `Invoice: ⭐ ${invoice.total_amount}`;
  if (successful_payment !== undefined) return `Paid ⭐ ${successful_payment["total_amount"]}`;
  if (refunded_payment !== undefined) return `Refund: ⭐ ${refunded_payment["total_amount"]}`;
  if (message.gift !== undefined) return `A gift: ${message.gift.gift.sticker.emoji}`;
  if (message.premium_gift !== undefined) return "A gift: Telegram Premium";
  if (document !== undefined) return `📎 ${document.file_name}`;
  return [...(text ?? caption ?? "").replace(/\s+/g, " ")].slice(0, 80).join("");
}

function renderBody(message: SeenMessage): Html {
  const { text, entities, caption, caption_entities, document, invoice } = message;
  return markup`${document === undefined ? nothing : renderDocument(document)}${
    invoice === undefined ? nothing : renderInvoice(invoice)
  }${text === undefined ? nothing : markup`<div class="text">${renderText(text, entities)}</div>`}${
    caption === undefined
      ? nothing
      : markup`<div class="text">${renderText(caption, caption_entities)}</div>`
  }`;
}

function renderReply(message: ChatMessage | undefined): Html {
  if (message === undefined) return nothing;
  return markup`<div class="reply"><b>${message.from.first_name}</b> ${summarize(message)}</div>`;
}

function renderDocument(document: NonNullable<ChatMessage["document"]>): Html {
  const { file_id, file_name, file_size } = document;
  return markup`<a class="document" href="/sandbox/files/${file_id}" download="${file_name}">
    <span aria-hidden="true">📎</span>
    <span><b>${file_name}</b> <small>${readableSize(file_size)}, download</small></span></a>`;
}

function renderInvoice(invoice: NonNullable<ChatMessage["invoice"]>): Html {
  return markup`<div class="invoice"><b>${invoice.title}</b><p>${invoice.description}</p>
    <p class="price">⭐ ${invoice.total_amount}</p></div>`;
}

function renderStamp({ date, edit_date, from, chat }: SeenMessage): Html {
  const at = new Date(date * 1000);
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const isChannel = from.id === chat.id && chat.id < 0;
  const author = isChannel ? from.first_name : from.is_bot ? "Bot" : "You";
  const edited = edit_date === undefined ? nothing : markup`<span>edited</span> `;
  return markup`<span class="stamp"><span class="unseen">${author}, </span>${edited}<time
    datetime="${at.toISOString()}">${time}</time></span>`;
}

function renderButtons(message: SeenMessage): Html {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (rows.length === 0) return nothing;
  return markup`<div class="buttons">${
    rows.map((row) =>
      markup`<div class="row">${row.map((button) => renderButton(button, message))}</div>`
    )
  }</div>`;
}

function renderButton(button: InlineButton, message: SeenMessage): Html {
  const { text, callback_data, url, pay, copy_text, style } = button;
  const look = typeof style === "string" ? style : "";
  if (pay === true && message.invoice !== undefined) {
    if (message.isPaid === true) {
      return markup`<button type="button" class="key" disabled>Paid ✓</button>`;
    }
    const { title, description, total_amount } = message.invoice;
    return markup`
      <button type="button" class="key pay"
        data-pay="${message.message_id}" data-title="${title}" data-description="${description}"
        data-amount="${total_amount}">${text}</button>
    `;
  }
  if (callback_data !== undefined) {
    return markup`
      <button type="button" class="key ${look}"
        data-press="${message.message_id}" data-data="${callback_data}">${text}</button>
    `;
  }
  if (url !== undefined) {
    return markup`<span class="key">${renderLink(url, markup`${text} ↗`)}</span>`;
  }
  if (typeof copy_text === "object" && copy_text !== null && "text" in copy_text) {
    return markup`
      <button type="button" class="key"
        data-copy="${String(copy_text.text)}">${text}</button>
    `;
  }
  return markup`
    <button type="button" class="key" disabled
      title="The sandbox has nothing behind this button">${text}</button>
  `;
}

function readableSize(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} KB`;
}
