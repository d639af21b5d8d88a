/** The bench's command line. */
import { isPostgresUrl, POSTGRES_URL_FORM } from "../db/postgres_url.ts";

export interface BenchOptions {
  /** Connection string of a Postgres server; undefined measures the embedded database alone. */
  readonly url: string | undefined;
  /** Length of one measurement. */
  readonly seconds: number;
  /** How often each line is measured. */
  readonly rounds: number;
  /** Names of the lines to measure; undefined for all. */
  readonly only: readonly string[] | undefined;
  readonly isEmbedded: boolean;
  readonly isJson: boolean;
  /** A missed target is a failure. */
  readonly isCheck: boolean;
  /** Count what a step costs instead. */
  readonly isCosts: boolean;
  /** Measure the draw of a raffle with 10,000 tickets instead. */
  readonly isDraw: boolean;
}

export const usage =
  `deno task bench --url postgres://user@host:port/database [--rounds 5] [--seconds 5] [--only a,b]
                [--embedded] [--json] [--check]
deno task bench --embedded     without a server: the embedded database alone
deno task bench --costs --url …   what a step costs: statements, round trips, rows, bytes, WAL
deno task bench --draw         a raffle with 10,000 tickets: snapshot, seal, proof

The server may also be named by DATABASE_URL. The bench makes databases of its own there and
removes them. With --check a missed target makes the exit code 1.`;

const FLAGS = ["--embedded", "--json", "--draw", "--check", "--costs"];

/**
 * @param names The lines there are.
 * @throws {TypeError} When the arguments cannot be understood; the text says why.
 */
export function readBenchOptions(
  args: readonly string[],
  { environment, names }: {
    environment: { readonly DATABASE_URL?: string };
    names: readonly string[];
  },
): BenchOptions {
  let url = environment.DATABASE_URL;
  let only: string[] | undefined;
  let [seconds, rounds] = [5, 5];
  const flags = new Set<string>();
  const rest = [...args];
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (FLAGS.includes(name)) flags.add(name);
    else if (name === "--url") url = rest.shift() ?? "";
    else if (name === "--only") only = lines(rest.shift(), names);
    else if (name === "--seconds") seconds = positive(name, rest.shift());
    else if (name === "--rounds") rounds = positive(name, rest.shift());
    else throw new TypeError(`Unknown argument ${name}`);
  }
  if (url !== undefined && !isPostgresUrl(url)) {
    throw new TypeError(`--url wants ${POSTGRES_URL_FORM}`);
  }
  const isEmbedded = flags.has("--embedded");
  const isDraw = flags.has("--draw");
  const isCosts = flags.has("--costs");
  if (isCosts && url === undefined) throw new TypeError("--costs wants a server: give --url");
  if (url === undefined && !isEmbedded && !isDraw) {
    throw new TypeError("No server is named: give --url or set DATABASE_URL, or use --embedded");
  }
  const [isJson, isCheck] = [flags.has("--json"), flags.has("--check")];
  return { url, seconds, rounds, only, isEmbedded, isJson, isCheck, isCosts, isDraw };
}

function lines(text: string | undefined, names: readonly string[]): string[] {
  const wanted = (text ?? "").split(",").filter((name) => name !== "");
  const unknown = wanted.find((name) => !names.includes(name));
  if (wanted.length > 0 && unknown === undefined) return wanted;
  throw new TypeError(
    `--only wants names of lines, got ${unknown ?? "none"}; known are ${names.join(", ")}`,
  );
}

function positive(name: string, text: string | undefined): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new TypeError(`${name} wants a whole number above zero, got ${text}`);
}
