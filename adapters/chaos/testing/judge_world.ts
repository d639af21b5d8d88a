/** The judge on the books of a test's world, and tampering with them. */
import { expect } from "vitest";
import type { Database } from "../../../db/connection.ts";
import { openPlatformWorld, type PlatformWorld } from "../../platform/testing/platform_world.ts";
import type { Finding, FindingKind, OutsideBooks } from "../evidence.ts";
import { judge } from "../judge.ts";
import { reachOutside } from "../outside.ts";
import { readOutside } from "../read_outside.ts";
import { readOwn } from "../read_own.ts";

/** What the product uses in sandbox mode when it is given none. */
const API_KEY = "00000000-0000-4000-8000-000000000000";

/** A world in which raffles are announced. */
export interface Played extends PlatformWorld {
  /** Of the announcement channel. */
  readonly channelId: number;
}
type Judged = Pick<Played, "database" | "sandboxUrl" | "channelId">;

export async function openJudgedWorld(): Promise<Played> {
  let channelId = 0;
  const world = await openPlatformWorld({
    announceIn: async (people) => {
      const { id } = await people.person({ first_name: "Olga" });
      const room = { type: "channel", title: "News", owner_id: id, bot: "administrator" } as const;
      channelId = (await people.room(room)).id;
      return String(channelId);
    },
    callTimeoutMs: 20_000,
  });
  return Object.defineProperties(
    { channelId },
    Object.getOwnPropertyDescriptors(world),
  ) as Played;
}

/** @param spoil Changes what the outside says. */
export async function findIn(
  { database, sandboxUrl, channelId }: Judged,
  spoil = (books: OutsideBooks) => books,
): Promise<Finding[]> {
  const outside = reachOutside(sandboxUrl);
  return judge(
    spoil(await readOutside(outside, { apiKey: API_KEY, channelId })),
    await readOwn(database, { publicKey: await outside.publicKey() }),
  );
}

/** The kinds of what is found alone. */
export async function judgeWorld(
  ...judged: Parameters<typeof findIn>
): Promise<FindingKind[]> {
  const findings = await findIn(...judged);
  return [...new Set(findings.map(({ kind }) => kind))].sort();
}

/** A change of the product's database that must be noticed. */
export interface Tampering {
  readonly what: string;
  readonly sql: string;
  readonly kinds: readonly FindingKind[];
}

/** Makes each change, undoes it, and expects that just that was found. */
export async function expectFound(
  world: Judged,
  tamperings: readonly Tampering[],
): Promise<void> {
  const found: Record<string, FindingKind[]> = {};
  for (const { what, sql } of tamperings) {
    await expect(world.database.transaction(async (tx) => {
      // The ledger defends itself against this; here somebody got around that.
      await tx.query("alter table ledger_transfers disable trigger user");
      const { rowCount } = await tx.query(sql);
      expect([what, rowCount]).not.toEqual([what, 0]);
      const database: Database = { ...world.database, ...tx, transaction: (work) => work(tx) };
      found[what] = await judgeWorld({ ...world, database });
      throw new Error("undone");
    })).rejects.toThrow("undone");
  }
  expect(found).toEqual(Object.fromEntries(tamperings.map(({ what, kinds }) => [what, kinds])));
}
