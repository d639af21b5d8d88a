/**
 * The one call that writes to the ledger: many items in, a verdict for each out, one round trip.
 *
 * It keeps a single bad item from failing the batch: what Postgres would answer with an error (a
 * number too large, a character it cannot store) is recognised here and refused as that item alone.
 */
import type { Connection } from "./connection.ts";

export type ItemKind = "transfer" | "hold" | "post" | "void" | "expire" | "reversal";

/** One item with everything filled in; `minor` of a void or expire is what it releases. */
export interface Item {
  readonly kind: ItemKind;
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly minor: bigint;
  readonly currency: string;
  readonly type: string;
  readonly externalId?: string | undefined;
  readonly group?: string | undefined;
  readonly cause?:
    | { readonly actor: string; readonly revision: bigint | number; readonly event: string }
    | undefined;
  readonly eventAtMs: number;
  readonly expiresAtMs?: number | undefined;
  readonly originalId?: bigint | undefined;
  /** Why the item is refused whatever the books say. */
  readonly fault?: string | undefined;
}

/** Half the range of a Postgres bigint: the sum of two such numbers is one, too. */
export const MAX_MINOR = 4_611_686_018_427_387_903n;
/** The last millisecond of the year 9999. */
const MAX_TIME_MS = 253_402_300_799_999;
/** Longer texts are a mistake, and an index takes no more than about 2,700 bytes. */
const MAX_TEXT_LENGTH = 200;

const ACCOUNT_NAME = /^[a-z][a-z0-9-]*(\/[A-Za-z0-9._:-]+){1,5}$/;
const TYPE = /^[a-z][A-Za-z]{0,31}$/;

const APPLY = `select ledger_apply(
  $1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::int[], $7::bigint[], $8::text[],
  $9::text[], $10::text[], $11::bigint[], $12::text[], $13::bigint[], $14::bigint[], $15::text[],
  $16::bigint[], $17::text[]) as verdicts`;

/**
 * Applies `items` in their order; a group takes the place of its first item.
 * @returns Per item `posted`, `exists`, or the reason why it was refused.
 */
export async function applyItems(tx: Connection, items: readonly Item[]): Promise<string[]> {
  const attempts = attemptsOf(items);
  const sent = byGroup([...new Set(attempts)]);
  const verdicts = new Map<Item, string>();
  for (const call of callsOf(sent)) {
    const { rows } = await tx.query<{ verdicts: string[] }>(APPLY, parametersOf(call));
    call.forEach((item, i) => verdicts.set(item, rows[0]?.verdicts[i] ?? ""));
  }
  return attempts.map((attempt) => {
    const verdict = verdicts.get(attempt) ?? "";
    if (verdict === "posted") verdicts.set(attempt, "exists");
    return verdict;
  });
}

/**
 * Which item is tried for each item: within one call a key is tried once. A repeat shares the first
 * one's attempt; other content under the same key is a conflict.
 */
function attemptsOf(items: readonly Item[]): Item[] {
  const firsts = new Map<string, Item>();
  return items.map((item) => {
    const fault = item.fault ?? faultOf(item);
    const checked = fault === undefined ? item : { ...item, fault };
    const first = firsts.get(item.key);
    if (first === undefined) {
      firsts.set(item.key, checked);
      return checked;
    }
    return isSame(first, checked) ? first : { ...checked, fault: fault ?? "conflict" };
  });
}

function isSame(a: Item, b: Item): boolean {
  return a.kind === b.kind && a.from === b.from && a.to === b.to && a.minor === b.minor &&
    a.currency === b.currency && a.type === b.type && a.externalId === b.externalId &&
    a.group === b.group && a.originalId === b.originalId && a.fault === b.fault;
}

function faultOf(item: Item): string | undefined {
  if (!isText(item.key)) return "badKey";
  if (!isAccount(item.from) || !isAccount(item.to)) return "unknownAccount";
  if (item.from === item.to) return "sameAccount";
  if (typeof item.minor !== "bigint" || item.minor <= 0n || item.minor > MAX_MINOR) {
    return "badAmount";
  }
  if (!isText(item.currency)) return "unknownCurrency";
  if (!isTime(item.eventAtMs)) return "badTime";
  if (item.expiresAtMs !== undefined) {
    if (!isTime(item.expiresAtMs) || item.expiresAtMs <= item.eventAtMs) return "badTime";
  }
  if (!TYPE.test(item.type)) return "badType";
  const { externalId, group, cause } = item;
  const texts = [externalId, group, cause?.actor, cause?.event];
  if (!texts.every((text) => text === undefined || isText(text))) return "badText";
  if (cause !== undefined && !isRevision(cause.revision)) return "badText";
  return undefined;
}

function isAccount(name: string): boolean {
  return isText(name) && ACCOUNT_NAME.test(name);
}

/** Text that Postgres stores as it is: no NUL, no half of a surrogate pair, of bounded length. */
function isText(text: string): boolean {
  return typeof text === "string" && text.length > 0 && text.length <= MAX_TEXT_LENGTH &&
    text.isWellFormed() && !text.includes("\0");
}

function isTime(ms: number): boolean {
  return Number.isSafeInteger(ms) && ms >= 0 && ms <= MAX_TIME_MS;
}

function isRevision(revision: bigint | number): boolean {
  return typeof revision === "bigint"
    ? revision >= 0n && revision <= MAX_MINOR
    : Number.isSafeInteger(revision) && revision >= 0;
}

/** Puts the items of each group together, at the place of the group's first. */
function byGroup(items: Item[]): Item[] {
  if (items.every((item) => item.group === undefined)) return items;
  const places = new Map<string, number>();
  const placeOf = (item: Item, i: number): number => {
    if (item.group === undefined) return i;
    const place = places.get(item.group) ?? i;
    places.set(item.group, place);
    return place;
  };
  return items.map((item, i) => ({ item, place: placeOf(item, i) }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** The kinds of account that have one currency by `ledger_account_rules`. */
const SINGLE_CURRENCY = /^(raffle|payment|payout)\//;

/**
 * One call for all items. Only when an account that has one currency is named with two, each item or
 * group gets its own: a refused item must not decide the currency for the others of its call.
 */
function callsOf(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [];
  const names = accountsOf(items).map((account) => account.name)
    .filter((name) => SINGLE_CURRENCY.test(name));
  if (new Set(names).size === names.length) return [[...items]];
  const calls: Item[][] = [];
  for (const item of items) {
    const last = calls.at(-1);
    if (item.group !== undefined && item.group === last?.[0]?.group) last.push(item);
    else calls.push([item]);
  }
  return calls;
}

interface Account {
  readonly name: string;
  readonly currency: string;
}

function parametersOf(items: readonly Item[]): unknown[] {
  const accounts = accountsOf(items);
  const positions = new Map(accounts.map((account, i) => [idOf(account), i + 1]));
  const positionOf = (name: string, item: Item): number | null =>
    item.fault === undefined
      ? positions.get(idOf({ name, currency: item.currency })) ?? null
      : null;
  // Of a refused item nothing is sent but its fault: the rest may be what the database cannot read.
  const column = <T>(pick: (item: Item) => T | undefined): (T | null)[] =>
    items.map((item) => item.fault === undefined ? pick(item) ?? null : null);
  const rareColumn = <T>(pick: (item: Item) => T | undefined): (T | null)[] | null =>
    items.some((item) => pick(item) !== undefined) ? column(pick) : null;
  const faults = items.map((item) => item.fault ?? null);
  return [
    accounts.map((account) => account.name),
    accounts.map((account) => account.currency),
    column((item) => item.kind),
    column((item) => item.key),
    items.map((item) => positionOf(item.from, item)),
    items.map((item) => positionOf(item.to, item)),
    column((item) => item.minor),
    column((item) => item.type),
    column((item) => item.externalId),
    column((item) => item.cause?.actor),
    column((item) => item.cause?.revision),
    column((item) => item.cause?.event),
    column((item) => item.eventAtMs),
    column((item) => item.expiresAtMs),
    // A refused item must still refuse its group.
    items.some((item) => item.group !== undefined) ? items.map(groupOf) : null,
    rareColumn((item) => item.originalId),
    faults.some((fault) => fault !== null) ? faults : null,
  ];
}

function groupOf(item: Item): string | null {
  return item.group !== undefined && isText(item.group) ? item.group : null;
}

/** The distinct accounts in the one order in which every call locks them. */
function accountsOf(items: readonly Item[]): Account[] {
  const accounts = new Map<string, Account>();
  for (const { from, to, currency, fault } of items) {
    if (fault !== undefined) continue;
    for (const name of [from, to]) accounts.set(idOf({ name, currency }), { name, currency });
  }
  return [...accounts.keys()].sort().flatMap((id) => accounts.get(id) ?? []);
}

function idOf(account: Account): string {
  return `${account.name} ${account.currency}`;
}
