/**
 * What of contexts, events, inputs and outputs may be shown. The rule, the same for the page and for
 * every stream:
 *
 * - a value under a key that speaks of a secret (`token`, `secret`, `password`, `salt`, `apiKey`,
 *   `privateKey`, `credential`, `authorization`, `cookie`, `session`) becomes "…";
 * - texts longer than 500 characters, lists longer than 50 items, objects with more than 100 keys
 *   and what lies deeper than 10 levels are cut, and the cut is said;
 * - functions and live actors never leave: an actor is shown by its address, an error by its name
 *   and message.
 *
 * A kind may hide more keys, see `hide`.
 */
import { addressOf } from "../../actors/reference.ts";

/** Stands for what is hidden. */
export const HIDDEN = "…";

const SECRET_KEY =
  /token|secret|passw|passphrase|salt|api[-_]?key|private[-_]?key|credential|authorization|cookie|session/i;
const MAX_TEXT = 500;
const MAX_ITEMS = 50;
const MAX_KEYS = 100;
const MAX_DEPTH = 10;

/** Makes the shown form of a value; nothing in it is shared with the value. */
export type Sanitize = (value: unknown) => unknown;

/** The rule above, with further keys that are hidden wherever they stand. */
export function createSanitizer(hide: readonly string[] = []): Sanitize {
  const hidden = new Set(hide);
  const isHidden = (key: string): boolean => hidden.has(key) || SECRET_KEY.test(key);
  return (value) => shown(value, { isHidden, depth: 0 });
}

interface Rule {
  readonly isHidden: (key: string) => boolean;
  readonly depth: number;
}

function shown(value: unknown, rule: Rule): unknown {
  switch (typeof value) {
    case "string":
      return value.length <= MAX_TEXT
        ? value
        : `${value.slice(0, MAX_TEXT)}${HIDDEN} (${value.length} characters)`;
    case "object":
      return value === null ? null : shownObject(value, rule);
    case "bigint":
      return value.toString();
    case "function":
    case "symbol":
      return undefined;
    default:
      return value;
  }
}

function shownObject(value: object, rule: Rule): unknown {
  const address = addressOf(value);
  if (address !== undefined) return { actor: address };
  if (value instanceof Error) return { name: value.name, message: shown(value.message, rule) };
  if (rule.depth >= MAX_DEPTH) return HIDDEN;
  const inner = { ...rule, depth: rule.depth + 1 };
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_ITEMS).map((item) => shown(item, inner) ?? null);
    const more = value.length - items.length;
    return more > 0 ? [...items, `${HIDDEN} ${more} more`] : items;
  }
  const entries = Object.entries(value);
  const kept = entries.slice(0, MAX_KEYS).map(([key, item]) =>
    [key, rule.isHidden(key) ? HIDDEN : shown(item, inner)] as const
  );
  const more = entries.length - kept.length;
  return Object.fromEntries(more > 0 ? [...kept, [HIDDEN, `${more} more`]] : kept);
}
