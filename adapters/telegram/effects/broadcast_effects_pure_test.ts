/** The announcement channel and the admins' words, over a Telegram that fails as it is told. */
import { describe, expect, it } from "vitest";
import type { EffectContext } from "../../../actors/define_actor.ts";
import type { MassNotice, Occasion } from "../../../machines/domain/broadcast.ts";
import { renderMassNotice } from "../broadcast_text.ts";
import { createOpenLimiter } from "../testing/fake_limiter.ts";
import { createFakeQueries, testRaffle } from "../testing/fake_queries.ts";
import { createFakeReach } from "../testing/fake_reach.ts";
import { createFakeTelegram, type FakeAnswer } from "../testing/fake_telegram.ts";
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
  const posts = new Map<string, "sending" | "posted" | "failed">();
  const limiter = createOpenLimiter();
  const log: string[] = [];
  const reach = createFakeReach();
  const effects = createBroadcastEffects({
    api: telegram.api,
    limiter,
    queries,
    deliveries: { begin: () => Promise.reject(new Error("No page is told here")) },
    announcements: {
      begin: ({ raffleId, occasion }) => {
        const found = posts.get(`${raffleId} ${occasion}`) ?? "new";
        if (found === "new") posts.set(`${raffleId} ${occasion}`, "sending");
        return Promise.resolve(found === "new" || found === "sending" ? found : "ended");
      },
      giveBack: ({ raffleId, occasion }) =>
        Promise.resolve(void posts.delete(`${raffleId} ${occasion}`)),
      end: ({ raffleId, occasion }, state) =>
        Promise.resolve(void posts.set(`${raffleId} ${occasion}`, state)),
      hasFailedBefore: () =>
        Promise.resolve([...posts.values()].findLast((state) => state !== "sending") === "failed"),
    },
    announce: chat === undefined ? undefined : { chat, language },
    adminIds: [77, 78],
    reach,
    isPaid: false,
    stopping: new AbortController().signal,
    botUsername: () => "TestBot",
    onBlocked: () => Promise.resolve(),
    log: (level, message) => void log.push(`${level} ${message}`),
  });
  const announce = (occasion: Occasion) =>
    effects.announce.run({ raffleId: "rfl_one", occasion }, context);
  return { telegram, limiter, queries, posts, effects, announce, log, reach };
}

describe("announce", () => {
  it.each(languages)("posts opening and result with links, in %s", async (language) => {
    const { telegram, announce, queries } = createWorld({ language });
    for (const occasion of ["opened", "sealed", "drawn", "cancelled"] as const) {
      for (const raffle of queries.raffles) {
        raffle.status = occasion === "opened" ? "open" : "sealed";
      }
      await announce(occasion);
    }
    const posts = telegram.callsOf("sendMessage").map(({ payload }) => payload);
    expect(posts.map(({ chat_id }) => chat_id)).toEqual([CHANNEL, CHANNEL, CHANNEL, CHANNEL]);
    const links = posts.map(({ reply_markup }) =>
      reply_markup.inline_keyboard.flat().map(({ url }: { url: string }) => url)
    );
    const card = "https://t.me/TestBot?start=rfl_one";
    expect(links).toEqual([
      [card],
      [card],
      [card, "https://api.random.org/verify"],
      [card],
    ]);
    for (const { text } of posts) {
      expect(text).toContain("Friday &lt;draw&gt;");
      expect(text).not.toMatch(/\{|\}|undefined|\0/);
    }
    expect(posts[0].text).toContain("10");
    expect(posts[1].text).toContain("ab".repeat(32));
    expect(posts[2].text).toContain("ab".repeat(32));
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

  const failing = (answer: FakeAnswer) => (payload: unknown) =>
    (payload as { chat_id: unknown }).chat_id === CHANNEL
      ? answer
      : { result: { message_id: 1, date: 0, chat: { id: 1, type: "private" } } };
  const told = ({ telegram }: ReturnType<typeof createWorld>) =>
    telegram.callsOf("sendMessage").map(({ payload }) => payload.chat_id);

  it.each([
    ["a bot that may not write", { error: 403, description: "Forbidden: not a member" }],
    ["a channel that is not there", { error: 400, description: "Bad Request: chat not found" }],
  ])("holds nothing up by %s, and tells the admins once", async (_, failure) => {
    const world = createWorld();
    world.telegram.always("sendMessage", failing(failure));
    await world.announce("opened");
    await world.announce("drawn");
    expect(told(world)).toEqual([CHANNEL, 77, 78, CHANNEL]);
    expect(world.log).toHaveLength(1);
  });

  it.each([
    ["an answer that is lost", { network: "connection reset" }],
    ["an error within Telegram", { error: 500, description: "Internal Server Error" }],
  ])("is not repeated after %s, and admins are asked to look, each time", async (_, failure) => {
    const world = createWorld();
    world.telegram.always("sendMessage", failing(failure));
    await world.announce("opened");
    await world.announce("drawn");
    expect(told(world)).toEqual([CHANNEL, 77, 78, CHANNEL, 77, 78]);
    for (const call of world.telegram.callsOf("sendMessage")) {
      if (call.payload.chat_id === 77) expect(call.payload.text).toMatch(/^❔ Nobody knows/);
    }
  });

  it("is not repeated by who finds it begun, and admins are asked to look", async () => {
    const world = createWorld();
    world.posts.set("rfl_one opened", "sending");
    await world.announce("opened");
    expect(told(world)).toEqual([77, 78]);
  });

  it.each([
    [
      "429",
      { error: 429, description: "Too Many Requests: retry after 40", retryAfter: 40 },
      40_000,
    ],
    ["401", { error: 401, description: "Unauthorized" }, 30_000],
  ])("is made later after %s, of which nobody hears", async (_, failure, retryAfterMs) => {
    const world = createWorld();
    world.telegram.answer("sendMessage", failure);
    await expect(world.announce("opened")).rejects.toMatchObject({
      name: "RetryableError",
      isOutcomeUnknown: false,
      retryAfterMs,
    });
    expect(world.posts.size).toBe(0);
    expect(world.limiter.pauses).toEqual(failure.error === 429 ? [40_000] : []);
    await world.announce("opened");
    expect(told(world)).toEqual([CHANNEL, CHANNEL]);
    expect(world.log).toEqual([]);
  });

  it("follows a group that has become a supergroup, and tells the admins its number once", async () => {
    const world = createWorld();
    world.telegram.answer("sendMessage", {
      error: 400,
      description: "Bad Request: group chat was upgraded to a supergroup chat",
      migrateTo: -1001234567890,
    });
    await world.announce("opened");
    await world.announce("drawn");
    expect(told(world)).toEqual([CHANNEL, 77, 78, "-1001234567890", "-1001234567890"]);
    expect(world.telegram.callsOf("sendMessage")[1]?.payload.text).toContain("-1001234567890");
    expect([...world.posts.values()]).toEqual(["posted", "posted"]);
  });

  it.each<[status: string, posted: Occasion[]]>([
    ["open", ["opened"]],
    ["paused", ["opened"]],
    ["closing", []],
    ["sealed", ["sealed"]],
    ["drawing", ["sealed"]],
    ["settled", ["drawn"]],
    ["refunded", ["cancelled"]],
  ])("leaves out what comes too late, when it is %s", async (status, posted) => {
    const world = createWorld();
    for (const raffle of world.queries.raffles) raffle.status = status;
    await world.announce("opened");
    await world.announce("sealed");
    if (status === "settled") await world.announce("drawn");
    if (status === "refunded") await world.announce("cancelled");
    expect([...world.posts.keys()]).toEqual(posted.map((occasion) => `rfl_one ${occasion}`));
  });

  it("waits its turn in the bot's pace, under the channel's name", async () => {
    const { announce, limiter } = createWorld();
    await announce("opened");
    expect(limiter.granted).toEqual([CHANNEL]);
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
    const { telegram, effects, log, reach } = createWorld();
    telegram.answer("sendMessage", { error: 403, description: "Forbidden: bot was blocked" });
    await effects.reportToAdmins.run({ notice }, context);
    const [, second] = telegram.callsOf("sendMessage");
    expect(second?.payload.chat_id).toBe(78);
    expect(second?.payload.text).toMatch(/990 told.*5 not reachable.*3 uncertain.*2 refused/);
    expect(reach.notes).toEqual(["unreached 77", "reached 78"]);
    expect(log).toEqual([]);
    expect(effects.reportToAdmins.isRepeatable?.({ notice })).toBe(false);
  });
});

describe("reportToAdmins with a message that Telegram does not take", () => {
  it("is logged, and the next one is told", async () => {
    const { telegram, effects, log, reach } = createWorld();
    telegram.answer("sendMessage", { error: 400, description: "Bad Request: message is too long" });
    const notice = { key: "announcementFails", raffleId: "rfl_one", reason: "no right" };
    await effects.reportToAdmins.run({ notice }, context);
    expect(log).toEqual(["error Cannot tell admin 77"]);
    expect(reach.notes).toEqual(["reached 78"]);
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
