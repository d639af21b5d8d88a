/**
 * Gives one dead letter another try, or drops it: one transaction each, under the lock of its actor,
 * so that of two operators one wins.
 */
import { lockRoots } from "../../db/actor_rows.ts";
import type { Connection } from "../../db/connection.ts";
import {
  deleteLetter,
  findLetter,
  findNextLetter,
  findRedrivenOutcome,
  freeKey,
  isOnItsWay,
  type KeptEffect,
  type LetterRow,
  logMending,
  pageLetters,
  putBackEffect,
  putBackMessage,
  readLastLetterId,
  releaseActor,
} from "../../db/dead_letters.ts";
import { kindOf, rootOf } from "../address.ts";
import { isLockTimeout } from "../database_faults.ts";
import { workOf } from "../effect_runner.ts";
import {
  eventFromText,
  type OperatorHost,
  takeAfter,
  takeLimit,
  UsageError,
} from "./operator_host.ts";
import type {
  LetterPage,
  LetterQuery,
  Mended,
  MendedLetter,
  RedriveOutcome,
} from "./operator_types.ts";
import { deadLetterOf, takeAddress } from "./show_actor.ts";
import { receiverOf, whyNotFired } from "./timer_letter.ts";

/** Tries for an actor that others have locked; each waits for the lock's time-out. */
const MAX_TRIES = 20;

/** @throws {UsageError} When address or numbers cannot be. */
export async function listLetters(
  { database }: OperatorHost,
  { address, after, limit }: LetterQuery,
): Promise<LetterPage> {
  if (address !== undefined) takeAddress(address);
  const size = takeLimit(limit);
  const rows = await pageLetters(database, { address, after: takeAfter(after), limit: size });
  const letters = rows.map(deadLetterOf);
  return { letters, next: rows.length < size ? null : letters.at(-1)?.id ?? null };
}

/** @throws {UsageError} When the number cannot be one of a letter. */
export function redrive(host: OperatorHost, id: number): Promise<Mended> {
  return mend(host, id, {
    status: "redriven",
    whyNot: async (tx, letter) =>
      whyNotRedriven(host, letter) ?? await whyNotFired(host, tx, letter),
    work: (tx, letter) => putBack(tx, letter, host.nowMs()),
  });
}

/** @throws {UsageError} When the number cannot be one of a letter. */
export function drop(host: OperatorHost, id: number): Promise<Mended> {
  return mend(host, id, {
    status: "dropped",
    whyNot: () => Promise.resolve(undefined),
    work: () => Promise.resolve(),
  });
}

interface Mending {
  readonly status: "redriven" | "dropped";
  /** Why it cannot be done with this letter, or undefined. */
  readonly whyNot: (tx: Connection, letter: LetterRow) => Promise<string | undefined>;
  readonly work: (tx: Connection, letter: LetterRow) => Promise<void>;
}

async function mend(host: OperatorHost, id: number, mending: Mending): Promise<Mended> {
  if (!Number.isSafeInteger(id) || id < 1) {
    throw new UsageError(`${id} is no dead letter's number, expected 1 or more`);
  }
  const { database, log } = host;
  for (let count = 1;; count++) {
    try {
      const mended = await database.transaction((tx) => mendOne(host, tx, id, mending));
      if ("letter" in mended) {
        const { address, event, error } = mended.letter;
        const message = `An operator has ${mended.status} dead letter ${id} of ${address}`;
        log({ level: "info", message, event: event.type, failure: error });
      }
      return mended;
    } catch (error) {
      if (!isLockTimeout(error) || count === MAX_TRIES) throw error;
    }
  }
}

async function mendOne(
  host: OperatorHost,
  tx: Connection,
  id: number,
  { status, whyNot, work }: Mending,
): Promise<Mended> {
  const letter = await findLetter(tx, id);
  if (letter === undefined) {
    return { status: id <= await readLastLetterId(tx) ? "already" : "notFound" };
  }
  const root = rootOf(letter.address);
  const receiver = receiverOf(letter);
  await lockRoots(tx, [root, rootOf(receiver)]);
  const reason = await whyNot(tx, letter);
  if (reason !== undefined) return { status: "refused", reason };
  if (!await deleteLetter(tx, letter.id)) return { status: "already" };
  const text = mendingText(status, id);
  await logMending(tx, {
    root: rootOf(receiver),
    letter: { ...letter, address: receiver },
    text,
    atMs: Math.round(host.nowMs()),
  });
  await work(tx, letter);
  const lastId = await readLastLetterId(tx);
  const release = await releaseActor(tx, root);
  return { status, letter: deadLetterOf(letter), receiver, lastId, ...release };
}

function mendingText(status: "redriven" | "dropped", id: number): string {
  return `${status} by an operator: dead letter ${id}`;
}

/** What nobody would take must stay a letter: only as one can it be dropped. */
function whyNotRedriven(
  { definitions }: OperatorHost,
  letter: LetterRow,
): string | undefined {
  const { kind, source, detail } = letter;
  const receiverKind = kindOf(receiverOf(letter));
  const definition = definitions.get(receiverKind);
  if (definition === undefined) {
    return `kind "${receiverKind}" is not known to this code; it can be dropped`;
  }
  const isOld = kind === "event"
    // Before letters had kinds these were kept as events.
    ? source === "effect"
    : kind !== "timer" && detail === null;
  if (isOld) return "an older version kept it without what a redrive needs; it can be dropped";
  if (kind !== "effect") return undefined;
  const effect = JSON.parse(detail as string) as KeptEffect;
  return workOf(definition, effect) === undefined
    ? `effect "${effect.name}" is not known to this code; it can be dropped`
    : undefined;
}

async function putBack(tx: Connection, letter: LetterRow, nowMs: number): Promise<void> {
  const { id: letterId, kind, event, source, key, error } = letter;
  const detail = letter.detail === null ? {} : JSON.parse(letter.detail);
  const atMs = Math.round(nowMs);
  if (kind === "effect") {
    return await putBackEffect(tx, { ...detail as KeptEffect, letterId, runAtMs: atMs, error });
  }
  const address = receiverOf(letter);
  const root = rootOf(address);
  if (key !== null) await freeKey(tx, { root, key });
  await putBackMessage(tx, {
    letterId,
    root,
    address,
    kind: kind === "timer" ? "event" : kind,
    event: waitingText(kind, event, detail),
    createInput: inputText(kind === "create" ? detail : detail.create, kind),
    source,
    sourceRevision: letter.source_revision,
    key,
    atMs,
  });
}

/** The event as it waits in an inbox, which keeps answers whole and creations by their input. */
function waitingText(kind: LetterRow["kind"], event: string, detail: object): string {
  if (kind === "create") return "null";
  return kind === "answer" ? JSON.stringify({ ...eventFromText(event), ...detail }) : event;
}

/** Null for none: a creation without input keeps null, an event that creates says so by its input. */
function inputText(
  created: { input?: unknown } | undefined,
  kind: LetterRow["kind"],
): string | null {
  const input = created?.input;
  return input === undefined || (input === null && kind === "create")
    ? null
    : JSON.stringify(input);
}

/** What became of a letter that was redriven, as far as it can be known now. */
export async function redriveOutcome(
  { database }: OperatorHost,
  { letter, receiver: address, lastId }: MendedLetter,
): Promise<RedriveOutcome> {
  const { id, kind, key } = letter;
  const effectKey = kind === "effect" ? key : null;
  if (await isOnItsWay(database, { id, effectKey })) return { status: "waiting" };
  const event = JSON.stringify(letter.event);
  const next = await findNextLetter(database, { after: lastId, address, event });
  if (next !== undefined) return { status: "failed", letter: deadLetterOf(next) };
  const logged = await findRedrivenOutcome(database, {
    root: rootOf(address),
    text: mendingText("redriven", id),
    event,
  });
  const refusal = logged?.refusal ?? null;
  return refusal === null ? { status: "taken" } : { status: "refused", reason: refusal };
}
