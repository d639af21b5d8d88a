/**
 * Lists: filters of the query string, newest first, in pieces of at most a hundred.
 *
 * Source: yookassa.ru/developers/using-api/lists and YooKassa API v3 (query parameters), July 2026.
 */
import { readQuery } from "./read_request.ts";
import type { Condition, ObjectKind } from "./objects.ts";
import type { ApiCall, Handle } from "./yookassa_context.ts";
import { invalidRequest } from "./yookassa_error.ts";

/** What a filter compares; the value is its text in the query. */
type Filter = (name: string, value: string) => Condition;
/** Name of a query parameter → its filter. */
export type Filters = Readonly<Record<string, Filter>>;

const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 10;
const COMPARISONS = { gte: ">=", gt: ">", lte: "<=", lt: "<" };

/** `created_at.gte` and its like, over a time of the object. */
export function timeFilters(field: string): Filters {
  return Object.fromEntries(
    Object.entries(COMPARISONS).map(([suffix, operator]) => [
      `${field}.${suffix}`,
      (name, value) => ({
        sql: `json_extract(object, '$.${field}') ${operator} ?`,
        values: [readTime(name, value)],
      }),
    ]),
  );
}

/** Equal to a field of the object. @param allowed Without it any text. */
export function equals(path: string, allowed?: readonly string[]): Filter {
  return (name, value) => {
    if (allowed !== undefined && !allowed.includes(value)) {
      throw invalidRequest(`Expected one of ${allowed.join(", ")}`, name);
    }
    return { sql: `json_extract(object, '$.${path}') = ?`, values: [value] };
  };
}

/** Makes the handler of a list. @param more Conditions that the filters cannot say. */
export function listOf(
  kind: ObjectKind,
  filters: Filters,
  more: (query: Record<string, string>, call: ApiCall) => readonly Condition[] = () => [],
): Handle {
  return (call) => {
    const { limit: limitText, cursor, ...query } = readQuery(call.query);
    const limit = limitText === undefined ? DEFAULT_LIMIT : Number(limitText);
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
      throw invalidRequest(`Expected 1 to ${MAX_LIMIT}`, "limit");
    }
    if (cursor !== undefined && call.objects.find(kind, cursor) === undefined) {
      throw invalidRequest("There is no such cursor", "cursor");
    }
    const conditions = [...more(query, call)];
    for (const [name, value] of Object.entries(query)) {
      const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
      if (filter === undefined) throw invalidRequest("Unknown parameter", name);
      conditions.push(filter(name, value));
    }
    const found = call.objects.list(kind, {
      conditions,
      limit: limit + 1,
      ...(cursor === undefined ? {} : { from: cursor }),
    });
    const next = found[limit]?.object.id;
    return {
      type: "list",
      items: found.slice(0, limit).map(({ object }) => object),
      ...(next === undefined ? {} : { next_cursor: next }),
    };
  };
}

/** Times are compared as texts: all are ISO 8601 in UTC with milliseconds. */
function readTime(name: string, value: string): string {
  const isIso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(
    value,
  );
  const ms = isIso ? Date.parse(value) : NaN;
  if (Number.isNaN(ms)) throw invalidRequest("Expected a time like 2026-07-18T10:51:18.139Z", name);
  return new Date(ms).toISOString();
}
