/** The words after `actors`. */
import { parseArgs } from "node:util";
import type { ListQuery } from "../../actors/operator/operator.ts";

export const ACTORS_USAGE = `Usage: deno task actors COMMAND [--json]

  ls [--kind K] [--state S] [--tag T] [--limit N] [--after N]
                    actors, with what is on its way for them; a state is "open", "open.waiting" or
                    JSON, and matches whatever is inside it
  show ADDRESS [--history] [--limit N]
                    one actor with its child machines; --history adds the newest N steps and postings
  dead [--address ADDRESS] [--limit N] [--after N]
                    dead letters: events, timers, answers and effects that were set aside
  redrive ID        give a dead letter another try, before all that waits for its actor
  drop ID           delete a dead letter
  stuck             who does not go on by himself, and why
  check             try this code on everything that is stored, without writing; exit 1 if any fails

  --json            ls, dead and stuck: a JSON document per line; the others: one JSON document
  --limit N         1 to 1000; 100 when not given

The database is DATABASE_URL's, or the embedded one in DATA_DIR, running or not.`;

export type ActorsCommand =
  & { readonly json: boolean }
  & (
    | { readonly name: "ls"; readonly query: ListQuery }
    | {
      readonly name: "show";
      readonly address: string;
      readonly history: { readonly limit: number } | undefined;
    }
    | {
      readonly name: "dead";
      readonly query: { readonly address?: string; readonly limit: number; readonly after: number };
    }
    | { readonly name: "redrive" | "drop"; readonly id: number }
    | { readonly name: "stuck" | "check" }
  );

/** The command line was wrong; the text says what is allowed. */
export class ArgumentError extends Error {
  override readonly name = "ArgumentError";
}

type Name = ActorsCommand["name"];

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const OPTIONS = {
  ls: { kind: text, state: text, tag: text, limit: text, after: text, json: flag },
  show: { history: flag, limit: text, json: flag },
  dead: { address: text, limit: text, after: text, json: flag },
  redrive: { json: flag },
  drop: { json: flag },
  stuck: { json: flag },
  check: { json: flag },
} as const satisfies Record<Name, Record<string, typeof text | typeof flag>>;
const OPERANDS: Partial<Record<Name, string>> = { show: "ADDRESS", redrive: "ID", drop: "ID" };
const MAX_LIMIT = 1_000;
const DEFAULT_LIMIT = 100;

type Values = Partial<Record<"kind" | "state" | "tag" | "limit" | "after" | "address", string>> & {
  readonly json?: boolean;
  readonly history?: boolean;
};

/** @throws {ArgumentError} When the words are none of the commands. */
export function readActorsArguments([name = "", ...rest]: readonly string[]): ActorsCommand {
  if (!isName(name)) {
    const what = name === "" ? "a command is missing" : `there is no command "${name}"`;
    throw new ArgumentError(`actors: ${what}, expected ${Object.keys(OPTIONS).join(", ")}`);
  }
  const { values, operand } = parse(name, rest);
  const json = values.json ?? false;
  switch (name) {
    case "ls":
      return { name, json, query: listQuery(values) };
    case "show":
      if (values.limit !== undefined && values.history !== true) {
        throw new ArgumentError("actors show: --limit is for --history");
      }
      return {
        name,
        json,
        address: operand,
        history: values.history === true ? { limit: limitOf(values) } : undefined,
      };
    case "dead": {
      const { address } = values;
      return {
        name,
        json,
        query: {
          ...(address === undefined ? {} : { address }),
          limit: limitOf(values),
          after: afterOf(values),
        },
      };
    }
    case "redrive":
    case "drop":
      return {
        name,
        json,
        id: wholeNumber("ID", operand, { from: 1, to: Number.MAX_SAFE_INTEGER }),
      };
    case "stuck":
    case "check":
      return { name, json };
  }
}

function isName(name: string): name is Name {
  return Object.hasOwn(OPTIONS, name);
}

function parse(name: Name, args: string[]): { values: Values; operand: string } {
  const wanted = OPERANDS[name];
  const { values, positionals: [operand, ...others] } = (() => {
    try {
      return parseArgs({ args, options: OPTIONS[name], allowPositionals: true });
    } catch (error) {
      throw new ArgumentError(`actors ${name}: ${(error as Error).message}`);
    }
  })();
  if (wanted !== undefined && operand === undefined) {
    throw new ArgumentError(`actors ${name}: ${wanted} is missing`);
  }
  const extra = wanted === undefined ? operand : others[0];
  if (extra !== undefined) throw new ArgumentError(`actors ${name}: unexpected "${extra}"`);
  return { values: values as Values, operand: operand ?? "" };
}

function listQuery(values: Values): ListQuery {
  const { kind, state, tag } = values;
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(state === undefined ? {} : { state: stateOf(state) }),
    ...(tag === undefined ? {} : { tag }),
    limit: limitOf(values),
    after: afterOf(values),
  };
}

function stateOf(given: string): string | Record<string, unknown> {
  if (!given.startsWith("{")) return given;
  try {
    return JSON.parse(given);
  } catch {
    throw new ArgumentError(`actors ls: --state must be a name, a path or JSON, got ${given}`);
  }
}

function limitOf({ limit }: Values): number {
  return limit === undefined
    ? DEFAULT_LIMIT
    : wholeNumber("--limit", limit, { from: 1, to: MAX_LIMIT });
}

function afterOf({ after }: Values): number {
  return after === undefined
    ? 0
    : wholeNumber("--after", after, { from: 0, to: Number.MAX_SAFE_INTEGER });
}

function wholeNumber(
  name: string,
  given: string,
  { from, to }: { from: number; to: number },
): number {
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= from && value <= to) return value;
  throw new ArgumentError(`${name} must be a whole number from ${from} to ${to}, got "${given}"`);
}
