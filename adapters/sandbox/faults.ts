/**
 * Faults on demand: which call goes wrong, how, and how often. They lie in the books, so that one
 * ordered before a crash still waits after it. Guards against a product that was only ever tested
 * with services that answer.
 */
import type { Fault, FaultKind, FaultOrder, FaultService } from "./door_types.ts";
import type { World } from "./world.ts";

/** The faults that wait for their calls. */
export interface Faults {
  add(order: FaultOrder): Fault;
  list(): Fault[];
  remove(id: number): boolean;
  clear(): void;
  /** The oldest fault that fits this call, used up once by it. */
  take(call: {
    readonly service: FaultService;
    readonly method: string;
    readonly chatId?: number;
    /** Kinds that it can have; the others wait on. Default: all. */
    readonly kinds?: (kind: FaultKind) => boolean;
  }): Fault | null;
}

/** How the services are called in words. */
export const SERVICE_NAMES: Readonly<Record<FaultService, string>> = {
  telegram: "Telegram",
  randomorg: "RANDOM.ORG",
  drand: "drand",
  yookassa: "YooKassa",
};

const EVERYWHERE = Object.keys(SERVICE_NAMES) as FaultService[];

/** Every kind, and the services that can have it. */
export const FAULT_KINDS: Readonly<Record<FaultKind, readonly FaultService[]>> = {
  "429": EVERYWHERE,
  "500": EVERYWHERE,
  "500AfterSuccess": EVERYWHERE,
  "timeoutBefore": EVERYWHERE,
  "timeoutAfterSuccess": EVERYWHERE,
  "lostAnswer": EVERYWHERE,
  "delay": EVERYWHERE,
  "error": EVERYWHERE,
  "wrongSignature": ["randomorg", "drand"],
  "wrongRequest": ["randomorg", "drand"],
  "canceled": ["yookassa"],
  "noticeForged": ["yookassa"],
  "noticeLost": ["yookassa"],
  "noticeThrice": ["yookassa"],
  "noticeLate": ["yookassa"],
};

/**
 * Opens the list of faults.
 *
 * @param world Where they are written down; changes are raised as the signal `faults`.
 */
export function createFaults({ store, signals }: World): Faults {
  const faults: Faults = {
    add(order) {
      const { lastId } = store.run(
        "insert into faults (content, times_left) values (?, ?)",
        JSON.stringify(order),
        order.times ?? 1,
      );
      signals.raise("faults");
      return { ...order, id: lastId, timesLeft: order.times ?? 1 };
    },
    list: () =>
      store.all<{ id: number; content: string; times_left: number }>(
        "select id, content, times_left from faults order by id",
      ).map(({ id, content, times_left }) => ({
        ...JSON.parse(content),
        id,
        timesLeft: times_left,
      })),
    remove(id) {
      const { changes } = store.run("delete from faults where id = ?", id);
      signals.raise("faults");
      return changes === 1;
    },
    clear() {
      store.run("delete from faults");
      signals.raise("faults");
    },
    take({ service, method, chatId, kinds = () => true }) {
      const fault = faults.list().find((one) =>
        one.service === service && kinds(one.kind) &&
        (one.method === "*" || one.method.toLowerCase() === method.toLowerCase()) &&
        (one.chatId === undefined || one.chatId === chatId)
      );
      if (fault === undefined) return null;
      store.run("update faults set times_left = times_left - 1 where id = ?", fault.id);
      store.run("delete from faults where id = ? and times_left <= 0", fault.id);
      signals.raise("faults");
      return fault;
    },
  };
  return faults;
}

/** What a service does in its own words; {@link answerWithFault} decides when. */
export interface FaultyAnswer {
  /** Does the work and answers. */
  readonly perform: () => Promise<Response>;
  /** Refuses without doing anything (`429`, `500`, `error`), or in place of the right answer. */
  readonly refuse: (fault: Fault) => Response;
}

/**
 * Answers a call as its fault wants it.
 *
 * @param caller Aborted when the caller has gone; a call that is never answered ends then.
 */
export async function answerWithFault(
  { clock, stopped }: World,
  fault: Fault | null,
  { perform, refuse }: FaultyAnswer,
  caller: AbortSignal,
): Promise<Response> {
  if (fault === null) return await perform();
  switch (fault.kind) {
    case "429":
    case "500":
    case "error":
      return refuse(fault);
    case "500AfterSuccess":
      await perform();
      return refuse(fault);
    case "timeoutBefore":
      return await never(caller, stopped);
    case "timeoutAfterSuccess":
      await perform();
      return await never(caller, stopped);
    case "lostAnswer":
      return broken(await perform());
    case "delay":
      await new Promise<void>((resolve) => {
        clock.setTimer(resolve, fault.delayMs ?? 0);
        stopped.addEventListener("abort", () => resolve());
      });
      return await perform();
    case "wrongSignature":
    case "wrongRequest":
    case "canceled":
    case "noticeForged":
    case "noticeLost":
    case "noticeThrice":
    case "noticeLate":
      return await perform();
    default:
      return fault.kind satisfies never;
  }
}

function never(caller: AbortSignal, stopped: AbortSignal): Promise<Response> {
  return new Promise((resolve) => {
    const end = (): void => resolve(new Response(null, { status: 504 }));
    for (const signal of [caller, stopped]) {
      if (signal.aborted) end();
      signal.addEventListener("abort", end);
    }
  });
}

/** The connection breaks within the body: fewer bytes come than were promised. */
function broken(answer: Response): Response {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("{"));
      controller.close();
    },
  });
  return new Response(body, {
    status: answer.status,
    headers: { "content-type": "application/json", "content-length": "1000" },
  });
}
