/**
 * Chance as an argument: the system's, or a stream made from a seed, so that a test or a demo meets
 * the same ids and draws again. Guards against modulo bias (rejection instead) and against a seeded
 * stream that repeats itself after a restart (`epoch`).
 */
import { createHash, randomBytes } from "node:crypto";

/** Where the sandbox takes its ids and draws from. */
export interface Random {
  readonly bytes: (length: number) => Uint8Array;
}

/** The machine's own randomness. */
export const systemRandom: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) };

/**
 * SHA-256 in counter mode.
 *
 * @param seed Any text.
 * @param epoch How often the books were opened before; another epoch is another stream.
 */
export function createSeededRandom(seed: string, epoch = 0): Random {
  let counter = 0;
  let pool = new Uint8Array(0);
  return {
    bytes(length) {
      while (pool.length < length) {
        const block = createHash("sha256").update(`${seed}\n${epoch}\n${counter++}`).digest();
        const longer = new Uint8Array(pool.length + block.length);
        longer.set(pool);
        longer.set(block, pool.length);
        pool = longer;
      }
      const out = pool.slice(0, length);
      pool = pool.slice(length);
      return out;
    },
  };
}

/** A whole number in [min, max], each equally likely; the range may span up to 2^48. */
export function randomInteger(random: Random, min: number, max: number): number {
  const span = max - min + 1;
  const limit = 2 ** 48 - (2 ** 48 % span);
  for (;;) {
    const value = random.bytes(6).reduce((sum, byte) => sum * 256 + byte, 0);
    if (value < limit) return min + (value % span);
  }
}

/** So many bytes as lower-case hexadecimal digits. */
export function randomHex(random: Random, bytes: number): string {
  return [...random.bytes(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A string of decimal digits as long as Telegram's query ids. */
export function randomDigits(random: Random, digits: number): string {
  let out = String(randomInteger(random, 1, 9));
  while (out.length < digits) out += String(randomInteger(random, 0, 9));
  return out;
}
