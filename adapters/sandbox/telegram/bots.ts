/**
 * The bots: any token of the right form is one, known from its first call on. Guards against a
 * mistyped token that would otherwise silently make a second bot (same id, another secret: 401).
 */
import type { World } from "../world.ts";
import { TelegramError } from "./telegram_error.ts";

/** A bot. */
export interface Bot {
  readonly id: number;
  readonly token: string;
  readonly username: string;
}

/** Finds and makes bots. */
export interface Bots {
  /** @throws {TelegramError} 404 or 401 when the token is malformed or another one's. */
  byToken(token: string): Bot;
  byId(id: number): Bot | undefined;
  all(): Bot[];
}

const TOKEN = /^([1-9]\d{3,15}):[A-Za-z0-9_-]{20,64}$/;
const MAX_FIRST_UPDATE_ID = 2_000_000_000;

/**
 * Opens the register of bots.
 *
 * @param world Update ids begin somewhere, as with Telegram: nobody may rely on 1. They begin by the
 * clock, so that two sandboxes before one database do not tell of different things by one id.
 */
export function createBots({ store, clock }: World): Bots {
  const bots: Bots = {
    byToken(token) {
      if (!token.includes(":")) throw new TelegramError(404, "Not Found");
      const match = TOKEN.exec(token);
      if (match === null) throw new TelegramError(401, "Unauthorized: invalid token specified");
      const id = Number(match[1]);
      const known = bots.byId(id);
      if (known === undefined) {
        store.run(
          "insert into bots (id, token, username, last_update_id) values (?, ?, ?, ?)",
          id,
          token,
          `sandbox_${id}_bot`,
          Math.floor(clock.nowMs() / 10) % MAX_FIRST_UPDATE_ID,
        );
        return { id, token, username: `sandbox_${id}_bot` };
      }
      if (known.token !== token) throw new TelegramError(401, "Unauthorized");
      return known;
    },
    byId: (id) => store.one<Bot>("select id, token, username from bots where id = ?", id),
    all: () => store.all<Bot>("select id, token, username from bots order by rowid"),
  };
  return bots;
}

/** The bot as a User. */
export function botUser(
  bot: Bot,
): { id: number; is_bot: true; first_name: string; username: string } {
  return { id: bot.id, is_bot: true, first_name: "Sandbox bot", username: bot.username };
}
