/**
 * Who may import whom. The table below is the house of the design: main → adapters → actors → db,
 * and adapters → machines → machines/domain. It is checked on data, so that a test can feed it made-up
 * imports.
 */

/** One import as it stands in a file. */
export interface Arrow {
  /** Path of the importing file, from the root of the repository. */
  readonly from: string;
  /** A path from the root for our own files, `../…` for what lies outside, else the specifier. */
  readonly to: string;
  /** Whether only types are imported, so that nothing is loaded. */
  readonly isType: boolean;
}

interface Rule {
  /** Parts that may be imported. */
  readonly parts: readonly Part[];
  /** Packages that may be imported; without it any. */
  readonly packages?: readonly string[];
  /** Packages that its tests may import besides those of all tests. */
  readonly inTests?: readonly string[];
}

type Part = keyof typeof RULES;

/** A part is the longest of these names with which a path begins. */
const RULES = {
  "machines/domain": {
    parts: ["machines/domain"],
    packages: ["effect", "@noble/hashes", "@noble/curves"],
  },
  "machines": { parts: ["machines", "machines/domain"], packages: ["xstate"] },
  "db": {
    parts: ["db"],
    packages: ["pg", "@electric-sql/pglite", "@electric-sql/pglite-socket", "node"],
  },
  // Its tests play the other session that locks rows and ends connections.
  "actors": { parts: ["actors", "db"], packages: ["xstate", "node"], inTests: ["pg"] },
  // A stand-in that knew the product's own words would repeat its mistakes.
  "adapters/sandbox": { parts: ["adapters/sandbox"] },
  "adapters": {
    parts: ["adapters", "adapters/sandbox", "actors", "db", "machines", "machines/domain"],
  },
  "main.ts": { parts: ["adapters"], packages: [] },
  "bench": {
    parts: ["bench", "adapters", "actors", "db", "machines", "machines/domain"],
  },
  "docs": { parts: ["docs"] },
  "deploy": { parts: ["deploy"] },
  ".ci": { parts: [".ci"], packages: ["node"] },
  "vitest.config.ts": { parts: [], packages: ["vitest"] },
} as const satisfies Record<string, Omit<Rule, "parts"> & { parts: readonly string[] }>;

/** What tests may import besides. */
const TEST_PACKAGES = ["vitest", "fast-check", "node"];

/**
 * Checks imports against the table, and for cycles.
 * @returns A sentence for each import that is not allowed and for each cycle, naming the files.
 */
export function checkArrows(arrows: readonly Arrow[]): string[] {
  const refusals = arrows.flatMap((arrow) => {
    const reason = whyRefused(arrow);
    return reason === undefined ? [] : [`${arrow.from} imports ${arrow.to}: ${reason}`];
  });
  return [...refusals, ...findCycles(arrows).map((files) => `Cycle: ${files.join(" → ")}`)];
}

function whyRefused({ from, to }: Arrow): string | undefined {
  const part = partOf(from);
  if (part === undefined) return `"${from}" is in no part of the house`;
  const rule: Rule = RULES[part];
  if (to.startsWith("../")) return "it lies outside the repository";
  if (!to.endsWith(".ts") && !to.endsWith(".json")) return whyPackageRefused(from, to, rule);
  if (isForTests(to) && !isForTests(from) && part !== "bench") {
    return "only tests may import what is for tests";
  }
  const target = partOf(to);
  if (target !== undefined && rule.parts.includes(target)) return undefined;
  return rule.parts.length === 0
    ? `${part} may import nothing of ours`
    : `${part} may import only ${rule.parts.join(", ")}`;
}

function whyPackageRefused(from: string, specifier: string, rule: Rule): string | undefined {
  const name = packageOf(specifier);
  if (name === undefined) return "a version belongs into deno.json alone";
  if (rule.packages === undefined || rule.packages.includes(name)) return undefined;
  if (isForTests(from) && [...TEST_PACKAGES, ...rule.inTests ?? []].includes(name)) {
    return undefined;
  }
  return `${partOf(from)} may use only ${rule.packages.join(", ") || "no package"}`;
}

/** `effect/Schema` is of `effect`, `node:fs` of `node`; what names a registry is of none. */
function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith("node:")) return "node";
  if (/^[a-z]+:/.test(specifier)) return undefined;
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

function partOf(path: string): Part | undefined {
  const parts = Object.keys(RULES) as Part[];
  return parts.filter((part) => path === part || path.startsWith(`${part}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function isForTests(path: string): boolean {
  return path.endsWith("_test.ts") || path.includes("/testing/");
}

/**
 * Cycles of files that load each other. Types may go in a circle: they are gone when code runs, and
 * two types that speak of each other are often clearer in two files.
 */
function findCycles(arrows: readonly Arrow[]): string[][] {
  const loads = new Map<string, string[]>();
  for (const { from, to, isType } of arrows) {
    if (!isType) loads.set(from, [...(loads.get(from) ?? []), to]);
  }
  const cycles: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) cycles.push([...path.slice(start), file]);
    if (start >= 0 || done.has(file)) return;
    path.push(file);
    for (const next of loads.get(file) ?? []) visit(next);
    path.pop();
    done.add(file);
  };
  for (const file of loads.keys()) visit(file);
  return cycles;
}
