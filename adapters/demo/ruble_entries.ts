/**
 * Entries in rubles as the demo plays them, on YooKassa's payment page: one card is declined, one notice
 * comes three times and one never, and one pays too late.
 */
import type { RaffleId } from "../../machines/domain/events.ts";
import { until } from "../chaos/wait.ts";
import type { Payers } from "../sandbox/payers.ts";
import type { Person } from "../sandbox/people.ts";
import { type DemoCurrency, type DemoWorld, inParallel, PATIENCE_MS } from "./demo_currency.ts";
import { askPayLink, paymentOfLink } from "./entries.ts";
import { cardOf, type PageOrder, payOnPage } from "./pay_on_page.ts";

type Entries = Pick<DemoCurrency, "beginLate" | "joinFirst" | "joinLast">;

const CARD_WITHOUT_MONEY = "5555555555554600";
/** The payer's bank asks him first. */
const GOOD_CARD = "2200000000000004";
const WAYS: readonly { readonly order: PageOrder; readonly words: string }[] = [
  { order: cardOf(GOOD_CARD), words: "by card" },
  { order: { method: "sbp" }, words: "through the SBP" },
  { order: { method: "yoo_money" }, words: "from a wallet" },
];

/** @param payers The doors around the sandbox's YooKassa. */
export function createRubleEntries(world: DemoWorld, payers: Payers): Entries {
  const { platform, people, options, tell } = world;
  const roles = rolesOf(options.players);

  async function join(player: Person, { index, raffle }: Place): Promise<void> {
    if (index === roles.declined) await meetDecline(player, raffle);
    const link = await askPayLink(people, player, raffle);
    if (index === roles.thrice) await faultNotice("noticeThrice");
    if (index === roles.lost) await faultNotice("noticeLost");
    await pay(player, link, wayOf(index).order);
    if (index === roles.thrice) await meetThreeNotices(player, paymentOfLink(link));
    if (index === roles.lost) tell(`YooKassa's notice of ${player.first_name}'s payment is lost.`);
  }

  async function meetDecline(player: Person, raffle: RaffleId): Promise<void> {
    const link = await askPayLink(people, player, raffle);
    const { revision } = await people.chat(player.id);
    const end = await payOnPage(link, cardOf(CARD_WITHOUT_MONEY));
    if (end.isPaid) throw new Error(`${player.first_name} paid with a card without money`);
    tell(`${player.first_name}'s card is declined on the payment page: “${end.words}”`);
    await people.waitForMessage(
      player.id,
      ({ text }) => /not enough money|не хватает денег/.test(text ?? ""),
      { since: revision, timeoutMs: PATIENCE_MS },
    );
    tell(
      `  The bot says so too, nothing was taken, and ${player.first_name} asks for another link.`,
    );
  }

  /** The next payment's. */
  const faultNotice = (kind: "noticeThrice" | "noticeLost") =>
    people.fault({ service: "yookassa", kind, method: "payment.succeeded" });

  async function meetThreeNotices({ first_name }: Person, payment: string): Promise<void> {
    const found = await until(
      () => payers.notices(),
      (all) => all.some(({ objectId, deliveries }) => objectId === payment && deliveries === 3),
      { timeoutMs: PATIENCE_MS },
    );
    if (found === undefined) return;
    tell(`YooKassa tells of ${first_name}'s payment three times. It counts once.`);
  }

  async function waitForTickets(raffle: RaffleId, count: number): Promise<void> {
    await platform.runtime.waitFor(
      `raffle/${raffle}`,
      ({ context }) => context.tickets >= count,
      { timeoutMs: 2 * PATIENCE_MS },
    );
  }

  /** @param player Whose notice was lost, when he has his ticket. */
  function tellFound(player: Person | undefined): void {
    if (player === undefined) return;
    tell(
      `  The bot asks YooKassa by itself and finds the money: ${player.first_name} has a ticket.`,
    );
  }

  return {
    async beginLate(late, raffle) {
      const link = await askPayLink(people, late, raffle);
      tell(`${late.first_name} gets the link to the payment page, and leaves it open.`);
      return {
        async pay() {
          tell(`Only now ${late.first_name} pays, on the page that was left open.`);
          await pay(late, link, { method: "sbp" });
        },
        async hearRefund() {
          const payment = paymentOfLink(link);
          await people.waitForMessage(
            late.id,
            ({ text }) => text?.includes(payment) === true,
            { timeoutMs: PATIENCE_MS },
          );
          return `payment ${payment}`;
        },
      };
    },
    async joinFirst(players, raffle) {
      const places = players.map((player, index) => ({ player, index, raffle }));
      // Faults are the next payment's, whosoever it is: who has a part plays it before the others.
      const special = Math.max(...Object.values(roles)) + 1;
      for (const { player, ...place } of places.slice(0, special)) await join(player, place);
      await inParallel(places.slice(special), ({ player, ...place }) => join(player, place));
      await waitForTickets(raffle, players.length);
      tellFound(players[roles.lost]);
      const ways = WAYS.map(({ words }, way) => ({
        words,
        count: players.filter((_, index) => index % WAYS.length === way).length,
      })).filter(({ count }) => count > 0);
      const paid = ways.map(({ words, count }) => `${count} ${words}`).join(", ");
      tell(`Tickets so far, 100 ₽ each: ${paid}.`);
    },
    async joinLast(player, raffle) {
      const index = options.players - 1;
      await join(player, { index, raffle });
      await waitForTickets(raffle, options.players);
      if (index === roles.lost) tellFound(player);
    },
  };
}

interface Place {
  readonly index: number;
  readonly raffle: RaffleId;
}

/** Who meets what, by index; where there are few, one meets two things. */
function rolesOf(players: number): { declined: number; thrice: number; lost: number } {
  return { declined: 0, thrice: Math.min(1, players - 2), lost: Math.min(2, players - 1) };
}

function wayOf(index: number): (typeof WAYS)[number] {
  return WAYS[index % WAYS.length] as (typeof WAYS)[number];
}

async function pay({ first_name }: Person, link: string, order: PageOrder): Promise<void> {
  const end = await payOnPage(link, order);
  if (!end.isPaid) throw new Error(`${first_name} could not pay: ${end.reason}`);
}
