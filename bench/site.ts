/** Where lines are measured: a server or the embedded database, with beds made when they are asked for. */
import { type Bed, makeBed } from "./bed.ts";
import { type BenchDatabase, createBenchDatabase } from "./bench_database.ts";
import type { Site } from "./line.ts";
import { type Pgbench, preparePgbench } from "./pgbench.ts";

export interface OwnedSite extends Site {
  pgbench(): Promise<Pgbench>;
  remove(): Promise<void>;
}

const FEW = { kinds: ["counter", "counterTimer", "tally", "worker"], actors: 5_000 };
const MANY = { kinds: ["counter"], actors: 1_000_000 };

/** @param server The server's URL; without it the site is an embedded database. */
export function openSite(server: string | undefined): OwnedSite {
  const removals: (() => Promise<void>)[] = [];
  const owned = async <T extends { remove(): Promise<void> }>(made: Promise<T>): Promise<T> => {
    const thing = await made;
    removals.push(() => thing.remove());
    return thing;
  };
  let small: Promise<Bed> | undefined;
  let large: Promise<Bed> | undefined;
  let besides: Promise<{ database: BenchDatabase; pgbench: Pgbench }> | undefined;
  const beside = (url: string) =>
    besides ??= owned(createBenchDatabase(url)).then(async (database) => ({
      database,
      pgbench: await preparePgbench(database.url),
    }));
  return {
    isEmbedded: server === undefined,
    small: () => small ??= owned(makeBed(server, FEW)),
    large: () => large ??= owned(makeBed(server, MANY)),
    pgbench: async () => (await beside(server as string)).pgbench,
    chill: async () => {
      const { database } = await beside(server as string);
      // pgbench's table is several times as large as the server's buffers.
      await database.run("create extension if not exists pg_prewarm");
      await database.run("select pg_prewarm('pgbench_accounts', 'buffer')");
      await database.run("checkpoint");
    },
    remove: async () => {
      for (const remove of removals.splice(0).toReversed()) await remove();
    },
  };
}
