import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setup } from "xstate";
import type { Connection } from "../db/connection.ts";
import { defineActor } from "./define_actor.ts";
import { callHandler, HandlerTimeoutError } from "./transactional_calls.ts";

const machine = setup({ actions: { write: () => {} } }).createMachine({ id: "m" });
const written: string[] = [];
const tx: Connection = {
  query: (text) => {
    written.push(text);
    return Promise.resolve({ rows: [], rowCount: 0, command: "INSERT" });
  },
};

function groupFor(handler: (items: readonly unknown[], tx: Connection) => Promise<void>) {
  const actor = defineActor({ kind: "m", machine, transactional: { write: handler } });
  const cause = { actor: "m/1", revision: 1, event: "go" };
  const call = { root: "m/1", name: "write", item: { params: {}, cause, atMs: 0 } };
  return callHandler([call], { definitions: new Map([["m", actor]]), tx });
}

describe("callHandler()", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("gives up a handler that does not come back within 10 s, and the session with it", async () => {
    const called = groupFor(() => new Promise(() => {}));
    const outcome = expect(called).rejects.toThrow(HandlerTimeoutError);
    await vi.advanceTimersByTimeAsync(10_000);
    await outcome;
  });

  it("closes the transaction to a handler that comes back too late", async () => {
    const late = Promise.withResolvers<void>();
    const outcomes: Promise<unknown>[] = [];
    const called = groupFor(async (_, lent) => {
      await lent.query("in time");
      await late.promise;
      outcomes.push(lent.query("too late").catch((error) => error));
    });
    const outcome = expect(called).rejects.toThrow(HandlerTimeoutError);
    await vi.advanceTimersByTimeAsync(10_000);
    await outcome;
    late.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(await outcomes[0]).toMatchObject({ message: expect.stringContaining("too late") });
    expect(written).toEqual(["in time"]);
  });

  it("leaves no timer behind one that does", async () => {
    await groupFor(() => Promise.resolve());
    expect(vi.getTimerCount()).toBe(0);
  });
});
