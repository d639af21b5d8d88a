/** The demo as people run it, with what it has written down. */
import { expect } from "vitest";
import { createServerDatabase, testDatabaseKind } from "../../../db/testing/test_database.ts";
import { demoCommand } from "../../cli/demo.ts";
import { makeTestFolder } from "../../platform/testing/product_process.ts";

export interface PlayedDemo {
  /** The story's lines. */
  readonly story: string;
  /** The last line. */
  // deno-lint-ignore no-explicit-any -- it is read as anybody's program reads it
  readonly result: any;
  /** Where the proof was asked for, and what lies there with its key. */
  readonly proof: string;
  readonly key: string;
  /** The Bot API calls that were recorded. */
  readonly calls: readonly { readonly method: string; readonly payload: object }[];
  /** The number that was drawn. */
  readonly drawn: string;
}

/**
 * Plays it from one seed: on a server twice on one database, else once in memory. Nothing goes to the
 * error output.
 */
export async function playDemos(args: readonly string[]): Promise<PlayedDemo[]> {
  const folder = await makeTestFolder();
  const isServer = testDatabaseKind === "server";
  const database = isServer ? [`--database-url=${await createServerDatabase()}`] : [];
  const played: PlayedDemo[] = [];
  for (const run of isServer ? ["first", "second"] : ["only"]) {
    const proof = `${folder}/${run}.proof.json`;
    const record = `${folder}/${run}.calls.jsonl`;
    const { code, out } = await runDemo([
      ...database,
      ...args,
      "--seed=repeatable",
      `--proof=${proof}`,
      `--record=${record}`,
    ]);
    expect(code).toBe(0);
    const story = out.join("\n");
    const lines = (await Deno.readTextFile(record)).trimEnd().split("\n");
    played.push({
      story,
      result: JSON.parse(out.at(-1) ?? ""),
      proof,
      key: await Deno.readTextFile(`${proof}.key.pem`),
      calls: lines.map((line) => JSON.parse(line)),
      drawn: /ticket No\. (\d+)/.exec(story)?.[1] ?? "",
    });
  }
  return played;
}

async function runDemo(args: string[]): Promise<{ code: number; out: string[] }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await demoCommand(args, {
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    readTextFile: () => Promise.reject(new Error("Nothing is read")),
    environment: {},
  });
  expect(err).toEqual([]);
  return { code, out };
}
