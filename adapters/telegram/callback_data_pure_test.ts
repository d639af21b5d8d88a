import { describe, expect, it } from "vitest";
import { type Button, decodeButton, encodeButton } from "./callback_data.ts";

describe("buttons", () => {
  const longest = `rfl_${"x".repeat(48)}` as const;
  const buttons: Button[] = [
    { verb: "menu" },
    { verb: "open" },
    ...([
      "join",
      "stars",
      "rubles",
      "balance",
      "raffle",
      "proof",
      "mine",
      "claim",
      "unwatch",
      "follow",
      "unfollow",
      "admopen",
    ] as const).map((
      verb,
    ) => ({
      verb,
      raffleId: longest,
    })),
  ];

  it.each(buttons)("come back as they went: $verb", (button) => {
    const data = encodeButton(button);
    expect(new TextEncoder().encode(data).length).toBeLessThanOrEqual(64);
    expect(decodeButton(data)).toEqual(button);
  });

  it.each([
    undefined,
    "",
    "join",
    "menu:rfl_one",
    "join:",
    "join:rfl_",
    "join:rfl_one:x",
    "join:rfl_ one",
    "dance:rfl_one",
    "__proto__:rfl_one",
    `join:rfl_${"x".repeat(49)}`,
    "join:pay_one",
  ])("are old when they read %s", (data) => {
    expect(decodeButton(data)).toBeUndefined();
  });

  it("are not made longer than Telegram takes", () => {
    expect(() => encodeButton({ verb: "join", raffleId: `rfl_${"x".repeat(80)}` })).toThrow(
      RangeError,
    );
  });
});
