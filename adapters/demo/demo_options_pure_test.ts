import { describe, expect, it } from "vitest";
import { demoCommand } from "../cli/demo.ts";
import { demoUsage, readDemoOptions } from "./demo_options.ts";

describe("readDemoOptions()", () => {
  it("has a default for everything", () => {
    expect(readDemoOptions([], "folder")).toEqual({
      currency: "XTR",
      players: 12,
      folder: "folder",
      databaseUrl: undefined,
      proofPath: undefined,
      recordPath: undefined,
      seed: undefined,
      isFast: false,
    });
  });

  it("reads every flag, with a blank or an equals sign", () => {
    const args = [
      "--players",
      "3",
      "--database-url=postgres://postgres@127.0.0.1:5432/postgres",
      "--proof=p.json",
      "--record",
      "r.jsonl",
      "--seed=one two",
      "--currency",
      "RUB",
    ];
    expect(readDemoOptions(args, "folder")).toMatchObject({
      players: 3,
      databaseUrl: "postgres://postgres@127.0.0.1:5432/postgres",
      proofPath: "p.json",
      recordPath: "r.jsonl",
      seed: "one two",
      currency: "RUB",
    });
  });

  it.each([
    [["--currency", "USD"], '--currency must be XTR or RUB, got "USD"'],
    [["--currency", "rub"], '--currency must be XTR or RUB, got "rub"'],
    [["--currency="], '--currency must be XTR or RUB, got ""'],
    [["--currency", "RUB", "--fast"], "--currency RUB cannot be had with --fast"],
  ])("says what is allowed instead of %j", (args, words) => {
    expect(() => readDemoOptions(args, "folder")).toThrow(words);
  });

  it("takes the currency of the fast demo when it is named", () => {
    const read = readDemoOptions(["--fast", "--currency=XTR"], "folder");
    expect(read).toMatchObject({ currency: "XTR", isFast: true });
  });
});

describe("demo", () => {
  it.each([
    ["--players"],
    ["--players", "1"],
    ["--players", "0"],
    ["--players", "-3"],
    ["--players", "2.5"],
    ["--players", "1e2"],
    ["--players", "many"],
    ["--players", ""],
    ["--players", "1001"],
    ["--players", "10001", "--fast"],
    ["--fast", "--proof", "p.json"],
    ["--fast", "--database-url", "postgres://postgres@127.0.0.1:5432/postgres"],
    ["--currency"],
    ["--currency", "USD"],
    ["--currency=RUB", "--fast"],
    ["--fast=yes"],
    ["--players=12", "extra"],
    ["--plyers", "12"],
    ["--database-url", "mysql://root@127.0.0.1/zhreb"],
    ["--database-url", ""],
    ["--database-url", "127.0.0.1:5432"],
    ["--proof"],
    // An empty path was found out only when the whole demo had been played.
    ["--proof="],
    ["--record="],
    ["--seed="],
    ["--help"],
  ])("ends with 2 and its usage for %j", async (...args) => {
    const lines: string[] = [];
    const code = await demoCommand(args.flat(), {
      out: () => {},
      err: (line) => void lines.push(line),
      readTextFile: () => Promise.reject(new Error("Nothing is read")),
      environment: {},
    });
    expect(code).toBe(2);
    expect(lines.join("\n")).toContain(demoUsage);
  });
});
