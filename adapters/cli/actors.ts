/** `actors`: lets an operator look at stored actors, and mend them. */
import {
  type CheckCount,
  type CheckFailure,
  type Mended,
  type MendedLetter,
  type Operator,
  type RedriveOutcome,
  UsageError,
} from "../../actors/operator/operator.ts";
import { DataDirLockedError } from "../../db/embedded.ts";
import { SchemaTooNewError } from "../../db/migrate.ts";
import { ConfigError, readConfig } from "../config/read_config.ts";
import { type OpenOperator, openOperator, OperatorError } from "../operations/open_operator.ts";
import {
  ACTORS_USAGE,
  type ActorsCommand,
  ArgumentError,
  readActorsArguments,
} from "./actors_arguments.ts";
import { actorLines, actorsTable, checkLines, lettersTable, stuckTable } from "./actors_tables.ts";
import type { CommandIo } from "./command.ts";
import { counted, oneLine } from "./text_table.ts";

/** A redriven letter is looked after so long. */
const OUTCOME_MS = 5_000;
const OUTCOME_PAUSE_MS = 100;
/** Long work says how far it is in such steps. */
const PROGRESS_MS = 2_000;
/** Failures of a check that are kept to be shown; all are counted. */
const MAX_FAILURES = 1_000;

type Io = Pick<CommandIo, "out" | "err" | "environment">;

/**
 * @returns The exit code: 0, 1 when there is no such thing, it failed, or a check found failures, 2
 *   for wrong usage. Never throws.
 */
export async function actorsCommand(
  args: string[],
  io: Io,
  openStored: typeof openOperator = openOperator,
): Promise<number> {
  if (args[0] === "--help" || args.length === 0) {
    (args.length === 0 ? io.err : io.out)(ACTORS_USAGE);
    return args.length === 0 ? 2 : 0;
  }
  try {
    const command = readActorsArguments(args);
    const { DATA_DIR, DATABASE_URL } = io.environment;
    const config = readConfig({ DATA_DIR, DATABASE_URL });
    const open = await openStored(config, { isCheck: command.name === "check" });
    try {
      return await run(command, open, io);
    } finally {
      await open.close();
    }
  } catch (error) {
    return fail(error, io);
  }
}

function fail(error: unknown, io: Io): number {
  if (error instanceof ArgumentError || error instanceof UsageError) {
    io.err(oneLine(error.message));
    io.err(`\n${ACTORS_USAGE}`);
    return 2;
  }
  const isOwn = error instanceof ConfigError || error instanceof OperatorError ||
    error instanceof DataDirLockedError || error instanceof SchemaTooNewError;
  const message = error instanceof Error ? error.message : String(error);
  io.err(isOwn ? message : `Cannot operate on the actors: ${message}`);
  return 1;
}

async function run(command: ActorsCommand, open: OpenOperator, io: Io): Promise<number> {
  const { operator } = open;
  const { json } = command;
  const outJson = (value: unknown): void => io.out(JSON.stringify(value));
  switch (command.name) {
    case "ls": {
      const { actors, next } = await listAll(operator, command.query);
      if (json) actors.forEach(outJson);
      else [...actorsTable(actors), "", counted(actors.length, "actor")].forEach(io.out);
      if (next !== null) io.err(`There are more: --after ${next}`);
      return 0;
    }
    case "show": {
      const { address, history } = command;
      const actor = await operator.show(address, history === undefined ? {} : { history });
      if (actor === undefined) {
        io.err(`There is no actor ${address}`);
        return 1;
      }
      if (json) outJson(actor);
      else actorLines(actor).forEach(io.out);
      return 0;
    }
    case "dead": {
      const { letters, next } = await operator.deadLetters(command.query);
      if (json) letters.forEach(outJson);
      else [...lettersTable(letters), "", counted(letters.length, "dead letter")].forEach(io.out);
      if (next !== null) io.err(`There may be more: --after ${next}`);
      return 0;
    }
    case "redrive":
    case "drop":
      return await mend(command, open, io);
    case "stuck":
      return await stuck(operator, { json, io });
    case "check":
      return await check(operator, { json, io });
  }
}

/** As many as wanted, however many have to be looked at. */
async function listAll(
  operator: Operator,
  query: Extract<ActorsCommand, { name: "ls" }>["query"],
): ReturnType<Operator["list"]> {
  const limit = query.limit ?? 1;
  let page = await operator.list(query);
  const actors = [...page.actors];
  while (page.next !== null && actors.length < limit) {
    page = await operator.list({ ...query, after: page.next, limit: limit - actors.length });
    actors.push(...page.actors);
  }
  return { actors, next: page.next };
}

async function mend(
  { name, id, json }: Extract<ActorsCommand, { id: number }>,
  { operator, mayRun }: OpenOperator,
  io: Io,
): Promise<number> {
  const mended = await operator[name](id);
  const outcome = mended.status === "redriven" && mended.heldFor === 0
    ? await awaitOutcome(operator, mended, mayRun)
    : undefined;
  if (json) io.out(JSON.stringify({ ...mended, ...(outcome === undefined ? {} : { outcome }) }));
  const isGood = "letter" in mended && outcome?.status !== "failed" &&
    outcome?.status !== "refused";
  const waiting = mayRun ? "is still on its way" : "waits for the platform to run";
  const text = oneLine(mendedText(id, mended, outcomeText(outcome, waiting)));
  if (!json || !isGood) (isGood ? io.out : io.err)(text);
  return isGood ? 0 : 1;
}

async function awaitOutcome(
  operator: Operator,
  redriven: MendedLetter,
  mayRun: boolean,
): Promise<RedriveOutcome> {
  const endMs = Date.now() + (mayRun ? OUTCOME_MS : 0);
  for (;;) {
    const outcome = await operator.redriveOutcome(redriven);
    if (outcome.status !== "waiting" || Date.now() >= endMs) return outcome;
    await new Promise((resolve) => setTimeout(resolve, OUTCOME_PAUSE_MS));
  }
}

function mendedText(id: number, mended: Mended, outcome: string): string {
  switch (mended.status) {
    case "notFound":
      return `There is no dead letter ${id}`;
    case "already":
      return `Dead letter ${id} is already gone: it was redriven or dropped before`;
    case "refused":
      return `Dead letter ${id} cannot be redriven: ${mended.reason}`;
    case "redriven":
    case "dropped": {
      const { letter: { address, event }, isFreed, heldFor } = mended;
      const done = `Dead letter ${id} (${event.type} of ${address}) is ${mended.status}`;
      const held = isFreed
        ? "; the actor is held no more"
        : heldFor > 0
        ? `; the actor is still held for ${counted(heldFor, "dead letter")}`
        : "";
      return `${done}${held}${outcome}`;
    }
  }
}

function outcomeText(outcome: RedriveOutcome | undefined, waiting: string): string {
  switch (outcome?.status) {
    case undefined:
      return "";
    case "taken":
      return " and taken";
    case "waiting":
      return `; it ${waiting}`;
    case "refused":
      return `, and the actor refused it: ${outcome.reason}`;
    case "failed":
      return `, and failed again: it is dead letter ${outcome.letter.id} now, ${outcome.letter.error}`;
  }
}

async function stuck(operator: Operator, { json, io }: { json: boolean; io: Io }): Promise<number> {
  const tell = progress(io);
  let scanned = 0;
  let found = 0;
  for (let after: number | null = 0; after !== null;) {
    const page: Awaited<ReturnType<Operator["stuck"]>> = await operator.stuck({ after });
    (json ? page.stuck.map((one) => JSON.stringify(one)) : stuckTable(page.stuck)).forEach(io.out);
    found += page.stuck.length;
    scanned += page.scanned;
    after = page.next;
    tell(`${scanned} actors looked at`);
  }
  if (!json) {
    io.out(`${found} stuck of ${counted(scanned, "actor")}`);
    const { letters } = await operator.deadLetters({ limit: 1 });
    if (letters.length > 0) {
      io.out("What failed for good is set aside: see `deno task actors dead`");
    }
  }
  return 0;
}

async function check(operator: Operator, { json, io }: { json: boolean; io: Io }): Promise<number> {
  const tell = progress(io);
  const failures: CheckFailure[] = [];
  let counts: readonly CheckCount[] = [];
  for (let after: string | null = "actor:0"; after !== null;) {
    const part: Awaited<ReturnType<Operator["check"]>> = await operator.check({ after });
    counts = added(counts, part.counts);
    failures.push(...part.failures.slice(0, MAX_FAILURES - failures.length));
    after = part.next;
    tell(`${total(counts, "checked")} checked`);
  }
  const failing = total(counts, "failing");
  if (json) {
    io.out(JSON.stringify({ checked: total(counts, "checked"), failing, counts, failures }));
  } else {
    checkLines(counts, failures).forEach(io.out);
    const more = failing - failures.length;
    if (more > 0) io.out(`${more} failures more are not shown`);
    io.out(`\n${failing} of ${total(counts, "checked")} would fail`);
  }
  return failing === 0 ? 0 : 1;
}

function total(counts: readonly CheckCount[], what: "checked" | "failing"): number {
  return counts.reduce((sum, count) => sum + count[what], 0);
}

function added(counts: readonly CheckCount[], more: readonly CheckCount[]): CheckCount[] {
  const key = ({ kind, subject, storedVersion }: CheckCount): string =>
    `${subject} ${kind} ${storedVersion}`;
  return [...Map.groupBy([...counts, ...more], key).values()].map((group) => ({
    ...group[0] as CheckCount,
    checked: total(group, "checked"),
    failing: total(group, "failing"),
  }));
}

/** Says how far it is, when the last time is some while ago. */
function progress(io: Io): (text: string) => void {
  let toldMs = performance.now();
  return (text) => {
    if (performance.now() - toldMs < PROGRESS_MS) return;
    toldMs = performance.now();
    io.err(text);
  };
}
