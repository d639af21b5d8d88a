/** What a run is played in: what the nodes are started with, the admins, the channel, the capital. */
import type { People } from "../sandbox/people.ts";

/** Telegram's numbers of the admins. */
export const ADMINS: readonly number[] = [900_001, 900_002, 900_003, 900_004];
/** Any UUID is a customer's key there; a key of its own has draws of its own. */
export const API_KEY = "c4a05000-0000-4000-8000-000000000000";

/** What the owner has put in: Premium is dear, and what players pay is theirs for three weeks. */
const CAPITAL = 200_000;
/** Who takes out more within a day, Stars or rubles, wants the yes of two admins. */
const WITHDRAWAL_LIMIT = 40;
const WITHDRAWAL_LIMIT_RUB = 250;

/** The variables of the nodes. */
export function environmentOf(
  { databaseUrl, sandboxUrl, channelId, aheadMs }: {
    databaseUrl: string;
    sandboxUrl: string;
    /** Of the announcement channel. */
    channelId: number;
    /** By how much their clocks are ahead of the machine's. */
    aheadMs: number;
  },
): Record<string, string> {
  return {
    PORT: "0",
    DATABASE_URL: databaseUrl,
    SANDBOX_URL: sandboxUrl,
    ADMIN_IDS: ADMINS.join(","),
    RANDOM_ORG_API_KEY: API_KEY,
    // The players of a run are few and busy.
    ENTRIES_PER_DAY: "10000",
    WITHDRAWAL_LIMIT: String(WITHDRAWAL_LIMIT),
    WITHDRAWAL_LIMIT_RUB: String(WITHDRAWAL_LIMIT_RUB),
    ANNOUNCE_CHAT: String(channelId),
    SANDBOX_CLOCK_AHEAD_MS: String(aheadMs),
  };
}

/** The admins write to the bot: it may write to those alone who have. */
export async function gatherAdmins(people: People): Promise<void> {
  for (const id of ADMINS) {
    await people.person({ id, first_name: "Olga", language_code: "en" });
    await people.write(id, "/start");
  }
}

/** A channel in which the bot may post. @returns Its id. */
export async function makeChannel(people: People): Promise<number> {
  const [owner = 0] = ADMINS;
  await people.person({ id: owner, first_name: "Olga", language_code: "en" });
  const room = { type: "channel", title: "Chaos", owner_id: owner, bot: "administrator" } as const;
  return (await people.room(room)).id;
}

/** The owner buys Stars for the bot, and says so. */
export async function putCapitalIn(people: People): Promise<void> {
  await people.topUp(CAPITAL);
  await people.write(ADMINS[0] ?? 0, `/admin topup ${CAPITAL}`);
}
