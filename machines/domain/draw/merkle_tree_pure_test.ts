import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  buildMerkleTree,
  checkInclusion,
  inclusionPath,
  leafHash,
  nodeHash,
} from "./merkle_tree.ts";

/**
 * Reference values of Certificate Transparency: leaves, roots of the first n leaves, inclusion paths.
 * Source: github.com/transparency-dev/merkle, log_verifier_test.go and rfc6962/rfc6962_test.go.
 */
const leaves = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
].map(hexToBytes);
const roots = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
const paths = [
  { index: 0, size: 1, path: [] },
  {
    index: 0,
    size: 8,
    path: [
      "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
  },
  {
    index: 5,
    size: 8,
    path: [
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
  },
  {
    index: 2,
    size: 3,
    path: ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
  },
  {
    index: 1,
    size: 5,
    path: [
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
  },
];

describe("published reference values", () => {
  it("hashes leaves and nodes with their prefixes", () => {
    const text = (value: string) => new TextEncoder().encode(value);
    expect(bytesToHex(leafHash(text("L123456"))))
      .toBe("395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
    expect(bytesToHex(nodeHash(text("N123"), text("N456"))))
      .toBe("aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb");
    expect(buildMerkleTree([]).root)
      .toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  it.each(roots.map((root, index) => ({ root, size: index + 1 })))(
    "gives the root of $size leaves",
    ({ root, size }) => {
      expect(buildMerkleTree(leaves.slice(0, size)).root).toBe(root);
    },
  );

  it.each(paths)("gives and accepts the path of leaf $index of $size", ({ index, size, path }) => {
    const tree = buildMerkleTree(leaves.slice(0, size));
    expect(inclusionPath(tree, index)).toEqual(path);
    const leaf = leaves[index] ?? new Uint8Array();
    expect(checkInclusion({ leaf, index, size, path, root: roots[size - 1] ?? "" })).toBe(true);
  });
});

describe("inclusion paths", () => {
  const leafOf = (index: number) => new TextEncoder().encode(`leaf ${index}`);
  const treeOf = (size: number) =>
    buildMerkleTree(Array.from({ length: size }, (_, index) => leafOf(index)));
  const sizes = Array.from({ length: 70 }, (_, index) => index + 1);

  it("hold for every leaf of every size from 1 to 70, and only at their own index", () => {
    for (const size of sizes) {
      const tree = treeOf(size);
      for (let index = 0; index < size; index++) {
        const claim = { leaf: leafOf(index), index, size, path: inclusionPath(tree, index) };
        expect(checkInclusion({ ...claim, root: tree.root })).toBe(true);
        for (const wrong of [index - 1, index + 1, size, size + index]) {
          expect(checkInclusion({ ...claim, index: wrong, root: tree.root })).toBe(false);
        }
      }
    }
  });

  it("fail when anything of them is edited", () => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 70 }), fc.nat(), fc.nat(), (size, a, b) => {
      const tree = treeOf(size);
      const index = a % size;
      const path = inclusionPath(tree, index);
      const claim = { leaf: leafOf(index), index, size, path, root: tree.root };
      const at = b % path.length;
      const edited = path.map((hash, step) => step === at ? flipDigit(hash, b % 64) : hash);
      expect(checkInclusion({ ...claim, path: edited })).toBe(false);
      expect(checkInclusion({ ...claim, path: path.slice(1) })).toBe(false);
      expect(checkInclusion({ ...claim, path: path.slice(0, -1) })).toBe(false);
      expect(checkInclusion({ ...claim, path: [...path, tree.root] })).toBe(false);
      expect(checkInclusion({ ...claim, path: [tree.root, ...path] })).toBe(false);
      expect(checkInclusion({ ...claim, leaf: leafOf(index + 1) })).toBe(false);
      expect(checkInclusion({ ...claim, root: flipDigit(tree.root, b % 64) })).toBe(false);
      expect(checkInclusion({ ...claim, size: size * 2 })).toBe(false);
    }));
  });

  it.each([
    { index: -1, size: 1 },
    { index: 0, size: 0 },
    { index: 1, size: 1 },
    { index: 0.5, size: 2 },
    { index: NaN, size: 2 },
    { index: 0, size: Infinity },
  ])("refuse index $index of $size", ({ index, size }) => {
    const root = treeOf(1).root;
    expect(checkInclusion({ leaf: leafOf(0), index, size, path: [], root })).toBe(false);
  });

  it("are not accepted with a step that is no hash", () => {
    const tree = treeOf(2);
    for (const step of ["", "zz", "ab", `${tree.root}00`, tree.root.toUpperCase()]) {
      const claim = { leaf: leafOf(0), index: 0, size: 2, path: [step], root: tree.root };
      expect(checkInclusion(claim)).toBe(false);
    }
  });

  it("are refused for a leaf that the tree does not have", () => {
    for (const index of [-1, 3, 0.5]) {
      expect(() => inclusionPath(treeOf(3), index)).toThrow(RangeError);
    }
  });
});

function flipDigit(hash: string, at: number): string {
  return hash.slice(0, at) + (hash[at] === "0" ? "1" : "0") + hash.slice(at + 1);
}
