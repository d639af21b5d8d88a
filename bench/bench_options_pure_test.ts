import { describe, expect, it } from "vitest";
import { readBenchOptions } from "./bench_options.ts";

const url = "postgres://postgres@127.0.0.1/postgres";

describe("readBenchOptions()", () => {
  it("reads all flags", () => {
    const args = ["--url", url, "--seconds", "2", "--rounds", "3", "--embedded", "--json"];
    expect(readBenchOptions(args, {})).toEqual({
      url,
      seconds: 2,
      rounds: 3,
      isEmbedded: true,
      isJson: true,
      isDraw: false,
    });
  });

  it("takes the server from DATABASE_URL, unless --url names another", () => {
    expect(readBenchOptions([], { DATABASE_URL: url }).url).toBe(url);
    expect(readBenchOptions(["--url", url], { DATABASE_URL: "postgres://other/x" }).url).toBe(url);
  });

  it.each([["--embedded"], ["--draw"]])("needs no server with %s", (flag) => {
    expect(readBenchOptions([flag], {}).url).toBeUndefined();
  });

  it.each([
    [[], "No server is named"],
    [["--url"], "--url wants"],
    [["--url", "mysql://x/y"], "--url wants"],
    [["--embedded", "--seconds"], "--seconds wants a whole number above zero"],
    [["--embedded", "--seconds", "0"], "--seconds wants a whole number above zero"],
    [["--embedded", "--rounds", "1.5"], "--rounds wants a whole number above zero"],
    [["--embedded", "--fast"], "Unknown argument --fast"],
  ])("refuses %j", (args, reason) => {
    expect(() => readBenchOptions(args, {})).toThrow(reason);
  });
});
