/** Receipts that are late or lost, of a database that cannot be asked. */
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { Database, Rows } from "../db/connection.ts";
import { UnavailableError } from "./errors.ts";
import { Handover } from "./handover.ts";
import type { Receipt } from "./message.ts";
import { detachedReference } from "./reference.ts";

const HOUR_MS = 3_600_000;
const INSERTED = [{ inserted: 1 }];

type Answer = (text: string, values: readonly unknown[]) => unknown[];

/** A handover over a database that answers as the test says, and what it was asked to drain. */
function handoverOver(answer: Answer) {
  const query = <Row>(text: string, values: readonly unknown[] = []): Promise<Rows<Row>> =>
    Promise.try(answer, text, values).then((rows) => ({
      rows: rows as Row[],
      rowCount: rows.length,
      command: "SELECT",
    }));
  const listen = () => () => Promise.resolve();
  const drained: string[] = [];
  const handover = new Handover({
    database: { query, listen } as unknown as Database,
    nodeId: "own",
    maxPendingPerActor: 100,
    nowMs: () => 0,
    log: () => {},
    referenceTo: (address) => detachedReference(address, () => {}),
    read: () => Promise.reject(new Error("It cannot be read")),
    drain: (root) => drained.push(root),
    onView: () => {},
    onQuiet: () => {},
  });
  const send = async (address: string): Promise<{ receipt: Promise<Receipt> }> => {
    const { promise, resolve, reject } = Promise.withResolvers<Receipt>();
    promise.catch(() => {});
    const event = { type: "add" };
    const caller = { resolve, reject };
    await handover.send([{ type: "event", address, event, key: "once", caller }], "other");
    return { receipt: promise };
  };
  return { handover, send, drained };
}

const isInsert = (text: string): boolean => text.includes("insert into inbox");
const isAboutKeys = (text: string): boolean => text.includes("e.key = k.key");

function fail(): never {
  throw new Error("Connection terminated unexpectedly");
}

describe("a message that is handed over", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
  });

  it("is given up in the end though the database cannot be asked", async () => {
    const { send } = handoverOver((text) => isInsert(text) ? INSERTED : fail());
    const { receipt } = await send("collector/1");
    const given = expect(receipt).rejects.toThrow(UnavailableError);
    await vi.advanceTimersByTimeAsync(31_000);
    await given;
  });

  it("is given up in the end though nobody says whether it was put into the inbox", async () => {
    const { handover, send } = handoverOver(() => new Promise(() => {}) as never);
    void send("collector/1");
    expect(handover.isQuiet).toBe(false);
    await vi.advanceTimersByTimeAsync(31_000);
    expect(handover.isQuiet).toBe(true);
  });

  it("has the receipt that its key tells of, though others cannot be looked for", async () => {
    const { send } = handoverOver((text, [roots]) => {
      if (isInsert(text)) return INSERTED;
      if (roots === "collector/1") return fail();
      return isAboutKeys(text) ? [{ root: "collector/2", key: "once", refusal: "no" }] : [];
    });
    await send("collector/1");
    const { receipt } = await send("collector/2");
    await vi.advanceTimersByTimeAsync(6_000);
    // The decision is known; that the view cannot be read changes nothing.
    expect(await receipt).toEqual({ status: "refused", reason: "no", view: undefined });
  });

  it.each([["back", -HOUR_MS], ["forward", HOUR_MS]])(
    "is looked after in its time when the clock is set %s",
    async (_, jumpMs) => {
      const { handover, send, drained } = handoverOver((text) =>
        isInsert(text) ? INSERTED : fail()
      );
      await send("collector/1");
      vi.setSystemTime(Date.now() + jumpMs);
      await vi.advanceTimersByTimeAsync(29_000);
      expect(drained).toContain("collector/1");
      expect(handover.isQuiet).toBe(false);
      await vi.advanceTimersByTimeAsync(2_000);
      expect(handover.isQuiet).toBe(true);
    },
  );
});
