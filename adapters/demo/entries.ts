/**
 * How a person enters a raffle by hand: a command, a button, an invoice. The demo and the end-to-end
 * tests play with it; it knows the bot's buttons and nothing of its inside.
 */
import type { RaffleId } from "../../machines/domain/events.ts";
import type { ChatMessage, Checkout, People, Person } from "../sandbox/people.ts";

/** A message as the person sees it, with the revision of the chat that brought it. */
export type SeenMessage = ChatMessage & { readonly revision: number };

const TIMEOUT_MS = 60_000;

/** The data of the first button that begins with it. */
export function buttonOf(
  markup: ChatMessage["reply_markup"],
  prefix: string,
): string | undefined {
  return markup?.inline_keyboard?.flat().map((button) => button.callback_data)
    .find((data) => data?.startsWith(prefix));
}

/** Writes `/join_raffle` and waits for the offer. */
export async function askOffer(
  people: People,
  player: Person,
  raffle: RaffleId,
): Promise<SeenMessage> {
  const { revision } = await people.chat(player.id);
  await people.write(player.id, `/join_raffle ${raffle}`);
  return await people.waitForMessage(
    player.id,
    // The button that shows the raffle is under every offer, whatever pays it.
    ({ reply_markup }) =>
      buttonOf(reply_markup, `raffle:${raffle}`) !== undefined &&
      buttonOf(reply_markup, "menu") !== undefined,
    { since: revision, timeoutMs: TIMEOUT_MS },
  );
}

/** Asks for an entry and presses the button that pays it in this way. */
export async function askEntry(
  people: People,
  player: Person,
  { raffle, way }: { raffle: RaffleId; way: "stars" | "rubles" | "balance" },
): Promise<SeenMessage> {
  const offer = await askOffer(people, player, raffle);
  await people.press(player.id, { message_id: offer.message_id, data: `${way}:${raffle}` });
  return offer;
}

/** Asks for an entry by Stars and waits for the invoice. */
export async function askInvoice(
  people: People,
  player: Person,
  raffle: RaffleId,
): Promise<SeenMessage> {
  const offer = await askEntry(people, player, { raffle, way: "stars" });
  return await people.waitForMessage(
    player.id,
    (message) => message.invoice !== undefined && message.message_id > offer.message_id,
    { since: offer.revision, timeoutMs: TIMEOUT_MS },
  );
}

/**
 * Enters by Stars.
 * @throws {Error} When the payment did not go through.
 */
export async function joinByStars(
  people: People,
  player: Person,
  raffle: RaffleId,
): Promise<Checkout> {
  const invoice = await askInvoice(people, player, raffle);
  const checkout = await people.pay(player.id, { message_id: invoice.message_id });
  if (checkout.status === "paid") return checkout;
  throw new Error(`${player.first_name} could not pay: ${checkout.status} ${checkout.error ?? ""}`);
}

/** The page of the bank that a message's button opens. */
export function payLinkIn({ reply_markup }: ChatMessage): string | undefined {
  const urls = reply_markup?.inline_keyboard?.flat().flatMap(({ url }) => url ?? []) ?? [];
  return urls.find((url) => new URL(url).searchParams.has("orderId"));
}

/** The number of the payment whose page a message's button opens, at the bank. */
export function bankPaymentIn(message: ChatMessage): string | undefined {
  const link = payLinkIn(message);
  return link === undefined ? undefined : paymentOfLink(link);
}

/** The number of the payment that is paid on a page of the bank. */
export function paymentOfLink(link: string): string {
  return new URL(link).searchParams.get("orderId") ?? "";
}

/** Asks for an entry in rubles and waits for the page on which it is paid. */
export async function askPayLink(
  people: People,
  player: Person,
  raffle: RaffleId,
): Promise<string> {
  const offer = await askEntry(people, player, { raffle, way: "rubles" });
  const message = await people.waitForMessage(
    player.id,
    (message) => payLinkIn(message) !== undefined && message.message_id > offer.message_id,
    { since: offer.revision, timeoutMs: TIMEOUT_MS },
  );
  return payLinkIn(message) as string;
}

/** Asks for an entry in rubles and waits for the link. @returns The payment's number at the bank. */
export async function askBankPayment(
  people: People,
  player: Person,
  raffle: RaffleId,
): Promise<string> {
  return paymentOfLink(await askPayLink(people, player, raffle));
}

/** Creates a raffle as the admin, by a form without its title, and opens it. */
export async function openRaffle(
  people: People,
  { adminId, form, title }: { adminId: number; form: string; title: string },
): Promise<RaffleId> {
  const { revision } = await people.chat(adminId);
  await people.write(adminId, `/admin create ${form} title=${title}`);
  const created = await people.waitForMessage(
    adminId,
    ({ reply_markup }) => buttonOf(reply_markup, "admopen:") !== undefined,
    { since: revision, timeoutMs: 20_000 },
  );
  const data = buttonOf(created.reply_markup, "admopen:") as string;
  await people.press(adminId, { message_id: created.message_id, data, waitMs: 10_000 });
  return data.slice("admopen:".length) as RaffleId;
}
