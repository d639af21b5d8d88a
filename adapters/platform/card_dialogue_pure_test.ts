import { expect, it } from "vitest";
import type { View } from "../supervisor/runtime_port.ts";
import { createFakeRuntime } from "../supervisor/testing/fake_runtime.ts";
import { amountAwaited, takeCard } from "./card_dialogue.ts";

const KEY = "k".repeat(43);
const page = { playerId: "tg-42", key: KEY };
const card = { token: "8a1fe2d7d6a4c1.SC.001", last4: "4477" };

/** His dialogue, which takes one card. */
function open(cardKey = KEY) {
  const runtime = createFakeRuntime();
  runtime.actors.add("cashOut/tg-42");
  runtime.context = { cardKey };
  let asked = 0;
  const take = (changes: Partial<typeof page & typeof card> = {}) =>
    takeCard({ runtime, nowMs: () => ++asked }, { ...page, ...changes }, {
      token: changes.token ?? card.token,
      last4: changes.last4 ?? card.last4,
    });
  return { runtime, take };
}

it("takes the card of his page, and the same once more as the same", async () => {
  const { runtime, take } = open();
  expect(await take()).toBe(true);
  expect(await take()).toBe(true);
  expect(runtime.sent.map(({ address, event }) => [address, event])).toEqual([
    ["cashOut/tg-42", { type: "cashOut.card", key: KEY, ...card, turn: "c1", atMs: 1 }],
  ]);
  expect(runtime.sent[0]?.key).not.toContain(KEY);
});

// Another tab was told that its card was taken, and the money went to the first one.
it("takes no other card from another tab", async () => {
  const { runtime, take } = open();
  expect(await take()).toBe(true);
  runtime.refusals.set("cashOut/tg-42", "oldQuestion");
  expect(await take({ token: "another.SC.001", last4: "0000" })).toBe(false);
  expect(await take()).toBe(true);
});

// Each guess was an event, a key and a line in the log of somebody's dialogue.
it.each([
  ["a guessed key", { key: "x".repeat(43) }, KEY],
  ["nobody", { playerId: "tg-43" }, KEY],
  ["a dialogue that asks for no card", {}, ""],
])("sends nothing for %s", async (_, changes, cardKey) => {
  const { runtime, take } = open(cardKey);
  expect(await take(changes)).toBe(false);
  expect(runtime.sent).toEqual([]);
});

it("fails, so that he tries again, while the dialogue is busy", async () => {
  const { runtime, take } = open();
  runtime.refusals.set("cashOut/tg-42", "busy");
  await expect(take()).rejects.toThrow(/busy/);
});

it.each([
  ["waits", { tags: ["takesCard"], key: KEY }, true],
  ["waits for another page", { tags: ["takesCard"], key: "x".repeat(43) }, false],
  ["is at another question", { tags: ["confirming"], key: KEY }, false],
  ["has no page", { tags: ["takesCard"], key: "" }, false],
])("the page is there while the dialogue %s", (_, { tags, key }, isThere) => {
  const amount = { minor: "17000", currency: "RUB" };
  const view = { tags, context: { cardKey: key, amount } } as Partial<View> as View;
  expect(amountAwaited(view, page)).toEqual(isThere ? amount : undefined);
  expect(amountAwaited(undefined, page)).toBeUndefined();
});
