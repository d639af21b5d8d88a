/** A story: what happens to actors, as data, so that it can be played in many ways. */
import type { EventObject } from "xstate";
import type { Receipt } from "../runtime.ts";
import type { TestRuntime } from "./kit.ts";

/** Looks at what is, and throws when it is not as it should be. May be called again after a crash. */
export type Check = (kit: TestRuntime) => Promise<unknown> | unknown;

/** What comes from outside. */
export type StoryEvent =
  /** Creates an actor. */
  | { readonly create: string; readonly input?: unknown; readonly key?: string }
  /** Sends an event; with `input` the actor is created when there is none. */
  | {
    readonly send: EventObject;
    readonly to: string;
    readonly input?: unknown;
    /** @default One made of the step's place in the story. */
    readonly key?: string;
  };

export type StoryStep =
  | StoryEvent
  /** Lets milliseconds pass. */
  | { readonly pass: number }
  /** Events that may come in any order. */
  | { readonly anyOrder: readonly StoryEvent[] }
  | Check;

export type Story = readonly StoryStep[];

/** How a story is played. */
export interface Manner {
  /** Each event twice at once, and all of them once more at the end. */
  readonly twice?: boolean;
  /** Puts the steps of an `anyOrder` into another order. They are then sent at once. */
  readonly shuffle?: <T>(steps: readonly T[]) => T[];
}

/** What was said to each keyed event: whether it was taken, by its key. */
export type Verdicts = ReadonlyMap<string, "taken" | "refused">;

/** Whoever repeats a key must hear what was said before. */
export class DoubtError extends Error {
  override readonly name = "DoubtError";
}

interface Play {
  readonly kit: TestRuntime;
  readonly manner: Manner;
  readonly verdicts: Map<string, "taken" | "refused">;
  /** Sends everything that was sent once more. */
  readonly repeats: (() => Promise<void>)[];
}

/**
 * Plays a story to its end; each step waits until all that follows from the one before it is done.
 * @throws {DoubtError} When a repeated event is not answered as it was.
 * @throws What a check throws.
 */
export async function play(kit: TestRuntime, story: Story, manner: Manner = {}): Promise<Verdicts> {
  const playing: Play = { kit, manner, verdicts: new Map(), repeats: [] };
  await playSteps(playing, story, "story");
  if (manner.twice) {
    for (const repeat of playing.repeats) await repeat();
    await kit.settled();
  }
  return playing.verdicts;
}

async function playSteps(playing: Play, steps: Story, place: string): Promise<void> {
  for (const [index, step] of steps.entries()) await playStep(playing, step, `${place}-${index}`);
}

async function playStep(playing: Play, step: StoryStep, place: string): Promise<void> {
  const { kit, manner } = playing;
  if (typeof step === "function") await kit.insist(async () => await step(kit));
  else if ("pass" in step) await kit.advance(step.pass);
  else if (!("anyOrder" in step)) await tell(playing, step, place);
  else if (manner.shuffle === undefined) await playSteps(playing, step.anyOrder, place);
  else {
    const placed = step.anyOrder.map((event, index) => ({ event, place: `${place}-${index}` }));
    await Promise.all(
      manner.shuffle(placed).map(({ event, place }) => tell(playing, event, place)),
    );
  }
}

async function tell(playing: Play, event: StoryEvent, place: string): Promise<void> {
  const { kit, manner } = playing;
  const { key = place } = event;
  const once = (): Promise<Receipt> =>
    "create" in event
      ? kit.create(event.create, event.input, { key })
      : kit.send(event.to, event.send, { key, create: event.input });
  const hear = async (): Promise<void> => note(playing, key, await once());
  await Promise.all(manner.twice ? [hear(), hear()] : [hear()]);
  await kit.settled();
  playing.repeats.push(hear);
}

function note({ verdicts }: Play, key: string, { status, reason }: Receipt): void {
  const verdict = status === "refused" ? "refused" : "taken";
  const before = verdicts.get(key);
  verdicts.set(key, verdict);
  if (before === undefined || before === verdict) return;
  throw new DoubtError(`"${key}" was ${before}, and then ${verdict}: ${reason ?? status}`);
}
