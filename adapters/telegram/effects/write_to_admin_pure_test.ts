/** What admins are told without having asked: once each, and no fault of anybody whom it cannot reach. */
import { describe, expect, it } from "vitest";
import type { EffectContext } from "../../../actors/define_actor.ts";
import { RetryableError } from "../../../actors/errors.ts";
import { createFakeCards } from "../testing/fake_cards.ts";
import { createOpenLimiter } from "../testing/fake_limiter.ts";
import { createFakeQueries, testRaffle } from "../testing/fake_queries.ts";
import { createFakeReach } from "../testing/fake_reach.ts";
import { createFakeTelegram } from "../testing/fake_telegram.ts";
import { createTelegramEffects } from "./telegram_effects.ts";

const context: EffectContext = {
  idempotencyKey: "k",
  address: "treasury/stars",
  attempt: 1,
  signal: new AbortController().signal,
  nowMs: () => 0,
};
const ADMIN = 8;

function createWorld() {
  const telegram = createFakeTelegram();
  const queries = createFakeQueries();
  queries.raffles.push(testRaffle());
  queries.players.set(`tg-${ADMIN}`, { language: "ru", isBlocked: false });
  queries.disputes.push({
    disputeId: "dsp_42_q",
    playerId: "tg-42",
    name: "Anna",
    words: "Where is my ticket?",
    isOpen: true,
    atMs: 0,
  });
  const reach = createFakeReach();
  const effects = createTelegramEffects({
    api: telegram.api,
    limiter: createOpenLimiter(),
    queries,
    cards: createFakeCards(),
    reach,
    onBlocked: () => Promise.reject(new Error("He is told as an admin")),
  });
  return { telegram, queries, effects, reach };
}

const told = [
  { effect: "tellAdmin", params: { adminId: ADMIN, notice: { key: "reconciliationFails" } } },
  { effect: "tellDispute", params: { admin: `tg-${ADMIN}`, disputeId: "dsp_42_q" } },
  {
    effect: "notify",
    params: {
      playerId: `tg-${ADMIN}`,
      notice: {
        key: "forceAsked",
        raffleId: "rfl_one",
        name: "Olga",
        tickets: 2,
        players: 2,
        askedAtMs: 1,
      },
    },
  },
] as const;

describe.each(told)("an admin's $effect", ({ effect, params }) => {
  it("arrives, and is known to", async () => {
    const { telegram, effects, reach } = createWorld();
    await effects[effect].run(params, context);
    expect(telegram.callsOf("sendMessage").map(({ payload }) => payload.chat_id)).toEqual([ADMIN]);
    expect(reach.notes).toEqual([`reached ${ADMIN}`]);
  });

  // Each such notice became a dead letter.
  it.each([
    [403, "Forbidden: bot can't initiate conversation with a user"],
    [403, "Forbidden: bot was blocked by the user"],
    [400, "Bad Request: chat not found"],
  ])("is over when he cannot be written to: %i %s", async (error, description) => {
    const { telegram, effects, reach } = createWorld();
    telegram.always("sendMessage", () => ({ error, description }));
    await effects[effect].run(params, context);
    expect(telegram.callsOf("sendMessage")).toHaveLength(1);
    expect(reach.notes).toEqual([`unreached ${ADMIN}`]);
  });

  it("is tried also for one who never wrote to the bot", async () => {
    const { telegram, effects, queries } = createWorld();
    queries.players.delete(`tg-${ADMIN}`);
    await effects[effect].run(params, context);
    expect(telegram.callsOf("sendMessage")).toHaveLength(1);
  });

  it("is tried again when Telegram cannot be had", async () => {
    const { telegram, effects, reach } = createWorld();
    telegram.answer("sendMessage", { network: "connection reset" });
    await expect(effects[effect].run(params, context)).rejects.toThrow(RetryableError);
    expect(reach.notes).toEqual([]);
  });

  it("fails with what Telegram has against the message itself", async () => {
    const { telegram, effects } = createWorld();
    telegram.answer("sendMessage", { error: 400, description: "Bad Request: message is too long" });
    await expect(effects[effect].run(params, context)).rejects.toMatchObject({
      code: "badRequest",
    });
  });
});

describe("tellDispute", () => {
  it("as older code asked for it, for no admin by name, is over: it stays in the list", async () => {
    const { telegram, effects } = createWorld();
    await effects.tellDispute.run({ disputeId: "dsp_42_q" }, context);
    expect(telegram.calls).toEqual([]);
  });

  it("says nothing of a question that is answered, or gone", async () => {
    const { telegram, effects, queries } = createWorld();
    queries.disputes[0] = { ...queries.disputes[0], isOpen: false } as never;
    const params = { admin: `tg-${ADMIN}`, disputeId: "dsp_42_q" };
    await effects.tellDispute.run(params, context);
    await effects.tellDispute.run({ ...params, disputeId: "dsp_42_gone" }, context);
    expect(telegram.calls).toEqual([]);
  });

  it("has a lane for each admin: one whom Telegram keeps waiting holds up nobody", () => {
    const { effects } = createWorld();
    const lanes = ["tg-8", "tg-9"].map((admin) =>
      effects.tellDispute.lane?.({ admin, disputeId: "dsp_42_q" })
    );
    expect(new Set(lanes).size).toBe(2);
  });
});
