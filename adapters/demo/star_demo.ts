/**
 * The demo in Stars: a payment whose update comes twice, one that comes too late and goes back, and a
 * gift for the prize.
 */
import type { RaffleId } from "../../machines/domain/events.ts";
import type { Checkout, People, Person } from "../sandbox/people.ts";
import {
  type DemoCurrency,
  type DemoWorld,
  inParallel,
  type LateEntry,
  PATIENCE_MS,
} from "./demo_currency.ts";
import { askInvoice, buttonOf, joinByStars } from "./entries.ts";
import { askChoices, askGift } from "./prize_buttons.ts";
import type { StarsShown } from "./star_promises.ts";

/** Reads the sandbox's books, which may hold an earlier run. */
export async function openStars(world: DemoWorld): Promise<DemoCurrency> {
  const { people, tell } = world;
  const before = await readBooks(people);
  let gift: StarsShown["gift"] = null;
  return {
    price: { minor: "10", currency: "XTR" },
    typedPrice: "10",
    say: ({ minor }) => `${minor} Stars`,
    beginLate: (late, raffle) => beginLate(world, late, raffle),
    async joinFirst(players, raffle) {
      const checkouts = await inParallel(
        players,
        (player) => joinByStars(people, player, raffle),
      );
      tell(`${players.length} players pay 10 Stars each and get their tickets.`);
      const twice = checkouts[0]?.payment_update_id;
      if (typeof twice !== "number") return;
      await people.redeliver(twice);
      tell(`Telegram delivers update ${twice}, a payment, a second time. Nothing changes.`);
    },
    joinLast: async (player, raffle) => void await joinByStars(people, player, raffle),
    async takePrize(winner) {
      gift = await takeGift(people, winner);
      if (gift === null) return;
      tell(`${winner.first_name} takes a gift for ${gift.stars} Stars of the prize.`);
    },
    async end() {
      const books = await readBooks(people);
      return {
        refunded: books.refunds - before.refunds,
        taken: BigInt(gift?.stars ?? 0),
        shown: {
          gift,
          sandbox: {
            received: books.received - before.received,
            refunded: books.refunded - before.refunded,
            spentOnGifts: books.spentOnGifts - before.spentOnGifts,
          },
        },
        problems: [],
      };
    },
  };
}

/** A payment that got its yes, and is held before its money is told of. */
async function beginLate(
  { people, tell }: DemoWorld,
  late: Person,
  raffle: RaffleId,
): Promise<LateEntry> {
  const invoice = await askInvoice(people, late, raffle);
  const approved = await people.pay(late.id, {
    message_id: invoice.message_id,
    hold: "payment",
    wait: false,
  });
  const held = await untilAtRest(people, approved, "held");
  tell(`${late.first_name} gets a yes for his payment, and then his phone is offline.`);
  return {
    async pay() {
      tell(`Only now ${late.first_name}'s money arrives.`);
      await people.deliverPayment(held.id);
    },
    async hearRefund() {
      const { refunded_payment: refunded } = await people.waitForMessage(
        late.id,
        ({ refunded_payment }) => refunded_payment !== undefined,
        { timeoutMs: PATIENCE_MS },
      );
      return `charge ${String(refunded?.telegram_payment_charge_id).slice(0, 20)}…`;
    },
  };
}

async function untilAtRest(
  people: People,
  { id }: Checkout,
  wanted: Checkout["status"],
): Promise<Checkout> {
  const checkout = await people.checkout(id, { waitMs: 12_000 });
  if (checkout.status === wanted) return checkout;
  throw new Error(`A checkout is ${checkout.status}, wanted ${wanted}: ${checkout.error ?? ""}`);
}

/** The winner takes the dearest gift that he is offered first. */
async function takeGift(people: People, winner: Person): Promise<StarsShown["gift"]> {
  const hand = { people, person: winner, timeoutMs: PATIENCE_MS };
  const question = await askGift(hand, {
    choices: await askChoices(hand),
    choose: (offered) => offered.at(-1) ?? "",
  });
  const data = buttonOf(question.reply_markup, "sendgift:") ?? "";
  await people.press(winner.id, { message_id: question.message_id, data });
  await people.waitForMessage(winner.id, ({ text }) => text?.startsWith("🎁") === true, {
    since: question.revision,
    timeoutMs: PATIENCE_MS,
  });
  const [given, ...more] = (await people.gifts(winner.id)).gifts;
  if (given === undefined || given.gift_id === null || more.length > 0) return null;
  return { id: given.gift_id, stars: given.stars };
}

async function readBooks(people: People) {
  const [books] = (await people.books()).bots;
  return {
    received: books?.received ?? 0,
    refunded: books?.refunded ?? 0,
    spentOnGifts: books?.spentOnGifts ?? 0,
    refunds: books?.charges.filter(({ refundedAtMs }) => refundedAtMs !== null).length ?? 0,
  };
}
