/**
 * Arrays as parameters in Postgres's binary form. The driver's own form is text in which every quote
 * is escaped: with JSON in it that was a sixth of all garbage.
 *
 * Form: `array_recv` in src/backend/utils/adt/arrayfuncs.c of Postgres.
 */
import { Buffer } from "node:buffer";

/** How elements of a type are written. */
interface Encoder {
  readonly oid: number;
  /** @returns The bytes written at the offset. */
  write(element: never, offset: number): number;
}

const ENCODERS: Readonly<Record<string, Encoder>> = {
  boolean: {
    oid: 16,
    write: (element: boolean, offset) => {
      reserve(offset + 1);
      scratchView.setUint8(offset, element ? 1 : 0);
      return 1;
    },
  },
  bigint: {
    oid: 20,
    write: (element: number | bigint, offset) => {
      reserve(offset + 8);
      scratchView.setBigInt64(offset, inRange(BigInt(element), 64));
      return 8;
    },
  },
  int: {
    oid: 23,
    write: (element: number, offset) => {
      reserve(offset + 4);
      scratchView.setInt32(offset, Number(inRange(BigInt(element), 32)));
      return 4;
    },
  },
  text: {
    oid: 25,
    write: (element: string, offset) => {
      if (typeof element !== "string") {
        throw new TypeError(`Cannot send a ${typeof element} as an element of text[]`);
      }
      reserve(offset + element.length * BYTES_PER_CHARACTER);
      return writeString(element, offset);
    },
  },
};
const HEAD_BYTES = 20;
const MAX_SCRATCH_BYTES = 1 << 20;
/** Of a character in UTF-8, at most. */
const BYTES_PER_CHARACTER = 3;
/** Up to this length a loop is faster than a call of the encoder. */
const SHORT_CHARACTERS = 48;

let scratch = new Uint8Array(1 << 16);
let scratchView = new DataView(scratch.buffer);
const encoder = new TextEncoder();

/** Which parameters of a statement are arrays, by their casts: `$2::text[]`. */
export function arrayTypes(statement: string): ReadonlyMap<number, string> {
  return new Map(
    [...statement.matchAll(/\$(\d+)::(text|bigint|int|boolean)\[\]/g)]
      .map(([, number, type]) => [Number(number) - 1, type as string]),
  );
}

/**
 * @param type Of the elements: `text`, `bigint`, `int` or `boolean`.
 * @throws {TypeError} When an element is not of that type.
 * @throws {RangeError | SyntaxError} When a number is not whole, or too large.
 */
export function encodeArray(elements: readonly unknown[], type: string): Buffer {
  const end = writeArray(elements, ENCODERS[type] as Encoder);
  // A quarter to a half of the time that `Buffer.from` takes.
  const encoded = Buffer.allocUnsafe(end);
  encoded.set(scratch.subarray(0, end));
  // One array of large snapshots must not keep its room for ever.
  if (scratch.length > MAX_SCRATCH_BYTES) resize(MAX_SCRATCH_BYTES);
  return encoded;
}

function writeArray(elements: readonly unknown[], { oid, write }: Encoder): number {
  let hasNull = false;
  let offset = HEAD_BYTES;
  // By index: an iterator made a twentieth of all garbage.
  for (let index = 0; index < elements.length; index++) {
    const element = elements[index];
    reserve(offset + 4);
    const isNull = element === null || element === undefined;
    const bytes = isNull ? -1 : write(element as never, offset + 4);
    scratchView.setInt32(offset, bytes);
    offset += 4 + Math.max(0, bytes);
    hasNull ||= isNull;
  }
  return writeHead(offset, { hasNull, oid, length: elements.length });
}

/** @returns The bytes written. */
function writeString(text: string, offset: number): number {
  if (text.length <= SHORT_CHARACTERS) {
    let index = 0;
    for (; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) break;
      scratch[offset + index] = code;
    }
    if (index === text.length) return index;
  }
  return encoder.encodeInto(text, scratch.subarray(offset)).written;
}

function inRange(element: bigint, bits: number): bigint {
  if (BigInt.asIntN(bits, element) === element) return element;
  throw new RangeError(`Cannot send ${element} as a whole number of ${bits} bits`);
}

function writeHead(
  end: number,
  { hasNull, oid, length }: { hasNull: boolean; oid: number; length: number },
): number {
  scratchView.setInt32(0, length === 0 ? 0 : 1);
  scratchView.setInt32(4, hasNull ? 1 : 0);
  scratchView.setInt32(8, oid);
  // An empty array has no dimension.
  if (length === 0) return 12;
  scratchView.setInt32(12, length);
  scratchView.setInt32(16, 1);
  return end;
}

function reserve(bytes: number): void {
  if (bytes <= scratch.length) return;
  const before = scratch;
  resize(Math.max(bytes, 2 * scratch.length));
  scratch.set(before);
}

function resize(bytes: number): void {
  scratch = new Uint8Array(bytes);
  scratchView = new DataView(scratch.buffer);
}
