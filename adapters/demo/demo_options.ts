/** The flags of `demo`. */
import { parseArgs } from "node:util";
import { isPostgresUrl, POSTGRES_URL_FORM } from "../../db/postgres_url.ts";

export interface PlayersOptions {
  /** How many join, 2 or more. */
  readonly players: number;
  /** Where the demo keeps what it makes. */
  readonly folder: string;
  readonly proofPath: string | undefined;
}

/** What a ticket may cost in the demo. */
export const demoCurrencies = ["XTR", "RUB"] as const;

export interface DemoOptions extends PlayersOptions {
  readonly currency: (typeof demoCurrencies)[number];
  readonly databaseUrl: string | undefined;
  readonly recordPath: string | undefined;
  readonly seed: string | undefined;
  /** Product and sandbox on one clock that jumps, killed in the middle. */
  readonly isFast: boolean;
}

export const demoUsage =
  `Usage: deno task demo [--currency XTR|RUB] [--players N] [--database-url URL]
  [--proof FILE] [--record FILE] [--seed TEXT] [--fast]

  --currency XTR|RUB  what a ticket costs: Stars, or rubles on YooKassa's page; XTR when not given
  --players N         how many join, 2 to 1000 (with --fast to 10000); 12 when not given
  --fast              time jumps whenever all are waiting; killed in the middle, and played on
  --database-url URL  a Postgres server; without it the embedded one, in memory
  --proof FILE        where the proof goes; the sandbox's key goes beside it
  --record FILE       every Bot API call as a line of JSON: {"method","payload"}
  --seed TEXT         makes the sandbox's chance repeatable`;

const MAX_PLAYERS = 1_000;
const MAX_FAST_PLAYERS = 10_000;

/** @throws {RangeError} When a flag is wrong; the text says what is allowed. */
export function readDemoOptions(args: string[], folder: string): DemoOptions {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args,
    options: {
      currency: text,
      players: text,
      "database-url": text,
      proof: text,
      record: text,
      seed: text,
      fast: { type: "boolean" },
    },
  });
  const currency = demoCurrencies.find((known) => known === (values.currency ?? "XTR"));
  if (currency === undefined) {
    throw new RangeError(
      `--currency must be ${demoCurrencies.join(" or ")}, got "${values.currency}"`,
    );
  }
  const isFast = values.fast === true;
  if (isFast && currency !== "XTR") {
    throw new RangeError(
      `--currency ${currency} cannot be had with --fast, which plays Stars alone`,
    );
  }
  const most = isFast ? MAX_FAST_PLAYERS : MAX_PLAYERS;
  const players = Number(values.players ?? "12");
  if (!/^\d+$/.test(values.players ?? "12") || players < 2 || players > most) {
    throw new RangeError(
      `--players must be a whole number from 2 to ${most}, got "${values.players}"`,
    );
  }
  for (const name of ["database-url", "proof", "record"] as const) {
    if (isFast && values[name] !== undefined) {
      throw new RangeError(`--${name} cannot be had with --fast, whose books are thrown away`);
    }
  }
  const databaseUrl = values["database-url"];
  if (databaseUrl !== undefined && !isPostgresUrl(databaseUrl)) {
    throw new RangeError(`--database-url must be ${POSTGRES_URL_FORM}`);
  }
  for (const name of ["proof", "record", "seed"] as const) {
    if (values[name] === "") throw new RangeError(`--${name} must not be empty`);
  }
  return {
    currency,
    players,
    folder,
    databaseUrl,
    proofPath: values.proof,
    recordPath: values.record,
    seed: values.seed,
    isFast,
  };
}
