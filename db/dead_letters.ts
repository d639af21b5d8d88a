/** Dead letters as an operator handles them: read, put back where they failed, delete. */
import type { Connection } from "./connection.ts";
import { NOBODY } from "./effects.ts";

export interface LetterRow {
  id: bigint;
  address: string;
  kind: "event" | "create" | "answer" | "timer" | "effect";
  event: string;
  key: string | null;
  source: string | null;
  source_revision: bigint | null;
  /** What a redrive needs besides the event, JSON text. */
  detail: string | null;
  error: string;
  at_ms: bigint;
}

const COLUMNS =
  "d.id, d.address, d.kind, d.event, d.key, d.source, d.source_revision, d.detail, d.error, d.at_ms";

/** Letters by their numbers; with `address` those of this actor and its child machines. */
export async function pageLetters(
  connection: Connection,
  { address, after, limit }: { address?: string | undefined; after: number; limit: number },
): Promise<LetterRow[]> {
  const { rows } = await connection.query<LetterRow>(
    `select ${COLUMNS} from dead_letters d
     where d.id > $2 and ($1::text is null or d.address = $1 or starts_with(d.address, $1 || '/'))
     order by d.id limit $3`,
    [address ?? null, after, limit],
  );
  return rows;
}

/** One letter; undefined when it is there no more. */
export async function findLetter(
  connection: Connection,
  id: number,
): Promise<LetterRow | undefined> {
  const { rows } = await connection.query<LetterRow>(
    `select ${COLUMNS} from dead_letters d where d.id = $1`,
    [id],
  );
  return rows[0];
}

/** The last number that a letter got, whether or not it is still there; 0 when there was none. */
export async function readLastLetterId(connection: Connection): Promise<number> {
  const { rows } = await connection.query<{ last: bigint | null }>(
    `select pg_sequence_last_value(
       pg_get_serial_sequence('dead_letters', 'id')::regclass
     ) as last`,
  );
  return Number(rows[0]?.last ?? 0);
}

/** Deletes a letter. @returns False when somebody else was faster. */
export async function deleteLetter(tx: Connection, id: bigint): Promise<boolean> {
  const { rowCount } = await tx.query("delete from dead_letters where id = $1", [id]);
  return rowCount === 1;
}

/**
 * Lets the keyed event of a letter be taken again: the refusal that was written when it was set aside
 * stays in the log without its key.
 */
export async function freeKey(
  tx: Connection,
  { root, key }: { root: string; key: string },
): Promise<void> {
  await tx.query(
    `update events e set key = null from actors a
     where a.address = $1 and e.actor_id = a.id and e.key = $2 and e.revision is null`,
    [root, key],
  );
}

/**
 * Numbers of what is put back: in the order of the letters, before all that waits. A letter's number
 * is used once, so they never meet.
 */
const BEFORE_ALL = -(2n ** 52n);

/** The number that a letter gets in an inbox. */
export function redrivenId(letterId: bigint | number): bigint {
  return BEFORE_ALL + BigInt(letterId);
}

export interface RedrivenMessage {
  letterId: bigint;
  root: string;
  address: string;
  kind: "event" | "create" | "answer";
  event: string;
  createInput: string | null;
  source: string | null;
  sourceRevision: bigint | null;
  key: string | null;
  atMs: number;
}

/** Puts a message into an inbox before all that waits there. */
export async function putBackMessage(tx: Connection, message: RedrivenMessage): Promise<void> {
  await tx.query(
    `insert into inbox
       (id, root, address, kind, event, create_input, source, source_revision, key, at_ms)
     overriding system value values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      redrivenId(message.letterId),
      message.root,
      message.address,
      message.kind,
      message.event,
      message.createInput,
      message.source,
      message.sourceRevision,
      message.key,
      message.atMs,
    ],
  );
}

/** An effect's row as its letter keeps it. */
export interface KeptEffect {
  key: string;
  address: string;
  child_id: string | null;
  name: string;
  machine: string | null;
  input: string;
  lane: string | null;
  coalesce_key: string | null;
  /** Whether a try may have succeeded; absent in letters of older code, which did not ask. */
  is_uncertain?: boolean;
}

/** Fences of a letter's effect, so that no owner of before has one of them. */
const FENCES_PER_LETTER = 1_000n;
const LETTERS_WITH_FENCES = 2_000_000n;

/**
 * Puts an effect back with its key, before all that waits in its lane. It counts as tried: who takes
 * it over asks first what became of it, where that can be asked.
 */
export async function putBackEffect(
  tx: Connection,
  effect: KeptEffect & { letterId: bigint; runAtMs: number; error: string },
): Promise<void> {
  await tx.query(
    `insert into effects
       (key, seq, address, child_id, name, machine, input, lane, coalesce_key, owner, fence, attempt,
        run_at, is_uncertain, last_error)
     overriding system value
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, $13, $14)`,
    [
      effect.key,
      redrivenId(effect.letterId),
      effect.address,
      effect.child_id,
      effect.name,
      effect.machine,
      effect.input,
      effect.lane,
      effect.coalesce_key,
      effect.lane === null ? NOBODY : null,
      (effect.letterId % LETTERS_WITH_FENCES) * FENCES_PER_LETTER,
      effect.runAtMs,
      effect.is_uncertain ?? true,
      effect.error,
    ],
  );
}

/** Whether what a letter became still waits: its message in an inbox, or its effect. */
export async function isOnItsWay(
  connection: Connection,
  { id, effectKey }: { id: number; effectKey: string | null },
): Promise<boolean> {
  const { rows } = await connection.query<{ waits: boolean }>(
    `select exists (select from inbox i where i.id = $1)
       or exists (select from effects e where e.key = $2) as waits`,
    [redrivenId(id), effectKey],
  );
  return rows[0]?.waits ?? false;
}

/**
 * Lets a held actor go on when no letter is left that it could be held for; those of effects hold
 * nobody. The root has to be locked.
 */
export async function releaseActor(
  tx: Connection,
  root: string,
): Promise<{ isFreed: boolean; heldFor: number }> {
  const { rows: [left] } = await tx.query<{ count: number; is_held: boolean | null }>(
    `select count(d.id)::int as count,
       (select a.is_held from actors a where a.address = $1) as is_held
     from dead_letters d
     where d.kind <> 'effect' and (d.address = $1 or starts_with(d.address, $1 || '/'))`,
    [root],
  );
  const count = left?.count ?? 0;
  if (left?.is_held !== true) return { isFreed: false, heldFor: 0 };
  if (count > 0) return { isFreed: false, heldFor: count };
  await tx.query("update actors set is_held = false where address = $1", [root]);
  return { isFreed: true, heldFor: 0 };
}

/** Writes into the log of an actor, if there is one, what an operator did with its letter. */
export async function logMending(
  tx: Connection,
  { root, letter, text, atMs }: { root: string; letter: LetterRow; text: string; atMs: number },
): Promise<void> {
  await tx.query(
    `insert into events (actor_id, address, event, source, refusal, at_ms)
     select a.id, nullif($2, a.address), $3, 'operator', $4, $5 from actors a where a.address = $1`,
    [root, letter.address, letter.event, text, atMs],
  );
}

export interface RedrivenOutcome {
  /** Null when it was refused. */
  revision: bigint | null;
  refusal: string | null;
}

/** What was logged of a redriven event after the line `text` of its redrive; undefined for nothing. */
export async function findRedrivenOutcome(
  connection: Connection,
  { root, text, event }: { root: string; text: string; event: string },
): Promise<RedrivenOutcome | undefined> {
  const { rows } = await connection.query<RedrivenOutcome>(
    `select e.revision, e.refusal
     from actors a
     join events o on o.actor_id = a.id and o.source = 'operator' and o.refusal = $2
     join events e on e.actor_id = a.id and e.id > o.id and e.event = $3
     where a.address = $1 and e.source is distinct from 'operator'
     order by e.id limit 1`,
    [root, text, event],
  );
  return rows[0];
}

/**
 * The letter into which a redriven one has turned again; undefined when it has not.
 * @param after The last number at the redrive: others of the same content may have waited before it.
 */
export async function findNextLetter(
  connection: Connection,
  { after, address, event }: Pick<LetterRow, "address" | "event"> & { after: number },
): Promise<LetterRow | undefined> {
  const { rows } = await connection.query<LetterRow>(
    `select ${COLUMNS} from dead_letters d
     where d.id > $1 and d.address = $2 and d.event = $3 order by d.id limit 1`,
    [after, address, event],
  );
  return rows[0];
}
