import { describe, expect, it } from "vitest";
import { type ActorsCommand, readActorsArguments } from "./actors_arguments.ts";

const words = (line: string): string[] => line.split(" ").filter((word) => word !== "");

describe("readActorsArguments()", () => {
  it.each<[string, ActorsCommand]>([
    ["ls", { name: "ls", json: false, query: { limit: 100, after: 0 } }],
    [
      "ls --kind order --state open.waiting --tag resting --limit 5 --after 7 --json",
      {
        name: "ls",
        json: true,
        query: { kind: "order", state: "open.waiting", tag: "resting", limit: 5, after: 7 },
      },
    ],
    [
      'ls --state {"open":"waiting"}',
      { name: "ls", json: false, query: { state: { open: "waiting" }, limit: 100, after: 0 } },
    ],
    [
      "show order/1",
      { name: "show", json: false, address: "order/1", history: undefined },
    ],
    [
      "show --history order/1 --json",
      { name: "show", json: true, address: "order/1", history: { limit: 100 } },
    ],
    [
      "show order/1 --history --limit=1000",
      { name: "show", json: false, address: "order/1", history: { limit: 1_000 } },
    ],
    ["dead", { name: "dead", json: false, query: { limit: 100, after: 0 } }],
    [
      "dead --address order/1 --limit 2 --after 3",
      { name: "dead", json: false, query: { address: "order/1", limit: 2, after: 3 } },
    ],
    ["redrive 7", { name: "redrive", json: false, id: 7 }],
    ["drop --json 7", { name: "drop", json: true, id: 7 }],
    ["stuck --json", { name: "stuck", json: true }],
    ["check", { name: "check", json: false }],
  ])("reads %s", (line, command) => {
    expect(readActorsArguments(words(line))).toEqual(command);
  });

  it.each([
    ["", "a command is missing, expected ls, show, dead, redrive, drop, stuck, check"],
    ["list", 'there is no command "list", expected ls'],
    ["toString", 'there is no command "toString"'],
    ["--json", 'there is no command "--json"'],
    ["ls order", 'actors ls: unexpected "order"'],
    ["ls --kinds order", "actors ls: Unknown option '--kinds'"],
    ["ls --kind", "actors ls: Option '--kind <value>' argument missing"],
    ["ls --limit 0", '--limit must be a whole number from 1 to 1000, got "0"'],
    ["ls --limit 1001", "--limit must be a whole number from 1 to 1000"],
    ["ls --limit 1.5", "--limit must be a whole number"],
    ["ls --after x", '--after must be a whole number from 0 to 9007199254740991, got "x"'],
    ["ls --state {open", "--state must be a name, a path or JSON, got {open"],
    ["show", "actors show: ADDRESS is missing"],
    ["show a/1 b/2", 'actors show: unexpected "b/2"'],
    ["show a/1 --limit 5", "actors show: --limit is for --history"],
    ["show a/1 --history=yes", "actors show: Option '--history' does not take an argument"],
    ["redrive", "actors redrive: ID is missing"],
    ["redrive 0", 'ID must be a whole number from 1 to 9007199254740991, got "0"'],
    ["redrive all", 'got "all"'],
    ["drop 1 2", 'actors drop: unexpected "2"'],
    ["drop 1 --limit 2", "actors drop: Unknown option '--limit'"],
    ["stuck now", 'actors stuck: unexpected "now"'],
  ])("refuses %j", (line, message) => {
    expect(() => readActorsArguments(words(line))).toThrow(message);
  });
});
