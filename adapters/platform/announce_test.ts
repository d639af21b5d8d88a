/**
 * Announcements in channels and groups as Telegram has them, through product and sandbox: what is
 * posted, how often, and what becomes of it when the chat takes nothing or nobody answers.
 */
import { describe, expect, it } from "vitest";
import { joinByStars } from "../demo/entries.ts";
import type { NewRoom, People, Person, Room } from "../sandbox/people.ts";
import {
  ADMIN,
  eventually,
  openPlatformWorld,
  type PlatformWorld,
  SECOND_ADMIN,
  type WorldOptions,
} from "./testing/platform_world.ts";

const OWNER = 900_003;
const NAME = "zhreb_news";

interface Channel extends PlatformWorld {
  readonly room: Room;
  /** What stands in the room, or in another one. */
  posts(roomId?: number): Promise<Seen[]>;
  /** What the admins were told of announcements, each admin's own. */
  told(): Promise<string[][]>;
  /** Opens a raffle and stops it, which makes two posts; resolves when both were tried. */
  openAndStop(): Promise<void>;
  /** How the posts stand: `opened posted`, in the order in which they were begun. */
  states(): Promise<string[]>;
}

interface Seen {
  readonly text: string;
  readonly links: readonly string[];
}

async function openChannel(
  change: Partial<NewRoom> = {},
  { isNamed = false, ...options }: WorldOptions & { isNamed?: boolean } = {},
): Promise<Channel> {
  let room: Room | undefined;
  const world = await openPlatformWorld({
    // What nobody knows of is not repeated: on a busy machine nothing may come to that by itself.
    callTimeoutMs: 20_000,
    ...options,
    announceIn: async (people) => {
      await people.person({ id: OWNER, first_name: "Nina" });
      room = await people.room({
        type: "channel",
        title: "Zhreb news",
        ...(change.type === undefined ? { username: NAME } : {}),
        owner_id: OWNER,
        bot: "administrator",
        ...change,
      });
      return isNamed ? `@${NAME}` : String(room.id);
    },
  });
  const { people, database } = world;
  // A bot may write to those alone who have written to it.
  for (const id of [ADMIN, SECOND_ADMIN]) await people.write(id, "/start");
  await world.platform.runtime.settled();
  const states = async (): Promise<string[]> =>
    (await database.query<{ state: string }>(
      "select occasion || ' ' || state as state from announcements order by seq",
    )).rows.map(({ state }) => state);
  const { id } = room as unknown as Room;
  return Object.defineProperties({
    room,
    posts: (roomId = id) => readPosts(people, roomId),
    states,
    told: () =>
      Promise.all(
        [ADMIN, SECOND_ADMIN].map(async (admin) =>
          (await people.chat(admin)).messages.filter(({ from }) => from.is_bot)
            .map(({ text = "" }) => text).filter((text) => /announcement/.test(text))
        ),
      ),
    async openAndStop() {
      const raffle = await world.openRaffle();
      await world.platform.runtime.settled();
      await world.command(`/admin stop ${raffle} over`);
      await world.waitForRaffle(raffle, ({ value }) => value === "refunded");
      await world.platform.runtime.settled();
    },
  }, Object.getOwnPropertyDescriptors(world)) as unknown as Channel;
}

async function readPosts(people: People, roomId: number): Promise<Seen[]> {
  return (await people.posts(roomId)).posts.map(({ text = "", reply_markup }) => ({
    text,
    links: (reply_markup?.inline_keyboard ?? []).flat().map(({ url = "" }) => url),
  }));
}

const texts = (posts: readonly Seen[]): string[] => posts.map(({ text }) => text);

describe("a raffle in the announcement channel", () => {
  it("is posted when it opens, is sealed and is drawn, once each, in the channel's language", async () => {
    const world = await openChannel({}, { isNamed: true, announceLanguage: "ru" });
    const { people } = world;
    const [anna, boris, guest] = await world.players(3) as [Person, Person, Person];
    const raffle = await world.openRaffle({ maxTickets: 2, sealPauseMs: 3_000 });
    const [opening] = await eventually(() => world.posts(), ({ length }) => length === 1);
    expect(opening?.text).toMatch(/^🎟 Friday draw\n.*Билет: 10 ⭐.*не больше 2/s);
    const [bot] = (await people.books()).bots;
    const card = `https://t.me/${bot?.username}?start=${raffle}`;
    expect(opening?.links).toEqual([card]);

    // Who follows the channel and its link looks at the raffle, and is told himself from then on.
    const start = new URL(card).searchParams.get("start");
    await people.join(guest.id, `@${NAME}`);
    await people.write(guest.id, `/start ${start}`);
    await people.waitForMessage(guest.id, ({ text }) => text?.includes("Prize now") === true);

    for (const player of [anna, boris]) await joinByStars(people, player, raffle);
    await world.waitUntilFinished(raffle);
    await eventually(() => world.states(), ({ length }) => length === 3);
    await world.platform.runtime.settled();
    const [, sealing, result] = await world.posts();
    const seal = /[0-9a-f]{64}/.exec(sealing?.text ?? "")?.[0] ?? "none";
    expect(sealing).toEqual({ text: expect.stringMatching(/приём окончен/), links: [card] });
    expect(result?.text).toMatch(/^🏆 Friday draw разыгран, участвовало: 2/);
    expect(result?.text).toMatch(/билет № [12].*17 ⭐/);
    expect(result?.text).toContain(seal);
    expect(result?.links).toEqual([card, expect.stringMatching(/random\.org.*signature=/i)]);
    expect((await world.platform.queries.raffle(raffle))?.seal).toBe(seal);

    for (const words of [/entries are closed/, /is drawn/]) {
      const told = await people.waitForMessage(guest.id, ({ text }) => words.test(text ?? ""));
      expect(JSON.stringify(told.reply_markup)).toContain(`unwatch:${raffle}`);
    }
    await world.restart();
    await world.platform.runtime.settled();
    expect(await world.posts()).toHaveLength(3);
    expect(await world.states()).toEqual(["opened posted", "sealed posted", "drawn posted"]);
    expect(await world.told()).toEqual([[], []]);
    expect(await world.problems()).toEqual([]);
  });

  it("is posted when it is called off, and a draft is not", async () => {
    const world = await openChannel();
    await world.openAndStop();
    const draft = await world.command(
      "/admin create price=10 min=2 max=3 draw=maximum title=Never opened",
    );
    await world.command(`/admin stop ${/rfl_[\w-]+/.exec(draft)?.[0]} not wanted`);
    await world.platform.runtime.settled();
    expect(texts(await world.posts())).toEqual([
      expect.stringContaining("🎟 Friday draw"),
      expect.stringContaining("Friday draw does not take place"),
    ]);
  });

  it("is posted in a group in which the bot is a member like others", async () => {
    const world = await openChannel({ type: "supergroup", bot: "member" });
    await world.openAndStop();
    expect(await world.posts()).toHaveLength(2);
    expect(await world.told()).toEqual([[], []]);
  });
});

describe("a channel that takes nothing", () => {
  it.each<{ what: string; keepOut: (world: Channel) => Promise<unknown>; words: RegExp }>([
    {
      what: "threw the bot out",
      keepOut: ({ people, room }) => people.setBot(room.id, { status: "kicked" }),
      words: /403 Forbidden: bot was kicked from the channel chat/,
    },
    {
      what: "has not the bot as its administrator",
      keepOut: ({ people, room }) => people.setBot(room.id, { status: "left" }),
      words: /403 Forbidden: bot is not a member of the channel chat/,
    },
    {
      what: "lets the bot not post",
      keepOut: ({ people, room }) =>
        people.setBot(room.id, { status: "administrator", can_post_messages: false }),
      words: /400 Bad Request: need administrator rights in the channel chat/,
    },
  ])("because it $what holds up nothing, and admins hear when it begins", async (row) => {
    const world = await openChannel();
    await row.keepOut(world);
    await world.openAndStop();
    expect(await world.states()).toEqual(["opened failed", "cancelled failed"]);
    const once = [expect.stringMatching(row.words)];
    expect(await world.told()).toEqual([once, once]);

    // Let in again it is posted to; when it begins to fail anew, admins hear of it anew.
    await world.people.setBot(world.room.id, { status: "administrator", can_post_messages: true });
    await world.openAndStop();
    expect(await world.posts()).toHaveLength(2);
    await row.keepOut(world);
    await world.openAndStop();
    expect((await world.told()).map(({ length }) => length)).toEqual([2, 2]);
    expect(await world.posts()).toHaveLength(2);
    expect(await world.deadLetters()).toEqual([]);
  });

  it("because there is none of that number holds up nothing", async () => {
    const world = await openPlatformWorld({
      announceIn: () => Promise.resolve("-1001234567890"),
      callTimeoutMs: 20_000,
    });
    await world.people.write(ADMIN, "/start");
    const raffle = await world.openRaffle({ maxTickets: 2 });
    for (const player of await world.players(2)) await joinByStars(world.people, player, raffle);
    expect((await world.waitUntilFinished(raffle)).value).toEqual({ settled: "told" });
    const told = await world.people.waitForMessage(
      ADMIN,
      ({ text }) => /announcement channel did not take/.test(text ?? ""),
    );
    expect(told.text).toMatch(/400 Bad Request: chat not found\n.*ANNOUNCE_CHAT/);
  });
});

it("a group that has become a supergroup is followed, and admins are told its number once", async () => {
  const world = await openChannel({ type: "group", bot: "member" });
  const { people, room } = world;
  const large = await people.upgrade(room.id);
  await world.openAndStop();
  const [, ...posts] = await world.posts(large.id);
  expect(texts(posts)).toEqual([
    expect.stringContaining("🎟 Friday draw"),
    expect.stringContaining("does not take place"),
  ]);
  expect(await world.states()).toEqual(["opened posted", "cancelled posted"]);
  const once = [expect.stringContaining(`Set ANNOUNCE_CHAT to ${large.id}`)];
  expect(await world.told()).toEqual([once, once]);
  // What Telegram says of it in both groups is nobody's work here.
  expect(await world.count("unroutable")).toBe(0);
});

describe("a post", () => {
  it("that comes too fast is made when Telegram allows it, and nobody hears of that", async () => {
    const world = await openChannel();
    const chatId = world.room.id;
    await world.people.fault({
      service: "telegram",
      method: "sendMessage",
      kind: "429",
      retryAfter: 1,
      times: 2,
      chatId,
    });
    await world.openRaffle();
    await eventually(() => world.states(), (states) => states[0] === "opened posted");
    expect(await world.posts()).toHaveLength(1);
    expect(await world.told()).toEqual([[], []]);
    const tries = (await world.people.calls({ method: "sendMessage" }))
      .filter(({ params }) => Number(params["chat_id"]) === chatId);
    expect(tries).toHaveLength(3);
  });

  it.each(
    [
      { kind: "lostAnswer", isThere: true },
      { kind: "timeoutAfterSuccess", isThere: true },
      { kind: "timeoutBefore", isThere: false },
      { kind: "500", isThere: false },
    ] as const,
  )(
    "of which nobody knows ($kind) is not repeated, and admins are asked to look",
    async ({ kind, isThere }) => {
      const world = await openChannel({}, { callTimeoutMs: 3_000 });
      const order = { service: "telegram", method: "sendMessage", kind } as const;
      await world.people.fault({ ...order, chatId: world.room.id });
      await world.openAndStop();
      await world.restart();
      await world.platform.runtime.settled();
      expect(await world.states()).toEqual(["opened sending", "cancelled posted"]);
      expect(texts(await world.posts())).toEqual([
        ...isThere ? [expect.stringContaining("🎟 Friday draw")] : [],
        expect.stringContaining("does not take place"),
      ]);
      const once = [expect.stringMatching(/^❔ Nobody knows whether the post on “Friday draw”/)];
      expect(await world.told()).toEqual([once, once]);
    },
  );
});
