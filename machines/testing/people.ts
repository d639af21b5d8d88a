/** What people do, in the words of the events that it becomes. For tests only. */
import { prizePool } from "../domain/draw/split_prize.ts";
import type { EntryMethod, PaymentId, PlayerId, RaffleId, RaffleTerms } from "../domain/events.ts";
import { moneyToJson } from "../domain/money.ts";
import { raiseSuspicion } from "../domain/suspicion.ts";
import { testTerms, type World } from "./world.ts";

const SALT = "0".repeat(32);

/** A raffle that takes entries. */
export function openRaffle(
  world: World,
  changes: Partial<RaffleTerms> = {},
  raffleId: RaffleId = "rfl_1",
): RaffleId {
  world.create(`raffle/${raffleId}`, {
    raffleId,
    terms: testTerms(changes),
    createdBy: "tg-1",
    atMs: world.nowMs,
  });
  world.send(`raffle/${raffleId}`, { type: "raffle.open", by: "tg-1", atMs: world.nowMs });
  return raffleId;
}

/** A player whom the bot knows. */
export function addPlayer(world: World, number: number, entriesPerDay = 50): PlayerId {
  const playerId = `tg-${number}`;
  world.create(`user/${playerId}`, {
    playerId,
    chatId: number,
    name: `Player ${number}`,
    language: "en",
    atMs: world.nowMs,
    entriesPerDay,
  });
  return playerId;
}

/** He asks for a ticket; with Stars the invoice arrives. */
export function ask(
  world: World,
  { playerId, raffleId, paymentId, method = "stars" }: {
    playerId: PlayerId;
    raffleId: RaffleId;
    paymentId: PaymentId;
    method?: EntryMethod;
  },
): void {
  world.send(`user/${playerId}`, {
    type: "entry.requested",
    raffleId,
    paymentId,
    salt: SALT,
    method,
    atMs: world.nowMs,
  });
  if (world.effects.some(({ address }) => address === `payment/${paymentId}`)) {
    world.succeed("sendInvoice", { messageId: 1 }, `payment/${paymentId}`);
  }
}

/** He presses the invoice's button; says whether Telegram got a yes. */
export function checkOut(
  world: World,
  { playerId, paymentId, price = "10", queryId = `q${world.answers.length}` }: {
    playerId: PlayerId;
    paymentId: PaymentId;
    price?: string;
    queryId?: string;
  },
): boolean {
  world.send(`payment/${paymentId}`, {
    type: "precheckout.received",
    queryId,
    payerId: playerId,
    amount: { minor: price, currency: "XTR" },
    atMs: world.nowMs,
  });
  const answers = world.answers.filter((answer) => answer.queryId === queryId);
  if (answers.length !== 1) throw new Error(`${answers.length} answers to one pre-checkout`);
  return answers[0]?.ok === true;
}

/** Telegram says that his money came. */
export function pay(
  world: World,
  { playerId, paymentId, price = "10", chargeId = `ch_${paymentId}`, currency = "XTR" }: {
    playerId: PlayerId;
    paymentId: PaymentId;
    price?: string;
    chargeId?: string;
    currency?: string;
  },
): void {
  world.send(`payment/${paymentId}`, {
    type: "payment.confirmed",
    chargeId,
    payerId: playerId,
    amount: { minor: price, currency },
    atMs: world.nowMs,
  });
}

/** From the wish to the paid invoice. */
export function join(
  world: World,
  { playerId, raffleId, paymentId = `pay_${playerId}` }: {
    playerId: PlayerId;
    raffleId: RaffleId;
    paymentId?: PaymentId;
  },
): PaymentId {
  ask(world, { playerId, raffleId, paymentId });
  checkOut(world, { playerId, paymentId });
  pay(world, { playerId, paymentId });
  return paymentId;
}

/** So many players, a ticket each. */
export function crowd(world: World, raffleId: RaffleId, count: number): void {
  for (let number = 1; number <= count; number++) {
    join(world, { playerId: addPlayer(world, number), raffleId });
  }
}

/** A sign is seen; says the address of the suspicion. */
export function suspect(world: World, playerId: PlayerId, raffleId: RaffleId | null): string {
  const suspicionId = `sus_${playerId}` as const;
  const { to, event, create } = raiseSuspicion(
    { suspicionId, playerId, raffleId, signal: "burst", evidence: { players: 20 } },
    world.nowMs,
  );
  world.create(to, create);
  if (!world.send(to, event)) throw new Error(`"${to}" was raised before`);
  return to;
}

/** An admin excludes the player whom it is about; says whether it was taken. */
export function exclude(world: World, suspicion: string): boolean {
  return world.send(suspicion, {
    type: "suspicion.exclude",
    by: "tg-9",
    days: 30,
    atMs: world.nowMs,
  });
}

/** Every refund that waits succeeds. */
export function giveBack(world: World): void {
  while (world.effects.some(({ src }) => src === "refundStars")) {
    world.succeed("refundStars", { isRefunded: true });
  }
}

/** From a closed list to the verdict: the first ticket wins everything, unless something else is said. */
export function draw(
  world: World,
  raffleId: RaffleId,
  said: object = verdict(world, raffleId),
): void {
  const address = `raffle/${raffleId}`;
  world.succeed("takeDrawTicket", { drawTicketId: "dt1" }, address);
  const tickets = world.tickets.filter((ticket) => ticket.raffleId === raffleId);
  world.succeed(
    "sealTickets",
    {
      seal: "5e",
      tickets: tickets.length,
      sealedAtMs: world.nowMs,
      beacon: { round: 7, atMs: world.nowMs + 30_000 },
    },
    address,
  );
  world.pass(30_000);
  world.succeed("fetchBeacon", { signature: "b4" }, address);
  world.succeed("requestDraw", { serialNumber: 1 }, address);
  world.succeed("verifyDraw", said, address);
  world.pass(1);
}

/** A verdict that adds up: everything that can be shared to the first ticket. */
export function verdict(world: World, raffleId: RaffleId): object {
  const tickets = world.tickets.filter((ticket) => ticket.raffleId === raffleId);
  const { terms } = world.read(`raffle/${raffleId}`).context;
  const { pot, commission, topUp, prize } = prizePool(terms, tickets.length);
  return {
    isValid: true,
    pot: moneyToJson(pot),
    commission: moneyToJson(commission),
    ...(terms.guaranteedPrize === undefined ? {} : { topUp: moneyToJson(topUp) }),
    winners: [{
      place: 1,
      number: 1,
      playerId: tickets[0]?.playerId,
      prize: moneyToJson(prize),
    }],
  };
}
