/**
 * How many crashes a story is played with. Each of them is a run of its own, so the embedded database
 * and the server take half of them each, and not the same ones.
 */
import { testDatabaseKind } from "../../../db/testing/test_database.ts";

/** Crashes of one story on one database. */
export const CRASHES = 12;

const given = Number(Deno.env.get("ZHREB_SEED") ?? 1);
/** Spreads them; `ZHREB_SEED` gives others. */
export const seed = 2 * given + (testDatabaseKind === "server" ? 1 : 0);

/** Every state that an end can leave behind on the server, {@link CRASHES} of them on the other. */
export const STATES = testDatabaseKind === "server" ? "states" : CRASHES;
