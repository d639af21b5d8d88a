/** Where the runtime says what nobody waits for. One line of JSON each, by default on stderr. */
export interface LogRecord {
  level: "info" | "warn" | "error";
  message: string;
  error?: unknown;
  [field: string]: unknown;
}

export type Log = (record: LogRecord) => void;

/** Writes a record as one line of JSON to stderr. */
export const logToStderr: Log = ({ error, ...record }: LogRecord): void => {
  const cause = error === undefined
    ? {}
    : { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  const line = JSON.stringify({ at: new Date().toISOString(), ...record, ...cause });
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
};
