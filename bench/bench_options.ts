/** The bench's command line. */
import { isPostgresUrl, POSTGRES_URL_FORM } from "../db/postgres_url.ts";

export interface BenchOptions {
  /** Connection string of a Postgres server; undefined measures the embedded database alone. */
  readonly url: string | undefined;
  /** Length of one measurement. */
  readonly seconds: number;
  /** How often the whole sequence is measured. */
  readonly rounds: number;
  readonly isEmbedded: boolean;
  readonly isJson: boolean;
  /** Measure the draw of a raffle with 10,000 tickets instead. */
  readonly isDraw: boolean;
}

export const usage =
  `deno task bench --url postgres://user@host:port/database [--seconds 5] [--rounds 5] [--embedded] [--json]
deno task bench --embedded     without a server: the embedded database alone
deno task bench --draw         a raffle with 10,000 tickets: snapshot, seal, proof

The server may also be named by DATABASE_URL. The bench makes a database of its own there and
removes it.`;

/** @throws {TypeError} When the arguments cannot be understood; the text says why. */
export function readBenchOptions(
  args: readonly string[],
  environment: { readonly DATABASE_URL?: string },
): BenchOptions {
  let url = environment.DATABASE_URL;
  let [seconds, rounds] = [5, 5];
  const flags = new Set<string>();
  const rest = [...args];
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (["--embedded", "--json", "--draw"].includes(name)) flags.add(name);
    else if (name === "--url") url = rest.shift() ?? "";
    else if (name === "--seconds") seconds = positive(name, rest.shift());
    else if (name === "--rounds") rounds = positive(name, rest.shift());
    else throw new TypeError(`Unknown argument ${name}`);
  }
  if (url !== undefined && !isPostgresUrl(url)) {
    throw new TypeError(`--url wants ${POSTGRES_URL_FORM}`);
  }
  const [isEmbedded, isDraw] = [flags.has("--embedded"), flags.has("--draw")];
  if (url === undefined && !isEmbedded && !isDraw) {
    throw new TypeError("No server is named: give --url or set DATABASE_URL, or use --embedded");
  }
  return { url, seconds, rounds, isEmbedded, isDraw, isJson: flags.has("--json") };
}

function positive(name: string, text: string | undefined): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new TypeError(`${name} wants a whole number above zero, got ${text}`);
}
