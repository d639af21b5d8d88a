/** Asks the outside world for its books, as a customer of its would. */
import type { PremiumMonths } from "../../machines/domain/withdrawal.ts";
import type { Books, BotCall, People, SandboxUpdate, SentGift } from "../sandbox/people.ts";
import { allCalls } from "../demo/all_calls.ts";
import { bankPaymentIn } from "../demo/entries.ts";
import type { OutsideBooks, OutsideChat, OutsideGift, OutsideUpdate } from "./evidence.ts";
import type { Outside } from "./outside.ts";
import { readBank } from "./read_bank.ts";

/**
 * @param apiKey The nodes' key at RANDOM.ORG.
 * @param channelId The announcement channel, when there is one.
 */
export async function readOutside(
  { people, payers, ask }: Outside,
  { apiKey, channelId }: { apiKey: string; channelId?: number },
): Promise<OutsideBooks> {
  const books: Books = await people.books();
  const [stars] = books.bots;
  const updates = await people.updates();
  const blockers = new Set(
    updates.filter(({ type }) => type === "my_chat_member")
      .map(({ update }) => memberOf(update)),
  );
  return {
    balance: stars?.balance ?? 0,
    charges: stars?.charges ?? [],
    gifts: (stars?.gifts ?? []).map(asOutsideGift),
    updates: updates.filter(({ update }) => !isOfRoom(update)).map(asOutsideUpdate),
    refundCalls: refundedBy(await allCalls(people)),
    draws: await readDraws(ask, apiKey),
    chats: await readChats(people, blockers),
    posts: channelId === undefined
      ? []
      : (await people.posts(channelId)).posts.map(({ text = "" }) => text),
    bank: await readBank(payers),
  };
}

function asOutsideUpdate({ update_id: id, type, state, update }: SandboxUpdate): OutsideUpdate {
  return { id, type, isDelivered: state === "delivered", key: keyOf(id, update) };
}

/** One gift of the sandbox's books. */
export function asOutsideGift(
  { transaction_id: transactionId, person_id, gift_id: giftId, month_count, stars }: SentGift,
): OutsideGift {
  return {
    transactionId,
    playerId: `tg-${person_id}`,
    choice: giftId === null
      ? { kind: "premium", months: month_count as PremiumMonths }
      : { kind: "gift", giftId },
    minor: stars,
  };
}

/** The key under which the product takes an update: money by its charge, all else by its number. */
function keyOf(id: number, update: SandboxUpdate["update"]): string {
  const message = update["message"] as Record<string, ChargeFields | undefined> | undefined;
  const paid = message?.["successful_payment"];
  const returned = message?.["refunded_payment"];
  if (paid !== undefined) return `charge:${paid.telegram_payment_charge_id}`;
  if (returned !== undefined) return `refunded:${returned.telegram_payment_charge_id}`;
  return `tg:${id}`;
}

interface ChargeFields {
  readonly telegram_payment_charge_id: string;
}

/** What happens in channels and groups is nobody's there: the product lets it be. */
function isOfRoom(update: SandboxUpdate["update"]): boolean {
  return Object.values(update).some((content) =>
    Number((content as { chat?: { id?: number } }).chat?.id ?? 0) < 0
  );
}

function memberOf(update: SandboxUpdate["update"]): number | undefined {
  const change = update["my_chat_member"] as { chat?: { id?: number } } | undefined;
  return change?.chat?.id;
}

function refundedBy(calls: readonly BotCall[]): string[] {
  return calls.filter(({ method, answer }) =>
    method.toLowerCase() === "refundstarpayment" && answer["ok"] === true
  ).map(({ params }) => String(params["telegram_payment_charge_id"]));
}

/** RANDOM.ORG numbers what it signs for a key without a gap. */
async function readDraws(ask: Outside["ask"], apiKey: string): Promise<OutsideBooks["draws"]> {
  const draws: { raffleId: string; random: unknown }[] = [];
  for (let serialNumber = 1;; serialNumber++) {
    const { random } = await ask<Signed>("getResult", { apiKey, serialNumber }).catch(noMore);
    if (random === undefined) return draws;
    draws.push({ raffleId: /^zhreb (\S+) /.exec(random.userData ?? "")?.[1] ?? "", random });
  }
}

interface Signed {
  readonly random?: { readonly userData: string | null };
}

function noMore(error: Error): Signed {
  if (/was not found$/.test(error.message)) return {};
  throw error;
}

async function readChats(
  people: People,
  blockers: ReadonlySet<number | undefined>,
): Promise<OutsideChat[]> {
  const everybody = await people.everybody();
  return await Promise.all(everybody.map(async ({ id }) => {
    const { messages } = await people.chat(id);
    const read = messages.filter(({ from }) => from.is_bot);
    return {
      playerId: `tg-${id}`,
      hasBlocked: blockers.has(id),
      texts: read.map(({ text = "" }) => text),
      pages: read.flatMap((message) => bankPaymentIn(message) ?? []),
      written: messages.filter(({ from }) => !from.is_bot).map(({ text = "" }) => text),
    };
  }));
}
