/** Telegram's limits of pace, on both sides as they are: the product never runs into them. */
import { expect, it } from "vitest";
import { joinByStars } from "../demo/entries.ts";
import type { Person } from "../sandbox/people.ts";
import { eventually, openPlatformWorld } from "./testing/platform_world.ts";

it("one person's flood of commands brings no 429 and holds up nobody else", {
  timeout: 60_000,
}, async () => {
  // Answers to commands were not counted, so one person could bring the bot the 429 after which it
  // says nothing to anybody; and a thousand of them stopped it from taking updates at all.
  const world = await openPlatformWorld({ isPaced: true });
  const { people } = world;
  const [mallory, ...players] = await world.players(13) as [Person, ...Person[]];
  const raffle = await world.openRaffle({ maxTickets: 12, closingWindowMs: 60_000 });
  for (let count = 0; count < 60; count++) await people.write(mallory.id, "/help");
  await Promise.all(players.map((player) => joinByStars(people, player, raffle)));
  await world.waitUntilFinished(raffle);
  await eventually(
    async () => {
      const chats = await Promise.all(players.map(({ id }) => people.chat(id)));
      return chats.filter(({ messages }) =>
        messages.some(({ text }) => /is drawn|You won/.test(text ?? ""))
      ).length;
    },
    (told) => told === players.length,
    { what: "the result for everybody", timeoutMs: 20_000 },
  );
  expect(await people.violations()).toMatchObject({ total: 0 });
  expect(await world.problems()).toEqual([]);
  const answers = (await people.chat(mallory.id)).messages.filter(({ from }) => from.is_bot);
  expect(answers.length).toBeGreaterThan(3);
});
