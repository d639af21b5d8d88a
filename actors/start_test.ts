/** When a runtime does not start. */
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { openTestDatabase } from "../db/testing/test_database.ts";
import { createRuntime } from "./runtime.ts";

describe("start() on a machine with a clock of its own", () => {
  it.each([[-6, "refuses"], [-4, "bears"], [4, "bears"], [6, "refuses"]])(
    "that differs by %d minutes from the database's %s it",
    async (minutes, verdict) => {
      const database = await openTestDatabase();
      const runtime = await createRuntime({ database, actors: [], log: () => {} });
      onTestFinished(() => runtime.stop());
      const now = Date.now.bind(Date);
      const clock = vi.spyOn(Date, "now").mockImplementation(() => now() + minutes * 60_000);
      onTestFinished(() => clock.mockRestore());
      if (verdict === "bears") await runtime.start();
      else {await expect(runtime.start()).rejects.toThrow(
          "clocks of this machine and of the database",
        );}
      const nodes = await database.query("select 1 from nodes");
      expect(nodes.rowCount).toBe(verdict === "bears" ? 1 : 0);
    },
  );
});
