/** Ids of the form YooKassa's have: the second they were made in, and chance. */
import { type Random, randomHex } from "../random.ts";
import type { World } from "../world.ts";

/** The id of a payment or refund, 36 characters: `22e12f66-000f-5000-8000-18db351245c7`. */
export function newObjectId({ clock, random }: World): string {
  const second = Math.floor(clock.nowMs() / 1000) % 2 ** 32;
  return `${second.toString(16).padStart(8, "0")}-000f-5000-8000-${randomHex(random, 6)}`;
}

/** A UUID of chance alone. */
export function randomUUID(random: Random): string {
  const hex = randomHex(random, 16);
  const variant = ((Number.parseInt(hex[16] ?? "0", 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join("-");
}

/** A time as YooKassa writes it: ISO 8601 in UTC, with milliseconds. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
