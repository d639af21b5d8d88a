import { expect, it } from "vitest";
import { printLine } from "./print_line.ts";

it("writes the whole line, however little is taken at once", () => {
  const taken: number[] = [];
  const slow = { writeSync: (bytes: Uint8Array) => (taken.push(bytes[0] as number), 1) };
  printLine(slow, "ток");
  expect(new TextDecoder().decode(new Uint8Array(taken))).toBe("ток\n");
});

it("bears that nobody reads any more, and no other fault", () => {
  const failing = (error: Error) => ({
    writeSync: () => {
      throw error;
    },
  });
  printLine(failing(new Deno.errors.BrokenPipe("nobody reads")), "line");
  expect(() => printLine(failing(new Error("disk full")), "line")).toThrow("disk full");
});
