/** Short names of the runtime's statements, for points at which a test ends a node. */

/** What the derived name would not tell apart; the first that fits counts. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^select pg_xact_status\(/, "read outcome"],
  [/^insert into nodes /, "heartbeat"],
  [/^delete from nodes where id /, "sign off"],
  [/^delete from nodes where expires_at /, "forget old nodes"],
  [/^delete from nodes/, "forget all nodes"],
  [/^insert into leases /, "claim lease"],
  [/^delete from leases where expires_at /, "forget old leases"],
  [/^delete from leases /, "release lease"],
  [/^delete from events /, "forget events"],
  [/^with inserted as /, "insert inbox and notify"],
  [/^insert into actors .* on conflict /, "reserve actors"],
  [/^insert into actors .* snapshot/, "insert children"],
  [/^with written as .* wake_at = /, "write snapshots and wake-ups"],
  [/^with written as /, "write snapshots"],
  [/^with given_up as /, "set effect aside"],
  [/^update actors set is_held/, "hold actor"],
  [/^update effects .* attempt = e\.attempt \+ 1, is_uncertain/, "take over effects"],
  [/^update effects .* owner = \$1, fence/, "claim effects"],
  [/^update effects .* attempt = e\.attempt \+ 1, run_at/, "record retry"],
  [/^update effects .* owner = (null|case)/, "give effects back"],
  [/^delete from effects e using/, "delete done effects"],
  [/^delete from effects /, "delete answered effects"],
  [/for update skip locked$/, "lock free actors"],
  [/ from actors a .*for update$/, "lock actors"],
  [/ join effects e .*for update of e$/, "lock answered effects"],
  [/^select k\.root,/, "read used keys"],
  [/^select pg_notify\(/, "notify"],
];

/** A verb and a table: what a statement does, when it has no name of its own. */
const VERBS: readonly (readonly [RegExp, string])[] = [
  [/\binsert into (\w+)/, "insert"],
  [/\bupdate (\w+) (?:\w+ )?set\b/, "update"],
  [/\bdelete from (\w+)/, "delete"],
  [/\bfrom (?!unnest)(\w+)/, "read"],
];

/**
 * Names a statement by its text: `begin`, `write snapshots`, `insert events`, `read inbox`, …
 * @param text As the runtime, or a handler of its author, sends it.
 */
export function statementName(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  const known = NAMES.find(([pattern]) => pattern.test(line));
  if (known !== undefined) return known[1];
  for (const [pattern, verb] of VERBS) {
    const table = pattern.exec(line)?.[1];
    if (table !== undefined) return `${verb} ${table}`;
  }
  return line.split(" ").slice(0, 2).join(" ");
}

/** Whether the statement changes something; outside a transaction it is then a commit of its own. */
export function isWrite(text: string): boolean {
  return /\b(insert into|update \w+ (\w+ )?set|delete from|pg_notify)\b/
    .test(text.replace(/\s+/g, " "));
}
