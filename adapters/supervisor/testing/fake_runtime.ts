/** The durable runtime for tests: notes what is sent, knows keys and existing actors, fails on request. */
import type { OutsideEvent, Receipt, RuntimePort, View } from "../runtime_port.ts";

/** One event that was accepted. */
export interface Sent {
  address: string;
  // deno-lint-ignore no-explicit-any -- tests look into the fields of many events
  event: any;
  key: string | undefined;
  create: unknown;
}

/** A fake runtime. */
export interface FakeRuntime extends RuntimePort {
  sent: Sent[];
  created: { address: string; input: unknown; key: string | undefined }[];
  /** Addresses that exist. */
  actors: Set<string>;
  /** Sends to these addresses are refused with the reason. */
  refusals: Map<string, string>;
  /** Whether players were asked for words. */
  isAskedForWords: boolean;
  /** Errors thrown by the next calls, in order. */
  failures: Error[];
  /** What every actor remembers. */
  context: object;
}

/** Creates a runtime without actors. */
export function createFakeRuntime(): FakeRuntime {
  const keys = new Set<string>();
  const view: View = {
    value: "active",
    get context() {
      return fake.context;
    },
    status: "active",
    output: undefined,
    tags: [],
    revision: 1,
  };
  const fake: FakeRuntime = {
    sent: [],
    created: [],
    actors: new Set(),
    refusals: new Map(),
    isAskedForWords: false,
    failures: [],
    context: {},
    send(address: string, event: OutsideEvent, options = {}): Promise<Receipt> {
      const failure = fake.failures.shift();
      if (failure !== undefined) return Promise.reject(failure);
      if (!fake.actors.has(address)) {
        if (options.create === undefined) {
          return Promise.resolve({ status: "refused", reason: "unknownActor" });
        }
        fake.actors.add(address);
      }
      const seen = `${address} ${options.key}`;
      if (options.key !== undefined && keys.has(seen)) {
        return Promise.resolve({ status: "duplicate", view });
      }
      const reason = fake.refusals.get(address) ??
        (event.type === "words.said" && !fake.isAskedForWords ? "noWordsAsked" : undefined);
      if (reason !== undefined) return Promise.resolve({ status: "refused", reason, view });
      keys.add(seen);
      fake.sent.push({ address, event, key: options.key, create: options.create });
      return Promise.resolve({ status: "accepted", view });
    },
    create(address, input, options = {}) {
      const failure = fake.failures.shift();
      if (failure !== undefined) return Promise.reject(failure);
      if (!fake.actors.has(address)) fake.created.push({ address, input, key: options.key });
      fake.actors.add(address);
      return Promise.resolve(view);
    },
    read: (address) => Promise.resolve(fake.actors.has(address) ? view : undefined),
  };
  return fake;
}
