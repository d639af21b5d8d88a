import { describe, expect, it } from "vitest";
import { decodeButton, encodeButton } from "./callback_data.ts";
import type { WithdrawalButton } from "./withdrawal_buttons.ts";

describe("buttons of prizes that leave", () => {
  const giftId = "9".repeat(40);
  const withdrawalId = `wdr_${"x".repeat(40)}` as const;
  const buttons: WithdrawalButton[] = [
    { verb: "prize" },
    { verb: "keep" },
    { verb: "gifts", page: 999_999_999 },
    { verb: "gift", giftId, stars: 999_999_999 },
    { verb: "sendgift", giftId, stars: 999_999_999 },
    { verb: "premium", months: 12 },
    { verb: "sendpremium", months: 3 },
    { verb: "ownback", stars: 999_999_999 },
    { verb: "sendback", stars: 1 },
    { verb: "wdrno", withdrawalId },
    { verb: "wdryes", withdrawalId },
  ];

  it.each(buttons)("come back as they went: $verb", (button) => {
    const data = encodeButton(button);
    expect(new TextEncoder().encode(data).length).toBeLessThanOrEqual(64);
    expect(decodeButton(data)).toEqual(button);
  });

  it.each([
    "prize:",
    "prize:1",
    "gifts",
    "gifts:-1",
    "gifts:01",
    "gifts:1:2",
    "gift:5",
    "gift::5",
    "gift:5:",
    "gift:5:1.5",
    "gift:5:1e3",
    "gift:5 6:15",
    "sendgift:5:9999999999",
    "sendgift:5:15:1",
    "premium:4",
    "premium:toString",
    "sendpremium:3:1",
    "sendback:",
    "sendback:-5",
    "sendback:5:5",
    "wdrno:rfl_one",
    "wdryes:wdr_",
    `wdryes:wdr_${"x".repeat(41)}`,
    "wdryes:wdr_one:x",
  ])("are old when they read %s", (data) => {
    expect(decodeButton(data)).toBeUndefined();
  });
});
