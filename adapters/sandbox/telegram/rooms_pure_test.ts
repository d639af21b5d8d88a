/** Channels and groups: who may write there, who comes and goes, and what the bot is told. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Room } from "../room_types.ts";
import { createFixture, type Fixture, TOKEN } from "../sandbox_for_tests.ts";

const OWNER = 1001;
const ANNA = 1002;
const BOT = 123456789;
let fixture: Fixture;
let channel: Room;
let group: Room;

beforeEach(async () => {
  fixture = await createFixture();
  await fixture.people.person({ id: OWNER, first_name: "Olga" });
  await fixture.people.person({ id: ANNA, first_name: "Anna" });
  channel = await fixture.people.room({
    type: "channel",
    title: "Draws",
    username: "zhreb_draws",
    owner_id: OWNER,
    bot: "administrator",
  });
  group = await fixture.people.room({
    type: "supergroup",
    title: "Talk",
    owner_id: OWNER,
    bot: "member",
  });
});
afterEach(() => fixture.sandbox.close());

const send = (chat_id: unknown, change: Record<string, unknown> = {}) =>
  fixture.call("sendMessage", { chat_id, text: "Results", ...change });
const updates = async (allowed?: readonly string[]) =>
  (await fixture.call("getUpdates", {
    offset: -100,
    ...(allowed === undefined ? {} : { allowed_updates: allowed }),
  })).result;
const texts = async (room: Room) =>
  (await fixture.people.posts(room.id)).posts.map(({ text }) => text);

it("a room has an id of Telegram's form and its owner in it", () => {
  expect(String(channel.id)).toMatch(/^-100\d{10}$/);
  expect(channel).toMatchObject({
    type: "channel",
    members: [OWNER],
    bots: [{ bot_id: BOT, status: "administrator", can_post_messages: true }],
  });
});

it.each([
  ["no title", { title: "" }],
  ["another type", { type: "forum" as "channel" }],
  ["an owner who does not exist", { owner_id: 5 }],
  ["a username that is taken", { username: "ZHREB_draws" }],
  ["a username of the wrong form", { username: "1st" }],
  ["the bot as a plain member of a channel", { bot: "member" as const }],
])("refuses a room with %s", async (_name, change) => {
  await expect(
    fixture.people.room({ type: "channel", title: "New", owner_id: OWNER, ...change }),
  ).rejects.toThrow("Sandbox door refused");
  expect(await fixture.people.rooms()).toHaveLength(2);
});

describe("writing", () => {
  it("posts to a channel by id and by username, in the channel's name", async () => {
    expect((await send(channel.id)).result).toMatchObject({
      message_id: 1,
      chat: { id: channel.id, type: "channel", title: "Draws", username: "zhreb_draws" },
      sender_chat: { id: channel.id },
      text: "Results",
    });
    const byName = await send("@Zhreb_Draws", { text: "<b>More</b>", parse_mode: "HTML" });
    expect(byName.result).toMatchObject({ message_id: 2, entities: [{ type: "bold" }] });
    expect(byName.result.from).toBeUndefined();
    expect(await texts(channel)).toEqual(["Results", "More"]);
  });

  it("writes to a group as itself; its messages are numbered per room", async () => {
    expect((await send(String(group.id))).result).toMatchObject({
      message_id: 1,
      from: { id: BOT, is_bot: true },
      chat: { type: "supergroup" },
    });
  });

  it("edits, answers and deletes what it posted", async () => {
    const { result: { message_id } } = await send(channel.id);
    const edit = (change: Record<string, unknown>) =>
      fixture.call("editMessageText", { chat_id: channel.id, message_id, text: "New", ...change });
    expect((await edit({})).result).toMatchObject({ text: "New", edit_date: expect.any(Number) });
    expect(await edit({})).toMatchObject({ description: expect.stringContaining("not modified") });
    expect(await edit({ message_id: 99 })).toMatchObject({
      description: "Bad Request: message to edit not found",
    });
    expect((await send(channel.id, { reply_parameters: { message_id } })).result).toMatchObject({
      reply_to_message: { message_id, text: "New" },
    });
    expect(await fixture.call("deleteMessage", { chat_id: channel.id, message_id }))
      .toMatchObject({ ok: true });
    expect(await texts(channel)).toEqual(["Results"]);
  });

  it("takes a document, and no invoice", async () => {
    const form = new FormData();
    form.set("chat_id", String(channel.id));
    form.set("document", new Blob(["{}"]), "proof.json");
    const sent = await fixture.request(`/bot${TOKEN}/sendDocument`, { method: "POST", body: form });
    expect((await sent.json()).result).toMatchObject({ document: { file_name: "proof.json" } });
    expect(
      await fixture.call("sendInvoice", {
        chat_id: group.id,
        title: "Entry",
        description: "One entry",
        payload: "order_1",
        currency: "XTR",
        prices: [{ label: "Entry", amount: 10 }],
      }),
    ).toMatchObject({ status: 400 });
  });

  it.each([
    ["an unknown id", -1001234567890, 400, "Bad Request: chat not found"],
    ["an unknown username", "@nobody_here", 400, "Bad Request: chat not found"],
    ["a person's username", "@anna", 400, "Bad Request: chat not found"],
  ])("refuses %s", async (_name, chatId, status, description) => {
    expect(await send(chatId)).toMatchObject({ status, description });
  });

  it("knows a public room it never was in, and no private one", async () => {
    const open = { type: "channel" as const, title: "Other", owner_id: OWNER };
    const hidden = await fixture.people.room(open);
    const visible = await fixture.people.room({ ...open, username: "other_channel" });
    expect(await send(hidden.id)).toMatchObject({
      status: 400,
      description: "Bad Request: chat not found",
    });
    expect(await send("@other_channel")).toMatchObject({
      status: 403,
      description: "Forbidden: bot is not a member of the channel chat",
    });
    expect((await fixture.call("getChat", { chat_id: visible.id })).result).toMatchObject({
      title: "Other",
    });
  });

  it.each(
    [
      ["kicked", "Forbidden: bot was kicked from the channel chat"],
      ["left", "Forbidden: bot is not a member of the channel chat"],
    ] as const,
  )("a bot that %s cannot write any more", async (status, description) => {
    await fixture.people.setBot(channel.id, { status });
    expect(
      await fixture.call("editMessageText", { chat_id: channel.id, message_id: 1, text: "x" }),
    ).toMatchObject({ status: 403, description });
    expect(await send("@zhreb_draws")).toMatchObject({ status: 403, description });
    await fixture.people.setBot(channel.id, { status: "administrator" });
    expect(await send(channel.id)).toMatchObject({ ok: true });
  });

  it("says group's words for a group", async () => {
    await fixture.people.setBot(group.id, { status: "kicked" });
    expect(await send(group.id)).toMatchObject({
      status: 403,
      description: "Forbidden: bot was kicked from the supergroup chat",
    });
  });

  it("needs the right to post in a channel", async () => {
    await fixture.people.setBot(channel.id, { status: "administrator", can_post_messages: false });
    expect(await send(channel.id)).toMatchObject({
      status: 400,
      description: "Bad Request: need administrator rights in the channel chat",
    });
  });

  it("takes 20 messages a minute in a group, and a channel only keeps the pace of a chat", async () => {
    for (let sent = 0; sent < 20; sent++) {
      expect((await send(group.id)).ok).toBe(true);
      expect((await send(channel.id)).ok).toBe(true);
      await fixture.clock.advance(1000);
    }
    expect((await send(channel.id)).ok).toBe(true);
    expect(await send(group.id)).toMatchObject({
      status: 429,
      parameters: { retry_after: 40 },
    });
    expect(await fixture.people.violations()).toMatchObject({
      perChat: 1,
      byChat: { [group.id]: 1 },
    });
    await fixture.clock.advance(40_000);
    expect((await send(group.id)).ok).toBe(true);
  });
});

describe("a basic group", () => {
  const basic = {
    type: "group" as const,
    title: "Small talk",
    owner_id: OWNER,
    bot: "member" as const,
  };

  it("takes posts under a short id, and has no username", async () => {
    const { id } = await fixture.people.room(basic);
    expect(String(id)).toMatch(/^-\d{10}$/);
    expect((await send(id)).result).toMatchObject({
      from: { id: BOT },
      chat: { id, type: "group" },
    });
    await expect(fixture.people.room({ ...basic, username: "small_talk" })).rejects.toThrow(
      "no username",
    );
  });

  it("becomes a supergroup with the same people and bots, and says which to whoever writes", async () => {
    const small = await fixture.people.room(basic);
    await fixture.people.join(ANNA, small.id);
    await send(small.id);
    const large = await fixture.people.upgrade(small.id);
    expect(large).toMatchObject({
      type: "supergroup",
      title: "Small talk",
      members: [ANNA, OWNER].sort((one, other) => one - other),
      bots: [{ bot_id: BOT, status: "member" }],
    });
    expect(await send(small.id)).toMatchObject({
      status: 400,
      description: "Bad Request: group chat was upgraded to a supergroup chat",
      parameters: { migrate_to_chat_id: large.id },
    });
    expect((await send(large.id)).result).toMatchObject({ chat: { id: large.id } });
    expect((await updates()).slice(-2)).toMatchObject([
      { message: { chat: { id: small.id }, migrate_to_chat_id: large.id } },
      { message: { chat: { id: large.id }, migrate_from_chat_id: small.id } },
    ]);
    expect(await texts(small as Room)).toEqual(["Results", undefined]);
  });

  it("does so once, and nothing else does", async () => {
    const { id } = await fixture.people.room(basic);
    await fixture.people.upgrade(id);
    for (const room of [id, group.id, channel.id]) {
      await expect(fixture.people.upgrade(room)).rejects.toThrow("only once");
    }
  });
});

describe("pins", () => {
  const pin = (chat_id: unknown, message_id: number) =>
    fixture.call("pinChatMessage", { chat_id, message_id, disable_notification: true });

  it("pins with a service message, and unpins the newest", async () => {
    const { result: { message_id } } = await send(channel.id);
    expect(await pin(channel.id, message_id)).toMatchObject({ ok: true, result: true });
    const { posts } = await fixture.people.posts(channel.id);
    expect(posts).toMatchObject([
      { message_id, isPinned: true },
      { pinned_message: { message_id }, isPinned: false },
    ]);
    expect((await updates()).at(-1)).toMatchObject({ channel_post: { pinned_message: {} } });
    expect((await fixture.call("getChat", { chat_id: channel.id })).result).toMatchObject({
      pinned_message: { message_id },
    });
    expect(await pin(channel.id, message_id)).toMatchObject({ ok: true });
    expect((await fixture.people.posts(channel.id)).posts).toHaveLength(2);
    expect(await fixture.call("unpinChatMessage", { chat_id: channel.id })).toMatchObject({
      ok: true,
    });
    expect(await fixture.call("unpinChatMessage", { chat_id: channel.id })).toMatchObject({
      description: "Bad Request: message to unpin not found",
    });
  });

  it("pins in a private chat without any right", async () => {
    await fixture.people.write(ANNA, "/start");
    const { result: { message_id } } = await send(ANNA);
    expect(await pin(ANNA, message_id)).toMatchObject({ ok: true });
    expect(await fixture.call("unpinChatMessage", { chat_id: ANNA })).toMatchObject({ ok: true });
  });

  it("needs the right, and a message", async () => {
    const { result: { message_id } } = await send(group.id);
    expect(await pin(group.id, message_id)).toMatchObject({
      status: 400,
      description: "Bad Request: not enough rights to manage pinned messages in the chat",
    });
    await fixture.people.setBot(group.id, { status: "administrator" });
    expect(await pin(group.id, message_id)).toMatchObject({ ok: true });
    expect(await pin(group.id, 99)).toMatchObject({
      description: "Bad Request: message to pin not found",
    });
    await fixture.people.setBot(channel.id, { status: "administrator", can_edit_messages: false });
    const post = await send(channel.id);
    expect(await pin(channel.id, post.result.message_id)).toMatchObject({ status: 400 });
  });
});

describe("coming and going", () => {
  it("the bot learns how it stands by my_chat_member", async () => {
    await fixture.people.setBot(channel.id, { status: "kicked" });
    expect(await updates()).toMatchObject([
      {
        my_chat_member: {
          chat: { id: channel.id },
          from: { id: OWNER },
          old_chat_member: { status: "left" },
          new_chat_member: { status: "administrator", can_post_messages: true },
        },
      },
      { my_chat_member: { chat: { id: group.id }, new_chat_member: { status: "member" } } },
      {
        my_chat_member: {
          old_chat_member: { status: "administrator" },
          new_chat_member: { status: "kicked", until_date: 0 },
        },
      },
    ]);
  });

  it("an administrator that asked for it learns who came and went", async () => {
    await updates(["message", "chat_member"]);
    const [joined] = await fixture.people.join(ANNA, "@zhreb_draws");
    const [left] = await fixture.people.leave(ANNA, channel.id);
    const told = await updates();
    expect(told.filter(({ update_id }: { update_id: number }) => update_id >= (joined ?? 0)))
      .toMatchObject([
        {
          update_id: joined,
          chat_member: {
            chat: { id: channel.id, type: "channel" },
            from: { id: ANNA },
            old_chat_member: { status: "left", user: { id: ANNA } },
            new_chat_member: { status: "member", user: { id: ANNA } },
          },
        },
        { update_id: left, chat_member: { new_chat_member: { status: "left" } } },
      ]);
  });

  it("a bot that did not ask, or is no administrator, learns nothing", async () => {
    expect(await fixture.people.join(ANNA, channel.id)).toEqual([]);
    await updates(["chat_member"]);
    expect(await fixture.people.join(ANNA, group.id)).toEqual([]);
  });

  it("one joins once, leaves once, and the owner stays", async () => {
    await fixture.people.join(ANNA, channel.id);
    await expect(fixture.people.join(ANNA, channel.id)).rejects.toThrow("already in");
    await fixture.people.leave(ANNA, channel.id);
    await expect(fixture.people.leave(ANNA, channel.id)).rejects.toThrow("not in");
    await expect(fixture.people.leave(OWNER, channel.id)).rejects.toThrow("owner");
    await expect(fixture.people.join(ANNA, -5)).rejects.toThrow("no room");
  });

  it("getChatMember and getChatMemberCount tell who is in", async () => {
    const status = async (user_id: number, chat_id: unknown = channel.id) =>
      await fixture.call("getChatMember", { chat_id, user_id });
    await fixture.people.join(ANNA, channel.id);
    expect((await status(ANNA)).result).toMatchObject({ status: "member", user: { id: ANNA } });
    expect((await status(OWNER)).result).toMatchObject({ status: "creator" });
    expect((await status(BOT)).result).toMatchObject({ status: "administrator" });
    expect((await status(ANNA, group.id)).result).toMatchObject({ status: "left" });
    expect(await status(5)).toMatchObject({ description: "Bad Request: PARTICIPANT_ID_INVALID" });
    expect((await fixture.call("getChatMemberCount", { chat_id: channel.id })).result).toBe(3);
    await fixture.people.setBot(channel.id, { status: "left" });
    expect(await status(ANNA)).toMatchObject({ status: 403 });
  });
});

describe("gifts", () => {
  const give = (change: Record<string, unknown>) =>
    fixture.call("sendGift", { gift_id: "5170145012310081615", ...change });

  beforeEach(() => fixture.people.topUp(1000));

  it("a channel is given a gift, in the books under its own name", async () => {
    expect(await give({ chat_id: "@zhreb_draws", text: "Thanks" })).toMatchObject({ ok: true });
    const { transactions } = (await fixture.call("getStarTransactions")).result;
    expect(transactions[1]).toMatchObject({
      receiver: { type: "chat", chat: { id: channel.id }, gift: { star_count: 15 } },
    });
    expect((await fixture.people.books()).bots[0]?.gifts).toMatchObject([
      { chat_id: channel.id, person_id: null, stars: 15 },
    ]);
  });

  it("neither a limited gift to a channel nor any to a group", async () => {
    expect(await give({ chat_id: channel.id, gift_id: "5882125812596999035" })).toMatchObject({
      description: "Bad Request: STARGIFT_INVALID",
    });
    expect(await give({ chat_id: group.id })).toMatchObject({
      description: "Bad Request: PEER_ID_INVALID",
    });
  });

  it("a person met in a room only may be given a gift, not be written to", async () => {
    expect(await give({ user_id: ANNA })).toMatchObject({
      description: "Bad Request: user not found",
    });
    await fixture.people.join(ANNA, group.id);
    expect(await send(ANNA)).toMatchObject({ description: "Bad Request: chat not found" });
    expect(await give({ user_id: ANNA })).toMatchObject({ ok: true });
    expect((await fixture.people.gifts(ANNA)).gifts).toHaveLength(1);
    expect((await fixture.people.chat(ANNA)).messages).toMatchObject([{ gift: {} }]);
  });
});

it("posts can be waited for", async () => {
  const waiting = fixture.people.posts(channel.id, { since: 0, waitMs: 5000 });
  await send(channel.id);
  const { revision, posts } = await waiting;
  expect(posts).toMatchObject([{ text: "Results" }]);
  expect((await fixture.people.posts(channel.id, { since: revision })).posts).toEqual([]);
});
