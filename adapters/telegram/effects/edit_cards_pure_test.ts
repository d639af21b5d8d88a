/** Cards follow their raffle: what is edited, what ends it, and how many at most. */
import { describe, expect, it } from "vitest";
import { RetryableError } from "../../../actors/errors.ts";
import { createFakeCards } from "../testing/fake_cards.ts";
import { createOpenLimiter } from "../testing/fake_limiter.ts";
import { createFakeQueries, NOW_MS, testRaffle } from "../testing/fake_queries.ts";
import { createFakeTelegram } from "../testing/fake_telegram.ts";
import { createEditCards } from "./edit_cards.ts";

function createWorld() {
  const telegram = createFakeTelegram();
  const queries = createFakeQueries();
  const cards = createFakeCards();
  const effect = createEditCards({
    api: telegram.api,
    limiter: createOpenLimiter(),
    queries,
    cards,
  });
  const open = (id: number, touchedAtMs = NOW_MS) =>
    cards.open({
      raffleId: "rfl_one",
      playerId: `tg-${id}`,
      chatId: id,
      messageId: id * 10,
      touchedAtMs,
    }, { status: "open", tickets: 0 });
  const run = (signal = new AbortController().signal) =>
    effect.run({ raffleId: "rfl_one" }, {
      idempotencyKey: "k",
      address: "raffle/rfl_one",
      attempt: 1,
      signal,
      nowMs: () => NOW_MS,
    });
  const edits = () => telegram.callsOf("editMessageText").map(({ payload }) => payload);
  return { telegram, queries, cards, effect, open, run, edits };
}

describe("editCards", () => {
  it("shows each player the raffle with his own tickets", async () => {
    const { queries, cards, open, run, edits } = createWorld();
    queries.raffles.push(testRaffle({ tickets: 4 }));
    await open(1, NOW_MS - 1);
    await open(2);
    cards.numbers.set("tg-1", [3]);
    await run();
    expect(edits().map(({ chat_id, message_id }) => [chat_id, message_id])).toEqual([[2, 20], [
      1,
      10,
    ]]);
    expect(edits()[1].text).toContain("No. 3");
    expect(edits()[1].text).toContain("25%");
    expect(edits()[0].text).toContain("no ticket");
    expect(edits()[0].text).not.toContain("<draw>");
  });

  it("offers each player what he can still want to hear of the series", async () => {
    const { queries, cards, open, run, edits } = createWorld();
    const series = { name: "Fridays", number: 3, isOver: false, isFollowed: false };
    queries.raffles.push(testRaffle({ series }));
    await open(1, NOW_MS - 1);
    await open(2);
    cards.followers.add("tg-1");
    await run();
    expect(
      edits().map(({ reply_markup }) => JSON.stringify(reply_markup).match(/(un)?follow:/)?.[0]),
    )
      .toEqual(["follow:", "unfollow:"]);
  });

  it("takes only slots that nobody else wants", async () => {
    const { telegram, queries, cards, open } = createWorld();
    queries.raffles.push(testRaffle());
    await open(1);
    const asked: unknown[] = [];
    const limiter = {
      ...createOpenLimiter(),
      acquire: (chatId: number, _signal?: AbortSignal, options?: { isSpare?: boolean }) => {
        asked.push([chatId, options?.isSpare]);
        return Promise.resolve();
      },
    };
    await createEditCards({ api: telegram.api, limiter, queries, cards }).run(
      { raffleId: "rfl_one" },
      {
        idempotencyKey: "k",
        address: "raffle/rfl_one",
        attempt: 1,
        signal: new AbortController().signal,
        nowMs: () => NOW_MS,
      },
    );
    expect(asked).toEqual([[1, true]]);
  });

  it.each([
    ["message is not modified: specified new message content …", 400, true],
    ["message to edit not found", 400, false],
    ["message can't be edited", 400, false],
    ["Forbidden: bot was blocked by the user", 403, false],
    ["something of tomorrow", 400, false],
  ])("after %s goes on with the others", async (description, error, isKept) => {
    const { telegram, queries, cards, open, run, edits } = createWorld();
    queries.raffles.push(testRaffle());
    await open(1, NOW_MS - 1);
    await open(2);
    telegram.answer("editMessageText", { error, description });
    await run();
    expect(edits()).toHaveLength(2);
    expect(cards.opened.map(({ chatId }) => chatId).sort()).toEqual(isKept ? [1, 2] : [1]);
  });

  it("is repeated when Telegram gives no answer", async () => {
    const { telegram, queries, open, run } = createWorld();
    queries.raffles.push(testRaffle());
    await open(1);
    telegram.answer("editMessageText", { network: "gone" });
    await expect(run()).rejects.toBeInstanceOf(RetryableError);
  });

  it.each([
    ["open", 100, NOW_MS - 3_600_001],
    ["paused", 1_000, NOW_MS - 24 * 3_600_001],
  ])("of a raffle that is %s edits %i at most, the last opened", async (status, most, tooOld) => {
    const { queries, open, run, edits } = createWorld();
    queries.raffles.push(testRaffle({ status }));
    for (let id = 1; id <= most + 60; id++) await open(id, NOW_MS - id);
    await open(9_999, tooOld);
    await run();
    expect(edits()).toHaveLength(most);
    expect(edits().at(-1).chat_id).toBe(most);
  });

  it("leaves alone what was opened too long ago", async () => {
    const { queries, open, run, edits } = createWorld();
    queries.raffles.push(testRaffle());
    await open(1, NOW_MS - 3_600_001);
    await run();
    expect(edits()).toEqual([]);
  });

  it.each([["settled", 0], ["refunded", 0], ["settling", 1], ["open", 1]])(
    "of a raffle that is %s keeps %i cards",
    async (status, kept) => {
      const { queries, cards, open, run } = createWorld();
      queries.raffles.push(testRaffle({ status }));
      await open(1);
      await run();
      expect(cards.opened).toHaveLength(kept);
    },
  );

  it("does nothing for a raffle that is not there", async () => {
    const { open, run, edits } = createWorld();
    await open(1);
    await run();
    expect(edits()).toEqual([]);
  });

  it("has a lane for each raffle, and one wish in it", () => {
    const { effect } = createWorld();
    expect(effect.lane?.({ raffleId: "rfl_one" })).toBe("editCards/rfl_one");
    expect(effect.coalesce?.({ raffleId: "rfl_one" })).toBe("rfl_one");
  });
});
