/** The demo as people run it: every promise kept, also a second time on the same database. */
import { expect, it } from "vitest";
import { playDemos } from "./testing/play_demo.ts";

it("keeps every promise, and draws the same number from the same seed", {
  timeout: 240_000,
}, async () => {
  const played = await playDemos(["--players=4"]);
  for (const { result, proof, key, calls, story } of played) {
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
    for (const call of calls) {
      expect(Object.keys(call).sort()).toEqual(["method", "payload"]);
      expect(typeof call.method).toBe("string");
      expect(call.payload).toBeTypeOf("object");
    }
    const sent = calls.filter(({ method }) => method.startsWith("send"));
    expect(result.messages).toBeGreaterThan(15);
    expect(sent.length).toBeGreaterThanOrEqual(result.messages);
    expect(calls.filter(({ method }) => method === "refundStarPayment")).toHaveLength(1);
    expect(JSON.stringify(calls)).not.toContain("sandbox-token");
    expect(key).toContain("BEGIN PUBLIC KEY");
    expect(story).toContain(`task verify ${proof} --key ${proof}.key.pem`);
  }
  expect(new Set(played.map(({ drawn }) => drawn)).size).toBe(1);
});
