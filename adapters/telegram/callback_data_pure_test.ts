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
    ...([
      { step: "begin" },
      { step: "begin", channel: "yooMoney" },
      { step: "channel", of: "9zzzzzzz", channel: "yooMoney" },
      { step: "all", of: "9zzzzzzz" },
      { step: "bank", of: "9zzzzzzz", bankId: "100000000111" },
      { step: "page", of: "9zzzzzzz", page: 9_999 },
      { step: "confirm", of: "9zzzzzzz" },
      { step: "cancel", of: "c9zzzzzzz" },
    ] as const).map((cash) => ({ verb: "c" as const, cash })),
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
    "c:",
    "c:z:a1",
    "c:n:cash",
    "c:n:sbp:x",
    "c:y:",
    "c:y:a1:x",
    "c:y:A1",
    "c:w:a1:cash",
    "c:b:a1:",
    "c:b:a1:1000000001112",
    "c:b:a1:../me",
    "c:p:a1:-1",
    "c:p:a1:01",
  ])("are old when they read %s", (data) => {
    expect(decodeButton(data)).toBeUndefined();
  });

  it("are not made longer than Telegram takes", () => {
    expect(() => encodeButton({ verb: "join", raffleId: `rfl_${"x".repeat(80)}` })).toThrow(
      RangeError,
    );
  });
});
