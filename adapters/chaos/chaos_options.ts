/** The flags of `chaos`. */
import { parseArgs } from "node:util";
import { isPostgresUrl, POSTGRES_URL_FORM } from "../../db/postgres_url.ts";

export interface ChaosOptions {
  /** Undefined: a Postgres of its own, which it also restarts and crashes. */
  readonly databaseUrl: string | undefined;
  readonly nodes: number;
  /** How long new raffles begin and things are broken; what was begun is then brought to its end. */
  readonly seconds: number;
  readonly seed: number;
  /** The result as one line of JSON on standard output, and nothing else there. */
  readonly isJson: boolean;
  /** Where the nodes' logs are kept; nowhere when undefined. */
  readonly logFolder: string | undefined;
}

export const chaosUsage = `Usage: deno task chaos (--own-postgres | --url URL) [--nodes N]
  [--seconds N] [--seed N] [--json] [--logs FOLDER]
  --own-postgres  a Postgres of its own from the installed binaries; it is restarted and crashed
  --url URL       a database of its own on that server; its connections are cut instead
  --nodes N       processes of the product, 1 to 8; 2 when not given
  --seconds N     how long things are broken, 5 to 3600; 60 when not given
  --seed N        which plan of raffles and faults, 0 to 4294967295; 1 when not given
  --json          the result as one line of JSON
  --logs FOLDER   keeps what the nodes log`;

/** @throws {RangeError} When a flag is wrong; the text says what is allowed. */
export function readChaosOptions(args: string[]): ChaosOptions {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({
    args,
    options: {
      "own-postgres": flag,
      url: text,
      nodes: text,
      seconds: text,
      seed: text,
      json: flag,
      logs: text,
    },
  });
  const { url, logs } = values;
  if (values["own-postgres"] === (url !== undefined)) {
    throw new RangeError("One of --own-postgres and --url must be given");
  }
  if (url !== undefined && !isPostgresUrl(url)) {
    throw new RangeError(`--url must be ${POSTGRES_URL_FORM}`);
  }
  if (logs === "") throw new RangeError("--logs must not be empty");
  return {
    databaseUrl: url,
    nodes: readWhole("nodes", values.nodes, { least: 1, most: 8, fallback: 2 }),
    seconds: readWhole("seconds", values.seconds, { least: 5, most: 3_600, fallback: 60 }),
    seed: readWhole("seed", values.seed, { least: 0, most: 2 ** 32 - 1, fallback: 1 }),
    isJson: values.json,
    logFolder: logs,
  };
}

function readWhole(
  name: string,
  text: string | undefined,
  { least, most, fallback }: { least: number; most: number; fallback: number },
): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d{1,10}$/.test(text) && value >= least && value <= most) return value;
  throw new RangeError(`--${name} must be a whole number from ${least} to ${most}, got "${text}"`);
}
