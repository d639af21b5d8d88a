/** What every part of the stand-in for YooKassa is given. */
import type { Fault } from "../door_types.ts";
import type { World } from "../world.ts";
import type { AnyObject, Objects } from "./objects.ts";
import type { Entries } from "./entries.ts";
import type { Jobs } from "./jobs.ts";
import type { Notices } from "./notices.ts";
import type { Settings } from "./settings.ts";

/** YooKassa's side of the world. */
export interface YooKassaContext {
  readonly world: World;
  readonly settings: Settings;
  readonly objects: Objects;
  readonly entries: Entries;
  readonly jobs: Jobs;
  readonly notices: Notices;
}

/** One call of an endpoint. */
export interface ApiCall extends YooKassaContext {
  /** What the path names: `{ id: "22e1…" }`. */
  readonly ids: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The parsed body of a POST; undefined when it was empty. */
  readonly body: unknown;
  /** Where the sandbox is reached, for links: `http://127.0.0.1:8081`. */
  readonly origin: string;
  /** A fault that belongs to this call and is put into what it makes. */
  readonly fault: Fault | null;
}

/** What a call answers: for POST the object that was made or changed. */
export type Handle<T = unknown> = (call: ApiCall) => T;
/** A POST's handler; a repeat with the same key is answered with its object as it is then. */
export type MakeObject = Handle<AnyObject>;
