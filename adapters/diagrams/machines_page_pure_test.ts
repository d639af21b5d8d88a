/** Pictures of machines show every state and every transition, and the page is up to date. */
import { describe, expect, it } from "vitest";
import { createMachine } from "xstate";
import { chartOf } from "../inspector/machine_chart.ts";
import { MACHINES_PAGE, machinesPage } from "./machines_page.ts";
import { mermaidOf } from "./mermaid.ts";

describe("the page of the machines", () => {
  it("is as the machines are: if not, run `deno task diagrams`", async () => {
    expect(await Deno.readTextFile(MACHINES_PAGE)).toBe(machinesPage());
  });

  it("shows every machine that there is", async () => {
    const page = machinesPage();
    const names = (await Array.fromAsync(Deno.readDir("machines")))
      .flatMap(({ name }) => /^(\w+)_machine\.ts$/.exec(name)?.[1] ?? [])
      .map((name) => name.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase()));
    expect(names).toContain("raffle");
    for (const name of names) expect(page).toContain(`## ${name}\n`);
  });

  it("lists what an actor takes without leaving its state", () => {
    const machine = createMachine({
      id: "m",
      description: "A door.",
      initial: "open",
      on: { note: { actions: () => {} } },
      states: { open: { on: { knock: { actions: () => {} } } } },
    });
    const page = machinesPage([machine]);
    expect(page).toContain("## m\n\nA door.\n\n```mermaid\nstateDiagram-v2\n");
    expect(page).toContain("- anywhere: `note`\n- `open`: `knock`\n");
  });
});

describe("a picture", () => {
  it("has nested and parallel states, one arrow for two transitions, ends and histories", () => {
    const machine = createMachine({
      id: "m",
      initial: "a-b",
      states: {
        "a-b": { on: { go: "c", "run.fast": { guard: "isReady", target: "c" } } },
        c: {
          type: "parallel",
          on: { back: "#m.c.one" },
          states: {
            one: { initial: "x", states: { x: { after: { 10: "y" } }, y: { type: "final" } } },
            two: { initial: "p", states: { p: {}, last: { type: "history", history: "deep" } } },
          },
        },
      },
    });
    expect(mermaidOf(chartOf(machine)).split("\n").map((line) => line.slice(2))).toEqual([
      "ateDiagram-v2",
      "[*] --> m__a_45_b",
      'state "a-b" as m__a_45_b',
      'state "c" as m__c',
      "state m__c {",
      '  state "in any of these" as m__c_35_any',
      '  state "one" as m__c__one',
      "  state m__c__one {",
      "    [*] --> m__c__one__x",
      '    state "x" as m__c__one__x',
      '    state "y" as m__c__one__y',
      "    m__c__one__y --> [*]",
      "  }",
      "  --",
      '  state "two" as m__c__two',
      "  state m__c__two {",
      "    [*] --> m__c__two__p",
      '    state "p" as m__c__two__p',
      '    state "H*" as m__c__two__last',
      "  }",
      "}",
      "m__a_45_b --> m__c : go<br/>run.fast [isReady]",
      "m__c_35_any --> m__c__one : back",
      "m__c__one__x --> m__c__one__y : after 10 ms",
    ]);
  });
});
