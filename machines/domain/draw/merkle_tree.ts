/**
 * The Merkle tree of RFC 6962 §2.1 over SHA-256: a leaf is hashed with the prefix 0x00, a node with
 * 0x01, so that neither can be passed off as the other. An odd node moves up unchanged, which gives
 * the RFC's tree (its left subtree is the largest power of two below the size).
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import type { Sha256Hex } from "./hex.ts";

/** All levels of a tree, leaves first, the root alone in the last. */
export interface MerkleTree {
  readonly size: number;
  readonly root: Sha256Hex;
  readonly levels: readonly (readonly Uint8Array[])[];
}

/** SHA-256(0x00 ‖ data). */
export function leafHash(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + data.length);
  bytes.set(data, 1);
  return sha256(bytes);
}

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + left.length + right.length);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 1 + left.length);
  return sha256(bytes);
}

/** Builds the tree; the root of no leaves is SHA-256 of nothing, as the RFC has it. */
export function buildMerkleTree(leaves: readonly Uint8Array[]): MerkleTree {
  let level = leaves.map(leafHash);
  const levels = [level];
  while (level.length > 1) {
    const next: Uint8Array[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const [left, right] = [level[index], level[index + 1]];
      if (left !== undefined) next.push(right === undefined ? left : nodeHash(left, right));
    }
    levels.push(next);
    level = next;
  }
  return { size: leaves.length, root: bytesToHex(level[0] ?? sha256(new Uint8Array())), levels };
}

/**
 * The audit path of one leaf (RFC 6962 §2.1.1), from the leaf's sibling upwards.
 *
 * @param index of the leaf, 0 to size − 1
 * @throws {RangeError} When the tree has no such leaf.
 */
export function inclusionPath(tree: MerkleTree, index: number): Sha256Hex[] {
  if (!Number.isInteger(index) || index < 0 || index >= tree.size) {
    throw new RangeError(`Cannot prove leaf ${index}: the tree has ${tree.size}`);
  }
  const path: Sha256Hex[] = [];
  let at = index;
  for (const level of tree.levels) {
    const sibling = level[at % 2 === 0 ? at + 1 : at - 1];
    if (sibling !== undefined) path.push(bytesToHex(sibling));
    at = Math.floor(at / 2);
  }
  return path;
}

/** A claim that a leaf stands at `index` of a tree of `size` leaves with this root. */
export interface InclusionClaim {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Sha256Hex[];
  readonly root: Sha256Hex;
}

/** Whether a claim holds (the algorithm of RFC 9162 §2.1.3.2). Never throws. */
export function checkInclusion({ leaf, index, size, path, root }: InclusionClaim): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size)) return false;
  if (index < 0 || index >= size) return false;
  let [at, last, hash] = [index, size - 1, leafHash(leaf)];
  for (const sibling of path) {
    if (last === 0 || !/^[0-9a-f]{64}$/.test(sibling)) return false;
    const other = hexToBytes(sibling);
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(other, hash);
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(hash, other);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && bytesToHex(hash) === root;
}
