/**
 * A question with its answer, and the end of a player's data, with a node that ends at any point, each
 * event delivered twice: the question is stored and answered once, and nothing of him is left.
 */
import { expect, it } from "vitest";
import { everywhere } from "../../actors/testing/mod.ts";
import type { Database } from "../../db/connection.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import { forgetPlayers } from "../../db/forget_player.ts";
import type { PlayerWish } from "../../machines/domain/player.ts";
import { defineUnrunActors } from "../operations/platform_operator.ts";

const AT_MS = Date.UTC(2026, 0, 1);
const PLAYER = "tg-1";
const seed = Number(Deno.env.get("ZHREB_SEED") ?? 1);

/**
 * The platform's player, whose messages go nowhere. His rows are erased; the log of events stays,
 * because the kit plays it again.
 */
function definePlayer(database: Database) {
  const user = defineUnrunActors().find(({ kind }) => kind === "user");
  if (user === undefined) throw new Error("There is no user among the actors");
  const nothing = { run: () => Promise.resolve() };
  return {
    ...user,
    effects: new Map([...user.effects].map(([name]) => [
      name,
      name === "erasePlayer"
        ? {
          run: async ({ playerId }: { playerId: string }) => {
            await database.transaction((tx) => forgetPlayers(tx, [playerId]));
            return { erased: 0 };
          },
        }
        : nothing,
    ])),
  };
}

const wish = (event: PlayerWish) => ({ to: `user/${PLAYER}`, send: event as never });

it("a player's question and the end of his data happen once, wherever a node ends", async () => {
  const database = await openTestDatabase();
  const report = await everywhere([definePlayer(database)], [
    {
      create: `user/${PLAYER}`,
      input: {
        playerId: PLAYER,
        chatId: 1,
        name: "Zerafina",
        language: "en",
        atMs: AT_MS,
        entriesPerDay: 50,
      },
    },
    wish({ type: "support.chosen", paymentId: null, atMs: AT_MS }),
    wish({
      type: "words.said",
      words: "Xylophonic worry",
      disputeId: "dsp_1_a",
      isAdmin: false,
      atMs: AT_MS,
    }),
    wish({
      type: "dispute.answered",
      disputeId: "dsp_1_a",
      words: "Xylophonic comfort",
      by: "tg-9",
      atMs: AT_MS,
    }),
    wish({ type: "deletion.asked", atMs: AT_MS }),
  ], {
    databases: [database],
    crash: 20,
    crashTwice: 3,
    seed,
    outcome: async () => {
      const { rows: log } = await database.query<{ what: string }>(
        "select l.what from player_log l order by l.id",
      );
      expect(log.map(({ what }) => what)).toEqual([
        "disputeOpened",
        "disputeAnswered",
        "deletionAsked",
        "dataDeleted",
      ]);
      const { rows: left } = await database.query<{ text: string }>(
        `select a.snapshot as text from actors a union all select p.name from players p
         union all select d.words from disputes d`,
      );
      expect(left.filter(({ text }) => /Zerafina|Xylophonic/.test(text))).toEqual([]);
      return JSON.stringify(log);
    },
  });
  expect(report.crashes).toBeGreaterThan(10);
});
