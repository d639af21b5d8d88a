/** What a player may still enter and spend, by the rules and by his own, and what counts towards it. */
import { MAX_OPEN_TOP_UPS, type TopUpRefusal } from "../domain/bank.ts";
import type { PaymentId, RaffleId, UserEvent } from "../domain/events.ts";
import type { MoneyJson } from "../domain/money.ts";
import { isPlaceLive } from "../domain/places.ts";
import { addSpending, dayOf, ownRefusal, spentThisWeek } from "../domain/player.ts";
import type { EntryRefusal } from "../domain/refusals.ts";
import {
  type HeldPlace,
  isKnown,
  topUpsOf,
  type UserContext,
  type UserEntry,
} from "./user_context.ts";

type Requested = Extract<UserEvent, { type: "entry.requested" }>;
type TopUpRequested = Extract<UserEvent, { type: "topup.requested" }>;
type PlaceRequested = Extract<UserEvent, { type: "place.requested" }>;
type Paid = Extract<UserEvent, { type: "entry.paid" }>;

/** In which of the two it is counted; what is paid otherwise is not. */
export function costOf(price: MoneyJson | undefined): { stars?: number; kopecks?: number } {
  if (price?.currency === "XTR") return { stars: Number(price.minor) };
  return price?.currency === "RUB" ? { kopecks: Number(price.minor) } : {};
}

/** What he has spent, with what he pays now. */
export function spending(
  context: UserContext,
  price: MoneyJson | undefined,
  atMs: number,
): Partial<Pick<UserContext, "spent" | "spentKopecks">> {
  const { stars, kopecks } = costOf(price);
  return {
    ...(stars === undefined ? {} : { spent: addSpending(context.spent, stars, atMs) }),
    ...(kopecks === undefined
      ? {}
      : { spentKopecks: addSpending(context.spentKopecks ?? {}, kopecks, atMs) }),
  };
}

/** Why no entry is asked for now, before the price is known: then it is the least there can be. */
export function entryRefusal(
  context: UserContext,
  { method, entriesPerDay = context.entriesPerDay, atMs }: Requested,
): EntryRefusal | undefined {
  if (isBarred(context, atMs)) return "barred";
  if (context.deletionAskedAtMs > 0) return "deletionAsked";
  const today = usedToday(context, atMs);
  const own = ownRefusal(context.rules, {
    entriesToday: today,
    stars: {
      spent: spentThisWeek(context.spent, atMs),
      price: method === "stars" ? 1 : 0,
    },
    kopecks: {
      spent: spentThisWeek(context.spentKopecks ?? {}, atMs),
      price: method === "rubles" ? 1 : 0,
    },
    atMs,
  });
  return own ?? (today < entriesPerDay ? undefined : "overDailyLimit");
}

/** Why no top-up is begun. */
export function topUpRefusal(
  context: UserContext,
  { amount, bounds, atMs }: TopUpRequested,
): TopUpRefusal | undefined {
  if (!isKnown(context)) return "dataDeleted";
  if (context.deletionAskedAtMs > 0) return "deletionAsked";
  if (context.rules.pausedUntilMs > atMs) return "ownPause";
  if (BigInt(amount.minor) < BigInt(bounds.least)) return "tooSmall";
  if (BigInt(amount.minor) > BigInt(bounds.most)) return "tooLarge";
  return topUpsOf(context).length < MAX_OPEN_TOP_UPS ? undefined : "tooMany";
}

/**
 * Why he gets no place. An invoice or link may be older than his pause, or than a limit that was lowered: what
 * holds now counts, and of the others what he has paid today and may be paying. Those that he only
 * asked for do not, so that of three invoices under a limit of one he can pay any one.
 */
export function placeRefusal(
  context: UserContext,
  wanted: PlaceRequested,
): EntryRefusal | undefined {
  if (!isKnown(context)) return "dataDeleted";
  if (isBarred(context, wanted.atMs)) return "barred";
  if (countOthers(context, wanted) >= wanted.terms.ticketsPerPlayer) return "overPlayerLimit";
  return limitRefusal(context, wanted);
}

/**
 * Why money whose place has lapsed makes no ticket. Telegram takes it within seconds of our yes, the bank
 * within an hour: he may have opened many links, each within his limits, or have set them since.
 */
export function lateRefusal(context: UserContext, paid: Paid): EntryRefusal | undefined {
  if (!isKnown(context)) return "dataDeleted";
  if (countOthers(context, paid) >= paid.terms.ticketsPerPlayer) return "overPlayerLimit";
  return paid.source.method === "rubles" ? limitRefusal(context, paid) : undefined;
}

/** Which limit would be passed by what he has paid, is just paying, and this. */
function limitRefusal(
  context: UserContext,
  { paymentId, price, entriesPerDay = context.entriesPerDay, atMs }:
    & Pick<PlaceRequested, "paymentId" | "atMs">
    & Partial<Pick<PlaceRequested, "price" | "entriesPerDay">>,
): EntryRefusal | undefined {
  const others = Object.values(context.entries).flatMap(({ places }) => places)
    .filter((place) => place.paymentId !== paymentId && isPlaceLive({ ...place, atMs }));
  const today = countsAt(context, atMs).enteredToday + others.length;
  const promised = (unit: "stars" | "kopecks") =>
    others.reduce((sum, place) => sum + (place[unit] ?? 0), 0);
  const { stars = 0, kopecks = 0 } = costOf(price);
  const own = ownRefusal(context.rules, {
    entriesToday: today,
    stars: { spent: spentThisWeek(context.spent, atMs) + promised("stars"), price: stars },
    kopecks: {
      spent: spentThisWeek(context.spentKopecks ?? {}, atMs) + promised("kopecks"),
      price: kopecks,
    },
    atMs,
  });
  return own ?? (today < entriesPerDay ? undefined : "overDailyLimit");
}

/** A later day starts from nothing; an earlier one (a clock went back) counts with the present. */
export function countsAt(
  { day, entriesToday, enteredToday }: UserContext,
  atMs: number,
): Pick<UserContext, "day" | "entriesToday" | "enteredToday"> {
  const today = dayOf(atMs);
  return today > day
    ? { day: today, entriesToday: 0, enteredToday: 0 }
    : { day, entriesToday, enteredToday };
}

/** What he asked for counts, paid or not; an invoice of yesterday counts when it is paid. */
export function usedToday(context: UserContext, atMs: number): number {
  const { entriesToday, enteredToday } = countsAt(context, atMs);
  return Math.max(entriesToday, enteredToday);
}

/** Places in that raffle that still hold. */
export function livePlacesIn(
  { entries }: UserContext,
  { raffleId, atMs }: { raffleId: RaffleId; atMs: number },
): HeldPlace[] {
  return (entries[raffleId]?.places ?? [])
    .filter(({ untilMs }) => isPlaceLive({ untilMs, atMs }));
}

/** Tickets and live places of his other payments. */
function countOthers(
  context: UserContext,
  { raffleId, paymentId, atMs }: { raffleId: RaffleId; paymentId: PaymentId; atMs: number },
): number {
  const others = livePlacesIn(context, { raffleId, atMs })
    .filter((place) => place.paymentId !== paymentId);
  return (context.entries[raffleId]?.tickets ?? 0) + others.length;
}

/** An entry changed, or gone when nothing is left of it. */
export function withEntry(
  entries: Record<RaffleId, UserEntry>,
  raffleId: RaffleId,
  change: (entry: UserEntry) => UserEntry,
): Record<RaffleId, UserEntry> {
  const { [raffleId]: entry, ...others } = entries;
  if (entry === undefined) return entries;
  const changed = change(entry);
  return isEmpty(changed) ? others : { ...others, [raffleId]: changed };
}

/** Without lapsed places, and without raffles in which nothing is left. */
export function withoutLapsed(
  entries: Record<RaffleId, UserEntry>,
  atMs: number,
): Record<RaffleId, UserEntry> {
  const kept = Object.entries(entries).map(([raffleId, entry]): [string, UserEntry] => [
    raffleId,
    {
      ...entry,
      places: entry.places.filter(({ untilMs }) => isPlaceLive({ untilMs, atMs })),
    },
  ]);
  return Object.fromEntries(kept.filter(([, entry]) => !isEmpty(entry)));
}

function isEmpty({ tickets, places }: UserEntry): boolean {
  return tickets === 0 && places.length === 0;
}

/** Whether an admin has excluded him. */
export function isBarred({ bars = {} }: UserContext, atMs: number): boolean {
  return Object.values(bars).some((untilMs) => untilMs > atMs);
}
