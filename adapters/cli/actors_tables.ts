/** What an operator is shown, as lines for a terminal. */
import type {
  ActorDetail,
  ActorSummary,
  CheckCount,
  CheckFailure,
  DeadLetter,
  HistoryEntry,
  Stuck,
} from "../../actors/operator/operator.ts";
import { stateText } from "../../actors/operator/operator.ts";
import { counted, isoTime, oneLine, textTable } from "./text_table.ts";

/** Longest JSON of a context or an input on one line, characters. */
const MAX_JSON = 2_000;

export function actorsTable(actors: readonly ActorSummary[]): string[] {
  return textTable(
    ["ADDRESS", "STATE", "STATUS", "TAGS", "REV", "TIMERS", "EFFECTS", "INBOX", "DEAD"],
    actors.map((actor) => [
      actor.address,
      actor.problem === null ? stateText(actor.value) : "-",
      actor.isHeld ? `${actor.status}, held` : actor.status,
      actor.tags.join(" "),
      actor.revision,
      timersText(actor),
      actor.effects,
      actor.inbox,
      actor.deadLetters,
    ]),
  );
}

function timersText({ timers, earliestTimerMs }: ActorSummary): string {
  if (earliestTimerMs === null) return "-";
  return timers === 1 ? isoTime(earliestTimerMs) : `${isoTime(earliestTimerMs)} of ${timers}`;
}

export function lettersTable(letters: readonly DeadLetter[]): string[] {
  return textTable(
    ["ID", "TIME", "ADDRESS", "KIND", "EVENT", "FROM", "KEY", "ERROR"],
    letters.map(({ id, atMs, address, kind, event, source, key, error }) => [
      id,
      isoTime(atMs),
      address,
      kind,
      event.type,
      source ?? "outside",
      key ?? "-",
      error,
    ]),
  );
}

export function stuckTable(stuck: readonly Stuck[]): string[] {
  return stuck.map(({ address, trouble, reason }) => oneLine(`${address}  ${trouble}: ${reason}`));
}

/** Everything of one actor. */
export function actorLines(actor: ActorDetail): string[] {
  const parts = [
    summaryLines(actor),
    ...actor.members.map((member) => [
      `${member.address} (${member.machine}) in ${stateText(member.value)}, ${member.status}, ` +
      `revision ${member.revision}${tagsText(member.tags)}`,
      `  context ${json(member.context)}`,
      ...(member.output === null ? [] : [`  output ${json(member.output)}`]),
      ...(member.error === null ? [] : [`  error ${json(member.error)}`]),
    ]),
    section(
      "timers",
      ["DUE", "OF", "EVENT", "TO"],
      actor.members.flatMap(({ address, timers }) =>
        timers.map(({ dueMs, event, to }) => [isoTime(dueMs), address, event.type, to ?? "itself"])
      ),
    ),
    section(
      "effects",
      ["NAME", "OF", "TRIES", "NEXT TRY", "LANE", "LAST ERROR", "KEY"],
      actor.pendingEffects.map((effect) => [
        effect.name,
        effect.address,
        effect.attempt,
        isoTime(effect.runAtMs),
        effect.lane ?? "-",
        effect.lastError ?? "-",
        effect.key,
      ]),
    ),
    section(
      "inbox",
      ["TIME", "TO", "KIND", "EVENT", "FROM", "KEY"],
      actor.pendingMessages.map(({ atMs, address, kind, event, source, key }) => [
        isoTime(atMs),
        address,
        kind,
        event.type,
        source ?? "outside",
        key ?? "-",
      ]),
    ),
    actor.letters.length === 0 ? [] : ["dead letters", ...indented(lettersTable(actor.letters))],
    actor.history === undefined ? [] : historyLines(actor.history),
  ];
  return parts.filter((part) => part.length > 0).flatMap((part, index) =>
    index === 0 ? part : ["", ...part]
  );
}

function summaryLines(actor: ActorDetail): string[] {
  const held = actor.isHeld ? ", held until its dead letters are redriven or dropped" : "";
  return [
    `${actor.address}: ${actor.status}${held}`,
    ...(actor.problem === null ? [] : [`  ${oneLine(actor.problem)}`]),
  ];
}

function tagsText(tags: readonly string[]): string {
  return tags.length === 0 ? "" : `, tags ${tags.join(" ")}`;
}

function historyLines(history: readonly HistoryEntry[]): string[] {
  const lines = textTable(
    ["TIME", "OF", "REV", "EVENT", "FROM", "STATE AFTER", "KEY"],
    history.map(({ atMs, address, revision, event, source, sourceRevision, state, key }) => [
      isoTime(atMs),
      address,
      revision ?? "-",
      event.type,
      sourceRevision === null ? source ?? "outside" : `${source}@${sourceRevision}`,
      state === null ? "-" : stateText(state),
      key ?? "-",
    ]),
  );
  const [header = "", ...rows] = lines;
  return [
    "history",
    ...indented([
      header,
      ...rows.flatMap((row, index) => [row, ...remarks(history[index] as HistoryEntry)]),
    ]),
    `  ${counted(history.length, "line")}`,
  ];
}

/** What belongs to one entry: what it posted, why it was refused. */
function remarks({ source, refusal, postings }: HistoryEntry): string[] {
  const verdict = source === "operator" ? "" : "refused: ";
  return [
    ...(refusal === null ? [] : [oneLine(`    ${verdict}${refusal}`)]),
    ...postings.map(({ kind, type, minor, currency, from, to, key }) =>
      oneLine(`    posted ${type} (${kind}) ${minor} ${currency}: ${from} → ${to}, key ${key}`)
    ),
  ];
}

export function checkLines(
  counts: readonly CheckCount[],
  failures: readonly CheckFailure[],
): string[] {
  const table = textTable(
    ["KIND", "WHAT", "STORED VERSION", "THIS CODE'S", "CHECKED", "WOULD FAIL"],
    counts.map((count) => [
      count.kind,
      count.subject,
      count.storedVersion ?? "-",
      count.codeVersion ?? "-",
      count.checked,
      count.failing,
    ]),
  );
  const failed = failures.map(({ address, subject, storedVersion, codeVersion, error }) => {
    const versions = subject === "actor"
      ? ` (version ${storedVersion ?? "?"} → ${codeVersion ?? "?"})`
      : "";
    return oneLine(`${address}${versions}: ${error}`);
  });
  return failed.length === 0 ? table : [...failed, "", ...table];
}

function section(
  name: string,
  headers: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string[] {
  return rows.length === 0 ? [] : [name, ...indented(textTable(headers, rows))];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function json(value: unknown): string {
  return oneLine(JSON.stringify(value), MAX_JSON);
}
