/** The demo in rubles as people run it, also a second time on the same database. */
import { expect, it } from "vitest";
import { playDemos } from "./testing/play_demo.ts";

it("keeps every promise in rubles, and YooKassa's own books say so", {
  timeout: 240_000,
}, async () => {
  const played = await playDemos(["--currency=RUB", "--players=4"]);
  for (const { result, proof, calls, story } of played) {
    expect(result).toMatchObject({
      tickets: 4,
      pot: { minor: "40000", currency: "RUB" },
      commission: { minor: "6000", currency: "RUB" },
      prize: { minor: "34000", currency: "RUB" },
      payout: "paid",
      refunded: 1,
      proof,
      proofValid: true,
      ledger: { balanced: true },
      paidOut: {
        channel: "sbp",
        amount: { minor: "34000", currency: "RUB" },
        recipientChecked: true,
      },
      sandbox: {
        received: 50_000,
        // 4.27 ₽ of each 100 ₽, which do not come back with a refund.
        fees: 2_135,
        refunded: 10_000,
        paidOut: 34_000,
        payments: { succeeded: 5, canceled: 1 },
        notices: { thrice: 1, lost: 1 },
      },
    });
    expect(result).not.toHaveProperty("gift");
    // Rubles go by no invoice of Telegram's.
    const methods = new Set(calls.map(({ method }) => method));
    expect(methods).not.toContain("sendInvoice");
    expect(methods).not.toContain("refundStarPayment");
    // The receiver's phone is shown with stars, also to himself.
    expect(JSON.stringify(calls)).not.toContain("555-01-23");
    expect(JSON.stringify(calls)).toContain("+7 916 •••-••-23");
    expect(story).toMatch(/declined .* “There is not enough money on the card\.”/);
  }
  expect(new Set(played.map(({ drawn }) => drawn)).size).toBe(1);
});
