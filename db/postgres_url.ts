/** The address of a Postgres server, as far as it can be judged without asking the server. */

/** What a Postgres URL looks like, as the rest of a sentence. */
export const POSTGRES_URL_FORM =
  "a Postgres URL, postgres://user:password@host:port/database, with # / ? @ in the password as " +
  "%23 %2F %3F %40";

/** Whether the driver can read it; what it cannot read it repeats in its error, password included. */
export function isPostgresUrl(text: string): boolean {
  return /^postgres(ql)?:\/\/\S+$/.test(text) && URL.canParse(text);
}
