import { describe, expect, it } from "vitest";
import { detachedReference } from "../../actors/reference.ts";
import { createSanitizer, HIDDEN } from "./sanitize.ts";

const sanitize = createSanitizer();

describe("sanitize()", () => {
  it.each([
    "token",
    "botToken",
    "secret",
    "password",
    "passwd",
    "salt",
    "ticketSalt",
    "apiKey",
    "api_key",
    "API-KEY",
    "privateKey",
    "Authorization",
    "cookie",
    "sessionId",
  ])("hides the value under %s, however deep it lies", (key) => {
    const value = { a: [{ b: { [key]: "hunter2" } }] };
    expect(JSON.stringify(sanitize(value))).not.toContain("hunter2");
    expect(sanitize(value)).toEqual({ a: [{ b: { [key]: HIDDEN } }] });
  });

  it("hides a secret that is no text", () => {
    expect(sanitize({ secrets: ["one", { two: 2 }] })).toEqual({ secrets: HIDDEN });
  });

  it("leaves what is no secret as it is", () => {
    const value = { tickets: 3, seal: "ab".repeat(32), winners: [{ place: 1 }], none: null };
    expect(sanitize(value)).toEqual(value);
  });

  it("hides the further keys of a kind", () => {
    expect(createSanitizer(["name"])({ name: "Anna", playerId: "tg-1" }))
      .toEqual({ name: HIDDEN, playerId: "tg-1" });
  });

  it("cuts long texts, lists and objects and says so", () => {
    expect(sanitize("x".repeat(600))).toBe(`${"x".repeat(500)}… (600 characters)`);
    expect(sanitize(Array(60).fill(1))).toEqual([...Array(50).fill(1), "… 10 more"]);
    const wide = Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`k${i}`, i]));
    expect(sanitize(wide)).toMatchObject({ k99: 99, "…": "30 more" });
    expect(sanitize(wide)).not.toHaveProperty("k100");
  });

  it("cuts what is nested without end", () => {
    const loop: Record<string, unknown> = {};
    loop["loop"] = loop;
    expect(JSON.stringify(sanitize(loop)).match(/loop/g)).toHaveLength(10);
  });

  it("shows actors and errors by name and drops functions", () => {
    const value = {
      actor: detachedReference("raffle/rfl_1", () => {}),
      error: new TypeError("no"),
      run: () => "hidden",
      big: 5n,
    };
    expect(JSON.parse(JSON.stringify(sanitize(value)))).toEqual({
      actor: { actor: "raffle/rfl_1" },
      error: { name: "TypeError", message: "no" },
      big: "5",
    });
  });
});
