/** The announcement channel and the admins' words, over a Telegram that fails as it is told. */
import { describe, expect, it } from "vitest";
import type { EffectContext } from "../../../actors/define_actor.ts";
import type { MassNotice, Occasion } from "../../../machines/domain/broadcast.ts";
import { renderMassNotice } from "../broadcast_text.ts";
import { createOpenLimiter } from "../testing/fake_limiter.ts";
import { createFakeQueries, testRaffle } from "../testing/fake_queries.ts";
import { createFakeTelegram } from "../testing/fake_telegram.ts";
import { languages } from "../texts.ts";
import { createBroadcastEffects } from "./broadcast_effects.ts";

const context: EffectContext = {
  idempotencyKey: "k",
  address: "raffle/rfl_one",
  attempt: 1,
  signal: new AbortController().signal,
  nowMs: () => 0,
};
const CHANNEL = "@zhreb_news";

function createWorld(
  { chat = CHANNEL as string | undefined, language = "en" as "en" | "ru" } = {},
) {
  const telegram = createFakeTelegram();
  const queries = createFakeQueries();
  queries.raffles.push(testRaffle({
    seal: "ab".repeat(32),
    checkUrl: "https://api.random.org/verify",
    winners: [{ place: 1, number: 3, prize: { minor: "34", currency: "XTR" } }],
  }));
  const posts = new Map<string, string>();
  const log: string[] = [];
  const effects = createBroadcastEffects({
    api: telegram.api,
    limiter: createOpenLimiter(),
    queries,
    deliveries: { begin: () => Promise.reject(new Error("No page is told here")) },
    announcements: {
      begin: ({ raffleId, occasion }) => {
        const key = `${raffleId} ${occasion}`;
        const isFirst = !posts.has(key);
        posts.set(key, "sending");
        return Promise.resolve(isFirst);
      },
      end: ({ raffleId, occasion }, isPosted) => {
        const before = [...posts.values()].at(-2);
        posts.set(`${raffleId} ${occasion}`, isPosted ? "posted" : "failed");
        return Promise.resolve(!isPosted && before !== "failed");
      },
    },
    announce: chat === undefined ? undefined : { chat, language },
    adminIds: [77, 78],
    isPaid: false,
    stopping: new AbortController().signal,
    botUsername: () => "TestBot",
    onBlocked: () => Promise.resolve(),
    log: (level, message) => void log.push(`${level} ${message}`),
  });
  const announce = (occasion: Occasion) =>
    effects.announce.run({ raffleId: "rfl_one", occasion }, context);
  return { telegram, effects, announce, log };
}

describe("announce", () => {
  it.each(languages)("posts opening and result with links, in %s", async (language) => {
    const { telegram, announce } = createWorld({ language });
    await announce("opened");
    await announce("drawn");
    await announce("cancelled");
    const posts = telegram.callsOf("sendMessage").map(({ payload }) => payload);
    expect(posts.map(({ chat_id }) => chat_id)).toEqual([CHANNEL, CHANNEL, CHANNEL]);
    const links = posts.map(({ reply_markup }) =>
      reply_markup.inline_keyboard.flat().map(({ url }: { url: string }) => url)
    );
    const card = "https://t.me/TestBot?start=rfl_one";
    expect(links).toEqual([[card], [card, "https://api.random.org/verify"], [card]]);
    for (const { text } of posts) {
      expect(text).toContain("Friday &lt;draw&gt;");
      expect(text).not.toMatch(/\{|\}|undefined|\0/);
    }
    expect(posts[0].text).toContain("10");
    expect(posts[1].text).toContain("ab".repeat(32));
  });

  it("does nothing without a channel", async () => {
    const telegram = createWorld();
    const { announce } = createWorld({ chat: undefined });
    await announce("opened");
    expect(telegram.telegram.calls).toEqual([]);
  });

  it("posts once, however often it is begun", async () => {
    const { telegram, announce } = createWorld();
    await announce("opened");
    await announce("opened");
    expect(telegram.callsOf("sendMessage")).toHaveLength(1);
  });

  it.each([
    ["a bot that may not write", { error: 403, description: "Forbidden: not a member" }],
    ["a channel that is not there", { error: 400, description: "Bad Request: chat not found" }],
    ["no answer", { network: "connection reset" }],
  ])("holds nothing up by %s, and tells the admins once", async (_, failure) => {
    const { telegram, announce, log } = createWorld();
    telegram.always(
      "sendMessage",
      (payload) =>
        (payload as { chat_id: unknown }).chat_id === CHANNEL
          ? failure
          : { result: { message_id: 1, date: 0, chat: { id: 1, type: "private" } } },
    );
    await announce("opened");
    await announce("drawn");
    const told = telegram.callsOf("sendMessage").map(({ payload }) => payload.chat_id);
    expect(told).toEqual([CHANNEL, 77, 78, CHANNEL]);
    expect(log).toHaveLength(2);
  });

  it("keeps the opening before the result", () => {
    const { effects } = createWorld();
    expect(effects.announce.lane?.({ raffleId: "rfl_one", occasion: "drawn" }))
      .toBe("announce/rfl_one");
  });
});

describe("reportToAdmins", () => {
  const counts = { sent: 990, blocked: 5, uncertain: 3, failed: 2 };
  const notice = {
    key: "broadcastEnded",
    raffleId: "rfl_one",
    number: 1,
    notice: "drawn",
    status: "told",
    recipients: 1_000,
    counts,
    startedAtMs: 0,
    atMs: 1,
  };

  it("tells each admin the counts, also when one cannot be reached", async () => {
    const { telegram, effects, log } = createWorld();
    telegram.answer("sendMessage", { error: 403, description: "Forbidden: bot was blocked" });
    await effects.reportToAdmins.run({ notice }, context);
    const [, second] = telegram.callsOf("sendMessage");
    expect(second?.payload.chat_id).toBe(78);
    expect(second?.payload.text).toMatch(/990 told.*5 not reachable.*3 uncertain.*2 refused/);
    expect(log).toEqual(["error Cannot tell admin 77"]);
    expect(effects.reportToAdmins.isRepeatable?.({ notice })).toBe(false);
  });
});

describe("what observers are told", () => {
  const raffleId = "rfl_one" as const;
  it.each<MassNotice>([
    { key: "sealed", raffleId, seal: "5e", tickets: 2 },
    { key: "drawn", raffleId, winners: [] },
    { key: "cancelled", raffleId, reason: "stoppedByAdmin" },
  ])(
    "of $key ends with a way to hear no more, and promises nothing that is not theirs",
    (notice) => {
      for (const language of languages) {
        const reply = renderMassNotice(notice, { language, title: "T", isObserver: true });
        expect(reply.buttons?.at(-1)).toMatchObject([{ button: { verb: "unwatch", raffleId } }]);
        expect(reply.html).not.toMatch(/Your whole entry|Ваш взнос/);
        const own = renderMassNotice(notice, { language, title: "T", isObserver: false });
        expect(JSON.stringify(own.buttons)).not.toContain("unwatch");
      }
    },
  );
});
