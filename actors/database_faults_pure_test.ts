import { describe, expect, it } from "vitest";
import { type Database, sqlState } from "../db/connection.ts";
import { isConnectionLoss, isTransient, resolveOutcome } from "./database_faults.ts";

const failure = (code: string, message = ""): Error => Object.assign(new Error(message), { code });

describe("isConnectionLoss()", () => {
  it.each([
    // Five capital letters look like an SQLSTATE: a broken pipe was taken for an error of the step.
    ["EPIPE", true],
    ["ECONNRESET", true],
    ["ECONNREFUSED", true],
    ["EAI_AGAIN", true],
    ["57P01", true],
    ["08006", true],
    ["53300", true],
    ["23505", false],
    ["22P02", false],
    ["ZHF01", false],
  ])("of %s is %s", (code, want) => {
    expect(isConnectionLoss(failure(code))).toBe(want);
  });

  it.each(["Connection terminated unexpectedly", "timeout exceeded when trying to connect"])(
    "knows %j",
    (message) => expect(isConnectionLoss(new Error(message))).toBe(true),
  );

  it("leaves other errors alone", () => {
    expect(isConnectionLoss(new Error("no luck"))).toBe(false);
    expect(isConnectionLoss("text")).toBe(false);
    expect(sqlState(failure("EPIPE"))).toBeUndefined();
    expect(isTransient(failure("40P01"))).toBe(true);
  });
});

describe("resolveOutcome()", () => {
  /** Answers one status after the other, and whether the row has reached its revision. */
  function database(statuses: (string | Error | null)[], hasReached = true): Database {
    return {
      query: (text: string) => {
        if (!text.includes("pg_xact_status")) {
          return Promise.resolve({ rows: [], rowCount: hasReached ? 1 : 0, command: "SELECT" });
        }
        const status = statuses.shift() ?? null;
        return status instanceof Error
          ? Promise.reject(status)
          : Promise.resolve({ rows: [{ status }], rowCount: 1, command: "SELECT" });
      },
    } as unknown as Database;
  }
  const commit = { transactionId: "5", written: { actorId: 1n, revision: 3 } };

  it("waits until the transaction is over and the database answers", async () => {
    const statuses = [failure("ECONNREFUSED"), "in progress", "committed"];
    expect(await resolveOutcome(database(statuses), commit, () => false)).toBe(true);
  });

  it.each([["aborted"], [null]])("takes %s for not committed", async (status) => {
    expect(await resolveOutcome(database([status]), commit, () => false)).toBe(false);
  });

  it("does not believe a number that was given again after a crash of the server", async () => {
    // A transaction that was never written down loses its number to the first one after the crash,
    // whose commit was taken for its own: the sender was told "accepted" and nothing was there.
    expect(await resolveOutcome(database(["committed"], false), commit, () => false)).toBe(false);
  });

  it("takes a number that the server has not reached yet for not committed", async () => {
    const future = failure("22023", "transaction ID 5 is in the future");
    expect(await resolveOutcome(database([future]), commit, () => false)).toBe(false);
  });

  it("ends when it is given up", async () => {
    expect(await resolveOutcome(database(["in progress"]), commit, () => true)).toBeUndefined();
  });
});
