/**
 * Plays one story many times: as it is, with a crash at every point, with every event twice, in other
 * orders. However it is played, the end has to be the same, and what the model says.
 */
import type { Database } from "../../db/connection.ts";
import { openDatabase } from "../../db/open_database.ts";
import type { ActorDefinition } from "../define_actor.ts";
import { emptyDatabase } from "../../db/testing/empty_database.ts";
import { startTestRuntime, type TestRuntime } from "./kit.ts";
import { findDeviations } from "./deviations.ts";
import { shuffled, take } from "./seeded.ts";
import { type Manner, play, type Story, type Verdicts } from "./story.ts";

export interface EverywhereOptions {
  /**
   * Whether a node ends at each point that the story passes, one run for each point; a number takes
   * so many points at most, spread by the seed. `states` takes one point for each state that an end can
   * leave behind: just after each commit and each call of an effect. What a transaction has written by
   * any other point is undone, so that these lead to the same states again. @default {true}
   */
  crash?: boolean | number | "states";
  /** Runs with a second crash while the node recovers from the first. @default {0} */
  crashTwice?: number;
  /** Further runs, each with crashes at these points of its lives; a number is how many they pass. */
  crashAt?: readonly (readonly (string | number)[])[];
  /** Whether each event is sent twice. @default {true} */
  twice?: boolean;
  /** Other orders of each `anyOrder`. @default {2, when the story has one} */
  reordered?: number;
  /** Decides the orders and the chosen points. @default {1} */
  seed?: number;
  /** Nodes beside each other; with 2, on a server, the other one takes over. @default {1} */
  nodes?: number;
  /** Databases, or more of them to play on at once; emptied before each run. @default One in memory. */
  databases?: readonly Database[];
  /** What has to be the same at the end of all runs in one order; actors and dead letters are. */
  outcome?: (kit: TestRuntime) => Promise<unknown>;
  /** Called before each run, for the author's own world outside. */
  before?: (database: Database) => Promise<void> | void;
}

export interface EverywhereReport {
  /** Every point at which a node could have ended, recoveries included. */
  readonly points: readonly string[];
  readonly runs: number;
  /** Crashes that took place in all runs. */
  readonly crashes: number;
}

interface Run {
  /** For the text of an error. */
  readonly what: string;
  readonly crashAt?: readonly (string | number)[];
  readonly manner?: Manner;
}

interface End {
  readonly outcome: string;
  readonly verdicts: Verdicts;
  readonly points: readonly (readonly string[])[];
}

/** Points at which what was done stays done. */
const AFTER = /^after /;

/** The end of a run was not as it should have been. */
export class StoryError extends Error {
  override readonly name = "StoryError";
}

/**
 * Plays the story in every manner.
 * @throws {StoryError} That names the run which went wrong, and the seed; `cause` says how.
 */
export async function everywhere(
  actors: readonly ActorDefinition[],
  story: Story,
  options: EverywhereOptions = {},
): Promise<EverywhereReport> {
  const own = options.databases === undefined ? [await openDatabase()] : [];
  try {
    return await new Player(actors, story, options, options.databases ?? own).playAll();
  } finally {
    for (const database of own) await database.close();
  }
}

class Player {
  readonly #actors: readonly ActorDefinition[];
  readonly #story: Story;
  readonly #options: EverywhereOptions;
  readonly #databases: readonly Database[];
  readonly #seed: number;
  readonly #points = new Set<string>();
  #runs = 0;
  #crashes = 0;

  constructor(
    actors: readonly ActorDefinition[],
    story: Story,
    options: EverywhereOptions,
    databases: readonly Database[],
  ) {
    this.#actors = actors;
    this.#story = story;
    this.#options = options;
    this.#databases = databases;
    this.#seed = options.seed ?? 1;
  }

  async playAll(): Promise<EverywhereReport> {
    const { crash = true, twice = true } = this.#options;
    const [plain] = await this.#playRuns([{ what: "played as it is" }]) as [End];
    // A play that differs from itself could be compared with nothing.
    const again = crash === false ? [] : [{ what: "played again" }];
    const doubled = twice ? [{ what: "each event twice", manner: { twice } }] : [];
    const crashed = (this.#options.crashAt ?? []).map((crashAt) => ({
      what: `crash ${crashAt.join(", and ")}`,
      crashAt,
      manner: { twice },
    }));
    await this.#playLike(plain, [...again, ...doubled, ...crashed]);
    await this.#playRuns(this.#reorderedRuns());
    if (crash !== false) await this.#crashEverywhere(plain, crash);
    return { points: [...this.#points], runs: this.#runs, crashes: this.#crashes };
  }

  async #crashEverywhere(plain: End, crash: true | number | "states"): Promise<void> {
    const all = plain.points.flat();
    const points = typeof crash === "number"
      ? take(all, crash, this.#seed)
      : all.filter((point) => crash === true || AFTER.test(point));
    const ends = await this.#playLike(
      plain,
      points.map((point) => ({ what: `crash ${point}`, crashAt: [point] })),
    );
    const second = ends.flatMap(({ points: [, recovery = []] }, index) =>
      recovery.map((point) => ({
        what: `crash ${points[index]}, and ${point} of the next life`,
        crashAt: [points[index] as string, point],
      }))
    );
    await this.#playLike(plain, take(second, this.#options.crashTwice ?? 0, this.#seed));
  }

  #reorderedRuns(): Run[] {
    const hasOrders = this.#story.some((step) => typeof step === "object" && "anyOrder" in step);
    const orders = hasOrders ? this.#options.reordered ?? 2 : 0;
    return Array.from({ length: orders }, (_, index) => {
      const seed = this.#seed * 1_000 + index;
      return { what: `order ${index}`, manner: { shuffle: (steps) => shuffled(steps, seed) } };
    });
  }

  /** Plays runs whose end has to be that of `plain`. */
  async #playLike(plain: End, runs: readonly Run[]): Promise<End[]> {
    return await this.#playRuns(runs, (end) => {
      if (end.outcome !== plain.outcome) {
        throw new Error(`The end is\n${end.outcome}\nand should be\n${plain.outcome}`);
      }
      for (const [key, verdict] of plain.verdicts) {
        const other = end.verdicts.get(key);
        if (other !== verdict) throw new Error(`"${key}" was ${other}, and should be ${verdict}`);
      }
    });
  }

  /** Plays runs on all databases at once. */
  async #playRuns(runs: readonly Run[], check: (end: End) => void = () => {}): Promise<End[]> {
    const ends: End[] = [];
    const left = [...runs.entries()];
    await Promise.all(this.#databases.map(async (database) => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const [index, run] = next;
        try {
          const end = await this.#play(run, database);
          check(end);
          ends[index] = end;
        } catch (error) {
          left.length = 0;
          throw new StoryError(`The story went wrong: ${run.what} (seed ${this.#seed})`, {
            cause: error,
          });
        }
      }
    }));
    return ends;
  }

  async #play(run: Run, database: Database): Promise<End> {
    await emptyDatabase(database);
    const { before, outcome, nodes = 1 } = this.#options;
    await before?.(database);
    const kit = await startTestRuntime(this.#actors, {
      database,
      nodes,
      crashAt: run.crashAt ?? [],
    });
    try {
      const verdicts = await play(kit, this.#story, run.manner);
      await kit.settled();
      const points = kit.spare();
      const deviations = await findDeviations(database, this.#actors, kit.calls);
      if (deviations.length > 0) throw new Error(deviations.join("\n"));
      const end = { ...await read(kit), outcome: await outcome?.(kit) };
      for (const life of points) life.forEach((point) => this.#points.add(point));
      return { outcome: JSON.stringify(end, null, 1), verdicts, points };
    } finally {
      this.#runs++;
      this.#crashes += kit.crashes;
      await kit.stop();
    }
  }
}

/** All actors, dead letters and effects that are left. What no second try was allowed for is set aside by a crash only. */
async function read({ runtime, database }: TestRuntime): Promise<Record<string, unknown>> {
  const { rows } = await database.query<{ address: string }>(
    "select a.address from actors a where a.revision > 0 order by a.address",
  );
  const actors: unknown[] = [];
  for (const { address } of rows) {
    const { revision: _, ...view } = await runtime.read(address) ?? { revision: 0 };
    actors.push(view);
  }
  const { rows: deadLetters } = await database.query(
    `select d.address, d.error from dead_letters d where d.error not like 'uncertain:%'
     order by d.address, d.error`,
  );
  const { rows: unfinished } = await database.query(
    "select e.address, e.name from effects e order by e.address, e.name",
  );
  return { actors, deadLetters, unfinished };
}
