import { expect, it, onTestFinished, vi } from "vitest";
import { openDatabase } from "./open_database.ts";
import { createServerDatabase } from "./testing/test_database.ts";

it("close() leaves nothing that keeps the process alive", async () => {
  const url = await createServerDatabase();
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  const database = await openDatabase({ url });
  await database.query("select 1");
  expect(vi.getTimerCount()).toBe(1);
  await database.close();
  expect(vi.getTimerCount()).toBe(0);
});
