/** The demo as people run it: every promise kept, also a second time on the same database. */
import { expect, it } from "vitest";
import { createServerDatabase, testDatabaseKind } from "../../db/testing/test_database.ts";
import { demoCommand } from "../cli/demo.ts";
import { makeTestFolder } from "../platform/testing/product_process.ts";

async function runDemo(args: readonly string[]): Promise<{ code: number; out: string[] }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await demoCommand([...args], {
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    readTextFile: () => Promise.reject(new Error("Nothing is read")),
    environment: {},
  });
  expect(err).toEqual([]);
  return { code, out };
}

it("keeps every promise, and draws the same number from the same seed", {
  timeout: 90_000,
}, async () => {
  const folder = await makeTestFolder();
  const isServer = testDatabaseKind === "server";
  const database = isServer ? [`--database-url=${await createServerDatabase()}`] : [];
  const drawn: string[] = [];
  for (const run of isServer ? ["first", "second"] : ["only"]) {
    const proof = `${folder}/${run}.proof.json`;
    const record = `${folder}/${run}.calls.jsonl`;
    const { code, out } = await runDemo([
      ...database,
      "--players=4",
      "--seed=repeatable",
      `--proof=${proof}`,
      `--record=${record}`,
    ]);
    expect(code).toBe(0);
    const result = JSON.parse(out.at(-1) ?? "");
    expect(result).toMatchObject({
      tickets: 4,
      pot: { minor: "40", currency: "XTR" },
      commission: { minor: "6", currency: "XTR" },
      prize: { minor: "34", currency: "XTR" },
      payout: "paid",
      refunded: 1,
      proof,
      proofValid: true,
      ledger: { balanced: true },
      gift: { id: expect.stringMatching(/^\d+$/), stars: 25 },
      sandbox: { received: 50, refunded: 10, spentOnGifts: 25 },
    });
    drawn.push(/ticket No\. (\d+)/.exec(out.join("\n"))?.[1] ?? "");

    const lines = (await Deno.readTextFile(record)).trimEnd().split("\n");
    const calls = lines.map((line) => JSON.parse(line));
    for (const call of calls) {
      expect(Object.keys(call).sort()).toEqual(["method", "payload"]);
      expect(typeof call.method).toBe("string");
      expect(call.payload).toBeTypeOf("object");
    }
    const sent = calls.filter(({ method }) => method.startsWith("send"));
    expect(result.messages).toBeGreaterThan(15);
    expect(sent.length).toBeGreaterThanOrEqual(result.messages);
    expect(calls.filter(({ method }) => method === "refundStarPayment")).toHaveLength(1);
    expect(lines.join("\n")).not.toContain("sandbox-token");
    expect(await Deno.readTextFile(`${proof}.key.pem`)).toContain("BEGIN PUBLIC KEY");
    expect(out.join("\n")).toContain(`task verify ${proof} --key ${proof}.key.pem`);
  }
  expect(new Set(drawn).size).toBe(1);
});
