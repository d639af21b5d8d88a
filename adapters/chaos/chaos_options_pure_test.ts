import { describe, expect, it } from "vitest";
import { chaosCommand } from "../cli/chaos.ts";
import { chaosUsage, readChaosOptions } from "./chaos_options.ts";

describe("readChaosOptions()", () => {
  it("needs only to know the database", () => {
    expect(readChaosOptions(["--own-postgres"])).toEqual({
      databaseUrl: undefined,
      nodes: 2,
      seconds: 60,
      seed: 1,
      isJson: false,
      logFolder: undefined,
    });
  });

  it("reads every flag, with a blank or an equals sign", () => {
    const args = ["--url=postgres://a@b/c", "--nodes", "3", "--seconds=15", "--seed", "7"];
    expect(readChaosOptions([...args, "--json", "--logs=folder"])).toEqual({
      databaseUrl: "postgres://a@b/c",
      nodes: 3,
      seconds: 15,
      seed: 7,
      isJson: true,
      logFolder: "folder",
    });
  });
});

describe("chaos", () => {
  it.each([
    [],
    ["--own-postgres", "--url=postgres://a@b/c"],
    ["--url", "mysql://a@b/c"],
    ["--url="],
    ["--own-postgres", "--nodes", "0"],
    ["--own-postgres", "--nodes", "9"],
    ["--own-postgres", "--nodes="],
    ["--own-postgres", "--seconds", "4"],
    ["--own-postgres", "--seconds", "1e2"],
    ["--own-postgres", "--seconds", "3601"],
    ["--own-postgres", "--seed", "-1"],
    ["--own-postgres", "--seed", "4294967296"],
    ["--own-postgres", "--seed", "seven"],
    ["--own-postgres", "--logs="],
    ["--own-postgres", "--json=yes"],
    ["--own-postgres", "--frobnicate"],
    ["--own-postgres", "more"],
  ])("ends with 2 and its usage for %j", async (...args) => {
    const lines: string[] = [];
    const code = await chaosCommand(args.flat(), {
      out: () => {},
      err: (line) => void lines.push(line),
      readTextFile: () => Promise.reject(new Error("Nothing is read")),
      environment: {},
    });
    expect(code).toBe(2);
    expect(lines.join("\n")).toContain(chaosUsage);
  });
});
