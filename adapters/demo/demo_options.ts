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

export interface DemoOptions extends PlayersOptions {
  readonly databaseUrl: string | undefined;
  readonly recordPath: string | undefined;
  readonly seed: string | undefined;
}

export const demoUsage = `Usage: deno task demo [--players N] [--database-url URL] [--proof FILE]
  [--record FILE] [--seed TEXT]

  --players N         how many join, 2 to 1000; 12 when not given
  --database-url URL  a Postgres server; without it the embedded one, in memory
  --proof FILE        where the proof goes; the sandbox's key goes beside it
  --record FILE       every Bot API call as a line of JSON: {"method","payload"}
  --seed TEXT         makes the sandbox's chance repeatable`;

const MAX_PLAYERS = 1_000;

/** @throws {RangeError} When a flag is wrong; the text says what is allowed. */
export function readDemoOptions(args: string[], folder: string): DemoOptions {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args,
    options: { players: text, "database-url": text, proof: text, record: text, seed: text },
  });
  const players = Number(values.players ?? "12");
  if (!/^\d+$/.test(values.players ?? "12") || players < 2 || players > MAX_PLAYERS) {
    throw new RangeError(
      `--players must be a whole number from 2 to ${MAX_PLAYERS}, got "${values.players}"`,
    );
  }
  const databaseUrl = values["database-url"];
  if (databaseUrl !== undefined && !isPostgresUrl(databaseUrl)) {
    throw new RangeError(`--database-url must be ${POSTGRES_URL_FORM}`);
  }
  for (const name of ["proof", "record", "seed"] as const) {
    if (values[name] === "") throw new RangeError(`--${name} must not be empty`);
  }
  return {
    players,
    folder,
    databaseUrl,
    proofPath: values.proof,
    recordPath: values.record,
    seed: values.seed,
  };
}
