import { describe, expect, it } from "vitest";
import { readBenchOptions } from "./bench_options.ts";

const url = "postgres://postgres@127.0.0.1/postgres";
const names = ["pgbench", "counter", "timers"];

describe("readBenchOptions()", () => {
  it("reads all flags", () => {
    const args = ["--url", url, "--seconds", "2", "--rounds", "3", "--only", "counter,timers"];
    const flags = ["--embedded", "--json", "--check", "--costs"];
    expect(readBenchOptions([...args, ...flags], { environment: {}, names })).toEqual({
      url,
      seconds: 2,
      rounds: 3,
      only: ["counter", "timers"],
      isEmbedded: true,
      isJson: true,
      isCheck: true,
      isCosts: true,
      isDraw: false,
    });
  });

  it("takes the server from DATABASE_URL, unless --url names another", () => {
    const given = { environment: { DATABASE_URL: url }, names };
    expect(readBenchOptions([], given).url).toBe(url);
    expect(readBenchOptions(["--url", "postgres://other/x"], given).url)
      .toBe("postgres://other/x");
  });

  it.each([["--embedded"], ["--draw"]])("needs no server with %s", (flag) => {
    expect(readBenchOptions([flag], { environment: {}, names }).url).toBeUndefined();
  });

  it.each([
    [[], "No server is named"],
    [["--costs"], "--costs wants a server"],
    [["--url"], "--url wants"],
    [["--url", "mysql://x/y"], "--url wants"],
    [["--embedded", "--seconds"], "--seconds wants a whole number above zero"],
    [["--embedded", "--seconds", "0"], "--seconds wants a whole number above zero"],
    [["--embedded", "--rounds", "1.5"], "--rounds wants a whole number above zero"],
    [["--embedded", "--only"], "--only wants names of lines, got none"],
    [["--embedded", "--only", "counter,x"], "got x; known are pgbench, counter, timers"],
    [["--embedded", "--fast"], "Unknown argument --fast"],
  ])("refuses %j", (args, reason) => {
    expect(() => readBenchOptions(args, { environment: {}, names })).toThrow(reason);
  });
});
