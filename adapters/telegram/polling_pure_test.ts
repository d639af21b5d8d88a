import { describe, expect, it } from "vitest";
import { UnavailableError } from "../../actors/errors.ts";
import { type Lease, startPolling } from "./polling.ts";
import { createBotWorld } from "./testing/bot_world.ts";
import { admin, anna, textUpdate } from "./testing/updates.ts";

/** Polls until `batches` are used up, then stops. */
function createPoller(batches: unknown[][], leases?: (Lease | undefined)[]) {
  const world = createBotWorld();
  const left = [...batches];
  const offsets: (number | undefined)[] = [];
  const slept: number[] = [];
  const released: string[] = [];
  let stop = () => Promise.resolve();
  world.telegram.always("getUpdates", (payload) => {
    offsets.push((payload as { offset?: number }).offset);
    const batch = left.shift();
    if (batch === undefined) void stop();
    return { result: batch ?? [] };
  });
  const lease = (): Lease => ({
    lost: new AbortController().signal,
    release: () => {
      released.push("released");
      return Promise.resolve();
    },
  });
  const polling = startPolling({
    api: world.telegram.api,
    bot: world.bot,
    lease: {
      acquire: () =>
        Promise.resolve(leases !== undefined && leases.length > 0 ? leases.shift() : lease()),
    },
    log: (level, message, fields) =>
      world.log.push(`${level} ${message} ${JSON.stringify(fields)}`),
    sleep: (ms) => {
      slept.push(ms);
      return Promise.resolve();
    },
  });
  stop = polling.stop;
  return { ...world, offsets, slept, released, done: polling.done };
}

describe("polling", () => {
  it("moves the offset behind what is committed and confirms it at the end", async () => {
    const [one, two] = [textUpdate("/start"), textUpdate("/start", admin)];
    const { done, offsets, runtime, released, telegram } = createPoller([[one, two]]);
    await done;
    expect(runtime.sent).toHaveLength(2);
    expect(offsets[0]).toBeUndefined();
    expect(offsets[1]).toBe(two.update_id + 1);
    expect(telegram.callsOf("getUpdates").at(-1)?.payload).toEqual({
      offset: two.update_id + 1,
      limit: 1,
      timeout: 0,
    });
    expect(released).toEqual(["released"]);
    expect(telegram.calls[0]?.method).toBe("deleteWebhook");
  });

  it("asks for the kinds of updates that have rows", async () => {
    const { done, telegram } = createPoller([]);
    await done;
    expect(telegram.callsOf("getUpdates")[0]?.payload).toMatchObject({
      allowed_updates: ["message", "callback_query", "pre_checkout_query", "my_chat_member"],
    });
  });

  it("does not move the offset over an update that failed, and repeats only that one", async () => {
    const [one, two] = [textUpdate("/start", anna), textUpdate("/start", admin)];
    const poller = createPoller([[one, two], [one, two]]);
    poller.runtime.failures.push(new UnavailableError("no database"));
    await poller.done;
    expect(poller.offsets.slice(0, 3)).toEqual([undefined, undefined, two.update_id + 1]);
    expect(poller.runtime.sent.map(({ key }) => key).sort()).toEqual([
      `tg:${one.update_id}`,
      `tg:${two.update_id}`,
    ]);
    expect(poller.slept).toContain(1000);
  });

  it("keeps the order of a chat: what follows a failed update waits for it", async () => {
    const [one, two] = [textUpdate("/start"), textUpdate("/start")];
    const poller = createPoller([[one, two], [one, two]]);
    poller.runtime.failures.push(new UnavailableError("no database"));
    await poller.done;
    expect(poller.runtime.sent.map(({ key }) => key)).toEqual([
      `tg:${one.update_id}`,
      `tg:${two.update_id}`,
    ]);
  });

  it("skips what is no update, with a word in the log", async () => {
    const { done, offsets, log } = createPoller([[{ update_id: 5, message: "hi" }]]);
    await done;
    expect(offsets[1]).toBe(6);
    expect(log.join()).toContain("Skipped an update of unknown shape");
  });

  it("waits for the lease while another process polls", async () => {
    const { done, slept, telegram } = createPoller([], [undefined, undefined]);
    await done;
    expect(slept.slice(0, 2)).toEqual([500, 500]);
    expect(telegram.callsOf("getUpdates").length).toBeGreaterThan(0);
  });

  it("stops polling when the lease is lost, and takes it up again", async () => {
    const lost = new AbortController();
    lost.abort();
    const { done, telegram } = createPoller([], [
      { lost: lost.signal, release: () => Promise.reject(new Error("already gone")) },
    ]);
    await done;
    expect(telegram.callsOf("getUpdates").length).toBeGreaterThan(0);
  });

  it("waits as long as Telegram asks for, and longer with every failure", async () => {
    const world = createPoller([]);
    world.telegram.answer(
      "getUpdates",
      { error: 429, description: "Too Many Requests", retryAfter: 7 },
      { error: 502, description: "Bad Gateway" },
      { network: "connection refused" },
      { body: "<html>bad gateway</html>", status: 502 },
    );
    await world.done;
    expect(world.slept.slice(0, 4)).toEqual([7000, 2000, 4000, 8000]);
  });
});
