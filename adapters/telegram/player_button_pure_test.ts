import { describe, expect, it } from "vitest";
import { CALLBACK_DATA_MAX_BYTES, decodeButton, encodeButton } from "./callback_data.ts";
import type { PlayerButton } from "./player_button.ts";

const longest = "9".repeat(16);
const buttons: PlayerButton[] = [
  { page: "balance", after: "1y2p0ij32e8e7.1y2p0ij32e8e7.1y2p0ij32e8e7" },
  { page: "history", after: "1a.2" },
  { page: "language", language: "ru" },
  { page: "support", paymentId: null },
  { page: "support", paymentId: `pay_${"x".repeat(48)}` },
  { page: "appeal", suspicionId: "sus_0123456789abcdef0123" },
  { page: "limits" },
  { page: "limit", limit: "entriesPerDay", value: 3 },
  { page: "limit", limit: "starsPerWeek", value: null },
  { page: "pause", days: 30, isSure: false },
  { page: "pause", days: 1, isSure: true },
  { page: "delete" },
  { page: "keep" },
  { page: "giveUp", amounts: null },
  { page: "giveUp", amounts: [{ minor: "15", currency: "XTR" }] },
  {
    page: "giveUp",
    amounts: [
      { minor: "9".repeat(18), currency: "XTR" },
      { minor: "9".repeat(18), currency: "RUB" },
    ],
  },
  { page: "limit", limit: "rublesPerWeek", value: 10_000 },
  { page: "topup", rubles: null },
  { page: "topup", rubles: 9_999_999 },
  { page: "answer", disputeId: `dsp_${longest}_${"x".repeat(16)}` },
  { page: "disputes", after: "0" },
  { page: "log", playerId: `tg-${longest}`, before: "1y2p0ij32e8e7" },
];

describe("buttons of a player's affairs", () => {
  it.each(buttons)("are read as they were written, and are short enough: %j", (player) => {
    const data = encodeButton({ verb: "u", player });
    expect(decodeButton(data)).toEqual({ verb: "u", player });
    expect(new TextEncoder().encode(data).length).toBeLessThanOrEqual(CALLBACK_DATA_MAX_BYTES);
  });

  it.each([
    "u:",
    "u:x",
    "u:b",
    "u:b:",
    "u:b:A",
    "u:b:1:2",
    "u:l:de",
    "u:s:rfl_1",
    "u:e:",
    "u:e:sus_0123",
    "u:e:sus_0123456789abcdef012G",
    "u:e:sus_0123456789abcdef0123:1",
    "u:r:x:1",
    "u:r:d:0",
    "u:r:d:-1",
    "u:r:d:1e9",
    "u:r:d:99999999",
    "u:r:constructor:1",
    "u:p:2:y",
    "u:d",
    "u:d:maybe",
    "u:v:",
    "u:v:0XTR",
    "u:v:-5XTR",
    "u:v:15",
    "u:v:15EUR",
    "u:v:15toString",
    "u:v:15XTR.",
    "u:v:15XTR:1",
    "u:t:0",
    "u:t:-1",
    "u:t:1.5",
    "u:t:12345678",
    "u:t:1:2",
    "u:a:dsp_0_x",
    "u:a:dsp_1_",
    "u:g:tg-0:1",
    "u:g:user:1",
    "u:g:tg-1",
  ])("are old when they cannot be read: %s", (data) => {
    expect(decodeButton(data)).toBe(undefined);
  });
});
